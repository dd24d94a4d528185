//! JSON documents as schemas hold them: a flat arena of nodes that know their parent and their
//! place in the text, read the way Go's encoding/json reads with `UseNumber`.

mod parse;

use crate::instance::{Instance, ItemVisitor, Number, PropertyVisitor, Shape};
use crate::pointer;
pub use parse::JsonError;

/// A node of a [`Document`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// A parsed JSON text.
#[derive(Debug)]
pub struct Document {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    kind: Kind,
    offset: u32,
    /// The node itself for the root.
    parent: NodeId,
}

/// What a node holds.
#[derive(Debug)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as written.
    Number(Box<str>),
    /// A string; invalid UTF-8 and lone surrogates are U+FFFD, as in Go.
    String(Box<str>),
    /// An array.
    Array(Box<[NodeId]>),
    /// An object, sorted by key; of equal keys the last one counts.
    Object(Box<[(Box<str>, NodeId)]>),
}

/// Up to this many entries, telling keys apart by their lengths beats a binary search.
const FEW_ENTRIES: usize = 12;

impl NodeId {
    /// The whole document.
    pub const ROOT: NodeId = NodeId(0);

    /// Position in the arena: nodes are numbered in the order of the text.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Document {
    /// Reads a JSON text.
    pub fn parse(text: &[u8]) -> Result<Self, JsonError> {
        parse::parse(text)
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never true: a document has a root.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// What `node` holds. A node of another document may be taken for null.
    pub fn kind(&self, node: NodeId) -> &Kind {
        self.nodes
            .get(node.index())
            .map_or(&Kind::Null, |n| &n.kind)
    }

    /// Byte offset in the text at which `node` starts.
    pub fn offset(&self, node: NodeId) -> usize {
        self.nodes
            .get(node.index())
            .map_or(0, |n| n.offset as usize)
    }

    /// The array or object that holds `node`; none for the root.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        let parent = self.nodes.get(node.index())?.parent;
        (parent != node).then_some(parent)
    }

    /// The entries of an object, sorted by key.
    pub fn object(&self, node: NodeId) -> Option<&[(Box<str>, NodeId)]> {
        match self.kind(node) {
            Kind::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items of an array.
    pub fn array(&self, node: NodeId) -> Option<&[NodeId]> {
        match self.kind(node) {
            Kind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn string(&self, node: NodeId) -> Option<&str> {
        match self.kind(node) {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of `key`, if `node` is an object that has it.
    pub fn get(&self, node: NodeId, key: &str) -> Option<NodeId> {
        let entries = self.object(node)?;
        if entries.len() <= FEW_ENTRIES {
            return entries
                .iter()
                .find(|(k, _)| **k == *key)
                .map(|&(_, value)| value);
        }
        let at = entries.binary_search_by(|(k, _)| (**k).cmp(key)).ok()?;
        entries.get(at).map(|&(_, value)| value)
    }

    /// The item at `index`, if `node` is an array that has it.
    pub fn item(&self, node: NodeId, index: usize) -> Option<NodeId> {
        self.array(node)?.get(index).copied()
    }

    /// The string value of `key`, if `node` is an object that has one.
    pub fn get_string(&self, node: NodeId, key: &str) -> Option<&str> {
        self.get(node, key).and_then(|value| self.string(value))
    }

    /// The JSON pointer of `node`: empty for the root.
    pub fn pointer(&self, node: NodeId) -> String {
        let mut tokens = Vec::new();
        let mut at = node;
        while let Some(parent) = self.parent(at) {
            tokens.push(self.token(parent, at));
            at = parent;
        }
        let mut text = String::new();
        for token in tokens.iter().rev() {
            text.push('/');
            text.push_str(&pointer::escape(token));
        }
        text
    }

    fn token(&self, parent: NodeId, child: NodeId) -> String {
        match self.kind(parent) {
            Kind::Object(entries) => entries
                .iter()
                .find(|(_, v)| *v == child)
                .map_or_else(String::new, |(k, _)| k.to_string()),
            Kind::Array(items) => items
                .iter()
                .position(|v| *v == child)
                .unwrap_or_default()
                .to_string(),
            _ => String::new(),
        }
    }

    /// `node` as a value to validate.
    pub fn value(&self, node: NodeId) -> NodeRef<'_> {
        NodeRef {
            document: self,
            node,
        }
    }
}

/// A node together with its document.
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'d> {
    document: &'d Document,
    node: NodeId,
}

impl Instance for NodeRef<'_> {
    fn shape(&self) -> Shape<'_> {
        match self.document.kind(self.node) {
            Kind::Null => Shape::Null,
            Kind::Bool(b) => Shape::Bool(*b),
            Kind::Number(text) => Shape::Number(Number::Text(text)),
            Kind::String(text) => Shape::String(text.as_bytes()),
            Kind::Array(items) => Shape::Array(items.len()),
            Kind::Object(entries) => Shape::Object(entries.len()),
        }
    }

    fn visit_items(&self, visit: &mut ItemVisitor<'_>) {
        let items = self.document.array(self.node).unwrap_or_default();
        for (index, &item) in items.iter().enumerate() {
            if visit(index, &self.document.value(item)).is_break() {
                return;
            }
        }
    }

    fn visit_item(&self, index: usize, visit: &mut dyn FnMut(&dyn Instance)) {
        if let Some(item) = self.document.item(self.node, index) {
            visit(&self.document.value(item));
        }
    }

    fn visit_properties(&self, visit: &mut PropertyVisitor<'_>) {
        for (key, value) in self.document.object(self.node).unwrap_or_default() {
            if visit(key.as_bytes(), &self.document.value(*value)).is_break() {
                return;
            }
        }
    }

    fn visit_property(&self, name: &[u8], visit: &mut dyn FnMut(&dyn Instance)) -> bool {
        let name = std::str::from_utf8(name).ok();
        match name.and_then(|name| self.document.get(self.node, name)) {
            Some(value) => {
                visit(&self.document.value(value));
                true
            }
            None => false,
        }
    }
}
