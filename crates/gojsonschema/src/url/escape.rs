//! Percent-encoding of each part of a URL.

use gostd::strconv;

/// The part of a URL that is escaped or unescaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Path,
    PathSegment,
    Host,
    Zone,
    UserPassword,
    Fragment,
}

/// Escapes `text` for `part`.
pub(crate) fn escape(text: &[u8], part: Part) -> String {
    let mut out = String::with_capacity(text.len());
    for &b in text {
        if is_plain(b, part) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// Undoes percent-encoding; the error names the sequence at fault.
pub(crate) fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        if b == b'%' {
            let sequence = text
                .get(at..)
                .map(|rest| rest.get(..3).unwrap_or(rest))
                .unwrap_or_default();
            let byte = decoded(sequence).filter(|&byte| may_be_escaped(byte, sequence, part));
            let byte =
                byte.ok_or_else(|| format!("invalid URL escape {}", strconv::quote(sequence)))?;
            out.push(byte);
            at += 3;
            continue;
        }
        if matches!(part, Part::Host | Part::Zone) && b < 0x80 && !is_plain(b, part) {
            return Err(format!(
                "invalid character {} in host name",
                strconv::quote(&[b])
            ));
        }
        out.push(b);
        at += 1;
    }
    Ok(out)
}

fn decoded(sequence: &[u8]) -> Option<u8> {
    let [b'%', high, low] = sequence else {
        return None;
    };
    let digit = |b: &u8| char::from(*b).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// In a host only bytes beyond ASCII may be escaped, in a zone also those that may stand in a
/// host, and blanks; `%25` always may.
fn may_be_escaped(byte: u8, sequence: &[u8], part: Part) -> bool {
    match part {
        _ if sequence == b"%25" => true,
        Part::Host => byte >= 0x80,
        Part::Zone => byte == b' ' || is_plain(byte, Part::Host),
        _ => true,
    }
}

/// Go's `!shouldEscape`.
fn is_plain(b: u8, part: Part) -> bool {
    match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => true,
        _ => match part {
            Part::Path => b"$&+,/:;=@".contains(&b),
            Part::PathSegment => b"$&+:=@".contains(&b),
            Part::Host | Part::Zone => b"!$&'()*+,;=:[]<>\"".contains(&b),
            Part::UserPassword => b"$&+,;=".contains(&b),
            Part::Fragment => b"$&+,/:;=?@!()*".contains(&b),
        },
    }
}

/// The escaped form to print: the raw one where it is a valid escaping of the plain one.
pub(super) fn escaped(plain: &[u8], raw: &[u8], part: Part) -> Vec<u8> {
    let valid = |&b: &u8| b"!$&'()*+,;=:@[]%".contains(&b) || is_plain(b, part);
    let raw_fits = !raw.is_empty()
        && raw.iter().all(valid)
        && unescape(raw, part).is_ok_and(|unescaped| unescaped == plain);
    if raw_fits {
        raw.to_vec()
    } else if plain == b"*" && part == Part::Path {
        plain.to_vec()
    } else {
        escape(plain, part).into_bytes()
    }
}
