//! References between resources of a release: ports by name, keys of ConfigMaps and Secrets, names of others.

use crate::pods::containers;
use crate::required::pod_spec;
use crate::selectors::{MOST_CANDIDATES, pods};
use crate::{Finding, Release, Resource, rules};
use diagnostics::{Rule, suggest};
use engine::manifest::fields::{at, entries, items, text_at};
use engine::manifest::selectors::{Labels, is_part, labels};
use goyaml::{Kind, Mark, Node};

/// Looks at what a complete release names.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let pods = pods(release);
    let mut check = Check {
        release,
        pods: &pods,
        findings: Vec::new(),
    };
    for resource in release.resources {
        match (resource.group(), &*resource.kind) {
            ("", "Service") => check.target_ports(resource),
            ("networking.k8s.io", "Ingress") => check.backends(resource),
            ("autoscaling", "HorizontalPodAutoscaler") => check.scale_target(resource),
            ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
                check.role(resource);
            }
            ("apps", "StatefulSet") => check.service(resource),
            _ => {}
        }
        if let Some(spec) = pod_spec(resource) {
            check.pod(resource, spec);
        }
    }
    check.findings
}

struct Check<'r> {
    release: &'r Release<'r>,
    /// What is a pod or makes pods.
    pods: &'r [(&'r str, Labels, &'r Resource)],
    findings: Vec<Finding>,
}

impl<'r> Check<'r> {
    /// The resources of a kind in a namespace. Those of a cluster have none.
    fn of_kind(
        &self,
        group: &'r str,
        kind: &'r str,
        namespace: Option<&'r str>,
    ) -> impl Iterator<Item = &'r Resource> + use<'r> {
        let release = self.release;
        release.resources.iter().filter(move |other| {
            other.kind == kind
                && other.group() == group
                && namespace.is_none_or(|namespace| release.namespace_of(other) == namespace)
        })
    }

    fn add(
        &mut self,
        rule: &'static Rule,
        resource: &Resource,
        mark: Mark,
        message: String,
        help: Option<String>,
    ) {
        let finding = Finding::new(rule, resource.at(mark), message).of(resource);
        self.findings.push(finding.suggest_if(help));
    }

    /// Ports of a Service that its pods name. Only where all pods that it selects are of this release's workloads
    /// and none has the port.
    fn target_ports(&mut self, service: &'r Resource) {
        let Some(selector) = at(&service.node, &["spec", "selector"]).map(labels) else {
            return;
        };
        if selector.is_empty() {
            return;
        }
        let namespace = self.release.namespace_of(service);
        let selected = self
            .pods
            .iter()
            .filter(|(of, labels, _)| *of == namespace && is_part(&selector, labels));
        let specs = selected.map(|(.., resource)| pod_spec(resource));
        let Some(specs) = specs.collect::<Option<Vec<&Node>>>() else {
            return;
        };
        if specs.is_empty() {
            return;
        }
        let ports = specs.iter().flat_map(|spec| containers(spec));
        let ports =
            ports.flat_map(|container| container.get("ports").map(items).unwrap_or_default());
        let names: Vec<&str> = ports.map(|port| text_at(port, &["name"])).collect();
        for port in at(&service.node, &["spec", "ports"])
            .map(items)
            .unwrap_or_default()
        {
            let Some(target) = port.get("targetPort") else {
                continue;
            };
            let Some(name) = target.as_str().filter(|name| !name.is_empty()) else {
                continue;
            };
            // What can be no name is another rule's finding.
            if !names.contains(&name) && kubernetes::names::port(name).is_empty() {
                let message = format!(
                    "{} leads to the port {name:?}, which its pods do not have",
                    service.title()
                );
                let near = suggest::nearest(name, names.iter().copied());
                let help = near.map(suggest::did_you_mean);
                self.add(&rules::UNKNOWN_PORT, service, target.mark, message, help);
            }
        }
    }

