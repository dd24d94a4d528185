//! What resources name: data that pods read, and other resources.

use super::super::node::{at, items, text_at};
use super::super::resource::Resource;
use super::pods::{containers, pod_spec};
use goyaml::{Kind, Node};
use std::collections::BTreeSet;

/// The way in which a resource uses another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Use {
    /// Read once, when a container starts: a variable, or a file of a `subPath`.
    AtStart,
    /// A file that follows what it shows.
    Mounted,
    /// Named in another way.
    Named,
}

/// A name in a resource.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(super) kind: &'static str,
    pub(super) name: Box<str>,
    /// The key of a ConfigMap or Secret that is read.
    pub(super) key: Option<Box<str>>,
    /// The namespace, where it is not the resource's own.
    pub(super) namespace: Option<Box<str>>,
    pub(super) by: Use,
    pub(super) is_optional: bool,
}

/// Kinds whose resources name others, but for those that run pods.
const NAMERS: &[&str] = &[
    "APIService",
    "ClusterRoleBinding",
    "HorizontalPodAutoscaler",
    "Ingress",
    "MutatingWebhookConfiguration",
    "RoleBinding",
    "ServiceAccount",
    "ValidatingWebhookConfiguration",
];

/// Returns true if what a resource names is read here.
pub(super) fn matters(resource: &Resource) -> bool {
    pod_spec(resource).is_some() || NAMERS.contains(&&*resource.key.kind)
}

/// Kinds that are named.
const NAMED: &[&str] = &[
    "ClusterRole",
    "ConfigMap",
    "Deployment",
    "PersistentVolumeClaim",
    "Role",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
];

/// A kind as references have it; nothing where none names it.
pub(super) fn static_kind(kind: &str) -> Option<&'static str> {
    NAMED.iter().copied().find(|named| *named == kind)
}

/// Returns true if a text may have a resource that names others.
pub(super) fn may_matter(text: &[u8]) -> bool {
    // What runs pods has the word in its kind or in its template.
    let words = [
        &b"containers"[..],
        b"Webhook",
        b"RoleBinding",
        b"Ingress",
        b"Autoscaler",
        b"APIService",
        b"ServiceAccount",
    ];
    words
        .iter()
        .any(|word| memchr::memmem::find(text, word).is_some())
}

/// All that a resource names.
pub(super) fn references(resource: &Resource) -> Vec<Reference> {
    let mut list = List(Vec::new());
    let node = &resource.node;
    match &*resource.key.kind {
        "Ingress" => list.ingress(node),
        "HorizontalPodAutoscaler" => {
            let target = ["Deployment", "StatefulSet"]
                .into_iter()
                .find(|kind| text_at(node, &["spec", "scaleTargetRef", "kind"]) == *kind);
            if let Some(kind) = target {
                list.named(
                    kind,
                    at(node, &["spec", "scaleTargetRef", "name"]),
                    Use::Named,
                );
            }
        }
        "RoleBinding" | "ClusterRoleBinding" => {
            let role = ["Role", "ClusterRole"]
                .into_iter()
                .find(|kind| text_at(node, &["roleRef", "kind"]) == *kind);
            if let Some(kind) = role {
                list.named(kind, at(node, &["roleRef", "name"]), Use::Named);
            }
        }
        "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => {
            for webhook in node.get("webhooks").map(items).unwrap_or_default() {
                list.service(at(webhook, &["clientConfig", "service"]));
            }
        }
        "APIService" => list.service(at(node, &["spec", "service"])),
        "ServiceAccount" => {
            for secret in node.get("imagePullSecrets").map(items).unwrap_or_default() {
                list.named("Secret", secret.get("name"), Use::Named);
            }
        }
        "StatefulSet" => list.named("Service", at(node, &["spec", "serviceName"]), Use::Named),
        _ => {}
    }
    if let Some(spec) = pod_spec(resource) {
        list.pod(spec);
    }
    list.0
}

struct List(Vec<Reference>);

impl List {
    fn named(&mut self, kind: &'static str, name: Option<&Node>, by: Use) {
        self.add(kind, name, by, false);
    }

    fn add(&mut self, kind: &'static str, name: Option<&Node>, by: Use, is_optional: bool) {
        if let Some(name) = name.and_then(Node::as_str).filter(|name| !name.is_empty()) {
            self.0.push(Reference {
                kind,
                name: name.into(),
                key: None,
                namespace: None,
                by,
                is_optional,
            });
        }
    }

