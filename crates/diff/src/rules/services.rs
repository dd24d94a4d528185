//! Services: their type, ports and selectors, and those that go.

use super::super::node::{at, entries, items, text_at};
use super::super::resource::Resource;
use super::{Pair, Problems};
use goyaml::Node;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of a Service's spec that say how it is reached, with what a change does.
const REACH: &[(&str, &str)] = &[
    (
        "externalTrafficPolicy",
        "the addresses of clients, or the nodes that answer, are others",
    ),
    ("internalTrafficPolicy", "the pods that answer are others"),
    (
        "sessionAffinity",
        "a client may come to another pod each time, or always to one",
    ),
    ("externalName", "it leads to another name"),
    ("loadBalancerIP", "it gets another address"),
    (
        "publishNotReadyAddresses",
        "pods that are not ready get traffic, or get none any more",
    ),
];

/// The start of annotations that say which load balancer a Service gets.
const BALANCERS: &[&str] = &[
    "service.beta.kubernetes.io/",
    "service.kubernetes.io/",
    "cloud.google.com/",
    "networking.gke.io/",
    "metallb.universe.tf/",
    "metallb.io/",
    "external-dns.alpha.kubernetes.io/",
];

/// Tells of Services that go, and of their names.
pub(super) fn removed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = pair.gone() else {
        return;
    };
    if !is_service(old) || old.is_kept() {
        return;
    }
    let name = &old.key.name;
    match new {
        None => problems.add(format!(
            "Service {name} goes: what calls it by its name or address finds nothing"
        )),
        Some(new) => problems.add(format!(
            "Service {name} is called {} now: what calls it by its old name or address finds nothing",
            new.key.name
        )),
    }
}

/// Tells of Services that are reached in another way, or lead elsewhere.
pub(super) fn changed(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    if !is_service(new) {
        return;
    }
    let name = &new.key.name;
    let kind = |side: &Resource| match text_at(&side.node, &["spec", "type"]) {
        "" => "ClusterIP".to_owned(),
        kind => kind.to_owned(),
    };
    let (was, now) = (kind(old), kind(new));
    if was != now {
        problems.add(format!("Service {name} becomes a {now}, which was a {was}"));
    }
    let (was, now) = (selector(old), selector(new));
    if was != now && !pair.is_rename() {
        let list = |labels: &BTreeSet<String>| match labels.is_empty() {
            true => "nothing".to_owned(),
            false => labels.iter().cloned().collect::<Vec<_>>().join(","),
        };
        problems.add(format!(
            "Service {name} selects {}, not {}",
            list(&now),
            list(&was)
        ));
    }
    ports_changed(name, old, new, problems);
    for (key, what) in REACH {
        let text = |side: &Resource| {
            let node = at(&side.node, &["spec", key]).and_then(Node::coerced_text);
            node.unwrap_or_default().into_owned()
        };
        let default = |text: String| match text.as_str() {
            "Cluster" | "None" | "false" => String::new(),
            _ => text,
        };
        let (was, now) = (default(text(old)), default(text(new)));
        if was != now {
            problems.add(format!(
                "Service {name} has the {key} {}, before {}: {what}",
                or_default(&now),
                or_default(&was)
            ));
        }
    }
    ranges_changed(name, old, new, problems);
    let (was, now) = (balancer(old), balancer(new));
    for (key, before) in &was {
        match now.get(key) {
            Some(value) if value == before => {}
            Some(value) => problems.add(format!(
                "Service {name} has {key}={value}, before {before}: its load balancer may be made anew, elsewhere"
            )),
            None => problems.add(format!(
                "Service {name} loses {key}={before}: its load balancer may be made anew, elsewhere"
            )),
        }
    }
}

fn or_default(text: &str) -> &str {
    match text {
        "" => "of the default",
        text => text,
    }
}

fn is_service(resource: &Resource) -> bool {
    resource.key.kind == "Service" && resource.key.group.is_empty()
}

