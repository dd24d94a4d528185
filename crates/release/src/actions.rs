//! What Helm's commands do with releases, in their order: records and resources, hooks and waiting (`pkg/action`).
//!
//! All of it is pure over a [`Cluster`], a [`Storage`] and a clock. What templates make of a chart is a matter of
//! [`Source`].

mod adopt;
mod error;
mod hooks;
mod install;
mod lookup;
mod map_apis;
mod preview;
mod recreate;
mod reuse;
mod review;
mod rollback;
mod source;
mod stored_chart;
mod test;
mod uninstall;
mod unlock;
mod upgrade;
mod write;

pub use adopt::Adopt;
pub use error::ActionError;
pub use install::Install;
pub use lookup::{ClusterObjects, LookupHost};
pub use map_apis::{Mapping, map_api_versions};
pub use preview::Preview;
pub use reuse::Reuse;
pub use review::{Plan, Review};
pub use rollback::Rollback;
pub use source::{PostRenderer, Source};
pub use test::{Filter, Test, Tested};
pub use uninstall::{Uninstall, Uninstalled};
pub use unlock::Lock;
pub use upgrade::Upgrade;

use super::apply::{Applier, Method};
use super::cluster::{Cluster, ClusterError, Condition, Resource, WaitStrategy};
use super::storage::Storage;
use super::time::Timestamp;
use compat::notice::{Level, Notice};
use compat::profile::{CommandLine, Profile};
use gostd::host::Host;
use gostd::time::Time;
use std::time::Duration;

/// The parts of the world that actions need.
#[derive(Clone, Copy)]
pub struct Actions<'a> {
    /// The API server.
    pub cluster: &'a dyn Cluster,
    /// The records of the release's namespace.
    pub storage: &'a dyn Storage,
    /// The Helm to be.
    pub profile: &'a Profile,
    /// The time, in the local zone.
    pub clock: &'a dyn Fn() -> Time,
    /// Takes what Helm logs meanwhile.
    pub notify: &'a dyn Fn(&[Notice]),
    /// Takes the logs of hooks' containers as Helm 3 prints them, raw.
    pub print_log: &'a dyn Fn(&[u8]),
    /// Looks at what is about to be done.
    pub review: Option<Review<'a>>,
}

impl std::fmt::Debug for Actions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Actions").finish_non_exhaustive()
    }
}

/// What is done to the cluster by a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DryRun {
    /// All of it.
    #[default]
    No,
    /// Nothing, and as far as Helm can, the cluster is not asked either.
    Client,
    /// Nothing, but the cluster is asked.
    Server,
}

impl DryRun {
    /// Returns true if nothing is changed.
    pub fn is_on(self) -> bool {
        self != DryRun::No
    }
}

/// How long the end of something is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// `--wait`.
    pub strategy: WaitStrategy,
    /// `--wait-for-jobs`.
    pub jobs: bool,
    /// `--timeout`.
    pub timeout: Duration,
}

impl Waiting {
    /// The same where everything that follows must be undone if it fails: then it is waited for.
    fn with_undo(self, undoes: bool, is_helm_3: bool) -> Waiting {
        let strategy = match (self.strategy, undoes, is_helm_3) {
            (WaitStrategy::HookOnly, true, true) => WaitStrategy::Legacy,
            (WaitStrategy::HookOnly, true, false) => WaitStrategy::Watcher,
            (strategy, ..) => strategy,
        };
        Waiting { strategy, ..self }
    }
}

/// What the user said, or else a text of Helm's.
fn given_or<'t>(given: &'t str, text: &'t str) -> &'t str {
    if given.is_empty() { text } else { given }
}

impl<'a> Actions<'a> {
    fn is_helm_3(&self) -> bool {
        self.profile.command_line == CommandLine::Helm3
    }

    fn now(&self) -> Timestamp {
        Timestamp::new((self.clock)())
    }

    /// A line of Helm 4's log; Helm 3 writes its own with `--debug` alone.
    fn log(&self, level: Level, message: &str, attributes: Vec<(&'static str, String)>) {
        if !self.is_helm_3() {
            (self.notify)(&[Notice::structured(level, message, attributes)]);
        }
    }

    /// A host whose `lookup` asks the cluster.
    pub fn lookup_host<'h>(&self, host: &'h dyn Host) -> LookupHost<'h>
    where
        'a: 'h,
    {
        let objects = ClusterObjects {
            cluster: self.cluster,
            profile: self.profile,
            notify: self.notify,
        };
        LookupHost { host, objects }
    }

    fn applier(&self, method: Method) -> Applier<'_> {
        Applier {
            cluster: self.cluster,
            method,
            profile: self.profile,
        }
    }

    /// Waits until resources are ready, if that is wanted.
    fn wait(&self, resources: &[Resource], waiting: &Waiting) -> Result<(), ClusterError> {
        let condition = Condition::Ready { jobs: waiting.jobs };
        match waiting.strategy {
            WaitStrategy::HookOnly => Ok(()),
            strategy => self
                .cluster
                .wait(resources, condition, strategy, waiting.timeout),
        }
    }
}
