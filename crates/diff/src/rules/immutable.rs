//! Fields that Kubernetes does not let change (`ValidateUpdate` of its API types).

use super::super::fields::Change;
use super::super::node::at;
use super::super::path::Path;
use super::super::resource::Resource;
use super::{Pair, Problems, defaults};
use goyaml::{Kind, Node};

/// A field that cannot change once the resource is there.
struct Field {
    /// The rule that tells of it.
    rule: &'static str,
    group: &'static str,
    kind: &'static str,
    /// The field, with all below it.
    path: &'static [&'static str],
    /// Keys right below it that can change, or that another rule tells of.
    except: &'static [&'static str],
}

const fn field(
    rule: &'static str,
    group: &'static str,
    kind: &'static str,
    path: &'static [&'static str],
) -> Field {
    Field {
        rule,
        group,
        kind,
        path,
        except: &[],
    }
}

const RBAC: &str = "rbac.authorization.k8s.io";
const CRDS: &str = "apiextensions.k8s.io";

const FIELDS: &[Field] = &[
    field(
        "immutable-selector",
        "apps",
        "Deployment",
        &["spec", "selector"],
    ),
    field(
        "immutable-selector",
        "apps",
        "StatefulSet",
        &["spec", "selector"],
    ),
    field(
        "immutable-selector",
        "apps",
        "DaemonSet",
        &["spec", "selector"],
    ),
    field(
        "immutable-selector",
        "apps",
        "ReplicaSet",
        &["spec", "selector"],
    ),
    field(
        "immutable-claim-templates",
        "apps",
        "StatefulSet",
        &["spec", "volumeClaimTemplates"],
    ),
    Field {
        rule: "immutable-stateful-set",
        group: "apps",
        kind: "StatefulSet",
        path: &["spec"],
        except: &[
            "minReadySeconds",
            "ordinals",
            "persistentVolumeClaimRetentionPolicy",
            "replicas",
            "revisionHistoryLimit",
            "selector",
            "template",
            "updateStrategy",
            "volumeClaimTemplates",
        ],
    },
    field(
        "immutable-cluster-ip",
        "",
        "Service",
        &["spec", "clusterIP"],
    ),
    field(
        "immutable-cluster-ip",
        "",
        "Service",
        &["spec", "clusterIPs"],
    ),
    field("immutable-job", "batch", "Job", &["spec", "template"]),
    field("immutable-job", "batch", "Job", &["spec", "selector"]),
    field("immutable-job", "batch", "Job", &["spec", "completionMode"]),
    Field {
        rule: "immutable-claim",
        group: "",
        kind: "PersistentVolumeClaim",
        path: &["spec"],
        except: &["resources", "volumeAttributesClassName"],
    },
    field(
        "immutable-storage-class",
        "storage.k8s.io",
        "StorageClass",
        &["provisioner"],
    ),
    field(
        "immutable-storage-class",
        "storage.k8s.io",
        "StorageClass",
        &["parameters"],
    ),
    field(
        "immutable-storage-class",
        "storage.k8s.io",
        "StorageClass",
        &["reclaimPolicy"],
    ),
    field(
        "immutable-storage-class",
        "storage.k8s.io",
        "StorageClass",
        &["volumeBindingMode"],
    ),
    field("immutable-role-ref", RBAC, "RoleBinding", &["roleRef"]),
    field(
        "immutable-role-ref",
        RBAC,
        "ClusterRoleBinding",
        &["roleRef"],
    ),
    field("immutable-type", "", "Secret", &["type"]),
    field(
        "immutable-type",
        "scheduling.k8s.io",
        "PriorityClass",
        &["value"],
    ),
    field(
        "immutable-type",
        "scheduling.k8s.io",
        "PriorityClass",
        &["preemptionPolicy"],
    ),
    field(
        "immutable-type",
        "networking.k8s.io",
        "IngressClass",
        &["spec", "controller"],
    ),
    field(
        "immutable-type",
        CRDS,
        "CustomResourceDefinition",
        &["spec", "group"],
    ),
    field(
        "immutable-type",
        CRDS,
        "CustomResourceDefinition",
        &["spec", "scope"],
    ),
];

/// Tells of changes in the fields of one rule.
pub(super) fn fields(rule: &str, pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    // Hooks are deleted and made again.
    if at(&new.node, &["metadata", "annotations", "helm.sh/hook"]).is_some() {
        return;
    }
    let own = |field: &&Field| {
        field.rule == rule && field.kind == old.key.kind && field.group == old.key.group
    };
    for field in FIELDS.iter().filter(own) {
        let kind = field.kind;
        if let Some(change) = pair
            .fields
            .iter()
            .find(|change| field.is_touched(new, change))
        {
            let path = &change.path;
            problems.at(path, format!("{path} cannot change in a {kind}"));
        } else if let Some(path) = pair.hidden.iter().find(|path| field.meets(path)) {
            let message = format!("{path} cannot change in a {kind}, though the change is ignored");
            problems.at(path, message);
        }
    }
}

impl Field {
    /// Returns true if a place is this field, or in it.
    fn meets(&self, path: &Path) -> bool {
        let keys: Vec<&str> = path.keys().collect();
        let below = keys.get(self.path.len());
        let meets = keys.iter().zip(self.path).all(|(a, b)| a == b);
        // The API server writes these into claim templates itself.
        let is_written = self.path.ends_with(&["volumeClaimTemplates"])
            && below.is_some_and(|key| ["apiVersion", "kind", "status"].contains(key));
        meets && !is_written && !below.is_some_and(|key| self.except.contains(key))
    }

    /// Returns true if Kubernetes sees this field change.
    fn is_touched(&self, resource: &Resource, change: &Change) -> bool {
        // A Service keeps the address that it has.
        let keeps = self.rule == "immutable-cluster-ip" && defaults::is_unset(&change.new);
        self.meets(&change.path)
            && self.is_within(change)
            && !defaults::is_no_change(resource, change)
            && !keeps
    }

    /// Returns true if what came or went holds this field, where the change is above it.
    fn is_within(&self, change: &Change) -> bool {
        let rest = self
            .path
            .get(change.path.keys().count()..)
            .unwrap_or_default();
        let holds =
            |side: &Option<Node>| side.as_ref().is_some_and(|node| at(node, rest).is_some());
        rest.is_empty() || holds(&change.old) || holds(&change.new)
    }
}

/// Tells of changes of what is marked immutable.
pub(super) fn data(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(_)) = (pair.old, pair.new) else {
        return;
    };
    let is_marked = at(&old.node, &["immutable"]).map(|node| &node.kind) == Some(&Kind::Bool(true));
    if !is_marked || !matches!(&*old.key.kind, "Secret" | "ConfigMap") {
        return;
    }
    let parts = ["data", "binaryData", "stringData", "immutable"];
    let mut changes = pair.fields.iter();
    let touched = changes.find(|change| parts.iter().any(|part| change.path.starts_with(&[part])));
    if let Some(change) = touched {
        let place = change.path.to_string();
        problems.at(
            &change.path,
            format!("{place} changes, but the {} is immutable", old.key.kind),
        );
    }
}
