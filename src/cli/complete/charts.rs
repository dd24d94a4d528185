//! Charts and files as candidates.

use super::{Candidate, Choice, Directive, candidate};
use crate::profile::Profile;
use std::fs;
use std::path::Path;

/// The start of archives' names, or of manifests' too.
pub(super) const ARCHIVES: &[&str] = &[".tgz", ".tar.gz"];
pub(super) const SIDES: &[&str] = &[".tgz", ".tar.gz", ".yaml", ".yml", ".json"];

/// Bundled charts, and with `endings` what is on disk: directories, and files whose names end so.
pub(super) fn charts(start: &str, endings: &[&str]) -> Choice {
    let mut candidates = bundled(start);
    let (files, is_open) = on_disk(start, endings);
    let is_alone = candidates.is_empty() && is_open;
    candidates.extend(files);
    Choice {
        candidates,
        directive: match is_alone {
            true => Directive::NoSpace,
            false => Directive::NoFiles,
        },
    }
}

/// The charts that are part of the program.
pub(super) fn bundled(start: &str) -> Vec<Candidate> {
    let names = crate::bundled::names().filter(|name| name.starts_with(start));
    let described = names.map(|name| {
        let chart = crate::bundled::load(name, &Profile::helm4());
        let description = chart.map(|loaded| loaded.chart.metadata.description);
        candidate(name, description.unwrap_or_default())
    });
    described.collect()
}

/// Directories and files, and whether all of them are directories to look into: a chart's directory is complete.
fn on_disk(start: &str, endings: &[&str]) -> (Vec<Candidate>, bool) {
    let (directory, name) = match start.rfind('/') {
        Some(slash) => start.split_at(slash + 1),
        None => ("", start),
    };
    let place = if directory.is_empty() { "." } else { directory };
    let mut candidates = Vec::new();
    let mut is_open = true;
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let file = entry.file_name();
        let Some(file) = file.to_str().filter(|file| file.starts_with(name)) else {
            continue;
        };
        // As in shells, hidden files are for those who ask.
        if file.starts_with('.') && !name.starts_with('.') {
            continue;
        }
        let path = Path::new(place).join(file);
        if path.join("Chart.yaml").is_file() {
            candidates.push(candidate(format!("{directory}{file}"), "chart"));
            is_open = false;
        } else if path.is_dir() {
            candidates.push(candidate(format!("{directory}{file}/"), ""));
        } else if endings.iter().any(|ending| file.ends_with(ending)) {
            candidates.push(candidate(format!("{directory}{file}"), ""));
            is_open = false;
        }
    }
    candidates.sort_by(|a, b| a.word.cmp(&b.word));
    (candidates, is_open)
}
