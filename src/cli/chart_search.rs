//! The charts below a directory.

use super::terminal::CliError;
use std::fs;
use std::path::{Path, PathBuf};

/// The file that makes a directory a chart.
const CHART_YAML: &str = "Chart.yaml";

/// What counts as a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Include {
    /// Directories: what a git repository has files of.
    Directories,
    /// Archives, and links to charts, too.
    All,
}

/// The charts in a directory and those below it, sorted by path. Those in a chart's own directories are part of it. Hidden
/// files and directories are left out; other links are not followed: they may lead back.
///
/// # Errors
/// A directory that cannot be read.
pub(super) fn charts_below(directory: &Path, include: Include) -> Result<Vec<PathBuf>, CliError> {
    let (mut charts, mut waiting) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(path) = waiting.pop() {
        if is_chart(&path) {
            charts.push(path);
            continue;
        }
        let unread = |error| CliError::new(format!("cannot read {}: {error}", path.display()));
        for entry in fs::read_dir(&path).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let (name, path) = (entry.file_name(), entry.path());
            let name = name.as_encoded_bytes();
            if name.starts_with(b".") {
                continue;
            }
            if entry.file_type().map_err(unread)?.is_dir() {
                waiting.push(path);
            } else if include == Include::All
                && (is_chart(&path) || name.ends_with(b".tgz") && path.is_file())
            {
                charts.push(path);
            }
        }
    }
    charts.sort();
    Ok(charts)
}

fn is_chart(directory: &Path) -> bool {
    directory.join(CHART_YAML).is_file()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn charts_are_found_below_directories_and_not_in_charts() {
        let scratch = tempfile::tempdir().unwrap();
        for chart in ["b", "a/c", "a/c/charts/d", ".git/e"] {
            let dir = scratch.path().join(chart);
            fs::create_dir_all(&dir).unwrap();
            fs::write(dir.join(CHART_YAML), "").unwrap();
        }
        fs::write(scratch.path().join("z-1.0.0.tgz"), "").unwrap();
        let found = |include| charts_below(scratch.path(), include).unwrap();
        let mut expected = ["a/c", "b", "z-1.0.0.tgz"]
            .map(|name| scratch.path().join(name))
            .to_vec();
        assert_eq!(found(Include::All), expected);
        expected.pop();
        assert_eq!(found(Include::Directories), expected);
    }
}
