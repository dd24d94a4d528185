//! What leads traffic from outside: Ingresses, routes, hosts and certificates.

use super::super::node::{at, entries, items, text_at};
use super::super::resource::{Key, Resource};
use super::{Pair, Problems};
use goyaml::Node;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds besides Ingress that lead traffic, by the end of their group, and where they name hosts.
const ROUTES: &[(&str, &str, &[&str])] = &[
    (
        "gateway.networking.k8s.io",
        "HTTPRoute",
        &["spec", "hostnames"],
    ),
    (
        "gateway.networking.k8s.io",
        "GRPCRoute",
        &["spec", "hostnames"],
    ),
    (
        "gateway.networking.k8s.io",
        "TLSRoute",
        &["spec", "hostnames"],
    ),
    ("networking.istio.io", "VirtualService", &["spec", "hosts"]),
    ("cert-manager.io", "Certificate", &["spec", "dnsNames"]),
];

/// Tells of what leads less traffic on, or elsewhere.
pub(super) fn removed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some(old) = pair.old.filter(|old| !old.is_kept()) else {
        return;
    };
    let Key { kind, name, .. } = &old.key;
    let hosts_at = ROUTES
        .iter()
        .find(|(group, of, _)| **of == **kind && *group == old.key.group);
    let is_ingress = is_ingress(old);
    if !is_ingress && hosts_at.is_none() {
        return;
    }
    let Some(new) = pair.new else {
        problems.add(format!(
            "{kind} {name} goes: nothing leads {} on any more",
            all_hosts(old, hosts_at)
        ));
        return;
    };
    if let Some((.., path)) = hosts_at {
        let (was, now) = (texts(at(&old.node, path)), texts(at(&new.node, path)));
        for host in was.difference(&now) {
            problems.add(format!("{kind} {name} loses the host {host}"));
        }
        return;
    }
    let (was, now) = (routes(old), routes(new));
    for (route, (backend, path_type)) in &was {
        match now.get(route) {
            None => problems.add(format!("{kind} {name} leads {route} nowhere any more")),
            Some((other, _)) if other != backend && !pair.is_rename() => problems.add(format!(
                "{kind} {name} leads {route} to {other}, before to {backend}"
            )),
            Some((_, other)) if other != path_type => problems.add(format!(
                "{kind} {name} takes {route} as {other}, before as {path_type}: other requests fit"
            )),
            Some(_) => {}
        }
    }
    let (was, now) = (class(old), class(new));
    if was != now {
        let name_of = |class: &str| match class {
            "" => "none".to_owned(),
            class => class.to_owned(),
        };
        let (was, now) = (name_of(&was), name_of(&now));
        problems.add(format!("Ingress {name} gets the class {now}, which was {was}: another controller, or none, serves it"));
    }
}

/// Tells of hosts that are served without a certificate, or with another one.
pub(super) fn tls_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    if !is_ingress(new) {
        return;
    }
    let hosts = |side: &Resource| -> BTreeMap<String, String> {
        let list = at(&side.node, &["spec", "tls"])
            .map(items)
            .unwrap_or_default()
            .iter();
        let hosts = list.flat_map(|tls| {
            let secret = text_at(tls, &["secretName"]).to_owned();
            let hosts = texts(tls.get("hosts"));
            let hosts = match hosts.is_empty() {
                true => BTreeSet::from(["*".to_owned()]),
                false => hosts,
            };
            hosts.into_iter().map(move |host| (host, secret.clone()))
        });
        hosts.collect()
    };
    let now = hosts(new);
    let name = &new.key.name;
    for host in hosts(old).keys().filter(|host| !now.contains_key(*host)) {
        problems.add(format!("Ingress {name} has no certificate for {host} any more: it is served without TLS, or with a default one"));
    }
}

fn is_ingress(resource: &Resource) -> bool {
    resource.key.kind == "Ingress"
        && matches!(&*resource.key.group, "networking.k8s.io" | "extensions")
}

fn all_hosts(old: &Resource, hosts_at: Option<&(&str, &str, &[&str])>) -> String {
    let hosts: BTreeSet<String> = match hosts_at {
        Some((.., path)) => texts(at(&old.node, path)),
        None => routes(old).into_keys().collect(),
    };
    match hosts.is_empty() {
        true => "its traffic".to_owned(),
        false => hosts.into_iter().collect::<Vec<_>>().join(", "),
    }
}

fn texts(list: Option<&Node>) -> BTreeSet<String> {
    let list = list.map(items).unwrap_or_default().iter();
    list.filter_map(|text| Some(text.as_str()?.to_owned()))
        .collect()
}

/// The class of an Ingress, by its field or by the annotation that came before it.
fn class(ingress: &Resource) -> String {
    let field = text_at(&ingress.node, &["spec", "ingressClassName"]);
    let annotation = ["metadata", "annotations", "kubernetes.io/ingress.class"];
    match field {
        "" => text_at(&ingress.node, &annotation).to_owned(),
        class => class.to_owned(),
    }
}

/// The hosts and paths of an Ingress: the backend and the type of each path.
fn routes(ingress: &Resource) -> BTreeMap<String, (String, String)> {
    let backend = |node: Option<&Node>| {
        let Some(node) = node else {
            return String::new();
        };
        let text = |path: &[&str]| {
            let node = at(node, path).and_then(Node::coerced_text);
            node.unwrap_or_default().into_owned()
        };
        match text(&["service", "name"]) {
            name if name.is_empty() => text(&["resource", "name"]),
            name => name,
        }
    };
    let mut routes = BTreeMap::new();
    if let Some(node) =
        at(&ingress.node, &["spec", "defaultBackend"]).filter(|node| !entries(node).is_empty())
    {
        routes.insert(
            "what no path fits".to_owned(),
            (backend(Some(node)), String::new()),
        );
    }
    let rules = at(&ingress.node, &["spec", "rules"]).map(items);
    for rule in rules.unwrap_or_default() {
        let host = match text_at(rule, &["host"]) {
            "" => "*",
            host => host,
        };
        for path in at(rule, &["http", "paths"]).map(items).unwrap_or_default() {
            let to = (
                backend(path.get("backend")),
                text_at(path, &["pathType"]).to_owned(),
            );
            routes.insert(format!("{host}{}", text_at(path, &["path"])), to);
        }
    }
    routes
}
