//! Resources that hold data, and versions of custom resources.

use super::super::node::{at, items, text_at};
use super::super::resource::Resource;
use super::{Pair, Problems};
use goyaml::{Kind, Node};
use kubernetes::quantity;

/// Kinds that hold data, and the loss where they go.
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
    let Some(old) = pair.old else {
        return;
    };
    // Helm deletes what its release's manifest had: hooks and files of crds/ are not in it.
    if is_hook(old) || old.is_from_crds() {
        return;
    }
    let kind = &*old.key.kind;
    let renamed;
    let goes = match pair.new {
        None => "goes",
        Some(new) if pair.is_rename() => {
            renamed = format!(
                "is called {} now, so that the upgrade deletes the old one",
                new.key.name
            );
            &*renamed
        }
        Some(new) if old.is_kept() || is_hook(old) == is_hook(new) && !new.is_from_crds() => return,
        Some(new) if new.is_from_crds() => "moves to crds/, so that the upgrade deletes it",
        Some(_) => "becomes a hook, so that the upgrade deletes it",
    };
    if let Some((_, loss)) = HOLDS_DATA.iter().find(|(holder, _)| *holder == kind) {
        problems.add(format!("{kind} {} {goes}: {loss}", old.key.name));
    }
    let templates = at(&old.node, &["spec", "volumeClaimTemplates"]);
    if kind == "StatefulSet" && templates.is_some_and(|list| !items(list).is_empty()) {
        let name = &old.key.name;
        problems.add(format!(
            "StatefulSet {name} {goes}, and its claims are left without an owner"
        ));
    }
}

fn is_hook(resource: &Resource) -> bool {
    at(&resource.node, &["metadata", "annotations", "helm.sh/hook"]).is_some()
}

/// Tells of versions that a definition has or serves no longer.
pub(super) fn crd_version_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = pair.kept() else {
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
                    "version {name} of {} is no longer served",
                    old.key.name
                ));
            }
            Some(_) => {}
        }
    }
}

/// Tells of claims that ask for less.
pub(super) fn claim_shrinks(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((_, new)) = pair.kept() else {
        return;
    };
    if new.key.kind != "PersistentVolumeClaim" {
        return;
    }
    for change in pair.fields {
        let is_storage = change
            .path
            .keys()
            .eq(["spec", "resources", "requests", "storage"]);
        let text = |side: &Option<Node>| Some(side.as_ref()?.coerced_text()?.into_owned());
        let (Some(old), Some(new)) = (text(&change.old), text(&change.new)) else {
            continue;
        };
        let shrinks = quantity::nanos(&new).zip(quantity::nanos(&old));
        if is_storage && shrinks.is_some_and(|(new, old)| new < old) {
            problems.at(
                &change.path,
                format!("a claim cannot shrink: {old} → {new}"),
            );
        }
    }
}

/// Tells of resources that become hooks or are none any more. Those that hold data are another rule's finding.
pub(super) fn hook_changed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = pair.kept() else {
        return;
    };
    let (kind, name) = (&new.key.kind, &new.key.name);
    match (is_hook(old), is_hook(new)) {
        (false, true) if HOLDS_DATA.iter().any(|(holder, _)| **holder == **kind) => {}
        (false, true) => problems.add(format!(
            "{kind} {name} becomes a hook: the upgrade deletes the one of the release and makes it anew at its event"
        )),
        (true, false) => problems.add(format!(
            "{kind} {name} is no hook any more: the upgrade fails where the hook's is still in the cluster"
        )),
        _ => {}
    }
}
