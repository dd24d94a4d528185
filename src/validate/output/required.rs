//! What every resource must have, and what some kinds must.

use super::documents::Resource;
use super::{Finding, Output};
use crate::manifest::fields::{at, entries, items};
use crate::validate::rules;
use goyaml::{Kind, Node};

/// Where the specification of pods is that a kind makes, and whether its selector is required.
const PODS: &[(&str, &str, &[&str], bool)] = &[
    ("", "Pod", &["spec"], false),
    (
        "",
        "ReplicationController",
        &["spec", "template", "spec"],
        false,
    ),
    ("apps", "Deployment", &["spec", "template", "spec"], true),
    ("apps", "StatefulSet", &["spec", "template", "spec"], true),
    ("apps", "DaemonSet", &["spec", "template", "spec"], true),
    ("apps", "ReplicaSet", &["spec", "template", "spec"], true),
    ("batch", "Job", &["spec", "template", "spec"], false),
    (
        "batch",
        "CronJob",
        &["spec", "jobTemplate", "spec", "template", "spec"],
        false,
    ),
];

/// The specification of the pods that a resource of Kubernetes' own kinds is or makes.
pub(super) fn pod_spec(resource: &Resource) -> Option<&Node> {
    let (_, path, _) = pods(resource)?;
    at(&resource.node, path)
}

fn pods(resource: &Resource) -> Option<(&'static str, &'static [&'static str], bool)> {
    let mut kinds = PODS.iter();
    let known =
        kinds.find(|(group, kind, ..)| *group == resource.group() && *kind == resource.kind);
    known.map(|(_, kind, path, selector)| (*kind, *path, *selector))
}

/// Looks for what is missing.
pub(super) fn check(output: &Output<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for resource in &output.resources {
        let mut missing = |node: &Node, what: &str| {
            let message = format!("{} has no {what}", resource.shown());
            let at = resource.at(node.mark);
            found.push(Finding::new(&rules::MISSING_FIELD, at, message));
        };
        let node = &resource.node;
        if resource.kind.is_empty() {
            missing(node, "kind");
        }
        if resource.api_version.is_empty() {
            missing(node, "apiVersion");
        }
        let generated = at(node, &["metadata", "generateName"]).is_some();
        if resource.name.is_empty() && !generated && !resource.kind.ends_with("List") {
            missing(node, "metadata.name");
        }
        let Some((_, path, selector)) = pods(resource) else {
            continue;
        };
        if selector && at(node, &["spec", "selector"]).is_none_or(is_empty) {
            missing(node.get("spec").unwrap_or(node), "spec.selector");
        }
        let spec = at(node, path);
        if spec
            .and_then(|spec| spec.get("containers"))
            .is_none_or(is_empty)
        {
            let what = format!("{}.containers", path.join("."));
            missing(spec.unwrap_or(node), &what);
        }
    }
    found
}

fn is_empty(node: &Node) -> bool {
    matches!(node.kind, Kind::Null) || entries(node).is_empty() && items(node).is_empty()
}
