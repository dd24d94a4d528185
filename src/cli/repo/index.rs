//! `rhelm repo index`: the index of the packed charts in a directory.

use super::super::compat_flags::{CompatFlags, FilesCompat};
use super::super::reproducible::{self, Reproducible};
use super::super::terminal::{self, CliError};
use super::super::{CommandResult, dependency, flags};
use crate::chart::{OsError, absolute_path};
use crate::notice::Notice;
use crate::profile::Profile;
use crate::sources::{self, Index as Charts, Wanted};
use clap::Args;
use files::atomic::{AtomicFiles, FileMode};
use std::path::Path;

/// Write an index of the packed charts in a directory, index.yaml.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm repo index ./charts\n  \
        rhelm repo index ./charts --reproducible\n  \
        rhelm repo index ./charts --url https://charts.example.com --merge old-index.yaml")]
pub(super) struct Index {
    /// The directory
    #[arg(value_name = "DIR")]
    directories: Vec<String>,
    /// The address that the directory will have
    #[arg(
        long,
        value_name = "URL",
        default_value = "",
        hide_default_value = true
    )]
    url: String,
    /// Take over what this index has and the directory has not
    #[arg(
        long,
        value_name = "FILE",
        default_value = "",
        hide_default_value = true
    )]
    merge: String,
    /// Write JSON, into index.yaml too
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    reproducible: Reproducible,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<FilesCompat>,
}

impl Index {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.compat.check(&profile)?;
        let [directory] = &self.directories[..] else {
            return Err(CliError::new(
                "\"helm repo index\" requires 1 argument\n\nUsage:  helm repo index [DIR] [flags]",
            ));
        };
        let directory = absolute_path(Path::new(directory)).map_err(CliError::new)?;
        let mut notices = Vec::new();
        let written = self.write(&directory, &profile, &mut notices);
        terminal::notify(&notices, &profile);
        written
    }

    fn write(
        &self,
        directory: &Path,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> CommandResult {
        let fixed = self.reproducible.time()?.map(reproducible::in_utc);
        let now = || fixed.clone().unwrap_or_else(|| dependency::now().1);
        let generated = now();
        let index = Charts::of_directory(directory, &self.url, profile, &now);
        let mut index = index.map_err(CliError::new)?;
        let mut files = AtomicFiles::new(FileMode::Default);
        if !self.merge.is_empty() {
            let other = Path::new(&self.merge);
            match other.metadata() {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    files.add(other, self.text(&Charts::default(), &now()));
                }
                _ => {
                    let other = sources::cached_index(other, Wanted::All, profile, notices);
                    let other =
                        other.map_err(|error| CliError::new(format!("merge failed: {error}")))?;
                    index.merge(other, profile, notices);
                }
            }
        }
        index.sort();
        let file = directory.join("index.yaml");
        if let Err(error) = directory.metadata() {
            // Helm writes under another name first.
            let staged = format!("{}{}", file.display(), std::process::id() as u64 + 100_000);
            return Err(CliError::new(OsError::new(
                "open",
                Path::new(&staged),
                &error,
            )));
        }
        files.add(file, self.text(&index, &generated));
        files.commit().map_err(CliError::new)
    }

    fn text(&self, index: &Charts, generated: &str) -> Vec<u8> {
        match self.json {
            true => index.json(generated),
            false => index.yaml(generated),
        }
    }
}