    /// Services of an Ingress, and their ports.
    fn backends(&mut self, ingress: &'r Resource) {
        let mut backends: Vec<&Node> = at(&ingress.node, &["spec", "defaultBackend"])
            .into_iter()
            .collect();
        for rule in at(&ingress.node, &["spec", "rules"])
            .map(items)
            .unwrap_or_default()
        {
            let paths = at(rule, &["http", "paths"]).map(items).unwrap_or_default();
            backends.extend(paths.iter().filter_map(|path| path.get("backend")));
        }
        let namespace = self.release.namespace_of(ingress);
        for tls in at(&ingress.node, &["spec", "tls"])
            .map(items)
            .unwrap_or_default()
        {
            if let Some(name) = tls.get("secretName") {
                self.has_name(ingress, ("", "Secret", Some(namespace)), name, true);
            }
        }
        for service in backends
            .into_iter()
            .filter_map(|backend| backend.get("service"))
        {
            let Some(name) = service.get("name") else {
                continue;
            };
            let mut services = self.of_kind("", "Service", Some(namespace));
            let text = name.as_str().unwrap_or_default();
            let Some(target) = services.find(|other| other.name == text) else {
                self.unknown(
                    ingress,
                    ("", "Service", Some(namespace)),
                    text,
                    name.mark,
                    false,
                );
                continue;
            };
            let ports = at(&target.node, &["spec", "ports"])
                .map(items)
                .unwrap_or_default();
            let has = |key: &str, value: &Node| {
                ports
                    .iter()
                    .any(|port| port.get(key).is_some_and(|is| is.is_same(value)))
            };
            let port_name = at(service, &["port", "name"]).map(|port| ("name", port));
            let port = port_name.or_else(|| Some(("port", at(service, &["port", "number"])?)));
            // An ExternalName has no ports of its own.
            let is_external = text_at(&target.node, &["spec", "type"]) == "ExternalName";
            if let Some((key, port)) = port
                && !has(key, port)
                && !is_external
                && !matches!(port.kind, Kind::Null)
            {
                let value = port.coerced_text().unwrap_or_default();
                let message = format!(
                    "{} leads to the port {value} of Service {text}, which it does not have",
                    ingress.title()
                );
                self.add(&rules::UNKNOWN_PORT, ingress, port.mark, message, None);
            }
        }
    }

    /// The Service that gives a StatefulSet's pods their names.
    fn service(&mut self, resource: &'r Resource) {
        if let Some(name) = at(&resource.node, &["spec", "serviceName"]) {
            let namespace = Some(self.release.namespace_of(resource));
            self.has_name(resource, ("", "Service", namespace), name, true);
        }
    }

    /// The target of an autoscaler.
    fn scale_target(&mut self, scaler: &'r Resource) {
        let Some(target) = at(&scaler.node, &["spec", "scaleTargetRef"]) else {
            return;
        };
        let group = match text_at(target, &["apiVersion"]).split_once('/') {
            Some(("apps", _)) => "apps",
            _ => return,
        };
        let kind = match text_at(target, &["kind"]) {
            kind @ ("Deployment" | "StatefulSet" | "ReplicaSet") => kind,
            _ => return,
        };
        if let Some(name) = target.get("name") {
            let namespace = Some(self.release.namespace_of(scaler));
            self.has_name(scaler, (group, kind, namespace), name, false);
        }
    }

    /// The role of a binding.
    fn role(&mut self, binding: &'r Resource) {
        let Some(name) = at(&binding.node, &["roleRef", "name"]) else {
            return;
        };
        let kind = text_at(&binding.node, &["roleRef", "kind"]);
        let namespace = match kind {
            "Role" => Some(self.release.namespace_of(binding)),
            "ClusterRole" => None,
            _ => return,
        };
        self.has_name(
            binding,
            ("rbac.authorization.k8s.io", kind, namespace),
            name,
            false,
        );
    }

