//! The outside world: the system's clock, randomness and environment, or what a user sets in their
//! place.

mod objects;
mod random;
mod resolver;
mod seeded;
mod staged;
mod zones;

pub use objects::{Objects, ObjectsError};
pub use seeded::Seeded;
pub use staged::Staged;

use gostd::time::ZoneDatabase;
use gostd::world::{Instant, World};
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Clock, randomness, environment and name servers of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl World for System {
    fn now(&self) -> Instant {
        // A clock before 1970 shows the epoch.
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let since = since.unwrap_or_default();
        Instant {
            seconds: since.as_secs() as i64,
            nanoseconds: since.subsec_nanos(),
        }
    }

    fn random(&self, bytes: &mut [u8]) {
        random::fill(bytes);
    }

    fn lookup_host(&self, name: &str) -> Vec<String> {
        resolver::Resolver::system().addresses(name)
    }

    fn environment(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn zones(&self) -> Option<Rc<dyn ZoneDatabase>> {
        Some(Rc::new(zones::SystemZones))
    }
}
