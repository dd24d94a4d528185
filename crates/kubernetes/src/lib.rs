//! Kubernetes offline: the kinds of its API versions, their scope, and when each came, was
//! deprecated and went.
//!
//! [`Api::find`] looks a kind up in a table that `scripts/list-kubernetes-apis.sh` makes from Kubernetes
//! itself. Kinds of custom resources are not in it. [`fields`] has the types of its APIs and their fields,
//! [`names`] the rules for names, [`quantity`] amounts, [`defaults`] the values of fields that are left out, [`merge_keys`] the keys that
//! tell items of lists apart, [`PatchType`] how strategic merge patches merge, [`kubeconfig`] what files of clusters and users say.
//!
//! ```
//! use kubernetes::{Api, Presence, Scope};
//!
//! let cron_job = Api::find("batch/v1beta1", "CronJob").ok_or("no such kind")?;
//! assert_eq!(cron_job.scope(), Some(Scope::Namespaced));
//! assert_eq!(cron_job.presence(25), Presence::Removed);
//! assert_eq!(cron_job.replacement(25), Some(("batch/v1", "CronJob")));
//! # Ok::<(), &str>(())
//! ```
#![forbid(unsafe_code)]

mod api;
pub mod cron;
pub mod defaults;
pub mod fields;
pub mod kubeconfig;
mod marks;
pub mod merge_keys;
pub mod names;
mod patch_types;
pub mod quantity;
mod table;

pub use api::{Api, Presence, Scope};
pub use marks::Marks;
pub use patch_types::{PatchField, PatchFieldError, PatchType};
pub use table::{group_of, has_group};

/// The scope of a kind of Kubernetes' own, in whatever version of its group: `None` of kinds that are
/// not Kubernetes' own, and of those that are no resources (`DeploymentList`).
pub fn scope(api_version: &str, kind: &str) -> Option<Scope> {
    let exact = Api::find(api_version, kind).and_then(|api| api.scope());
    exact.or_else(|| {
        let mut same = table::group(api_version).filter(|api| api.kind() == kind);
        same.find_map(|api| api.scope())
    })
}

/// Returns true if Kubernetes 1.`minor` as it is installed serves every kind of an API version that has ever
/// been there. Also of API versions that are not Kubernetes' own.
pub fn serves_all(api_version: &str, minor: u16) -> bool {
    let served = Presence::Served {
        by_default: true,
        deprecated: false,
    };
    let deprecated = Presence::Served {
        by_default: true,
        deprecated: true,
    };
    table::version(api_version).all(|api| [served, deprecated].contains(&api.presence(minor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_is_known_of_every_version_of_a_group() {
        let cluster = Some(Scope::Cluster);
        let namespaced = Some(Scope::Namespaced);
        assert_eq!(scope("v1", "Namespace"), cluster);
        assert_eq!(scope("v1", "ConfigMap"), namespaced);
        assert_eq!(
            scope("rbac.authorization.k8s.io/v1", "ClusterRole"),
            cluster
        );
        assert_eq!(scope("rbac.authorization.k8s.io/v2", "Role"), namespaced);
        assert_eq!(scope("extensions/v1beta1", "Deployment"), namespaced);
        assert_eq!(scope("apps/v1", "DeploymentList"), None);
        assert_eq!(scope("apps.example.com/v1", "Deployment"), None);
        assert_eq!(scope("", ""), None);
    }

    #[test]
    fn groups_of_kubernetes_own() {
        for group in [
            "apps",
            "rbac.authorization.k8s.io",
            "policy",
            "storage.k8s.io",
        ] {
            assert!(has_group(group), "{group}");
        }
        for group in [
            "",
            "app",
            "apps.example.com",
            "k8s.io",
            "snapshot.storage.k8s.io",
        ] {
            assert!(!has_group(group), "{group}");
        }
    }

    #[test]
    fn api_versions_that_serve_all_of_theirs() {
        assert!(serves_all("apps/v1", 36));
        assert!(serves_all("v1", 16));
        assert!(serves_all("example.com/v1", 36));
        assert!(!serves_all("batch/v1beta1", 25));
        assert!(serves_all("batch/v1beta1", 24));
        assert!(!serves_all("batch/v1", 20));
        assert!(!serves_all("admissionregistration.k8s.io/v1beta1", 30));
    }
}
