//! Monitors of the Prometheus operator beside the Services and pods that they are for.

use crate::selectors::nearly;
use crate::{Finding, Release, Resource, rules};
use diagnostics::suggest;
use engine::manifest::fields::{at, entries, items, text_at};
use engine::manifest::selectors::{Labels, is_part, labels};

/// Looks at ServiceMonitors.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        if resource.group() == "monitoring.coreos.com" && resource.kind == "ServiceMonitor" {
            monitor(release, resource, &mut findings);
        }
    }
    findings
}

fn monitor(release: &Release<'_>, monitor: &Resource, findings: &mut Vec<Finding>) {
    let selector = at(&monitor.node, &["spec", "selector"]);
    let Some(node) = selector.and_then(|selector| selector.get("matchLabels")) else {
        return;
    };
    let others = selector.and_then(|selector| selector.get("matchExpressions"));
    if others.is_some_and(|others| !items(others).is_empty()) {
        return;
    }
    let wanted = labels(node);
    let services = release.resources.iter();
    let services = services.filter(|other| other.kind == "Service" && other.group().is_empty());
    let labelled = services.map(|service| {
        let labels_of = at(&service.node, &["metadata", "labels"]).map(labels);
        (service, labels_of.unwrap_or_default())
    });
    let labelled: Vec<(&Resource, Labels)> = labelled.collect();
    let selected = labelled
        .iter()
        .filter(|(_, labels)| is_part(&wanted, labels));
    let selected: Vec<&Resource> = selected.map(|(service, _)| *service).collect();
    if selected.is_empty() {
        let all: Vec<&Labels> = labelled.iter().map(|(_, labels)| labels).collect();
        if let Some(slip) = nearly(&wanted, &all, true) {
            let entry = entries(node).iter().find(|entry| *entry.key == **slip.key);
            let mark = entry.map_or(node.mark, |entry| entry.mark);
            let message = format!("{} selects no Service of the release", monitor.title());
            let finding = Finding::new(&rules::SELECTS_NOTHING, monitor.at(mark), message);
            findings.push(finding.of(monitor).suggest(slip.help));
        }
        return;
    }
    let ports = selected.iter().flat_map(|service| {
        let ports = at(&service.node, &["spec", "ports"]).map(items);
        ports
            .unwrap_or_default()
            .iter()
            .map(|port| text_at(port, &["name"]))
    });
    let names: Vec<&str> = ports.collect();
    for endpoint in at(&monitor.node, &["spec", "endpoints"])
        .map(items)
        .unwrap_or_default()
    {
        let Some(port) = endpoint.get("port") else {
            continue;
        };
        let name = port.as_str().unwrap_or_default();
        if !name.is_empty() && !names.contains(&name) {
            let message = format!(
                "{} asks the port {name:?}, which its Services do not have",
                monitor.title()
            );
            let near = suggest::nearest(name, names.iter().copied());
            let help = near.map(suggest::did_you_mean);
            let finding = Finding::new(&rules::UNKNOWN_PORT, monitor.at(port.mark), message);
            findings.push(finding.of(monitor).suggest_if(help));
        }
    }
}
