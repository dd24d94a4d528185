//! Percent-encoding, with the characters that each part of a URL leaves alone.

use crate::strconv::quote;
use std::fmt;

/// The part of a URL that is encoded or decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Path,
    PathSegment,
    Host,
    Zone,
    UserPassword,
    QueryComponent,
    Fragment,
}

/// Returns true if encoding replaces the byte.
pub(super) fn should_escape(b: u8, mode: Mode) -> bool {
    if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
        return false;
    }
    let plain: &[u8] = match mode {
        Mode::Host | Mode::Zone => b"!$&'()*+,;=:[]<>\"",
        Mode::Path => b"$&+,/:;=@",
        Mode::PathSegment => b"$&+:=@",
        Mode::UserPassword => b"$&+,;=",
        Mode::QueryComponent => b"",
        Mode::Fragment => b"$&+,/:;=?@!()*",
    };
    !plain.contains(&b)
}

pub(super) fn escape(text: &[u8], mode: Mode) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = Vec::with_capacity(text.len());
    for &b in text {
        if b == b' ' && mode == Mode::QueryComponent {
            out.push(b'+');
        } else if should_escape(b, mode) {
            let digit = |n: u8| HEX.get(usize::from(n)).copied().unwrap_or_default();
            out.extend_from_slice(&[b'%', digit(b >> 4), digit(b & 15)]);
        } else {
            out.push(b);
        }
    }
    out
}

/// The part that cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnescapeError {
    /// `url.EscapeError`: a percent sign without two hexadecimal digits, or what may not be encoded there.
    Escape(Vec<u8>),
    /// `url.InvalidHostError`: a character that no host has.
    Host(u8),
}

impl fmt::Display for UnescapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnescapeError::Escape(sequence) => write!(f, "invalid URL escape {}", quote(sequence)),
            UnescapeError::Host(byte) => {
                write!(f, "invalid character {} in host name", quote(&[*byte]))
            }
        }
    }
}

impl std::error::Error for UnescapeError {}

impl From<UnescapeError> for String {
    fn from(error: UnescapeError) -> String {
        error.to_string()
    }
}

/// Decodes what a part of a URL has encoded.
pub(super) fn unescape(text: &[u8], mode: Mode) -> Result<Vec<u8>, UnescapeError> {
    let in_host = matches!(mode, Mode::Host | Mode::Zone);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        if first == b'%' {
            let sequence = rest.get(..3).unwrap_or(rest);
            let invalid = || UnescapeError::Escape(sequence.to_vec());
            let byte = decode(sequence).ok_or_else(invalid)?;
            // A host may encode only bytes beyond ASCII, a zone only what it could as well write.
            let allowed = match mode {
                Mode::Host => byte >= 0x80,
                Mode::Zone => byte == b' ' || !should_escape(byte, Mode::Host),
                _ => true,
            };
            if !allowed && sequence != b"%25" {
                return Err(invalid());
            }
            out.push(byte);
            rest = rest.get(3..).unwrap_or_default();
            continue;
        }
        if in_host && first < 0x80 && should_escape(first, mode) {
            return Err(UnescapeError::Host(first));
        }
        out.push(if first == b'+' && mode == Mode::QueryComponent {
            b' '
        } else {
            first
        });
        rest = after;
    }
    Ok(out)
}

fn decode(sequence: &[u8]) -> Option<u8> {
    let [_, high, low] = *sequence else {
        return None;
    };
    let digit = |b: u8| (b as char).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// `url.QueryEscape`, also the builtin `urlquery`.
pub fn query_escape(text: &[u8]) -> Vec<u8> {
    escape(text, Mode::QueryComponent)
}

/// `url.PathEscape`.
pub fn path_escape(text: &[u8]) -> Vec<u8> {
    escape(text, Mode::PathSegment)
}

/// `url.QueryUnescape`.
///
/// # Errors
/// `invalid URL escape "%z"`.
pub fn query_unescape(text: &[u8]) -> Result<Vec<u8>, UnescapeError> {
    unescape(text, Mode::QueryComponent)
}

/// `url.PathUnescape`.
///
/// # Errors
/// `invalid URL escape "%z"`.
pub fn path_unescape(text: &[u8]) -> Result<Vec<u8>, UnescapeError> {
    unescape(text, Mode::PathSegment)
}
