//! What an object's `metadata` must look like to be read: the types of Kubernetes' `ObjectMeta`.

use gostd::json::{self, Kind};
use serde_json::Value;

const TEXTS: &[&str] = &[
    "generateName",
    "name",
    "namespace",
    "resourceVersion",
    "selfLink",
    "uid",
];
const MAPS: &[&str] = &["annotations", "labels"];
const NUMBERS: &[&str] = &["deletionGracePeriodSeconds", "generation"];
const LISTS: &[(&str, &str)] = &[
    ("finalizers", "[]string"),
    ("managedFields", "[]v1.ManagedFieldsEntry"),
    ("ownerReferences", "[]v1.OwnerReference"),
];

/// The kind of a value, whose name encoding/json's errors have.
pub(super) fn json_kind(value: &Value) -> Kind {
    match value {
        Value::Null => Kind::Null,
        Value::Bool(_) => Kind::Bool,
        Value::Number(_) => Kind::Number,
        Value::String(_) => Kind::String,
        Value::Array(_) => Kind::Array,
        Value::Object(_) => Kind::Object,
    }
}

/// Checks an object's metadata.
///
/// # Errors
/// encoding/json's text on the first value of a wrong type.
pub(super) fn check(object: &Value) -> Result<(), String> {
    let metadata = match object.get("metadata") {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(metadata)) => metadata,
        Some(other) => {
            return Err(wrong_type(
                other,
                "metadataOnlyObject",
                "metadata",
                "v1.ObjectMeta",
            ));
        }
    };
    for (key, value) in metadata {
        let name = &**key;
        let is = |names: &[&str]| names.contains(&name);
        let expected = match value {
            Value::Null => None,
            Value::String(_) if is(TEXTS) => None,
            Value::Number(number) if is(NUMBERS) && number.is_i64() => None,
            Value::Object(map) if is(MAPS) => {
                let is_text = |value: &&Value| matches!(value, Value::String(_) | Value::Null);
                if let Some(wrong) = map.values().find(|value| !is_text(value)) {
                    return Err(of_field(wrong, name, "string"));
                }
                None
            }
            _ if is(TEXTS) => Some("string"),
            _ if is(MAPS) => Some("map[string]string"),
            _ if is(NUMBERS) => Some("int64"),
            Value::Array(_) => None,
            _ => LISTS
                .iter()
                .find(|(list, _)| *list == name)
                .map(|(_, kind)| *kind),
        };
        if let Some(expected) = expected {
            return Err(of_field(value, name, expected));
        }
    }
    Ok(())
}

fn of_field(value: &Value, name: &str, expected: &str) -> String {
    wrong_type(value, "ObjectMeta", &format!("metadata.{name}"), expected)
}

fn wrong_type(value: &Value, owner: &str, field: &str, expected: &str) -> String {
    let target = format_args!("struct field {owner}.{field} of type {expected}");
    json::mismatch(json_kind(value), target)
}
