//! JSON documents as schemas hold them: a flat arena of nodes that know their parent and their
//! place in the text, read the way Go's encoding/json reads with `UseNumber`.

mod parse;

use std::ops::Range;

use crate::instance::{Instance, ItemVisitor, Number, PropertyVisitor, Shape};
use crate::pointer;
pub use parse::JsonError;

/// A node of a [`Document`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// A parsed JSON text.
#[derive(Debug, Default)]
pub struct Document {
    nodes: Vec<Node>,
    /// All strings, keys and numbers.
    texts: String,
    /// The items of all arrays.
    items: Vec<NodeId>,
    /// The entries of all objects, those of one object sorted by key.
    entries: Vec<(Span, NodeId)>,
    objects: Vec<Object>,
}

/// An object of the document.
#[derive(Debug, Clone, Copy)]
struct Object {
    entries: Span,
    /// The marks of all its keys: most schemas have three of the forty keywords that are asked for.
    marks: u64,
}

#[derive(Debug)]
struct Node {
    content: Content,
    offset: u32,
    /// The node itself for the root.
    parent: NodeId,
}

/// A part of one of the document's arenas.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Debug, Clone, Copy)]
enum Content {
    Null,
    Bool(bool),
    Number(Span),
    String(Span),
    Array(Span),
    /// Its place among the objects.
    Object(u32),
}

/// The content of a node.
#[derive(Debug, Clone, Copy)]
pub enum Kind<'d> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as written.
    Number(&'d str),
    /// A string; invalid UTF-8 and lone surrogates are U+FFFD, as in Go.
    String(&'d str),
    /// An array.
    Array(&'d [NodeId]),
    /// An object.
    Object(Entries<'d>),
}

/// The entries of an object, sorted by key; of equal keys in the text the last one counts.
#[derive(Debug, Clone, Copy)]
pub struct Entries<'d> {
    document: &'d Document,
    entries: &'d [(Span, NodeId)],
    marks: u64,
}

/// One bit that a key's length and ends choose.
#[inline]
pub(crate) const fn mark(key: &str) -> u64 {
    let (Some(first), Some(last)) = (key.as_bytes().first(), key.as_bytes().last()) else {
        return 1;
    };
    1 << ((key.len() * 5 + *first as usize * 3 + *last as usize) % 64)
}

impl<'d> Entries<'d> {
    /// Number of entries.
    pub fn len(self) -> usize {
        self.entries.len()
    }

    /// Returns true if there are none.
    pub fn is_empty(self) -> bool {
        self.entries.is_empty()
    }

    /// Keys with their values, sorted by key.
    pub fn iter(self) -> impl Iterator<Item = (&'d str, NodeId)> {
        let document = self.document;
        self.entries
            .iter()
            .map(move |(key, value)| (document.text(*key), *value))
    }

    /// The value of `key`.
    #[inline]
    pub fn get(self, key: &str) -> Option<NodeId> {
        match self.marks & mark(key) {
            0 => None,
            _ => self.find(key),
        }
    }

    fn find(self, key: &str) -> Option<NodeId> {
        if self.entries.len() <= FEW_ENTRIES {
            let texts = self.document.texts.as_bytes();
            let is_key = |entry: &&(Span, NodeId)| {
                let range = entry.0.range();
                range.len() == key.len() && texts.get(range) == Some(key.as_bytes())
            };
            return self.entries.iter().find(is_key).map(|&(_, value)| value);
        }
        let compare = |entry: &(Span, NodeId)| self.document.text(entry.0).cmp(key);
        let at = self.entries.binary_search_by(compare).ok()?;
        self.entries.get(at).map(|&(_, value)| value)
    }
}

impl Span {
    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
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

    /// Returns the content of `node`. A node of another document may be taken for null.
    pub fn kind(&self, node: NodeId) -> Kind<'_> {
        match self
            .nodes
            .get(node.index())
            .map_or(Content::Null, |n| n.content)
        {
            Content::Null => Kind::Null,
            Content::Bool(b) => Kind::Bool(b),
            Content::Number(span) => Kind::Number(self.text(span)),
            Content::String(span) => Kind::String(self.text(span)),
            Content::Array(span) => Kind::Array(self.items.get(span.range()).unwrap_or_default()),
            Content::Object(number) => Kind::Object(self.entries_of(number)),
        }
    }

    fn entries_of(&self, number: u32) -> Entries<'_> {
        let object = self.objects.get(number as usize);
        let entries = object.and_then(|object| self.entries.get(object.entries.range()));
        Entries {
            document: self,
            entries: entries.unwrap_or_default(),
            marks: object.map_or(0, |object| object.marks),
        }
    }

    fn text(&self, span: Span) -> &str {
        self.texts.get(span.range()).unwrap_or_default()
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

    /// The entries, if `node` is an object.
    pub fn object(&self, node: NodeId) -> Option<Entries<'_>> {
        match self.nodes.get(node.index())?.content {
            Content::Object(number) => Some(self.entries_of(number)),
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
        self.object(node)?.get(key)
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
            Kind::Object(entries) => {
                let own = entries.iter().find(|(_, value)| *value == child);
                own.map_or_else(String::new, |(key, _)| key.to_owned())
            }
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
            Kind::Bool(b) => Shape::Bool(b),
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
        let Some(entries) = self.document.object(self.node) else {
            return;
        };
        for (key, value) in entries.iter() {
            if visit(key.as_bytes(), &self.document.value(value)).is_break() {
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
