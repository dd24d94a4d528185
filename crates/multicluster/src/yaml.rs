//! Small YAML texts, in the layout of kubectl.

use super::Error;
use goyaml::{Entry, Kind, Mark, Node};

fn node(kind: Kind) -> Node {
    Node {
        mark: Mark::default(),
        kind,
    }
}

/// A text.
pub(super) fn text(text: impl Into<String>) -> Node {
    node(Kind::Str(text.into().into_boxed_str()))
}

/// A list.
pub(super) fn list(items: impl IntoIterator<Item = Node>) -> Node {
    node(Kind::Seq(items.into_iter().collect()))
}

/// A map.
pub(super) fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Node)>) -> Node {
    let entry = |(key, value): (&str, Node)| Entry {
        key: key.into(),
        mark: Mark::default(),
        value,
    };
    node(Kind::Map(entries.into_iter().map(entry).collect()))
}

/// The text of a value, keys in order.
pub(super) fn write(value: Node) -> Result<Vec<u8>, Error> {
    Ok(goyaml::to_yaml(&value.into_value())?)
}
