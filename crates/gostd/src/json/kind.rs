//! The kinds of JSON values, and encoding/json's error on a value of the wrong one.

use crate::value::Value;
use std::fmt;

/// A kind of JSON value. Its text is the name that encoding/json's errors have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` and `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// A list.
    Array,
    /// A map.
    Object,
}

impl Kind {
    /// The kind of a [decoded](super::decode) value. A number out of range has no value there: what is none of the
    /// other kinds is a number.
    pub fn of_decoded(value: &Value) -> Kind {
        match value {
            Value::Bool(_) => Kind::Bool,
            Value::Str(_) => Kind::String,
            Value::Map(_) => Kind::Object,
            Value::List(_) => Kind::Array,
            _ => Kind::Number,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Null => "null",
            Kind::Bool => "bool",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Array => "array",
            Kind::Object => "object",
        })
    }
}

/// The text of encoding/json's `UnmarshalTypeError`: JSON of a kind (`array`, `number 1e999`) that does not fit `target`:
/// `value of type map[string]interface {}`, or `struct field Metadata.name of type string`.
pub fn mismatch(kind: impl fmt::Display, target: impl fmt::Display) -> String {
    format!("json: cannot unmarshal {kind} into Go {target}")
}
