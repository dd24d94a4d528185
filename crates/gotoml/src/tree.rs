//! The tables of a TOML document while it is read, and BurntSushi's rules on defining keys twice.

use gostd::types::GoType;
use gostd::{List, Map, Text, Value};
use std::collections::{BTreeMap, HashMap, HashSet};

pub(super) type Table = BTreeMap<Vec<u8>, Node>;

/// The value under a key.
#[derive(Debug)]
pub(super) enum Node {
    Table(Table),
    /// An array of tables, never empty.
    Tables(Vec<Table>),
    Value(Value),
}

impl Node {
    pub(super) fn empty_table() -> Node {
        Node::Table(Table::new())
    }

    /// The table that keys below this node go to; the last one of an array.
    fn table(&mut self) -> Option<&mut Table> {
        match self {
            Node::Table(table) => Some(table),
            Node::Tables(tables) => tables.last_mut(),
            Node::Value(_) => None,
        }
    }

    pub(super) fn into_value(self) -> Value {
        match self {
            Node::Table(table) => table_value(table).into(),
            Node::Tables(tables) => {
                let items = tables.into_iter().map(|t| table_value(t).into());
                List::of(GoType::MAP, items.collect()).into()
            }
            Node::Value(value) => value,
        }
    }
}

/// The table as a `map[string]interface {}`.
pub(super) fn table_value(table: Table) -> Map {
    let pairs = table.into_iter();
    pairs
        .map(|(key, node)| (Text::new(key), node.into_value()))
        .collect()
}

/// A dotted key, each part unquoted.
pub(super) type Key = Vec<Vec<u8>>;

/// The dotted form in which BurntSushi shows a key and keeps notes on it.
pub(super) fn dotted(key: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    for (i, part) in key.iter().enumerate() {
        if i > 0 {
            out.push(b'.');
        }
        super::push_key(&mut out, part);
    }
    out
}

/// The document so far and the place in it.
#[derive(Default)]
pub(super) struct Document {
    pub(super) root: Table,
    /// The table that keys go to.
    pub(super) context: Key,
    /// The key whose value is being read; empty for none.
    pub(super) current: Vec<u8>,
    /// Tables that came about by being named in a longer key.
    implicit: HashSet<Vec<u8>>,
    /// True if the value last set for a key is an array.
    arrays: HashMap<Vec<u8>, bool>,
}

/// The text of an error about a key.
pub(super) type Problem = String;

impl Document {
    /// The whole key at which the reading is, for messages.
    pub(super) fn last_key(&self) -> Vec<u8> {
        if self.current.is_empty() {
            return dotted(&self.context);
        }
        if self.context.is_empty() {
            return self.current.clone();
        }
        let mut key = dotted(&self.context);
        key.push(b'.');
        key.extend_from_slice(&self.current);
        key
    }

    pub(super) fn add_implicit(&mut self, key: &[Vec<u8>]) {
        self.implicit.insert(dotted(key));
    }

    /// Makes `key` the context, with the tables on the way to it; an `array` gets a new table.
    pub(super) fn enter(&mut self, key: &[Vec<u8>], array: bool) -> Result<(), Problem> {
        let Some((last, parents)) = key.split_last() else {
            return Ok(());
        };
        let mut table = &mut self.root;
        for (i, part) in parents.iter().enumerate() {
            let path = key.get(..=i).unwrap_or(key);
            if !table.contains_key(part) {
                self.implicit.insert(dotted(path));
            }
            let node = table.entry(part.clone()).or_insert_with(Node::empty_table);
            table = node.table().ok_or_else(|| {
                let path = show(path);
                format!("Key '{path}' was already created as a hash.")
            })?;
        }
        self.context = parents.to_vec();
        if array {
            let node = table
                .entry(last.clone())
                .or_insert_with(|| Node::Tables(Vec::new()));
            let Node::Tables(tables) = node else {
                let key = show(key);
                return Err(format!(
                    "Key '{key}' was already created and cannot be used as an array."
                ));
            };
            tables.push(Table::new());
        } else {
            self.set(last, Node::empty_table())?;
        }
        self.context.push(last.clone());
        Ok(())
    }

    /// Sets a key of the context, which must not be defined yet but may be implied.
    pub(super) fn set(&mut self, key: &[u8], node: Node) -> Result<(), Problem> {
        let mut path = self.context.clone();
        let mut table = &mut self.root;
        for (i, part) in self.context.iter().enumerate() {
            let inner = table.get_mut(part).and_then(Node::table);
            table = inner.ok_or_else(|| {
                let path = show(path.get(..=i).unwrap_or(&path));
                format!("Key '{path}' has already been defined.")
            })?;
        }
        path.push(key.to_vec());
        if !table.contains_key(key) {
            table.insert(key.to_vec(), node);
            return Ok(());
        }
        let name = dotted(&path);
        let implied = self.implicit.remove(&name);
        if !implied {
            let path = show(&path);
            return Err(format!("Key '{path}' has already been defined."));
        }
        if self.arrays.get(&name).copied().unwrap_or(false) {
            table.insert(key.to_vec(), node);
        }
        Ok(())
    }

    /// Notes whether the value of a key of the context (or the context itself) is an array.
    pub(super) fn note_type(&mut self, key: &[u8], is_array: bool) {
        let mut path = self.context.clone();
        if !key.is_empty() || path.is_empty() {
            path.push(key.to_vec());
        }
        self.arrays.insert(dotted(&path), is_array);
    }
}

fn show(key: &[Vec<u8>]) -> String {
    String::from_utf8_lossy(&dotted(key)).into_owned()
}
