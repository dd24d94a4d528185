//! A cluster whose records can be read and written, and whose resources cannot yet.

use ::release::{
    Cluster, ClusterError, Condition, LogSource, Resource, ServerInfo, Verb, WaitStrategy,
};
use serde_json::Value;
use std::rc::Rc;
use std::time::Duration;

/// The cluster of the records.
#[derive(Debug)]
pub(super) struct Unbuilt(pub(super) Rc<cluster::Cluster>);

fn refuse<T>() -> Result<T, ClusterError> {
    Err(ClusterError::new("rhelm changes nothing in a cluster yet"))
}

impl Cluster for Unbuilt {
    fn reach(&self) -> Result<(), ClusterError> {
        let reached = self.0.reach();
        reached.map_err(|error| ClusterError::new(error.to_string()))?;
        // Before anything is written.
        refuse()
    }

    fn server_info(&self) -> Result<ServerInfo, ClusterError> {
        refuse()
    }

    fn forget_kinds(&self) {}

    fn build(&self, _: &str, _: bool) -> Result<Vec<Resource>, ClusterError> {
        refuse()
    }

    fn send(&self, requests: &[(&Resource, Verb)]) -> Vec<Result<Value, ClusterError>> {
        requests.iter().map(|_| refuse()).collect()
    }

    fn wait(
        &self,
        _: &[Resource],
        _: Condition,
        _: WaitStrategy,
        _: Duration,
    ) -> Result<(), ClusterError> {
        refuse()
    }

    fn pods(&self, _: &str, _: &str) -> Result<Vec<Value>, ClusterError> {
        refuse()
    }

    fn logs(&self, _: &LogSource<'_>) -> Result<Vec<u8>, ClusterError> {
        refuse()
    }

    fn tables(&self, _: &[Resource]) -> Result<String, ClusterError> {
        refuse()
    }
}
