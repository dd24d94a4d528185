//! DER, written and read (Go's `encoding/asn1` and `cryptobyte`, as far as keys and certificates
//! need them).

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0c;
pub(super) const PRINTABLE_STRING: u8 = 0x13;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The tag of a context-specific element.
pub(super) const fn context(number: u8, constructed: bool) -> u8 {
    0x80 | number | if constructed { 0x20 } else { 0 }
}

/// An element: tag, length and contents.
pub(super) fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(contents.len() + 6);
    out.push(tag);
    let len = contents.len();
    if len < 0x80 {
        out.push(len as u8);
    } else {
        let bytes = len.to_be_bytes();
        let significant = bytes.iter().skip_while(|b| **b == 0);
        out.push(0x80 | significant.clone().count() as u8);
        out.extend(significant);
    }
    out.extend_from_slice(contents);
    out
}

/// An element made of others.
pub(super) fn constructed(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    element(tag, &parts.concat())
}

pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    constructed(SEQUENCE, parts)
}

/// A number that is not negative, from its bytes, highest first.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|b| **b == 0).count();
    let digits = bytes.get(zeros..).unwrap_or_default();
    // Without a zero in front, a high first bit would make it negative.
    let padded = digits.first().is_none_or(|b| *b >= 0x80);
    match padded {
        true => element(INTEGER, &[&[0], digits].concat()),
        false => element(INTEGER, digits),
    }
}

/// A bit string of whole bytes.
pub(super) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    constructed(BIT_STRING, &[&[0], bytes])
}

/// Elements one after another.
#[derive(Clone, Copy)]
pub(super) struct Reader<'d>(pub(super) &'d [u8]);

impl<'d> Reader<'d> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns true if an element of this tag comes next.
    pub(super) fn next_is(&self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    /// The next element whatever its tag: tag, contents, and the whole of it.
    pub(super) fn any(&mut self) -> Option<(u8, &'d [u8], &'d [u8])> {
        let (tag, rest) = self.0.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (first, rest) = rest.split_first()?;
        let (len, header, rest) = match first {
            0..=0x7f => (usize::from(*first), 2, rest),
            0x81..=0x84 => {
                let count = usize::from(first & 0x7f);
                let (bytes, rest) = rest.split_at_checked(count)?;
                let len = bytes.iter().fold(0, |len, b| len << 8 | usize::from(*b));
                // DER has one form for each length.
                if len < 0x80 || bytes.first() == Some(&0) {
                    return None;
                }
                (len, 2 + count, rest)
            }
            _ => return None,
        };
        let (contents, after) = rest.split_at_checked(len)?;
        let whole = self.0.get(..header + len)?;
        self.0 = after;
        Some((*tag, contents, whole))
    }

    /// The contents of the next element, which must have this tag.
    pub(super) fn read(&mut self, tag: u8) -> Option<Reader<'d>> {
        self.next_is(tag).then_some(())?;
        Some(Reader(self.any()?.1))
    }

    /// The next element whole, which must have this tag.
    pub(super) fn read_whole(&mut self, tag: u8) -> Option<&'d [u8]> {
        self.next_is(tag).then_some(())?;
        Some(self.any()?.2)
    }

    /// The element if it has this tag; false if it is malformed.
    pub(super) fn skip_optional(&mut self, tag: u8) -> bool {
        !self.next_is(tag) || self.any().is_some()
    }

    /// A number in its least form: whether it is negative, and its bytes without leading zeros.
    pub(super) fn integer(&mut self) -> Option<(bool, &'d [u8])> {
        let bytes = self.read(INTEGER)?.0;
        match bytes {
            [] | [0, 0..0x80, ..] | [0xff, 0x80..=0xff, ..] => None,
            [0, rest @ ..] => Some((false, rest)),
            [first, ..] => Some((*first >= 0x80, bytes)),
        }
    }

    /// A small number that is not negative.
    pub(super) fn small(&mut self) -> Option<u64> {
        let (negative, bytes) = self.integer()?;
        let fits = !negative && bytes.len() <= 8;
        fits.then(|| bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
    }

    /// A bit string of whole bytes.
    pub(super) fn bit_string(&mut self) -> Option<&'d [u8]> {
        let (unused, bytes) = self.read(BIT_STRING)?.0.split_first()?;
        (*unused == 0).then_some(bytes)
    }
}
