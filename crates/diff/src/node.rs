//! Resources as trees: equality, order of keys, writing as YAML and JSON.

pub(super) use engine::manifest::fields::{at, entries, items, text_at};
use goyaml::write::{Dialect, Emitter, natural_less_v2, sort_keys as sort_by_key};
use goyaml::{Entry, Kind, Mark, Node};
use std::borrow::Cow;

/// A node without a place in a text.
pub(super) fn node(kind: Kind) -> Node {
    Node {
        mark: Mark::default(),
        kind,
    }
}

/// A text without a place.
pub(super) fn string(text: impl Into<Box<str>>) -> Node {
    node(Kind::Str(text.into()))
}

/// A map without a place.
pub(super) fn map(entries: impl IntoIterator<Item = (Box<str>, Node)>) -> Node {
    let entry = |(key, value)| Entry {
        key,
        mark: Mark::default(),
        value,
    };
    node(Kind::Map(entries.into_iter().map(entry).collect()))
}

/// About how many bytes a tree takes.
pub(super) fn bytes(node: &Node) -> usize {
    let below = match &node.kind {
        Kind::Str(text) => text.len(),
        Kind::Seq(items) => items.iter().map(bytes).sum(),
        Kind::Map(entries) => {
            let entry = |entry: &Entry| {
                size_of::<Entry>() - size_of::<Node>() + entry.key.len() + bytes(&entry.value)
            };
            entries.iter().map(entry).sum()
        }
        _ => 0,
    };
    size_of::<Node>() + below
}

/// Returns true if two values are the same to Kubernetes: places, the order of keys and how a number is
/// written do not count.
pub(super) fn same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Seq(a), Kind::Seq(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Kind::Map(a), Kind::Map(b)) if a.len() == b.len() => {
            let in_order = a.iter().zip(b).all(|(a, b)| a.key == b.key);
            if in_order {
                return a.iter().zip(b).all(|(a, b)| same(&a.value, &b.value));
            }
            let (a, b) = (by_key(a), by_key(b));
            let pairs = a.iter().zip(&b);
            pairs
                .into_iter()
                .all(|(a, b)| a.key == b.key && same(&a.value, &b.value))
        }
        (Kind::Map(_), Kind::Map(_)) => false,
        (a, b) => match (number(a), number(b)) {
            (Some(a), Some(b)) => a == b,
            _ => a == b,
        },
    }
}

/// A number for comparison; a whole float is the integer that JSON writes of it.
fn number(kind: &Kind) -> Option<Number> {
    /// Beyond this, floats have no digit for each integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    Some(match kind {
        Kind::Int(n) => Number::Int(i128::from(*n)),
        Kind::Uint(n) => Number::Int(i128::from(*n)),
        Kind::Float(f) if f.fract() == 0.0 && f.abs() <= EXACT => Number::Int(*f as i128),
        Kind::Float(f) => Number::Float(*f),
        _ => return None,
    })
}

#[derive(PartialEq)]
enum Number {
    Int(i128),
    Float(f64),
}

/// The entries in byte order of their keys.
pub(super) fn by_key(entries: &[Entry]) -> Vec<&Entry> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    sorted
}

/// Sorts the keys of all maps as Helm's `toYaml` writes them.
pub(super) fn sort_keys(node: &mut Node) {
    match &mut node.kind {
        Kind::Seq(items) => items.iter_mut().for_each(sort_keys),
        Kind::Map(entries) => {
            for entry in &mut *entries {
                sort_keys(&mut entry.value);
            }
            let before = |a: &Entry, b: &Entry| natural_less_v2(a.key.as_bytes(), b.key.as_bytes());
            if entries.windows(2).any(|pair| match pair {
                [a, b] => before(b, a),
                _ => false,
            }) {
                sort_entries(entries);
            }
        }
        _ => {}
    }
}

fn sort_entries(entries: &mut Vec<Entry>) {
    let keys: Vec<Box<str>> = entries.iter().map(|entry| entry.key.clone()).collect();
    let mut order: Vec<(&[u8], usize)> = keys.iter().map(|key| key.as_bytes()).zip(0..).collect();
    sort_by_key(&mut order, |(key, _)| key, Dialect::V2);
    let mut slots: Vec<Option<Entry>> = std::mem::take(entries).into_iter().map(Some).collect();
    let sorted = order
        .iter()
        .filter_map(|(_, at)| slots.get_mut(*at)?.take());
    entries.extend(sorted);
}

/// The YAML of a node as Helm's `toYaml` writes it, keys in the order that they have.
pub(super) fn to_yaml(node: &Node) -> Vec<u8> {
    let mut emitter = Emitter::new(Dialect::V2);
    emit(&mut emitter, node);
    // Texts with control characters have no YAML in that style; JSON is YAML too.
    emitter.finish().unwrap_or_else(|_| {
        let mut json = to_json(node).into_bytes();
        json.push(b'\n');
        json
    })
}

fn emit(emitter: &mut Emitter, node: &Node) {
    match &node.kind {
        Kind::Null => emitter.null(),
        Kind::Bool(b) => emitter.bool(*b),
        Kind::Int(n) => emitter.int(*n),
        Kind::Uint(n) => emitter.uint(*n),
        Kind::Float(f) => emitter.float(*f),
        Kind::Str(text) => {
            emitter.str(text.as_bytes());
        }
        Kind::Seq(items) => {
            emitter.begin_seq(items.len());
            items.iter().for_each(|item| emit(emitter, item));
            emitter.end_seq();
        }
        Kind::Map(entries) => {
            emitter.begin_map(entries.len());
            for entry in entries {
                emitter.key(entry.key.as_bytes());
                emit(emitter, &entry.value);
            }
            emitter.end_map();
        }
    }
}

/// The JSON of a node on one line.
pub(super) fn to_json(node: &Node) -> String {
    serde_json::to_string(&Json(node)).unwrap_or_default()
}

/// A value on one line for people: a plain text as it is, everything else as JSON.
pub(super) fn inline(node: &Node) -> Cow<'_, str> {
    match &node.kind {
        Kind::Str(text) if !text.is_empty() && !text.contains(char::is_control) => {
            Cow::Borrowed(text)
        }
        _ => Cow::Owned(to_json(node)),
    }
}

/// A node for JSON.
pub(super) struct Json<'n>(pub(super) &'n Node);

impl serde::Serialize for Json<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.kind {
            Kind::Null => serializer.serialize_unit(),
            Kind::Bool(b) => serializer.serialize_bool(*b),
            Kind::Int(n) => serializer.serialize_i64(*n),
            Kind::Uint(n) => serializer.serialize_u64(*n),
            Kind::Float(f) => match number(&self.0.kind) {
                Some(Number::Int(n)) => serializer.serialize_i64(n as i64),
                _ => serializer.serialize_f64(*f),
            },
            Kind::Str(text) => serializer.serialize_str(text),
            Kind::Seq(items) => serializer.collect_seq(items.iter().map(Json)),
            Kind::Map(entries) => {
                serializer.collect_map(entries.iter().map(|e| (&*e.key, Json(&e.value))))
            }
        }
    }
}
