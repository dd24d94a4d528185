//! The API server as what releases need of a cluster.

use super::connection::Cluster;
use release::{
    ClusterError, Condition, LogSource, LookupFailure, PodSelector, Reference, Resource,
    ServerInfo, Verb, WaitStrategy,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

impl release::Cluster for Cluster {
    fn reach(&self) -> Result<(), ClusterError> {
        Ok(Cluster::reach(self)?)
    }

    fn server_info(&self) -> Result<ServerInfo, ClusterError> {
        self.ask_server_info()
    }

    fn forget_kinds(&self) {
        self.known_kinds.take();
        self.version_kinds.take();
        self.new_kinds_since.set(Some(Instant::now()));
    }

    fn look_up(&self, object: &Reference<'_>) -> Result<Value, LookupFailure> {
        self.look_up_object(object)
    }

    fn build(&self, manifest: &str, validate: bool) -> Result<Vec<Resource>, ClusterError> {
        self.build_resources(manifest, validate)
    }

    fn send(&self, requests: &[(&Resource, Verb)]) -> Vec<Result<Value, ClusterError>> {
        self.send_all(requests)
    }

    fn wait(
        &self,
        resources: &[Resource],
        condition: Condition,
        strategy: WaitStrategy,
        timeout: Duration,
    ) -> Result<(), ClusterError> {
        Cluster::wait(self, resources, condition, strategy, timeout)
    }

    fn pods(&self, namespace: &str, selector: PodSelector<'_>) -> Result<Vec<Value>, ClusterError> {
        Cluster::pods(self, namespace, selector)
    }

    fn logs(&self, source: &LogSource<'_>) -> Result<Vec<u8>, ClusterError> {
        Cluster::logs(self, source)
    }

    fn tables(&self, resources: &[Resource]) -> Result<String, ClusterError> {
        self.print_tables(resources)
    }

    fn objects(&self, resources: &[Resource]) -> BTreeMap<String, Vec<Value>> {
        self.list_objects(resources)
    }
}
