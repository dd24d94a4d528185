//! Classes in brackets: `[a-z\d[:alpha:]]`.

use super::{Error, ErrorCode, Parser, Set, class};

impl<'p> Parser<'p> {
    /// A class from its opening bracket on.
    pub(super) fn brackets(&mut self) -> Result<(), Error> {
        let start = self.at;
        self.at += 1;
        let negated = self.eat(b"^");
        let mut set = Set::default();
        // What is not folded yet; named classes come folded.
        let mut plain = Set::default();
        let mut first = true;
        while first || self.peek() != Some(b']') {
            first = false;
            if let Some(class) = self.posix_class()? {
                set.extend(&class);
            } else if let Some(escaped) = self.class_escape()? {
                set.extend(&escaped);
            } else {
                let (low, high) = self.class_range(start)?;
                plain.push(low, high);
            }
        }
        self.at += 1;
        if self.flags.fold {
            plain.fold();
        }
        set.extend(&plain);
        set.normalise();
        self.class(&if negated { set.negated() } else { set })
    }

    /// `[:name:]`, if one is here.
    fn posix_class(&mut self) -> Result<Option<Set>, Error> {
        let rest = self.rest();
        let Some(after) = rest.strip_prefix(b"[:").filter(|after| !after.is_empty()) else {
            return Ok(None);
        };
        let Some(end) = memchr::memmem::find(after, b":]") else {
            return Ok(None);
        };
        let (name, _) = after.split_at(end);
        self.at += end + 4;
        match class::posix(name, self.flags.fold) {
            Some(set) => Ok(Some(set)),
            None => Err(Error::new(
                ErrorCode::InvalidCharRange,
                rest.get(..end + 4).unwrap_or(rest),
            )),
        }
    }

    /// A rune or a range of runes.
    fn class_range(&mut self, class_start: usize) -> Result<(u32, u32), Error> {
        let start = self.at;
        let low = self.class_rune(class_start)?;
        if !matches!(self.rest(), [b'-', next, ..] if *next != b']') {
            return Ok((low, low));
        }
        self.at += 1;
        let high = self.class_rune(class_start)?;
        if high < low {
            return Err(Error::new(ErrorCode::InvalidCharRange, self.since(start)));
        }
        Ok((low, high))
    }

    fn class_rune(&mut self, class_start: usize) -> Result<u32, Error> {
        match self.peek() {
            None => Err(Error::new(
                ErrorCode::MissingBracket,
                self.pattern.get(class_start..).unwrap_or_default(),
            )),
            Some(b'\\') => self.rune_escape(),
            Some(_) => self.next_rune().map(|c| c as u32),
        }
    }
}
