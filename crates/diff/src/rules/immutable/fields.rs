//! The fields that cannot change once a resource is there.

/// A field that cannot change once the resource is there.
pub(super) struct Field {
    /// The rule that tells of it.
    pub(super) rule: &'static str,
    pub(super) group: &'static str,
    pub(super) kind: &'static str,
    /// The field, with all below it.
    pub(super) path: &'static [&'static str],
    /// Keys right below it that can change, or that another rule tells of.
    pub(super) except: &'static [&'static str],
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
const STORAGE: &str = "storage.k8s.io";
const CRDS: &str = "apiextensions.k8s.io";

pub(super) const FIELDS: &[Field] = &[
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
    field(
        "immutable-cluster-ip",
        "",
        "Service",
        &["spec", "healthCheckNodePort"],
    ),
    field(
        "immutable-cluster-ip",
        "",
        "Service",
        &["spec", "loadBalancerClass"],
    ),
    field("immutable-job", "batch", "Job", &["spec", "template"]),
    field("immutable-job", "batch", "Job", &["spec", "selector"]),
    field("immutable-job", "batch", "Job", &["spec", "completionMode"]),
    field("immutable-job", "batch", "Job", &["spec", "completions"]),
    field(
        "immutable-job",
        "batch",
        "Job",
        &["spec", "podFailurePolicy"],
    ),
    field("immutable-job", "batch", "Job", &["spec", "successPolicy"]),
    field(
        "immutable-job",
        "batch",
        "Job",
        &["spec", "backoffLimitPerIndex"],
    ),
    field("immutable-job", "batch", "Job", &["spec", "managedBy"]),
    field("immutable-job", "batch", "Job", &["spec", "manualSelector"]),
    Field {
        rule: "immutable-claim",
        group: "",
        kind: "PersistentVolumeClaim",
        path: &["spec"],
        except: &["resources", "volumeAttributesClassName"],
    },
    Field {
        rule: "immutable-volume",
        group: "",
        kind: "PersistentVolume",
        path: &["spec"],
        except: &[
            "accessModes",
            "capacity",
            "claimRef",
            "mountOptions",
            "nodeAffinity",
            "persistentVolumeReclaimPolicy",
            "storageClassName",
            "volumeAttributesClassName",
        ],
    },
    Field {
        rule: "immutable-pod",
        group: "",
        kind: "Pod",
        path: &["spec"],
        except: &[
            "activeDeadlineSeconds",
            "containers",
            "initContainers",
            "schedulingGates",
            "terminationGracePeriodSeconds",
            "tolerations",
        ],
    },
    field(
        "immutable-storage-class",
        STORAGE,
        "StorageClass",
        &["provisioner"],
    ),
    field(
        "immutable-storage-class",
        STORAGE,
        "StorageClass",
        &["parameters"],
    ),
    field(
        "immutable-storage-class",
        STORAGE,
        "StorageClass",
        &["reclaimPolicy"],
    ),
    field(
        "immutable-storage-class",
        STORAGE,
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
    field("immutable-type", "", "ResourceQuota", &["spec", "scopes"]),
    field(
        "immutable-type",
        "",
        "ResourceQuota",
        &["spec", "scopeSelector"],
    ),
    field(
        "immutable-type",
        "node.k8s.io",
        "RuntimeClass",
        &["handler"],
    ),
    field(
        "immutable-type",
        "discovery.k8s.io",
        "EndpointSlice",
        &["addressType"],
    ),
    field("immutable-type", "apps", "ControllerRevision", &["data"]),
    field(
        "immutable-type",
        "resource.k8s.io",
        "ResourceClaim",
        &["spec"],
    ),
    field(
        "immutable-type",
        "resource.k8s.io",
        "ResourceClaimTemplate",
        &["spec"],
    ),
    field(
        "immutable-type",
        "certificates.k8s.io",
        "CertificateSigningRequest",
        &["spec"],
    ),
    field(
        "immutable-type",
        STORAGE,
        "CSIDriver",
        &["spec", "attachRequired"],
    ),
    field(
        "immutable-type",
        STORAGE,
        "CSIDriver",
        &["spec", "volumeLifecycleModes"],
    ),
    field("immutable-type", STORAGE, "VolumeAttachment", &["spec"]),
    field(
        "immutable-type",
        STORAGE,
        "VolumeAttributesClass",
        &["driverName"],
    ),
    field(
        "immutable-type",
        STORAGE,
        "VolumeAttributesClass",
        &["parameters"],
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
        &["spec", "names", "plural"],
    ),
    field(
        "immutable-type",
        CRDS,
        "CustomResourceDefinition",
        &["spec", "names", "kind"],
    ),
    field(
        "immutable-type",
        CRDS,
        "CustomResourceDefinition",
        &["spec", "scope"],
    ),
];
