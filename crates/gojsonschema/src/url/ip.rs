//! IP addresses as Go's `netip.ParseAddr` reads them.

use gostd::strconv;

/// What a text that is an IP address tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) is_v4: bool,
    pub(crate) has_zone: bool,
}

/// Reads an IPv4 or IPv6 address, the latter with or without zone.
pub(crate) fn parse(text: &[u8]) -> Result<Address, String> {
    let result = match text.iter().find(|b| b".:%".contains(b)) {
        Some(b'.') => parse_v4(text).map(|()| Address {
            is_v4: true,
            has_zone: false,
        }),
        Some(b':') => parse_v6(text),
        Some(_) => Err(("missing IPv6 address", &[][..])),
        None => Err(("unable to parse IP", &[][..])),
    };
    result.map_err(|(message, at)| {
        let place = match at {
            [] => String::new(),
            at => format!(" (at {})", strconv::quote(at)),
        };
        format!("ParseAddr({}): {message}{place}", strconv::quote(text))
    })
}

/// What is wrong, and the rest of the text from there on.
type Fault<'t> = (&'static str, &'t [u8]);

fn parse_v4(text: &[u8]) -> Result<(), Fault<'_>> {
    let (mut value, mut digits, mut dots) = (0u32, 0, 0);
    for (i, &b) in text.iter().enumerate() {
        match b {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(("IPv4 field has octet with leading zero", &[]));
                }
                value = value * 10 + u32::from(b - b'0');
                digits += 1;
                if value > 255 {
                    return Err(("IPv4 field has value >255", &[]));
                }
            }
            b'.' => {
                if digits == 0 || i + 1 == text.len() {
                    return Err(("IPv4 field must have at least one digit", &text[i..]));
                }
                if dots == 3 {
                    return Err(("IPv4 address too long", &[]));
                }
                dots += 1;
                (value, digits) = (0, 0);
            }
            _ => return Err(("unexpected character", &text[i..])),
        }
    }
    if dots < 3 {
        Err(("IPv4 address too short", &[]))
    } else {
        Ok(())
    }
}

fn parse_v6(text: &[u8]) -> Result<Address, Fault<'_>> {
    let zone = text.iter().position(|&b| b == b'%');
    if zone.is_some_and(|at| at + 1 == text.len()) {
        return Err(("zone must be a non-empty string", &[]));
    }
    let address = Address {
        is_v4: false,
        has_zone: zone.is_some(),
    };
    let mut rest = &text[..zone.unwrap_or(text.len())];
    let mut ellipsis = false;
    if let Some(behind) = rest.strip_prefix(b"::") {
        ellipsis = true;
        rest = behind;
        if rest.is_empty() {
            return Ok(address);
        }
    }
    let mut bytes = 0;
    while bytes < 16 {
        let length = hex_digits(rest)?;
        if rest.get(length) == Some(&b'.') {
            if !ellipsis && bytes != 12 {
                let message =
                    "embedded IPv4 address must replace the final 2 fields of the address";
                return Err((message, rest));
            }
            if bytes + 4 > 16 {
                let message =
                    "too many hex fields to fit an embedded IPv4 at the end of the address";
                return Err((message, rest));
            }
            parse_v4(rest)?;
            rest = &[];
            bytes += 4;
            break;
        }
        bytes += 2;
        rest = &rest[length..];
        match rest {
            [] => break,
            [b':'] => return Err(("colon must be followed by more characters", rest)),
            [b':', ..] => rest = &rest[1..],
            _ => return Err(("unexpected character, want colon", rest)),
        }
        if rest.first() == Some(&b':') {
            if ellipsis {
                return Err(("multiple :: in address", rest));
            }
            ellipsis = true;
            rest = &rest[1..];
            if rest.is_empty() {
                break;
            }
        }
    }
    match (rest, bytes < 16, ellipsis) {
        ([_, ..], _, _) => Err(("trailing garbage after address", rest)),
        (_, true, false) => Err(("address string too short", &[])),
        (_, false, true) => Err(("the :: must expand to at least one field of zeros", &[])),
        _ => Ok(address),
    }
}

/// The length of the group of hexadecimal digits that `rest` starts with.
fn hex_digits(rest: &[u8]) -> Result<usize, Fault<'_>> {
    match rest.iter().take_while(|b| b.is_ascii_hexdigit()).count() {
        0 => Err((
            "each colon-separated field must have at least one digit",
            rest,
        )),
        length @ 1..=4 => Ok(length),
        _ => Err(("each group must have 4 or less digits", rest)),
    }
}
