//! JSON strings: how Go escapes them, and what an escaped one says.

use crate::unicode::{decode_rune, push_rune};

/// Appends a string literal. Control characters, quotes, backslashes, U+2028 and U+2029 are
/// escaped, an invalid byte becomes `\ufffd`, and `<`, `>` and `&` are escaped if asked for.
pub fn append_string(out: &mut Vec<u8>, text: &[u8], escape_html: bool) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let valid = std::str::from_utf8(text).is_ok();
    let stops = Stops {
        html: escape_html,
        invalid: !valid,
    };
    let mut start = 0;
    let mut at = 0;
    while let Some(run) = text.get(at..).and_then(|rest| stops.find(rest)) {
        at += run;
        let rest = text.get(at..).unwrap_or_default();
        let (width, escape) = match rest {
            [0x80..=0xff, ..] => rune_at(rest),
            _ => (1, true),
        };
        if escape {
            out.extend_from_slice(text.get(start..at).unwrap_or_default());
            append_escape(out, rest.get(..width).unwrap_or_default());
            start = at + width;
        }
        at += width;
    }
    out.extend_from_slice(text.get(start..).unwrap_or_default());
    out.push(b'"');
}

/// The bytes that need a look, besides those that are always escaped.
struct Stops {
    html: bool,
    invalid: bool,
}

impl Stops {
    const ALWAYS: u8 = 1;
    const HTML: u8 = 2;
    const BEYOND_ASCII: u8 = 4;

    /// The class of each byte. U+2028 and U+2029 begin with E2.
    const CLASSES: [u8; 256] = {
        let mut classes = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            classes[byte] = match byte as u8 {
                b'"' | b'\\' | 0..b' ' | 0xe2 => Self::ALWAYS,
                b'<' | b'>' | b'&' => Self::HTML,
                0x80.. => Self::BEYOND_ASCII,
                _ => 0,
            };
            byte += 1;
        }
        classes
    };

    fn find(&self, text: &[u8]) -> Option<usize> {
        let html = if self.html { Self::HTML } else { 0 };
        let invalid = if self.invalid { Self::BEYOND_ASCII } else { 0 };
        let mask = Self::ALWAYS | html | invalid;
        let class = |byte: &u8| Self::CLASSES[usize::from(*byte)];
        text.iter().position(|byte| class(byte) & mask != 0)
    }
}

/// The width of the first rune, and whether it must be escaped: an invalid byte or one of the
/// separators U+2028 and U+2029.
fn rune_at(text: &[u8]) -> (usize, bool) {
    match (text, decode_rune(text)) {
        ([0xe2, 0x80, 0xa8 | 0xa9, ..], _) => (3, true),
        (_, (char::REPLACEMENT_CHARACTER, width @ (0 | 1))) => (width.max(1), true),
        (_, (_, width)) => (width, false),
    }
}

fn append_escape(out: &mut Vec<u8>, escaped: &[u8]) {
    let hex = |n: u8| b"0123456789abcdef"[usize::from(n & 15)];
    let short = match escaped {
        [0xe2, _, last] => {
            out.extend_from_slice(&[b'\\', b'u', b'2', b'0', b'2', hex(*last)]);
            return;
        }
        [b'"'] => b'"',
        [b'\\'] => b'\\',
        [0x08] => b'b',
        [0x0c] => b'f',
        [b'\n'] => b'n',
        [b'\r'] => b'r',
        [b'\t'] => b't',
        [byte] if *byte < 0x80 => {
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', hex(byte >> 4), hex(*byte)]);
            return;
        }
        _ => {
            out.extend_from_slice(br"\ufffd");
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Go's `json.HTMLEscape` of a string literal: its quotes and escapes stay as they are.
pub(super) fn escape_html(out: &mut Vec<u8>, literal: &[u8]) {
    let mut rest = literal;
    while let Some(byte) = rest.first() {
        let width = match rest {
            [b'<' | b'>' | b'&', ..] => 1,
            [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
            _ => {
                out.push(*byte);
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
        };
        append_escape(out, rest.get(..width).unwrap_or_default());
        rest = rest.get(width..).unwrap_or_default();
    }
}

/// The text between the quotes of a valid literal, with escapes resolved; an invalid byte or a
/// lone surrogate is U+FFFD.
pub fn unescape(inside: &[u8]) -> Vec<u8> {
    let plain = |c: &u8| *c != b'\\' && *c < 0x80;
    let mut out = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while !rest.is_empty() {
        let run = rest.iter().take_while(|c| plain(c)).count();
        let (ascii, after) = rest.split_at(run);
        out.extend_from_slice(ascii);
        rest = match after {
            [b'\\', b'u', ..] => unescape_unicode(&mut out, after),
            [b'\\', escaped, after @ ..] => {
                out.push(match escaped {
                    b'b' => 0x08,
                    b'f' => 0x0c,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    other => *other,
                });
                after
            }
            _ => {
                let (rune, width) = decode_rune(after);
                if width > 0 {
                    push_rune(&mut out, rune);
                }
                after.get(width.max(1)..).unwrap_or_default()
            }
        };
    }
    out
}

/// One `\uXXXX`, or two that are a surrogate pair; gives what follows.
fn unescape_unicode<'t>(out: &mut Vec<u8>, text: &'t [u8]) -> &'t [u8] {
    let unit = |text: &[u8]| {
        let digits = text.strip_prefix(b"\\u")?.get(..4)?;
        let digits = std::str::from_utf8(digits).ok()?;
        u32::from_str_radix(digits, 16).ok()
    };
    let after = text.get(6..).unwrap_or_default();
    let (code, after) = match (unit(text), unit(after)) {
        (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000)) => (
            0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00),
            after.get(6..).unwrap_or_default(),
        ),
        (code, _) => (code.unwrap_or(u32::MAX), after),
    };
    push_rune(
        out,
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    );
    after
}
