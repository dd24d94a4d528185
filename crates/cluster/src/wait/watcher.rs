//! Helm 4's strategy `watcher`: a watch for each kind in each namespace, and the rules of kstatus.

use super::super::connection::Cluster;
use super::target::{Target, Targets};
use super::watch::{Event, Group, Listener};
use super::{DEADLINE, TICK};
use futures_util::stream::{FuturesUnordered, StreamExt};
use release::{ClusterError, Condition, Readiness, State, with_pods};
use serde_json::Value;
use std::cell::Cell;
use tokio::time::{Instant, sleep, timeout_at};

impl Cluster {
    /// Waits until all targets have come to their end, for good or bad.
    pub(super) async fn watch_targets(
        &self,
        targets: Targets<'_>,
        condition: Condition,
        end: Instant,
    ) -> Result<(), ClusterError> {
        let groups = groups(&targets);
        let listed: Vec<Cell<bool>> = groups.iter().map(|_| Cell::new(false)).collect();
        let members = groups
            .iter()
            .zip(&listed)
            .map(|((_, members), listed)| Members {
                cluster: self,
                targets: &targets,
                members,
                condition,
                listed,
            });
        let members: Vec<Members<'_>> = members.collect();
        let following: FuturesUnordered<_> = groups
            .iter()
            .zip(&members)
            .map(|((group, _), members)| self.follow(group, members))
            .collect();
        let failing = following.filter_map(|result| std::future::ready(result.err()));
        let mut failing = std::pin::pin!(failing);
        loop {
            if listed.iter().all(Cell::get) && targets.is_done() {
                return targets.result(None);
            }
            if Instant::now() >= end {
                return targets.result(Some(DEADLINE));
            }
            let tick = end.min(Instant::now() + TICK / 5);
            match timeout_at(tick, failing.next()).await {
                Ok(Some(error)) => return Err(error),
                // Nobody tells any more.
                Ok(None) => sleep(TICK).await,
                Err(_) => {}
            }
            targets.see_time();
        }
    }
}

/// The targets of one kind in one namespace.
#[derive(Debug)]
struct Members<'w> {
    cluster: &'w Cluster,
    targets: &'w Targets<'w>,
    /// Where they are among the targets.
    members: &'w [usize],
    condition: Condition,
    /// Becomes true when the server has told of all.
    listed: &'w Cell<bool>,
}

impl Listener for Members<'_> {
    async fn tell(&self, event: Event) {
        let members = self.members.iter();
        for target in members.filter_map(|at| self.targets.list.get(*at)) {
            match &event {
                Event::Is(object) if target.is(object) => self.see(target, object).await,
                Event::Deleted(object) if target.is(object) => {
                    target.set(Readiness::not_found(), None);
                }
                Event::Listed(objects) => {
                    match objects.iter().find(|object| target.is(object)) {
                        Some(object) => self.see(target, object).await,
                        // It was there before.
                        None if target.is_known() => target.set(Readiness::not_found(), None),
                        None => {}
                    }
                }
                _ => {}
            }
        }
        self.listed.set(true);
    }
}

impl Members<'_> {
    async fn see(&self, target: &Target<'_>, object: &Value) {
        let mut readiness = self.targets.readiness(object);
        let resource = target.resource;
        let has_pods = resource.group == "apps"
            && ["ReplicaSet", "StatefulSet"].contains(&&*resource.kind)
            && matches!(self.condition, Condition::Ready { .. });
        if has_pods && readiness.state == State::InProgress {
            let selector = object.pointer("/spec/selector").unwrap_or(&Value::Null);
            let selector = release::selector_text(selector);
            let path = format!("/api/v1/namespaces/{}/pods", resource.namespace);
            let query = [("labelSelector", &*selector)];
            let pods = self.cluster.list(&path, &query, "pods").await;
            readiness = match pods {
                Ok(pods) => with_pods(readiness, &named_pods(pods.items), super::now()),
                Err(_) => Readiness::unknown(),
            };
        }
        target.set(readiness, Some(object));
    }
}

/// Pods of a list, with their kind.
fn named_pods(mut pods: Vec<Value>) -> Vec<Value> {
    for pod in &mut pods {
        if let Some(fields) = pod.as_object_mut() {
            fields.insert("apiVersion".into(), Value::from("v1"));
            fields.insert("kind".into(), Value::from("Pod"));
        }
    }
    pods
}

/// The kinds and namespaces of the targets, each with the places of its members.
fn groups(targets: &Targets<'_>) -> Vec<(Group, Vec<usize>)> {
    let mut groups: Vec<(Group, Vec<usize>)> = Vec::new();
    for (at, target) in targets.list.iter().enumerate() {
        let group = Group::of(target.resource);
        match groups.iter_mut().find(|(other, _)| *other == group) {
            Some((_, members)) => members.push(at),
            None => groups.push((group, vec![at])),
        }
    }
    groups
}
