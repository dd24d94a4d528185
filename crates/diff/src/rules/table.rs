//! The table of rules.

use super::{
    Check, amounts, availability, crds, dangling, data, images, immutable, lifecycle, rbac,
    removed_apis, retention, routes, safety, scaling, scheduling, services, traffic, workloads,
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
        "immutable-volume",
        Check::Immutable,
        "the source and the mode of a PersistentVolume cannot change",
    ),
    error(
        "immutable-pod",
        Check::Immutable,
        "the spec of a Pod cannot change, but for its images",
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
        Check::All(dangling::dangling),
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
        "a Service, budget or policy selects no workload of the chart any more, a Service leads to a port that its \
         pods have no longer, or a workload's selector does not match its own labels",
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
        Check::Resource(retention::volume_emptied),
        "a volume that was kept goes or becomes an emptyDir: what was in it is not there any more",
    ),
    warning(
        "volume-moved",
        Check::Resource(retention::volume_moved),
        "a volume that is kept is another one, or a container finds it elsewhere: pods do not find their data",
    ),
    warning(
        "data-not-retained",
        Check::Resource(retention::data_not_retained),
        "data is kept less long, or deleted with what it belongs to: a retention, a reclaim policy, helm.sh/resource-policy",
    ),
    warning(
        "service-changed",
        Check::Resource(services::changed),
        "a Service gets another type, selector or load balancer, or loses a port: it is reached in another way, or leads elsewhere",
    ),
    warning(
        "service-removed",
        Check::Resource(services::removed),
        "a Service goes or gets another name: what calls it finds nothing",
    ),
    warning(
        "route-removed",
        Check::Resource(routes::removed),
        "an Ingress or route goes, loses a host or path, leads it elsewhere, or gets another class",
    ),
    warning(
        "tls-removed",
        Check::Resource(routes::tls_removed),
        "an Ingress has a certificate for a host no longer",
    ),
    warning(
        "pods-isolated",
        Check::Resource(traffic::pods_isolated),
        "a NetworkPolicy comes or allows less: pods that it selects get no traffic but what policies allow",
    ),
    warning(
        "pods-exposed",
        Check::Resource(traffic::pods_exposed),
        "a NetworkPolicy goes or allows more",
    ),
    warning(
        "webhook-fails",
        Check::Resource(traffic::webhook_fails),
        "a webhook comes, or is passed over no longer where it fails: what it is asked about is refused where it does not answer",
    ),
    warning(
        "admission-weakened",
        Check::Resource(traffic::admission_weakened),
        "a webhook or an admission policy goes, or is passed over where it fails",
    ),
    warning(
        "security-weakened",
        Check::Resource(safety::weakened),
        "pods may do more than before: privileged, namespaces or files of the node, capabilities, root",
    ),
    warning(
        "namespace-weakened",
        Check::Resource(safety::surroundings),
        "a Namespace enforces another pod security, or an account gives pods its token",
    ),
    warning(
        "replicas-lowered",
        Check::Resource(availability::replicas_lowered),
        "a workload or an autoscaler gets fewer replicas; without the field it runs one, until an autoscaler says \
         otherwise",
    ),
    warning(
        "workload-removed",
        Check::Resource(lifecycle::workload_removed),
        "a workload goes or gets another name: its pods stop",
    ),
    warning(
        "container-removed",
        Check::Resource(lifecycle::container_removed),
        "a container of a workload goes",
    ),
    warning(
        "schedule-changed",
        Check::Resource(lifecycle::schedule_changed),
        "a CronJob is suspended, runs at other times, or beside itself",
    ),
    warning(
        "update-waits",
        Check::Resource(lifecycle::update_waits),
        "a workload replaces its pods no longer by itself: OnDelete, a partition, paused",
    ),
    warning(
        "all-pods-at-once",
        Check::Resource(availability::recreated),
        "a workload gets the strategy Recreate, or may replace all its pods at once: nothing answers meanwhile",
    ),
    warning(
        "stop-shortened",
        Check::Resource(lifecycle::stop_shortened),
        "pods get less time to stop, or lose a preStop hook",
    ),
    warning(
        "probe-removed",
        Check::Resource(lifecycle::probe_removed),
        "a container loses a liveness, readiness or startup probe",
    ),
    warning(
        "probe-changed",
        Check::Resource(lifecycle::probe_changed),
        "a probe asks elsewhere or gives up sooner, or a liveness probe comes: containers may be restarted, or get no traffic",
    ),
    warning(
        "limit-removed",
        Check::Resource(amounts::removed),
        "a container loses a limit or request of CPU or memory",
    ),
    warning(
        "limit-lowered",
        Check::Resource(amounts::limit_lowered),
        "a container gets a lower limit of CPU or memory: it is killed or slowed down where it needs more",
    ),
    warning(
        "request-raised",
        Check::Resource(amounts::request_raised),
        "a container requests at least twice as much: nodes may have no room for it",
    ),
    warning(
        "quota-lowered",
        Check::Resource(retention::quota_lowered),
        "a ResourceQuota or LimitRange comes or allows less: pods that do not fit are refused",
    ),
    warning(
        "scheduling-narrowed",
        Check::Resource(scheduling::narrowed),
        "fewer nodes take a workload's pods: node labels, affinity, taints, spreading, priority",
    ),
    warning(
        "spread-removed",
        Check::Resource(scheduling::spread_removed),
        "pods lose what spreads them over nodes",
    ),
    warning(
        "budget-removed",
        Check::Resource(availability::budget_removed),
        "a PodDisruptionBudget or autoscaler goes, or a budget lets more pods be evicted",
    ),
    warning(
        "image-unpinned",
        Check::Resource(images::unpinned),
        "an image gets the tag latest, or none, or loses its digest: what runs may change with every pull",
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
        "pull-changed",
        Check::Resource(lifecycle::pull_changed),
        "pods lose a secret to pull images with, or may not pull them",
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
        Check::All(dangling::config_not_read),
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
        Check::All(scaling::budget_blocks),
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
        Check::All(dangling::config_read_late),
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
