//! What resources name: data that pods read and do not read anew, and names of what goes.

use super::super::node::{at, entries, items, text_at};
use super::super::resource::{Document, Key, Resource};
use super::pods::{containers, pod_spec};
use super::{Problem, RuleInput};
use goyaml::{Kind, Node};
use std::collections::BTreeSet;

/// The way in which a resource uses another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// Read once, when a container starts: a variable, or a file of a `subPath`.
    AtStart,
    /// A file that follows what it shows.
    Mounted,
    /// Named in another way.
    Named,
}

/// A name in a resource.
struct Reference<'n> {
    kind: &'static str,
    name: &'n str,
    by: Use,
    is_optional: bool,
}

/// Returns true if what a resource names is read here.
pub(super) fn matters(resource: &Resource) -> bool {
    pod_spec(resource).is_some()
        || matches!(
            &*resource.key.kind,
            "Ingress" | "HorizontalPodAutoscaler" | "RoleBinding" | "ClusterRoleBinding"
        )
}

/// Tells of ConfigMaps and Secrets that change while pods keep the old contents until somebody restarts them.
pub(super) fn config_not_read(input: &RuleInput<'_>) -> Vec<Problem> {
    readers(input, Use::AtStart, |reader, by_pods| {
        format!(
            "{reader} reads it when {by_pods} start, and they do not restart: they go on with the old contents"
        )
    })
}

/// Tells of those that pods have as files, which follow a little later.
pub(super) fn config_read_late(input: &RuleInput<'_>) -> Vec<Problem> {
    readers(input, Use::Mounted, |reader, by_pods| {
        format!(
            "{reader} has it as files, and {by_pods} do not restart: the files follow within about a minute, if the program reads them again"
        )
    })
}

fn readers(input: &RuleInput<'_>, by: Use, message: impl Fn(&str, &str) -> String) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (data, api_version) in input.changed_data {
        each_resource(input, 1, &data.name, &mut |workload| {
            let key = &workload.key;
            let keeps_running = matches!(&*key.kind, "Deployment" | "StatefulSet" | "DaemonSet")
                && key.namespace == data.namespace
                && !input.restarts.contains(key)
                && !is_reloaded(workload)
                && (is_equal(input, key) || input.rest[0].iter().any(|old| old.key == *key));
            if !keeps_running {
                return;
            }
            let uses = references(workload).into_iter();
            let uses = uses.filter(|one| one.kind == data.kind && one.name == data.name);
            // What is read at the start is the stronger reason.
            if uses.map(|one| one.by).min() == Some(by) {
                problems.push(Problem {
                    key: data.clone(),
                    api_version: api_version.clone(),
                    message: message(&format!("{} {}", key.kind, key.name), "its pods"),
                });
            }
        });
    }
    problems
}

/// Returns true if a resource is on both sides, word for word.
fn is_equal(input: &RuleInput<'_>, key: &Key) -> bool {
    input
        .rest
        .iter()
        .all(|side| side.iter().all(|other| other.key != *key))
}

/// Returns true if a controller restarts the pods of a workload when what they read changes.
fn is_reloaded(workload: &Resource) -> bool {
    let annotations = at(&workload.node, &["metadata", "annotations"]);
    let annotations = annotations.map(entries).unwrap_or_default();
    annotations
        .iter()
        .any(|entry| entry.key.contains("reloader"))
}

