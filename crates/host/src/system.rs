//! The machine as it is.

mod random;
#[cfg(feature = "dns")]
mod resolver;
mod zones;

use gostd::host::{Host, Instant, Missing};
use gostd::time::ZoneDatabase;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Clock, randomness, environment and name servers of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Host for System {
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

    #[cfg(feature = "dns")]
    fn lookup_host(&self, name: &str) -> Result<Vec<String>, Missing> {
        Ok(resolver::Resolver::system().addresses(name))
    }

    #[cfg(not(feature = "dns"))]
    fn lookup_host(&self, _name: &str) -> Result<Vec<String>, Missing> {
        Err(Missing(
            "this build of rhelm asks no name servers (its feature \"dns\" is off)",
        ))
    }

    fn environment(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn zones(&self) -> Option<Rc<dyn ZoneDatabase>> {
        Some(Rc::new(zones::SystemZones))
    }
}
