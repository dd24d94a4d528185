//! Checks that Services, budgets and policies select pods, that Services lead to ports which these have, and that workloads
//! select their own pods.

use super::super::node::{at, items, text_at};
use super::super::resource::{Key, Resource};
use super::label_index::LabelIndex;
use super::pods::{containers, pod_spec};
use super::{Problem, RuleInput};
use engine::manifest::selectors::{Labels, is_part, labels, pod_labels};
use goyaml::Node;
use rustc_hash::{FxHashMap, FxHashSet};

/// The relevant part of one side.
#[derive(Default)]
struct Side {
    /// What selects pods.
    selectors: Vec<Selector>,
    pods: Vec<Pods>,
    by_label: LabelIndex,
    /// Workloads whose selector does not match their own pods.
    broken: Vec<(Key, String)>,
}

/// A Service, a budget or a policy.
struct Selector {
    key: Key,
    api_version: String,
    labels: Labels,
    /// The ports of a Service, each with the port of pods that it leads to.
    ports: Vec<(String, String)>,
}

/// The pods of a workload: their labels, and the names and numbers of their ports.
struct Pods {
    labels: Labels,
    ports: FxHashSet<String>,
}

/// Tells of mismatches that the old side did not have.
pub(super) fn mismatches(input: &RuleInput<'_>) -> Vec<Problem> {
    let [old, new] = input.rest;
    if !old.iter().chain(new).any(matters) {
        return Vec::new();
    }
    let [mut old, mut new] = [Side::default(), Side::default()];
    let [old_namespace, new_namespace] = input.namespaces;
    for document in input.equal.iter().filter(|document| {
        let has = |text: &[u8]| memchr::memmem::find(&document.text, text).is_some();
        has(b"Service") || has(b"template") || has(b"Pod") || has(b"NetworkPolicy")
    }) {
        for resource in document.resources(old_namespace) {
            old.add(&resource);
        }
        for resource in document.resources(new_namespace) {
            new.add(&resource);
        }
    }
    for (side, rest) in [&mut old, &mut new].into_iter().zip(input.rest) {
        rest.iter().for_each(|resource| side.add(resource));
    }
    let mut problems = Vec::new();
    let before = old.selectors.iter().map(|one| (&one.key, one));
    let before: FxHashMap<&Key, &Selector> = before.collect();
    for selector in &new.selectors {
        let Some(was) = before.get(&selector.key) else {
            continue;
        };
        if !old.selects(was) {
            continue;
        }
        if !new.selects(selector) {
            let what = "selects no workload of the new side; it did before";
            problems.push(problem(&selector.key, &selector.api_version, what));
            continue;
        }
        for (port, target) in &selector.ports {
            let led = was
                .ports
                .iter()
                .any(|(other, target)| other == port && old.leads(was, target));
            if led && !new.leads(selector, target) {
                let what = format!(
                    "leads port {port} to {target}, which none of its pods has; before, the port led somewhere"
                );
                problems.push(problem(&selector.key, &selector.api_version, &what));
            }
        }
    }
    let was_broken: FxHashSet<&Key> = old.broken.iter().map(|(key, _)| key).collect();
    for (key, api_version) in new
        .broken
        .iter()
        .filter(|(key, _)| !was_broken.contains(key))
    {
        let what = "has a selector that its own pods' labels do not match";
        problems.push(problem(key, api_version, what));
    }
    problems
}

fn problem(key: &Key, api_version: &str, what: &str) -> Problem {
    Problem {
        key: key.clone(),
        api_version: api_version.to_owned(),
        message: format!("{} {} {what}", key.kind, key.name),
    }
}

/// Returns true if a resource is read here.
pub(super) fn matters(resource: &Resource) -> bool {
    selector(resource).is_some() || pod_labels(&resource.key.kind, &resource.node).is_some()
}

/// The labels that a resource selects pods by.
fn selector(resource: &Resource) -> Option<&Node> {
    let path: &[&str] = match (&*resource.key.group, &*resource.key.kind) {
        ("", "Service") => &["spec", "selector"],
        ("policy", "PodDisruptionBudget") => &["spec", "selector", "matchLabels"],
        ("networking.k8s.io", "NetworkPolicy") => &["spec", "podSelector", "matchLabels"],
        _ => return None,
    };
    at(&resource.node, path)
}

impl Side {
    fn add(&mut self, resource: &Resource) {
        let key = &resource.key;
        if let Some(selector) = selector(resource) {
            let labels = labels(selector);
            if !labels.is_empty() {
                self.selectors.push(Selector {
                    key: key.clone(),
                    api_version: resource.api_version.clone(),
                    labels,
                    ports: ports(resource),
                });
            }
            return;
        }
        let Some(pods) = pod_labels(&key.kind, &resource.node) else {
            return;
        };
        let selector = at(&resource.node, &["spec", "selector", "matchLabels"]).map(labels);
        if selector.is_some_and(|selector| !is_part(&selector, &pods)) {
            self.broken
                .push((key.clone(), resource.api_version.clone()));
        }
        self.by_label.add(&key.namespace, &pods, self.pods.len());
        self.pods.push(Pods {
            labels: pods,
            ports: pod_ports(resource),
        });
    }

    fn selected<'s>(&'s self, selector: &'s Selector) -> impl Iterator<Item = &'s Pods> {
        let places = self
            .by_label
            .candidates(&selector.key.namespace, &selector.labels);
        let pods = places.iter().filter_map(|place| self.pods.get(*place));
        pods.filter(|pods| is_part(&selector.labels, &pods.labels))
    }

    fn selects(&self, selector: &Selector) -> bool {
        self.selected(selector).next().is_some()
    }

    /// Returns true if some of the pods have a port.
    fn leads(&self, selector: &Selector, port: &str) -> bool {
        self.selected(selector)
            .any(|pods| pods.ports.contains(port))
    }
}

/// The ports of a Service, each with the port of pods that it leads to.
fn ports(service: &Resource) -> Vec<(String, String)> {
    let list = at(&service.node, &["spec", "ports"]).map(items);
    let list = list.unwrap_or_default().iter().filter_map(|port| {
        let number = port.get("port")?.coerced_text()?.into_owned();
        let target = port.get("targetPort").and_then(Node::coerced_text);
        let target = target.map_or_else(|| number.clone(), std::borrow::Cow::into_owned);
        Some((number, target))
    });
    list.collect()
}

/// The names and numbers of the ports of pods.
fn pod_ports(resource: &Resource) -> FxHashSet<String> {
    let containers = pod_spec(resource).into_iter().flat_map(containers);
    let ports = containers.flat_map(|one| one.get("ports").map(items).unwrap_or_default());
    let texts = ports.flat_map(|port| {
        let number = port.get("containerPort").and_then(Node::coerced_text);
        let name = text_at(port, &["name"]);
        [
            number.map(std::borrow::Cow::into_owned),
            Some(name.to_owned()),
        ]
    });
    texts.flatten().filter(|text| !text.is_empty()).collect()
}
