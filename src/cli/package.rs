//! `rhelm package`: charts' directories as archives.

mod signing;

use super::compat_flags::{CompatFlags, PackageCompat};
use super::reproducible::Reproducible;
use super::terminal::{self, CliError};
use super::{CommandResult, dependency, flags};
use crate::chart::{self, OsError, absolute_path};
use crate::notice::Notice;
use crate::profile::Profile;
use clap::Args;
use files::atomic::{AtomicFiles, FileMode};
use std::path::{Path, PathBuf};

/// Pack a chart's directory into an archive, NAME-VERSION.tgz.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm package ./chart\n  \
        rhelm package ./chart -d dist --version 1.2.3 --app-version 4.5\n  \
        rhelm package ./chart --dependency-update\n  \
        rhelm package ./chart --reproducible\n  \
        rhelm package ./chart --sign --key ci@example.com --keyring secring.gpg --passphrase-file phrase")]
pub(super) struct Package {
    /// The charts' directories
    #[arg(value_name = "CHART")]
    charts: Vec<String>,

    /// Write the archives to this directory, which is made if need be
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    destination: String,
    /// Give the chart this version
    #[arg(
        long,
        value_name = "VERSION",
        default_value = "",
        hide_default_value = true
    )]
    version: String,
    /// Give the chart this appVersion
    #[arg(
        long,
        value_name = "VERSION",
        default_value = "",
        hide_default_value = true
    )]
    app_version: String,
    /// Fetch and pack dependencies into charts/ first
    #[arg(short = 'u', long)]
    dependency_update: bool,

    #[command(flatten)]
    reproducible: Reproducible,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<PackageCompat>,
}

impl Package {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        if self.charts.is_empty() {
            return Err(CliError::new(
                "need at least one argument, the path to the chart",
            ));
        }
        let signing = signing::Signing::from_flags(&self.compat)?;
        for argument in &self.charts {
            let mut notices = Vec::new();
            let packed = self.pack(argument, signing.as_ref(), &profile, &mut notices);
            terminal::notify(&notices, &profile);
            let path = packed?.display().to_string();
            let line = format!("Successfully packaged chart and saved it to: {path}\n");
            terminal::print(line.as_bytes())?;
        }
        Ok(())
    }

    fn pack(
        &self,
        argument: &str,
        signing: Option<&signing::Signing>,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<PathBuf, CliError> {
        let given = Path::new(argument);
        std::fs::metadata(given)
            .map_err(|error| CliError::new(OsError::new("stat", given, &error)))?;
        let path = absolute_path(given).map_err(CliError::new)?;
        if self.dependency_update {
            let (home, access) = (self.compat.home(), self.compat.access());
            dependency::update_quietly(&path, &home, &access, profile, notices)?;
        }
        let chart = chart::load_unpacked(&path, profile, notices);
        let mut chart = chart.map_err(CliError::new)?;
        let metadata = &mut chart.metadata;
        if !self.version.is_empty() {
            metadata.version.clone_from(&self.version);
        }
        gosemver::Version::parse(&metadata.version).map_err(CliError::new)?;
        if !self.app_version.is_empty() {
            metadata.app_version.clone_from(&self.app_version);
        }
        let missing = chart::missing_dependencies(&chart);
        if !missing.is_empty() {
            return Err(CliError::new(format!(
                "found in Chart.yaml, but missing in charts/ directory: {}",
                missing.join(", ")
            )));
        }
        let (now, profile) = match self.reproducible.time()? {
            None => (dependency::now().0, *profile),
            Some(time) => {
                let archives_keep_times = false;
                (
                    time,
                    Profile {
                        archives_keep_times,
                        ..*profile
                    },
                )
            }
        };
        let profile = &profile;
        let failed =
            |error: &dyn std::fmt::Display| CliError::new(format!("failed to save: {error}"));
        let directory = self.directory()?;
        let archive = chart::package(&chart, profile, now).map_err(|error| failed(&error))?;
        let file = chart::clean_path(&directory.join(chart::package_name(&chart)));
        let mut files = AtomicFiles::new(FileMode::Default);
        files.add(&file, &*archive);
        files.commit().map_err(|error| failed(&error))?;
        if let Some(signing) = signing {
            signing.sign(&file, &archive, profile)?;
        }
        Ok(file)
    }

    /// The directory of the archives. Errors name the working directory by its path.
    fn directory(&self) -> Result<PathBuf, CliError> {
        let directory = match &*self.destination {
            "." => std::env::current_dir().map_err(CliError::new)?,
            given => chart::clean_path(Path::new(given)),
        };
        match std::fs::metadata(&directory) {
            Ok(found) if !found.is_dir() => {
                let directory = directory.display();
                Err(CliError::new(format!(
                    "failed to save: is not a directory: {directory}"
                )))
            }
            _ => Ok(directory),
        }
    }
}
