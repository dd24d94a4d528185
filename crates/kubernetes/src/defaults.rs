//! Defaults: values that a field has where it is left out (`SetDefaults_…` of Kubernetes' API types), and empty
//! values that are as good as none.

/// Defaults of fields: kind, path, value.
const DEFAULTS: &[(&str, &[&str], &str)] = &[
    (
        "ClusterRoleBinding",
        &["roleRef", "apiGroup"],
        "rbac.authorization.k8s.io",
    ),
    ("Job", &["spec", "completionMode"], "NonIndexed"),
    (
        "PersistentVolumeClaim",
        &["spec", "volumeMode"],
        "Filesystem",
    ),
    (
        "PriorityClass",
        &["preemptionPolicy"],
        "PreemptLowerPriority",
    ),
    ("PriorityClass", &["value"], "0"),
    (
        "RoleBinding",
        &["roleRef", "apiGroup"],
        "rbac.authorization.k8s.io",
    ),
    ("Secret", &["type"], "Opaque"),
    (
        "StatefulSet",
        &["spec", "podManagementPolicy"],
        "OrderedReady",
    ),
    (
        "StatefulSet",
        &["spec", "volumeClaimTemplates", "spec", "volumeMode"],
        "Filesystem",
    ),
    ("StorageClass", &["reclaimPolicy"], "Delete"),
    ("StorageClass", &["volumeBindingMode"], "Immediate"),
];

/// Defaults in `spec.template.spec`, of pods: the last keys of the path, and the value.
const OF_PODS: &[(&[&str], &str)] = &[
    (&["dnsPolicy"], "ClusterFirst"),
    (&["enableServiceLinks"], "true"),
    (&["schedulerName"], "default-scheduler"),
    (&["terminationGracePeriodSeconds"], "30"),
    (&["terminationMessagePath"], "/dev/termination-log"),
    (&["terminationMessagePolicy"], "File"),
    (&["ports", "protocol"], "TCP"),
    (&["httpGet", "path"], "/"),
    (&["httpGet", "scheme"], "HTTP"),
    (&["fieldRef", "apiVersion"], "v1"),
    (&["livenessProbe", "failureThreshold"], "3"),
    (&["livenessProbe", "periodSeconds"], "10"),
    (&["livenessProbe", "successThreshold"], "1"),
    (&["livenessProbe", "timeoutSeconds"], "1"),
    (&["readinessProbe", "failureThreshold"], "3"),
    (&["readinessProbe", "periodSeconds"], "10"),
    (&["readinessProbe", "successThreshold"], "1"),
    (&["readinessProbe", "timeoutSeconds"], "1"),
    (&["startupProbe", "failureThreshold"], "3"),
    (&["startupProbe", "periodSeconds"], "10"),
    (&["startupProbe", "successThreshold"], "1"),
    (&["startupProbe", "timeoutSeconds"], "1"),
    (&["livenessProbe", "initialDelaySeconds"], "0"),
    (&["readinessProbe", "initialDelaySeconds"], "0"),
    (&["startupProbe", "initialDelaySeconds"], "0"),
    (&["configMap", "defaultMode"], "420"),
    (&["secret", "defaultMode"], "420"),
    (&["projected", "defaultMode"], "420"),
    (&["downwardAPI", "defaultMode"], "420"),
];

/// Booleans of pods that are false where they are left out.
const FALSE: &[&str] = &[
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "readOnly",
    "stdin",
    "stdinOnce",
    "tty",
];

/// Maps that say nothing where they are empty. Of others that they are there says something (`emptyDir: {}`).
const MAPS: &[&str] = &[
    "annotations",
    "labels",
    "limits",
    "matchLabels",
    "nodeSelector",
    "requests",
    "resources",
];

/// Texts that say something where they are empty.
const TEXTS: &[&str] = &["storageClassName"];

/// The value, as text, that a field has where it is left out; none where it has no default.
pub fn default(kind: &str, keys: &[&str]) -> Option<&'static str> {
    let own = DEFAULTS
        .iter()
        .find(|(of, path, _)| *of == kind && *path == keys);
    let own = own.map(|(.., default)| *default);
    own.or_else(|| {
        let in_pod = in_pod(keys)?;
        if in_pod == ["restartPolicy"] && kind != "Job" {
            return Some("Always");
        }
        let default = OF_PODS.iter().find(|(path, _)| in_pod.ends_with(path));
        default.map(|(_, default)| *default)
    })
}

/// A `false` at this path is as good as a field that is left out.
pub fn may_be_false(keys: &[&str]) -> bool {
    let key = keys.last().copied().unwrap_or_default();
    in_pod(keys).is_some() && FALSE.contains(&key)
}

/// An empty map at this path is as good as a field that is left out.
pub fn may_be_empty_map(keys: &[&str]) -> bool {
    let key = keys.last().copied().unwrap_or_default();
    MAPS.contains(&key) || in_pod(keys) == Some(&["securityContext"])
}

/// An empty text of this key is as good as a field that is left out.
pub fn may_be_empty_text(key: &str) -> bool {
    !TEXTS.contains(&key)
}

/// The keys below the pod's spec of a workload.
fn in_pod<'k, 't>(keys: &'k [&'t str]) -> Option<&'k [&'t str]> {
    keys.strip_prefix(&["spec", "template", "spec"])
}
