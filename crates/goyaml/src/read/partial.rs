//! Reading a few keys of a document and only checking the rest: enough to sort manifests.

use super::decode::{self, Mode};
use super::keys;
use super::tree::{Raw, RawKind, Tree};
use crate::MAX_DEPTH;
use crate::error::Error;
use crate::resolve::{self, Resolved};
use crate::{Kind, Node};

/// Gives the document as [`decode::document`] does, its map with those entries only whose key
/// `keep` wants. Errors are those of the whole document.
pub(crate) fn document(tree: &Tree<'_>, keep: &mut dyn FnMut(&str) -> bool) -> Result<Node, Error> {
    let root = match tree.nodes.first() {
        Some(root) if matches!(root.kind, RawKind::Map) && is_harmless(tree) => root,
        _ => {
            let mut node = decode::document(tree, Mode::Lenient)?;
            if let Kind::Map(entries) = &mut node.kind {
                entries.retain(|entry| keep(&entry.key));
            }
            return Ok(node);
        }
    };
    let mut build = keys::Builder::new(false);
    for (key, value) in pairs(tree, 0, root) {
        if let Some(mut entry) = decode::entry_key(tree, key)?
            && keep(&entry.key)
        {
            entry.value = decode::node(tree, value)?;
            build.push(entry);
        }
    }
    Ok(Node {
        mark: root.mark,
        kind: Kind::Map(build.finish()),
    })
}

/// Returns true if decoding cannot fail: no tags, aliases, merges or infinities, no keys but text and
/// common numbers, not too deep. Nearly every document is so.
fn is_harmless(tree: &Tree<'_>) -> bool {
    tree.depth <= MAX_DEPTH && (0u32..).zip(&tree.nodes).all(|(at, raw)| match &raw.kind {
        RawKind::Seq => true,
        RawKind::Alias { .. } => false,
        RawKind::Scalar(scalar) => {
            scalar.tag.is_none()
                && !(scalar.implicit
                    && matches!(scalar.text.as_bytes(), [b'.' | b'+' | b'-', ..])
                    && matches!(resolve::plain(&scalar.text), Resolved::Float(f) if !f.is_finite()))
        }
        RawKind::Map => {
            pairs(tree, at, raw).all(|(key, _)| tree.get(key).is_some_and(is_harmless_key))
        }
    })
}

fn is_harmless_key(raw: &Raw<'_>) -> bool {
    match &raw.kind {
        RawKind::Scalar(scalar) if scalar.implicit => {
            scalar.text != "<<"
                && !matches!(
                    resolve::plain(&scalar.text),
                    Resolved::Null | Resolved::Uint(_)
                )
        }
        RawKind::Scalar(_) => true,
        _ => false,
    }
}

/// The nodes of a map's keys and values.
fn pairs<'a>(
    tree: &'a Tree<'_>,
    at: u32,
    map: &Raw<'_>,
) -> impl Iterator<Item = (u32, u32)> + use<'a> {
    let end = map.end;
    let mut next = at + 1;
    std::iter::from_fn(move || {
        let key = next;
        let value = tree.get(key)?.end;
        if key >= end {
            return None;
        }
        next = tree.get(value)?.end;
        Some((key, value))
    })
}
