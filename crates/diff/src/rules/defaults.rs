//! Changes that Kubernetes does not see, by its [`defaults`].

use super::super::fields::Change;
use super::super::resource::Resource;
use goyaml::{Kind, Node};
use kubernetes::fields::{self, Type};
use kubernetes::{defaults, quantity};

/// Kubernetes sees no change, as far as rules go.
pub(super) fn is_no_change(resource: &Resource, change: &Change) -> bool {
    let keys: Vec<&str> = change.path.keys().collect();
    let default = defaults::default(&resource.key.kind, &keys);
    let is_default = |side: &Option<Node>| {
        let text = side.as_ref().and_then(Node::coerced_text);
        is_left_out(&keys, side) || default.is_some() && text.as_deref() == default
    };
    is_default(&change.old) && is_default(&change.new)
        || is_same_amount(resource, &keys, change)
        || is_same_data(resource, &keys, change)
}

/// Both sides say the same in another way, so that there is nothing to show: a default that is written out, the same
/// amount, the same JSON. A text that is empty is no default: in a map it is there or it is not.
pub(in super::super) fn says_the_same(resource: &Resource, change: &Change) -> bool {
    let keys: Vec<&str> = change.path.keys().collect();
    let is_known = || {
        let (api_version, kind) = (&resource.api_version, &resource.key.kind);
        fields::resource(api_version, kind, fields::MINORS.1).is_some()
    };
    let is_default = |side: &Option<Node>| {
        let default = defaults::default(&resource.key.kind, &keys);
        match side {
            Some(side) => default.is_some() && side.coerced_text().as_deref() == default,
            None => default.is_some(),
        }
    };
    is_default(&change.old) && is_default(&change.new) && is_known()
        || is_same_amount(resource, &keys, change)
        || is_same_data(resource, &keys, change)
}

/// Two amounts that are written in another way: `1` and `1000m`.
fn is_same_amount(resource: &Resource, keys: &[&str], change: &Change) -> bool {
    let (Some(old), Some(new)) = (&change.old, &change.new) else {
        return false;
    };
    let amount = |side: &Node| quantity::nanos(&side.coerced_text()?);
    let (Some(old), Some(new)) = (amount(old), amount(new)) else {
        return false;
    };
    let is_amount = || {
        let kind = &resource.key.kind;
        let of = fields::resource(&resource.api_version, kind, fields::MINORS.1)?;
        fields::below(of, keys.iter().copied())
    };
    old == new && is_amount() == Some(Type::Quantity)
}

/// Two texts of a ConfigMap that are the same JSON, written in another way.
fn is_same_data(resource: &Resource, keys: &[&str], change: &Change) -> bool {
    let is_data = resource.key.kind == "ConfigMap" && matches!(keys, ["data", _]);
    let (Some(old), Some(new)) = (&change.old, &change.new) else {
        return false;
    };
    let (Some(old), Some(new)) = (old.as_str(), new.as_str()) else {
        return false;
    };
    let is_json = |text: &str| {
        let text = text.trim();
        text.starts_with('{') && text.ends_with('}') || text.starts_with('[') && text.ends_with(']')
    };
    if !is_data || !is_json(old) || !is_json(new) {
        return false;
    }
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text);
    match (read(old), read(new)) {
        (Ok(old), Ok(new)) => old == new,
        _ => false,
    }
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
