//! Map keys: what they become as text, which ones are the same key, and which JSON cannot have.

use std::collections::{HashMap, hash_map};

use gostd::strconv::{format_float, quote};

use super::gosyntax;
use crate::{Entry, Kind, Mark, Node};

/// The Go type of a key before it becomes text: `1` and `"1"` are different keys to go-yaml.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Class {
    Str,
    Int,
    Float,
    Bool,
    Null,
    Uint,
}

impl Class {
    /// The type of a key that JSON cannot have, as Go prints it.
    pub(crate) fn refused(self) -> Option<&'static str> {
        match self {
            Class::Null => Some("%!s(<nil>)"),
            Class::Uint => Some("uint64"),
            _ => None,
        }
    }

    /// The `%#v` form of a key with this text.
    pub(crate) fn go_syntax(self, text: &str) -> String {
        match self {
            Class::Str => quote(text.as_bytes()),
            Class::Null => "<nil>".to_owned(),
            _ => text.to_owned(),
        }
    }
}

/// A key as text.
pub(crate) struct Key {
    pub(crate) text: Box<str>,
    pub(crate) class: Class,
}

impl Key {
    /// Makes a value a key; gives lists and maps back. In Go syntax the text is what `%#v` prints.
    pub(crate) fn new(node: Node, go_syntax: bool) -> Result<Key, Node> {
        let class = match &node.kind {
            Kind::Null => Class::Null,
            Kind::Bool(_) => Class::Bool,
            Kind::Int(_) => Class::Int,
            Kind::Uint(_) => Class::Uint,
            Kind::Float(_) => Class::Float,
            Kind::Str(_) => Class::Str,
            Kind::Seq(_) | Kind::Map(_) => return Err(node),
        };
        let text = match node.kind {
            Kind::Null if go_syntax => "interface {}(nil)".into(),
            _ if go_syntax => gosyntax::print(&node).into_boxed_str(),
            Kind::Str(text) => text,
            Kind::Bool(true) => "true".into(),
            Kind::Bool(false) => "false".into(),
            Kind::Int(n) => n.to_string().into(),
            Kind::Uint(n) => format!("0x{n:x}").into(),
            Kind::Float(f) => float32(f).into(),
            _ => "".into(),
        };
        Ok(Key { text, class })
    }
}

/// A float key as sigs.k8s.io/yaml writes it: the shortest digits that give the same float32.
fn float32(value: f64) -> String {
    let text = format_float(value, b'g', -1, 32);
    match text.as_str() {
        "+Inf" => ".inf".to_owned(),
        "-Inf" => "-.inf".to_owned(),
        "NaN" => ".nan".to_owned(),
        _ => text,
    }
}

/// Collects a map's entries.
pub(crate) struct Builder {
    entries: Vec<Entry>,
    /// The keys so far, with the indexes of their entries, for strict reading only.
    index_by_key: Option<HashMap<(Class, Box<str>), usize>>,
}

impl Builder {
    pub(crate) fn new(strict: bool) -> Builder {
        Builder {
            entries: Vec::new(),
            index_by_key: strict.then(HashMap::new),
        }
    }

    /// Notes the key of the entry that comes next; the earlier entry if strict reading has met it before.
    pub(crate) fn earlier(&mut self, class: Class, key: &str) -> Option<&Entry> {
        let indexes = self.index_by_key.as_mut()?;
        // Not-a-number differs from itself.
        if class == Class::Float && key == ".nan" {
            return None;
        }
        match indexes.entry((class, key.into())) {
            hash_map::Entry::Occupied(index) => self.entries.get(*index.get()),
            hash_map::Entry::Vacant(new) => {
                new.insert(self.entries.len());
                None
            }
        }
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// The entries, of equal keys the last at the place of the first.
    pub(crate) fn finish(self) -> Vec<Entry> {
        let mut entries = self.entries;
        if !has_duplicates(&entries) {
            entries.shrink_to_fit();
            return entries;
        }
        let mut unique: Vec<Entry> = Vec::with_capacity(entries.len());
        let mut places: HashMap<Box<str>, usize> = HashMap::with_capacity(entries.len());
        for entry in entries {
            match places.get(&entry.key).and_then(|&at| unique.get_mut(at)) {
                Some(place) => *place = entry,
                None => {
                    places.insert(entry.key.clone(), unique.len());
                    unique.push(entry);
                }
            }
        }
        unique
    }
}

fn has_duplicates(entries: &[Entry]) -> bool {
    if entries.len() <= 12 {
        return entries.iter().enumerate().any(|(i, entry)| {
            entries
                .iter()
                .take(i)
                .any(|earlier| earlier.key == entry.key)
        });
    }
    let mut keys: Vec<&str> = entries.iter().map(|entry| &*entry.key).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}

/// The index of the first entry, in the order of the text, whose key JSON cannot have.
pub(crate) fn first_refused(root: &Node) -> Option<u32> {
    let mut stack = vec![root];
    while let Some(node) = stack.pop() {
        match &node.kind {
            Kind::Seq(items) => stack.extend(items.iter().rev()),
            Kind::Map(entries) => {
                if let Some(entry) = entries.iter().find(|e| e.mark.line == u32::MAX) {
                    return Some(entry.mark.column);
                }
                stack.extend(entries.iter().rev().map(|e| &e.value));
            }
            _ => {}
        }
    }
    None
}

/// The first number that JSON cannot have, in the order in which JSON is written: keys sorted.
pub(crate) fn first_infinite(root: &Node) -> Option<(Mark, f64)> {
    let mut stack = vec![root];
    while let Some(node) = stack.pop() {
        match &node.kind {
            Kind::Float(f) if !f.is_finite() => return Some((node.mark, *f)),
            Kind::Seq(items) => stack.extend(items.iter().rev()),
            Kind::Map(entries) => {
                let mut sorted: Vec<&Entry> = entries.iter().collect();
                sorted.sort_by(|a, b| b.key.cmp(&a.key));
                stack.extend(sorted.into_iter().map(|e| &e.value));
            }
            _ => {}
        }
    }
    None
}
