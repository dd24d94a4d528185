//! Texts among few that Kubernetes' schemas leave open, and names in fields of their own. The source of each is the
//! validation of its type in `k8s.io/kubernetes/pkg/apis`.

use super::{Check, Step};
use crate::rules;
use goyaml::{Entry, Kind};
use kubernetes::fields::Struct;
use kubernetes::names;

/// Type, field, values.
const OPTIONS: &[(&str, &str, &[&str])] = &[
    (
        "apiextensions.v1.CustomResourceDefinitionSpec",
        "scope",
        &["Cluster", "Namespaced"],
    ),
    (
        "autoscaling.v2.HPAScalingPolicy",
        "type",
        &["Percent", "Pods"],
    ),
    (
        "autoscaling.v2.HPAScalingRules",
        "selectPolicy",
        &["Disabled", "Max", "Min"],
    ),
    (
        "autoscaling.v2.MetricSpec",
        "type",
        &[
            "ContainerResource",
            "External",
            "Object",
            "Pods",
            "Resource",
        ],
    ),
    (
        "autoscaling.v2.MetricTarget",
        "type",
        &["AverageValue", "Utilization", "Value"],
    ),
    (
        "core.v1.LimitRangeItem",
        "type",
        &["Container", "PersistentVolumeClaim", "Pod"],
    ),
    (
        "meta.v1.LabelSelectorRequirement",
        "operator",
        &["DoesNotExist", "Exists", "In", "NotIn"],
    ),
    (
        "networking.v1.IngressClassParametersReference",
        "scope",
        &["Cluster", "Namespace"],
    ),
    ("rbac.v1.RoleRef", "kind", &["ClusterRole", "Role"]),
    (
        "rbac.v1.RoleRef",
        "apiGroup",
        &["rbac.authorization.k8s.io"],
    ),
    (
        "rbac.v1.Subject",
        "kind",
        &["Group", "ServiceAccount", "User"],
    ),
    (
        "storage.v1.CSIDriverSpec",
        "fsGroupPolicy",
        &["File", "None", "ReadWriteOnceWithFSType"],
    ),
    (
        "storage.v1.CSIDriverSpec",
        "volumeLifecycleModes",
        &["Ephemeral", "Persistent"],
    ),
];

/// The problems of a name.
type Rule = fn(&str) -> Vec<String>;

/// Type, field, and the rule for names there.
const NAMES: &[(&str, &str, Rule)] = &[
    (
        "core.v1.PersistentVolumeClaimSpec",
        "storageClassName",
        names::subdomain,
    ),
    ("core.v1.PodSpec", "nodeName", names::subdomain),
    ("core.v1.PodSpec", "priorityClassName", names::subdomain),
    ("core.v1.PodSpec", "runtimeClassName", names::subdomain),
    ("core.v1.PodSpec", "serviceAccountName", names::subdomain),
    ("networking.v1.IngressRule", "host", host),
    ("networking.v1.IngressServiceBackend", "name", names::label),
    (
        "networking.v1.IngressSpec",
        "ingressClassName",
        names::subdomain,
    ),
    ("networking.v1.IngressTLS", "secretName", names::subdomain),
    ("core.v1.ServicePort", "targetPort", names::port),
    ("core.v1.HTTPGetAction", "port", names::port),
    ("core.v1.TCPSocketAction", "port", names::port),
    ("networking.v1.NetworkPolicyPort", "port", names::port),
    ("networking.v1.ServiceBackendPort", "name", names::port),
];

/// A domain, of which the first part may be `*`.
fn host(name: &str) -> Vec<String> {
    names::subdomain(name.strip_prefix("*.").unwrap_or(name))
}

impl<'r> Check<'r> {
    /// Tells of a text that is none of those that a field takes, or no name.
    pub(super) fn text(&mut self, entry: &'r Entry, of: Struct<'static>) {
        let (key, name) = (&*entry.key, of.name());
        let mut options = OPTIONS.iter();
        if let Some((.., values)) = options.find(|(of, field, _)| *field == key && *of == name) {
            self.path.push(Step::Key(key));
            match &entry.value.kind {
                Kind::Seq(items) => {
                    for item in items {
                        self.option(item, values);
                    }
                }
                _ => self.option(&entry.value, values),
            }
            self.path.pop();
        }
        let mut names = NAMES.iter();
        let Kind::Str(text) = &entry.value.kind else {
            return;
        };
        let Some((.., rule)) = names.find(|(of, field, _)| *field == key && *of == name) else {
            return;
        };
        if text.is_empty() {
            return;
        }
        if let Some(problem) = rule(text).first() {
            self.path.push(Step::Key(key));
            // The pattern behind it is for machines.
            let problem = problem.split(" (e.g.").next().unwrap_or_default();
            let message = format!(
                "{} of {} is {text:?}: {problem}",
                self.display_path(None),
                self.resource.title()
            );
            self.path.pop();
            let is_number = text.parse::<u16>().is_ok();
            let help = is_number.then_some("leave the quotes out, or use int in the template");
            let finding = self.finding(&rules::INVALID_NAME, entry.value.mark, message);
            self.add(finding.suggest_if(help));
        }
    }
}
