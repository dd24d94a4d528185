//! Go's `error` values, as methods that return nothing else give them to templates.

use crate::types::{Field, GoType, Method, StructType};
use crate::value::{Struct, Value};
use std::rc::Rc;

/// The Go type `error`.
pub const ERROR: GoType = GoType::Named("error");

/// A Go type of errors; templates see it through a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorType {
    /// `errors.errorString`.
    Plain,
    /// `fmt.wrapError`.
    Wrapped,
    /// `json.SyntaxError`.
    JsonSyntax,
    /// `json.UnmarshalTypeError`.
    JsonType,
}

/// An error whose `Error` method gives `text`.
pub fn value(error_type: ErrorType, text: impl Into<Value>) -> Value {
    Value::Ptr(Rc::new(Struct {
        struct_type: match error_type {
            ErrorType::Plain => &PLAIN,
            ErrorType::Wrapped => &WRAPPED,
            ErrorType::JsonSyntax => &JSON_SYNTAX,
            ErrorType::JsonType => &JSON_TYPE,
        },
        fields: vec![text.into()],
        native: None,
    }))
}

static PLAIN: StructType = error_type("errors.errorString", &[text_field("s")]);
static WRAPPED: StructType = error_type("fmt.wrapError", &[text_field("msg")]);
static JSON_SYNTAX: StructType = error_type("json.SyntaxError", &[text_field("msg")]);
static JSON_TYPE: StructType = error_type("json.UnmarshalTypeError", &[text_field("msg")]);

const fn text_field(name: &'static str) -> Field {
    Field::new(name, GoType::String, "")
}

const fn error_type(name: &'static str, fields: &'static [Field]) -> StructType {
    StructType {
        name,
        fields,
        methods: METHODS,
    }
}

const METHODS: &[Method] = &[Method {
    pointer: true,
    ..Method::new("Error", &[], GoType::String, |receiver, _| {
        Ok(match receiver {
            Value::Ptr(data) => data.fields.first().cloned().unwrap_or_default(),
            _ => Value::Nil,
        })
    })
}];
