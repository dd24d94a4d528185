//! The host: clock, randomness, name look-up and environment, as far as templates can reach them.

use crate::Map;
use crate::time::ZoneDatabase;
use std::fmt;
use std::rc::Rc;

/// A moment: seconds and nanoseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instant {
    /// Whole seconds, negative before 1970.
    pub seconds: i64,
    /// Nanoseconds into the second, 0 to 999,999,999.
    pub nanoseconds: u32,
}

/// A lack of the host, as a sentence for whoever asked a template for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Missing(pub &'static str);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Missing {}

/// The reason why a cluster did not answer `lookup`, for the template's author.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LookupError(pub String);

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LookupError {}

/// Everything that templates can learn from outside. Tests and deterministic renders bring their own.
pub trait Host {
    /// The current time.
    fn now(&self) -> Instant;

    /// Fills `bytes` with random ones, fit for keys.
    fn random(&self, bytes: &mut [u8]);

    /// The addresses of a host, as Go's `net.LookupHost` gives them; empty where it has none.
    ///
    /// # Errors
    /// Nobody can be asked.
    fn lookup_host(&self, name: &str) -> Result<Vec<String>, Missing>;

    /// An environment variable.
    fn environment(&self, name: &str) -> Option<String>;

    /// The object of a cluster, or, with an empty name, the list of objects: Helm's `lookup`. Empty
    /// where there is no such object or no cluster.
    ///
    /// # Errors
    /// The cluster does not know the kind, refuses, or does not answer.
    fn lookup_object(
        &self,
        _version: &str,
        _kind: &str,
        _namespace: &str,
        _name: &str,
    ) -> Result<Map, LookupError> {
        Ok(Map::new())
    }

    /// The local zone and the tz database. UTC and the built-in copy, where a host has nothing to say of it.
    fn zones(&self) -> Option<Rc<dyn ZoneDatabase>> {
        None
    }

    /// A file's template is about to be executed: what is random in it need not depend on others.
    fn begin(&self, _template: &str) {}
}

/// The objects that `lookup` finds.
pub trait Objects {
    /// As [`Host::lookup_object`].
    ///
    /// # Errors
    /// As there.
    fn lookup_object(
        &self,
        version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Map, LookupError>;
}

/// A host with other objects than its own.
#[derive(Clone, Copy)]
pub struct WithObjects<'h, O> {
    /// The host for all else.
    pub host: &'h dyn Host,
    /// The objects.
    pub objects: O,
}

impl<O> fmt::Debug for WithObjects<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithObjects").finish_non_exhaustive()
    }
}

impl<O: Objects> Host for WithObjects<'_, O> {
    fn now(&self) -> Instant {
        self.host.now()
    }

    fn random(&self, bytes: &mut [u8]) {
        self.host.random(bytes);
    }

    fn lookup_host(&self, name: &str) -> Result<Vec<String>, Missing> {
        self.host.lookup_host(name)
    }

    fn environment(&self, name: &str) -> Option<String> {
        self.host.environment(name)
    }

    fn lookup_object(
        &self,
        version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Map, LookupError> {
        self.objects.lookup_object(version, kind, namespace, name)
    }

    fn zones(&self) -> Option<Rc<dyn ZoneDatabase>> {
        self.host.zones()
    }

    fn begin(&self, template: &str) {
        self.host.begin(template);
    }
}
