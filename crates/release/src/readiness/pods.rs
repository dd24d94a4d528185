//! Objects whose readiness depends on that of their pods.

use super::conditions::Conditions;
use super::kinds::is_unschedulable;
use super::{Readiness, State};
use serde_json::Value;

/// The readiness of a ReplicaSet or StatefulSet that has these pods: it has failed if it is in progress and a pod has
/// failed for good.
pub fn with_pods(readiness: Readiness, pods: &[Value], now: i64) -> Readiness {
    if readiness.state != State::InProgress {
        return readiness;
    }
    let is_transient = |pod: &Value| {
        pod.pointer("/metadata/deletionTimestamp").is_some()
            || Conditions::of(pod).is_ok_and(|conditions| is_unschedulable(&conditions))
    };
    let failed = pods
        .iter()
        .filter(|pod| Readiness::of(pod, now).state == State::Failed && !is_transient(pod));
    match failed.count() {
        0 => readiness,
        count => Readiness::failed(format!("{count} pods have failed")),
    }
}
