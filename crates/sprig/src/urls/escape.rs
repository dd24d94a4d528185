//! Percent escapes in the parts of a URL (Go's `url.escape` and `unescape`).

use super::parse::UrlError;

/// Which part a text belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    User,
    Host,
    /// The zone of an IPv6 address.
    Zone,
    Path,
    Fragment,
}

impl Part {
    /// Whether a byte stands for itself in this part.
    pub(super) fn allows(self, byte: u8) -> bool {
        if byte.is_ascii_alphanumeric() {
            return true;
        }
        let others: &[u8] = match self {
            Part::User => b"-._~$&+,;=",
            Part::Host | Part::Zone => b"-._~$&+,;=!\"'()*:<>[]",
            Part::Path => b"-._~$&+,;=/:@",
            Part::Fragment => b"-._~$&+,;=/:@!()*?",
        };
        others.contains(&byte)
    }
}

/// The text with every byte escaped that does not stand for itself.
pub(super) fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match part.allows(*byte) {
            true => out.push(*byte),
            false => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    out
}

/// The text without escapes. In a host only bytes beyond ASCII may be escaped, and all of ASCII that
/// is not allowed there is refused.
pub(super) fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, UrlError> {
    let host = matches!(part, Part::Host | Part::Zone);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            if host && byte < 0x80 && !part.allows(byte) {
                return Err(UrlError::HostCharacter(byte));
            }
            out.push(byte);
            rest = after;
            continue;
        }
        let escape = rest.get(..rest.len().min(3)).unwrap_or_default();
        let value = match escape {
            [_, a, b] => hex_digit(*a).zip(hex_digit(*b)).map(|(a, b)| a << 4 | b),
            _ => None,
        };
        let refused = |value: u8| match part {
            Part::Host => value < 0x80 && value != b'%',
            Part::Zone => value != b'%' && value != b' ' && !Part::Host.allows(value),
            _ => false,
        };
        match value {
            Some(value) if !refused(value) => out.push(value),
            _ => return Err(UrlError::Escape(escape.to_vec())),
        }
        rest = rest.get(3..).unwrap_or_default();
    }
    Ok(out)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}
