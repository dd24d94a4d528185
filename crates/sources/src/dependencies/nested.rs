//! The charts of this machine that a chart depends on: directories in its `charts/`, and `file://` dependencies.

use super::local_directories;
use crate::Error;
use chart::Chart;
use compat::profile::Profile;
use files::OsError;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The most charts that one may lead to.
const CHARTS: usize = 5000;

/// The directories of all charts of this machine that a chart depends on, itself the last one; each comes after those that
/// it depends on.
///
/// # Errors
/// A chart that cannot be loaded, one that depends on itself, and too many of them.
pub fn nested_charts(chart: &Path, profile: &Profile) -> Result<Vec<PathBuf>, Error> {
    let mut walk = Walk {
        profile,
        known: HashSet::new(),
        open: Vec::new(),
        list: Vec::new(),
    };
    walk.visit(chart)?;
    Ok(walk.list)
}

struct Walk<'a> {
    profile: &'a Profile,
    known: HashSet<PathBuf>,
    /// The charts that lead here.
    open: Vec<PathBuf>,
    list: Vec<PathBuf>,
}

impl Walk<'_> {
    fn visit(&mut self, chart: &Path) -> Result<(), Error> {
        let whole = chart.canonicalize();
        let whole = whole.map_err(|error| OsError::new("open", chart, &error))?;
        if self.open.contains(&whole) {
            let chart = chart.display();
            return Err(Error::File(format!("{chart} depends on itself")));
        }
        if !self.known.insert(whole.clone()) {
            return Ok(());
        }
        if self.known.len() > CHARTS {
            return Err(Error::File(format!(
                "more than {CHARTS} charts depend on each other"
            )));
        }
        self.open.push(whole);
        for below in self.below(chart)? {
            self.visit(&below)?;
        }
        self.open.pop();
        self.list.push(chart.to_owned());
        Ok(())
    }

    /// The charts that a chart names itself.
    fn below(&self, chart: &Path) -> Result<Vec<PathBuf>, Error> {
        let loaded: Chart = chart::load_with_notices(chart, self.profile, &mut Vec::new())?;
        let mut below = Vec::new();
        for path in local_directories(&loaded, chart) {
            if !path.exists() {
                return Err(Error::NoDirectory(path));
            }
            below.extend(path.is_dir().then_some(path));
        }
        let charts = chart.join("charts");
        let mut unpacked = Vec::new();
        if charts.is_dir() {
            let listed = std::fs::read_dir(&charts);
            for entry in listed.map_err(|error| OsError::new("open", &charts, &error))? {
                let path = entry
                    .map_err(|error| OsError::new("open", &charts, &error))?
                    .path();
                unpacked.extend(path.join("Chart.yaml").is_file().then_some(path));
            }
        }
        unpacked.sort();
        below.append(&mut unpacked);
        Ok(below)
    }
}
