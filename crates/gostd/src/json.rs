//! Go's package `encoding/json`: values to JSON and back, with Go's choices and error texts.

mod decode;
mod encode;
mod error;
mod kind;
mod scan;
mod stream;
mod string;
#[cfg(test)]
mod tests;

pub use decode::{decode, decode_list, decode_map};
pub use error::Error;
pub use kind::{Kind, mismatch};
pub use scan::{Scanner, StringPlace, Token};
pub use stream::{StreamError, value_end};
pub use string::{append_string, unescape};

use crate::value::Value;
use encode::Encoder;

/// The form of written JSON.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// True if `<`, `>` and `&` in strings are written as `\u003c`, `\u003e` and `\u0026`.
    pub escape_html: bool,
    /// The indentation of each level, in the layout of `json.MarshalIndent`; none for one line.
    pub indent: Option<&'a str>,
}

impl Options<'_> {
    /// As `json.Marshal` writes.
    pub const COMPACT: Options<'static> = Options {
        escape_html: true,
        indent: None,
    };
    /// As `json.MarshalIndent(v, "", "  ")` writes.
    pub const PRETTY: Options<'static> = Options {
        escape_html: true,
        indent: Some("  "),
    };
    /// As a `json.Encoder` with `SetEscapeHTML(false)` writes, but for its final newline.
    pub const RAW: Options<'static> = Options {
        escape_html: false,
        indent: None,
    };
}

/// The JSON of a value. Keys are sorted bytewise; nil maps and slices are `null`; `[]byte` is
/// base64; a method `MarshalJSON` or `MarshalText` decides for its value.
///
/// # Errors
/// Go's texts for NaN, infinities, complex numbers, values that contain themselves and failing
/// methods; further [`Error::TooDeep`] and [`Error::TooLong`].
pub fn encode(value: &Value, options: Options<'_>) -> Result<Vec<u8>, Error> {
    let mut encoder = Encoder::new(options.escape_html);
    encoder.value(value)?;
    match options.indent {
        None => Ok(encoder.out),
        Some(indent) => self::indent(&encoder.out, indent),
    }
}

/// Go's `json.Indent` without a prefix: the same JSON, an element a line.
///
/// # Errors
/// [`Error::Syntax`] where `json` is not valid.
pub fn indent(json: &[u8], indent: &str) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(2 * json.len());
    let mut scanner = Scanner::new(json);
    let mut before = None;
    let mut depth = 0;
    let new_line = |out: &mut Vec<u8>, depth: usize| {
        out.push(b'\n');
        (0..depth).for_each(|_| out.extend_from_slice(indent.as_bytes()));
    };
    while let Some(token) = scanner.next_token()? {
        let closes = matches!(token, Token::EndObject | Token::EndArray);
        let opened = matches!(before, Some(Token::BeginObject | Token::BeginArray));
        match before {
            None | Some(Token::Key(_)) => {}
            Some(_) if closes => {
                depth -= 1;
                if !opened {
                    new_line(&mut out, depth);
                }
            }
            Some(_) => {
                if !opened {
                    out.push(b',');
                }
                new_line(&mut out, depth);
            }
        }
        if matches!(token, Token::BeginObject | Token::BeginArray) {
            depth += 1;
        }
        out.extend_from_slice(token.text(json));
        if let Token::Key(_) = token {
            out.extend_from_slice(b": ");
        }
        if out.len() > crate::fmt::MAX_LENGTH {
            // What is no JSON at all is told first.
            while scanner.next_token()?.is_some() {}
            return Err(Error::TooLong);
        }
        before = Some(token);
    }
    Ok(out)
}

/// Go's `json.Compact`, appended to `out`: the same JSON without blanks, its HTML characters
/// escaped if asked for.
fn compact(out: &mut Vec<u8>, json: &[u8], escape_html: bool) -> Result<(), Error> {
    let mut scanner = Scanner::new(json);
    let mut before = None;
    while let Some(token) = scanner.next_token()? {
        let closes = matches!(token, Token::EndObject | Token::EndArray);
        match before {
            None | Some(Token::BeginObject | Token::BeginArray) => {}
            Some(Token::Key(_)) => out.push(b':'),
            Some(_) if closes => {}
            Some(_) => out.push(b','),
        }
        let text = token.text(json);
        if escape_html && matches!(token, Token::Key(_) | Token::String(_)) {
            string::escape_html(out, text);
        } else {
            out.extend_from_slice(text);
        }
        before = Some(token);
    }
    Ok(())
}
