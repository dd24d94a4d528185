//! Package `strconv`: numbers to text and back, and Go's quoted strings.

mod float_format;
mod float_parse;
mod int;
mod quote;

use std::fmt;

pub use float_format::{append_float, format_float};
pub use float_parse::parse_float;
pub use int::{
    append_int, append_uint, atoi, format_int, format_uint, parse_bool, parse_int, parse_uint,
};
pub use quote::{
    append_quoted, append_quoted_rune, append_quoted_to_ascii, can_backquote, quote, quote_rune,
    quote_rune_to_ascii, quote_to_ascii, quote_to_graphic, unquote, unquote_char,
};

pub use crate::unicode::{is_graphic, is_print};

/// `*strconv.NumError`: which function failed on which text, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumError {
    /// The Go function's name: `ParseInt`, `Atoi`, ….
    pub func: &'static str,
    /// The text that is not a number; any bytes.
    pub num: Vec<u8>,
    /// The reason.
    pub kind: NumErrorKind,
}

/// The reason why a text is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumErrorKind {
    /// `strconv.ErrSyntax`.
    Syntax,
    /// `strconv.ErrRange`.
    Range,
    /// A base that is neither 0 nor 2 to 36.
    Base(u32),
    /// A size outside 0 to 64.
    BitSize(u32),
}

impl NumError {
    fn new(func: &'static str, num: &[u8], kind: NumErrorKind) -> Self {
        Self {
            func,
            num: num.to_vec(),
            kind,
        }
    }
}

impl fmt::Display for NumErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax => f.write_str("invalid syntax"),
            Self::Range => f.write_str("value out of range"),
            Self::Base(base) => write!(f, "invalid base {base}"),
            Self::BitSize(bits) => write!(f, "invalid bit size {bits}"),
        }
    }
}

impl fmt::Display for NumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "strconv.{}: parsing {}: {}",
            self.func,
            quote(&self.num),
            self.kind
        )
    }
}

impl std::error::Error for NumError {}

/// Returns true if each `_` stands between digits or after a base prefix, as in Go's number literals.
fn underscores_well_placed(text: &[u8]) -> bool {
    let digits = text
        .strip_prefix(b"-")
        .or_else(|| text.strip_prefix(b"+"))
        .unwrap_or(text);
    let (mut after_digit, rest, hex) = match digits {
        [b'0', b'x' | b'X', rest @ ..] => (true, rest, true),
        [b'0', b'b' | b'B' | b'o' | b'O', rest @ ..] => (true, rest, false),
        _ => (false, digits, false),
    };
    let mut after_underscore = false;
    for &b in rest {
        let digit = b.is_ascii_digit() || hex && b.is_ascii_hexdigit();
        if b == b'_' && !after_digit || after_underscore && !digit {
            return false;
        }
        after_underscore = b == b'_';
        after_digit = digit;
    }
    !after_underscore
}

#[cfg(test)]
mod tests;
