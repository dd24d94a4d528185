//! The rules of kstatus for kinds of Kubernetes' own, and those of Helm for hooks.

use super::conditions::Conditions;
use super::{Readiness, Unreadable, number};
use serde_json::Value;

/// How long a pod that cannot be scheduled is waited for, in seconds.
const SCHEDULE_WINDOW: i64 = 15;

type Result = std::result::Result<Readiness, Unreadable>;

/// The group and the kind of an object.
pub(super) fn group_kind(object: &Value) -> (&str, &str) {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let group = text("apiVersion").split_once('/');
    (group.map_or("", |(group, _)| group), text("kind"))
}

/// By the rule for the object's kind; none where there is no such rule.
pub(super) fn by_kind(object: &Value, now: i64) -> Option<Result> {
    Some(match group_kind(object) {
        ("", "Secret" | "ConfigMap") | ("batch", "CronJob") => {
            Ok(Readiness::current("Resource is always ready"))
        }
        ("", "Service") => Ok(service(object)),
        ("", "Pod") => pod(object, now),
        ("", "PersistentVolumeClaim") => Ok(claim(object)),
        ("apps", "StatefulSet") => Ok(stateful_set(object)),
        ("apps" | "extensions", "DaemonSet") => daemon_set(object),
        ("apps" | "extensions", "Deployment") => deployment(object),
        ("apps" | "extensions", "ReplicaSet") => replica_set(object),
        ("policy", "PodDisruptionBudget") => {
            Ok(Readiness::current("AllowedDisruptions has been computed."))
        }
        ("batch", "Job") => job(object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition(object),
        _ => return None,
    })
}

fn int(object: &Value, path: &str, default: i64) -> i64 {
    let value = object.pointer(path).and_then(Value::as_i64);
    value.unwrap_or(default)
}

fn text<'v>(object: &'v Value, path: &str, default: &'v str) -> &'v str {
    let value = object.pointer(path).and_then(Value::as_str);
    value.unwrap_or(default)
}

fn stateful_set(object: &Value) -> Readiness {
    if text(object, "/spec/updateStrategy/type", "") == "OnDelete" {
        return Readiness::current("StatefulSet is using the ondelete update strategy");
    }
    let wanted = int(object, "/spec/replicas", 1);
    let ready = int(object, "/status/readyReplicas", 0);
    let current = int(object, "/status/currentReplicas", 0);
    let updated = int(object, "/status/updatedReplicas", 0);
    let all = int(object, "/status/replicas", 0);
    let partition = int(object, "/spec/updateStrategy/rollingUpdate/partition", -1);
    if wanted > all {
        return Readiness::in_progress(format!("Replicas: {all}/{wanted}"));
    }
    if wanted > ready {
        return Readiness::in_progress(format!("Ready: {ready}/{wanted}"));
    }
    if all > wanted {
        return Readiness::in_progress(format!(
            "Pending termination: {}",
            all.wrapping_sub(wanted)
        ));
    }
    if partition != -1 {
        let wanted = wanted.wrapping_sub(partition);
        return match updated < wanted {
            true => Readiness::in_progress(format!("updated: {updated}/{wanted}")),
            false => Readiness::current(format!("Partition rollout complete. updated: {updated}")),
        };
    }
    if wanted > current {
        return Readiness::in_progress(format!("current: {current}/{wanted}"));
    }
    let revision = |key: &str| text(object, key, "").to_owned();
    if revision("/status/currentRevision") != revision("/status/updateRevision") {
        return Readiness::in_progress("Waiting for updated revision to match current");
    }
    scheduled(all)
}

fn scheduled(replicas: i64) -> Readiness {
    Readiness::current(format!(
        "All replicas scheduled as expected. Replicas: {replicas}"
    ))
}

fn deployment(object: &Value) -> Result {
    let no_deadline = i64::from(i32::MAX);
    let mut progressing = int(object, "/spec/progressDeadlineSeconds", no_deadline) == no_deadline;
    let mut available = false;
    for condition in Conditions::of(object)?.iter() {
        match condition.condition_type {
            "Progressing" if condition.reason == "ProgressDeadlineExceeded" => {
                return Ok(Readiness::failed("Progress deadline exceeded"));
            }
            "Progressing" if condition.reason == "NewReplicaSetAvailable" => {
                progressing |= condition.status == "True";
            }
            "Available" => available |= condition.status == "True",
            _ => {}
        }
    }
    let wanted = int(object, "/spec/replicas", 1);
    let all = int(object, "/status/replicas", 0);
    let updated = int(object, "/status/updatedReplicas", 0);
    let ready = int(object, "/status/readyReplicas", 0);
    let working = int(object, "/status/availableReplicas", 0);
    Ok(if wanted > all {
        Readiness::in_progress(format!("Replicas: {all}/{wanted}"))
    } else if wanted > updated {
        Readiness::in_progress(format!("Updated: {updated}/{wanted}"))
    } else if all > wanted {
        Readiness::in_progress(format!("Pending termination: {}", all.wrapping_sub(wanted)))
    } else if updated > working {
        Readiness::in_progress(format!("Available: {working}/{updated}"))
    } else if wanted > ready {
        Readiness::in_progress(format!("Ready: {ready}/{wanted}"))
    } else if !progressing {
        Readiness::in_progress("ReplicaSet not Available")
    } else if !available {
        Readiness::in_progress("Deployment not Available")
    } else {
        Readiness::current(format!("Deployment is available. Replicas: {all}"))
    })
}

fn replica_set(object: &Value) -> Result {
    let conditions = Conditions::of(object)?;
    if conditions.find("ReplicaFailure", "True").is_some() {
        let message = "Replica Failure condition. Check Pods";
        return Ok(Readiness::in_progress(message));
    }
    let wanted = int(object, "/spec/replicas", 1);
    let all = int(object, "/status/replicas", 0);
    let ready = int(object, "/status/readyReplicas", 0);
    let available = int(object, "/status/availableReplicas", 0);
    let labelled = int(object, "/status/fullyLabeledReplicas", 0);
    Ok(if wanted > labelled {
        Readiness::in_progress(format!("Labelled: {labelled}/{wanted}"))
    } else if wanted > available {
        Readiness::in_progress(format!("Available: {available}/{wanted}"))
    } else if wanted > ready {
        Readiness::in_progress(format!("Ready: {ready}/{wanted}"))
    } else if all > wanted {
        Readiness::in_progress(format!("Pending termination: {}", all.wrapping_sub(wanted)))
    } else {
        Readiness::current(format!("ReplicaSet is available. Replicas: {all}"))
    })
}

fn daemon_set(object: &Value) -> Result {
    let (_, kind) = group_kind(object);
    for (part, key) in [("metadata", "generation"), ("status", "observedGeneration")] {
        if number(object, part, key)?.is_none() {
            let message = format!("{kind} {part}.{key} not found");
            return Ok(Readiness::in_progress(message));
        }
    }
    let wanted = int(object, "/status/desiredNumberScheduled", -1);
    if wanted == -1 {
        let message = "Missing .status.desiredNumberScheduled";
        return Ok(Readiness::in_progress(message));
    }
    for (what, path) in [
        ("Current", "/status/currentNumberScheduled"),
        ("Updated", "/status/updatedNumberScheduled"),
        ("Available", "/status/numberAvailable"),
        ("Ready", "/status/numberReady"),
    ] {
        let count = int(object, path, 0);
        if wanted > count {
            return Ok(Readiness::in_progress(format!("{what}: {count}/{wanted}")));
        }
    }
    Ok(scheduled(wanted))
}

fn claim(object: &Value) -> Readiness {
    match text(object, "/status/phase", "unknown") {
        "Bound" => Readiness::current("PVC is Bound"),
        phase => Readiness::in_progress(format!("PVC is not Bound. phase: {phase}")),
    }
}

fn service(object: &Value) -> Readiness {
    let is_balanced = text(object, "/spec/type", "ClusterIP") == "LoadBalancer";
    match is_balanced && text(object, "/spec/clusterIP", "").is_empty() {
        true => Readiness::in_progress("ClusterIP not set. Service type: LoadBalancer"),
        false => Readiness::current("Service is ready"),
    }
}

fn pod(object: &Value, now: i64) -> Result {
    let conditions = Conditions::of(object)?;
    Ok(match text(object, "/status/phase", "") {
        "Succeeded" => Readiness::current("Pod has completed successfully"),
        "Failed" => Readiness::current("Pod has completed, but not successfully"),
        "Running" if conditions.find("Ready", "True").is_some() => {
            Readiness::current("Pod is Ready")
        }
        "Running" => match crash_looping(object)? {
            names if names.is_empty() => Readiness::in_progress("Pod is running but is not Ready"),
            names => Readiness::failed(format!(
                "Containers in CrashLoop state: {}",
                names.join(",")
            )),
        },
        "Pending" if is_unschedulable(&conditions) => {
            match now.saturating_sub(SCHEDULE_WINDOW) < creation(object) {
                true => Readiness::in_progress("Pod has not been scheduled"),
                false => Readiness::failed("Pod could not be scheduled"),
            }
        }
        "Pending" => Readiness::in_progress("Pod is in the Pending phase"),
        "" => Readiness::in_progress("Pod phase not available"),
        _ => return Err(Unreadable),
    })
}

/// Returns true if the scheduler has found no node.
pub(super) fn is_unschedulable(conditions: &Conditions<'_>) -> bool {
    let condition = conditions.find("PodScheduled", "False");
    condition.is_some_and(|condition| condition.reason == "Unschedulable")
}

/// When an object was created, in seconds since 1970.
fn creation(object: &Value) -> i64 {
    let time = text(object, "/metadata/creationTimestamp", "");
    gostd::time::parse(b"2006-01-02T15:04:05Z07:00", time.as_bytes())
        .map_or(i64::MIN, |time| time.unix())
}

/// The containers that crash again and again.
fn crash_looping(object: &Value) -> std::result::Result<Vec<&str>, Unreadable> {
    let statuses = match object.pointer("/status/containerStatuses") {
        None => return Ok(Vec::new()),
        Some(statuses) => statuses.as_array().ok_or(Unreadable)?,
    };
    let looping = statuses
        .iter()
        .filter(|status| text(status, "/state/waiting/reason", "") == "CrashLoopBackOff");
    Ok(looping
        .filter_map(|status| status.get("name").and_then(Value::as_str))
        .collect())
}

/// The Job's pods: how many must succeed, how many did, how many failed.
fn job_counts(object: &Value) -> (i64, i64, i64) {
    let parallelism = int(object, "/spec/parallelism", 1);
    (
        int(object, "/spec/completions", parallelism),
        int(object, "/status/succeeded", 0),
        int(object, "/status/failed", 0),
    )
}

fn job_end(object: &Value) -> std::result::Result<Option<Readiness>, Unreadable> {
    let (wanted, succeeded, failed) = job_counts(object);
    for condition in Conditions::of(object)?.iter() {
        match (condition.condition_type, condition.status) {
            ("Complete", "True") => {
                let message = format!("Job Completed. succeeded: {succeeded}/{wanted}");
                return Ok(Some(Readiness::current(message)));
            }
            ("Failed", "True") => {
                let message = format!("Job Failed. failed: {failed}/{wanted}");
                return Ok(Some(Readiness::failed(message)));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// A Job is current as soon as it has begun.
fn job(object: &Value) -> Result {
    if let Some(end) = job_end(object)? {
        return Ok(end);
    }
    if text(object, "/status/startTime", "").is_empty() {
        return Ok(Readiness::in_progress("Job not started"));
    }
    let (_, succeeded, failed) = job_counts(object);
    let active = int(object, "/status/active", 0);
    Ok(Readiness::current(format!(
        "Job in progress. success:{succeeded}, active: {active}, failed: {failed}"
    )))
}

/// A Job that must come to its end.
pub(super) fn job_done(object: &Value) -> Result {
    let end = job_end(object)?;
    Ok(end.unwrap_or_else(|| Readiness::in_progress("Job in progress")))
}

/// A Pod that must come to its end.
pub(super) fn pod_done(object: &Value) -> Readiness {
    let name = text(object, "/metadata/name", "");
    match text(object, "/status/phase", "") {
        "Succeeded" => Readiness::current(format!("pod {name} succeeded")),
        "Failed" => Readiness::failed(format!("pod {name} failed")),
        _ => Readiness::in_progress("Pod in progress"),
    }
}

fn definition(object: &Value) -> Result {
    for condition in Conditions::of(object)?.iter() {
        match (condition.condition_type, condition.status) {
            ("NamesAccepted", "False") => return Ok(Readiness::failed(condition.message)),
            ("Established", "False") if condition.reason != "Installing" => {
                return Ok(Readiness::failed(condition.message));
            }
            ("Established", "True") => return Ok(Readiness::current("CRD is established")),
            _ => {}
        }
    }
    Ok(Readiness::in_progress("Install in progress"))
}
