//! Progress: why a resource is not ready, in one line that a person can act on.

use crate::Resource;
use serde_json::{Value, json};

/// What is known of a resource that is not ready.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// How far it has come, in the words of [`Readiness`](crate::Readiness).
    pub message: &'a str,
    /// The object as the server has it.
    pub live: &'a Value,
    /// Its pods.
    pub pods: &'a [Value],
    /// Events of the resource and of its pods.
    pub events: &'a [Value],
    /// The last words of containers that crashed: pod, container, text.
    pub logs: &'a [(String, String, String)],
}

/// The containers of a pod that crashed, whose last words tell why.
pub fn crashed_containers(pod: &Value) -> Vec<String> {
    let statuses = ["/status/initContainerStatuses", "/status/containerStatuses"].iter();
    let statuses = statuses.filter_map(|list| pod.pointer(list)?.as_array());
    let crashed = statuses.flatten().filter(|status| {
        let failed = |state: &str| {
            let code = status.pointer(&format!("{state}/terminated/exitCode"));
            code.and_then(Value::as_i64).is_some_and(|code| code != 0)
        };
        text(status, "/state/waiting/reason") == "CrashLoopBackOff" || failed("/state")
    });
    crashed
        .map(|status| text(status, "/name").to_owned())
        .collect()
}

impl Progress<'_> {
    /// One line: `Deployment/web: Available: 0/2: pod web-1: container app: image cannot be pulled: …`.
    pub fn line(&self) -> String {
        let mut parts = vec![format!("{}/{}", self.resource.kind, self.resource.name)];
        parts.extend(
            [self.message]
                .into_iter()
                .filter(|text| !text.is_empty())
                .map(one_line),
        );
        parts.extend(self.reason());
        parts.join(": ")
    }

    /// The same for machines: an object in one line.
    pub fn json(&self) -> String {
        json!({
            "kind": self.resource.kind,
            "namespace": self.resource.namespace,
            "name": self.resource.name,
            "message": self.message,
            "reason": self.reason(),
        })
        .to_string()
    }

    /// The reason that explains most; none where nothing is known.
    pub fn reason(&self) -> Option<String> {
        let is_pod = self.resource.kind == "Pod" && self.resource.group.is_empty();
        let own = is_pod.then(|| self.pod(self.live)).flatten();
        own.or_else(|| self.refused_pods())
            .or_else(|| {
                self.pods.iter().find_map(|pod| {
                    let reason = self.pod(pod)?;
                    Some(format!("pod {}: {reason}", text(pod, "/metadata/name")))
                })
            })
            .or_else(|| {
                let event = self.warning(&self.resource.name, |_| true)?;
                Some(format!("{}: {}", text(event, "/reason"), message(event)))
            })
    }

    /// Pods that the server does not take: a quota, an admission policy.
    fn refused_pods(&self) -> Option<String> {
        let condition = condition(self.live, "ReplicaFailure", "True")?;
        Some(format!("pods cannot be created: {}", message(condition)))
    }

    /// Why a pod is not ready.
    fn pod(&self, pod: &Value) -> Option<String> {
        if let Some(condition) = condition(pod, "PodScheduled", "False") {
            return Some(format!("cannot be scheduled: {}", message(condition)));
        }
        let statuses = |key: &str| {
            let statuses = pod.pointer(key).and_then(Value::as_array);
            statuses.into_iter().flatten()
        };
        let mut containers =
            statuses("/status/initContainerStatuses").chain(statuses("/status/containerStatuses"));
        if let Some((name, reason)) = containers
            .clone()
            .find_map(|status| Some((text(status, "/name"), container(status)?)))
        {
            let words = self.last_words(text(pod, "/metadata/name"), name);
            return Some(format!("container {name}: {reason}{words}"));
        }
        let waits = containers.any(|status| status.get("ready") == Some(&Value::Bool(false)));
        let name = text(pod, "/metadata/name");
        let event = self
            .warning(name, |reason| reason == "Unhealthy")
            .filter(|_| waits)?;
        Some(format!("probe fails: {}", message(event)))
    }

    /// What a container printed before it crashed.
    fn last_words(&self, pod: &str, container: &str) -> String {
        let mut logs = self.logs.iter();
        let log = logs.find(|(of, name, _)| of == pod && name == container);
        let lines = log.map_or("", |(_, _, text)| text.trim()).lines();
        let lines: Vec<String> = lines
            .map(one_line)
            .filter(|line| !line.is_empty())
            .collect();
        match lines.is_empty() {
            true => String::new(),
            false => format!("; it said: {}", lines.join(" | ")),
        }
    }

    /// The last warning about an object.
    fn warning(&self, name: &str, wanted: impl Fn(&str) -> bool) -> Option<&Value> {
        let events = self.events.iter().filter(|event| {
            text(event, "/type") == "Warning"
                && text(event, "/involvedObject/name") == name
                && wanted(text(event, "/reason"))
        });
        events.max_by_key(|event| {
            let last = text(event, "/lastTimestamp");
            [last, text(event, "/eventTime")].concat()
        })
    }
}

