//! Package `net/netip`: which texts are IP addresses.

use crate::strconv::quote;
use crate::strings::cut;
use std::fmt;

/// `netip.Addr`, as far as URLs and schemas ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addr {
    /// IPv4, without an IPv6 address around it.
    pub is_v4: bool,
    /// An IPv6 address with a zone: `fe80::1%eth0`.
    pub has_zone: bool,
}

/// A text that is no address: `ParseAddr("1.2"): IPv4 address too short`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddrError(String);

impl fmt::Display for AddrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AddrError {}

/// `netip.ParseAddr`.
///
/// # Errors
/// Go's `ParseAddr("…"): …`.
pub fn parse_addr(text: &[u8]) -> Result<Addr, AddrError> {
    let v4 = Addr {
        is_v4: true,
        has_zone: false,
    };
    let result = match text.iter().find(|b| matches!(b, b'.' | b':' | b'%')) {
        Some(b'.') => ipv4(text).map(|()| v4),
        Some(b':') => ipv6(text),
        Some(_) => Err(Failure::new("missing IPv6 address")),
        None => Err(Failure::new("unable to parse IP")),
    };
    result.map_err(|failure| {
        let place = match failure.at {
            [] => String::new(),
            at => format!(" (at {})", quote(at)),
        };
        AddrError(format!(
            "ParseAddr({}): {}{place}",
            quote(text),
            failure.message
        ))
    })
}

/// An error's text, and the rest of the address from its place on.
struct Failure<'t> {
    message: &'static str,
    at: &'t [u8],
}

impl<'t> Failure<'t> {
    fn new(message: &'static str) -> Self {
        Self { message, at: b"" }
    }

    fn at(message: &'static str, at: &'t [u8]) -> Self {
        Self { message, at }
    }
}

fn ipv4(text: &[u8]) -> Result<(), Failure<'_>> {
    let (mut value, mut digits, mut dots) = (0u32, 0, 0);
    for (at, &b) in text.iter().enumerate() {
        let here = text.get(at..).unwrap_or_default();
        match b {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(Failure::new("IPv4 field has octet with leading zero"));
                }
                value = value * 10 + u32::from(b - b'0');
                digits += 1;
                if value > 255 {
                    return Err(Failure::new("IPv4 field has value >255"));
                }
            }
            b'.' if digits == 0 || here.len() == 1 => {
                return Err(Failure::at("IPv4 field must have at least one digit", here));
            }
            b'.' if dots == 3 => return Err(Failure::new("IPv4 address too long")),
            b'.' => (value, digits, dots) = (0, 0, dots + 1),
            _ => return Err(Failure::at("unexpected character", here)),
        }
    }
    if dots < 3 {
        Err(Failure::new("IPv4 address too short"))
    } else {
        Ok(())
    }
}

/// Reads groups of two bytes until 16 bytes are there or the text ends.
fn ipv6(text: &[u8]) -> Result<Addr, Failure<'_>> {
    let (mut rest, zone) = cut(text, b'%');
    if zone == Some(b"") {
        return Err(Failure::new("zone must be a non-empty string"));
    }
    let address = Addr {
        is_v4: false,
        has_zone: zone.is_some(),
    };
    let mut ellipsis = false;
    if let Some(after) = rest.strip_prefix(b"::") {
        ellipsis = true;
        rest = after;
        if rest.is_empty() {
            return Ok(address);
        }
    }
    let mut bytes = 0;
    while bytes < 16 {
        let digits = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        if digits > 4 {
            return Err(Failure::at("each group must have 4 or less digits", rest));
        }
        if digits == 0 {
            return Err(Failure::at(
                "each colon-separated field must have at least one digit",
                rest,
            ));
        }
        if rest.get(digits) == Some(&b'.') {
            if !ellipsis && bytes != 12 {
                let message =
                    "embedded IPv4 address must replace the final 2 fields of the address";
                return Err(Failure::at(message, rest));
            }
            if bytes + 4 > 16 {
                let message =
                    "too many hex fields to fit an embedded IPv4 at the end of the address";
                return Err(Failure::at(message, rest));
            }
            ipv4(rest)?;
            rest = &[];
            bytes += 4;
            break;
        }
        bytes += 2;
        rest = rest.get(digits..).unwrap_or_default();
        let Some(after) = rest.strip_prefix(b":") else {
            if rest.is_empty() {
                break;
            }
            return Err(Failure::at("unexpected character, want colon", rest));
        };
        if after.is_empty() {
            return Err(Failure::at(
                "colon must be followed by more characters",
                rest,
            ));
        }
        rest = after;
        if let Some(after) = rest.strip_prefix(b":") {
            if ellipsis {
                return Err(Failure::at("multiple :: in address", rest));
            }
            ellipsis = true;
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
    }
    match (bytes, ellipsis) {
        _ if !rest.is_empty() => Err(Failure::at("trailing garbage after address", rest)),
        (0..16, false) => Err(Failure::new("address string too short")),
        (16.., true) => Err(Failure::new(
            "the :: must expand to at least one field of zeros",
        )),
        _ => Ok(address),
    }
}
