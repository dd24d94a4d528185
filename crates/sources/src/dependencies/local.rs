//! Charts on this machine that a chart depends on, for who renders it without its `charts/`.

use super::{LOCAL, constraint, resolve, satisfies};
use crate::Error;
use chart::{Chart, Dependency};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Adds the charts that a chart depends on by a `file://` path and that are not in its `charts/`; `load` is given the
/// dependency and the path, which is relative to the chart.
///
/// # Errors
/// Errors of `load`, and a chart of another version than the one asked for.
pub fn add_local_dependencies<E: From<Error>>(
    chart: &mut Chart,
    load: &mut dyn FnMut(&Dependency, &str) -> Result<Chart, E>,
) -> Result<(), E> {
    let (mut added, mut unfit) = (Vec::new(), Vec::new());
    let is_there = |name: &str| chart.dependencies.iter().any(|there| there.name() == name);
    let mut loaded = HashSet::new();
    for dependency in chart.metadata.declared() {
        let Some(path) = dependency.repository.strip_prefix(LOCAL) else {
            continue;
        };
        if is_there(&dependency.name) || !loaded.insert((path, &dependency.version)) {
            continue;
        }
        let constraint = constraint(dependency)?;
        let local = load(dependency, path)?;
        if !satisfies(&constraint, &local.metadata.version) {
            unfit.push(resolve::title(dependency));
        }
        added.push(local);
    }
    if !unfit.is_empty() {
        return Err(Error::NoVersion(unfit).into());
    }
    chart.dependencies.append(&mut added);
    chart.dependencies.sort_by(|a, b| a.name().cmp(b.name()));
    Ok(())
}

/// The directories of the charts that a chart in a directory depends on by a `file://` path, there or not.
pub fn local_directories(chart: &Chart, directory: &Path) -> Vec<PathBuf> {
    let declared = chart.metadata.declared();
    let paths = declared.filter_map(|dependency| dependency.repository.strip_prefix(LOCAL));
    paths
        .map(|path| chart::clean_path(&directory.join(path)))
        .collect()
}
