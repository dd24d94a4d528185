//! Fewer replicas, all pods at once, budgets that protect less.

use super::super::node::{at, text_at};
use super::super::resource::Resource;
use super::{Pair, Problems};
use goyaml::{Kind, Node};

/// Tells of workloads with fewer replicas. None at all is another rule's finding.
pub(super) fn replicas_lowered(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(_), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    if matches!(&*new.key.kind, "HorizontalPodAutoscaler" | "ScaledObject") {
        return scale_lowered(pair, problems);
    }
    let is_workload = matches!(&*new.key.kind, "Deployment" | "StatefulSet" | "ReplicaSet");
    // Controllers of custom resources run as many pods as these say, mostly.
    let is_custom = !kubernetes::has_group(&new.key.group);
    if !is_workload && !is_custom {
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
            (Some(old), None) if old > 1 && change.new.is_none() && is_workload => {
                let message = format!(
                    "spec.replicas goes, which was {old}: one replica runs, until an autoscaler says otherwise"
                );
                problems.at(&change.path, message);
            }
            _ => {}
        }
    }
}

/// Tells of workloads whose pods all stop before new ones start.
pub(super) fn recreated(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = pair.kept() else {
        return;
    };
    let (kind, name) = (&new.key.kind, &new.key.name);
    let strategy = match &**kind {
        "Deployment" => "strategy",
        "DaemonSet" | "StatefulSet" => "updateStrategy",
        _ => return,
    };
    let is = |side: &Resource| text_at(&side.node, &["spec", strategy, "type"]) == "Recreate";
    if is(new) && !is(old) {
        problems.add(format!(
            "{kind} {name} gets the strategy Recreate: nothing answers while its pods are replaced"
        ));
    }
    let stops_all = |side: &Resource| {
        let number = |path: &[&str]| {
            let text = at(&side.node, path)?.coerced_text()?;
            Some((
                text.ends_with('%'),
                text.trim_end_matches('%').parse::<i64>().ok()?,
            ))
        };
        let replicas = number(&["spec", "replicas"]).map_or(1, |(_, number)| number);
        match number(&["spec", strategy, "rollingUpdate", "maxUnavailable"]) {
            Some((true, percent)) => percent >= 100,
            Some((false, pods)) => kind != "DaemonSet" && replicas > 1 && pods >= replicas,
            None => false,
        }
    };
    if stops_all(new) && !stops_all(old) {
        problems.add(format!("{kind} {name} may replace all its pods at once (maxUnavailable): nothing answers meanwhile"));
    }
}

/// Tells of budgets and autoscalers that go, and of budgets that let more pods go.
pub(super) fn budget_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some(old) = pair.old.filter(|old| !old.is_kept()) else {
        return;
    };
    let (kind, name) = (&old.key.kind, &old.key.name);
    match (&**kind, pair.new) {
        ("PodDisruptionBudget", None) => problems.add(format!(
            "{kind} {name} goes: all pods may be evicted at once"
        )),
        ("HorizontalPodAutoscaler", None) => problems.add(format!(
            "{kind} {name} goes: the number of pods stays as it is, or as the workload says"
        )),
        ("PodDisruptionBudget", Some(_)) => {
            let number = |side: &Option<Node>| {
                let text = side.as_ref()?.coerced_text()?.into_owned();
                let number: i64 = text.trim_end_matches('%').parse().ok()?;
                Some((number, text))
            };
            for change in pair.fields {
                let key = change.path.keys().last().unwrap_or_default();
                let is_less: fn(i64, i64) -> bool = match key {
                    "minAvailable" => |was, now| now < was,
                    "maxUnavailable" => |was, now| now > was,
                    _ => continue,
                };
                if let (Some((was, before)), Some((now, after))) =
                    (number(&change.old), number(&change.new))
                    && before.ends_with('%') == after.ends_with('%')
                    && is_less(was, now)
                {
                    problems.at(&change.path, format!("{kind} {name} lets more pods be evicted: {key} is {after}, before {before}"));
                }
            }
        }
        _ => {}
    }
}

/// Tells of autoscalers that may run fewer pods.
fn scale_lowered(pair: &Pair<'_>, problems: &mut Problems) {
    for change in pair.fields {
        for key in [
            "minReplicas",
            "maxReplicas",
            "minReplicaCount",
            "maxReplicaCount",
        ] {
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
