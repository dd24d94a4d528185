//! Reports while it waits: which resources are not ready, and why. They need requests of their own, so that they are made
//! only for who asked for them.

use super::super::connection::{Cluster, Message};
use super::super::logs::pod_path;
use http::Method;
use release::{Condition, Progress, Readiness, Resource, State, crashed_containers, selector_text};
use serde_json::Value;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::sleep;

/// The time before the first report: most things are ready by then.
const FIRST: Duration = Duration::from_secs(2);
/// The time between two reports.
const NEXT: Duration = Duration::from_secs(3);

/// How many of its last lines a crashed container is asked for.
const LAST_LINES: &str = "3";

/// Takes a report: of a resource that is not ready, or nothing more of one that is.
pub(crate) type Report = Box<dyn Fn(&Resource, Option<&Progress<'_>>) + Send + Sync>;

impl Cluster {
    /// The same cluster; while it waits, and once more where that was in vain, it tells of each resource that is not ready, and
    /// of each that was not and is.
    pub fn with_reports(
        mut self,
        report: impl Fn(&Resource, Option<&Progress<'_>>) + Send + Sync + 'static,
    ) -> Cluster {
        self.report = Some(Box::new(report));
        self
    }

    /// Reports until nobody polls it any more.
    pub(super) async fn report(
        &self,
        report: &Report,
        resources: &[Resource],
        condition: Condition,
    ) -> Infallible {
        sleep(FIRST).await;
        let mut told = vec![String::new(); resources.len()];
        loop {
            for (resource, told) in resources.iter().zip(&mut told) {
                self.report_one(report, resource, condition, told).await;
            }
            sleep(NEXT).await;
        }
    }

    /// Reports once more, in the end.
    pub(super) async fn report_last(
        &self,
        report: &Report,
        resources: &[Resource],
        condition: Condition,
    ) {
        for resource in resources {
            // Who is told, knows what it was told before.
            let mut told = "not ready".to_owned();
            self.report_one(report, resource, condition, &mut told)
                .await;
        }
    }

    /// Tells of a resource if there is something new.
    async fn report_one(
        &self,
        report: &Report,
        resource: &Resource,
        condition: Condition,
        told: &mut String,
    ) {
        // What cannot be asked now may be asked the next time.
        let Ok(live) = self.live(resource).await else {
            return;
        };
        let readiness = match condition {
            Condition::HookDone => Readiness::of_hook(&live),
            Condition::Ready { jobs: true } => Readiness::with_jobs(&live, super::now()),
            Condition::Ready { jobs: false } | Condition::Deleted => {
                Readiness::of(&live, super::now())
            }
        };
        if readiness.state == State::Current && condition != Condition::Deleted {
            if !told.is_empty() {
                told.clear();
                report(resource, None);
            }
            return;
        }
        let pods = match pod_selector(resource, &live) {
            Some(selector) => {
                let query = [("labelSelector", &*selector)];
                self.of_namespace(resource, "pods", &query).await
            }
            None => Vec::new(),
        };
        let warnings = [("fieldSelector", "type=Warning")];
        let events = self.of_namespace(resource, "events", &warnings).await;
        let is_pod = resource.kind == "Pod" && resource.group.is_empty();
        let own = is_pod.then_some(&live);
        let logs = self.last_words(resource, pods.iter().chain(own)).await;
        let progress = Progress {
            resource,
            message: &readiness.message,
            live: &live,
            pods: &pods,
            events: &events,
            logs: &logs,
        };
        let line = progress.line();
        if line != *told {
            report(resource, Some(&progress));
            *told = line;
        }
    }

    /// The last lines of containers that crashed.
    async fn last_words<'p>(
        &self,
        resource: &Resource,
        pods: impl Iterator<Item = &'p Value>,
    ) -> Vec<(String, String, String)> {
        let mut logs = Vec::new();
        for pod in pods {
            let name = pod.pointer("/metadata/name").and_then(Value::as_str);
            let name = name.unwrap_or_default();
            for container in crashed_containers(pod) {
                let Ok(path) = pod_path(&resource.namespace, name) else {
                    continue;
                };
                let path = path + "/log";
                let query = [
                    ("container", &*container),
                    ("previous", "true"),
                    ("tailLines", LAST_LINES),
                ];
                let subject = ("pods", name);
                let mut message = Message::new(Method::GET, &path, &query, subject);
                message.accept = "*/*";
                let mut answer = self.request(&message).await;
                if answer.is_err() {
                    // It has not been started again.
                    let query = [("container", &*container), ("tailLines", LAST_LINES)];
                    let mut message = Message::new(Method::GET, &path, &query, subject);
                    message.accept = "*/*";
                    answer = self.request(&message).await;
                }
                if let Ok(text) = answer {
                    let text = String::from_utf8_lossy(&text).into_owned();
                    logs.push((name.to_owned(), container, text));
                }
            }
        }
        logs
    }

    async fn of_namespace(
        &self,
        resource: &Resource,
        plural: &str,
        query: &[(&str, &str)],
    ) -> Vec<Value> {
        if !resource.is_namespaced {
            return Vec::new();
        }
        let path = format!("/api/v1/namespaces/{}/{plural}", resource.namespace);
        let list = self.list(&path, query, plural).await;
        list.map(|list| list.items).unwrap_or_default()
    }
}

/// The labels of a resource's pods; none of kinds without pods.
fn pod_selector(resource: &Resource, live: &Value) -> Option<String> {
    match (&*resource.group, &*resource.kind) {
        ("apps", "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet") | ("batch", "Job") => {
            live.pointer("/spec/selector").map(selector_text)
        }
        _ => None,
    }
}