    /// The names in a pod: an account, claims, ConfigMaps, Secrets and their keys.
    fn pod(&mut self, resource: &'r Resource, spec: &'r Node) {
        let namespace = Some(self.release.namespace_of(resource));
        if let Some(account) = spec.get("serviceAccountName")
            && account.as_str().is_some_and(|name| name != "default")
        {
            self.has_name(resource, ("", "ServiceAccount", namespace), account, false);
        }
        for secret in spec.get("imagePullSecrets").map(items).unwrap_or_default() {
            if let Some(name) = secret.get("name") {
                self.has_name(resource, ("", "Secret", namespace), name, true);
            }
        }
        for volume in spec.get("volumes").map(items).unwrap_or_default() {
            self.volume(resource, volume, namespace);
            for source in at(volume, &["projected", "sources"])
                .map(items)
                .unwrap_or_default()
            {
                self.data(
                    resource,
                    "ConfigMap",
                    source.get("configMap"),
                    "name",
                    namespace,
                );
                self.data(resource, "Secret", source.get("secret"), "name", namespace);
            }
        }
        for container in containers(spec) {
            for variable in container.get("env").map(items).unwrap_or_default() {
                let from = |key: &str| at(variable, &["valueFrom", key]);
                self.data(
                    resource,
                    "ConfigMap",
                    from("configMapKeyRef"),
                    "name",
                    namespace,
                );
                self.data(resource, "Secret", from("secretKeyRef"), "name", namespace);
            }
            for from in container.get("envFrom").map(items).unwrap_or_default() {
                self.data(
                    resource,
                    "ConfigMap",
                    from.get("configMapRef"),
                    "name",
                    namespace,
                );
                self.data(resource, "Secret", from.get("secretRef"), "name", namespace);
            }
        }
    }

    fn volume(&mut self, resource: &'r Resource, volume: &'r Node, namespace: Option<&'r str>) {
        self.data(
            resource,
            "ConfigMap",
            volume.get("configMap"),
            "name",
            namespace,
        );
        self.data(
            resource,
            "Secret",
            volume.get("secret"),
            "secretName",
            namespace,
        );
        if let Some(claim) = at(volume, &["persistentVolumeClaim", "claimName"]) {
            self.has_name(
                resource,
                ("", "PersistentVolumeClaim", namespace),
                claim,
                false,
            );
        }
    }

    /// A reference to a ConfigMap or Secret, or to keys of it.
    fn data(
        &mut self,
        resource: &'r Resource,
        kind: &'static str,
        reference: Option<&'r Node>,
        key_of_name: &str,
        namespace: Option<&'r str>,
    ) {
        let Some(reference) = reference else { return };
        let is_optional =
            reference.get("optional").map(|node| &node.kind) == Some(&Kind::Bool(true));
        let Some(name) = reference.get(key_of_name) else {
            return;
        };
        if !self.has_name(resource, ("", kind, namespace), name, is_optional) || is_optional {
            return;
        }
        let text = name.as_str().unwrap_or_default();
        let all: Vec<&Resource> = self
            .of_kind("", kind, namespace)
            .filter(|other| other.name == text)
            .collect();
        let keys: Vec<&str> = all
            .iter()
            .flat_map(|other| ["data", "binaryData", "stringData"].map(|part| other.node.get(part)))
            .flatten()
            .flat_map(|data| entries(data).iter().map(|entry| &*entry.key))
            .collect();
        // Something else fills an empty one later; a hook may, too.
        if keys.is_empty() {
            return;
        }
        let items = reference.get("items").map(items).unwrap_or_default();
        let items = items.iter().filter_map(|item| item.get("key"));
        for key in reference.get("key").into_iter().chain(items) {
            let Some(key_name) = key.as_str().filter(|key| !key.is_empty()) else {
                continue;
            };
            if !keys.contains(&key_name) {
                let message = format!(
                    "{} reads the key {key_name} of {kind} {text}, which it does not have",
                    resource.title()
                );
                let near = suggest::nearest(key_name, keys.iter().copied());
                let help = near.map(suggest::did_you_mean);
                self.add(&rules::UNKNOWN_KEY, resource, key.mark, message, help);
            }
        }
    }

