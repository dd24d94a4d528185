//! Fields that Kubernetes does not let change (`ValidateUpdate` of its API types).

mod fields;

use super::super::fields::Change;
use super::super::node::at;
use super::super::path::Path;
use super::super::resource::Resource;
use super::{Pair, Problems, defaults};
use fields::{FIELDS, Field};
use goyaml::{Kind, Node};

/// Tells of changes in the fields of one rule.
pub(super) fn check(rule: &str, pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = pair.kept() else {
        return;
    };
    // Hooks are deleted and made again.
    if at(&new.node, &["metadata", "annotations", "helm.sh/hook"]).is_some() {
        return;
    }
    let own = |field: &&Field| {
        field.rule == rule && field.kind == old.key.kind && field.group == old.key.group
    };
    for field in FIELDS.iter().filter(own) {
        let kind = field.kind;
        if let Some(change) = pair
            .fields
            .iter()
            .find(|change| field.is_touched(new, change))
        {
            let path = &change.path;
            problems.at(path, format!("{path} cannot change in a {kind}"));
        } else if let Some(path) = pair.hidden.iter().find(|path| field.meets(path)) {
            let message = format!("{path} cannot change in a {kind}, though the change is ignored");
            problems.at(path, message);
        }
    }
}

impl Field {
    /// Returns true if a place is this field, or in it.
    fn meets(&self, path: &Path) -> bool {
        let keys: Vec<&str> = path.keys().collect();
        let below = keys.get(self.path.len());
        let meets = keys.iter().zip(self.path).all(|(a, b)| a == b);
        // The API server writes these into claim templates itself.
        let is_written = self.path.ends_with(&["volumeClaimTemplates"])
            && below.is_some_and(|key| ["apiVersion", "kind", "status"].contains(key));
        meets && !is_written && !below.is_some_and(|key| self.except.contains(key))
    }

    /// Returns true if Kubernetes sees this field change.
    fn is_touched(&self, resource: &Resource, change: &Change) -> bool {
        // A Service keeps the address that it has.
        let keeps = self.rule == "immutable-cluster-ip" && defaults::is_unset(&change.new);
        self.meets(&change.path)
            && self.is_within(change)
            && !defaults::is_no_change(resource, change)
            && !keeps
    }

    /// Returns true if what came or went holds this field, where the change is above it.
    fn is_within(&self, change: &Change) -> bool {
        let rest = self
            .path
            .get(change.path.keys().count()..)
            .unwrap_or_default();
        let holds =
            |side: &Option<Node>| side.as_ref().is_some_and(|node| at(node, rest).is_some());
        rest.is_empty() || holds(&change.old) || holds(&change.new)
    }
}

/// Tells of changes of what is marked immutable.
pub(super) fn data(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, _)) = pair.kept() else {
        return;
    };
    let is_marked = at(&old.node, &["immutable"]).map(|node| &node.kind) == Some(&Kind::Bool(true));
    if !is_marked || !matches!(&*old.key.kind, "Secret" | "ConfigMap") {
        return;
    }
    let parts = ["data", "binaryData", "stringData", "immutable"];
    let mut changes = pair.fields.iter();
    let touched = changes.find(|change| parts.iter().any(|part| change.path.starts_with(&[part])));
    if let Some(change) = touched {
        let place = change.path.to_string();
        problems.at(
            &change.path,
            format!("{place} changes, but the {} is immutable", old.key.kind),
        );
    }
}
