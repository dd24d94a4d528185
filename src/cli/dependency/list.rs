//! `rhelm dependency list` (Helm's `action.Dependency.List`).

use super::{CommandResult, CompatFlags, FilesCompat, chart_of, flags};
use crate::chart::{self, Chart, Dependency};
use crate::cli::table::Table;
use crate::cli::terminal::{self, CliError};
use crate::profile::Profile;
use clap::Args;
use gosemver::{Constraints, Version};
use gostd::strconv::quote;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// List the dependencies in Chart.yaml, and whether charts/ has them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm dependency list ./chart\n  \
        rhelm dependency list ./chart --max-col-width 40")]
pub(super) struct List {
    /// The chart: a directory or an archive [default: the working directory]
    #[arg(value_name = "CHART")]
    charts: Vec<String>,
    /// Cut columns that are wider than this many characters; 0 cuts none
    #[arg(long, value_name = "NUMBER", default_value = "80", value_parser = width)]
    max_col_width: u64,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<FilesCompat>,
}

/// pflag's unsigned number.
pub(in crate::cli) fn width(text: &str) -> Result<u64, String> {
    gostd::strconv::parse_uint(text.as_bytes(), 0, 64).map_err(|error| error.to_string())
}

impl List {
    pub(super) fn run(&self) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let path = chart_of(&self.charts, "list")?;
        let mut notices = Vec::new();
        let profile = profile.with_plain_loader();
        let loaded = chart::load_with_notices(&path, &profile, &mut notices);
        terminal::notify(&notices, &profile);
        let chart = loaded.map_err(CliError::new)?;
        let charts = path.join("charts");
        if chart.metadata.dependencies.is_none() {
            let line = format!(
                "WARNING: no dependencies at {}\n",
                chart::clean_path(&charts).display()
            );
            return terminal::print(line.as_bytes());
        }
        let entries = entries(&charts);
        let mut table = Table::new(self.max_col_width);
        table.add(["NAME", "VERSION", "REPOSITORY", "STATUS"]);
        for dependency in chart.metadata.declared() {
            let status = status(dependency, &chart, &entries, &profile);
            let Dependency {
                name,
                version,
                repository,
                ..
            } = dependency;
            table.add([name, version, repository, status]);
        }
        let mut text = table.text();
        text.push('\n');
        for path in &entries {
            text.push_str(&warning(path, &chart, &profile).unwrap_or_default());
        }
        terminal::print(text.as_bytes())
    }
}

/// The entries of `charts/`, in order; Go's `*` leaves nothing out.
fn entries(charts: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(charts).into_iter().flatten().flatten();
    let mut names: Vec<OsString> = listed.map(|entry| entry.file_name()).collect();
    names.sort();
    names.into_iter().map(|name| charts.join(name)).collect()
}

/// Returns true if a dependency is in `charts/`, in Helm's words.
fn status(
    dependency: &Dependency,
    parent: &Chart,
    entries: &[PathBuf],
    profile: &Profile,
) -> &'static str {
    let pattern = format!("{}-*.tgz", dependency.name);
    let mut archives = Vec::new();
    for path in entries {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        match gostd::path::matches(pattern.as_bytes(), name) {
            Ok(true) => archives.push(path),
            Ok(false) => {}
            Err(_) => return "bad pattern",
        }
    }
    if entries.is_empty() && gostd::path::matches(pattern.as_bytes(), b"").is_err() {
        return "bad pattern";
    }
    if archives.len() > 1 {
        // Those whose names end in whole versions.
        let prefix = format!("{}-", dependency.name);
        archives.retain(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let stem = name.strip_suffix(".tgz").unwrap_or(&name);
            let version = stem.strip_prefix(&prefix).unwrap_or(stem);
            Version::parse_strict(version).is_ok()
        });
    }
    match &archives[..] {
        [] => {}
        [archive] => return archive_status(archive, dependency, profile),
        _ => return "too many matches",
    }
    let mut unpacked = parent.dependencies.iter().rev();
    let Some(chart) = unpacked.find(|chart| chart.name() == dependency.name) else {
        return "missing";
    };
    version_status(chart, dependency).unwrap_or("unpacked")
}

fn archive_status(archive: &Path, dependency: &Dependency, profile: &Profile) -> &'static str {
    let Ok(loaded) = chart::load(archive, profile) else {
        return "corrupt";
    };
    if loaded.chart.name() != dependency.name {
        return "misnamed";
    }
    version_status(&loaded.chart, dependency).unwrap_or("ok")
}

/// The fault of a chart's version, if it has one.
fn version_status(chart: &Chart, dependency: &Dependency) -> Option<&'static str> {
    let version = &chart.metadata.version;
    if *version == dependency.version {
        return None;
    }
    let range = Constraints::new(&dependency.version);
    match (range, Version::parse(version)) {
        (Ok(range), Ok(version)) => (!range.check(&version)).then_some("wrong version"),
        _ => Some("invalid version"),
    }
}

/// The line about something in `charts/` that Chart.yaml does not ask for.
fn warning(path: &Path, parent: &Chart, profile: &Profile) -> Option<String> {
    let is_archive = path.extension().is_some_and(|extension| extension == "tgz");
    if !path.is_dir() && !is_archive {
        return None;
    }
    let quoted = quote(chart::clean_path(path).to_string_lossy().as_bytes());
    let Ok(loaded) = chart::load(path, profile) else {
        return Some(format!("WARNING: {quoted} is not a chart.\n"));
    };
    let mut declared = parent.metadata.declared();
    match declared.any(|dependency| dependency.name == loaded.chart.name()) {
        true => None,
        false => Some(format!("WARNING: {quoted} is not in Chart.yaml.\n")),
    }
}
