//! The API server that a render asks: what it is, what it would take, and what `lookup` finds there.

use super::compat_flags::{CompatFlags, Tables};
use super::releases::{now, storage};
use super::terminal::{self, CliError};
use crate::notice::Notice;
use crate::profile::Profile;
use ::release::actions::{Actions, LookupHost};
use ::release::{Cluster, Memory};
use gostd::host::Host;
use std::rc::Rc;

/// What is done with notices.
type Notify<'s> = dyn Fn(&[Notice]) + 's;

/// A server; there are no releases on it that count.
pub(super) struct Server<'s> {
    cluster: Rc<dyn Cluster>,
    releases: Memory,
    profile: &'s Profile,
    notify: Box<Notify<'s>>,
}

impl<'s> Server<'s> {
    /// The server that the flags lead to. Nothing is asked yet.
    pub(super) fn connect<T: Tables>(
        compat: &CompatFlags<T>,
        namespace: &str,
        profile: &'s Profile,
    ) -> Result<Server<'s>, CliError> {
        Ok(Server {
            cluster: storage::cluster(compat, namespace, profile)?,
            releases: Memory::default(),
            profile,
            notify: Box::new(|notices| terminal::notify(notices, profile)),
        })
    }

    pub(super) fn actions(&self) -> Actions<'_> {
        Actions {
            cluster: &*self.cluster,
            storage: &self.releases,
            profile: self.profile,
            clock: &now,
            notify: &self.notify,
            print_log: &terminal::warn,
            review: None,
        }
    }

    /// A host whose `lookup` asks the server.
    pub(super) fn host<'h>(&'h self, host: &'h dyn Host) -> LookupHost<'h> {
        self.actions().lookup_host(host)
    }
}
