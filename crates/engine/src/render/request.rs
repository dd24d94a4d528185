//! A render that is asked for.

use super::{Capabilities, Release};
use compat::profile::Profile;
use gostd::host::Host;
use gostd::limits::Allowance;
use gotemplate::FunctionTable;

/// A render of one chart: who asks for it and what they want. Whoever renders makes one: `template`, `lint`, `diff` and
/// all others.
pub struct Request<'r> {
    /// The Helm to emulate.
    pub profile: Profile,
    /// The functions, from [`function_table`](super::function_table) of the same profile.
    pub functions: &'r FunctionTable,
    /// Clock, randomness, environment and cluster.
    pub host: &'r dyn Host,
    /// The release that templates see.
    pub release: Release,
    /// The Kubernetes that templates see.
    pub capabilities: Capabilities,
    /// True if `required` and `fail` let everything pass, as `helm lint` has it.
    pub lint: bool,
    /// True if values are not checked against schemas.
    pub skip_schema_validation: bool,
    /// True if CRDs are part of the result.
    pub include_crds: bool,
    /// True if `getHostByName` asks.
    pub enable_dns: bool,
    /// True if outputs keep the template line of each of their lines.
    pub track_lines: bool,
    /// The limits of the render.
    pub allowance: Allowance,
}

impl<'r> Request<'r> {
    /// The same render on another host.
    pub fn with_host<'h>(&self, host: &'h dyn Host) -> Request<'h>
    where
        'r: 'h,
    {
        Request {
            host,
            release: self.release.clone(),
            capabilities: self.capabilities.clone(),
            allowance: self.allowance.clone(),
            ..*self
        }
    }

    /// A plain render: it is no lint, schemas are checked, CRDs are left out, `getHostByName` does not ask, lines are not
    /// tracked, and the allowance is the usual one.
    pub fn new(
        profile: Profile,
        functions: &'r FunctionTable,
        host: &'r dyn Host,
        release: Release,
        capabilities: Capabilities,
    ) -> Self {
        Request {
            profile,
            functions,
            host,
            release,
            capabilities,
            lint: false,
            skip_schema_validation: false,
            include_crds: false,
            enable_dns: false,
            track_lines: false,
            allowance: Allowance::default(),
        }
    }
}
