//! How workloads come, go, are updated and are watched.

use super::super::node::{at, entries, inline, items, text_at};
use super::super::resource::Resource;
use super::pods::{both, container_pairs, containers};
use super::{Pair, Problems};
use goyaml::{Kind, Node};

const RUN_ALWAYS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

fn is_workload(resource: &Resource) -> bool {
    match &*resource.key.kind {
        "CronJob" => resource.key.group == "batch",
        kind => resource.key.group == "apps" && RUN_ALWAYS.contains(&kind),
    }
}

/// Tells of workloads that go, and of their names.
pub(super) fn workload_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = pair.gone() else {
        return;
    };
    if !is_workload(old) || old.is_kept() {
        return;
    }
    let (kind, name) = (&old.key.kind, &old.key.name);
    match (new, &**kind) {
        (None, "CronJob") => problems.add(format!("{kind} {name} goes: it runs no more")),
        (None, _) => problems.add(format!("{kind} {name} goes: its pods stop")),
        (Some(new), "CronJob") => {
            let new = &new.key.name;
            problems.add(format!(
                "{kind} {name} is called {new} now: its Jobs go with the old one"
            ));
        }
        (Some(new), _) => {
            let new = &new.key.name;
            problems.add(format!(
                "{kind} {name} is called {new} now: the upgrade starts its pods anew, and stops the old ones without waiting for them"
            ));
        }
    }
}

/// Tells of workloads whose pods are not replaced, though their template changes.
pub(super) fn update_waits(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = pair.kept().filter(|(old, _)| is_workload(old)) else {
        return;
    };
    let (kind, name) = (&new.key.kind, &new.key.name);
    let strategy =
        |side: &Resource| text_at(&side.node, &["spec", "updateStrategy", "type"]) == "OnDelete";
    if strategy(new) && !strategy(old) {
        problems.add(format!("{kind} {name} gets the updateStrategy OnDelete: pods stay as they are until somebody deletes them"));
    }
    let paused = |side: &Resource| {
        at(&side.node, &["spec", "paused"]).is_some_and(|node| node.kind == Kind::Bool(true))
    };
    if paused(new) && !paused(old) {
        problems.add(format!(
            "{kind} {name} is paused: its pods stay as they are, and Helm's --wait waits in vain"
        ));
    }
    let partition = |side: &Resource| match at(
        &side.node,
        &["spec", "updateStrategy", "rollingUpdate", "partition"],
    )?
    .kind
    {
        Kind::Int(number) => Some(number),
        _ => None,
    };
    let (was, now) = (partition(old).unwrap_or(0), partition(new).unwrap_or(0));
    if now > was {
        problems.add(format!(
            "{kind} {name} gets the partition {now}: pods with a lower number stay as they are"
        ));
    }
}

/// Tells of pods that get less time to stop.
pub(super) fn stop_shortened(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((Some(old), new)) = both(pair) else {
        return;
    };
    let name = pair.new.map_or("", |new| &*new.key.name);
    let seconds = |spec: &Node| match spec
        .get("terminationGracePeriodSeconds")
        .map(|node| &node.kind)
    {
        Some(Kind::Int(number)) => *number,
        _ => 30,
    };
    let (was, now) = (seconds(old), seconds(new));
    if now < was {
        problems.add(format!("the pods of {name} have {now} seconds to stop, before {was}: what takes longer is killed"));
    }
    for (before, container) in container_pairs(Some(old), new) {
        let hook = |node: &Node| at(node, &["lifecycle", "preStop"]).is_some();
        if before.is_some_and(hook) && !hook(container) {
            let name = text_at(container, &["name"]);
            problems.add(format!("the container {name} loses its preStop hook: it stops while requests may still come"));
        }
    }
}

const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

fn probe<'n>(container: &'n Node, key: &str) -> Option<&'n Node> {
    container
        .get(key)
        .filter(|probe| !entries(probe).is_empty())
}

/// Tells of probes that go.
pub(super) fn probe_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = both(pair) else { return };
    for (before, container) in container_pairs(old, new) {
        for key in PROBES {
            if before.is_some_and(|before| probe(before, key).is_some())
                && probe(container, key).is_none()
            {
                let name = text_at(container, &["name"]);
                problems.add(format!("the container {name} loses its {key}"));
            }
        }
    }
}

