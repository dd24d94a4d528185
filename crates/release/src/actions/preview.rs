//! What `helm template` asks a server, with `--dry-run=server` or `--validate`: an install that ends before its first write.

use super::super::apply::{self, Owner};
use super::source::check_schemas;
use super::{ActionError, Actions, DryRun};
use compat::notice::Notice;
use engine::render::{Capabilities, Release};
use engine::values::Prepared;

/// A render that asks a server.
#[derive(Clone, Copy, Debug)]
pub struct Preview<'p> {
    /// The server, and the Helm to be.
    pub actions: Actions<'p>,
    /// API versions were given, which do not count here.
    pub has_api_versions: bool,
    /// `--skip-crds`.
    pub skip_crds: bool,
    /// `--disable-openapi-validation`.
    pub skip_validation: bool,
    /// `--take-ownership`.
    pub take_ownership: bool,
}

impl Preview<'_> {
    /// Asks whether the server is there: before anything else.
    ///
    /// # Errors
    /// Helm's text on a cluster that cannot be reached.
    pub fn reach(&self) -> Result<(), ActionError> {
        self.actions.reach_for_install()
    }

    /// Puts what the server tells of itself in the place of what is assumed, and says that the chart's CRDs are not
    /// installed. Dependencies are processed by now.
    ///
    /// # Errors
    /// Helm's text on what could not be asked.
    pub fn capabilities(
        &self,
        prepared: &Prepared<'_>,
        capabilities: &mut Capabilities,
    ) -> Result<(), ActionError> {
        let mut crds = prepared.charts.iter().flat_map(|chart| chart.chart.crds());
        if !self.skip_crds && crds.next().is_some() {
            self.actions.warn_of_crds(DryRun::Server);
        }
        if self.has_api_versions {
            let text =
                "API Version list given outside of client only mode, this list will be ignored";
            let notice = Notice::debug(self.actions.profile, text, Vec::new);
            (self.actions.notify)(notice.as_slice());
        }
        self.actions.cluster.server_info()?.tell(capabilities);
        Ok(())
    }

    /// Checks the values, once the server was asked.
    ///
    /// # Errors
    /// Helm's text on values that a schema refuses.
    pub fn check_schemas(
        &self,
        prepared: &Prepared<'_>,
        notices: &mut Vec<Notice>,
    ) -> Result<(), ActionError> {
        check_schemas(prepared, &self.actions, notices)
    }

    /// Checks what was rendered: the server knows all kinds, and nothing is there that belongs to others. A render of an
    /// upgrade is not asked the latter.
    ///
    /// # Errors
    /// Helm's text on what could not be installed.
    pub fn check(&self, manifest: &str, release: &Release) -> Result<(), ActionError> {
        let mut resources = self.actions.resources(manifest, self.skip_validation)?;
        let owner = Owner {
            name: &release.name,
            namespace: &release.namespace,
        };
        apply::claim(&mut resources, &owner);
        if !release.is_upgrade {
            let takes_all = self.take_ownership;
            self.actions
                .adopted(&resources, &owner, takes_all, "install")?;
        }
        Ok(())
    }
}
