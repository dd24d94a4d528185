//! The order in which Helm installs kinds (`InstallOrder`).

use compat::profile::Profile;

const INSTALL_ORDER: &[&str] = &[
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
];

/// Kinds that follow in Helm 4 and are unknown to Helm 3.
const WEBHOOKS: &[&str] = &[
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// The place of a kind in the order, or none for kinds that Helm does not know: they come last, by
/// name.
pub fn install_rank(kind: &str, profile: &Profile) -> Option<usize> {
    let rank = INSTALL_ORDER.iter().position(|k| *k == kind);
    rank.or_else(|| {
        if !profile.webhook_configurations_ordered {
            return None;
        }
        let webhook = WEBHOOKS.iter().position(|k| *k == kind)?;
        Some(INSTALL_ORDER.len() + webhook)
    })
}
