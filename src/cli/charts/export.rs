//! Checks what `rhelm charts export --force` may replace: an earlier export, and nothing that somebody works in.

use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use std::fs;
use std::path::{Path, PathBuf};

/// Directories in which version control keeps a project's history.
const REPOSITORIES: [&str; 6] = [".git", ".hg", ".svn", ".bzr", ".jj", ".pijul"];

/// The files of an earlier export.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    pub(super) files: Vec<PathBuf>,
    /// The directories in it, each before those below it.
    pub(super) directories: Vec<PathBuf>,
}

/// Lists what is in `directory`, if all of it may be replaced by the chart called `name`. An empty directory
/// may be.
///
/// # Errors
/// The problem: it is no directory, or not that chart's; the user works in it; there are links, devices or a
/// repository in it.
pub(super) fn earlier(directory: &Path, name: &str) -> Result<Earlier, String> {
    let failed = |error: std::io::Error| crate::chart::reason(&error);
    let real = directory.canonicalize().map_err(failed)?;
    if !real.is_dir() {
        return Err("it is not a directory".into());
    }
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    if here.map_err(failed)?.starts_with(&real) {
        return Err("the working directory is in it".into());
    }
    let mut earlier = Earlier::default();
    list(directory, &mut earlier)?;
    if !earlier.files.is_empty() && chart_name(directory).as_deref() != Some(name) {
        return Err(format!("it does not hold the chart {name}"));
    }
    Ok(earlier)
}

fn list(directory: &Path, earlier: &mut Earlier) -> Result<(), String> {
    let failed = |error: std::io::Error| crate::chart::reason(&error);
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        if REPOSITORIES.iter().any(|name| entry.file_name() == *name) {
            return Err(format!("{} is a repository", path.display()));
        }
        if kind.is_dir() {
            earlier.directories.push(path.clone());
            list(&path, earlier)?;
        } else if kind.is_file() {
            earlier.files.push(path);
        } else {
            return Err(format!("{} is not a regular file", path.display()));
        }
    }
    Ok(())
}

/// The name that the Chart.yaml of a directory gives.
fn chart_name(directory: &Path) -> Option<String> {
    let path = directory.join("Chart.yaml");
    let text = input::read(&path, NamedBy::Chart, LIMITS.chart_file_bytes).ok()?;
    let node = goyaml::parse(&text).ok()?;
    node.get("name")?.as_str().map(str::to_owned)
}
