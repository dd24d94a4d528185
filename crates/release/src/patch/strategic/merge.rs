//! Two patches become one.

use super::order::{deduplicate, joined};
use super::{
    DELETE, DELETE_FROM_LIST, DIRECTIVE, Fields, Items, MERGE, ORDER, PatchError, REPLACE,
    RETAIN_KEYS, bad_order, bad_type, go, items_of, keyed,
};
use kubernetes::PatchType;
use serde_json::Value;

/// Puts a patch into another one of the same type.
pub(super) fn maps(
    mut original: Fields,
    mut patch: Fields,
    of: PatchType,
) -> Result<Fields, PatchError> {
    if let Some(directive) = patch.get(DIRECTIVE) {
        return match directive.as_str() {
            Some(REPLACE) => {
                patch.remove(DIRECTIVE);
                Ok(patch)
            }
            Some(DELETE) => Ok(Fields::new()),
            _ => Err(bad_directive(directive, &patch)),
        };
    }
    merge_retain_keys(&mut original, &mut patch)?;
    merge_ordered_lists(&mut original, &mut patch, of)?;
    for (key, new) in patch {
        let old = original.remove(&key);
        let merged = match (old, new) {
            (_, new) if key.starts_with(DELETE_FROM_LIST) => Some(new),
            (Some(Value::Object(old)), Value::Object(new)) => {
                let field = of.field(&key)?;
                Some(Value::Object(match field.strategy {
                    REPLACE => new,
                    _ => maps(old, new, field.field_type)?,
                }))
            }
            (Some(Value::Array(old)), Value::Array(new)) => {
                let field = of.list(&key)?;
                Some(Value::Array(match field.strategy {
                    MERGE => lists(old, new, field.field_type, field.merge_key)?,
                    _ => new,
                }))
            }
            (_, new) => without_directives(new),
        };
        if let Some(merged) = merged {
            original.insert(key, merged);
        }
    }
    Ok(original)
}

fn bad_directive(directive: &Value, patch: &Fields) -> PatchError {
    let directive = go::format(b"%s", directive);
    let patch = go::text(&Value::Object(patch.clone()));
    PatchError(format!("unknown patch type: {directive} in map: {patch}"))
}

fn merge_retain_keys(original: &mut Fields, patch: &mut Fields) -> Result<(), PatchError> {
    let Some(new) = patch.remove(RETAIN_KEYS) else {
        return Ok(());
    };
    match original.get(RETAIN_KEYS) {
        Some(old) if *old != new => Err(PatchError(format!(
            "{} and {} are not deep equal: this may happen when calculating the 3-way diff patch",
            go::text(old),
            go::text(&new)
        ))),
        Some(_) => Ok(()),
        None => {
            original.insert(RETAIN_KEYS.into(), new);
            Ok(())
        }
    }
}

/// Merges the lists whose order a patch gives.
fn merge_ordered_lists(
    original: &mut Fields,
    patch: &mut Fields,
    of: PatchType,
) -> Result<(), PatchError> {
    let mut directives: Vec<String> = patch.keys().cloned().collect();
    directives.retain(|key| key.starts_with(ORDER));
    for directive in directives {
        let Some(order) = patch.remove(&directive) else {
            continue;
        };
        match original.get(&directive) {
            Some(old) if *old != order => return Err(bad_order()),
            Some(_) => {}
            None => {
                original.insert(directive.clone(), order.clone());
            }
        }
        let Value::Array(order) = &order else {
            return Err(bad_type(go::LIST, &order));
        };
        let key = directive.split_once('/').filter(|(name, _)| *name == ORDER);
        let (_, key) = key.ok_or_else(bad_order)?;
        merge_ordered_list(original, patch, key, order, of)?;
    }
    Ok(())
}

fn merge_ordered_list(
    original: &mut Fields,
    patch: &mut Fields,
    key: &str,
    order: &[Value],
    of: PatchType,
) -> Result<(), PatchError> {
    let old = list_at(original, key)?;
    let new = list_at(patch, key)?;
    let field = of.list(key)?;
    check_order(new.as_deref().unwrap_or_default(), order, field.merge_key)?;
    let merged = match (old.clone(), new.clone()) {
        (None, None) => return Ok(()),
        (Some(old), None) => old,
        (None, Some(new)) => list_without_directives(new),
        (Some(old), Some(new)) if field.strategy == MERGE => {
            lists(old, new, field.field_type, field.merge_key)?
        }
        (Some(_), Some(new)) => new,
    };
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let (of_patch, others) = partition(merged, order, field.merge_key)?;
    let items = items_of(&[&old, &new])?;
    let list = joined(of_patch, others, order, &old, field.merge_key, items)?;
    original.insert(key.to_owned(), Value::Array(list));
    patch.remove(key);
    Ok(())
}

fn list_at(fields: &Fields, key: &str) -> Result<Option<Vec<Value>>, PatchError> {
    match fields.get(key) {
        None => Ok(None),
        Some(Value::Array(items)) => Ok(Some(items.clone())),
        Some(other) => Err(bad_type(go::LIST, other)),
    }
}

