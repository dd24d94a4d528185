//! Package `encoding/base64`: the standard encoding, with padding.

use data_encoding::BASE64;
use std::fmt;

/// `base64.StdEncoding.EncodeToString`.
pub fn encode(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// A text that is not base64, with the offset of the byte that shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CorruptInput(pub usize);

impl fmt::Display for CorruptInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "illegal base64 data at input byte {}", self.0)
    }
}

impl std::error::Error for CorruptInput {}

/// `base64.StdEncoding.DecodeString`: line ends are passed over, spare bits of the last digit need
/// not be zero.
///
/// # Errors
/// The bytes before the fault, and `illegal base64 data at input byte …` with the offset that Go
/// gives, which line ends inside the last group shift.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, (Vec<u8>, CorruptInput)> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut rest = Rest { text, at: 0 };
    loop {
        match rest.group() {
            Ok(Group { bits, len, last }) => {
                out.extend(bits.to_be_bytes().iter().skip(1).take(len));
                if last {
                    return match rest.after_padding() {
                        Ok(()) => Ok(out),
                        Err(error) => Err((out, error)),
                    };
                }
            }
            Err(error) => return Err((out, error)),
        }
    }
}

/// Four digits: 24 bits, how many bytes of them count, and whether nothing may follow.
struct Group {
    bits: u32,
    len: usize,
    last: bool,
}

struct Rest<'t> {
    text: &'t [u8],
    at: usize,
}

impl Rest<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.text.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte
    }

    fn skip_line_ends(&mut self) {
        while matches!(self.text.get(self.at), Some(b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn group(&mut self) -> Result<Group, CorruptInput> {
        let (mut bits, mut digits) = (0, 0);
        while digits < 4 {
            match self.next() {
                None if digits == 0 => {
                    return Ok(Group {
                        bits: 0,
                        len: 0,
                        last: true,
                    });
                }
                None => return Err(CorruptInput(self.at - digits)),
                Some(b'\r' | b'\n') => {}
                Some(b'=') => return self.padded(bits, digits),
                Some(byte) => match digit(byte) {
                    Some(digit) => {
                        bits |= digit << (18 - 6 * digits);
                        digits += 1;
                    }
                    None => return Err(CorruptInput(self.at - 1)),
                },
            }
        }
        let (len, last) = (3, false);
        Ok(Group { bits, len, last })
    }

    /// The group whose first padding has just been read.
    fn padded(&mut self, bits: u32, digits: usize) -> Result<Group, CorruptInput> {
        if digits < 2 {
            return Err(CorruptInput(self.at - 1));
        }
        if digits == 2 {
            self.skip_line_ends();
            match self.next() {
                None => return Err(CorruptInput(self.at)),
                Some(b'=') => {}
                Some(_) => return Err(CorruptInput(self.at - 2)),
            }
        }
        let (len, last) = (digits - 1, true);
        Ok(Group { bits, len, last })
    }

    fn after_padding(&mut self) -> Result<(), CorruptInput> {
        self.skip_line_ends();
        match self.at == self.text.len() {
            true => Ok(()),
            false => Err(CorruptInput(self.at)),
        }
    }
}

fn digit(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn encodes_as_go_does() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert_eq!(encode(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    /// Recorded from Go.
    #[test]
    fn names_the_byte_that_go_names() {
        for (text, before, error) in [
            ("Z", "", "illegal base64 data at input byte 0"),
            ("Zg", "", "illegal base64 data at input byte 0"),
            ("Zg=", "", "illegal base64 data at input byte 3"),
            ("Zg=x", "", "illegal base64 data at input byte 2"),
            ("Zg==x", "f", "illegal base64 data at input byte 4"),
            ("Zg==\nx", "f", "illegal base64 data at input byte 5"),
            ("Z=", "", "illegal base64 data at input byte 1"),
            ("=", "", "illegal base64 data at input byte 0"),
            ("Zm9", "", "illegal base64 data at input byte 0"),
            ("Zm9v!", "foo", "illegal base64 data at input byte 4"),
            ("Zm9vZ\n", "foo", "illegal base64 data at input byte 5"),
            ("Zm\n9", "", "illegal base64 data at input byte 1"),
            ("zz", "", "illegal base64 data at input byte 0"),
            ("Zm8=\n\n=", "fo", "illegal base64 data at input byte 6"),
            ("!!", "", "illegal base64 data at input byte 0"),
            ("Zg=\n", "", "illegal base64 data at input byte 4"),
            ("Zg=\n\nx", "", "illegal base64 data at input byte 4"),
        ] {
            let (got, fault) = decode(text.as_bytes()).unwrap_err();
            assert_eq!(got, before.as_bytes(), "{text:?}");
            assert_eq!(fault.to_string(), error, "{text:?}");
        }
    }

    #[test]
    fn passes_over_line_ends() {
        assert_eq!(decode(b"Zm\r\n9v\nZg=\n=\n").unwrap(), b"foof");
        assert_eq!(decode(b"Zh==").unwrap(), b"f");
    }
}
