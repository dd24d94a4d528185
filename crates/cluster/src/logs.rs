//! Pods and what their containers print.

use super::connection::{Cluster, Message};
use super::error::Error;
use super::objects::path_of;
use http::Method;
use release::{ClusterError, LogSource, PodSelector, Resource};
use serde::Deserialize;
use serde_json::Value;

/// A list as the server answers; its items do not say what they are.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct List {
    pub(super) metadata: ListMetadata,
    pub(super) items: Vec<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ListMetadata {
    pub(super) resource_version: String,
}

/// The path of a pod; of all pods of the namespace, without a name.
///
/// # Errors
/// A name cannot be part of a path.
pub(super) fn pod_path(namespace: &str, name: &str) -> Result<String, Error> {
    let pods = Resource {
        version: "v1".into(),
        plural: "pods".into(),
        is_namespaced: true,
        namespace: namespace.into(),
        ..Resource::default()
    };
    path_of(&pods, name)
}

impl Cluster {
    /// The pods of a namespace that are meant.
    ///
    /// # Errors
    /// The server's.
    pub fn pods(
        &self,
        namespace: &str,
        selector: PodSelector<'_>,
    ) -> Result<Vec<Value>, ClusterError> {
        let (parameter, text) = match selector {
            PodSelector::Job(name) => ("labelSelector", format!("job-name={name}")),
            PodSelector::Labels(labels) => ("labelSelector", labels.to_owned()),
            PodSelector::Name(name) => ("fieldSelector", format!("metadata.name={name}")),
        };
        let query = [(parameter, &*text)];
        let list = self.block_on(self.list(&pod_path(namespace, "")?, &query, "pods"))?;
        Ok(list.items)
    }

    /// The logs of a container, up to now.
    ///
    /// # Errors
    /// The server's.
    pub fn logs(&self, source: &LogSource<'_>) -> Result<Vec<u8>, ClusterError> {
        let (namespace, pod) = (source.namespace, source.pod);
        let path = pod_path(namespace, pod)? + "/log";
        let query = [("container", source.container)];
        let query = match source.container {
            "" => &query[..0],
            _ => &query[..],
        };
        let mut message = Message::new(Method::GET, &path, query, ("pods", pod));
        message.accept = "*/*";
        Ok(self.block_on(self.request(&message))?)
    }

    /// A list of objects; `resource` is what errors name.
    pub(super) async fn list(
        &self,
        path: &str,
        query: &[(&str, &str)],
        resource: &str,
    ) -> Result<List, ClusterError> {
        let message = Message::new(Method::GET, path, query, (resource, ""));
        let answer = self.request(&message).await?;
        let list = serde_json::from_slice(&answer);
        list.map_err(|error| ClusterError::new(format!("unable to decode a list: {error}")))
    }
}
