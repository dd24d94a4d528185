//! The targets of selectors: a workload's own pods, and the pods of the release.

use crate::{Finding, Release, Resource, rules};
use engine::manifest::fields::{at, entries, items};
use engine::manifest::selectors::{Labels, is_part, labels, pod_labels};
use goyaml::Node;

/// Looks at workloads' selectors beside the labels of the pods that they make.
pub(crate) fn own(release: &Release<'_>) -> Vec<Finding> {
    release.resources.iter().filter_map(own_pods).collect()
}

fn own_pods(resource: &Resource) -> Option<Finding> {
    let path: &[&str] = match (resource.group(), &*resource.kind) {
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") => {
            &["spec", "selector", "matchLabels"]
        }
        ("", "ReplicationController") => &["spec", "selector"],
        _ => return None,
    };
    let node = at(&resource.node, path)?;
    let pods = pod_labels(&resource.kind, &resource.node).unwrap_or_default();
    let different = entries(node).iter().find(|entry| {
        let value = entry.value.coerced_text().unwrap_or_default();
        pods.get(&*entry.key) != Some(&value.into_owned())
    })?;
    let message = match pods.get(&*different.key) {
        Some(is) => format!(
            "{} selects {key}={}, but its own pods have {key}={is}",
            resource.title(),
            different.value.coerced_text().unwrap_or_default(),
            key = different.key,
        ),
        None => format!(
            "{} selects by the label {}, which its own pods do not have",
            resource.title(),
            different.key
        ),
    };
    let at = resource.at(different.mark);
    Some(Finding::new(&rules::SELECTOR_MISMATCH, at, message).of(resource))
}

/// Looks at what Services and PodDisruptionBudgets select of the release.
pub(crate) fn others(release: &Release<'_>) -> Vec<Finding> {
    let mut pods: Vec<(&str, Labels)> = Vec::new();
    for resource in release.resources {
        if let Some(labels) = pod_labels(&resource.kind, &resource.node) {
            pods.push((release.namespace_of(resource), labels));
        }
    }
    let selectors = release.resources.iter().filter_map(|resource| {
        let node = selector(resource)?;
        let labels_of = labels(node);
        if labels_of.is_empty() || labels_of.len() < entries(node).len() {
            return None;
        }
        let here = release.namespace_of(resource);
        let here: Vec<&Labels> = pods
            .iter()
            .filter(|(namespace, _)| *namespace == here)
            .map(|(_, labels)| labels)
            .collect();
        match here.iter().any(|labels| is_part(&labels_of, labels)) {
            true => None,
            false => Some(nothing(resource, node, &labels_of, &here)),
        }
    });
    selectors.collect()
}

/// The labels that a resource selects pods by, where it does so by labels alone.
fn selector(resource: &Resource) -> Option<&Node> {
    match (resource.group(), &*resource.kind) {
        ("", "Service") => at(&resource.node, &["spec", "selector"]),
        ("policy", "PodDisruptionBudget") => {
            let selector = at(&resource.node, &["spec", "selector"])?;
            let others = selector.get("matchExpressions").map(items);
            match others.unwrap_or_default() {
                [] => selector.get("matchLabels"),
                _ => None,
            }
        }
        _ => None,
    }
}

fn nothing(resource: &Resource, node: &Node, selector: &Labels, pods: &[&Labels]) -> Finding {
    let place = resource.at(node.mark);
    // A PodDisruptionBudget for pods that are not there does no harm.
    let near = nearly(selector, pods).filter(|_| resource.kind == "Service");
    if let Some((key, is)) = near {
        let entry = entries(node).iter().find(|entry| *entry.key == **key);
        let place = entry.map_or(place, |entry| resource.at(entry.mark));
        let value = selector.get(key).map_or("", |value| value);
        let message = format!(
            "{} selects no pod of the release: it wants {key}={value}",
            resource.title()
        );
        let finding = Finding::new(&rules::SELECTS_NOTHING, place, message);
        return finding.suggest(format!("pods with its other labels have {key}={is}"));
    }
    let message = format!("{} selects no pod of the release", resource.title());
    Finding::new(&rules::SELECTS_NOTHING_HERE, place, message)
}

/// The one label that pods have with another value, where they have all others.
fn nearly<'a>(selector: &'a Labels, pods: &[&'a Labels]) -> Option<(&'a String, &'a String)> {
    let mut pods = pods.iter();
    pods.find_map(|labels| {
        let mut different = selector
            .iter()
            .filter(|(key, value)| labels.get(*key) != Some(value));
        let (key, _) = different.next()?;
        match (different.next(), labels.get(key)) {
            (None, Some(is)) if selector.len() > 1 => Some((key, is)),
            _ => None,
        }
    })
}
