//! The cluster of Helm's driver `memory`: a real one tells templates what it is, and nothing is sent to it.

use ::release::{
    Cluster, ClusterError, Condition, LogSource, NoCluster, Resource, ServerInfo, Verb,
    WaitStrategy,
};
use cluster::Settings;
use serde_json::Value;
use std::time::Duration;

/// See the module.
#[derive(Debug)]
pub(super) struct Printing {
    settings: Settings,
}

impl Printing {
    /// Nothing is connected to before it is asked what it is.
    pub(super) fn new(settings: Settings) -> Printing {
        Printing { settings }
    }
}

impl Cluster for Printing {
    fn is_absent(&self) -> bool {
        true
    }

    fn reach(&self) -> Result<(), ClusterError> {
        NoCluster.reach()
    }

    fn server_info(&self) -> Result<ServerInfo, ClusterError> {
        let cluster = cluster::Cluster::new(&self.settings);
        let cluster = cluster.map_err(|error| ClusterError::new(error.to_string()))?;
        cluster.server_info()
    }

    fn forget_kinds(&self) {}

    fn build(&self, manifest: &str, validate: bool) -> Result<Vec<Resource>, ClusterError> {
        NoCluster.build(manifest, validate)
    }

    fn send(&self, requests: &[(&Resource, Verb)]) -> Vec<Result<Value, ClusterError>> {
        NoCluster.send(requests)
    }

    fn wait(
        &self,
        resources: &[Resource],
        condition: Condition,
        strategy: WaitStrategy,
        timeout: Duration,
    ) -> Result<(), ClusterError> {
        NoCluster.wait(resources, condition, strategy, timeout)
    }

    fn pods(&self, namespace: &str, selector: &str) -> Result<Vec<Value>, ClusterError> {
        NoCluster.pods(namespace, selector)
    }

    fn logs(&self, source: &LogSource<'_>) -> Result<Vec<u8>, ClusterError> {
        NoCluster.logs(source)
    }

    fn tables(&self, resources: &[Resource]) -> Result<String, ClusterError> {
        NoCluster.tables(resources)
    }
}
