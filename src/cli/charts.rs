//! `rhelm charts`: the charts that are part of the program.

use super::color::Color;
use super::terminal::{self, Failure};
use super::{Outcome, interrupts};
use crate::chart;
use crate::profile::Profile;
use clap::{Args, Subcommand};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// List the bundled charts, or write one out.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm charts\n  \
        rhelm charts export istio-remote ./istio-remote")]
pub(super) struct Charts {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    color: Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a bundled chart to a directory
    Export(Export),
}

/// Write a bundled chart to a directory, whole or not at all.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm charts export istio-remote ./istio-remote\n  \
        rhelm charts export istio-remote ./istio-remote --force")]
struct Export {
    /// The chart's name, as `rhelm charts` lists it
    #[arg(value_name = "NAME")]
    name: String,
    /// The chart's directory, which is made
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Replace what is there
    #[arg(long)]
    force: bool,
}

impl Charts {
    pub(super) fn run(self) -> Outcome {
        match self.command {
            Some(Command::Export(export)) => export.run(),
            None => list(),
        }
    }
}

/// A line for each chart: name, version, description.
fn list() -> Outcome {
    let mut rows = vec![["NAME".to_owned(), "VERSION".into(), "DESCRIPTION".into()]];
    for name in chart::embedded_names() {
        let chart = chart::embedded(name, &Profile::helm4()).map_err(Failure::new)?;
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
    fn run(self) -> Outcome {
        let files = chart::embedded_files(&self.name).map_err(Failure::new)?;
        let shown = self.directory.display();
        if self.directory.symlink_metadata().is_ok() && !self.force {
            return Err(Failure::new(format!(
                "{shown} exists already; --force replaces it"
            )));
        }
        self.write(files)
            .map_err(|error| Failure::new(format!("cannot write {shown}: {error}")))?;
        terminal::print(format!("wrote {shown}\n").as_bytes())
    }

    /// Writes beside the directory first, then renames: what is there is replaced at once.
    fn write<'f>(&self, files: impl Iterator<Item = (&'f str, &'f [u8])>) -> io::Result<()> {
        let directory = std::path::absolute(&self.directory)?;
        let parent = directory.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent)?;
        let beside = |what: &str| {
            let mut name = directory.file_name().unwrap_or_default().to_owned();
            name.push(format!(".{}.{what}", std::process::id()));
            parent.join(name)
        };
        let (part, old) = (beside("part"), beside("old"));
        let _held = interrupts::hold();
        let written = write_files(&part, files).and_then(|()| {
            if directory.symlink_metadata().is_ok() {
                fs::rename(&directory, &old)?;
            }
            fs::rename(&part, &directory)
        });
        // The error that is told is the first one.
        match &written {
            Ok(()) => drop(remove(&old)),
            Err(_) => drop(fs::remove_dir_all(&part)),
        }
        written
    }
}

/// Removes a directory, or the file or link that was in its place.
fn remove(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

fn write_files<'f>(
    directory: &Path,
    files: impl Iterator<Item = (&'f str, &'f [u8])>,
) -> io::Result<()> {
    for (name, contents) in files {
        let file = directory.join(name);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, contents)?;
    }
    Ok(())
}
