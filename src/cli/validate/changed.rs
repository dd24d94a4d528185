//! `--changed-since`: the charts below a directory that changed since a git revision.

use super::super::chart_search::{Include, charts_below};
use super::super::terminal::CliError;
use crate::chart::{self, Chart};
use crate::git::Changes;
use crate::profile::Profile;
use gostd::limits::LIMITS;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The charts below a directory that changed, sorted by path: those with a file that changed, and those that need such a
/// chart by a `file://` dependency. All of them where one of `inputs`, the user's files, changed. A chart below another one
/// is part of that; library charts are only what others need.
///
/// # Errors
/// Those of git, and of directories that cannot be read.
pub(super) fn changed_charts(
    revision: &str,
    directory: &str,
    inputs: &[&str],
    profile: &Profile,
) -> Result<Vec<String>, CliError> {
    let failed = |reason: &dyn std::fmt::Display| {
        CliError::new(format!("--changed-since {revision}: {reason}"))
    };
    if !Path::new(directory).is_dir() {
        return Err(failed(&format!("{directory} is not a directory")));
    }
    let changes = Changes::since(revision).map_err(|error| failed(&error))?;
    if !changes.cover(Path::new(directory)) {
        return Err(failed(&format!(
            "{directory} is not in the git repository of the working directory"
        )));
    }
    let all = inputs.iter().any(|input| changes.touch(Path::new(input)));
    let mut search = Search {
        changes,
        profile,
        visited: BTreeSet::new(),
    };
    let mut charts = Vec::new();
    let found = charts_below(Path::new(directory), Include::Directories);
    for path in
        found.map_err(|error| error.with_prefix(&format!("--changed-since {revision}: ")))?
    {
        let chart = search.load(&path);
        // What cannot be loaded is told when it is checked.
        if chart.as_ref().is_some_and(Chart::is_library) {
            continue;
        }
        search.visited.clear();
        if all || search.is_changed(&path, chart) {
            let name = path.to_string_lossy().into_owned();
            charts.push(name.strip_prefix("./").map_or(name.clone(), str::to_owned));
        }
    }
    Ok(charts)
}

struct Search<'s> {
    changes: Changes,
    profile: &'s Profile,
    /// The charts that were looked at for one chart: they may need each other.
    visited: BTreeSet<PathBuf>,
}

impl Search<'_> {
    fn load(&self, path: &Path) -> Option<Chart> {
        let loaded = chart::load(path, self.profile).ok()?;
        Some(loaded.chart)
    }

    fn is_changed(&mut self, path: &Path, chart: Option<Chart>) -> bool {
        if self.changes.touch(path) {
            return true;
        }
        if self.visited.len() >= LIMITS.charts || !self.visited.insert(path.to_owned()) {
            return false;
        }
        let Some(chart) = chart else { return false };
        let needed = sources::local_directories(&chart, path);
        needed.iter().any(|path| {
            let chart = self.load(path);
            self.is_changed(path, chart)
        })
    }
}
