//! Resources that lead traffic to pods, or stop it.

use super::super::node::{at, entries, items, text_at};
use super::super::resource::Resource;
use super::{Pair, Problems};
use goyaml::Node;
use std::collections::BTreeSet;

/// Tells of Services with another type or selector, or fewer ports.
pub(super) fn service_changed(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    if new.key.kind != "Service" || !new.key.group.is_empty() {
        return;
    }
    let kind = |side: &Resource| match text_at(&side.node, &["spec", "type"]) {
        "" => "ClusterIP".to_owned(),
        kind => kind.to_owned(),
    };
    let name = &new.key.name;
    let (was, now) = (kind(old), kind(new));
    if was != now {
        problems.add(format!("Service {name} becomes a {now}, which was a {was}"));
    }
    let selector = |side: &Resource| -> BTreeSet<String> {
        let entries = at(&side.node, &["spec", "selector"]).map(entries);
        let entries = entries.unwrap_or_default().iter();
        let pair = |entry: &goyaml::Entry| {
            format!(
                "{}={}",
                entry.key,
                entry.value.coerced_text().unwrap_or_default()
            )
        };
        entries.map(pair).collect()
    };
    let (was, now) = (selector(old), selector(new));
    if was != now {
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
    for port in ports(old, "port").difference(&ports(new, "port")) {
        problems.add(format!("Service {name} loses the port {port}"));
    }
    for port in ports(old, "nodePort").difference(&ports(new, "nodePort")) {
        problems.add(format!("Service {name} loses the port {port} of nodes"));
    }
}

fn ports(service: &Resource, key: &str) -> BTreeSet<String> {
    let list = at(&service.node, &["spec", "ports"]).map(items);
    let list = list.unwrap_or_default().iter();
    let port = |port: &Node| {
        let number = port.get(key)?.coerced_text()?.into_owned();
        Some(match text_at(port, &["protocol"]) {
            "" | "TCP" => number,
            protocol => format!("{number}/{protocol}"),
        })
    };
    list.filter_map(port).collect()
}

/// Tells of Ingresses that lead less traffic on.
pub(super) fn route_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    if new.key.kind != "Ingress" {
        return;
    }
    let name = &new.key.name;
    for route in routes(old).difference(&routes(new)) {
        problems.add(format!("Ingress {name} leads {route} nowhere any more"));
    }
    let class = |side: &Resource| text_at(&side.node, &["spec", "ingressClassName"]).to_owned();
    let (was, now) = (class(old), class(new));
    if was != now {
        let class_name = |class: &str| match class {
            "" => "none".to_owned(),
            class => class.to_owned(),
        };
        let (was, now) = (class_name(&was), class_name(&now));
        problems.add(format!("Ingress {name} gets the class {now}, which was {was}: another controller, or none, serves it"));
    }
}

fn routes(ingress: &Resource) -> BTreeSet<String> {
    let rules = at(&ingress.node, &["spec", "rules"]).map(items);
    let mut routes = BTreeSet::new();
    for rule in rules.unwrap_or_default() {
        let host = match text_at(rule, &["host"]) {
            "" => "*",
            host => host,
        };
        for path in at(rule, &["http", "paths"]).map(items).unwrap_or_default() {
            routes.insert(format!("{host}{}", text_at(path, &["path"])));
        }
    }
    routes
}

/// Tells of policies that come.
pub(super) fn pods_isolated(pair: &Pair<'_>, problems: &mut Problems) {
    if let (None, Some(new)) = (pair.old, pair.new)
        && new.key.kind == "NetworkPolicy"
        && new.key.group == "networking.k8s.io"
        && !pair.is_first
    {
        problems.add(format!(
            "NetworkPolicy {} comes: the pods that it selects get no traffic but what policies allow",
            new.key.name
        ));
    }
}

/// Tells of webhooks that stop requests where they fail.
pub(super) fn webhook_fails(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    if !matches!(
        &*new.key.kind,
        "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration"
    ) {
        return;
    }
    let webhooks = |side: &'_ Resource| {
        side.node
            .get("webhooks")
            .map(items)
            .unwrap_or_default()
            .to_vec()
    };
    let before = webhooks(old);
    for webhook in webhooks(new) {
        let name = text_at(&webhook, &["name"]);
        let is_same = |other: &&Node| text_at(other, &["name"]) == name;
        let ignored = |node: &Node| text_at(node, &["failurePolicy"]) == "Ignore";
        if before.iter().find(is_same).is_some_and(ignored) && !ignored(&webhook) {
            problems.add(format!("the webhook {name} gets failurePolicy Fail: what it is asked about is refused where it does not answer"));
        }
    }
}
