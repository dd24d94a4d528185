//! Resources that hold data, and versions of custom resources.

use super::super::node::{at, items, text_at};
use super::super::resource::Resource;
use super::{Pair, Problems};
use goyaml::{Kind, Node};

/// What a kind holds.
const HOLDS_DATA: &[(&str, &str)] = &[
    ("PersistentVolumeClaim", "its volume may be deleted"),
    ("PersistentVolume", "what it points at may be lost"),
    ("Secret", "its values are lost, made ones too"),
    ("Namespace", "everything in it is deleted"),
    (
        "CustomResourceDefinition",
        "all objects of its kind are deleted",
    ),
];

/// Tells of what goes and holds data.
pub(super) fn removed(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), None) = (pair.old, pair.new) else {
        return;
    };
    let kind = &*old.key.kind;
    if let Some((_, loss)) = HOLDS_DATA.iter().find(|(holder, _)| *holder == kind) {
        problems.add(format!("{kind} {} goes: {loss}", old.key.name));
    }
    let templates = at(&old.node, &["spec", "volumeClaimTemplates"]);
    if kind == "StatefulSet" && templates.is_some_and(|list| !items(list).is_empty()) {
        let name = &old.key.name;
        problems.add(format!(
            "StatefulSet {name} goes, and its claims are left without an owner"
        ));
    }
}

/// Tells of versions that a definition has or serves no longer.
pub(super) fn crd_version_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    if old.key.kind != "CustomResourceDefinition" {
        return;
    }
    let versions = |side: &Resource| -> Vec<(String, bool)> {
        let list = at(&side.node, &["spec", "versions"]).map(items);
        let version = |node: &Node| {
            let served = at(node, &["served"]).map(|node| &node.kind);
            let name = text_at(node, &["name"]).to_owned();
            (name, served != Some(&Kind::Bool(false)))
        };
        list.unwrap_or_default().iter().map(version).collect()
    };
    let now = versions(new);
    for (name, was_served) in versions(old) {
        match now.iter().find(|(other, _)| *other == name) {
            None => problems.add(format!("version {name} of {} goes", old.key.name)),
            Some((_, false)) if was_served => {
                problems.add(format!(
                    "version {name} of {} is served no longer",
                    old.key.name
                ));
            }
            Some(_) => {}
        }
    }
}
