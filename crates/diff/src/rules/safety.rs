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
    if old.is_some() {
        let account = |spec: &'_ Node| text_at(spec, &["serviceAccountName"]).to_owned();
        let (was, now) = (old.map(account).unwrap_or_default(), account(new));
        let is_default = |name: &str| matches!(name, "" | "default");
        if was != now && !(is_default(&was) && is_default(&now)) && !pair.is_rename() {
            let shown = |name: &str| {
                if is_default(name) {
                    "default".to_owned()
                } else {
                    name.to_owned()
                }
            };
            problems.add(format!(
                "the pods of {name} run as the service account {}, before {}: they may do other things",
                shown(&now),
                shown(&was)
            ));
        }
        if is(Some(new), &["shareProcessNamespace"], true)
            && !is(old, &["shareProcessNamespace"], true)
        {
            problems.add(format!(
                "the containers of {name} see each other's processes (shareProcessNamespace)"
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
    for port in host_ports(Some(container)) {
        if !host_ports(old).contains(&port) {
            problems.add(format!(
                "the container {name} gets the port {port} of its node"
            ));
        }
    }
    let text = |node: Option<&Node>, path: &[&str]| {
        node.map(|node| text_at(node, path))
            .unwrap_or_default()
            .to_owned()
    };
    let path = context("procMount");
    if text(Some(container), &path) == "Unmasked" && text(old, &path) != "Unmasked" {
        problems.add(format!(
            "the container {name} gets all of /proc (procMount)"
        ));
    }
    // A container that comes has nothing to lose.
    let Some(before) = old else {
        return;
    };
    let profile = |pod: Option<&Node>, container: Option<&Node>, key: &'static str| {
        let path = ["securityContext", key, "type"];
        match text(container, &path) {
            own if own.is_empty() => text(pod, &path),
            own => own,
        }
    };
    for key in ["seccompProfile", "appArmorProfile"] {
        let (was, now) = (
            profile(old_pod, old, key),
            profile(Some(pod), Some(container), key),
        );
        let is_open = |profile: &str| matches!(profile, "" | "Unconfined");
        if now == "Unconfined" && was != now || is_open(&now) && !is_open(&was) {
            let now = if now.is_empty() { "none" } else { &*now };
            problems.add(format!(
                "the container {name} has the {key} {now}, before {}",
                if was.is_empty() { "the default" } else { &*was }
            ));
        }
    }
    for mount in opened_mounts(before, container) {
        problems.add(format!(
            "the container {name} may write to the volume {mount}, which it only read"
        ));
    }
    for variable in opened_variables(before, container) {
        problems.add(format!("the variable {variable} of the container {name} stands in the manifest, which was read from a Secret"));
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

/// The ports of its node that a container gets.
fn host_ports(container: Option<&Node>) -> Vec<String> {
    let ports = container.and_then(|node| node.get("ports")).map(items);
    let ports = ports.unwrap_or_default().iter();
    ports
        .filter_map(|port| Some(port.get("hostPort")?.coerced_text()?.into_owned()))
        .filter(|port| port != "0")
        .collect()
}

/// Volumes that a container could only read, and may write to now.
fn opened_mounts(old: &Node, new: &Node) -> Vec<String> {
    let mounts = |node: &'_ Node| {
        node.get("volumeMounts")
            .map(items)
            .unwrap_or_default()
            .to_vec()
    };
    let before = mounts(old);
    let opened = mounts(new).into_iter().filter(|mount| {
        let is_same =
            |other: &&Node| text_at(other, &["mountPath"]) == text_at(mount, &["mountPath"]);
        let was = before.iter().find(is_same);
        is(was, &["readOnly"], true) && !is(Some(mount), &["readOnly"], true)
    });
    opened
        .map(|mount| text_at(&mount, &["name"]).to_owned())
        .collect()
}

/// Variables that were read from a Secret, and are written out now.
fn opened_variables(old: &Node, new: &Node) -> Vec<String> {
    let variables = |node: &'_ Node| node.get("env").map(items).unwrap_or_default().to_vec();
    let before = variables(old);
    let opened = variables(new).into_iter().filter(|variable| {
        let is_same = |other: &&Node| text_at(other, &["name"]) == text_at(variable, &["name"]);
        let was = before.iter().find(is_same);
        let is_secret = was.is_some_and(|was| at(was, &["valueFrom", "secretKeyRef"]).is_some());
        is_secret && variable.get("value").is_some()
    });
    opened
        .map(|variable| text_at(&variable, &["name"]).to_owned())
        .collect()
}

/// Tells of what the pods of a whole namespace or account may do.
pub(super) fn surroundings(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    let name = &new.key.name;
    match &*new.key.kind {
        "ServiceAccount" => {
            let key = ["automountServiceAccountToken"];
            if is(Some(&old.node), &key, false) && !is(Some(&new.node), &key, false) {
                problems.add(format!("pods of the service account {name} get its token"));
            }
        }
        "Namespace" => {
            let level = |side: &super::Resource| {
                let path = ["metadata", "labels", "pod-security.kubernetes.io/enforce"];
                let level = text_at(&side.node, &path);
                let rank = ["", "privileged", "baseline", "restricted"];
                let rank = rank.iter().position(|one| *one == level).unwrap_or(0);
                (rank.max(1), level.to_owned())
            };
            let ((was_rank, was), (rank, now)) = (level(old), level(new));
            let now = if now.is_empty() { "none" } else { &*now };
            if rank < was_rank {
                problems.add(format!("Namespace {name} enforces the pod security {now}, before {was}: pods there may do more"));
            } else if rank > was_rank {
                let was = if was.is_empty() { "none" } else { &*was };
                problems.add(format!("Namespace {name} enforces the pod security {now}, before {was}: pods that do not fit it are refused"));
            }
        }
        _ => {}
    }
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
