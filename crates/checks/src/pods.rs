//! The pods of workloads: fields that have to fit together (`k8s.io/kubernetes/pkg/apis/core/validation` and `apps`, `batch`).

use crate::required::pod_spec;
use crate::{Finding, Release, Resource, rules};
use engine::manifest::fields::{at, entries, items, text_at};
use goyaml::{Kind, Mark, Node};
use kubernetes::{cron, quantity};
use std::collections::BTreeMap;

/// Looks at pods and what makes them.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        findings.extend(schedule(resource));
        findings.extend(strategy(resource));
        let Some(spec) = pod_spec(resource) else {
            continue;
        };
        findings.extend(restart_policy(resource, spec));
        findings.extend(port_names(resource, spec));
        for container in containers(spec) {
            findings.extend(mounts(resource, spec, container));
            findings.extend(requests(resource, container));
            findings.extend(thresholds(resource, container));
            findings.extend(probe_ports(resource, container));
        }
    }
    findings
}

/// All containers of a pod.
pub(crate) fn containers(spec: &Node) -> impl Iterator<Item = &Node> {
    let lists = ["initContainers", "containers"];
    lists
        .into_iter()
        .flat_map(|key| spec.get(key).map(items).unwrap_or_default())
}

fn finding(
    rule: &'static diagnostics::Rule,
    resource: &Resource,
    mark: Mark,
    message: String,
) -> Finding {
    Finding::new(rule, resource.at(mark), message).of(resource)
}

fn schedule(resource: &Resource) -> Option<Finding> {
    if resource.group() != "batch" || resource.kind != "CronJob" {
        return None;
    }
    let node = at(&resource.node, &["spec", "schedule"])?;
    let schedule = node.as_str().filter(|schedule| !schedule.is_empty())?;
    let problem = cron::problem(schedule)?;
    let message = format!(
        "the schedule {schedule:?} of {} {problem}",
        resource.title()
    );
    Some(finding(
        &rules::INVALID_SCHEDULE,
        resource,
        node.mark,
        message,
    ))
}

/// A rolling update beside another strategy.
fn strategy(resource: &Resource) -> Option<Finding> {
    let (key, others) = match (resource.group(), &*resource.kind) {
        ("apps", "Deployment") => ("strategy", "Recreate"),
        ("apps", "DaemonSet" | "StatefulSet") => ("updateStrategy", "OnDelete"),
        _ => return None,
    };
    let strategy = at(&resource.node, &["spec", key])?;
    let rolling = entries(strategy)
        .iter()
        .find(|entry| *entry.key == *"rollingUpdate")?;
    let is_set = !matches!(rolling.value.kind, Kind::Null);
    // Only a Deployment is refused; the others pass over it.
    if text_at(strategy, &["type"]) != others || !is_set || key != "strategy" {
        return None;
    }
    let message = format!(
        "spec.{key} of {} has rollingUpdate beside the type {others}",
        resource.title()
    );
    let finding = finding(&rules::EXCLUSIVE_FIELDS, resource, rolling.mark, message);
    Some(finding.suggest("set rollingUpdate to null"))
}

fn restart_policy(resource: &Resource, spec: &Node) -> Option<Finding> {
    let policy = spec.get("restartPolicy");
    let value = policy.and_then(Node::as_str).unwrap_or_default();
    let policies = match (resource.group(), &*resource.kind) {
        ("batch", "Job" | "CronJob") => &["OnFailure", "Never"][..],
        ("apps", _) | ("", "ReplicationController") => &["Always"],
        _ => return None,
    };
    let is_default = matches!(value, "" | "Always");
    if policies.contains(&value) || is_default && policies.contains(&"Always") {
        return None;
    }
    // A misspelt one is told of by its type.
    if !["", "Always", "OnFailure", "Never"].contains(&value) {
        return None;
    }
    let mark = policy.map_or(spec.mark, |policy| policy.mark);
    let is = match value {
        "" => "no restart policy, which is Always",
        value => &format!("the restart policy {value}"),
    };
    let message = format!(
        "the pods of {} have {is}: a {} takes {}",
        resource.title(),
        resource.kind,
        policies.join(" or ")
    );
    Some(finding(
        &rules::INVALID_RESTART_POLICY,
        resource,
        mark,
        message,
    ))
}

/// Names of ports, which are unique in a pod's container.
fn port_names(resource: &Resource, spec: &Node) -> Vec<Finding> {
    let mut findings = Vec::new();
    for container in containers(spec) {
        let mut marks: BTreeMap<&str, Mark> = BTreeMap::new();
        for port in container.get("ports").map(items).unwrap_or_default() {
            let Some(name) = port.get("name") else {
                continue;
            };
            let text = name.as_str().unwrap_or_default();
            if text.is_empty() {
                continue;
            }
            if let Some(first) = marks.insert(text, name.mark) {
                let message = format!(
                    "{} has two ports of the name {text} in the container {}",
                    resource.title(),
                    text_at(container, &["name"])
                );
                let finding = finding(&rules::DUPLICATE_ITEM, resource, name.mark, message);
                findings.push(finding.relate(resource.at(first), "the first one"));
            }
        }
    }
    findings
}