    /// Returns true if the release has a resource of this name; tells where it has not.
    fn has_name(
        &mut self,
        resource: &'r Resource,
        of: (&'r str, &'r str, Option<&'r str>),
        name: &'r Node,
        is_optional: bool,
    ) -> bool {
        let Some(text) = name.as_str().filter(|text| !text.is_empty()) else {
            return false;
        };
        let (group, kind, namespace) = of;
        let is_there = self
            .of_kind(group, kind, namespace)
            .any(|other| other.name == text);
        if !is_there {
            self.unknown(resource, of, text, name.mark, is_optional);
        }
        is_there
    }

    /// The resource of that name which is of another kind, or in another namespace.
    fn elsewhere(
        &self,
        (group, kind, namespace): (&str, &str, Option<&str>),
        name: &str,
    ) -> Option<String> {
        let mut all = self.release.resources.iter();
        all.find_map(|other| {
            if other.name != name || other.hook.is_some() {
                return None;
            }
            let there = self.release.namespace_of(other);
            if other.kind == kind && other.group() == group {
                return Some(format!("it is in the namespace {there}"));
            }
            let is_like = ALIKE
                .iter()
                .any(|kinds| kinds.contains(&kind) && kinds.contains(&&*other.kind));
            let is_here = namespace.is_none_or(|here| here == there);
            (is_like && is_here && other.group() == group)
                .then(|| format!("there is a {} of that name", other.kind))
        })
    }

    /// Tells of a name that nothing of the release has: for sure where something has nearly that name.
    fn unknown(
        &mut self,
        resource: &Resource,
        (group, kind, namespace): (&'r str, &'r str, Option<&'r str>),
        name: &str,
        mark: Mark,
        is_optional: bool,
    ) {
        if name.is_empty() {
            return;
        }
        let names: Vec<&str> = self
            .of_kind(group, kind, namespace)
            .map(|other| &*other.name)
            .collect();
        let candidates = names.iter().copied().take(MOST_CANDIDATES);
        let near = { candidates }.find(|other| is_slip(name, other));
        let help = near.map(suggest::did_you_mean);
        let help = help.or_else(|| self.elsewhere((group, kind, namespace), name));
        let rule = match help {
            Some(_) => &rules::UNKNOWN_REFERENCE,
            None if is_optional => return,
            // What a release makes of these kinds it makes for itself.
            None if OWN.contains(&kind) && !names.is_empty() => &rules::UNKNOWN_REFERENCE,
            None => &rules::OUTSIDE_REFERENCE,
        };
        let message = format!(
            "{} names {kind} {name}, which the release does not have",
            resource.title()
        );
        self.add(rule, resource, mark, message, help);
    }
}

/// Kinds that a release names where it makes them itself.
const OWN: [&str; 4] = ["Deployment", "Role", "ServiceAccount", "StatefulSet"];

/// Kinds that are taken for one another.
const ALIKE: [&[&str]; 3] = [
    &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
    &["ConfigMap", "Secret"],
    &["ClusterRole", "Role"],
];

/// Returns true if one name is the other with a slip of the pen: only letters of one word differ. Names that differ in
/// a whole word (`web-tls`, `web-db`) or a number are those of different things.
fn is_slip(name: &str, other: &str) -> bool {
    let words = |text: &'_ str| {
        text.split(['-', '.'])
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (one, two) = (words(name), words(other));
    if one.len() != two.len() {
        return false;
    }
    let mut different = one.iter().zip(&two).filter(|(one, two)| one != two);
    match (different.next(), different.next()) {
        (Some((one, two)), None) => {
            let has_digits = |word: &str| word.bytes().any(|b| b.is_ascii_digit());
            // Of three letters, one more or less; others are too many words.
            let least = if one.len() == two.len() { 4 } else { 3 };
            let is_word = |word: &str| word.len() >= least && !has_digits(word);
            is_word(one) && is_word(two) && suggest::nearest(one, [two.as_str()]).is_some()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_names() {
        assert!(is_slip("web-config", "web-confg"));
        assert!(is_slip("release-name-server", "release-name-sever"));
        assert!(!is_slip("web-tls", "web-tsl"));
        assert!(is_slip("web-data", "web-dta"));
        assert!(!is_slip("web-config", "web-secret"));
        assert!(!is_slip("web-config", "web"));
        assert!(!is_slip("shard1", "shard2"));
    }
}
