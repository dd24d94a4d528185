//! Helm's own checks: those of Helm 3, and of Helm 4's strategy `legacy`.

use super::kinds::group_kind;
use crate::{ClusterError, Resource};
use serde_json::Value;

/// Other objects that a check asks for: those of a plural of `apps/v1` or the core group, in a namespace, with labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// `replicasets` (of `apps/v1`) or `pods`.
    pub plural: &'static str,
    /// The namespace.
    pub namespace: String,
    /// A label selector.
    pub selector: String,
}

/// The checks.
#[derive(Clone, Copy, Debug, Default)]
pub struct LegacyChecks {
    /// Jobs must come to their end; otherwise they count as ready.
    pub jobs: bool,
}

/// The result of a check.
type Verdict = Result<bool, ClusterError>;

impl LegacyChecks {
    /// Returns true if a kind is asked for at all; others are ready as they are.
    pub fn checks(self, resource: &Resource) -> bool {
        match (&*resource.group, &*resource.kind) {
            ("batch", "Job") => self.jobs,
            ("", "Pod" | "PersistentVolumeClaim" | "Service" | "ReplicationController")
            | ("apps" | "extensions", "Deployment" | "DaemonSet" | "ReplicaSet")
            | ("apps", "StatefulSet")
            | ("apiextensions.k8s.io", "CustomResourceDefinition") => true,
            _ => false,
        }
    }

    /// Returns true if an object is ready. `live` is what the server has; `list` returns other objects.
    ///
    /// # Errors
    /// Those of `list`, and a Job that has failed.
    pub fn is_ready(
        self,
        live: &Value,
        list: &mut dyn FnMut(&Listing) -> Result<Vec<Value>, ClusterError>,
    ) -> Verdict {
        match group_kind(live) {
            ("", "Pod") => Ok(is_pod_ready(live)),
            ("batch", "Job") if self.jobs => is_job_done(live),
            ("", "PersistentVolumeClaim") => Ok(text(live, "/status/phase") == "Bound"),
            ("", "Service") => Ok(is_service_ready(live)),
            ("", "ReplicationController") => {
                let selector = live.pointer("/spec/selector").cloned();
                let selector = serde_json::json!({ "matchLabels": selector });
                Ok(is_observed(live) && are_pods_ready(live, &selector, list)?)
            }
            (_, "ReplicaSet") => {
                let selector = live.pointer("/spec/selector").cloned().unwrap_or_default();
                Ok(is_observed(live) && are_pods_ready(live, &selector, list)?)
            }
            (_, "Deployment") => is_deployment_ready(live, list),
            (_, "DaemonSet") => Ok(is_daemon_set_ready(live)),
            (_, "StatefulSet") => Ok(is_stateful_set_ready(live)),
            (_, "CustomResourceDefinition") => Ok(is_definition_ready(live)),
            _ => Ok(true),
        }
    }
}

fn text<'v>(object: &'v Value, path: &str) -> &'v str {
    let value = object.pointer(path).and_then(Value::as_str);
    value.unwrap_or_default()
}

fn int(object: &Value, path: &str) -> i64 {
    let value = object.pointer(path).and_then(Value::as_i64);
    value.unwrap_or_default()
}

fn conditions(object: &Value) -> impl Iterator<Item = (&str, &str)> {
    let conditions = object.pointer("/status/conditions");
    let conditions = conditions.and_then(Value::as_array).into_iter().flatten();
    conditions.map(|condition| (text(condition, "/type"), text(condition, "/status")))
}

/// The controller has seen the object as it is.
fn is_observed(object: &Value) -> bool {
    int(object, "/status/observedGeneration") == int(object, "/metadata/generation")
}

fn is_pod_ready(pod: &Value) -> bool {
    conditions(pod).any(|condition| condition == ("Ready", "True"))
}

