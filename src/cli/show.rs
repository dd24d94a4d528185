//! `rhelm show`: Helm's `show` command.

use super::chart_argument::locate;
use super::compat_flags::{ChartCompat, CompatFlags};
use super::fetching::Fetching;
use super::terminal::{self, CliError};
use super::{CommandResult, flags};
use crate::action::{self, Part};
use crate::chart::Chart;
use crate::profile::Profile;
use clap::{Args, Subcommand};
use gojsonpath::JsonPath;

/// Show a chart's metadata, values, readme or CRDs.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm show values istio-remote\n  \
        rhelm show values ./chart --jsonpath '{.image.tag}'\n  \
        rhelm show crds ./chart-1.0.0.tgz | kubectl apply --server-side -f -")]
pub(super) struct Show {
    #[command(subcommand)]
    part: ShownPart,
}

#[derive(Debug, Subcommand)]
enum ShownPart {
    /// Show Chart.yaml, values, readme and CRDs
    #[command(after_help = "Examples:\n  rhelm show all istio-remote")]
    All(ChartFlags),
    /// Show Chart.yaml
    #[command(after_help = "Examples:\n  rhelm show chart ./chart-1.0.0.tgz")]
    Chart(ChartFlags),
    /// Show the CRDs of the chart and its subcharts
    #[command(
        after_help = "Examples:\n  rhelm show crds ./chart | kubectl apply --server-side -f -"
    )]
    Crds(ChartFlags),
    /// Show the chart's readme
    #[command(after_help = "Examples:\n  rhelm show readme istio-remote")]
    Readme(ChartFlags),
    /// Show the chart's values
    #[command(after_help = "Examples:\n  \
        rhelm show values istio-remote\n  \
        rhelm show values ./chart --jsonpath '{.image.repository}:{.image.tag}'")]
    Values(ValuesFlags),
}

#[derive(Debug, Args)]
struct ValuesFlags {
    /// Print what a JSONPath template makes of the values
    #[arg(long, value_name = "TEMPLATE")]
    jsonpath: Option<String>,

    #[command(flatten)]
    chart: ChartFlags,
}

#[derive(Debug, Args)]
struct ChartFlags {
    /// The chart: a bundled chart's name, a directory or an archive
    #[arg(value_name = "CHART")]
    charts: Vec<String>,

    /// Do not print what Helm says of a chart that comes from a registry (Pulled:, Digest:)
    #[arg(long)]
    quiet_pull: bool,

    #[command(flatten)]
    fetching: Fetching,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<ChartCompat>,
}

impl Show {
    pub(super) fn run(self) -> CommandResult {
        match self.part {
            ShownPart::All(flags) => flags.show("all", &Part::All),
            ShownPart::Chart(flags) => flags.show("chart", &Part::Chart),
            ShownPart::Crds(flags) => flags.show("crds", &Part::Crds),
            ShownPart::Readme(flags) => flags.show("readme", &Part::Readme),
            ShownPart::Values(flags) => flags.show(),
        }
    }
}

impl ValuesFlags {
    fn show(self) -> CommandResult {
        let template = self.jsonpath.unwrap_or_default();
        if template.is_empty() {
            return self.chart.show("values", &Part::Values(None));
        }
        match JsonPath::parse(&template) {
            Ok(path) => self.chart.show("values", &Part::Values(Some(path))),
            Err(error) => {
                // Helm loads the chart before it reads the template.
                self.chart.load("values")?;
                Err(CliError::new(format!(
                    "error parsing jsonpath {template}: {error}"
                )))
            }
        }
    }
}

impl ChartFlags {
    fn load(&self, part: &str) -> Result<(Chart, Profile), CliError> {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let [chart] = self.charts.as_slice() else {
            return Err(CliError::new(format!(
                "\"helm show {part}\" requires 1 argument\n\nUsage:  helm show {part} [CHART] [flags]"
            )));
        };
        self.compat.check_key_files(&profile)?;
        let mut notices = Vec::new();
        self.compat
            .debug_version("original chart version", &profile, &mut notices);
        let source = self.compat.chart_source().quiet(self.quiet_pull);
        let source = source.fetching(self.fetching, false);
        let located = locate(chart, &source, &profile, &mut notices)
            .inspect_err(|_| terminal::notify(&notices, &profile));
        let located = located?;
        let place = self
            .compat
            .check_place(chart, &located, &profile, &mut notices);
        // Helm 4 shows a chart without the look at its version that a render begins with.
        let loader = profile.with_plain_loader();
        let chart = place.and_then(|()| {
            let chart = located.load(&loader, &mut notices);
            chart.map_err(CliError::new)
        });
        terminal::notify(&notices, &profile);
        Ok((chart?, profile))
    }

    fn show(self, part: &str, selection: &Part) -> CommandResult {
        let (chart, profile) = self.load(part)?;
        let text = action::show(&chart, selection, &profile).map_err(CliError::new)?;
        terminal::print(&text)
    }
}
