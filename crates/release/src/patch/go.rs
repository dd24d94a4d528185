//! JSON values as Go holds and prints them.

use super::PatchError;
use gostd::json::{self, Options};
use gostd::map::{Entries, Entry, Origin};
use gostd::{GoType, List, Map as GoMap, Text, Value as GoValue};
use serde_json::{Number, Value};
use std::mem::discriminant;

/// A value as `k8s.io/apimachinery/pkg/util/json` reads it: numbers without a fraction are `int64` where they fit.
pub(super) fn normal(value: &Value) -> Value {
    match value {
        Value::Number(number) => normal_number(number),
        Value::Array(items) => Value::Array(items.iter().map(normal).collect()),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields
                    .map(|(key, value)| (key.clone(), normal(value)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

fn normal_number(number: &Number) -> Value {
    if number.is_i64() {
        return Value::Number(number.clone());
    }
    let float = number.as_f64().unwrap_or_default();
    // It is written, and read again: without a fraction or an exponent it is a whole number.
    let text = json::encode(&GoValue::Float64(float), Options::COMPACT).unwrap_or_default();
    let whole = std::str::from_utf8(&text).ok().map(str::parse::<i64>);
    if let Some(Ok(whole)) = whole {
        return Value::from(whole);
    }
    Value::from(float)
}

/// A value as encoding/json reads it into an interface: all numbers are `float64`.
pub(super) fn with_floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_f64().unwrap_or_default()),
        Value::Array(items) => Value::Array(items.iter().map(with_floats).collect()),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields
                    .map(|(key, value)| (key.clone(), with_floats(value)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

/// Returns true if both have the same dynamic type.
pub(super) fn same_type(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.is_f64() == b.is_f64(),
        _ => discriminant(a) == discriminant(b),
    }
}

/// The name of a value's dynamic type, as `%s` prints `reflect.TypeOf`.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "%!s(<nil>)",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => LIST,
        Value::Object(_) => MAP,
    }
}

/// Go's name of a map.
pub(super) const MAP: &str = "map[string]interface {}";
/// Go's name of a list.
pub(super) const LIST: &str = "[]interface {}";

/// What `%v` prints.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => format(b"%v", value),
    }
}

/// What a verb prints of a value.
pub(super) fn format(verb: &[u8], value: &Value) -> String {
    let printed = gostd::fmt::sprintf(verb, &[to_go(value)]);
    String::from_utf8_lossy(&printed.unwrap_or_default()).into_owned()
}

/// What `json.Marshal` writes.
pub(super) fn encode(value: &Value) -> Result<Vec<u8>, PatchError> {
    json::encode(&to_go(value), Options::COMPACT).map_err(|error| PatchError(error.to_string()))
}

fn to_go(value: &Value) -> GoValue {
    match value {
        Value::Null => GoValue::Nil,
        Value::Bool(value) => GoValue::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => GoValue::int64(whole),
            None => GoValue::Float64(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => GoValue::from(&**text),
        Value::Array(items) => GoValue::from(List::new(items.iter().map(to_go).collect())),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| {
                let value = to_go(value);
                let origin = Origin::default();
                (Text::from(&**key), Entry { value, origin })
            });
            let entries: Entries = fields.collect();
            GoValue::from(GoMap::from_entries(GoType::Interface, entries))
        }
    }
}