fn are_pods_ready(
    owner: &Value,
    selector: &Value,
    list: &mut dyn FnMut(&Listing) -> Result<Vec<Value>, ClusterError>,
) -> Verdict {
    let listing = Listing {
        plural: "pods",
        namespace: text(owner, "/metadata/namespace").to_owned(),
        selector: selector_text(selector),
    };
    let pods = list(&listing).map_err(|error| error.context("failed to list pods"))?;
    Ok(pods.iter().all(is_pod_ready))
}

/// A label selector as a parameter.
pub fn selector_text(selector: &Value) -> String {
    let labels = selector.get("matchLabels").and_then(Value::as_object);
    let labels = labels.into_iter().flatten();
    let mut parts: Vec<String> = labels
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    let expressions = selector.get("matchExpressions").and_then(Value::as_array);
    for expression in expressions.into_iter().flatten() {
        let key = text(expression, "/key");
        let values = expression.get("values").and_then(Value::as_array);
        let values: Vec<&str> = values
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let values = values.join(",");
        parts.push(match text(expression, "/operator") {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    parts.sort();
    parts.join(",")
}

fn is_job_done(job: &Value) -> Verdict {
    // The server's default.
    let limit = job.pointer("/spec/backoffLimit").and_then(Value::as_i64);
    if int(job, "/status/failed") > limit.unwrap_or(6) {
        return Err(ClusterError::new(format!(
            "job is failed: {}/{}",
            text(job, "/metadata/namespace"),
            text(job, "/metadata/name")
        )));
    }
    let completions = job.pointer("/spec/completions").and_then(Value::as_i64);
    Ok(completions.is_none_or(|wanted| int(job, "/status/succeeded") >= wanted))
}

fn is_service_ready(service: &Value) -> bool {
    match text(service, "/spec/type") {
        "ExternalName" => true,
        _ if text(service, "/spec/clusterIP").is_empty() => false,
        "LoadBalancer" => {
            let addresses = service
                .pointer("/spec/externalIPs")
                .and_then(Value::as_array);
            let ingress = service.pointer("/status/loadBalancer/ingress");
            addresses.is_some_and(|addresses| !addresses.is_empty())
                || ingress.is_some_and(Value::is_array)
        }
        _ => true,
    }
}

fn is_deployment_ready(
    deployment: &Value,
    list: &mut dyn FnMut(&Listing) -> Result<Vec<Value>, ClusterError>,
) -> Verdict {
    if deployment.pointer("/spec/paused") == Some(&Value::Bool(true)) {
        return Ok(true);
    }
    let selector = deployment.pointer("/spec/selector").cloned();
    let sets = list(&Listing {
        plural: "replicasets",
        namespace: text(deployment, "/metadata/namespace").to_owned(),
        selector: selector_text(&selector.unwrap_or_default()),
    })?;
    let Some(set) = newest_set(deployment, sets) else {
        return Ok(false);
    };
    if !is_observed(&set) || !is_observed(deployment) {
        return Ok(false);
    }
    let wanted = deployment.pointer("/spec/replicas").and_then(Value::as_i64);
    let wanted = wanted.unwrap_or(1);
    Ok(int(&set, "/status/readyReplicas")
        >= wanted.saturating_sub(max_unavailable(deployment, wanted)))
}

/// The ReplicaSet of the Deployment's pods as they shall be.
fn newest_set(deployment: &Value, sets: Vec<Value>) -> Option<Value> {
    let uid = text(deployment, "/metadata/uid");
    let is_owned = |set: &Value| {
        let owners = set
            .pointer("/metadata/ownerReferences")
            .and_then(Value::as_array);
        let mut owners = owners.into_iter().flatten();
        let owner = owners.find(|owner| owner.get("controller") == Some(&Value::Bool(true)));
        owner.is_some_and(|owner| text(owner, "/uid") == uid)
    };
    let template = |object: &Value| {
        let mut template = object
            .pointer("/spec/template")
            .cloned()
            .unwrap_or_default();
        if let Some(Value::Object(labels)) = template.pointer_mut("/metadata/labels") {
            labels.remove("pod-template-hash");
        }
        without_nothing(&mut template);
        template
    };
    let wanted = template(deployment);
    let mut sets: Vec<Value> = sets.into_iter().filter(is_owned).collect();
    sets.sort_by_key(|set| {
        let text = |path: &str| text(set, path).to_owned();
        (text("/metadata/creationTimestamp"), text("/metadata/name"))
    });
    sets.into_iter().find(|set| template(set) == wanted)
}

/// Removes nulls and empty maps and lists, which Go's types do not tell from fields that are not there.
fn without_nothing(value: &mut Value) {
    let is_nothing = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(without_nothing);
            fields.retain(|key, value| {
                let may_be_empty = ["labels", "annotations", "metadata"].contains(&key.as_str());
                let is_empty = value.as_object().is_some_and(serde_json::Map::is_empty);
                !(is_nothing(value) || may_be_empty && is_empty)
            });
        }
        Value::Array(items) => items.iter_mut().for_each(without_nothing),
        _ => {}
    }
}

/// A number, or a share of another number.
fn scaled(value: Option<&Value>, of: i64, round_up: bool) -> Option<i64> {
    match value {
        None | Some(Value::Null) => Some(0),
        Some(Value::String(text)) => {
            let percent: i64 = text.strip_suffix('%')?.parse().ok()?;
            let product = percent.checked_mul(of)?;
            let up = i64::from(round_up && product.rem_euclid(100) != 0);
            Some(product.div_euclid(100) + up)
        }
        Some(value) => value.as_i64(),
    }
}

fn max_unavailable(deployment: &Value, replicas: i64) -> i64 {
    if text(deployment, "/spec/strategy/type") != "RollingUpdate" || replicas == 0 {
        return 0;
    }
    let value = |key: &str| deployment.pointer(&format!("/spec/strategy/rollingUpdate/{key}"));
    let surge = scaled(value("maxSurge"), replicas, true);
    let unavailable = scaled(value("maxUnavailable"), replicas, false);
    match (surge, unavailable) {
        (Some(0), Some(0)) => 1.min(replicas),
        (Some(_), Some(unavailable)) => unavailable.min(replicas),
        _ => 0,
    }
}

fn is_daemon_set_ready(set: &Value) -> bool {
    if !is_observed(set) {
        return false;
    }
    if text(set, "/spec/updateStrategy/type") != "RollingUpdate" {
        return true;
    }
    let wanted = int(set, "/status/desiredNumberScheduled");
    if int(set, "/status/updatedNumberScheduled") != wanted {
        return false;
    }
    let unavailable = set.pointer("/spec/updateStrategy/rollingUpdate/maxUnavailable");
    let unavailable = match unavailable {
        None | Some(Value::Null) => wanted,
        value => scaled(value, wanted, true).unwrap_or(wanted),
    };
    int(set, "/status/numberReady") >= wanted.saturating_sub(unavailable)
}

fn is_stateful_set_ready(set: &Value) -> bool {
    if !is_observed(set) {
        return false;
    }
    if text(set, "/spec/updateStrategy/type") != "RollingUpdate" {
        return true;
    }
    let partition = int(set, "/spec/updateStrategy/rollingUpdate/partition");
    let replicas = set.pointer("/spec/replicas").and_then(Value::as_i64);
    let replicas = replicas.unwrap_or(1);
    let revision = |key: &str| text(set, key).to_owned();
    int(set, "/status/updatedReplicas") >= replicas.saturating_sub(partition)
        && int(set, "/status/readyReplicas") == replicas
        && (partition != 0
            || revision("/status/currentRevision") == revision("/status/updateRevision"))
}

fn is_definition_ready(definition: &Value) -> bool {
    let mut conditions = conditions(definition);
    // A conflict of names is not for Helm to wait for.
    conditions.any(|condition| {
        matches!(
            condition,
            ("Established", "True") | ("NamesAccepted", "False")
        )
    })
}
