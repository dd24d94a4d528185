//! `strconv.Quote`, `Unquote` and their relatives, over strings that may hold invalid UTF-8.

use std::io::Write;

use crate::unicode::{decode_rune, is_graphic, is_print, push_rune};

/// The runes that a quoted string shows as they are.
#[derive(Clone, Copy, PartialEq)]
enum Charset {
    Printable,
    Ascii,
    Graphic,
}

fn append_with(out: &mut Vec<u8>, text: &[u8], quote: u8, charset: Charset) {
    out.reserve(text.len() + 2);
    out.push(quote);
    let mut rest = text;
    while let Some(&first) = rest.first() {
        let plain = rest
            .iter()
            .position(|b| !matches!(b, b' '..=b'~') || *b == quote || *b == b'\\');
        let (run, after) = rest.split_at(plain.unwrap_or(rest.len()));
        if !run.is_empty() {
            out.extend_from_slice(run);
            rest = after;
            continue;
        }
        let (c, width) = decode_rune(rest);
        if c == char::REPLACEMENT_CHARACTER && width == 1 {
            let _ = write!(out, "\\x{first:02x}");
        } else {
            append_rune(out, c, quote, charset);
        }
        rest = rest.get(width..).unwrap_or_default();
    }
    out.push(quote);
}

fn append_rune(out: &mut Vec<u8>, c: char, quote: u8, charset: Charset) {
    if c == quote as char || c == '\\' {
        out.extend_from_slice(&[b'\\', c as u8]);
        return;
    }
    let plain = match charset {
        Charset::Printable => is_print(c),
        Charset::Ascii => c.is_ascii() && is_print(c),
        Charset::Graphic => is_graphic(c),
    };
    if plain {
        return push_rune(out, c);
    }
    // Writing to a Vec cannot fail.
    let _ = match c {
        '\x07' => out.write_all(b"\\a"),
        '\x08' => out.write_all(b"\\b"),
        '\x0c' => out.write_all(b"\\f"),
        '\n' => out.write_all(b"\\n"),
        '\r' => out.write_all(b"\\r"),
        '\t' => out.write_all(b"\\t"),
        '\x0b' => out.write_all(b"\\v"),
        '\0'..=' ' | '\x7f' => write!(out, "\\x{:02x}", c as u32),
        '\u{10000}'.. => write!(out, "\\U{:08x}", c as u32),
        _ => write!(out, "\\u{:04x}", c as u32),
    };
}

