//! Quoted sections: text that plain lines cannot carry, one double-quoted string a line.

use std::fmt::Write;

use anyhow::{Result, bail};

/// Returns true if a text must be quoted: an empty one, one that would read as something else, or one that
/// editors and eyes would get wrong.
pub(super) fn needs_quotes(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else {
        return true;
    };
    text.is_empty()
        || text.ends_with('\n')
        || text.split('\n').any(|line| {
            line.starts_with("--- ")
                || line.starts_with("=== ")
                || line.ends_with([' ', '\t'])
                || line
                    .chars()
                    .any(|c| c.is_control() && c != '\t' || c == '\u{feff}')
        })
}

/// A text as quoted lines, each ending in a newline; a new line begins after each newline of the text.
pub(super) fn quote(text: &[u8]) -> String {
    if text.is_empty() {
        return "\"\"\n".into();
    }
    let mut quoted = String::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        quoted.push('"');
        for chunk in line.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '\n' => quoted.push_str("\\n"),
                    '\t' => quoted.push_str("\\t"),
                    '\r' => quoted.push_str("\\r"),
                    '"' | '\\' => quoted.extend(['\\', character]),
                    c if c.is_control() || c == '\u{feff}' => {
                        let _ = write!(quoted, "\\u{{{:x}}}", u32::from(c));
                    }
                    c => quoted.push(c),
                }
            }
            for byte in chunk.invalid() {
                let _ = write!(quoted, "\\x{byte:02x}");
            }
        }
        quoted.push_str("\"\n");
    }
    quoted
}

/// The text of one quoted line.
pub(super) fn unquote(line: &[u8]) -> Result<Vec<u8>> {
    let inner = line
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""));
    let Some(inner) = inner else {
        bail!("a quoted line starts and ends with \"")
    };
    let mut text = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            text.push(byte);
            continue;
        }
        let Some((&escape, after)) = rest.split_first() else {
            bail!("a lone \\ at the end")
        };
        rest = after;
        match escape {
            b'n' => text.push(b'\n'),
            b't' => text.push(b'\t'),
            b'r' => text.push(b'\r'),
            b'"' | b'\\' => text.push(escape),
            b'x' => rest = hexadecimal_byte(rest, &mut text)?,
            b'u' => rest = code_point(rest, &mut text)?,
            other => bail!("no escape is called \\{}", char::from(other)),
        }
    }
    Ok(text)
}

fn hexadecimal_byte<'a>(rest: &'a [u8], text: &mut Vec<u8>) -> Result<&'a [u8]> {
    let digits = rest
        .get(..2)
        .and_then(|digits| std::str::from_utf8(digits).ok());
    match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
        Some(byte) => text.push(byte),
        None => bail!("\\x wants two hexadecimal digits"),
    }
    Ok(rest.get(2..).unwrap_or_default())
}

fn code_point<'a>(rest: &'a [u8], text: &mut Vec<u8>) -> Result<&'a [u8]> {
    let end = rest.iter().position(|byte| *byte == b'}').unwrap_or(0);
    let digits = rest.get(..end).and_then(|digits| digits.strip_prefix(b"{"));
    let character = digits
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .and_then(char::from_u32);
    match character {
        Some(c) => text.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        None => bail!("\\u wants a code point, as in \\u{{1b}}"),
    }
    Ok(rest.get(end + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_text_survives() {
        for text in [
            &b""[..],
            b"a\n",
            b"\\\"\t\r\x00\x1b\xff\xc3",
            "\u{feff}é…\n\n x ".as_bytes(),
        ] {
            assert!(needs_quotes(text));
            let back: Vec<u8> = quote(text)
                .lines()
                .flat_map(|line| unquote(line.as_bytes()).unwrap())
                .collect();
            assert_eq!(back, text);
        }
    }

    #[test]
    fn ordinary_text_stays_plain() {
        assert!(!needs_quotes("a: \"b\"\n\n\té".as_bytes()));
    }
}
