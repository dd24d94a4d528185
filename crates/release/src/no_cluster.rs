//! The cluster of Helm's driver `memory`.

use super::cluster::{
    Cluster, ClusterError, Condition, LogSource, LookupFailure, PodSelector, Reference, Resource,
    ServerInfo, Verb, WaitStrategy,
};
use serde_json::Value;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// The cluster of Helm's driver `memory`: it builds no resources, so that nothing is sent. What templates see of a cluster may
/// be a real one's.
#[derive(Default)]
pub struct NoCluster {
    connect: Option<Connect>,
    real: OnceCell<Result<Rc<dyn Cluster>, ClusterError>>,
}

/// Connects to the real cluster.
type Connect = Box<dyn Fn() -> Result<Rc<dyn Cluster>, ClusterError>>;

impl NoCluster {
    /// The same; templates see the cluster that `connect` leads to, once they ask.
    pub fn in_front_of(
        connect: impl Fn() -> Result<Rc<dyn Cluster>, ClusterError> + 'static,
    ) -> NoCluster {
        NoCluster {
            connect: Some(Box::new(connect)),
            real: OnceCell::new(),
        }
    }

    /// The cluster that templates see, if there is one.
    fn real(&self) -> Result<Option<&dyn Cluster>, ClusterError> {
        let Some(connect) = &self.connect else {
            return Ok(None);
        };
        match self.real.get_or_init(connect) {
            Ok(cluster) => Ok(Some(&**cluster)),
            Err(error) => Err(error.clone()),
        }
    }
}

impl fmt::Debug for NoCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoCluster").finish_non_exhaustive()
    }
}

impl Cluster for NoCluster {
    fn is_absent(&self) -> bool {
        true
    }

    fn reach(&self) -> Result<(), ClusterError> {
        Ok(())
    }

    fn server_info(&self) -> Result<ServerInfo, ClusterError> {
        self.real()?
            .map_or_else(|| Ok(ServerInfo::default()), Cluster::server_info)
    }

    fn forget_kinds(&self) {}

    fn look_up(&self, object: &Reference<'_>) -> Result<Value, LookupFailure> {
        let real = self.real().map_err(LookupFailure::Object)?;
        real.map_or(Ok(Value::Null), |cluster| cluster.look_up(object))
    }

    fn build(&self, _: &str, _: bool) -> Result<Vec<Resource>, ClusterError> {
        Ok(Vec::new())
    }

    fn send(&self, requests: &[(&Resource, Verb)]) -> Vec<Result<Value, ClusterError>> {
        requests.iter().map(|_| Ok(Value::Null)).collect()
    }

    fn wait(
        &self,
        _: &[Resource],
        _: Condition,
        _: WaitStrategy,
        _: Duration,
    ) -> Result<(), ClusterError> {
        Ok(())
    }

    fn pods(&self, _: &str, _: PodSelector<'_>) -> Result<Vec<Value>, ClusterError> {
        Ok(Vec::new())
    }

    fn logs(&self, _: &LogSource<'_>) -> Result<Vec<u8>, ClusterError> {
        Ok(Vec::new())
    }

    fn tables(&self, _: &[Resource]) -> Result<String, ClusterError> {
        Ok(String::new())
    }

    fn objects(&self, _: &[Resource]) -> BTreeMap<String, Vec<Value>> {
        BTreeMap::new()
    }
}
