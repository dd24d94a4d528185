//! Finds the plain texts that go-yaml would read back as a null, boolean, number or date, so that a string
//! of that text has to be quoted; and its nod to YAML 1.1's base-60 numbers, quoted as well.

use super::Dialect;
use crate::resolve::{Resolved, plain};
use crate::timestamp::is_timestamp;

/// Returns true if a string of this text (valid UTF-8) must be quoted because plain it would be something
/// else. v3 reads `yes` and its kin as strings, but quotes them all the same.
pub(super) fn reads_as_other(text: &[u8], dialect: Dialect) -> bool {
    match text {
        [] => true,
        [
            b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~',
            ..,
        ] => text.len() <= 5 && resolves(text),
        [b'.', ..] => resolves(text),
        [b'+' | b'-' | b'0'..=b'9', ..] => {
            resolves(text) || is_base_60(text) || (dialect == Dialect::V3 && is_odd_octal(text))
        }
        _ => false,
    }
}

fn resolves(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| match plain(text) {
        // Dates are read as their text.
        Resolved::Str(_) => is_timestamp(text),
        _ => true,
    })
}

/// `0o+7`: v3's second try at octals lets a sign stand after the prefix.
fn is_odd_octal(text: &[u8]) -> bool {
    text.starts_with(b"0")
        && std::str::from_utf8(text).is_ok_and(|text| {
            let plain = text.replace('_', "");
            plain
                .strip_prefix("0o")
                .is_some_and(|digits| i64::from_str_radix(digits, 8).is_ok())
        })
}

/// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`, such as `12:30:45`.
fn is_base_60(text: &[u8]) -> bool {
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    if !unsigned.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let first_group = unsigned
        .iter()
        .take_while(|b| b.is_ascii_digit() || **b == b'_')
        .count();
    let mut rest = unsigned.get(first_group..).unwrap_or(&[]);
    if rest.first() != Some(&b':') {
        return false;
    }
    loop {
        rest = match rest {
            [b':', b'0'..=b'5', b'0'..=b'9', rest @ ..] | [b':', b'0'..=b'9', rest @ ..] => rest,
            [] => return true,
            [b'.', rest @ ..] => return rest.iter().all(|b| b.is_ascii_digit() || *b == b'_'),
            _ => return false,
        };
    }
}
