//! Changes that Kubernetes does not see, by its [`defaults`].

use super::super::fields::Change;
use goyaml::{Kind, Node};
use kubernetes::defaults;

/// Kubernetes sees no change, in a resource of a kind.
pub(super) fn is_no_change(kind: &str, change: &Change) -> bool {
    let keys: Vec<&str> = change.path.keys().collect();
    let default = defaults::default(kind, &keys);
    let is_default = |side: &Option<Node>| {
        let text = side.as_ref().and_then(Node::coerced_text);
        is_left_out(&keys, side) || default.is_some() && text.as_deref() == default
    };
    is_default(&change.old) && is_default(&change.new)
}

/// A field has no value, if texts and lists may be empty.
pub(super) fn is_unset(side: &Option<Node>) -> bool {
    side.as_ref().is_none_or(|node| match &node.kind {
        Kind::Null => true,
        Kind::Str(text) => text.is_empty(),
        Kind::Seq(items) => items.is_empty(),
        _ => false,
    })
}

/// A field is left out, or as good as that.
fn is_left_out(keys: &[&str], side: &Option<Node>) -> bool {
    match side.as_ref().map(|node| &node.kind) {
        Some(Kind::Map(entries)) => entries.is_empty() && defaults::may_be_empty_map(keys),
        Some(Kind::Bool(false)) => defaults::may_be_false(keys),
        Some(Kind::Str(text)) => {
            let key = keys.last().copied().unwrap_or_default();
            text.is_empty() && defaults::may_be_empty_text(key)
        }
        _ => is_unset(side),
    }
}
