//! Fields that every resource must have, and that some kinds must.

use crate::{Finding, Release, Resource, rules};
use engine::manifest::fields::{at, entries, items};
use goyaml::{Kind, Node};

/// The path of the pod specification in each kind, and true if its selector is required.
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
pub(crate) fn pod_spec(resource: &Resource) -> Option<&Node> {
    let (_, path, _) = pods(resource)?;
    at(&resource.node, path)
}

fn pods(resource: &Resource) -> Option<(&'static str, &'static [&'static str], bool)> {
    let mut kinds = PODS.iter();
    let row = kinds.find(|(group, kind, ..)| *group == resource.group() && *kind == resource.kind);
    row.map(|(_, kind, path, selector)| (*kind, *path, *selector))
}

/// Looks for what is missing.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        let mut missing = |node: &Node, what: &[String]| {
            let message = format!("{} has no {}", resource.title(), what.join(" and no "));
            let at = resource.at(node.mark);
            findings.push(Finding::new(&rules::MISSING_FIELD, at, message).of(resource));
        };
        let head = head(resource);
        if !head.is_empty() {
            missing(&resource.node, &head);
        }
        let Some((_, path, selector)) = pods(resource) else {
            continue;
        };
        let node = &resource.node;
        if selector && at(node, &["spec", "selector"]).is_none_or(is_empty) {
            missing(node.get("spec").unwrap_or(node), &["spec.selector".into()]);
        }
        let spec = at(node, path);
        if spec
            .and_then(|spec| spec.get("containers"))
            .is_none_or(is_empty)
        {
            let what = format!("{}.containers", path.join("."));
            missing(spec.unwrap_or(node), &[what]);
        }
    }
    findings
}

/// The parts that a resource lacks.
fn head(resource: &Resource) -> Vec<String> {
    let is_named = !resource.name.is_empty()
        || at(&resource.node, &["metadata", "generateName"]).is_some()
        || resource.kind.ends_with("List");
    let parts = [
        ("kind", !resource.kind.is_empty()),
        ("apiVersion", !resource.api_version.is_empty()),
        ("metadata.name", is_named),
    ];
    let missing = parts.iter().filter(|(_, is_there)| !is_there);
    missing.map(|(what, _)| (*what).to_owned()).collect()
}

fn is_empty(node: &Node) -> bool {
    matches!(node.kind, Kind::Null) || entries(node).is_empty() && items(node).is_empty()
}
