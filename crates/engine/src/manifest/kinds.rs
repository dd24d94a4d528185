//! The orders in which Helm installs and deletes kinds (`InstallOrder`, `UninstallOrder`).

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

/// The place of a kind in the order of deleting, or none for kinds that Helm does not know: they come last, by name.
///
/// It is the order of installing from its end, but for Services, which go with what leads to them.
pub fn uninstall_rank(kind: &str, profile: &Profile) -> Option<usize> {
    let (kind, after) = match kind {
        "Service" => ("IngressClass", 1),
        kind => (kind, 0),
    };
    let rank = install_rank(kind, profile)?;
    let last = INSTALL_ORDER.len() + WEBHOOKS.len();
    Some(2 * last.saturating_sub(rank) + after)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn kinds_are_deleted_in_helms_order() {
        let mut kinds: Vec<&str> = INSTALL_ORDER.iter().chain(WEBHOOKS).copied().collect();
        let profile = Profile::helm4();
        kinds.sort_by_key(|kind| uninstall_rank(kind, &profile));
        let first = [
            "ValidatingWebhookConfiguration",
            "MutatingWebhookConfiguration",
            "APIService",
            "Ingress",
            "IngressClass",
            "Service",
            "CronJob",
        ];
        assert!(kinds.starts_with(&first));
        assert!(kinds.ends_with(&["NetworkPolicy", "Namespace", "PriorityClass"]));
        assert_eq!(
            uninstall_rank("MutatingWebhookConfiguration", &Profile::helm3()),
            None
        );
        assert_eq!(uninstall_rank("Widget", &profile), None);
    }
}
