//! `syntax.Error`: why a pattern does not parse, in Go's words.

use std::fmt;

use crate::strconv::{can_backquote, quote};

/// The problem with a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorCode {
    /// `\p{Unknown}`, `[z-a]`, `[[:unknown:]]`.
    InvalidCharRange,
    /// `\q`.
    InvalidEscape,
    /// `(?P<a-b>x)`.
    InvalidNamedCapture,
    /// `(?=x)`.
    InvalidPerlOp,
    /// `a**`.
    InvalidRepeatOp,
    /// `a{1001}`.
    InvalidRepeatSize,
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// `[a`.
    MissingBracket,
    /// `(a`.
    MissingParen,
    /// `*a`.
    MissingRepeatArgument,
    /// A last backslash.
    TrailingBackslash,
    /// `a)`.
    UnexpectedParen,
    /// More than 1000 levels.
    NestingDepth,
    /// More than Go's 128 MiB of program or classes.
    Large,
}

impl ErrorCode {
    fn text(self) -> &'static str {
        match self {
            Self::InvalidCharRange => "invalid character class range",
            Self::InvalidEscape => "invalid escape sequence",
            Self::InvalidNamedCapture => "invalid named capture",
            Self::InvalidPerlOp => "invalid or unsupported Perl syntax",
            Self::InvalidRepeatOp => "invalid nested repetition operator",
            Self::InvalidRepeatSize => "invalid repeat count",
            Self::InvalidUtf8 => "invalid UTF-8",
            Self::MissingBracket => "missing closing ]",
            Self::MissingParen => "missing closing )",
            Self::MissingRepeatArgument => "missing argument to repetition operator",
            Self::TrailingBackslash => "trailing backslash at end of expression",
            Self::UnexpectedParen => "unexpected )",
            Self::NestingDepth => "expression nests too deeply",
            Self::Large => "expression too large",
        }
    }
}

/// A pattern that does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The reason.
    pub code: ErrorCode,
    /// The offending part of the pattern; any bytes.
    pub part: Vec<u8>,
}

impl Error {
    pub(super) fn new(code: ErrorCode, part: &[u8]) -> Self {
        Self {
            code,
            part: part.to_vec(),
        }
    }

    /// Go's text, in which the part may hold invalid UTF-8: ``error parsing regexp: missing closing ): `(a` ``.
    pub fn message(&self) -> Vec<u8> {
        let mut out = format!("error parsing regexp: {}: `", self.code.text()).into_bytes();
        out.extend_from_slice(&self.part);
        out.push(b'`');
        out
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.message()))
    }
}

impl std::error::Error for Error {}

/// The text with which `regexp.MustCompile` panics.
pub fn must_compile_text(pattern: &[u8], error: &Error) -> Vec<u8> {
    let mut out = b"regexp: Compile(".to_vec();
    if can_backquote(pattern) {
        out.push(b'`');
        out.extend_from_slice(pattern);
        out.push(b'`');
    } else {
        out.extend_from_slice(quote(pattern).as_bytes());
    }
    out.extend_from_slice(b"): ");
    out.extend_from_slice(&error.message());
    out
}