/// Why a container does not run.
fn container(status: &Value) -> Option<String> {
    if let Some(waiting) = status.pointer("/state/waiting") {
        let words = message(waiting);
        return match text(waiting, "/reason") {
            "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" | "ErrImageNeverPull" => {
                Some(format!("image cannot be pulled: {words}"))
            }
            "CrashLoopBackOff" => Some(crash(status)),
            "" | "ContainerCreating" | "PodInitializing" => None,
            reason => Some(format!("{reason}: {words}")),
        };
    }
    let ended = status.pointer("/state/terminated")?;
    let code = ended.get("exitCode").and_then(Value::as_i64).unwrap_or(0);
    (code != 0).then(|| format!("ended with exit status {code}{}", told(ended)))
}

fn crash(status: &Value) -> String {
    let restarts = status
        .get("restartCount")
        .and_then(Value::as_i64)
        .unwrap_or(0);
    let times = match restarts {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let last = status
        .pointer("/lastState/terminated")
        .unwrap_or(&Value::Null);
    let code = last.get("exitCode").and_then(Value::as_i64);
    let code = code.map_or_else(String::new, |code| format!(", with exit status {code}"));
    format!(
        "crashes again and again: restarted {times}{code}{}",
        told(last)
    )
}

/// The reason and the last words of a container, where they tell more than that it failed.
fn told(ended: &Value) -> String {
    let reason = match text(ended, "/reason") {
        "" | "Error" => String::new(),
        reason => format!(" ({reason})"),
    };
    match &*message(ended) {
        "" => reason,
        words => format!("{reason}: {words}"),
    }
}

fn condition<'v>(object: &'v Value, condition_type: &str, status: &str) -> Option<&'v Value> {
    let conditions = object.pointer("/status/conditions")?.as_array()?;
    conditions.iter().find(|condition| {
        text(condition, "/type") == condition_type && text(condition, "/status") == status
    })
}

fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    let text = value.pointer(path).and_then(Value::as_str);
    text.unwrap_or_default()
}

/// A message in one line.
fn message(value: &Value) -> String {
    one_line(text(value, "/message"))
}

fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(kind: &str, live: &Value, pods: &[Value], events: &[Value]) -> String {
        let resource = Resource {
            kind: kind.into(),
            name: "web".into(),
            ..Resource::default()
        };
        let message = "Available: 0/2";
        let progress = Progress {
            resource: &resource,
            message,
            live,
            pods,
            events,
            logs: &[("web-1".into(), "app".into(), "a\n\nno such file\n".into())],
        };
        let line = progress.line();
        assert!(progress.json().contains("\"message\":\"Available: 0/2\""));
        line
    }

    fn pod(status: &Value) -> Value {
        json!({ "metadata": { "name": "web-1" }, "status": status })
    }

    fn of_pod(status: &Value) -> String {
        line("Deployment", &Value::Null, &[pod(status)], &[])
    }

    #[test]
    fn pods_tell_why() {
        let start = "Deployment/web: Available: 0/2";
        let waiting = |reason: &str, message: &str| {
            json!({ "containerStatuses": [{
                "name": "app", "ready": false, "restartCount": 3,
                "state": { "waiting": { "reason": reason, "message": message } },
                "lastState": { "terminated": { "exitCode": 137, "reason": "OOMKilled" } },
            }] })
        };
        for (status, reason) in [
            (
                waiting("ImagePullBackOff", "Back-off\npulling \"x\""),
                ": pod web-1: container app: image cannot be pulled: Back-off pulling \"x\"; it said: a | no such file",
            ),
            (
                waiting("CrashLoopBackOff", "back-off"),
                ": pod web-1: container app: crashes again and again: restarted 3 times, with exit status 137 (OOMKilled); it said: a | no such file",
            ),
            (
                waiting("CreateContainerConfigError", "secret \"s\" not found"),
                ": pod web-1: container app: CreateContainerConfigError: secret \"s\" not found; it said: a | no such file",
            ),
            (waiting("ContainerCreating", ""), ""),
            (
                json!({ "conditions": [{ "type": "PodScheduled", "status": "False", "message": "0/1 nodes" }] }),
                ": pod web-1: cannot be scheduled: 0/1 nodes",
            ),
        ] {
            assert_eq!(of_pod(&status), format!("{start}{reason}"));
        }
    }

    #[test]
    fn events_and_quotas_tell_why() {
        let event = |name: &str, reason: &str, time: &str| {
            json!({ "type": "Warning", "reason": reason, "message": format!("at {time}"),
                "lastTimestamp": time, "involvedObject": { "name": name } })
        };
        let events = [
            event("web-1", "Unhealthy", "1"),
            event("web-1", "Unhealthy", "2"),
            event("web", "ProvisioningFailed", "3"),
        ];
        let running = pod(&json!({ "containerStatuses": [
            { "name": "app", "ready": false, "state": { "running": {} } },
        ] }));
        assert_eq!(
            line("Deployment", &Value::Null, &[running], &events),
            "Deployment/web: Available: 0/2: pod web-1: probe fails: at 2"
        );
        assert_eq!(
            line("PersistentVolumeClaim", &Value::Null, &[], &events),
            "PersistentVolumeClaim/web: Available: 0/2: ProvisioningFailed: at 3"
        );
        let full = json!({ "status": { "conditions": [
            { "type": "ReplicaFailure", "status": "True", "message": "exceeded quota: q" },
        ] } });
        assert_eq!(
            line("Deployment", &full, &[], &[]),
            "Deployment/web: Available: 0/2: pods cannot be created: exceeded quota: q"
        );
        assert_eq!(
            line("Deployment", &Value::Null, &[], &[]),
            "Deployment/web: Available: 0/2"
        );
    }
}
