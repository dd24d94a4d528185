//! Pods and what their containers print.

use super::connection::{Cluster, Message};
use http::Method;
use release::{ClusterError, LogSource};
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

impl Cluster {
    /// The pods of a namespace with these labels.
    ///
    /// # Errors
    /// The server's.
    pub fn pods(&self, namespace: &str, selector: &str) -> Result<Vec<Value>, ClusterError> {
        let path = format!("/api/v1/namespaces/{namespace}/pods");
        let list = self.block_on(self.list(&path, &[("labelSelector", selector)], "pods"))?;
        Ok(list.items)
    }

    /// The logs of a container, up to now.
    ///
    /// # Errors
    /// The server's.
    pub fn logs(&self, source: &LogSource<'_>) -> Result<Vec<u8>, ClusterError> {
        let (namespace, pod) = (source.namespace, source.pod);
        let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/log");
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
