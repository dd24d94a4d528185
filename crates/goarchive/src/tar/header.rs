//! A header's block in the four formats: V7, USTAR with PAX, STAR and GNU.

use super::sparse::Fragment;
use super::{Entry, Error};
use std::ops::Range;

/// Bytes of a block.
pub(super) const BLOCK: usize = 512;

pub(super) type Block = [u8; BLOCK];

const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const SIZE: Range<usize> = 124..136;
const CHECKSUM: Range<usize> = 148..156;
const KIND: usize = 156;
const MAGIC: Range<usize> = 257..263;
const VERSION: Range<usize> = 263..265;
/// Numbers that every header has and that count for nothing here: user, group and time.
const NUMBERS: [Range<usize>; 3] = [108..116, 116..124, 136..148];
const MODIFIED: Range<usize> = 136..148;
/// Device numbers, in all formats but V7.
const DEVICES: [Range<usize>; 2] = [329..337, 337..345];
const USTAR_PREFIX: Range<usize> = 345..500;
const STAR_PREFIX: Range<usize> = 345..476;
const STAR_TIMES: [Range<usize>; 2] = [476..488, 488..500];
const STAR_TRAILER: Range<usize> = 508..512;
const GNU_TIMES: [Range<usize>; 2] = [345..357, 357..369];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    V7,
    Ustar,
    Star,
    Gnu,
}

/// The fields of a header that count.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) name: Vec<u8>,
    pub(super) kind: u8,
    pub(super) size: i64,
    pub(super) modified: i64,
    pub(super) format: Format,
    mode: i64,
}

impl Header {
    /// Reads a block.
    pub(super) fn read(block: &Block) -> Result<Header, Error> {
        let format = format(block)?;
        let field = |range: Range<usize>| block.get(range).unwrap_or_default();
        for range in NUMBERS {
            number(field(range))?;
        }
        let mut header = Header {
            name: text(field(NAME)).to_vec(),
            kind: block.get(KIND).copied().unwrap_or_default(),
            size: number(field(SIZE))?,
            modified: number(field(MODIFIED))?,
            format,
            mode: number(field(MODE))?,
        };
        if format != Format::V7 {
            for range in DEVICES {
                number(field(range))?;
            }
        }
        let prefix = match format {
            Format::V7 => b"",
            Format::Ustar => text(field(USTAR_PREFIX)),
            Format::Star => {
                for range in STAR_TIMES {
                    number(field(range))?;
                }
                text(field(STAR_PREFIX))
            }
            Format::Gnu => {
                // Go's own writer once put a prefix where this format has times.
                let is_time = |range: &Range<usize>| {
                    let time = field(range.clone());
                    time.first() == Some(&0) || number(time).is_ok()
                };
                let prefix = text(field(USTAR_PREFIX));
                match GNU_TIMES.iter().all(is_time) || !prefix.is_ascii() {
                    true => b"",
                    false => prefix,
                }
            }
        };
        if !prefix.is_empty() {
            header.name = [prefix, &header.name].join(&b'/');
        }
        Ok(header)
    }

    /// Links, devices, directories and pipes have no contents, whatever their size.
    pub(super) fn is_without_contents(&self) -> bool {
        matches!(self.kind, b'1'..=b'6')
    }

    /// The meaning of the header.
    pub(super) fn entry(self, fragments: Option<Vec<Fragment>>) -> Entry {
        let is_for_all = self.kind == b'g';
        Entry {
            name: self.name,
            kind: self.kind,
            size: if is_for_all { 0 } else { self.size },
            modified: self.modified,
            mode: if is_for_all { 0 } else { self.mode },
            fragments,
        }
    }
}

/// The format of a header with the right checksum, of which there are two: old systems had signed bytes.
fn format(block: &Block) -> Result<Format, Error> {
    let field = |range: Range<usize>| block.get(range).unwrap_or_default();
    let (mut unsigned, mut signed) = (0i64, 0i64);
    for (at, byte) in block.iter().enumerate() {
        let byte = if CHECKSUM.contains(&at) { b' ' } else { *byte };
        unsigned += i64::from(byte);
        signed += i64::from(byte as i8);
    }
    let sum = octal(field(CHECKSUM))?;
    if sum != unsigned && sum != signed {
        return Err(Error::Header);
    }
    Ok(match (field(MAGIC), field(VERSION)) {
        (b"ustar\0", _) if field(STAR_TRAILER) == b"tar\0" => Format::Star,
        (b"ustar\0", _) => Format::Ustar,
        (b"ustar ", b" \0") => Format::Gnu,
        _ => Format::V7,
    })
}

/// A text up to its first NUL.
pub(super) fn text(field: &[u8]) -> &[u8] {
    let end = field.iter().position(|byte| *byte == 0);
    field.get(..end.unwrap_or(field.len())).unwrap_or_default()
}

/// A number: in octal digits, or in two's complement with the first bit set.
pub(super) fn number(field: &[u8]) -> Result<i64, Error> {
    let Some(first) = field.first().filter(|first| **first & 0x80 != 0) else {
        return octal(field);
    };
    let inversion = if first & 0x40 != 0 { 0xFF } else { 0 };
    let mut number = 0u64;
    for (at, byte) in field.iter().enumerate() {
        let byte = byte ^ inversion;
        let byte = if at == 0 { byte & 0x7F } else { byte };
        if number >> 56 > 0 {
            return Err(Error::Header);
        }
        number = number << 8 | u64::from(byte);
    }
    let number = i64::try_from(number).map_err(|_| Error::Header)?;
    Ok(if inversion == 0 { number } else { !number })
}

fn octal(field: &[u8]) -> Result<i64, Error> {
    let is_filler = |byte: &u8| matches!(byte, b' ' | 0);
    let Some(start) = field.iter().position(|byte| !is_filler(byte)) else {
        return Ok(0);
    };
    let end = field.iter().rposition(|byte| !is_filler(byte));
    let digits = field.get(start..=end.unwrap_or(start)).unwrap_or_default();
    text(digits)
        .iter()
        .try_fold(0i64, |number, digit| match digit {
            // Twelve digits are the most there can be.
            b'0'..=b'7' => Ok(number << 3 | i64::from(digit - b'0')),
            _ => Err(Error::Header),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_two_notations() {
        let value = |field: &[u8]| number(field).ok();
        assert_eq!(value(b"0000644\0"), Some(0o644));
        assert_eq!(value(b" 644 \0\0\0"), Some(0o644));
        assert_eq!(value(b"\0\0\0\0"), Some(0));
        assert_eq!(value(b"64\0 8"), Some(0o64));
        assert_eq!(value(b"0000648\0"), None);
        assert_eq!(value(b"-1"), None);
        assert_eq!(value(b"\x80\0\0\0\0\0\0\0\0\0\x01\0"), Some(256));
        assert_eq!(
            value(b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE"),
            Some(-2)
        );
        assert_eq!(value(b"\x80\0\0\x01\0\0\0\0\0\0\0\0"), None);
        assert_eq!(value(b"\x80\0\0\0\x80\0\0\0\0\0\0\0"), None);
    }
}