/// Tells of names of what the upgrade deletes, and of new names that the release does not have where the old ones were
/// of the release.
pub(super) fn dangling(input: &RuleInput<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let [old, new] = input.rest;
    for gone in input.removed {
        // A controller may make it from now on: an ExternalSecret of the same name.
        let is_made = new
            .iter()
            .any(|other| other.key.name == gone.name && !kubernetes::has_group(&other.key.group));
        if is_made {
            continue;
        }
        each_resource(input, 1, &gone.name, &mut |resource| {
            let in_reach = gone.is_cluster_scoped || resource.key.namespace == gone.namespace;
            let names = references(resource);
            let mut names = names.iter();
            let is_named =
                names.any(|one| one.kind == gone.kind && one.name == gone.name && !one.is_optional);
            if in_reach && is_named {
                let (kind, name) = (&gone.kind, &gone.name);
                problems.push(problem(
                    resource,
                    format!("names {kind} {name}, which the upgrade deletes"),
                ));
            }
        });
    }
    for resource in new {
        let Some(before) = old.iter().find(|old| old.key == resource.key) else {
            continue;
        };
        let (was, is) = (references(before), references(resource));
        let has = |list: &[Reference<'_>], one: &Reference<'_>| {
            list.iter()
                .any(|other| other.kind == one.kind && other.name == one.name)
        };
        for name in is.iter().filter(|one| !one.is_optional && !has(&was, one)) {
            let namespace = &resource.key.namespace;
            if is_there(input, 1, name, namespace) {
                continue;
            }
            let count = |list: &[Reference<'_>], one: &Reference<'_>| {
                let same =
                    |other: &&Reference<'_>| other.kind == one.kind && other.name == one.name;
                list.iter().filter(same).count()
            };
            let replaced = was.iter().find(|other| {
                other.kind == name.kind
                    && count(&is, other) < count(&was, other)
                    && is_there(input, 0, other, namespace)
            });
            if let Some(replaced) = replaced {
                problems.push(problem(
                    resource,
                    format!(
                        "names {} {} now, which the release does not have; before, it named {}, which it had",
                        name.kind, name.name, replaced.name
                    ),
                ));
            }
        }
    }
    problems
}

fn problem(resource: &Resource, what: String) -> Problem {
    let key = &resource.key;
    Problem {
        key: key.clone(),
        api_version: resource.api_version.clone(),
        message: format!("{} {} {what}", key.kind, key.name),
    }
}

/// Returns true if a side has what is named, in a namespace or the cluster.
fn is_there(input: &RuleInput<'_>, side: usize, one: &Reference<'_>, namespace: &str) -> bool {
    let is = |key: &Key| {
        key.kind == one.kind
            && key.name == one.name
            && (key.is_cluster_scoped || key.namespace == namespace)
    };
    let rest = input.rest.get(side).copied().unwrap_or_default();
    let mut is_found = rest.iter().any(|resource| is(&resource.key));
    each_equal(input, side, one.name, &mut |resource| {
        is_found |= is(&resource.key);
    });
    is_found
}

/// Visits the resources of a side whose text may have a name: those that changed, whose trees are kept, and equal ones.
pub(super) fn each_resource(
    input: &RuleInput<'_>,
    side: usize,
    name: &str,
    visit: &mut dyn FnMut(&Resource),
) {
    let rest = input.rest.get(side).copied().unwrap_or_default();
    rest.iter().for_each(&mut *visit);
    each_equal(input, side, name, visit);
}

fn each_equal(input: &RuleInput<'_>, side: usize, name: &str, visit: &mut dyn FnMut(&Resource)) {
    let finder = memchr::memmem::Finder::new(name);
    let has = |document: &&Document| finder.find(&document.text).is_some();
    let namespace = input.namespaces.get(side).copied().unwrap_or_default();
    for document in input.equal.iter().filter(has) {
        document.resources(namespace).iter().for_each(&mut *visit);
    }
}

/// All that a resource names.
fn references(resource: &Resource) -> Vec<Reference<'_>> {
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
        _ => {}
    }
    if let Some(spec) = pod_spec(resource) {
        list.pod(spec);
    }
    list.0
}

struct List<'n>(Vec<Reference<'n>>);

impl<'n> List<'n> {
    fn named(&mut self, kind: &'static str, name: Option<&'n Node>, by: Use) {
        self.add(kind, name, by, false);
    }

    fn add(&mut self, kind: &'static str, name: Option<&'n Node>, by: Use, is_optional: bool) {
        if let Some(name) = name.and_then(Node::as_str).filter(|name| !name.is_empty()) {
            self.0.push(Reference {
                kind,
                name,
                by,
                is_optional,
            });
        }
    }

    /// A ConfigMap or Secret.
    fn data(&mut self, kind: &'static str, source: Option<&'n Node>, key: &str, by: Use) {
        let Some(source) = source else { return };
        let is_optional = source.get("optional").map(|node| &node.kind) == Some(&Kind::Bool(true));
        self.add(kind, source.get(key), by, is_optional);
    }

    fn ingress(&mut self, node: &'n Node) {
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

    fn pod(&mut self, spec: &'n Node) {
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
