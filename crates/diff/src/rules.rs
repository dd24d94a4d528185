//! Rules over changed resources, each with an id.

mod availability;
mod crds;
mod data;
mod defaults;
mod images;
mod immutable;
mod pods;
mod rbac;
mod references;
mod refused;
mod removed_apis;
mod safety;
mod scaling;
mod selectors;
mod traffic;
mod workloads;

pub(super) use defaults::says_the_same;
pub(super) use refused::refused;

use super::fields::Change;
use super::node::node;
use super::path::Path;
use super::resource::{Document, Resource};
use diagnostics::{FailOn, Severity};
use goyaml::Kind;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// A rule.
pub struct Rule {
    /// Its name.
    pub id: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
    /// The findings, and why they matter.
    pub explanation: &'static str,
    check: Check,
}

/// The way in which a rule looks.
enum Check {
    /// At fields that Kubernetes does not let change ([`immutable::FIELDS`]).
    Immutable,
    /// At one changed resource.
    Resource(fn(&Pair<'_>, &mut Problems)),
    /// At what templates of workloads and Services say together.
    Selectors,
    /// At the values of two charts, which the command knows.
    Values,
    /// At all resources together.
    All(fn(&RuleInput<'_>) -> Vec<Problem>),
}

/// All rules.
pub const RULES: &[Rule] = &[
    Rule {
        id: "immutable-selector",
        severity: Severity::Error,
        explanation: "the selector of a Deployment, StatefulSet, DaemonSet or ReplicaSet cannot change: \
                      the upgrade fails until it is deleted",
        check: Check::Immutable,
    },
    Rule {
        id: "immutable-claim-templates",
        severity: Severity::Error,
        explanation: "a StatefulSet's volumeClaimTemplates cannot change: the upgrade fails",
        check: Check::Immutable,
    },
    Rule {
        id: "immutable-stateful-set",
        severity: Severity::Error,
        explanation: "fields of a StatefulSet's spec that cannot change: the upgrade fails",
        check: Check::Immutable,
    },
    Rule {
        id: "immutable-cluster-ip",
        severity: Severity::Error,
        explanation: "a Service's clusterIP cannot change: the upgrade fails",
        check: Check::Immutable,
    },
    Rule {
        id: "immutable-job",
        severity: Severity::Error,
        explanation: "a Job's template and selector cannot change: the upgrade fails until it is deleted",
        check: Check::Immutable,
    },
    Rule {
        id: "immutable-claim",
        severity: Severity::Error,
        explanation: "the spec of a PersistentVolumeClaim cannot change, but for its resources",
        check: Check::Immutable,
    },
    Rule {
        id: "immutable-storage-class",
        severity: Severity::Error,
        explanation: "a StorageClass cannot change what it provisions and how",
        check: Check::Immutable,
    },
    Rule {
        id: "immutable-role-ref",
        severity: Severity::Error,
        explanation: "a binding's roleRef cannot change: the upgrade fails until it is deleted",
        check: Check::Immutable,
    },
    Rule {
        id: "immutable-type",
        severity: Severity::Error,
        explanation: "other fields that cannot change: a Secret's type, a PriorityClass's value, an \
                      IngressClass's controller, a CustomResourceDefinition's group and scope",
        check: Check::Immutable,
    },
    Rule {
        id: "immutable-data",
        severity: Severity::Error,
        explanation: "a Secret or ConfigMap that is marked immutable changes: the upgrade fails",
        check: Check::Resource(immutable::data),
    },
    Rule {
        id: "data-removed",
        severity: Severity::Error,
        explanation: "a resource goes that holds data: a claim or volume, a StatefulSet with claims, a \
                      Secret, a Namespace, a CustomResourceDefinition with all its objects",
        check: Check::Resource(data::removed),
    },
    Rule {
        id: "crds-not-upgraded",
        severity: Severity::Warning,
        explanation: "a file of crds/ comes, changes or goes: Helm installs those once, and an upgrade \
                      leaves the cluster as it is. Apply them with kubectl",
        check: Check::Resource(crds::not_upgraded),
    },
    Rule {
        id: "crd-version-removed",
        severity: Severity::Error,
        explanation: "a CustomResourceDefinition has or serves a version no longer: stored objects \
                      and clients may need it",
        check: Check::Resource(data::crd_version_removed),
    },
    Rule {
        id: "crd-narrowed",
        severity: Severity::Error,
        explanation: "a version of a CustomResourceDefinition takes less than before: a field goes, is required or gets \
                      another type, an option goes, a limit comes: objects that are there may be refused",
        check: Check::Resource(crds::narrowed),
    },
    Rule {
        id: "crd-storage-changed",
        severity: Severity::Warning,
        explanation: "objects of a CustomResourceDefinition are stored in another version",
        check: Check::Resource(crds::storage_version),
    },
    Rule {
        id: "dangling-reference",
        severity: Severity::Error,
        explanation: "a resource names a ConfigMap, Secret, claim, account, Service or role that the upgrade deletes, or one \
                      that the release does not have in place of one that it had",
        check: Check::All(references::dangling),
    },
    Rule {
        id: "api-not-served",
        severity: Severity::Error,
        explanation: "the new side has an apiVersion that Kubernetes has no longer, or not yet, at \
                      --kube-version",
        check: Check::All(removed_apis::not_served),
    },
    Rule {
        id: "api-disabled",
        severity: Severity::Warning,
        explanation: "the new side has an alpha or beta apiVersion that Kubernetes has switched off \
                      by default",
        check: Check::All(removed_apis::disabled),
    },
    Rule {
        id: "selector-mismatch",
        severity: Severity::Error,
        explanation: "a Service selects no workload of the chart any more, or a workload's selector \
                      does not match its own labels",
        check: Check::Selectors,
    },
    Rule {
        id: "claim-shrinks",
        severity: Severity::Error,
        explanation: "a PersistentVolumeClaim asks for less than before: Kubernetes refuses it",
        check: Check::Resource(data::claim_shrinks),
    },
    Rule {
        id: "hook-changed",
        severity: Severity::Warning,
        explanation: "a resource becomes a hook, which the upgrade takes out of the release, or is one no longer: the one in the cluster is in the way",
        check: Check::Resource(data::hook_changed),
    },
    Rule {
        id: "volume-emptied",
        severity: Severity::Error,
        explanation: "a volume that was kept becomes an emptyDir: what was in it is not there any more",
        check: Check::Resource(data::volume_emptied),
    },
    Rule {
        id: "service-changed",
        severity: Severity::Warning,
        explanation: "a Service gets another type or selector, or loses a port",
        check: Check::Resource(traffic::service_changed),
    },
    Rule {
        id: "route-removed",
        severity: Severity::Warning,
        explanation: "an Ingress loses a host or path, or gets another class",
        check: Check::Resource(traffic::route_removed),
    },
    Rule {
        id: "pods-isolated",
        severity: Severity::Warning,
        explanation: "a NetworkPolicy comes: pods that it selects get no traffic but what policies allow",
        check: Check::Resource(traffic::pods_isolated),
    },
    Rule {
        id: "webhook-fails",
        severity: Severity::Warning,
        explanation: "a webhook that was passed over where it failed now refuses what it is asked about",
        check: Check::Resource(traffic::webhook_fails),
    },
    Rule {
        id: "security-weakened",
        severity: Severity::Warning,
        explanation: "pods may do more than before: privileged, namespaces or files of the node, capabilities, root",
        check: Check::Resource(safety::weakened),
    },
    Rule {
        id: "replicas-lowered",
        severity: Severity::Warning,
        explanation: "a workload or an autoscaler gets fewer replicas; without the field it runs one, until an autoscaler says otherwise",
        check: Check::Resource(availability::replicas_lowered),
    },
    Rule {
        id: "all-pods-at-once",
        severity: Severity::Warning,
        explanation: "a Deployment gets the strategy Recreate: all pods stop before new ones start",
        check: Check::Resource(availability::recreated),
    },
    Rule {
        id: "probe-removed",
        severity: Severity::Warning,
        explanation: "a container loses a liveness or readiness probe",
        check: Check::Resource(availability::probe_removed),
    },
    Rule {
        id: "limit-removed",
        severity: Severity::Warning,
        explanation: "a container loses a limit or request of CPU or memory",
        check: Check::Resource(availability::limit_removed),
    },
    Rule {
        id: "budget-removed",
        severity: Severity::Warning,
        explanation: "a PodDisruptionBudget or autoscaler goes",
        check: Check::Resource(availability::budget_removed),
    },
    Rule {
        id: "image-unpinned",
        severity: Severity::Warning,
        explanation: "an image gets the tag latest, or none: what runs changes with every pull",
        check: Check::Resource(images::unpinned),
    },
    Rule {
        id: "image-downgraded",
        severity: Severity::Warning,
        explanation: "an image gets a lower version",
        check: Check::Resource(images::downgraded),
    },
    Rule {
        id: "image-moved",
        severity: Severity::Warning,
        explanation: "an image comes from another registry or repository",
        check: Check::Resource(images::moved),
    },
    Rule {
        id: "image-major",
        severity: Severity::Warning,
        explanation: "an image gets another major version",
        check: Check::Resource(images::major),
    },
    Rule {
        id: "rbac-widened",
        severity: Severity::Warning,
        explanation: "a role allows more than before, or a binding gives a role to more subjects",
        check: Check::Resource(rbac::widened),
    },
    Rule {
        id: "config-not-read",
        severity: Severity::Warning,
        explanation: "a ConfigMap or Secret changes that pods read when they start (variables, subPath), and they do not \
                      restart: no checksum of it is in their template",
        check: Check::All(references::config_not_read),
    },
    Rule {
        id: "replicas-contested",
        severity: Severity::Warning,
        explanation: "a workload says its replicas, and an autoscaler sets them, too: each upgrade sets them back",
        check: Check::All(scaling::against_replicas),
    },
    Rule {
        id: "budget-blocks",
        severity: Severity::Warning,
        explanation: "a PodDisruptionBudget lets no pod be evicted any more: nodes cannot be drained",
        check: Check::Resource(availability::budget_blocks),
    },
    Rule {
        id: "value-not-read",
        severity: Severity::Warning,
        explanation: "a value is given that the old chart's templates can read and the new one's cannot: it is named otherwise, \
                      or gone",
        check: Check::Values,
    },
    Rule {
        id: "replicas-zero",
        severity: Severity::Warning,
        explanation: "a workload is scaled to zero replicas",
        check: Check::Resource(workloads::replicas_zero),
    },
    Rule {
        id: "pods-restart",
        severity: Severity::Info,
        explanation: "the pod template of a Deployment, StatefulSet or DaemonSet changes, also where that is \
                      ignored: its pods are replaced",
        check: Check::Resource(workloads::pods_restart),
    },
    Rule {
        id: "config-read-late",
        severity: Severity::Info,
        explanation: "a ConfigMap or Secret changes that pods have as files, and they do not restart: the files follow, and \
                      the program has to read them again",
        check: Check::All(references::config_read_late),
    },
    Rule {
        id: "default-changed",
        severity: Severity::Info,
        explanation: "a default of the chart changes that nothing given overrides",
        check: Check::Values,
    },
    Rule {
        id: "image-changed",
        severity: Severity::Info,
        explanation: "a container gets another image",
        check: Check::Resource(workloads::image_changed),
    },
];

/// A resource that changed, came or went; secrets are hidden already.
pub(super) struct Pair<'p> {
    /// The old side.
    pub(super) old: Option<&'p Resource>,
    /// The new side.
    pub(super) new: Option<&'p Resource>,
    /// The changes where both are there, without the ignored ones.
    pub(super) fields: &'p [Change],
    /// The places of ignored changes.
    pub(super) hidden: &'p [Path],
    /// True if there is nothing on the old side: the release is installed.
    pub(super) is_first: bool,
    /// The findings of what Kubernetes refuses of the new side and did not of the old one.
    pub(super) refused: &'p [Finding],
}

/// The findings of one rule in one resource: a place, if there is one, and a message.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<(Option<String>, String)>);

impl Problems {
    fn add(&mut self, message: impl Into<String>) {
        self.0.push((None, message.into()));
    }

    fn at(&mut self, path: &Path, message: impl Into<String>) {
        self.0.push((Some(path.new_pointer()), message.into()));
    }
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// The rule's severity.
    pub severity: Severity,
    /// The place, as a JSON Pointer in the new resource (in the old one, if it went).
    pub pointer: Option<String>,
    /// The message.
    pub message: String,
}

impl Finding {
    /// Returns true if it tells what an upgrade does to the cluster, whatever of the change is shown.
    pub(super) fn is_effect(&self) -> bool {
        self.severity == Severity::Error
            || matches!(self.rule, "pods-restart" | "crds-not-upgraded")
    }
}

/// A finding about a resource that may not have changed itself.
pub(super) struct RuleFinding {
    /// The resource's key.
    pub(super) key: super::Key,
    /// Its apiVersion.
    pub(super) api_version: String,
    /// The message.
    pub(super) finding: Finding,
}

/// Applies the rules that look at one resource.
pub(super) fn check(pair: &Pair<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        let mut problems = Problems::default();
        match rule.check {
            Check::Immutable => immutable::fields(rule.id, pair, &mut problems),
            Check::Resource(check) => check(pair, &mut problems),
            Check::Selectors | Check::All(_) | Check::Values => {}
        }
        findings.extend(problems.0.into_iter().map(|problem| rule.finding(problem)));
    }
    findings.extend_from_slice(pair.refused);
    findings
}

/// The parts of a resource that rules over all resources need: its key, and the tree of those few kinds
/// whose fields they read. All trees of two sides would be most of the memory of a comparison.
pub(super) fn for_rules(resource: &Resource) -> Resource {
    let node = match selectors::matters(resource) || references::matters(resource) {
        true => resource.node.clone(),
        false => node(Kind::Null),
    };
    Resource {
        key: resource.key.clone(),
        api_version: resource.api_version.clone(),
        source: None,
        node,
    }
}

/// All documents of both sides, read or not.
pub(super) struct RuleInput<'d> {
    /// Documents that are the same on both sides.
    pub(super) equal: &'d [Document],
    /// The other resources of each side, as they are [`for_rules`] makes them.
    pub(super) rest: [&'d [Resource]; 2],
    /// The release's namespace on each side.
    pub(super) namespaces: [&'d str; 2],
    /// The minor version of Kubernetes that the new side is for.
    pub(super) kube_minor: Option<u16>,
    /// API versions that it serves, too, as the user says.
    pub(super) api_versions: &'d [String],
    /// The resources that the upgrade deletes.
    pub(super) removed: &'d [super::Key],
    /// The ConfigMaps and Secrets whose contents change, with their API versions.
    pub(super) changed_data: &'d [(super::Key, String)],
    /// The workloads whose pods restart.
    pub(super) restarts: &'d BTreeSet<super::Key>,
    /// The resources of documents that both sides have and whose kind this Kubernetes may not serve by
    /// default: keys and API versions, found once for several rules.
    pub(super) suspects: OnceCell<Vec<(super::Key, String)>>,
}

/// Applies the rules that look at all resources together.
pub(super) fn check_all(input: &RuleInput<'_>) -> Vec<RuleFinding> {
    let mut findings = Vec::new();
    for rule in RULES {
        let problems = match rule.check {
            Check::Selectors => selectors::mismatches(input),
            Check::All(check) => check(input),
            Check::Immutable | Check::Resource(_) | Check::Values => continue,
        };
        findings.extend(problems.into_iter().map(|problem| RuleFinding {
            finding: rule.finding((None, problem.message)),
            key: problem.key,
            api_version: problem.api_version,
        }));
    }
    findings
}

/// A finding of a rule that looks at everything.
struct Problem {
    key: super::Key,
    api_version: String,
    message: String,
}

impl Rule {
    fn finding(&self, (pointer, message): (Option<String>, String)) -> Finding {
        Finding {
            rule: self.id,
            severity: self.severity,
            pointer,
            message,
        }
    }
}

/// A name that is neither a rule nor a severity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule is called {0:?}; there are error, warning, info and {rules}", rules = all_ids())]
pub struct UnknownRule(String);

/// The ids of all rules: those of [`RULES`], and those that tell of what Kubernetes refuses.
pub fn rule_ids() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.id).chain(refused::ids())
}

fn all_ids() -> String {
    let ids: Vec<&str> = rule_ids().collect();
    ids.join(", ")
}

/// Reads a rule's id, or `error`, `warning`, `info`.
///
/// # Errors
/// Any other name.
pub fn parse_fail_on(text: &str) -> Result<FailOn, UnknownRule> {
    if let Some(severity) = Severity::from_name(text) {
        return Ok(FailOn::Severity(severity));
    }
    let id = rule_ids().find(|id| *id == text);
    id.map(FailOn::Rule).ok_or_else(|| UnknownRule(text.into()))
}