/// Checks that a patch's items are in the order that it gives.
fn check_order(patch: &[Value], order: &[Value], key: &str) -> Result<(), PatchError> {
    let has_directive = |item: &Value| item.get(DIRECTIVE).is_some();
    if order.is_empty() || patch.is_empty() {
        return Ok(());
    }
    let other = patch.iter().find(|item| !item.is_object());
    if let Some(item) = other.filter(|_| !key.is_empty()) {
        return Err(bad_type(go::MAP, item));
    }
    let mut items = patch.iter().filter(|item| !has_directive(item)).peekable();
    for place in order {
        let Some(item) = items.peek() else { break };
        let equal = match key {
            "" => *item == place,
            key => keyed(item, key)?.1 == keyed(place, key)?.1,
        };
        if equal {
            items.next();
        }
    }
    match items.peek() {
        None => Ok(()),
        Some(_) => Err(PatchError(format!(
            "The order in patch list:\n{}\n doesn't match {ORDER} list:\n{}\n",
            go::text(&Value::Array(patch.to_vec())),
            go::text(&Value::Array(order.to_vec()))
        ))),
    }
}

/// The items that another list has, by their keys, and the others.
fn partition(
    list: Vec<Value>,
    by: &[Value],
    key: &str,
) -> Result<(Vec<Value>, Vec<Value>), PatchError> {
    if !key.is_empty() {
        for item in &list {
            keyed(item, key)?;
        }
        if let Some(at) = by.iter().position(|item| !item.is_object()) {
            return Err(PatchError(format!("value for key {at} is not a map")));
        }
    }
    let is_in = |item: &Value| match key {
        "" => by.contains(item),
        key => by.iter().any(|other| {
            let value = other.get(key);
            value.is_some() && value == item.get(key)
        }),
    };
    Ok(list.into_iter().partition(is_in))
}

/// Merges a patch's list into another one.
fn lists(
    original: Vec<Value>,
    patch: Vec<Value>,
    of: PatchType,
    key: &str,
) -> Result<Vec<Value>, PatchError> {
    if original.is_empty() && patch.is_empty() {
        return Ok(original);
    }
    let items = items_of(&[&original, &patch])?;
    let (original, patch, merged) = match items {
        Items::Scalars => {
            let mut merged = original.clone();
            merged.extend(patch.iter().cloned());
            deduplicate(&mut merged);
            (original, patch, merged)
        }
        Items::Maps if key.is_empty() => {
            let kind = of.kind();
            return Err(PatchError(format!(
                "cannot merge lists without merge key for {kind}"
            )));
        }
        Items::Maps => {
            let (original, patch) = apply_directives(original, patch, key)?;
            let merged = merge_items(original.clone(), &patch, of, key)?;
            (original, patch, merged)
        }
    };
    let (of_patch, others) = partition(merged, &patch, key)?;
    joined(of_patch, others, &patch, &original, key, items)
}

/// Follows the directives among a patch's items and takes them out.
fn apply_directives(
    mut original: Vec<Value>,
    patch: Vec<Value>,
    key: &str,
) -> Result<(Vec<Value>, Vec<Value>), PatchError> {
    let mut rest = Vec::new();
    let mut replaces = false;
    for item in patch {
        let Some((fields, directive)) = item
            .as_object()
            .and_then(|fields| Some((fields, fields.get(DIRECTIVE)?)))
        else {
            rest.push(item);
            continue;
        };
        match directive.as_str() {
            Some(DELETE) => {
                let (_, value) = keyed(&item, key)?;
                original.retain(|other| other.get(key) != Some(value));
            }
            Some(REPLACE) => replaces = true,
            Some(MERGE) => {
                let text = "merging lists cannot yet be specified in the patch";
                return Err(PatchError(text.into()));
            }
            _ => return Err(bad_directive(directive, fields)),
        }
    }
    Ok(match replaces {
        true => (rest, Vec::new()),
        false => (original, rest),
    })
}

fn merge_items(
    mut original: Vec<Value>,
    patch: &[Value],
    of: PatchType,
    key: &str,
) -> Result<Vec<Value>, PatchError> {
    for item in patch {
        let (fields, value) = keyed(item, key)?;
        let same = original
            .iter_mut()
            .find(|other| other.get(key) == Some(value));
        match same {
            Some(Value::Object(old)) => *old = maps(std::mem::take(old), fields.clone(), of)?,
            _ => original.push(item.clone()),
        }
    }
    Ok(original)
}

/// A value without the maps that have a directive; none if it is such a map.
fn without_directives(value: Value) -> Option<Value> {
    match value {
        Value::Object(fields) if fields.contains_key(DIRECTIVE) => None,
        Value::Object(fields) => {
            let fields = fields
                .into_iter()
                .filter_map(|(key, value)| Some((key, without_directives(value)?)));
            Some(Value::Object(fields.collect()))
        }
        Value::Array(items) => Some(Value::Array(list_without_directives(items))),
        value => Some(value),
    }
}

fn list_without_directives(items: Vec<Value>) -> Vec<Value> {
    items.into_iter().filter_map(without_directives).collect()
}
