//! The immutable, positioned tree that reading YAML gives: what sigs.k8s.io/yaml's JSON would hold.

/// A place in a YAML text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mark {
    /// Line, counted from 1; 0 where the node has no place in a text.
    pub line: u32,
    /// Column in bytes, counted from 1; 0 where the node has no place in a text.
    pub column: u32,
}

/// A value with the place where it starts.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Where the value starts in its text.
    pub mark: Mark,
    /// The value itself.
    pub kind: Kind,
}

/// What a [`Node`] holds: JSON's kinds, numbers as go-yaml resolves them.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// `null`, `~` or nothing.
    Null,
    /// A YAML 1.1 boolean.
    Bool(bool),
    /// An integer that fits 64 bits with sign.
    Int(i64),
    /// An integer above `i64::MAX` that fits 64 bits.
    Uint(u64),
    /// Any other number.
    Float(f64),
    /// Text, after JSON's replacement of invalid UTF-8.
    Str(Box<str>),
    /// A list.
    Seq(Vec<Node>),
    /// A map: keys are strings as sigs.k8s.io/yaml makes them, unique, in order of first appearance.
    Map(Vec<Entry>),
}

/// One key of a map with its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key as text.
    pub key: Box<str>,
    /// Where the key stands.
    pub mark: Mark,
    /// The key's value.
    pub value: Node,
}

impl Node {
    /// The value of `key`, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|e| &*e.key == key).map(|e| &e.value),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Str(text) => Some(text),
            _ => None,
        }
    }
}