/// Mounts of volumes that the pod does not have.
fn mounts(resource: &Resource, spec: &Node, container: &Node) -> Vec<Finding> {
    let volumes = spec.get("volumes").map(items).unwrap_or_default();
    let volumes = volumes.iter().map(|volume| text_at(volume, &["name"]));
    let templates = at(&resource.node, &["spec", "volumeClaimTemplates"]).map(items);
    let templates = templates.unwrap_or_default().iter();
    let templates = templates.map(|claim| text_at(claim, &["metadata", "name"]));
    let names: Vec<&str> = volumes.chain(templates).collect();
    let mut findings = Vec::new();
    for list in ["volumeMounts", "volumeDevices"] {
        for mount in container.get(list).map(items).unwrap_or_default() {
            let Some(name) = mount.get("name") else {
                continue;
            };
            let Some(text) = name.as_str().filter(|text| !text.is_empty()) else {
                continue;
            };
            if !names.contains(&text) {
                let message = format!(
                    "{} mounts the volume {text}, which it does not have",
                    resource.title()
                );
                let near = diagnostics::suggest::nearest(text, names.iter().copied());
                let help = near.map(diagnostics::suggest::did_you_mean);
                let finding = finding(&rules::UNKNOWN_VOLUME, resource, name.mark, message);
                findings.push(finding.suggest_if(help));
            }
        }
    }
    findings
}

/// Requests above limits.
fn requests(resource: &Resource, container: &Node) -> Vec<Finding> {
    let requests = at(container, &["resources", "requests"]).map(entries);
    let mut findings = Vec::new();
    for request in requests.unwrap_or_default() {
        let limit = at(container, &["resources", "limits", &request.key]);
        let amount = |node: &Node| quantity::nanos(&node.coerced_text()?);
        let Some(limit) = limit else { continue };
        let (Some(request_amount), Some(most)) = (amount(&request.value), amount(limit)) else {
            continue;
        };
        if request_amount > most {
            let text = |node: &Node| node.coerced_text().unwrap_or_default().into_owned();
            let message = format!(
                "{} requests {} {} and has the limit {}",
                resource.title(),
                request.key,
                text(&request.value),
                text(limit)
            );
            let finding = finding(
                &rules::REQUEST_ABOVE_LIMIT,
                resource,
                request.value.mark,
                message,
            );
            findings.push(finding.relate(resource.at(limit.mark), "the limit"));
        }
    }
    findings
}

/// Probes that have to succeed more than once, where once is the rule.
fn thresholds(resource: &Resource, container: &Node) -> Vec<Finding> {
    let probes = ["livenessProbe", "startupProbe"];
    let probes = probes.into_iter().filter_map(|key| {
        let threshold = at(container, &[key, "successThreshold"])?;
        let Kind::Int(number) = threshold.kind else {
            return None;
        };
        if number <= 1 {
            return None;
        }
        let message = format!(
            "the successThreshold of the {key} of {} is {number}: it must be 1",
            resource.title()
        );
        Some(finding(
            &rules::OUT_OF_RANGE,
            resource,
            threshold.mark,
            message,
        ))
    });
    probes.collect()
}

/// Probes and handlers that name a port which their container does not have.
fn probe_ports(resource: &Resource, container: &Node) -> Vec<Finding> {
    const PATHS: &[&[&str]] = &[
        &["livenessProbe"],
        &["readinessProbe"],
        &["startupProbe"],
        &["lifecycle", "preStop"],
        &["lifecycle", "postStart"],
    ];
    let ports = container.get("ports").map(items).unwrap_or_default();
    let names: Vec<&str> = ports.iter().map(|port| text_at(port, &["name"])).collect();
    let mut findings = Vec::new();
    for path in PATHS {
        let Some(probe) = at(container, path) else {
            continue;
        };
        for handler in ["httpGet", "tcpSocket"] {
            let Some(port) = at(probe, &[handler, "port"]) else {
                continue;
            };
            let Some(name) = port.as_str() else { continue };
            // What can be no name is another rule's finding.
            if names.contains(&name) || !kubernetes::names::port(name).is_empty() {
                continue;
            }
            let message = format!(
                "the {} of {} asks the port {name:?}, which its container does not have",
                path.last().unwrap_or(&""),
                resource.title()
            );
            let near = diagnostics::suggest::nearest(name, names.iter().copied());
            let help = near.map(diagnostics::suggest::did_you_mean);
            let finding = finding(&rules::UNKNOWN_PORT, resource, port.mark, message);
            findings.push(finding.suggest_if(help));
        }
    }
    findings
}
