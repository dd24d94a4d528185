//! Names of objects and of their parts.

use crate::required::pod_spec;
use crate::{Finding, Release, Resource, rules};
use engine::manifest::fields::{at, entries, items};
use goyaml::Node;
use kubernetes::names::{self, label, problems};

/// A CronJob's name is part of its Jobs' names, which may have 63 characters.
const CRON_JOB: usize = 52;

/// Looks at names.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        let mut check = Check {
            resource,
            findings: &mut findings,
        };
        check.own();
        check.parts();
    }
    findings
}

struct Check<'r> {
    resource: &'r Resource,
    findings: &'r mut Vec<Finding>,
}

impl Check<'_> {
    fn own(&mut self) {
        let node = &self.resource.node;
        let name = &*self.resource.name;
        if let Some(place) = at(node, &["metadata", "name"]).filter(|_| !name.is_empty()) {
            let mut wrong = problems(&self.resource.kind, name);
            if self.resource.kind == "CronJob" && name.len() > CRON_JOB {
                wrong.push(format!("must be no more than {CRON_JOB} characters"));
            }
            self.add(place, "the name", name, &wrong);
        }
        let namespace = &*self.resource.namespace;
        if let Some(place) = at(node, &["metadata", "namespace"]).filter(|_| !namespace.is_empty())
        {
            self.add(place, "the namespace", namespace, &label(namespace));
        }
    }

    fn parts(&mut self) {
        let node = &self.resource.node;
        if let Some(spec) = pod_spec(self.resource) {
            for kind in ["containers", "initContainers"] {
                for container in spec.get(kind).map(items).unwrap_or_default() {
                    self.part(container, "the container", label);
                    for port in container.get("ports").map(items).unwrap_or_default() {
                        self.part(port, "the port", names::port);
                    }
                }
            }
            for volume in spec.get("volumes").map(items).unwrap_or_default() {
                self.part(volume, "the volume", label);
            }
        }
        match (self.resource.group(), &*self.resource.kind) {
            ("", "Service") => {
                for port in at(node, &["spec", "ports"]).map(items).unwrap_or_default() {
                    self.part(port, "the port", label);
                }
            }
            ("", "ConfigMap" | "Secret") => {
                for data in ["data", "binaryData", "stringData"] {
                    for entry in node.get(data).map(entries).unwrap_or_default() {
                        let wrong = data_key(&entry.key);
                        let place = Node {
                            mark: entry.mark,
                            kind: goyaml::Kind::Null,
                        };
                        self.add(&place, "the key", &entry.key, &wrong);
                    }
                }
            }
            _ => {}
        }
    }

    fn part(&mut self, node: &Node, what: &str, rule: fn(&str) -> Vec<String>) {
        let Some(place) = node.get("name") else {
            return;
        };
        if let Some(name) = place.coerced_text().filter(|name| !name.is_empty()) {
            let wrong = rule(&name);
            self.add(place, what, &name, &wrong);
        }
    }

    fn add(&mut self, place: &Node, what: &str, name: &str, wrong: &[String]) {
        let Some(wrong) = wrong.first() else {
            return;
        };
        // The pattern behind it is for machines.
        let wrong = wrong
            .split_once(" (e.g.")
            .map_or(&**wrong, |(text, _)| text);
        let quoted = gostd::strconv::quote(name.as_bytes());
        let resource = match what {
            "the name" => self.resource.kind.clone(),
            _ => self.resource.title(),
        };
        let message = format!("{what} {quoted} of {resource}: {wrong}");
        let at = self.resource.at(place.mark);
        let mut finding = Finding::new(&rules::INVALID_NAME, at, message);
        finding.subject = match what {
            "the name" => quoted,
            _ => self.resource.title(),
        };
        self.findings.push(finding);
    }
}

/// Kubernetes' `IsConfigMapKey`.
fn data_key(key: &str) -> Vec<String> {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let wrong = match key {
        _ if key.len() > 253 => "must be no more than 253 characters",
        _ if key.is_empty() || !key.bytes().all(inner) => {
            "must consist of alphanumeric characters, '-', '_' or '.'"
        }
        "." | ".." => "must not be '.' or '..'",
        _ if key.starts_with("..") => "must not start with '..'",
        _ => return Vec::new(),
    };
    vec![wrong.into()]
}
