//! A watch that goes on: it begins with a list, follows the changes, and begins anew where the server lost track. Where the
//! server does not allow it to watch, it lists again and again.

use super::super::connection::Cluster;
use futures_util::StreamExt;
use kube::api::WatchEvent;
use release::{ClusterError, Resource};
use serde_json::Value;
use std::time::Duration;
use tokio::time::sleep;

/// How long the server keeps a watch open, in seconds.
const WATCH_SECONDS: &str = "290";
/// The time between two lists where no watch can be had.
const POLL: Duration = Duration::from_secs(2);
/// The first time between attempts that fail; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(800);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What a watch tells.
#[derive(Debug)]
pub(super) enum Event {
    /// The object is there like this.
    Is(Value),
    /// The object has been deleted.
    Deleted(Value),
    /// These are all objects that are there.
    Listed(Vec<Value>),
}

/// Who is told.
pub(super) trait Listener {
    /// Takes an event; the next one comes afterwards.
    async fn tell(&self, event: Event);
}

/// The objects of a kind in one namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    api_version: String,
    kind: String,
    plural: String,
    group: String,
    path: String,
    /// The only object that counts; empty for all.
    pub(super) name: String,
}

impl Group {
    /// The group of a resource; all of its kind count.
    pub(super) fn of(resource: &Resource) -> Group {
        Group {
            api_version: resource.api_version(),
            kind: resource.kind.clone(),
            plural: resource.plural.clone(),
            group: resource.group.clone(),
            path: collection(resource),
            name: String::new(),
        }
    }

    /// The resource as errors name it: `deployments.apps`.
    fn resource(&self) -> String {
        match &*self.group {
            "" => self.plural.clone(),
            group => format!("{}.{group}", self.plural),
        }
    }

    /// The kind as Go names it: `apps/v1, Kind=Deployment`.
    fn go_name(&self) -> String {
        let slash = if self.group.is_empty() { "/" } else { "" };
        format!("{slash}{}, Kind={}", self.api_version, self.kind)
    }

    /// Says what an item of a list is.
    fn name_item(&self, item: &mut Value) {
        if let Some(fields) = item.as_object_mut() {
            fields.insert("apiVersion".into(), Value::from(&*self.api_version));
            fields.insert("kind".into(), Value::from(&*self.kind));
        }
    }
}

/// The path of a resource's kind in its namespace.
pub(super) fn collection(resource: &Resource) -> String {
    let root = match &*resource.group {
        "" => format!("/api/{}", resource.version),
        group => format!("/apis/{group}/{}", resource.version),
    };
    match resource.is_namespaced {
        true => format!(
            "{root}/namespaces/{}/{}",
            resource.namespace, resource.plural
        ),
        false => format!("{root}/{}", resource.plural),
    }
}

impl Cluster {
    /// Tells everything that happens in a group, for ever.
    ///
    /// # Errors
    /// The server's refusal to list; all else is tried again.
    pub(super) async fn follow(
        &self,
        group: &Group,
        listener: &impl Listener,
    ) -> Result<(), ClusterError> {
        let selector = format!("metadata.name={}", group.name);
        let selector: &[(&str, &str)] = match &*group.name {
            "" => &[],
            _ => &[("fieldSelector", &*selector)],
        };
        let mut pause = FIRST_PAUSE;
        loop {
            let list = self.list(&group.path, selector, &group.resource()).await;
            let mut list = match list {
                Ok(list) => list,
                Err(error) if error.status == 403 => {
                    let kind = group.go_name();
                    let message = format!("failed to list {kind}: {}", error.message);
                    return Err(ClusterError { message, ..error });
                }
                // The kind is gone, and its objects with it.
                Err(error) if error.is_not_found() => {
                    listener.tell(Event::Listed(Vec::new())).await;
                    return Ok(());
                }
                Err(_) => {
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    continue;
                }
            };
            list.items.iter_mut().for_each(|item| group.name_item(item));
            listener.tell(Event::Listed(list.items)).await;
            match self
                .changes(group, selector, list.metadata.resource_version, listener)
                .await
            {
                Ended::Forbidden => sleep(POLL).await,
                Ended::Lost => {
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Ended::Expired => {}
            }
        }
    }

    /// Tells the changes after a version, until the server has lost track.
    async fn changes(
        &self,
        group: &Group,
        selector: &[(&str, &str)],
        mut version: String,
        listener: &impl Listener,
    ) -> Ended {
        loop {
            let from = version.clone();
            let mut query = vec![
                ("allowWatchBookmarks", "true"),
                ("resourceVersion", &*from),
                ("timeoutSeconds", WATCH_SECONDS),
                ("watch", "true"),
            ];
            query.extend(selector);
            let events = match self.events(&group.path, &query).await {
                Ok(events) => events,
                Err(kube::Error::Api(status)) => {
                    return match status.code {
                        403 | 405 => Ended::Forbidden,
                        410 => Ended::Expired,
                        _ => Ended::Lost,
                    };
                }
                Err(_) => return Ended::Lost,
            };
            let mut events = std::pin::pin!(events);
            let mut is_empty = true;
            loop {
                let event = match events.next().await {
                    Some(Ok(event)) => event,
                    // The time of the watch is over.
                    None => break,
                    Some(Err(_)) => return Ended::Lost,
                };
                is_empty = false;
                let told = match event {
                    WatchEvent::Added(object) | WatchEvent::Modified(object) => Event::Is(object),
                    WatchEvent::Deleted(object) => Event::Deleted(object),
                    WatchEvent::Bookmark(bookmark) => {
                        version = bookmark.metadata.resource_version;
                        continue;
                    }
                    WatchEvent::Error(status) => {
                        return match status.code {
                            410 => Ended::Expired,
                            _ => Ended::Lost,
                        };
                    }
                };
                if let Event::Is(object) | Event::Deleted(object) = &told
                    && let Some(Value::String(new)) = object.pointer("/metadata/resourceVersion")
                {
                    version.clone_from(new);
                }
                listener.tell(told).await;
            }
            if is_empty {
                sleep(FIRST_PAUSE).await;
            }
        }
    }
}

/// Why the changes end.
#[derive(Clone, Copy, Debug)]
enum Ended {
    /// The server does not have the version any more.
    Expired,
    /// The user may not watch.
    Forbidden,
    /// The connection is gone, or the server has a fault.
    Lost,
}
