//! A world in which some things are as a user says and the others as they are.

use super::{Objects, Seeded, System};
use gostd::Map;
use gostd::time::ZoneDatabase;
use gostd::world::{Instant, Missing, World};
use std::rc::Rc;
use std::sync::Arc;

/// The system's world, with a seed instead of clock and randomness, or with objects for `lookup` to
/// find, or with both.
#[derive(Debug, Default)]
pub struct Staged {
    /// Where random bytes and the time come from; the system's where this is none.
    pub seeded: Option<Seeded>,
    /// What the cluster has.
    pub objects: Arc<Objects>,
}

impl Staged {
    /// The same world, as it is before anything was asked of it: for another render.
    pub fn again(&self) -> Staged {
        Staged {
            seeded: self.seeded.as_ref().map(Seeded::again),
            objects: Arc::clone(&self.objects),
        }
    }
}

impl World for Staged {
    fn now(&self) -> Instant {
        match &self.seeded {
            Some(seeded) => seeded.now(),
            None => System.now(),
        }
    }

    fn random(&self, bytes: &mut [u8]) {
        match &self.seeded {
            Some(seeded) => seeded.random(bytes),
            None => System.random(bytes),
        }
    }

    fn lookup_host(&self, name: &str) -> Result<Vec<String>, Missing> {
        System.lookup_host(name)
    }

    fn environment(&self, name: &str) -> Option<String> {
        System.environment(name)
    }

    fn lookup_object(&self, version: &str, kind: &str, namespace: &str, name: &str) -> Map {
        self.objects.lookup(version, kind, namespace, name)
    }

    /// What is made of a seed is the same on machines of any zone.
    fn zones(&self) -> Option<Rc<dyn ZoneDatabase>> {
        match self.seeded {
            Some(_) => None,
            None => System.zones(),
        }
    }

    fn begin(&self, template: &str) {
        if let Some(seeded) = &self.seeded {
            seeded.begin(template);
        }
    }
}
