//! Accounts that roles are bound to, and Services that webhooks and autoscalers call.

use crate::selectors::MOST_CANDIDATES;
use crate::{Finding, Release, Resource, rules};
use diagnostics::suggest;
use engine::manifest::fields::{at, items, text_at};
use goyaml::{Mark, Node};

/// Looks at what names a resource together with its namespace.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        let mut check = Check {
            release,
            resource,
            findings: &mut findings,
        };
        match (resource.group(), &*resource.kind) {
            ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => check.subjects(),
            (
                "admissionregistration.k8s.io",
                "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration",
            ) => {
                for webhook in resource.node.get("webhooks").map(items).unwrap_or_default() {
                    check.service(at(webhook, &["clientConfig", "service"]));
                }
            }
            ("apiregistration.k8s.io", "APIService") => {
                check.service(at(&resource.node, &["spec", "service"]));
            }
            ("autoscaling", "HorizontalPodAutoscaler") => check.target(),
            _ => {}
        }
    }
    findings
}

struct Check<'r> {
    release: &'r Release<'r>,
    resource: &'r Resource,
    findings: &'r mut Vec<Finding>,
}

impl Check<'_> {
    fn subjects(&mut self) {
        let own = match &*self.resource.kind {
            "RoleBinding" => self.release.namespace_of(self.resource),
            _ => "",
        };
        for subject in self
            .resource
            .node
            .get("subjects")
            .map(items)
            .unwrap_or_default()
        {
            if text_at(subject, &["kind"]) == "ServiceAccount" {
                let namespace = match text_at(subject, &["namespace"]) {
                    "" => own,
                    namespace => namespace,
                };
                self.named("ServiceAccount", subject, namespace);
            }
        }
    }

    fn service(&mut self, service: Option<&Node>) {
        if let Some(service) = service {
            self.named("Service", service, text_at(service, &["namespace"]));
        }
    }

    /// Tells of a name that nothing has in its namespace, where the release has it elsewhere, or makes that kind for itself.
    fn named(&mut self, kind: &str, node: &Node, namespace: &str) {
        let name = text_at(node, &["name"]);
        if name.is_empty() || namespace.is_empty() || name == "default" {
            return;
        }
        let release = self.release;
        let all = release.resources.iter();
        let all: Vec<&Resource> = all
            .filter(|other| other.kind == kind && other.group().is_empty())
            .collect();
        let here = |other: &&&Resource| release.namespace_of(other) == namespace;
        if all.iter().filter(here).any(|other| other.name == name) {
            return;
        }
        if let Some(other) = all.iter().find(|other| other.name == name) {
            let there = release.namespace_of(other);
            let mark = node.get("namespace").map_or(node.mark, |node| node.mark);
            let help = format!("it is in the namespace {there}");
            self.add(
                mark,
                &format!("{kind} {name} of the namespace {namespace}"),
                help,
            );
            return;
        }
        let mark = node.get("name").map_or(node.mark, |node| node.mark);
        let names = all.iter().filter(here).map(|other| &*other.name);
        let names = names.take(MOST_CANDIDATES);
        // Accounts of a release are for its own bindings; what others make stands in other namespaces mostly.
        if let Some(near) = suggest::nearest(name, names.clone()).or_else(|| {
            names
                .clone()
                .next()
                .filter(|_| kind == "ServiceAccount" && names.count() == 1)
        }) {
            self.add(mark, &format!("{kind} {name}"), suggest::did_you_mean(near));
        }
    }

    fn target(&mut self) {
        let Some(target) = at(&self.resource.node, &["spec", "scaleTargetRef"]) else {
            return;
        };
        let (api_version, kind) = (text_at(target, &["apiVersion"]), text_at(target, &["kind"]));
        if matches!(kind, "Deployment" | "StatefulSet" | "ReplicaSet")
            && !api_version.starts_with("apps/")
        {
            let mark = target
                .get("apiVersion")
                .map_or(target.mark, |node| node.mark);
            let help = "use apps/v1".to_owned();
            self.add(
                mark,
                &format!("the {kind} of the API version {api_version:?}"),
                help,
            );
        }
    }

    fn add(&mut self, mark: Mark, what: &str, help: String) {
        let title = self.resource.title();
        let message = format!("{title} names {what}, which the release does not have");
        let at = self.resource.at(mark);
        let finding = Finding::new(&rules::UNKNOWN_REFERENCE, at, message);
        self.findings.push(finding.of(self.resource).suggest(help));
    }
}
