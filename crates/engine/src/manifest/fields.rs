//! Reading the fields of a resource.

use goyaml::{Entry, Kind, Node};

/// The entries of a map; none of anything else.
pub fn entries(node: &Node) -> &[Entry] {
    match &node.kind {
        Kind::Map(entries) => entries,
        _ => &[],
    }
}

/// The items of a list; none of anything else.
pub fn items(node: &Node) -> &[Node] {
    match &node.kind {
        Kind::Seq(items) => items,
        _ => &[],
    }
}

/// The node below a path of keys.
pub fn at<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

/// The text below a path of keys, or nothing.
pub fn text_at<'n>(node: &'n Node, path: &[&str]) -> &'n str {
    let text = at(node, path).and_then(Node::as_str);
    text.unwrap_or_default()
}
