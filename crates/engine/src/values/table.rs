//! Tables of values: from YAML to Go maps, deep copies, Helm's `MergeMaps`.

use super::origin::{Origins, SourceId};
use gostd::{Entry, GoType, List, Map, Text, Value};
use goyaml::{Kind, Node};

/// The key of the values that a chart shares with its subcharts.
pub(super) const GLOBAL: &[u8] = b"global";

/// The map that a YAML node holds, each entry with its place in the source; empty where the node
/// is no map.
pub fn from_node(node: &Node, source: SourceId, origins: &mut Origins) -> Map {
    let Kind::Map(fields) = &node.kind else {
        return Map::new();
    };
    let entries = fields.iter().map(|field| {
        let origin = origins.at(source, field.mark);
        let value = value_from_node(&field.value, source, origins);
        (Text::from(&*field.key), Entry { value, origin })
    });
    Map::from_entries(GoType::Interface, entries.collect())
}

/// The value of a node as encoding/json would decode it: every number is a float64.
pub(super) fn value_from_node(node: &Node, source: SourceId, origins: &mut Origins) -> Value {
    match &node.kind {
        Kind::Null => Value::Nil,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Int(value) => Value::Float64(*value as f64),
        Kind::Uint(value) => Value::Float64(*value as f64),
        Kind::Float(value) => Value::Float64(*value),
        Kind::Str(text) => Value::from(&**text),
        Kind::Seq(items) => {
            let items = items
                .iter()
                .map(|item| value_from_node(item, source, origins));
            Value::List(List::new(items.collect()))
        }
        Kind::Map(_) => Value::Map(from_node(node, source, origins)),
    }
}

/// Go's `copystructure.Copy`. Lists of scalars are shared: nothing changes those in place.
pub(super) fn deep_copy(map: &Map) -> Map {
    let mut entries = map.borrow().clone();
    for entry in entries.values_mut() {
        if let Some(copy) = copy_container(&entry.value) {
            entry.value = copy;
        }
    }
    Map::from_entries(map.element(), entries)
}

/// A deep copy of a value that must not be shared; None for all others.
pub(super) fn copy_container(value: &Value) -> Option<Value> {
    let list = match value {
        Value::Map(map) => return Some(Value::Map(deep_copy(map))),
        Value::List(list) => list,
        _ => return None,
    };
    let mut items = list.snapshot();
    let nested = |item: &Value| matches!(item, Value::Map(_) | Value::List(_));
    if !items.iter().any(nested) {
        return None;
    }
    for item in &mut items {
        if let Some(copy) = copy_container(item) {
            *item = copy;
        }
    }
    Some(Value::List(List::of(list.element(), items)))
}

/// The table under `key`, if there is one.
pub(super) fn subtable(map: &Map, key: &[u8]) -> Option<Map> {
    match map.get(key) {
        Some(Value::Map(table)) => Some(table),
        _ => None,
    }
}

/// Returns true if a value is a YAML table to Helm.
pub(super) fn is_table(value: &Value) -> bool {
    matches!(value, Value::Map(_))
}

/// Sets an entry of a map that Helm made, which is never nil.
pub(super) fn put(map: &Map, key: &Text, entry: Entry) {
    // Only a nil map refuses an entry.
    let _ = map.insert_from(key.clone(), entry.value, entry.origin);
}

/// Helm's `MergeMaps`, into `base`: tables merge, everything else is replaced, nulls too.
pub(super) fn merge_maps(base: &Map, later: &Map) {
    let later = later.borrow().clone();
    for (key, entry) in later {
        match (subtable(base, key.as_bytes()), &entry.value) {
            (Some(before), Value::Map(after)) => merge_maps(&before, after),
            _ => put(base, &key, entry),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn copies_share_no_map() {
        let node = goyaml::parse(b"a: {b: 1}\nc: [{d: 1}, [2]]\ne: [1]\n").unwrap();
        let mut origins = Origins::default();
        let source = origins.source(super::super::origin::Source::Computed);
        let map = from_node(&node, source, &mut origins);
        let copy = deep_copy(&map);
        let (a, b) = (
            subtable(&map, b"a").unwrap(),
            subtable(&copy, b"a").unwrap(),
        );
        assert!(!a.same(&b));
        let item = |map: &Map| map.get(b"c").unwrap().as_list().unwrap().get(0).unwrap();
        assert!(
            !item(&map)
                .as_map()
                .unwrap()
                .same(item(&copy).as_map().unwrap())
        );
        assert_eq!(origins.get(copy.entry(b"c").unwrap().origin).mark.line, 2);
    }
}
