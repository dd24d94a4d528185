//! Fields that have to fit together, in one value of a type: what schemas leave out and an API server refuses. The source of each
//! is the validation of its type in `k8s.io/kubernetes/pkg/apis`.

mod access;
mod network;
mod pods;
mod scaling;
mod scheduling;
mod storage;

use super::Check;
use crate::rules;
use diagnostics::{Rule, suggest};
use engine::manifest::fields::entries;
use goyaml::{Kind, Mark, Node};
use kubernetes::fields::Struct;

/// A check of a value of a type.
type Together = for<'c, 'r> fn(&'c mut Check<'r>, &'r Node);

/// Types, by the names of the table of fields.
const TOGETHER: &[(&str, Together)] = &[
    ("admissionregistration.v1.MutatingWebhook", access::webhook),
    ("admissionregistration.v1.ServiceReference", access::service),
    (
        "admissionregistration.v1.ValidatingWebhook",
        access::webhook,
    ),
    ("apps.v1.DeploymentSpec", scaling::deployment),
    ("apps.v1.RollingUpdateDeployment", scaling::rolling_update),
    (
        "autoscaling.v1.HorizontalPodAutoscalerSpec",
        scaling::replicas,
    ),
    (
        "autoscaling.v2.ContainerResourceMetricSource",
        scaling::resource_metric,
    ),
    (
        "autoscaling.v2.HorizontalPodAutoscalerSpec",
        scaling::replicas,
    ),
    ("autoscaling.v2.MetricSpec", scaling::metric),
    (
        "autoscaling.v2.ResourceMetricSource",
        scaling::resource_metric,
    ),
    ("core.v1.Container", pods::container),
    ("core.v1.EnvVar", pods::variable),
    ("core.v1.HostAlias", network::host_alias),
    ("core.v1.KeyToPath", storage::key_path),
    (
        "core.v1.NodeSelectorRequirement",
        scheduling::node_requirement,
    ),
    ("core.v1.ObjectFieldSelector", pods::field_path),
    ("core.v1.PersistentVolumeClaimSpec", storage::claim),
    ("core.v1.PodSpec", pods::pod),
    ("core.v1.ResourceFieldSelector", pods::resource_field),
    ("core.v1.ResourceQuotaSpec", scheduling::quota),
    ("core.v1.ResourceRequirements", scheduling::resources),
    ("core.v1.SeccompProfile", pods::seccomp),
    ("core.v1.Secret", storage::secret),
    ("core.v1.SecurityContext", pods::security),
    ("core.v1.ServiceSpec", network::service),
    ("core.v1.Toleration", scheduling::toleration),
    ("core.v1.VolumeMount", storage::mount),
    (
        "meta.v1.LabelSelectorRequirement",
        scheduling::label_requirement,
    ),
    ("networking.v1.HTTPIngressPath", network::path),
    ("networking.v1.IPBlock", network::block),
    ("rbac.v1.ClusterRoleBinding", access::cluster_binding),
    ("rbac.v1.Subject", access::subject),
];

impl<'r> Check<'r> {
    /// Tells of fields that do not fit together.
    pub(super) fn together(&mut self, node: &'r Node, of: Struct<'static>) {
        if let Ok(at) = TOGETHER.binary_search_by(|(name, _)| (*name).cmp(of.name()))
            && let Some((_, together)) = TOGETHER.get(at)
        {
            together(self, node);
        }
    }

    /// A problem of the value that is looked at.
    fn problem(&mut self, rule: &'static Rule, mark: Mark, problem: &str) {
        self.problem_of(rule, mark, None, problem, None);
    }

    /// A problem of one of its fields, with advice.
    fn problem_of(
        &mut self,
        rule: &'static Rule,
        mark: Mark,
        field: Option<&str>,
        problem: &str,
        help: Option<String>,
    ) {
        let resource = self.resource.title();
        let message = match &*self.display_path(field) {
            "" => format!("{resource} {problem}"),
            shown => format!("{shown} of {resource} {problem}"),
        };
        let finding = self.finding(rule, mark, message);
        self.add(finding.suggest_if(help));
    }

    /// A field with a text that is none of those it may have.
    fn unknown_text(&mut self, node: &'r Node, field: &str, known: &[&str], what: &str) {
        let Some(value) = node.get(field) else { return };
        let Some(text) = value.as_str().filter(|text| !text.is_empty()) else {
            return;
        };
        if known.contains(&text) {
            return;
        }
        let problem = format!("is {text:?}, which is no {what}");
        self.unknown_name((value.mark, field), text, known, &problem);
    }

    /// A name at a place of a field that is none of those it may be.
    fn unknown_name(
        &mut self,
        (mark, field): (Mark, &str),
        name: &str,
        known: &[&str],
        problem: &str,
    ) {
        let near = suggest::nearest(name, known.iter().copied());
        let help = near.map(suggest::did_you_mean);
        self.problem_of(&rules::INVALID_OPTION, mark, Some(field), problem, help);
    }
}

/// Returns true if a field is there and neither null nor an empty text, list or map.
fn is_set(node: &Node, field: &str) -> bool {
    node.get(field).is_some_and(|value| match &value.kind {
        Kind::Null => false,
        Kind::Str(text) => !text.is_empty(),
        Kind::Seq(list) => !list.is_empty(),
        Kind::Map(map) => !map.is_empty(),
        _ => true,
    })
}

/// The place of a key, or of what holds it.
fn mark_of(node: &Node, field: &str) -> Mark {
    let mut entries = entries(node).iter();
    let entry = entries.find(|entry| *entry.key == *field);
    entry.map_or(node.mark, |entry| entry.mark)
}

fn number(node: &Node, field: &str) -> Option<i64> {
    match node.get(field)?.kind {
        Kind::Int(number) => Some(number),
        _ => None,
    }
}

fn is_true(node: &Node, field: &str) -> bool {
    node.get(field).map(|value| &value.kind) == Some(&Kind::Bool(true))
}

fn is_false(node: &Node, field: &str) -> bool {
    node.get(field).map(|value| &value.kind) == Some(&Kind::Bool(false))
}

#[cfg(test)]
mod tests {
    use super::TOGETHER;

    #[test]
    fn types_are_sorted() {
        assert!(TOGETHER.is_sorted_by_key(|(name, _)| name));
    }
}