fn selector(service: &Resource) -> BTreeSet<String> {
    let entries = at(&service.node, &["spec", "selector"]).map(entries);
    let entries = entries.unwrap_or_default().iter();
    let pair = |entry: &goyaml::Entry| {
        format!(
            "{}={}",
            entry.key,
            entry.value.coerced_text().unwrap_or_default()
        )
    };
    entries.map(pair).collect()
}

fn ports_changed(name: &str, old: &Resource, new: &Resource, problems: &mut Problems) {
    let (was, now) = (ports(old, "port"), ports(new, "port"));
    for (port, before) in &was {
        let target = |port: &Node| {
            let target = port.get("targetPort").or(port.get("port"));
            target
                .and_then(Node::coerced_text)
                .unwrap_or_default()
                .into_owned()
        };
        match now.get(port) {
            None => problems.add(format!("Service {name} loses the port {port}")),
            Some(after) => {
                let (from, to) = (target(before), target(after));
                // A name leads where the pods say, which another rule looks at.
                let are_numbers = [&from, &to].iter().all(|text| text.parse::<u16>().is_ok());
                if from != to && are_numbers {
                    problems.add(format!(
                        "Service {name} leads port {port} to port {to} of its pods, before to {from}"
                    ));
                }
            }
        }
    }
    let is_allotted = |side: &Resource| {
        matches!(
            text_at(&side.node, &["spec", "type"]),
            "NodePort" | "LoadBalancer"
        )
    };
    let now = ports(new, "nodePort");
    for port in ports(old, "nodePort")
        .keys()
        .filter(|port| !now.contains_key(*port))
    {
        let lost = match is_allotted(new) {
            true => "may get another one",
            false => "is no longer reached there",
        };
        problems.add(format!(
            "Service {name} loses the port {port} of nodes: it {lost}"
        ));
    }
}

/// The ports of a Service by number and protocol.
fn ports<'r>(service: &'r Resource, key: &str) -> BTreeMap<String, &'r Node> {
    let list = at(&service.node, &["spec", "ports"]).map(items);
    let list = list.unwrap_or_default().iter();
    let port = |port: &'r Node| {
        let number = port.get(key)?.coerced_text()?.into_owned();
        let name = match text_at(port, &["protocol"]) {
            "" | "TCP" => number,
            protocol => format!("{number}/{protocol}"),
        };
        Some((name, port))
    };
    list.filter_map(port).collect()
}

/// Tells of clients that a load balancer lets in or keeps out.
fn ranges_changed(name: &str, old: &Resource, new: &Resource, problems: &mut Problems) {
    let ranges = |side: &Resource| -> BTreeSet<String> {
        let list = at(&side.node, &["spec", "loadBalancerSourceRanges"]).map(items);
        let texts = list.unwrap_or_default().iter();
        texts
            .filter_map(|text| Some(text.as_str()?.to_owned()))
            .collect()
    };
    let (was, now) = (ranges(old), ranges(new));
    let list = |ranges: &BTreeSet<String>| ranges.iter().cloned().collect::<Vec<_>>().join(", ");
    match (was.is_empty(), now.is_empty()) {
        (false, true) => problems.add(format!(
            "Service {name} lets clients in from everywhere, before only from {}",
            list(&was)
        )),
        (true, false) => problems.add(format!(
            "Service {name} lets clients in only from {}, before from everywhere",
            list(&now)
        )),
        _ if was != now => problems.add(format!(
            "Service {name} lets clients in from {}, before from {}",
            list(&now),
            list(&was)
        )),
        _ => {}
    }
}

/// The annotations that say which load balancer a Service gets.
fn balancer(service: &Resource) -> BTreeMap<String, String> {
    let annotations = at(&service.node, &["metadata", "annotations"]).map(entries);
    let annotations = annotations.unwrap_or_default().iter();
    let of_balancer =
        annotations.filter(|entry| BALANCERS.iter().any(|start| entry.key.starts_with(start)));
    let pairs = of_balancer.filter_map(|entry| {
        Some((
            entry.key.to_string(),
            entry.value.coerced_text()?.into_owned(),
        ))
    });
    pairs.collect()
}
