//! `rhelm charts`: the charts that are part of the program.

mod export;

use super::CommandResult;
use super::color::Color;
use super::compat_flags::{CompatFlags, NoCompat};
use super::terminal::{self, CliError};
use crate::profile::Profile;
use clap::{Args, Subcommand};
use files::atomic::{AtomicFiles, FileMode};
use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

/// List the bundled charts, or copy one into a directory.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm charts\n  \
        rhelm charts export istio-remote ./istio-remote")]
pub(super) struct Charts {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    color: Color,
    #[command(flatten)]
    _global: CompatFlags<NoCompat>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Copy a bundled chart into a new directory
    Export(Export),
}

/// Copy a bundled chart into a new directory, whole or not at all.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm charts export istio-remote ./istio-remote\n  \
        rhelm charts export istio-remote ./istio-remote --force")]
struct Export {
    /// The chart's name, as `rhelm charts` lists it
    #[arg(value_name = "NAME")]
    name: String,
    /// The directory to create
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Replace an earlier export of the chart
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    _global: CompatFlags<NoCompat>,
}

impl Charts {
    pub(super) fn run(self) -> CommandResult {
        match self.command {
            Some(Command::Export(export)) => export.run(),
            None => list(),
        }
    }
}

/// A line for each chart: name, version, description.
fn list() -> CommandResult {
    let mut rows = vec![["NAME".to_owned(), "VERSION".into(), "DESCRIPTION".into()]];
    for name in crate::bundled::names() {
        let chart = crate::bundled::load(name, &Profile::helm4()).map_err(CliError::new)?;
        let metadata = chart.chart.metadata;
        rows.push([name.to_owned(), metadata.version, metadata.description]);
    }
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (names, versions) = (width(0), width(1));
    let mut text = String::new();
    for [name, version, description] in &rows {
        let line = format!("{name:names$}  {version:versions$}  {description}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    terminal::print(text.as_bytes())
}

impl Export {
    fn run(self) -> CommandResult {
        let contents = crate::bundled::files(&self.name).map_err(CliError::new)?;
        let displayed = self.directory.display();
        let mut files = AtomicFiles::new(FileMode::Default);
        let mut names = HashSet::new();
        for (name, text) in contents {
            names.insert(self.directory.join(name));
            files.add(self.directory.join(name), text);
        }
        let mut emptied = Vec::new();
        if self.directory.symlink_metadata().is_ok() {
            if !self.force {
                return Err(CliError::new(format!(
                    "{displayed} exists already; --force replaces it"
                )));
            }
            let before = export::earlier(&self.directory, &self.name).map_err(|problem| {
                CliError::new(format!(
                    "cannot replace {displayed}: {problem}; --force replaces only an earlier export of {}",
                    self.name
                ))
            })?;
            for file in before.files.iter().filter(|file| !names.contains(*file)) {
                files.remove(file);
            }
            emptied = before.directories;
        }
        files
            .commit()
            .map_err(|error| CliError::new(format!("cannot write {displayed}: {error}")))?;
        for directory in emptied.iter().rev() {
            // One that is not empty stays.
            let _ = fs::remove_dir(directory);
        }
        terminal::print(format!("wrote {displayed}\n").as_bytes())
    }
}
