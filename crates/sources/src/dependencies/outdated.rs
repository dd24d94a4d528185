//! Archives in `charts/` that are of no dependency.

use crate::Error;
use chart::Dependency;
use compat::notice::Notice;
use compat::profile::Profile;
use files::OsError;
use files::input::{Input, NamedBy};
use gostd::limits::LIMITS;
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

/// Deletes the archives in `charts/` that are not in `kept`, but for charts without a repository: how many.
pub(super) fn delete(
    charts: &Path,
    kept: &HashSet<&str>,
    dependencies: &[Dependency],
    profile: &Profile,
    notices: &mut Vec<Notice>,
    say: &mut dyn FnMut(&str),
) -> Result<usize, Error> {
    let mut count = 0;
    if !charts.exists() {
        return Ok(0);
    }
    let unlisted = |error: io::Error| OsError::new("open", charts, &error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(charts).map_err(unlisted)? {
        paths.push(entry.map_err(unlisted)?.path());
    }
    paths.sort();
    let is_kept = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        path.is_dir() || name.is_some_and(|name| kept.contains(name))
    };
    for path in paths.iter().filter(|path| !is_kept(path)) {
        let shown = path.display();
        // It is the chart's, and may be a pipe.
        let opened = Input::open(path, NamedBy::Chart, LIMITS.archive_bytes);
        let opened = opened.map_err(|e| OsError::new("open", path, &e).into());
        let archived = match opened.and_then(|_| chart::load_with_notices(path, profile, notices)) {
            Ok(chart) => chart,
            Err(error) => {
                say(&format!(
                    "Could not verify {shown} for deletion: {error} (Skipping)\n"
                ));
                continue;
            }
        };
        let unmanaged = |d: &&Dependency| d.repository.is_empty() && d.name == archived.name();
        if dependencies.iter().any(|d| unmanaged(&d)) {
            continue;
        }
        match fs::remove_file(path) {
            Ok(()) => count += 1,
            Err(error) => {
                let error = OsError::new("remove", path, &error);
                say(&format!("Could not delete {shown}: {error} (Skipping)"));
            }
        }
    }
    Ok(count)
}
