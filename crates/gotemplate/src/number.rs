//! Numeric constants: all the types one can stand for, as Go's ideal constants can (`NumberNode`).

use gostd::strconv;

use crate::ast::{Pos, Span};
use crate::token::{Token, TokenKind};

/// A number, with its value under every type that can hold it exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Its start.
    pub pos: Pos,
    /// The constant as written.
    pub text: Span,
    /// The value, if it is one of int64.
    pub int: Option<i64>,
    /// The value, if it is one of uint64.
    pub uint: Option<u64>,
    /// The value, if it can be a float64; `1` can, and so can `'a'`.
    pub float: Option<f64>,
    /// Real and imaginary part, if it was written as a complex number (`1i`, `1+2i`).
    pub complex: Option<(f64, f64)>,
}

impl Number {
    /// The number a token stands for, or in Go's words why it is none.
    pub(crate) fn from_token(token: Token, source: &[u8]) -> Result<Number, Vec<u8>> {
        let text = token.of(source);
        let mut number = Number {
            pos: Pos(token.start),
            text: token.span(),
            int: None,
            uint: None,
            float: None,
            complex: None,
        };
        match token.kind {
            TokenKind::CharConstant => number.set_char(text)?,
            TokenKind::Complex => {
                let (real, imaginary) = scan_complex(text)?;
                number.set_complex(real, imaginary);
            }
            _ => match imaginary(text) {
                Some(value) => number.set_complex(0.0, value),
                None => number.set_real(text)?,
            },
        }
        Ok(number)
    }

    /// Takes the value of `'x'`, which is an integer of every type.
    fn set_char(&mut self, text: &[u8]) -> Result<(), Vec<u8>> {
        let inside = text.get(1..).unwrap_or_default();
        let Some((value, _, tail)) = strconv::unquote_char(inside, b'\'') else {
            return Err(b"invalid syntax".to_vec());
        };
        if tail != b"'" {
            return Err([b"malformed character constant: ", text].concat());
        }
        self.int = Some(i64::from(value));
        self.uint = Some(u64::from(value));
        self.float = Some(f64::from(value));
        Ok(())
    }

    /// Takes a complex value; with nothing imaginary in it, it is the real types' value as well.
    fn set_complex(&mut self, real: f64, imaginary: f64) {
        self.complex = Some((real, imaginary));
        if imaginary == 0.0 {
            self.float = Some(real);
            self.int = exact_int(real);
            self.uint = exact_uint(real);
        }
    }

    /// Takes the value of an integer or float constant.
    fn set_real(&mut self, text: &[u8]) -> Result<(), Vec<u8>> {
        self.uint = strconv::parse_uint(text, 0, 64).ok();
        self.int = strconv::parse_int(text, 0, 64).ok();
        if self.int == Some(0) {
            self.uint = Some(0); // -0 is unsigned, too
        }
        self.float = match (self.int, self.uint) {
            (Some(int), _) => Some(int as f64),
            (None, Some(uint)) => Some(uint as f64),
            (None, None) => strconv::parse_float(text, 64).ok(),
        };
        let Some(float) = self.float else {
            return Err([b"illegal number syntax: ", strconv::quote(text).as_bytes()].concat());
        };
        if self.int.is_none() && self.uint.is_none() {
            if !text.iter().any(|byte| b".eEpP".contains(byte)) {
                return Err([b"integer overflow: ", strconv::quote(text).as_bytes()].concat());
            }
            self.int = exact_int(float);
            self.uint = exact_uint(float);
        }
        Ok(())
    }
}

/// The value of `2i`; none if that is no number, for the caller to say so.
fn imaginary(text: &[u8]) -> Option<f64> {
    strconv::parse_float(text.strip_suffix(b"i")?, 64).ok()
}

/// The int64 with the same value.
fn exact_int(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    ((-LIMIT..LIMIT).contains(&value) && value.trunc() == value).then_some(value as i64)
}

/// The uint64 with the same value.
fn exact_uint(value: f64) -> Option<u64> {
    const LIMIT: f64 = 18_446_744_073_709_551_616.0;
    ((0.0..LIMIT).contains(&value) && value.trunc() == value).then_some(value as u64)
}

/// Reads `1+2i` as `fmt.Sscan` does, which Go leaves these constants to.
///
/// It stops after the `i`, knows no octal or binary prefixes, and its errors are `strconv`'s.
fn scan_complex(text: &[u8]) -> Result<(f64, f64), Vec<u8>> {
    const NOT_COMPLEX: &[u8] = b"syntax error scanning complex number";
    let (real, rest) = float_token(text);
    let rest = match rest {
        [b'+' | b'-', after @ ..] => after,
        _ => return Err(NOT_COMPLEX.to_vec()),
    };
    let (_, after) = float_token(rest);
    if !after.starts_with(b"i") {
        return Err(NOT_COMPLEX.to_vec());
    }
    let imaginary = text.get(real.len()..text.len() - after.len());
    let float = |text| strconv::parse_float(text, 64).map_err(|e| e.to_string().into_bytes());
    Ok((float(real)?, float(imaginary.unwrap_or_default())?))
}

/// Splits off what `fmt.Sscan` takes for a float; of `i` it thinks that infinity begins.
fn float_token(text: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    let mut accept = |set: &[u8]| {
        let accepted = text.get(at).is_some_and(|byte| set.contains(byte));
        at += usize::from(accepted);
        accepted
    };
    accept(b"+-");
    accept(b"iI");
    let hexadecimal = accept(b"0") && accept(b"xX");
    let (digits, exponent): (&[u8], &[u8]) = if hexadecimal {
        (b"0123456789abcdefABCDEF_", b"pP")
    } else {
        (b"0123456789_", b"eEpP")
    };
    while accept(digits) {}
    if accept(b".") {
        while accept(digits) {}
    }
    if accept(exponent) {
        accept(b"+-");
        while accept(b"0123456789_") {}
    }
    text.split_at(at)
}
