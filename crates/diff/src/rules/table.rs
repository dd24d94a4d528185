//! The table of rules.

use super::{
    Check, availability, crds, data, images, immutable, rbac, references, removed_apis, safety,
    scaling, traffic, workloads,
};
use diagnostics::{Rule, Severity};

/// The rules, and the way in which each looks.
pub(super) static CHECKS: &[(Rule, Check)] = &[
    error(
        "immutable-selector",
        Check::Immutable,
        "the selector of a Deployment, StatefulSet, DaemonSet or ReplicaSet cannot change: the upgrade fails until \
         it is deleted",
    ),
    error(
        "immutable-claim-templates",
        Check::Immutable,
        "a StatefulSet's volumeClaimTemplates cannot change: the upgrade fails",
    ),
    error(
        "immutable-stateful-set",
        Check::Immutable,
        "fields of a StatefulSet's spec that cannot change: the upgrade fails",
    ),
    error(
        "immutable-cluster-ip",
        Check::Immutable,
        "a Service's clusterIP cannot change: the upgrade fails",
    ),
    error(
        "immutable-job",
        Check::Immutable,
        "a Job's template and selector cannot change: the upgrade fails until it is deleted",
    ),
    error(
        "immutable-claim",
        Check::Immutable,
        "the spec of a PersistentVolumeClaim cannot change, but for its resources",
    ),
    error(
        "immutable-storage-class",
        Check::Immutable,
        "a StorageClass cannot change what it provisions and how",
    ),
    error(
        "immutable-role-ref",
        Check::Immutable,
        "a binding's roleRef cannot change: the upgrade fails until it is deleted",
    ),
    error(
        "immutable-type",
        Check::Immutable,
        "other fields that cannot change: a Secret's type, a PriorityClass's value, an IngressClass's controller, \
         a CustomResourceDefinition's group and scope",
    ),
    error(
        "immutable-data",
        Check::Resource(immutable::data),
        "a Secret or ConfigMap that is marked immutable changes: the upgrade fails",
    ),
    error(
        "data-removed",
        Check::Resource(data::removed),
        "a resource goes that holds data: a claim or volume, a StatefulSet with claims, a Secret, a Namespace, a \
         CustomResourceDefinition with all its objects",
    ),
    warning(
        "crds-not-upgraded",
        Check::Resource(crds::not_upgraded),
        "a file of crds/ comes, changes or goes: Helm installs those once, and an upgrade leaves the cluster as it \
         is. Apply them with kubectl",
    ),
    error(
        "crd-version-removed",
        Check::Resource(data::crd_version_removed),
        "a CustomResourceDefinition has or serves a version no longer: stored objects and clients may need it",
    ),
    error(
        "crd-narrowed",
        Check::Resource(crds::narrowed),
        "a version of a CustomResourceDefinition takes less than before: a field goes, is required or gets another \
         type, an option goes, a limit comes: objects that are there may be refused",
    ),
    warning(
        "crd-storage-changed",
        Check::Resource(crds::storage_version),
        "objects of a CustomResourceDefinition are stored in another version",
    ),
    error(
        "dangling-reference",
        Check::All(references::dangling),
        "a resource names a ConfigMap, Secret, claim, account, Service or role that the upgrade deletes, or one \
         that the release does not have in place of one that it had",
    ),
    error(
        "api-not-served",
        Check::All(removed_apis::not_served),
        "the new side has an apiVersion that Kubernetes has no longer, or not yet, at --kube-version",
    ),
    warning(
        "api-disabled",
        Check::All(removed_apis::disabled),
        "the new side has an alpha or beta apiVersion that Kubernetes has switched off by default",
    ),
    error(
        "selector-mismatch",
        Check::Selectors,
        "a Service selects no workload of the chart any more, or a workload's selector does not match its own \
         labels",
    ),
    error(
        "claim-shrinks",
        Check::Resource(data::claim_shrinks),
        "a PersistentVolumeClaim asks for less than before: Kubernetes refuses it",
    ),
    warning(
        "hook-changed",
        Check::Resource(data::hook_changed),
        "a resource becomes a hook, which the upgrade takes out of the release, or is one no longer: the one in \
         the cluster is in the way",
    ),
    error(
        "volume-emptied",
        Check::Resource(data::volume_emptied),
        "a volume that was kept becomes an emptyDir: what was in it is not there any more",
    ),
    warning(
        "service-changed",
        Check::Resource(traffic::service_changed),
        "a Service gets another type or selector, or loses a port",
    ),
    warning(
        "route-removed",
        Check::Resource(traffic::route_removed),
        "an Ingress loses a host or path, or gets another class",
    ),
    warning(
        "pods-isolated",
        Check::Resource(traffic::pods_isolated),
        "a NetworkPolicy comes: pods that it selects get no traffic but what policies allow",
    ),
    warning(
        "webhook-fails",
        Check::Resource(traffic::webhook_fails),
        "a webhook that was passed over where it failed now refuses what it is asked about",
    ),
    warning(
        "security-weakened",
        Check::Resource(safety::weakened),
        "pods may do more than before: privileged, namespaces or files of the node, capabilities, root",
    ),
    warning(
        "replicas-lowered",
        Check::Resource(availability::replicas_lowered),
        "a workload or an autoscaler gets fewer replicas; without the field it runs one, until an autoscaler says \
         otherwise",
    ),
    warning(
        "all-pods-at-once",
        Check::Resource(availability::recreated),
        "a Deployment gets the strategy Recreate: all pods stop before new ones start",
    ),
    warning(
        "probe-removed",
        Check::Resource(availability::probe_removed),
        "a container loses a liveness or readiness probe",
    ),
    warning(
        "limit-removed",
        Check::Resource(availability::limit_removed),
        "a container loses a limit or request of CPU or memory",
    ),
    warning(
        "budget-removed",
        Check::Resource(availability::budget_removed),
        "a PodDisruptionBudget or autoscaler goes",
    ),
    warning(
        "image-unpinned",
        Check::Resource(images::unpinned),
        "an image gets the tag latest, or none: what runs changes with every pull",
    ),
    warning(
        "image-downgraded",
        Check::Resource(images::downgraded),
        "an image gets a lower version",
    ),
    warning(
        "image-moved",
        Check::Resource(images::moved),
        "an image comes from another registry or repository",
    ),
    warning(
        "image-major",
        Check::Resource(images::major),
        "an image gets another major version",
    ),
    warning(
        "rbac-widened",
        Check::Resource(rbac::widened),
        "a role allows more than before, or a binding gives a role to more subjects",
    ),
    warning(
        "config-not-read",
        Check::All(references::config_not_read),
        "a ConfigMap or Secret changes that pods read when they start (variables, subPath), and they do not \
         restart: no checksum of it is in their template",
    ),
    warning(
        "replicas-contested",
        Check::All(scaling::against_replicas),
        "a workload says its replicas, and an autoscaler sets them, too: each upgrade sets them back",
    ),
    warning(
        "budget-blocks",
        Check::Resource(availability::budget_blocks),
        "a PodDisruptionBudget lets no pod be evicted any more: nodes cannot be drained",
    ),
    warning(
        "value-not-read",
        Check::Values,
        "a value is given that the old chart's templates can read and the new one's cannot: it is named otherwise, \
         or gone",
    ),
    warning(
        "replicas-zero",
        Check::Resource(workloads::replicas_zero),
        "a workload is scaled to zero replicas",
    ),
    info(
        "pods-restart",
        Check::Resource(workloads::pods_restart),
        "the pod template of a Deployment, StatefulSet or DaemonSet changes, also where that is ignored: its pods \
         are replaced",
    ),
    info(
        "config-read-late",
        Check::All(references::config_read_late),
        "a ConfigMap or Secret changes that pods have as files, and they do not restart: the files follow, and the \
         program has to read them again",
    ),
    info(
        "default-changed",
        Check::Values,
        "a default of the chart changes that nothing given overrides",
    ),
    info(
        "image-changed",
        Check::Resource(workloads::image_changed),
        "a container gets another image",
    ),
];

const fn error(id: &'static str, check: Check, summary: &'static str) -> (Rule, Check) {
    (Rule::brief(Severity::Error, id, summary), check)
}

const fn warning(id: &'static str, check: Check, summary: &'static str) -> (Rule, Check) {
    (Rule::brief(Severity::Warning, id, summary), check)
}

const fn info(id: &'static str, check: Check, summary: &'static str) -> (Rule, Check) {
    (Rule::brief(Severity::Info, id, summary), check)
}
