//! JSON merge patches (RFC 7386) as github.com/evanphx/json-patch and k8s.io/apimachinery make them.

use super::PatchError;
use super::go;
use serde_json::{Map, Value};

type Fields = Map<String, Value>;

/// The patch from one object to another.
pub(super) fn two_way(original: &Value, modified: &Value) -> Fields {
    difference(
        &fields(&go::with_floats(original)),
        &fields(&go::with_floats(modified)),
    )
}

/// What makes `current` like `modified`, and removes what was in `original` alone.
pub(super) fn three_way(
    original: &Value,
    modified: &Value,
    current: &Value,
) -> Result<Fields, PatchError> {
    let changes = two_way(current, modified);
    let mut changes = kept(&fields(&go::normal(&Value::Object(changes))), false);
    // What the merge of both patches takes for a removal.
    prune_nulls_of_lists(&mut changes);
    let deletions = kept(&two_way(original, modified), true);
    let mut patch = deletions;
    join(&mut patch, changes);
    let has = |key: &str| patch.contains_key(key);
    let name_changes = match patch.get("metadata") {
        Some(Value::Object(metadata)) => metadata.contains_key("name"),
        // Not a map, or not there.
        _ => false,
    };
    if has("apiVersion") || has("kind") || name_changes {
        let text = go::text(&Value::Object(patch));
        return Err(PatchError(format!("precondition failed for: {text}")));
    }
    Ok(patch)
}

/// The fields of an object; none of what is no object.
fn fields(value: &Value) -> Fields {
    value.as_object().cloned().unwrap_or_default()
}

fn difference(from: &Fields, to: &Fields) -> Fields {
    let mut patch = Fields::new();
    for (key, after) in to {
        match (from.get(key), after) {
            (Some(Value::Object(before)), Value::Object(after)) => {
                let inner = difference(before, after);
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            (Some(before), after) if before == after => {}
            (_, after) => {
                patch.insert(key.clone(), after.clone());
            }
        }
    }
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    patch
}

/// The removals of a patch alone, or all the rest.
fn kept(patch: &Fields, nulls: bool) -> Fields {
    let mut kept = Fields::new();
    for (key, value) in patch {
        let value = match value {
            Value::Null if nulls => Value::Null,
            Value::Null => continue,
            Value::Object(inner) if !inner.is_empty() => {
                let inner = self::kept(inner, nulls);
                if inner.is_empty() {
                    continue;
                }
                Value::Object(inner)
            }
            _ if nulls => continue,
            value => value.clone(),
        };
        kept.insert(key.clone(), value);
    }
    kept
}

/// Puts one patch into another: they have no key of different meaning in common.
fn join(patch: &mut Fields, other: Fields) {
    for (key, value) in other {
        match (patch.get_mut(&key), value) {
            (Some(Value::Object(inner)), Value::Object(value)) => join(inner, value),
            (_, value) => {
                patch.insert(key, value);
            }
        }
    }
}

/// Removes the null fields of maps that are in lists.
fn prune_nulls_of_lists(fields: &mut Fields) {
    for value in fields.values_mut() {
        prune_nulls(value);
    }
}

fn prune_nulls(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(prune_nulls),
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            prune_nulls_of_lists(fields);
        }
        _ => {}
    }
}
