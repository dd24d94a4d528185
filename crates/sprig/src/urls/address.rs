//! Internet addresses (Go's `netip.ParseAddr`): which family a text is of, or what is wrong with it.

use gostd::strconv::quote;
use std::fmt;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    V4,
    V6,
}

/// What is wrong with an address, and from where on.
#[derive(Debug)]
pub(crate) struct AddressError {
    text: Vec<u8>,
    message: &'static str,
    at: Vec<u8>,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParseAddr({}): {}", quote(&self.text), self.message)?;
        match self.at.is_empty() {
            true => Ok(()),
            false => write!(f, " (at {})", quote(&self.at)),
        }
    }
}

/// A message and the part of the text it is about.
type Fault<'t> = (&'static str, &'t [u8]);

/// `netip.ParseAddr`
pub(crate) fn parse(text: &[u8]) -> Result<Family, AddressError> {
    let family = match memchr::memchr3(b'.', b':', b'%', text).and_then(|at| text.get(at)) {
        Some(b'.') => check_v4(text).map(|()| Family::V4),
        Some(b':') => check_v6(text).map(|()| Family::V6),
        Some(_) => Err(("missing IPv6 address", &b""[..])),
        None => Err(("unable to parse IP", &b""[..])),
    };
    family.map_err(|(message, at)| AddressError {
        text: text.to_vec(),
        message,
        at: at.to_vec(),
    })
}

fn check_v4(text: &[u8]) -> Result<(), Fault<'_>> {
    let (mut value, mut digits, mut dots) = (0u32, 0, 0);
    for (at, byte) in text.iter().enumerate() {
        let rest = text.get(at..).unwrap_or_default();
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(("IPv4 field has octet with leading zero", b""));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(("IPv4 field has value >255", b""));
                }
            }
            b'.' if digits == 0 || rest.len() == 1 => {
                return Err(("IPv4 field must have at least one digit", rest));
            }
            b'.' if dots == 3 => return Err(("IPv4 address too long", b"")),
            b'.' => (value, digits, dots) = (0, 0, dots + 1),
            _ => return Err(("unexpected character", rest)),
        }
    }
    match dots < 3 {
        true => Err(("IPv4 address too short", b"")),
        false => Ok(()),
    }
}

fn check_v6(text: &[u8]) -> Result<(), Fault<'_>> {
    let mut rest = text;
    if let Some(percent) = memchr::memchr(b'%', text) {
        if percent + 1 == text.len() {
            return Err(("zone must be a non-empty string", b""));
        }
        rest = text.get(..percent).unwrap_or_default();
    }
    let mut ellipsis = rest.starts_with(b"::");
    if ellipsis {
        rest = rest.get(2..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(());
        }
    }
    // How many of the 16 bytes are known.
    let mut known = 0;
    while known < 16 {
        let digits = group_digits(rest)?;
        let after = rest.get(digits..).unwrap_or_default();
        if after.first() == Some(&b'.') {
            if !ellipsis && known != 12 {
                return Err((
                    "embedded IPv4 address must replace the final 2 fields of the address",
                    rest,
                ));
            }
            if known > 12 {
                return Err((
                    "too many hex fields to fit an embedded IPv4 at the end of the address",
                    rest,
                ));
            }
            check_v4(rest)?;
            rest = b"";
            known += 4;
            break;
        }
        known += 2;
        rest = after;
        match *rest {
            [] => break,
            [b':'] => return Err(("colon must be followed by more characters", rest)),
            [b':', b':', ..] if ellipsis => {
                return Err(("multiple :: in address", rest.get(1..).unwrap_or_default()));
            }
            [b':', b':', ref after @ ..] => {
                ellipsis = true;
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            [b':', ref after @ ..] => rest = after,
            _ => return Err(("unexpected character, want colon", rest)),
        }
    }
    match (rest, known < 16, ellipsis) {
        ([_, ..], ..) => Err(("trailing garbage after address", rest)),
        (_, true, false) => Err(("address string too short", b"")),
        (_, false, true) => Err(("the :: must expand to at least one field of zeros", b"")),
        _ => Ok(()),
    }
}

/// How many hexadecimal digits the text begins with, one to four.
fn group_digits(text: &[u8]) -> Result<usize, Fault<'_>> {
    match text.iter().take_while(|b| b.is_ascii_hexdigit()).count() {
        0 => Err((
            "each colon-separated field must have at least one digit",
            text,
        )),
        digits @ 1..=4 => Ok(digits),
        _ => Err(("each group must have 4 or less digits", text)),
    }
}