fn text_of(append: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    append(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// `strconv.AppendQuote`: a double-quoted Go string; an invalid byte becomes `\xNN`.
pub fn append_quoted(out: &mut Vec<u8>, text: &[u8]) {
    append_with(out, text, b'"', Charset::Printable);
}

/// `strconv.AppendQuoteToASCII`.
pub fn append_quoted_to_ascii(out: &mut Vec<u8>, text: &[u8]) {
    append_with(out, text, b'"', Charset::Ascii);
}

/// `strconv.AppendQuoteRune`; a number that is no rune counts as U+FFFD.
pub fn append_quoted_rune(out: &mut Vec<u8>, rune: i64) {
    append_quoted_rune_with(out, rune, Charset::Printable);
}

fn append_quoted_rune_with(out: &mut Vec<u8>, rune: i64, charset: Charset) {
    let c = u32::try_from(rune)
        .ok()
        .and_then(char::from_u32)
        .unwrap_or(char::REPLACEMENT_CHARACTER);
    out.push(b'\'');
    append_rune(out, c, b'\'', charset);
    out.push(b'\'');
}

/// `strconv.Quote`.
pub fn quote(text: &[u8]) -> String {
    text_of(|out| append_quoted(out, text))
}

/// `strconv.QuoteToASCII`.
pub fn quote_to_ascii(text: &[u8]) -> String {
    text_of(|out| append_quoted_to_ascii(out, text))
}

/// `strconv.QuoteToGraphic`.
pub fn quote_to_graphic(text: &[u8]) -> String {
    text_of(|out| append_with(out, text, b'"', Charset::Graphic))
}

/// `strconv.QuoteRune`.
pub fn quote_rune(rune: i64) -> String {
    text_of(|out| append_quoted_rune(out, rune))
}

/// `strconv.QuoteRuneToASCII`.
pub fn quote_rune_to_ascii(rune: i64) -> String {
    text_of(|out| append_quoted_rune_with(out, rune, Charset::Ascii))
}

/// `strconv.CanBackquote`: whether the text can stand between backquotes on one line.
pub fn can_backquote(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|valid| {
        valid.chars().all(|c| match c {
            '\t' => true,
            '\0'..='\x1f' | '`' | '\x7f' | '\u{feff}' => false,
            _ => true,
        })
    })
}

/// `strconv.UnquoteChar`: the first rune or byte of an escaped text. Gives its value, whether it is a
/// rune (to be written as UTF-8) rather than a byte, and what follows it; `None` is `ErrSyntax`.
///
/// `quote` is the surrounding quote (`'` or `"`), or 0 for neither: only that quote may be escaped,
/// and it must be.
pub fn unquote_char(text: &[u8], quote: u8) -> Option<(u32, bool, &[u8])> {
    let (&first, rest) = text.split_first()?;
    match first {
        b'\'' | b'"' if first == quote => None,
        0x80.. => {
            let (c, width) = decode_rune(text);
            Some((c as u32, true, text.get(width..)?))
        }
        b'\\' => escape(rest, quote),
        _ => Some((u32::from(first), false, rest)),
    }
}

fn escape(text: &[u8], quote: u8) -> Option<(u32, bool, &[u8])> {
    let (&kind, rest) = text.split_first()?;
    let byte = |b: u8| Some((u32::from(b), false, rest));
    let number = |digits: &[u8], base| {
        digits.iter().try_fold(0u32, |n, b| {
            n.checked_mul(base)?
                .checked_add((*b as char).to_digit(base)?)
        })
    };
    match kind {
        b'a' => byte(7),
        b'b' => byte(8),
        b'f' => byte(12),
        b'n' => byte(b'\n'),
        b'r' => byte(b'\r'),
        b't' => byte(b'\t'),
        b'v' => byte(11),
        b'\\' => byte(b'\\'),
        b'\'' | b'"' if kind == quote => byte(kind),
        b'x' => Some((number(rest.get(..2)?, 16)?, false, rest.get(2..)?)),
        b'u' | b'U' => {
            let width = if kind == b'u' { 4 } else { 8 };
            let code = number(rest.get(..width)?, 16)?;
            char::from_u32(code)?;
            Some((code, true, rest.get(width..)?))
        }
        b'0'..=b'7' => {
            let value = number(text.get(..3)?, 8).filter(|v| *v <= 255)?;
            Some((value, false, text.get(3..)?))
        }
        _ => None,
    }
}

/// `strconv.Unquote`: the value of a Go string or character literal; `None` is `ErrSyntax`.
pub fn unquote(literal: &[u8]) -> Option<Vec<u8>> {
    let (&quote, rest) = literal.split_first()?;
    let (&last, inner) = rest.split_last()?;
    if last != quote {
        return None;
    }
    match quote {
        b'`' if memchr::memchr(b'`', inner).is_some() => None,
        b'`' if memchr::memchr(b'\r', inner).is_none() => Some(inner.to_vec()),
        b'`' => Some(inner.iter().copied().filter(|b| *b != b'\r').collect()),
        b'"' | b'\'' => unquote_inner(inner, quote),
        _ => None,
    }
}

fn unquote_inner(inner: &[u8], quote: u8) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(&first) = rest.first() {
        if first == b'\n' {
            return None;
        }
        let (value, is_rune, after) = unquote_char(rest, quote)?;
        if is_rune {
            push_rune(&mut out, char::from_u32(value)?);
        } else {
            out.push(value as u8);
        }
        rest = after;
        if quote == b'\'' && !rest.is_empty() {
            return None;
        }
    }
    Some(out)
}
