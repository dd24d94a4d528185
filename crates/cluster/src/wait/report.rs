//! Reports while it waits: which resources are not ready, and why. They need requests of their own, so that they are made
//! only for who asked for them.

use super::super::connection::Cluster;
use release::{Condition, Progress, Readiness, Resource, State, selector_text};
use serde_json::Value;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::sleep;

/// The time before the first report: most things are ready by then.
const FIRST: Duration = Duration::from_secs(2);
/// The time between two reports.
const NEXT: Duration = Duration::from_secs(3);

/// Takes a report.
pub(crate) type Report = Box<dyn Fn(&Progress<'_>) + Send + Sync>;

impl Cluster {
    /// The same cluster; while it waits, it tells of each resource that is not ready.
    pub fn with_reports(
        mut self,
        report: impl Fn(&Progress<'_>) + Send + Sync + 'static,
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
        let progress = Progress {
            resource,
            message: &readiness.message,
            live: &live,
            pods: &pods,
            events: &events,
        };
        let line = progress.line();
        if line != *told {
            report(&progress);
            *told = line;
        }
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
