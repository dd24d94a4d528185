//! The rest after a backslash.

use regex_syntax::hir::Look;

use super::{Error, ErrorCode, Parser, Set, class};

impl<'p> Parser<'p> {
    /// A backslash outside brackets.
    pub(super) fn escaped(&mut self) -> Result<(), Error> {
        let look = match self.rest().get(1) {
            Some(b'A') => Look::Start,
            Some(b'b') => Look::WordAscii,
            Some(b'B') => Look::WordAsciiNegate,
            Some(b'z') => Look::End,
            Some(b'Q') => return self.quoted(),
            Some(b'C') => {
                let part = self.rest().get(..2).unwrap_or_default();
                return Err(Error::new(ErrorCode::InvalidEscape, part));
            }
            _ => {
                if let Some(mut set) = self.class_escape()? {
                    set.normalise();
                    return self.class(&set);
                }
                let code = self.rune_escape()?;
                return self.literal(code);
            }
        };
        self.at += 2;
        self.look(look)
    }

    /// `\Q…\E`, or to the end.
    fn quoted(&mut self) -> Result<(), Error> {
        self.at += 2;
        let text = self.rest();
        let end = memchr::memmem::find(text, br"\E");
        let stop = self.at + end.unwrap_or(text.len());
        while self.at < stop {
            // Go decodes the quoted part alone, which only shows in the error.
            let c = self.next_rune().map_err(|_| {
                let part = self.pattern.get(self.at..stop).unwrap_or_default();
                Error::new(ErrorCode::InvalidUtf8, part)
            })?;
            self.literal(c as u32)?;
        }
        self.at = stop + if end.is_some() { 2 } else { 0 };
        Ok(())
    }

    /// `\d`, `\pL`, `\p{Greek}` and their like, if one is here.
    pub(super) fn class_escape(&mut self) -> Result<Option<Set>, Error> {
        let [b'\\', letter, ..] = *self.rest() else {
            return Ok(None);
        };
        if matches!(letter, b'p' | b'P') {
            return self.unicode_escape(letter == b'P').map(Some);
        }
        let set = class::perl(letter, self.flags.fold);
        if set.is_some() {
            self.at += 2;
        }
        Ok(set)
    }

    fn unicode_escape(&mut self, negated: bool) -> Result<Set, Error> {
        let start = self.at;
        self.at += 2;
        let first = self.next_rune()?;
        if first == '{' {
            let from_start = self.pattern.get(start..).unwrap_or_default();
            let Some(end) = memchr::memchr(b'}', from_start) else {
                self.check_utf8(from_start)?;
                return Err(Error::new(ErrorCode::InvalidCharRange, from_start));
            };
            self.at = start + end + 1;
        }
        let sequence = self.since(start);
        let name = sequence.get(2..).unwrap_or_default();
        let name = name
            .strip_prefix(b"{")
            .and_then(|n| n.strip_suffix(b"}"))
            .unwrap_or(name);
        self.check_utf8(name)?;
        let (negated, name) = name
            .strip_prefix(b"^")
            .map_or((negated, name), |rest| (!negated, rest));
        class::unicode(name, negated, self.flags.fold)
            .ok_or_else(|| Error::new(ErrorCode::InvalidCharRange, sequence))
    }

    /// An escaped rune: punctuation, `\n` and its like, octal and hexadecimal numbers.
    pub(super) fn rune_escape(&mut self) -> Result<u32, Error> {
        let start = self.at;
        self.at += 1;
        if self.peek().is_none() {
            return Err(Error::new(ErrorCode::TrailingBackslash, b""));
        }
        let c = self.next_rune()?;
        let code = match c {
            // A single digit but 0 would be a back-reference, which there is not.
            '1'..='7' if !matches!(self.peek(), Some(b'0'..=b'7')) => None,
            '0'..='7' => Some(self.octal(c)),
            'x' => self.hexadecimal()?,
            'a' => Some(7),
            'f' => Some(12),
            'n' => Some(10),
            'r' => Some(13),
            't' => Some(9),
            'v' => Some(11),
            _ if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c as u32),
            _ => None,
        };
        code.ok_or_else(|| Error::new(ErrorCode::InvalidEscape, self.since(start)))
    }

    fn octal(&mut self, first: char) -> u32 {
        let mut code = first.to_digit(8).unwrap_or(0);
        for _ in 0..2 {
            let Some(digit @ b'0'..=b'7') = self.peek() else {
                break;
            };
            code = code * 8 + u32::from(digit - b'0');
            self.at += 1;
        }
        code
    }

    /// After `\x`: two digits, or any number of them in braces.
    fn hexadecimal(&mut self) -> Result<Option<u32>, Error> {
        if self.peek().is_none() {
            return Ok(None);
        }
        let first = self.next_rune()?;
        if first != '{' {
            let second = self.next_rune()?;
            return Ok(first
                .to_digit(16)
                .zip(second.to_digit(16))
                .map(|(a, b)| a * 16 + b));
        }
        let mut code = None;
        while self.peek().is_some() {
            let c = self.next_rune()?;
            if c == '}' {
                return Ok(code);
            }
            code = c
                .to_digit(16)
                .map(|digit| code.unwrap_or(0) * 16 + digit)
                .filter(|code| *code <= 0x10_ffff);
            if code.is_none() {
                break;
            }
        }
        Ok(None)
    }
}
