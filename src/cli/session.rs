//! The beginning that `template`, `eval`, `explain` and `validate` have in common: the flags of a render read, the
//! chart found.

use super::chart_argument::{Located, locate};
use super::chart_source::ChartSource;
use super::host_flags::HostFlags;
use super::release::Release;
use super::terminal::{self, CliError};
use crate::action::Request;
use crate::chart::Chart;
use crate::notice::Notice;
use crate::profile::Profile;
use crate::render::{self, Capabilities, function_table};
use gostd::host::Host;
use gotemplate::FunctionTable;
use host::HostOverrides;

/// A chart that was found, and the release that it is to be rendered for.
pub(super) struct Session<'a> {
    /// The Helm to emulate.
    profile: Profile,
    /// The functions of templates.
    pub(super) functions: FunctionTable,
    /// The host that `--lookup` and `--deterministic` ask for.
    pub(super) host: HostOverrides,
    release: render::Release,
    capabilities: Capabilities,
    /// The argument that names the chart, and where it is.
    pub(super) chart_argument: &'a str,
    pub(super) located: Located,
}

impl<'a> Session<'a> {
    /// Reads the flags and finds the chart; `arguments` are a name, if there is one, and the chart.
    ///
    /// # Errors
    /// Those of the flags, the name and the chart's place, in this order.
    pub(super) fn begin(
        profile: Profile,
        release: &Release,
        host_flags: Option<&HostFlags>,
        namespace: String,
        arguments: &'a [String],
    ) -> Result<Session<'a>, CliError> {
        let capabilities = release.capabilities(&profile)?;
        let source = ChartSource::default();
        let flags = (release, capabilities, host_flags);
        let mut notices = Vec::new();
        let session = Session::locate(profile, flags, namespace, &source, arguments, &mut notices);
        terminal::notify(&notices, &profile);
        session
    }

    /// The same with the Kubernetes that the flags name, for a chart that may be asked of a repository.
    ///
    /// # Errors
    /// Those of the flags, the name and the chart's place, in this order.
    pub(super) fn locate(
        profile: Profile,
        (release, capabilities, host_flags): (&Release, Capabilities, Option<&HostFlags>),
        namespace: String,
        source: &ChartSource,
        arguments: &'a [String],
        notices: &mut Vec<Notice>,
    ) -> Result<Session<'a>, CliError> {
        let host = host_flags.map(HostFlags::host).transpose()?;
        let host = host.unwrap_or_default();
        let (name, chart_argument) = release.name_and_chart(arguments, &host)?;
        let located = locate(chart_argument, source, &profile, notices)?;
        Ok(Session {
            functions: function_table(&profile),
            release: release.to_render_release(name, namespace),
            located,
            profile,
            host,
            capabilities,
            chart_argument,
        })
    }

    /// Loads the chart, which must be one that can be installed.
    pub(super) fn load(&self, notices: &mut Vec<Notice>) -> Result<Chart, CliError> {
        self.located
            .load_installable(self.chart_argument, &self.profile, notices)
    }

    /// The render that the flags ask for.
    pub(super) fn request<'r>(&'r self, host: &'r dyn Host) -> Request<'r> {
        Request::new(
            self.profile,
            &self.functions,
            host,
            self.release.clone(),
            self.capabilities.clone(),
        )
    }
}
