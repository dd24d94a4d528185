//! API versions that Kubernetes serves no longer (its deprecated API migration guide).

use super::super::resource::Key;
use super::{Everything, Problem};

/// API versions with the minor version of Kubernetes 1 that serves them no longer, and what to use.
struct Removed {
    api_version: &'static str,
    /// The kinds; all where there is none.
    kinds: &'static [&'static str],
    since: u32,
    instead: &'static str,
}

const fn all(api_version: &'static str, since: u32, instead: &'static str) -> Removed {
    Removed {
        api_version,
        kinds: &[],
        since,
        instead,
    }
}

const REMOVED: &[Removed] = &[
    all(
        "admissionregistration.k8s.io/v1beta1",
        22,
        "admissionregistration.k8s.io/v1",
    ),
    all(
        "apiextensions.k8s.io/v1beta1",
        22,
        "apiextensions.k8s.io/v1",
    ),
    all(
        "apiregistration.k8s.io/v1beta1",
        22,
        "apiregistration.k8s.io/v1",
    ),
    all("apps/v1beta1", 16, "apps/v1"),
    all("apps/v1beta2", 16, "apps/v1"),
    all(
        "authentication.k8s.io/v1beta1",
        22,
        "authentication.k8s.io/v1",
    ),
    all(
        "authorization.k8s.io/v1beta1",
        22,
        "authorization.k8s.io/v1",
    ),
    all("autoscaling/v2beta1", 25, "autoscaling/v2"),
    all("autoscaling/v2beta2", 26, "autoscaling/v2"),
    all("batch/v1beta1", 25, "batch/v1"),
    all("certificates.k8s.io/v1beta1", 22, "certificates.k8s.io/v1"),
    all("coordination.k8s.io/v1beta1", 22, "coordination.k8s.io/v1"),
    all("discovery.k8s.io/v1beta1", 25, "discovery.k8s.io/v1"),
    all("events.k8s.io/v1beta1", 25, "events.k8s.io/v1"),
    Removed {
        api_version: "extensions/v1beta1",
        kinds: &["DaemonSet", "Deployment", "ReplicaSet"],
        since: 16,
        instead: "apps/v1",
    },
    Removed {
        api_version: "extensions/v1beta1",
        kinds: &["NetworkPolicy"],
        since: 16,
        instead: "networking.k8s.io/v1",
    },
    Removed {
        api_version: "extensions/v1beta1",
        kinds: &["Ingress"],
        since: 22,
        instead: "networking.k8s.io/v1",
    },
    all(
        "flowcontrol.apiserver.k8s.io/v1beta1",
        26,
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    all(
        "flowcontrol.apiserver.k8s.io/v1beta2",
        29,
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    all(
        "flowcontrol.apiserver.k8s.io/v1beta3",
        32,
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    Removed {
        api_version: "networking.k8s.io/v1beta1",
        kinds: &["Ingress", "IngressClass"],
        since: 22,
        instead: "networking.k8s.io/v1",
    },
    all("node.k8s.io/v1beta1", 25, "node.k8s.io/v1"),
    Removed {
        api_version: "policy/v1beta1",
        kinds: &["PodDisruptionBudget"],
        since: 25,
        instead: "policy/v1",
    },
    Removed {
        api_version: "policy/v1beta1",
        kinds: &["PodSecurityPolicy"],
        since: 25,
        instead: "nothing",
    },
    all(
        "rbac.authorization.k8s.io/v1alpha1",
        22,
        "rbac.authorization.k8s.io/v1",
    ),
    all(
        "rbac.authorization.k8s.io/v1beta1",
        22,
        "rbac.authorization.k8s.io/v1",
    ),
    all("scheduling.k8s.io/v1beta1", 22, "scheduling.k8s.io/v1"),
    Removed {
        api_version: "storage.k8s.io/v1beta1",
        kinds: &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
        since: 22,
        instead: "storage.k8s.io/v1",
    },
    Removed {
        api_version: "storage.k8s.io/v1beta1",
        kinds: &["CSIStorageCapacity"],
        since: 27,
        instead: "storage.k8s.io/v1",
    },
];

/// Tells of new resources that the new side's Kubernetes would refuse.
pub(super) fn not_served(everything: &Everything<'_>) -> Vec<Problem> {
    let Some(minor) = everything.kube_minor else {
        return Vec::new();
    };
    let [_, namespace] = everything.namespaces;
    let [_, rest] = everything.rest;
    let mut problems: Vec<Problem> = rest
        .iter()
        .filter_map(|resource| problem(&resource.key, &resource.api_version, minor))
        .collect();
    // Most documents have no such version: those are not read.
    let suspects = everything.equal.iter().filter(|document| {
        let mut versions = REMOVED.iter().map(|removed| removed.api_version);
        versions.any(|version| memchr::memmem::find(&document.text, version.as_bytes()).is_some())
    });
    for document in suspects {
        for resource in document.resources(namespace) {
            problems.extend(problem(&resource.key, &resource.api_version, minor));
        }
    }
    problems
}

fn problem(key: &Key, api_version: &str, minor: u32) -> Option<Problem> {
    let removed = REMOVED.iter().find(|removed| {
        let kind = removed.kinds.is_empty() || removed.kinds.contains(&&*key.kind);
        removed.api_version == api_version && kind && removed.since <= minor
    })?;
    Some(Problem {
        key: key.clone(),
        api_version: api_version.to_owned(),
        message: format!(
            "{api_version} {} is served no longer since Kubernetes 1.{}; use {}",
            key.kind, removed.since, removed.instead
        ),
    })
}
