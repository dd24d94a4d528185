//! Strategic merge patches, as k8s.io/apimachinery/pkg/util/strategicpatch makes them of three states.

mod diff;
mod lists;
mod merge;
mod order;

use super::{PatchError, go};
use diff::Differ;
use kubernetes::PatchType;
use serde_json::{Map, Value};

type Fields = Map<String, Value>;

/// The key of a directive in a map.
const DIRECTIVE: &str = "$patch";
const DELETE: &str = "delete";
const REPLACE: &str = "replace";
const MERGE: &str = "merge";
/// The keys that a patch leaves; all others go.
const RETAIN_KEYS: &str = "$retainKeys";
/// The items that a list of scalars loses: `$deleteFromPrimitiveList/KEY`.
const DELETE_FROM_LIST: &str = "$deleteFromPrimitiveList";
/// The order of a list's items: `$setElementOrder/KEY`.
const ORDER: &str = "$setElementOrder";

/// The patch that makes `current` like `modified`, and removes what was in `original` alone.
pub(super) fn three_way(
    original: &Value,
    modified: &Value,
    current: &Value,
    kind: PatchType,
) -> Result<Fields, PatchError> {
    let [original, modified, current] =
        [original, modified, current].map(|state| state.as_object().cloned().unwrap_or_default());
    let changes = Differ::CHANGES.maps(&current, &modified, kind)?;
    let deletions = Differ::DELETIONS.maps(&original, &modified, kind)?;
    merge::maps(deletions, changes, kind)
}

fn bad_type(expected: &str, actual: &Value) -> PatchError {
    let actual = go::type_name(actual);
    PatchError(format!("expected a {expected}, but received a {actual}"))
}

fn no_merge_key(item: &Fields, key: &str) -> PatchError {
    let item = go::text(&Value::Object(item.clone()));
    PatchError(format!(
        "map: {item} does not contain declared merge key: {key}"
    ))
}

fn bad_order() -> PatchError {
    PatchError("invalid patch format of setElementOrder list".into())
}

/// An item as a map, and its merge key's value.
fn keyed<'v>(item: &'v Value, key: &str) -> Result<(&'v Fields, &'v Value), PatchError> {
    let Value::Object(fields) = item else {
        return Err(bad_type(go::MAP, item));
    };
    let value = fields.get(key).ok_or_else(|| no_merge_key(fields, key))?;
    Ok((fields, value))
}

/// What the items of lists are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Items {
    Maps,
    Scalars,
}

/// What all items of some lists are.
fn items_of(lists: &[&[Value]]) -> Result<Items, PatchError> {
    let mut items = lists.iter().copied().flatten();
    let Some(first) = items.next() else {
        return Err(PatchError(
            "no elements in any of the given slices".to_owned(),
        ));
    };
    if first.is_array() {
        return Err(PatchError("lists of lists are not supported".into()));
    }
    // Go stops with a panic where the first one is null.
    if first.is_null() || items.any(|item| !go::same_type(first, item)) {
        let lists = lists.iter().map(|list| Value::Array(list.to_vec()));
        let text = go::text(&Value::Array(lists.collect()));
        return Err(PatchError(format!(
            "list element types are not identical: {text}"
        )));
    }
    Ok(match first {
        Value::Object(_) => Items::Maps,
        _ => Items::Scalars,
    })
}
