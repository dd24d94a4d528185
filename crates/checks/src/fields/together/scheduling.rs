//! What decides where pods run (`pkg/apis/core/validation`, `apimachinery/pkg/apis/meta/v1/validation`).

use super::super::Check;
use super::{is_set, mark_of};
use crate::rules;
use engine::manifest::fields::{entries, items, text_at};
use goyaml::Node;
use kubernetes::quantity;

/// Resources of containers that have no domain.
const RESOURCES: [&str; 3] = ["cpu", "ephemeral-storage", "memory"];

/// Resources of quotas that have no domain, besides `count/…`.
const QUOTA: [&str; 22] = [
    "configmaps",
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
    "storage",
    "requests.hugepages-2Mi",
    "requests.hugepages-1Gi",
];

pub(super) fn toleration<'r>(check: &mut Check<'r>, node: &'r Node) {
    let operator = text_at(node, &["operator"]);
    if operator == "Exists" && is_set(node, "value") {
        let mark = mark_of(node, "value");
        let problem = "has a value beside the operator Exists";
        check.problem(&rules::EXCLUSIVE_FIELDS, mark, problem);
    }
    if !is_set(node, "key") && matches!(operator, "" | "Equal") {
        let problem = "has no key, which only the operator Exists may leave out";
        check.problem(&rules::MISSING_FIELD, node.mark, problem);
    }
    if is_set(node, "tolerationSeconds") && text_at(node, &["effect"]) != "NoExecute" {
        let mark = mark_of(node, "tolerationSeconds");
        let problem = "has tolerationSeconds, which only the effect NoExecute takes";
        check.problem(&rules::EXCLUSIVE_FIELDS, mark, problem);
    }
}

pub(super) fn node_requirement<'r>(check: &mut Check<'r>, node: &'r Node) {
    requirement(check, node);
    let values = node.get("values").map(items).unwrap_or_default();
    if matches!(text_at(node, &["operator"]), "Gt" | "Lt") && values.len() != 1 {
        check.problem(
            &rules::MISSING_FIELD,
            node.mark,
            "compares with other than one value",
        );
    }
}

pub(super) fn label_requirement<'r>(check: &mut Check<'r>, node: &'r Node) {
    requirement(check, node);
}

fn requirement<'r>(check: &mut Check<'r>, node: &'r Node) {
    let operator = text_at(node, &["operator"]);
    match operator {
        "In" | "NotIn" if !is_set(node, "values") => {
            let problem = format!("has no values for the operator {operator}");
            check.problem(&rules::MISSING_FIELD, node.mark, &problem);
        }
        "Exists" | "DoesNotExist" if is_set(node, "values") => {
            let problem = format!("has values beside the operator {operator}");
            let mark = mark_of(node, "values");
            check.problem(&rules::EXCLUSIVE_FIELDS, mark, &problem);
        }
        _ => {}
    }
}

pub(super) fn resources<'r>(check: &mut Check<'r>, node: &'r Node) {
    // Claims of volumes have resources of their own kind.
    for field in ["limits", "requests"] {
        for entry in node.get(field).map(entries).unwrap_or_default() {
            let name = &*entry.key;
            if !name.contains('/') && !name.starts_with("hugepages-") && !RESOURCES.contains(&name)
            {
                let problem = format!("has {name}, which is no resource of containers");
                check.unknown_name((entry.mark, field), name, &RESOURCES, &problem);
            }
        }
    }
    for request in node.get("requests").map(entries).unwrap_or_default() {
        let is_own = !request.key.contains('/') || request.key.contains("kubernetes.io/");
        if is_own {
            continue;
        }
        let limit = node
            .get("limits")
            .and_then(|limits| limits.get(&request.key));
        let amount = |node: &Node| quantity::nanos(&node.coerced_text()?);
        let is_same = limit.is_some_and(|limit| amount(limit) == amount(&request.value));
        if !is_same {
            let problem = format!(
                "has {}, of which requests and limits must be the same",
                request.key
            );
            check.problem_of(
                &rules::REQUEST_ABOVE_LIMIT,
                request.mark,
                Some("requests"),
                &problem,
                None,
            );
        }
    }
}

pub(super) fn quota<'r>(check: &mut Check<'r>, node: &'r Node) {
    for entry in node.get("hard").map(entries).unwrap_or_default() {
        let name = &*entry.key;
        let is_huge = name.contains("hugepages-");
        if !name.contains('/') && !is_huge && !QUOTA.contains(&name) {
            let problem = format!("has {name}, which is nothing that Kubernetes counts");
            check.unknown_name((entry.mark, "hard"), name, &QUOTA, &problem);
        }
    }
}
