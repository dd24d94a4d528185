//! `--each`: the values files that are checked one by one.

use super::super::terminal::CliError;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files, those of directories sorted by name; one that is named twice counts once.
pub(in crate::cli) fn each_file(
    patterns: &[String],
    more: &[String],
) -> Result<Vec<String>, CliError> {
    let mut files = Vec::new();
    for name in patterns.iter().chain(more) {
        match Path::new(name).is_dir() {
            true => files.extend(files_of(name)?),
            false => files.push(name.clone()),
        }
    }
    let mut paths: BTreeSet<PathBuf> = BTreeSet::new();
    files.retain(|name| {
        let path = std::path::absolute(name).unwrap_or_else(|_| PathBuf::from(name));
        paths.insert(crate::chart::clean_path(&path))
    });
    Ok(files)
}

fn files_of(directory: &str) -> Result<Vec<String>, CliError> {
    let unread = |e| CliError::new(format!("cannot read {directory}: {e}"));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if matches!(extension, Some("yaml" | "yml")) && path.is_file() {
            files.push(path.display().to_string());
        }
    }
    if files.is_empty() {
        return Err(CliError::new(format!("{directory} has no .yaml files")));
    }
    files.sort();
    Ok(files)
}