/// Tells of probes that ask elsewhere, or give up sooner.
pub(super) fn probe_changed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = both(pair) else { return };
    for (before, container) in container_pairs(old, new) {
        let Some(before) = before else { continue };
        let name = text_at(container, &["name"]);
        for key in PROBES {
            let Some(now) = probe(container, key) else {
                continue;
            };
            let Some(was) = probe(before, key) else {
                if key == "livenessProbe" {
                    problems.add(format!("the container {name} gets a livenessProbe: it is restarted where that fails"));
                }
                continue;
            };
            for handler in ["httpGet", "tcpSocket", "exec", "grpc"] {
                for part in ["path", "port", "scheme", "command", "service"] {
                    let text = |side: &Node| {
                        let node = at(side, &[handler, part]);
                        let text = node
                            .map(|node| inline(node).into_owned())
                            .unwrap_or_default();
                        match (part, &*text) {
                            ("scheme", "HTTP") | ("path", "/") => String::new(),
                            _ => text,
                        }
                    };
                    let (was, now) = (text(was), text(now));
                    if was != now && !was.is_empty() && !now.is_empty() {
                        problems.add(format!(
                            "the {key} of the container {name} has the {part} {now}, before {was}"
                        ));
                    }
                }
            }
            for (field, default) in [
                ("failureThreshold", 3),
                ("timeoutSeconds", 1),
                ("initialDelaySeconds", 0),
                ("periodSeconds", 10),
            ] {
                let number = |side: &Node| match side.get(field).map(|node| &node.kind) {
                    Some(Kind::Int(number)) => *number,
                    _ => default,
                };
                let (was, now) = (number(was), number(now));
                if now < was {
                    problems.add(format!("the {key} of the container {name} gives up sooner: {field} is {now}, before {was}"));
                }
            }
        }
    }
}

/// Tells of containers that go.
pub(super) fn container_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((Some(old), new)) = both(pair) else {
        return;
    };
    let names = |spec: &'_ Node| -> Vec<String> {
        containers(spec)
            .map(|one| text_at(one, &["name"]).to_owned())
            .collect()
    };
    let (was, now) = (names(old), names(new));
    // With as many as before, one has another name.
    if now.len() >= was.len() {
        return;
    }
    for name in was.iter().filter(|name| !now.contains(name)) {
        problems.add(format!(
            "the container {name} goes: what it did is done no more"
        ));
    }
}

/// Tells of CronJobs that run at other times, or beside themselves.
pub(super) fn schedule_changed(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    if new.key.kind != "CronJob" {
        return;
    }
    let name = &new.key.name;
    let is_suspended = |side: &Resource| {
        at(&side.node, &["spec", "suspend"]).is_some_and(|node| node.kind == Kind::Bool(true))
    };
    match (is_suspended(old), is_suspended(new)) {
        (false, true) => problems.add(format!("CronJob {name} is suspended: it runs no more")),
        (true, false) => problems.add(format!(
            "CronJob {name} is suspended no longer: it runs from now on"
        )),
        _ => {}
    }
    for (key, default) in [
        ("schedule", ""),
        ("timeZone", "that of the controller"),
        ("concurrencyPolicy", "Allow"),
    ] {
        let text = |side: &Resource| match text_at(&side.node, &["spec", key]) {
            "" => default.to_owned(),
            text => text.to_owned(),
        };
        let (was, now) = (text(old), text(new));
        if was != now {
            problems.add(format!("CronJob {name} has the {key} {now}, before {was}"));
        }
    }
}

/// Tells of images that cannot be pulled as before.
pub(super) fn pull_changed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((Some(old), new)) = both(pair) else {
        return;
    };
    let name = pair.new.map_or("", |new| &*new.key.name);
    let secrets = |spec: &'_ Node| -> Vec<String> {
        let list = spec
            .get("imagePullSecrets")
            .map(items)
            .unwrap_or_default()
            .iter();
        list.map(|one| text_at(one, &["name"]).to_owned()).collect()
    };
    let now = secrets(new);
    // As many as before are the same under other names.
    let lost = secrets(old)
        .into_iter()
        .filter(|secret| !now.contains(secret));
    for secret in lost.take(secrets(old).len().saturating_sub(now.len())) {
        problems.add(format!("the pods of {name} lose the imagePullSecret {secret}: images that want it cannot be pulled"));
    }
    for (before, container) in container_pairs(Some(old), new) {
        let policy = |node: &'_ Node| text_at(node, &["imagePullPolicy"]) == "Never";
        if policy(container) && before.is_some_and(|before| !policy(before)) {
            let name = text_at(container, &["name"]);
            problems.add(format!("the container {name} gets imagePullPolicy Never: it starts only where its image is already"));
        }
    }
}
