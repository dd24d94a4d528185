//! Hooks as Helm 3, and Helm 4's strategy `legacy`, wait for them: Jobs and Pods come to their end.

use super::super::connection::Cluster;
use super::watch::{Event, Group, Listener};
use futures_util::future::{Either, join_all, select};
use release::{ClusterError, Resource};
use serde_json::Value;
use std::cell::RefCell;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// How a hook's resource ended; none while it has not.
type Outcome = Option<Result<(), String>>;

impl Cluster {
    /// Waits for the ends of all Jobs and Pods.
    pub(super) async fn wait_for_hooks(
        &self,
        resources: &[Resource],
        end: Instant,
    ) -> Result<(), ClusterError> {
        if resources.is_empty() {
            return Err(ClusterError::new("no objects visited"));
        }
        let waits = resources
            .iter()
            .map(|resource| self.wait_for_hook(resource, end));
        let ends = join_all(waits).await.into_iter();
        let errors = ends.filter_map(Result::err).map(ClusterError::new);
        match ClusterError::join(errors.collect(), self.is_helm_3) {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    async fn wait_for_hook(&self, resource: &Resource, end: Instant) -> Result<(), String> {
        if !["Job", "Pod"].contains(&&*resource.kind) {
            return Ok(());
        }
        let mut group = Group::of(resource);
        group.name.clone_from(&resource.name);
        let hook = Hook {
            resource,
            outcome: RefCell::new(None),
        };
        let following = std::pin::pin!(self.follow(&group, &hook));
        let ending = std::pin::pin!(async {
            while Instant::now() < end {
                if let Some(end) = hook.outcome.borrow().clone() {
                    return end;
                }
                sleep_until(end.min(Instant::now() + Duration::from_millis(20))).await;
            }
            Err("timed out waiting for the condition".to_owned())
        });
        match select(ending, following).await {
            Either::Left((end, _)) => end,
            // A list that is refused is asked for again, until time is over.
            Either::Right((_, ending)) => {
                sleep(Duration::ZERO).await;
                ending.await
            }
        }
    }
}

/// A hook's Job or Pod.
#[derive(Debug)]
struct Hook<'r> {
    resource: &'r Resource,
    outcome: RefCell<Outcome>,
}

impl Listener for Hook<'_> {
    async fn tell(&self, event: Event) {
        let end = match event {
            Event::Is(object) => end_of(&object, self.resource),
            Event::Deleted(_) => Some(Ok(())),
            Event::Listed(objects) => {
                let mut ends = objects.iter().map(|object| end_of(object, self.resource));
                ends.find(Option::is_some).flatten()
            }
        };
        if end.is_some() {
            *self.outcome.borrow_mut() = end;
        }
    }
}

/// How a Job or Pod ended.
fn end_of(object: &Value, resource: &Resource) -> Outcome {
    let text = |value: &Value, path: &str| -> String {
        let text = value.pointer(path).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let name = &resource.name;
    if resource.kind == "Pod" {
        return match &*text(object, "/status/phase") {
            "Succeeded" => Some(Ok(())),
            "Failed" => Some(Err(format!("pod {name} failed"))),
            _ => None,
        };
    }
    let conditions = object
        .pointer("/status/conditions")
        .and_then(Value::as_array);
    conditions.into_iter().flatten().find_map(|condition| {
        let is_true = text(condition, "/status") == "True";
        match &*text(condition, "/type") {
            "Complete" if is_true => Some(Ok(())),
            "Failed" if is_true => {
                let reason = text(condition, "/reason");
                Some(Err(format!("job {name} failed: {reason}")))
            }
            _ => None,
        }
    })
}
