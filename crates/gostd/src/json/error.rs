//! Errors of JSON, in the words of Go's `encoding/json`.

use super::kind::mismatch;
use crate::fmt::{FormatError, MAX_DEPTH, MAX_LENGTH};
use std::borrow::Cow;
use std::fmt;

/// A failure to read or write JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// `json.SyntaxError`.
    Syntax {
        /// The problem, in Go's words.
        message: String,
        /// The number of bytes that had been read.
        offset: usize,
    },
    /// `json.UnmarshalTypeError`: JSON of the wrong type, or a number out of range.
    WrongType {
        /// The kind of the JSON: `array`, `number 1e999`.
        json_type: String,
        /// The Go type it should become.
        go_type: &'static str,
    },
    /// `json.UnsupportedValueError`.
    UnsupportedValue(String),
    /// `json.UnsupportedTypeError`.
    UnsupportedType(Cow<'static, str>),
    /// `json.MarshalerError`.
    Method {
        /// `MarshalJSON` or `MarshalText`.
        method: &'static str,
        /// The type that has it.
        go_type: Cow<'static, str>,
        /// The message.
        message: String,
    },
    /// The value nests deeper than [`crate::fmt::MAX_DEPTH`]. Go has no such error.
    TooDeep,
    /// The JSON would be longer than [`crate::fmt::MAX_LENGTH`]. Go has no such error.
    TooLong,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Syntax { message, .. } => f.write_str(message),
            Error::WrongType { json_type, go_type } => {
                let target = format_args!("value of type {go_type}");
                f.write_str(&mismatch(json_type, target))
            }
            Error::UnsupportedValue(text) => write!(f, "json: unsupported value: {text}"),
            Error::UnsupportedType(name) => write!(f, "json: unsupported type: {name}"),
            Error::Method {
                method,
                go_type,
                message,
            } => write!(
                f,
                "json: error calling {method} for type {go_type}: {message}"
            ),
            Error::TooDeep => write!(
                f,
                "json: unsupported value: it nests deeper than {MAX_DEPTH} levels"
            ),
            Error::TooLong => write!(f, "json: text longer than {MAX_LENGTH} bytes"),
        }
    }
}

impl std::error::Error for Error {}

impl From<FormatError> for Error {
    fn from(error: FormatError) -> Error {
        match error {
            FormatError::TooDeep => Error::TooDeep,
            FormatError::TooLong => Error::TooLong,
        }
    }
}

impl From<Error> for String {
    fn from(error: Error) -> String {
        error.to_string()
    }
}
