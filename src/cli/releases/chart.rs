//! The chart and the values of an install or an upgrade.

use crate::action::Request;
use crate::chart::Chart;
use crate::cli::chart_argument::{self, Located};
use crate::cli::compat_flags::{CompatFlags, Tables};
use crate::cli::flags;
use crate::cli::post_renderer::PostRenderer;
use crate::cli::terminal::{self, CliError};
use crate::cli::values_files::ValuesFiles;
use crate::notice::Notice;
use crate::profile::Profile;
use crate::render::{Capabilities, Release, function_table};
use crate::values::UserValues;
use ::release::actions::Source;
use gotemplate::FunctionTable;

/// A chart that was found and loaded, and the user's values.
pub(in crate::cli) struct Found {
    chart: Chart,
    values: UserValues,
    functions: FunctionTable,
}

/// What is read with a chart.
pub(in crate::cli) struct Loading<'l> {
    pub(in crate::cli) values: &'l flags::Values,
    /// Values that those win over.
    pub(in crate::cli) base: UserValues,
    /// What Helm says meanwhile.
    pub(in crate::cli) notices: &'l mut Vec<Notice>,
}

/// What a chart is loaded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Purpose {
    /// To be installed, which not every chart can be.
    Install,
    /// To upgrade a release.
    Upgrade,
}

impl Found {
    /// Finds and loads a chart, and reads the values for it, in Helm's order.
    pub(in crate::cli) fn load<T: Tables>(
        argument: &str,
        values: &flags::Values,
        compat: &CompatFlags<T>,
        purpose: Purpose,
        profile: &Profile,
    ) -> Result<Found, CliError> {
        let mut notices = Vec::new();
        let mut load = Loading {
            values,
            base: UserValues::default(),
            notices: &mut notices,
        };
        let found = Self::load_with(argument, &mut load, compat, purpose, profile);
        terminal::notify(&notices, profile);
        found
    }

    /// The same; what Helm says meanwhile is left to the caller.
    pub(in crate::cli) fn load_with<T: Tables>(
        argument: &str,
        Loading {
            values,
            base,
            notices,
        }: &mut Loading<'_>,
        compat: &CompatFlags<T>,
        purpose: Purpose,
        profile: &Profile,
    ) -> Result<Found, CliError> {
        let source = compat.chart_source();
        let located = chart_argument::locate(argument, &source, profile, notices)?;
        compat.check_place(argument, &located, profile, notices)?;
        if purpose == Purpose::Install {
            notices.extend(located.debug_path(profile));
        }
        let mut supplied = std::mem::take(base);
        let files = &mut ValuesFiles { profile };
        let read = values.layers().read_onto(&mut supplied, files, profile);
        read.map_err(CliError::new)?;
        if compat.is_on("dependency-update") {
            let (home, access) = (compat.home(), compat.access());
            located.update_dependencies(&home, &access, profile, notices)?;
        }
        let chart = load_chart(&located, argument, purpose, profile, notices)?;
        Ok(Found {
            chart,
            values: supplied,
            functions: function_table(profile),
        })
    }

    /// What is released, under a name in a namespace.
    pub(in crate::cli) fn with_source<T: Tables, R>(
        self,
        release: Release,
        compat: &CompatFlags<T>,
        post_renderer: Option<&PostRenderer<'_>>,
        profile: &Profile,
        work: impl FnOnce(&mut Source<'_>) -> R,
    ) -> R {
        let host = host::HostOverrides::default();
        let capabilities = Capabilities::new(profile);
        let request = Request {
            skip_schema_validation: compat.is_on("skip-schema-validation"),
            enable_dns: compat.is_on("enable-dns"),
            ..Request::new(*profile, &self.functions, &host, release, capabilities)
        };
        let run = post_renderer.map(|program| |text: &[u8]| program.run(text).map_err(Into::into));
        work(&mut Source {
            chart: self.chart,
            values: self.values,
            request,
            post_renderer: run.as_ref().map(|run| run as _),
            subchart_notes: compat.is_on("render-subchart-notes"),
            hides_secrets: compat.is_on("hide-secret"),
            labels: compat.record_labels(),
        })
    }
}

fn load_chart(
    located: &Located,
    argument: &str,
    purpose: Purpose,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Chart, CliError> {
    match purpose {
        Purpose::Install => located.load_installable(argument, profile, notices),
        Purpose::Upgrade => located.load_complete(argument, profile, notices),
    }
}
