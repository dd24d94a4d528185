//! The immutable, positioned tree that reading YAML gives: what sigs.k8s.io/yaml's JSON would hold.

use std::borrow::Cow;

use crate::error::Error;
use gostd::json;

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
    /// The start of the value in its text.
    pub mark: Mark,
    /// The value itself.
    pub kind: Kind,
}

/// The content of a [`Node`]: JSON's kinds, numbers as go-yaml resolves them.
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
    /// The place of the key.
    pub mark: Mark,
    /// The key's value.
    pub value: Node,
}

impl Mark {
    pub(crate) fn move_down(&mut self, lines: u32) {
        if self.line > 0 {
            self.line = self.line.saturating_add(lines);
        }
    }
}

impl Node {
    /// The kind of JSON value that this one becomes.
    pub fn json_kind(&self) -> json::Kind {
        match &self.kind {
            Kind::Null => json::Kind::Null,
            Kind::Bool(_) => json::Kind::Bool,
            Kind::Int(_) | Kind::Uint(_) | Kind::Float(_) => json::Kind::Number,
            Kind::Str(_) => json::Kind::String,
            Kind::Seq(_) => json::Kind::Array,
            Kind::Map(_) => json::Kind::Object,
        }
    }

    /// This node if it is a map, or null, which leaves a Go map as it is; else encoding/json's
    /// error for a `map[string]interface {}`.
    pub fn require_map(self) -> Result<Node, Error> {
        match &self.kind {
            Kind::Map(_) | Kind::Null => Ok(self),
            _ => Err(Error::mismatch(
                &self,
                "value of type map[string]interface {}",
            )),
        }
    }

    /// The text that a string field gets from this node: sigs.k8s.io/yaml writes numbers and booleans as
    /// text, floats with the digits of a float32 (`0.10` is `0.1`, `0x10` is `16`, `yes` is
    /// `true`). `None` for null, lists and maps.
    pub fn coerced_text(&self) -> Option<Cow<'_, str>> {
        Some(match &self.kind {
            Kind::Str(text) => Cow::Borrowed(text),
            Kind::Bool(b) => Cow::Borrowed(if *b { "true" } else { "false" }),
            Kind::Int(n) => Cow::Owned(n.to_string()),
            Kind::Uint(n) => Cow::Owned(n.to_string()),
            Kind::Float(f) => Cow::Owned(gostd::strconv::format_float(*f, b'g', -1, 32)),
            _ => return None,
        })
    }

    /// Adds to the line of each mark.
    pub(crate) fn move_down(&mut self, lines: u32) {
        let mut stack = vec![self];
        while let Some(node) = stack.pop() {
            node.mark.move_down(lines);
            match &mut node.kind {
                Kind::Seq(items) => stack.extend(items),
                Kind::Map(entries) => {
                    for entry in entries {
                        entry.mark.move_down(lines);
                        stack.push(&mut entry.value);
                    }
                }
                _ => {}
            }
        }
    }

    /// Returns true if both have the same value, wherever they stand.
    pub fn is_same(&self, other: &Node) -> bool {
        let mut pairs = vec![(self, other)];
        while let Some((a, b)) = pairs.pop() {
            match (&a.kind, &b.kind) {
                (Kind::Seq(a), Kind::Seq(b)) if a.len() == b.len() => pairs.extend(a.iter().zip(b)),
                (Kind::Map(a), Kind::Map(b)) if a.len() == b.len() => {
                    for (a, b) in a.iter().zip(b) {
                        if a.key != b.key {
                            return false;
                        }
                        pairs.push((&a.value, &b.value));
                    }
                }
                (Kind::Seq(_) | Kind::Map(_), _) => return false,
                (a, b) if a != b => return false,
                _ => {}
            }
        }
        true
    }

    /// The value of `key`, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|e| &*e.key == key).map(|e| &e.value),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        match &mut self.kind {
            Kind::Map(entries) => entries
                .iter_mut()
                .find(|entry| &*entry.key == key)
                .map(|entry| &mut entry.value),
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