    /// A Service of a namespace that is named beside it.
    fn service(&mut self, service: Option<&Node>) {
        let before = self.0.len();
        self.named(
            "Service",
            service.and_then(|service| service.get("name")),
            Use::Named,
        );
        let namespace = service.map_or("", |service| text_at(service, &["namespace"]));
        for added in self.0.iter_mut().skip(before) {
            added.namespace = Some(namespace.into());
        }
    }

    /// A ConfigMap or Secret.
    fn data(&mut self, kind: &'static str, source: Option<&Node>, key: &str, by: Use) {
        let Some(source) = source else { return };
        let is_optional = source.get("optional").map(|node| &node.kind) == Some(&Kind::Bool(true));
        let before = self.0.len();
        self.add(kind, source.get(key), by, is_optional);
        // A variable reads one key, a volume those that it lists.
        let listed = source.get("items").map(items).unwrap_or_default();
        let keys = source
            .get("key")
            .into_iter()
            .chain(listed.iter().filter_map(|item| item.get("key")));
        let keys: Vec<Box<str>> = keys.filter_map(|key| Some(key.as_str()?.into())).collect();
        let Some(added) = self.0.get_mut(before) else {
            return;
        };
        let mut keys = keys.into_iter();
        added.key = keys.next();
        for key in keys {
            self.add(
                kind,
                source.get("name").or(source.get("secretName")),
                by,
                is_optional,
            );
            if let Some(added) = self.0.last_mut() {
                added.key = Some(key);
            }
        }
    }

    fn ingress(&mut self, node: &Node) {
        for tls in at(node, &["spec", "tls"]).map(items).unwrap_or_default() {
            // Issuers make these.
            self.add("Secret", tls.get("secretName"), Use::Named, false);
        }
        let backend = at(node, &["spec", "defaultBackend", "service", "name"]);
        self.named("Service", backend, Use::Named);
        for rule in at(node, &["spec", "rules"]).map(items).unwrap_or_default() {
            for path in at(rule, &["http", "paths"]).map(items).unwrap_or_default() {
                let name = at(path, &["backend", "service", "name"]);
                self.named("Service", name, Use::Named);
            }
        }
    }

    fn pod(&mut self, spec: &Node) {
        if text_at(spec, &["serviceAccountName"]) != "default" {
            self.named("ServiceAccount", spec.get("serviceAccountName"), Use::Named);
        }
        let sub_paths: BTreeSet<&str> = containers(spec)
            .flat_map(|container| container.get("volumeMounts").map(items).unwrap_or_default())
            .filter(|mount| mount.get("subPath").is_some() || mount.get("subPathExpr").is_some())
            .map(|mount| text_at(mount, &["name"]))
            .collect();
        for volume in spec.get("volumes").map(items).unwrap_or_default() {
            let by = match sub_paths.contains(text_at(volume, &["name"])) {
                true => Use::AtStart,
                false => Use::Mounted,
            };
            self.data("ConfigMap", volume.get("configMap"), "name", by);
            self.data("Secret", volume.get("secret"), "secretName", by);
            let claim = at(volume, &["persistentVolumeClaim", "claimName"]);
            self.named("PersistentVolumeClaim", claim, Use::Named);
            let sources = at(volume, &["projected", "sources"]).map(items);
            for source in sources.unwrap_or_default() {
                self.data("ConfigMap", source.get("configMap"), "name", by);
                self.data("Secret", source.get("secret"), "name", by);
            }
        }
        for secret in spec.get("imagePullSecrets").map(items).unwrap_or_default() {
            self.named("Secret", secret.get("name"), Use::Named);
        }
        for container in containers(spec) {
            for variable in container.get("env").map(items).unwrap_or_default() {
                let from = |key: &str| at(variable, &["valueFrom", key]);
                self.data("ConfigMap", from("configMapKeyRef"), "name", Use::AtStart);
                self.data("Secret", from("secretKeyRef"), "name", Use::AtStart);
            }
            for from in container.get("envFrom").map(items).unwrap_or_default() {
                self.data("ConfigMap", from.get("configMapRef"), "name", Use::AtStart);
                self.data("Secret", from.get("secretRef"), "name", Use::AtStart);
            }
        }
    }
}
