//! The system's host with a seed or a user's objects in place of some of its parts.

use super::{DeterministicSource, OfflineCluster, System};
use gostd::Map;
use gostd::host::{Host, Instant, LookupError, Missing};
use gostd::time::ZoneDatabase;
use std::rc::Rc;
use std::sync::Arc;

/// The system's host, with a seed instead of clock and randomness, or with objects for `lookup` to
/// find, or with both.
#[derive(Debug, Default)]
pub struct HostOverrides {
    /// The source of random bytes and the time; the system's if this is none.
    pub deterministic: Option<DeterministicSource>,
    /// The objects of the cluster.
    pub objects: Arc<OfflineCluster>,
}

impl HostOverrides {
    /// A fresh copy, as before the first question: for another render.
    pub fn again(&self) -> HostOverrides {
        HostOverrides {
            deterministic: self.deterministic.as_ref().map(DeterministicSource::again),
            objects: Arc::clone(&self.objects),
        }
    }
}

impl Host for HostOverrides {
    fn now(&self) -> Instant {
        match &self.deterministic {
            Some(deterministic) => deterministic.now(),
            None => System.now(),
        }
    }

    fn random(&self, bytes: &mut [u8]) {
        match &self.deterministic {
            Some(deterministic) => deterministic.random(bytes),
            None => System.random(bytes),
        }
    }

    fn lookup_host(&self, name: &str) -> Result<Vec<String>, Missing> {
        System.lookup_host(name)
    }

    fn environment(&self, name: &str) -> Option<String> {
        System.environment(name)
    }

    fn lookup_object(
        &self,
        version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Map, LookupError> {
        Ok(self.objects.lookup(version, kind, namespace, name))
    }

    /// A render from a seed is the same on machines of any zone.
    fn zones(&self) -> Option<Rc<dyn ZoneDatabase>> {
        match self.deterministic {
            Some(_) => None,
            None => System.zones(),
        }
    }

    fn begin(&self, template: &str) {
        if let Some(deterministic) = &self.deterministic {
            deterministic.begin(template);
        }
    }
}
