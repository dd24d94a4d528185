//! Checks that Services select workloads, and workloads their own pods.

use super::super::node::at;
use super::super::resource::{Key, Resource};
use super::{Problem, RuleInput};
use engine::manifest::selectors::{Labels, is_part, labels, pod_labels};
use rustc_hash::FxHashMap;

/// The relevant part of one side.
#[derive(Default)]
struct Side {
    services: Vec<(Resource, Labels)>,
    /// The labels of the pods of each workload, with its namespace.
    pods: Vec<(String, Labels)>,
    /// Workloads whose selector does not match their own pods.
    broken: Vec<Resource>,
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
        has(b"Service") || has(b"template") || has(b"Pod")
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
    let before: FxHashMap<&Key, &Labels> = old
        .services
        .iter()
        .map(|(service, selector)| (&service.key, selector))
        .collect();
    for (service, selector) in &new.services {
        let before = before.get(&service.key);
        let selected = before.is_some_and(|selector| old.selects(service, selector));
        if selected && !new.selects(service, selector) {
            problems.push(problem(
                service,
                "selects no workload of the new side; it did before",
            ));
        }
    }
    for workload in &new.broken {
        if !old.broken.iter().any(|other| other.key == workload.key) {
            problems.push(problem(
                workload,
                "has a selector that its own pods' labels do not match",
            ));
        }
    }
    problems
}

fn problem(resource: &Resource, what: &str) -> Problem {
    let key = &resource.key;
    Problem {
        key: key.clone(),
        api_version: resource.api_version.clone(),
        message: format!("{} {} {what}", key.kind, key.name),
    }
}

/// Returns true if a resource is read here.
pub(super) fn matters(resource: &Resource) -> bool {
    resource.key.kind == "Service" || pod_labels(&resource.key.kind, &resource.node).is_some()
}

impl Side {
    fn add(&mut self, resource: &Resource) {
        if resource.key.kind == "Service" && resource.key.group.is_empty() {
            let selector = at(&resource.node, &["spec", "selector"]).map(labels);
            if let Some(selector) = selector.filter(|selector| !selector.is_empty()) {
                self.services.push((resource.clone(), selector));
            }
            return;
        }
        let Some(pods) = pod_labels(&resource.key.kind, &resource.node) else {
            return;
        };
        let selector = at(&resource.node, &["spec", "selector", "matchLabels"]).map(labels);
        if selector.is_some_and(|selector| !is_part(&selector, &pods)) {
            self.broken.push(resource.clone());
        }
        self.pods.push((resource.key.namespace.clone(), pods));
    }

    fn selects(&self, service: &Resource, selector: &Labels) -> bool {
        let mut pods = self.pods.iter();
        pods.any(|(namespace, labels)| {
            *namespace == service.key.namespace && is_part(selector, labels)
        })
    }
}
