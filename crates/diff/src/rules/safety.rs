//! Rights of pods beyond their own container.

use super::super::node::{at, entries, items, text_at};
use super::pods::{both, container_pairs};
use super::{Pair, Problems};
use goyaml::{Kind, Node};

/// Tells of what pods may do now and might not before.
pub(super) fn weakened(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = both(pair) else { return };
    let name = pair.new.map_or("", |new| &*new.key.name);
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if is(Some(new), &[key], true) && !is(old, &[key], true) {
            problems.add(format!(
                "the pods of {name} get {key}: they share that of their node"
            ));
        }
    }
    let key = ["automountServiceAccountToken"];
    if is(old, &key, false) && !is(Some(new), &key, false) {
        problems.add(format!(
            "the pods of {name} get the token of their service account"
        ));
    }
    for path in host_paths(Some(new)) {
        if !host_paths(old).contains(&path) {
            problems.add(format!(
                "the pods of {name} get the directory {path} of their node"
            ));
        }
    }
    for (before, container) in container_pairs(old, new) {
        in_container((old, before), (new, container), problems);
    }
}

fn in_container(
    (old_pod, old): (Option<&Node>, Option<&Node>),
    (pod, container): (&Node, &Node),
    problems: &mut Problems,
) {
    let name = text_at(container, &["name"]);
    let context = |key: &'static str| ["securityContext", key];
    let path = context("privileged");
    if is(Some(container), &path, true) && !is(old, &path, true) {
        problems.add(format!("the container {name} becomes privileged"));
    }
    for capability in added(Some(container)) {
        if !added(old).contains(&capability) {
            problems.add(format!(
                "the container {name} gets the capability {capability}"
            ));
        }
    }
    // A container that comes has nothing to lose.
    if old.is_none() {
        return;
    }
    let path = context("allowPrivilegeEscalation");
    if is(old, &path, false) && !is(Some(container), &path, false) {
        problems.add(format!("the container {name} may escalate its privileges"));
    }
    let path = context("readOnlyRootFilesystem");
    if is(old, &path, true) && !is(Some(container), &path, true) {
        problems.add(format!(
            "the container {name} may write to its root file system"
        ));
    }
    let drops = |node: Option<&Node>| {
        let list = node.and_then(|node| at(node, &["securityContext", "capabilities", "drop"]));
        let list = list.map(items).unwrap_or_default();
        list.iter().any(|item| {
            item.as_str()
                .is_some_and(|name| name.eq_ignore_ascii_case("all"))
        })
    };
    if drops(old) && !drops(Some(container)) {
        problems.add(format!(
            "the container {name} keeps capabilities that it dropped"
        ));
    }
    let effective = |pod: Option<&Node>, container: Option<&Node>, key: &'static str| {
        let own = container.and_then(|node| at(node, &context(key)));
        let of_pod = pod.and_then(|node| at(node, &context(key)));
        own.or(of_pod).map(|node| node.kind.clone())
    };
    let both = |key| {
        (
            effective(old_pod, old, key),
            effective(Some(pod), Some(container), key),
        )
    };
    let (was, now) = both("runAsNonRoot");
    if was == Some(Kind::Bool(true)) && now != was {
        problems.add(format!(
            "the container {name} may run as root (runAsNonRoot)"
        ));
    }
    let (was, now) = both("runAsUser");
    if now == Some(Kind::Int(0)) && was != now {
        problems.add(format!("the container {name} runs as root (runAsUser: 0)"));
    }
}

fn is(node: Option<&Node>, path: &[&str], value: bool) -> bool {
    node.and_then(|node| at(node, path))
        .is_some_and(|node| node.kind == Kind::Bool(value))
}

fn added(container: Option<&Node>) -> Vec<String> {
    let list = container.and_then(|node| at(node, &["securityContext", "capabilities", "add"]));
    let list = list.map(items).unwrap_or_default().iter();
    list.filter_map(|item| Some(item.coerced_text()?.into_owned()))
        .collect()
}

fn host_paths(spec: Option<&Node>) -> Vec<String> {
    let volumes = spec.and_then(|spec| spec.get("volumes")).map(items);
    let volumes = volumes.unwrap_or_default().iter();
    let paths = volumes.filter(|volume| !entries(volume).is_empty());
    paths
        .filter_map(|volume| {
            Some(
                at(volume, &["hostPath", "path"])?
                    .coerced_text()?
                    .into_owned(),
            )
        })
        .collect()
}
