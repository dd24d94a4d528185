//! Workloads: their images, their replicas, and their restarts.

use super::super::fields::Change;
use super::super::node::{at, inline, text_at};
use super::super::path::{Path, Step};
use super::{Pair, Problems, defaults, images};
use goyaml::{Kind, Node};

/// Keys of a map that says what an image is, as custom resources have it.
const IMAGE_PARTS: &[&str] = &["digest", "registry", "repository", "tag"];

/// Tells of images.
pub(super) fn image_changed(pair: &Pair<'_>, problems: &mut Problems) {
    let kind = pair.new.map_or("", |new| &new.key.kind);
    if matches!(kind, "ConfigMap" | "Secret") {
        return;
    }
    for change in pair.fields {
        if !is_image(&change.path) && images::elsewhere(pair, change).is_none() {
            continue;
        }
        if let (Some(old), Some(new)) = (&change.old, &change.new) {
            let path = &change.path;
            let (old, new) = (inline(old), inline(new));
            problems.at(path, format!("{path}: {old} → {new}"));
        }
    }
    for (old, new) in renamed_containers(pair.fields) {
        let (from, to) = (image(&old.old), image(&new.new));
        if from != to {
            let (before, after) = (&old.path, &new.path);
            problems.at(after, format!("{before}, now {after}: {from} → {to}"));
        }
    }
}

/// Returns true if a place is an image, or a part of one.
fn is_image(path: &Path) -> bool {
    let mut steps = path.0.iter().rev().map(|step| match step {
        Step::Key(key) => &**key,
        Step::Item { .. } => "",
    });
    let is_image = match steps.next() {
        Some("image") => true,
        Some(part) => IMAGE_PARTS.contains(&part) && steps.next() == Some("image"),
        None => false,
    };
    is_image
        && !path
            .keys()
            .any(|key| matches!(key, "annotations" | "labels"))
}

/// Containers that went, each with the one that came under another name in its place: with an image of
/// the same repository, or alone where it is alone.
fn renamed_containers(fields: &[Change]) -> Vec<(&Change, &Change)> {
    let containers = fields
        .iter()
        .filter(|change| container_list(change).is_some());
    let (mut old_containers, mut new_containers): (Vec<&Change>, Vec<&Change>) = containers
        .filter(|change| change.old.is_none() || change.new.is_none())
        .partition(|change| change.new.is_none());
    let mut pairs = Vec::new();
    old_containers.retain(|old| {
        let same = |new: &&Change| {
            container_list(new) == container_list(old)
                && repository(image(&new.new)) == repository(image(&old.old))
        };
        let new = new_containers
            .iter()
            .position(same)
            .map(|at| new_containers.remove(at));
        pairs.extend(new.map(|new| (*old, new)));
        new.is_none()
    });
    for old in &old_containers {
        let in_list = |change: &&&Change| container_list(change) == container_list(old);
        let mut new = new_containers.iter().filter(in_list);
        if let (1, Some(new), None) = (
            old_containers.iter().filter(in_list).count(),
            new.next(),
            new.next(),
        ) {
            pairs.push((old, new));
        }
    }
    pairs
}

/// The list that a container is in, if the change is that of a whole container.
fn container_list(change: &Change) -> Option<&[Step]> {
    let (Step::Item { .. }, list) = change.path.0.split_last()? else {
        return None;
    };
    let Some(Step::Key(key)) = list.last() else {
        return None;
    };
    matches!(&**key, "containers" | "initContainers").then_some(list)
}

/// A container's image.
fn image(container: &Option<Node>) -> &str {
    container
        .as_ref()
        .map_or("", |node| text_at(node, &["image"]))
}

/// An image without its tag and digest.
fn repository(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

/// Tells of workloads that are scaled to nothing.
pub(super) fn replicas_zero(pair: &Pair<'_>, problems: &mut Problems) {
    for change in pair.fields {
        let is_replicas = change.path.keys().eq(["spec", "replicas"]);
        let becomes = change.new.as_ref().map(|node| &node.kind);
        if is_replicas && becomes == Some(&Kind::Int(0)) {
            let was = match &change.old {
                Some(old) => inline(old).into_owned(),
                None => "the default".into(),
            };
            problems.at(&change.path, format!("spec.replicas: {was} → 0"));
        }
    }
}

/// Tells of workloads whose pods are replaced, whether the change is ignored or not.
pub(super) fn pods_restart(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((_, new)) = pair.kept() else {
        return;
    };
    let is_workload = matches!(&*new.key.kind, "Deployment" | "StatefulSet" | "DaemonSet");
    let is = |path: &[&str], value: &Kind| at(&new.node, path).is_some_and(|n| n.kind == *value);
    let waits = text_at(&new.node, &["spec", "updateStrategy", "type"]) == "OnDelete"
        || is(&["spec", "paused"], &Kind::Bool(true))
        || is(&["spec", "replicas"], &Kind::Int(0));
    if !is_workload || new.key.group != "apps" || waits {
        return;
    }
    let in_template = |path: &&Path| path.starts_with(&["spec", "template"]);
    let changes = pair.fields.iter();
    let changes = changes.filter(|change| !defaults::is_no_change(new, change));
    let paths = changes.map(|change| &change.path);
    let mut paths = paths.filter(in_template);
    let mut hidden = pair.hidden.iter().filter(in_template);
    let more = |count: usize| match count {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    if let Some(first) = paths.next() {
        let rest: Vec<&Path> = paths.chain(hidden).collect();
        let only = match is_metadata(first) && rest.iter().all(|path| is_metadata(path)) {
            true => ", for labels and annotations alone",
            false => "",
        };
        // What runs is the better reason than a label.
        let first = std::iter::once(first).chain(rest.iter().copied());
        let first = first.min_by_key(|path| is_metadata(path));
        if let Some(first) = first {
            let more = more(rest.len());
            problems.at(first, format!("its pods restart{only}: {first}{more}"));
        }
    } else if let Some(first) = hidden.next() {
        let more = more(hidden.count());
        problems.at(
            first,
            format!("its pods restart, though the change is ignored: {first}{more}"),
        );
    }
}

/// Returns true if a place is in the metadata of pods, which nothing that runs there depends on.
fn is_metadata(path: &Path) -> bool {
    path.starts_with(&["spec", "template", "metadata"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_an_image_without_tag_and_digest() {
        for (image, expected) in [
            ("web", "web"),
            ("web:1", "web"),
            ("localhost:5000/web", "localhost:5000/web"),
            ("localhost:5000/web:1@sha256:0", "localhost:5000/web"),
            ("", ""),
        ] {
            assert_eq!(repository(image), expected);
        }
    }
}
