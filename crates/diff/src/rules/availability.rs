//! Fewer replicas, probes and limits that go, all pods at once.

use super::super::node::{at, text_at};
use super::pods::{both, container_pairs};
use super::{Pair, Problems};
use goyaml::{Kind, Node};

/// Tells of workloads with fewer replicas. None at all is another rule's finding.
pub(super) fn replicas_lowered(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(_), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    if new.key.kind == "HorizontalPodAutoscaler" {
        return scale_lowered(pair, problems);
    }
    if !matches!(&*new.key.kind, "Deployment" | "StatefulSet" | "ReplicaSet") {
        return;
    }
    let number = |side: &Option<Node>| match side.as_ref()?.kind {
        Kind::Int(number) => Some(number),
        _ => None,
    };
    for change in pair.fields {
        if !change.path.keys().eq(["spec", "replicas"]) {
            continue;
        }
        match (number(&change.old), number(&change.new)) {
            (Some(old), Some(new)) if new < old && new > 0 => {
                problems.at(&change.path, format!("spec.replicas: {old} → {new}"));
            }
            (Some(old), None) if old > 1 && change.new.is_none() => {
                let message = format!(
                    "spec.replicas goes, which was {old}: one replica runs, until an autoscaler says otherwise"
                );
                problems.at(&change.path, message);
            }
            _ => {}
        }
    }
}

/// Tells of Deployments whose pods all stop before new ones start.
pub(super) fn recreated(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    let path = ["spec", "strategy", "type"];
    let is = |side: &super::Resource| text_at(&side.node, &path) == "Recreate";
    if new.key.kind == "Deployment" && is(new) && !is(old) {
        problems.add(format!(
            "Deployment {} gets the strategy Recreate: nothing answers while its pods are replaced",
            new.key.name
        ));
    }
}

/// Tells of probes that go.
pub(super) fn probe_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = both(pair) else { return };
    for (before, container) in container_pairs(old, new) {
        for probe in ["livenessProbe", "readinessProbe"] {
            let has = |node: &Node| {
                node.get(probe)
                    .is_some_and(|probe| probe.kind != Kind::Null)
            };
            if before.is_some_and(has) && !has(container) {
                let name = text_at(container, &["name"]);
                problems.add(format!("the container {name} loses its {probe}"));
            }
        }
    }
}

/// Tells of limits and requests that go.
pub(super) fn limit_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = both(pair) else { return };
    for (before, container) in container_pairs(old, new) {
        let Some(before) = before else { continue };
        for list in ["limits", "requests"] {
            for resource in ["cpu", "memory"] {
                let path = ["resources", list, resource];
                let (was, is) = (at(before, &path), at(container, &path));
                if let (Some(was), None) = (was, is) {
                    let name = text_at(container, &["name"]);
                    let was = was.coerced_text().unwrap_or_default();
                    let kind = list.trim_end_matches('s');
                    problems.add(format!(
                        "the container {name} loses its {kind} of {resource}, which was {was}"
                    ));
                }
            }
        }
    }
}

/// Tells of budgets and autoscalers that go.
pub(super) fn budget_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), None) = (pair.old, pair.new) else {
        return;
    };
    let (kind, name) = (&old.key.kind, &old.key.name);
    match &**kind {
        "PodDisruptionBudget" => problems.add(format!(
            "{kind} {name} goes: all pods may be evicted at once"
        )),
        "HorizontalPodAutoscaler" => problems.add(format!(
            "{kind} {name} goes: the number of pods stays as it is, or as the workload says"
        )),
        _ => {}
    }
}

/// Tells of autoscalers that may run fewer pods.
fn scale_lowered(pair: &Pair<'_>, problems: &mut Problems) {
    for change in pair.fields {
        for key in ["minReplicas", "maxReplicas"] {
            if !change.path.keys().eq(["spec", key]) {
                continue;
            }
            let number =
                |side: &Option<Node>, other: i64| match side.as_ref().map(|node| &node.kind) {
                    Some(Kind::Int(number)) => *number,
                    _ => other,
                };
            // An autoscaler without a least number runs one.
            let (old, new) = (number(&change.old, 1), number(&change.new, 1));
            if new < old {
                problems.at(&change.path, format!("spec.{key}: {old} → {new}"));
            }
        }
    }
}

/// Tells of budgets that let nothing be evicted.
pub(super) fn budget_blocks(pair: &Pair<'_>, problems: &mut Problems) {
    let Some(new) = pair.new.filter(|new| new.key.kind == "PodDisruptionBudget") else {
        return;
    };
    let blocks = |side: &super::Resource| {
        let text = |key| {
            let node = at(&side.node, &["spec", key]);
            node.and_then(Node::coerced_text)
                .unwrap_or_default()
                .into_owned()
        };
        matches!(&*text("maxUnavailable"), "0" | "0%") || text("minAvailable") == "100%"
    };
    if !pair.is_first && blocks(new) && !pair.old.is_some_and(blocks) {
        problems.add(format!(
            "PodDisruptionBudget {} lets no pod be evicted: nodes that run one cannot be drained",
            new.key.name
        ));
    }
}
