//! What registries answer, read as Go's `encoding/json` reads it.

use gostd::json::{Kind, decode, mismatch, value_end};
use gostd::{Map, Value};

/// The object that a text begins with; what follows it does not count (`json.Decoder`).
///
/// # Errors
/// Go's reason.
pub(super) fn first_object(text: &[u8]) -> Result<Map, String> {
    let end = value_end(text).map_err(|error| error.to_string())?;
    object(text.get(..end).unwrap_or_default())
}

/// The object that a text is.
///
/// # Errors
/// Go's reason.
pub(super) fn object(text: &[u8]) -> Result<Map, String> {
    match decode(text).map_err(|error| error.to_string())? {
        Value::Map(map) => Ok(map),
        Value::Nil => Ok(Map::new()),
        other => Err(wrong_type(&other, "map[string]json.RawMessage")),
    }
}

/// Go's text for a value of another type than is wanted.
pub(super) fn wrong_type(value: &Value, wanted: &str) -> String {
    mismatch(
        Kind::of_decoded(value),
        format_args!("value of type {wanted}"),
    )
}

/// The text at a key; empty if there is none.
pub(super) fn text(map: &Map, key: &str) -> String {
    let value = map.get(key.as_bytes());
    let text = value.as_ref().and_then(Value::as_text);
    text.map(|text| text.to_str_lossy().into_owned())
        .unwrap_or_default()
}

/// The whole number at a key.
pub(super) fn integer(map: &Map, key: &str) -> Option<i64> {
    match map.get(key.as_bytes())? {
        Value::Int(_, number) => Some(number),
        Value::Float64(number) if number.fract() == 0.0 => Some(number as i64),
        _ => None,
    }
}

/// The objects of the list at a key.
pub(super) fn objects(map: &Map, key: &str) -> Vec<Map> {
    let value = map.get(key.as_bytes());
    let list = value.as_ref().and_then(Value::as_list);
    let items = list.map(gostd::List::snapshot).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| item.as_map().cloned())
        .collect()
}
