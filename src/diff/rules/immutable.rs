//! Fields that Kubernetes does not let change (`ValidateUpdate` of its API types).

use super::super::node::at;
use super::{Pair, Problems};
use goyaml::Kind;

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
        let touched = pair.fields.iter().find(|change| {
            let keys: Vec<&str> = change.path.keys().collect();
            let below = keys.get(field.path.len());
            let meets = keys.iter().zip(field.path).all(|(a, b)| a == b);
            meets && !below.is_some_and(|key| field.except.contains(key))
        });
        if let Some(change) = touched {
            let place = change.path.to_string();
            problems.at(change, format!("{place} cannot change in a {}", field.kind));
        }
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
            change,
            format!("{place} changes, but the {} is immutable", old.key.kind),
        );
    }
}
