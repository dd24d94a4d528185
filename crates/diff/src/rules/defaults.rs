//! Fields that say, left out, what they also say written out: Kubernetes sees no change there
//! (`SetDefaults_…` of its API types, and fields that are left out where they are empty).

use super::super::fields::Change;
use goyaml::{Kind, Node};

/// What fields say that are left out: kind, path, value.
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

/// The same in `spec.template.spec`, of pods: the last keys of the path, and the value.
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

/// Whether Kubernetes sees no change, of a resource of a kind.
pub(super) fn stays(kind: &str, change: &Change) -> bool {
    let keys: Vec<&str> = change.path.keys().collect();
    let default = default(kind, &keys);
    let is_default = |side: &Option<Node>| {
        let says = side.as_ref().and_then(Node::coerced_text);
        is_left_out(&keys, side) || default.is_some() && says.as_deref() == default
    };
    is_default(&change.old) && is_default(&change.new)
}

/// Whether a field says nothing, if texts and lists may be empty.
pub(super) fn is_unset(side: &Option<Node>) -> bool {
    side.as_ref().is_none_or(|node| match &node.kind {
        Kind::Null => true,
        Kind::Str(text) => text.is_empty(),
        Kind::Seq(items) => items.is_empty(),
        _ => false,
    })
}

fn default(kind: &str, keys: &[&str]) -> Option<&'static str> {
    let own = DEFAULTS
        .iter()
        .find(|(of, path, _)| *of == kind && *path == keys);
    let own = own.map(|(.., default)| *default);
    own.or_else(|| {
        let in_pod = keys.strip_prefix(&["spec", "template", "spec"])?;
        if in_pod == ["restartPolicy"] && kind != "Job" {
            return Some("Always");
        }
        let found = OF_PODS.iter().find(|(path, _)| in_pod.ends_with(path));
        found.map(|(_, default)| *default)
    })
}

/// Whether a field is left out, or is as good as that.
fn is_left_out(keys: &[&str], side: &Option<Node>) -> bool {
    let key = keys.last().copied().unwrap_or_default();
    let pod = keys.strip_prefix(&["spec", "template", "spec"]);
    match side.as_ref().map(|node| &node.kind) {
        Some(Kind::Map(entries)) => {
            let is_empty = MAPS.contains(&key) || pod == Some(&["securityContext"]);
            entries.is_empty() && is_empty
        }
        Some(Kind::Bool(false)) => pod.is_some() && FALSE.contains(&key),
        Some(Kind::Str(text)) => text.is_empty() && !TEXTS.contains(&key),
        _ => is_unset(side),
    }
}
