//! A chart of a git revision, with the charts of the same revision that it depends on.

use crate::chart::{self, Chart};
use crate::cli::chart_argument;
use crate::cli::terminal::CliError;
use crate::git::{Location, Object, Reader};
use crate::notice::Notice;
use crate::profile::Profile;
use crate::sources;
use gostd::limits::LIMITS;

/// The chart that is at a location, a directory or an archive, checked that it can be installed, with all it needs.
pub(super) fn load(
    object: Object,
    location: &Location,
    reader: Reader,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Chart, CliError> {
    let mut loader = Loader {
        reader,
        profile,
        open: Vec::new(),
        charts: 0,
    };
    let chart = loader.load(object, location, notices)?;
    chart_argument::installable(chart, profile, notices, |chart| hint(location, chart))
}

/// The hint for a missing dependency that no path of the same revision leads to.
fn hint(location: &Location, chart: &Chart) -> String {
    let reason = "of a revision there are the charts in charts/ and those of file:// repositories; fetch the others \
                  into a checkout of it, and name that";
    chart_argument::checkout_hint(reason, location, &[&chart_argument::fetch_command(chart)])
}

/// Loads a chart and those that it depends on.
struct Loader<'p> {
    reader: Reader,
    profile: &'p Profile,
    /// The paths of the charts that are being loaded, each a dependency of the one before.
    open: Vec<String>,
    /// The number of charts that were loaded as dependencies.
    charts: usize,
}

impl Loader<'_> {
    fn load(
        &mut self,
        object: Object,
        location: &Location,
        notices: &mut Vec<Notice>,
    ) -> Result<Chart, CliError> {
        let loaded = match object {
            Object::Directory(files) => chart::from_directory_files(files, self.profile),
            Object::File(bytes) => {
                return chart::from_archive(&location.to_string(), &bytes, self.profile)
                    .map(|loaded| {
                        notices.extend(loaded.notices);
                        loaded.chart
                    })
                    .map_err(CliError::new);
            }
        };
        let loaded = loaded.map_err(CliError::new)?;
        notices.extend(loaded.notices);
        let mut chart = loaded.chart;
        self.open.push(location.from_top().map_err(CliError::new)?);
        sources::add_local_dependencies(&mut chart, &mut |dependency, path| {
            let place = format!(
                "dependency {} ({}): ",
                dependency.name, dependency.repository
            );
            let dependency = self.dependency(location, path, notices);
            dependency.map_err(|failure| failure.with_prefix(&place))
        })?;
        self.open.pop();
        Ok(chart)
    }

    fn dependency(
        &mut self,
        location: &Location,
        path: &str,
        notices: &mut Vec<Notice>,
    ) -> Result<Chart, CliError> {
        let location = location.join(path).map_err(CliError::new)?;
        if let Some(first) = self.open.iter().position(|open| *open == location.path) {
            let charts = self.open.get(first..).unwrap_or_default().join(" → ");
            let text = format!("charts depend on each other: {charts} → {}", location.path);
            return Err(CliError::new(text));
        }
        self.charts += 1;
        if self.open.len() > LIMITS.chart_nesting || self.charts > LIMITS.charts {
            let text = "there are too many file:// dependencies within each other";
            return Err(CliError::new(text));
        }
        let object = self.reader.read(&location).map_err(CliError::new)?;
        self.load(object, &location, notices)
    }
}

impl From<sources::Error> for CliError {
    fn from(error: sources::Error) -> CliError {
        CliError::new(error)
    }
}
