//! Pods and containers (`pkg/apis/core/validation`).

use super::super::Check;
use super::{is_false, is_set, is_true, mark_of, number};
use crate::rules;
use engine::manifest::fields::{at, items, text_at};
use goyaml::{Kind, Node};
use std::collections::BTreeMap;

/// The seconds that a pod has to end where it does not say.
const GRACE: i64 = 30;

/// What a variable may hold of its pod, besides single labels and annotations.
const FIELDS: [&str; 11] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// What a variable may hold of a container's resources.
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// What only containers have that go on running.
const OF_RUNNING: [&str; 4] = [
    "lifecycle",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
];

pub(super) fn variable<'r>(check: &mut Check<'r>, node: &'r Node) {
    let name = text_at(node, &["name"]);
    if is_set(node, "value") && is_set(node, "valueFrom") {
        let problem = format!("({name}) has both value and valueFrom");
        check.problem(
            &rules::EXCLUSIVE_FIELDS,
            mark_of(node, "valueFrom"),
            &problem,
        );
    }
    if name.contains('=') {
        let mark = at(node, &["name"]).map_or(node.mark, |name| name.mark);
        let problem = format!("is {name:?}: it must not have a =");
        check.problem_of(&rules::INVALID_NAME, mark, Some("name"), &problem, None);
    }
}

pub(super) fn field_path<'r>(check: &mut Check<'r>, node: &'r Node) {
    if !text_at(node, &["fieldPath"]).contains('[') {
        check.unknown_text(
            node,
            "fieldPath",
            &FIELDS,
            "field that a pod tells of itself",
        );
    }
}

pub(super) fn resource_field<'r>(check: &mut Check<'r>, node: &'r Node) {
    if !text_at(node, &["resource"]).contains("hugepages-") {
        check.unknown_text(node, "resource", &RESOURCES, "resource of a container");
    }
}

pub(super) fn security<'r>(check: &mut Check<'r>, node: &'r Node) {
    let added = at(node, &["capabilities", "add"])
        .map(items)
        .unwrap_or_default();
    let is_admin = added
        .iter()
        .any(|name| matches!(name.as_str(), Some("SYS_ADMIN" | "CAP_SYS_ADMIN")));
    let with = match (is_true(node, "privileged"), is_admin) {
        (true, _) => "privileged: true",
        (_, true) => "the capability SYS_ADMIN",
        _ => return,
    };
    if is_false(node, "allowPrivilegeEscalation") {
        let mark = mark_of(node, "allowPrivilegeEscalation");
        let problem = format!("has allowPrivilegeEscalation: false beside {with}");
        check.problem(&rules::EXCLUSIVE_FIELDS, mark, &problem);
    }
}

pub(super) fn seccomp<'r>(check: &mut Check<'r>, node: &'r Node) {
    let (kind, has_profile) = (text_at(node, &["type"]), is_set(node, "localhostProfile"));
    if kind == "Localhost" && !has_profile {
        let problem = "is of the type Localhost and has no localhostProfile";
        check.problem(&rules::MISSING_FIELD, node.mark, problem);
    }
    if kind != "Localhost" && has_profile {
        let mark = mark_of(node, "localhostProfile");
        let problem = "has a localhostProfile, which only the type Localhost takes";
        check.problem(&rules::EXCLUSIVE_FIELDS, mark, problem);
    }
}

pub(super) fn pod<'r>(check: &mut Check<'r>, node: &'r Node) {
    let servers = at(node, &["dnsConfig", "nameservers"]).map(items);
    if text_at(node, &["dnsPolicy"]) == "None" && servers.unwrap_or_default().is_empty() {
        let mark = mark_of(node, "dnsPolicy");
        let problem = "has the dnsPolicy None and no dnsConfig.nameservers";
        check.problem(&rules::MISSING_FIELD, mark, problem);
    }
    let (first, then) = (node.get("initContainers"), node.get("containers"));
    let (first, then) = (first.map(items), then.map(items));
    let (first, then) = (first.unwrap_or_default(), then.unwrap_or_default());
    for container in first {
        let name = text_at(container, &["name"]);
        if then.iter().any(|other| text_at(other, &["name"]) == name) && !name.is_empty() {
            let mark = container
                .get("name")
                .map_or(container.mark, |name| name.mark);
            let problem = format!("has a container and an init container of the name {name}");
            check.problem(&rules::DUPLICATE_ITEM, mark, &problem);
        }
        if text_at(container, &["restartPolicy"]) == "Always" {
            continue;
        }
        for field in OF_RUNNING
            .into_iter()
            .filter(|field| is_set(container, field))
        {
            let problem =
                format!("has {field} in the init container {name}, which does not go on running");
            check.problem(
                &rules::EXCLUSIVE_FIELDS,
                mark_of(container, field),
                &problem,
            );
        }
    }
    host_ports(check, then);
    // A container may say otherwise.
    let says = |container: &Node| {
        container
            .get("securityContext")
            .is_some_and(|context| is_set(context, "runAsUser"))
    };
    if !then.iter().any(says) {
        container(check, node);
    }
    let grace = number(node, "terminationGracePeriodSeconds").unwrap_or(GRACE);
    for container in then {
        let sleep = at(container, &["lifecycle", "preStop", "sleep", "seconds"]);
        if let Some(sleep) = sleep
            && let Kind::Int(seconds) = sleep.kind
            && seconds > grace
        {
            let problem = format!(
                "sleeps {seconds} seconds in preStop, and has {grace} to end (terminationGracePeriodSeconds)"
            );
            check.problem(&rules::OUT_OF_RANGE, sleep.mark, &problem);
        }
    }
}

/// Two containers cannot have one port of the node.
fn host_ports<'r>(check: &mut Check<'r>, containers: &'r [Node]) {
    let mut ports: BTreeMap<(i64, &str, &str), ()> = BTreeMap::new();
    let all = containers
        .iter()
        .flat_map(|container| container.get("ports").map(items).unwrap_or_default());
    for port in all {
        let Some(number) = number(port, "hostPort").filter(|number| *number > 0) else {
            continue;
        };
        let protocol = match text_at(port, &["protocol"]) {
            "" => "TCP",
            protocol => protocol,
        };
        if ports
            .insert((number, protocol, text_at(port, &["hostIP"])), ())
            .is_some()
        {
            let mark = port.get("hostPort").map_or(port.mark, |port| port.mark);
            let problem = format!("has the port {number} of the node twice");
            check.problem(&rules::DUPLICATE_ITEM, mark, &problem);
        }
    }
}

/// A user that may not run, by the same container's or pod's word.
pub(super) fn container<'r>(check: &mut Check<'r>, node: &'r Node) {
    let Some(context) = node.get("securityContext") else {
        return;
    };
    if is_true(context, "runAsNonRoot") && number(context, "runAsUser") == Some(0) {
        let mark = mark_of(context, "runAsUser");
        let problem = "is 0 beside runAsNonRoot: true, so that the container does not start";
        check.problem_of(
            &rules::CANNOT_START,
            mark,
            Some("securityContext.runAsUser"),
            problem,
            None,
        );
    }
}
