//! From what was read to Go values, as encoding/json decodes into an `interface{}`: each number a
//! float64, each map a `map[string]interface {}`.

use std::vec;

use gostd::map::Entries;
use gostd::types::GoType;
use gostd::{List, Map, Origin, Text, Value};

use crate::error::Error;
use crate::{Entry, Kind, Node};

/// Reads YAML into a Go value: sigs.k8s.io/yaml's `Unmarshal` into an `interface{}`.
pub fn from_yaml(text: &[u8]) -> Result<Value, Error> {
    Ok(crate::parse(text)?.into_value())
}

impl Node {
    /// The Go value of this node; entries of maps have no origin.
    pub fn to_value(&self) -> Value {
        self.to_value_with(&mut |_| Origin::COMPUTED)
    }

    /// The Go value of this node; `origin` tells where each entry of a map comes from.
    pub fn to_value_with(&self, origin: &mut dyn FnMut(&Entry) -> Origin) -> Value {
        let mut open: Vec<Borrowed<'_>> = Vec::new();
        let mut node = self;
        loop {
            let mut value = match &node.kind {
                Kind::Seq(items) => {
                    let list = Vec::with_capacity(items.len());
                    open.push(Borrowed::Seq(items.iter(), list));
                    None
                }
                Kind::Map(entries) => {
                    let map = Entries::with_capacity(entries.len());
                    open.push(Borrowed::Map(entries.iter(), None, map));
                    None
                }
                Kind::Str(text) => Some(Value::Str(Text::new(text.as_bytes().to_vec()))),
                kind => Some(scalar(kind)),
            };
            node = loop {
                let Some(top) = open.last_mut() else {
                    return value.unwrap_or_default();
                };
                match top {
                    Borrowed::Seq(items, list) => {
                        list.extend(value.take());
                        if let Some(next) = items.next() {
                            break next;
                        }
                        value = Some(Value::List(List::new(std::mem::take(list))));
                    }
                    Borrowed::Map(entries, entry, new_map) => {
                        if let (Some(value), Some(entry)) = (value.take(), entry.take()) {
                            let origin = origin(entry);
                            let key = Text::new(entry.key.as_bytes().to_vec());
                            new_map.insert(key, gostd::Entry { value, origin });
                        }
                        if let Some(next) = entries.next() {
                            *entry = Some(next);
                            break &next.value;
                        }
                        value = Some(map(std::mem::take(new_map)));
                    }
                }
                open.pop();
            };
        }
    }

    /// The Go value of this node, whose texts are not copied.
    pub fn into_value(self) -> Value {
        let mut open: Vec<Owned> = Vec::new();
        let mut node = self;
        loop {
            let mut value = match node.kind {
                Kind::Seq(items) => {
                    let list = Vec::with_capacity(items.len());
                    open.push(Owned::Seq(items.into_iter(), list));
                    None
                }
                Kind::Map(entries) => {
                    let map = Entries::with_capacity(entries.len());
                    open.push(Owned::Map(entries.into_iter(), None, map));
                    None
                }
                Kind::Str(text) => Some(Value::Str(Text::new(text.into_boxed_bytes().into_vec()))),
                kind => Some(scalar(&kind)),
            };
            node = loop {
                let Some(top) = open.last_mut() else {
                    return value.unwrap_or_default();
                };
                match top {
                    Owned::Seq(items, list) => {
                        list.extend(value.take());
                        if let Some(next) = items.next() {
                            break next;
                        }
                        value = Some(Value::List(List::new(std::mem::take(list))));
                    }
                    Owned::Map(entries, key, new_map) => {
                        if let (Some(value), Some(key)) = (value.take(), key.take()) {
                            let origin = Origin::COMPUTED;
                            new_map.insert(key, gostd::Entry { value, origin });
                        }
                        if let Some(next) = entries.next() {
                            *key = Some(Text::new(next.key.into_boxed_bytes().into_vec()));
                            break next.value;
                        }
                        value = Some(map(std::mem::take(new_map)));
                    }
                }
                open.pop();
            };
        }
    }
}

/// A list or map that is being converted; no recursion, for nodes may be nested 10,000 deep.
enum Borrowed<'n> {
    Seq(std::slice::Iter<'n, Node>, Vec<Value>),
    Map(std::slice::Iter<'n, Entry>, Option<&'n Entry>, Entries),
}

enum Owned {
    Seq(vec::IntoIter<Node>, Vec<Value>),
    Map(vec::IntoIter<Entry>, Option<Text>, Entries),
}

fn map(entries: Entries) -> Value {
    Value::Map(Map::from_entries(GoType::Interface, entries))
}

fn scalar(kind: &Kind) -> Value {
    match kind {
        Kind::Bool(b) => Value::Bool(*b),
        Kind::Int(n) => Value::Float64(*n as f64),
        Kind::Uint(n) => Value::Float64(*n as f64),
        Kind::Float(f) => Value::Float64(*f),
        _ => Value::Nil,
    }
}
