//! `rhelm repo update`: the indexes of the repositories, fetched anew.

use super::super::compat_flags::{CompatFlags, FilesCompat};
use super::super::terminal::{self, CliError};
use super::super::{CommandResult, flags, plugin};
use crate::profile::CommandLine;
use crate::sources::{Error, Repositories, Repository, update_all};
use clap::Args;
use gostd::strconv::quote;
use std::path::Path;
use std::time::Duration;

/// Fetch the repositories' indexes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm repo update\n  \
        rhelm repo update argo --timeout 30s")]
pub(super) struct Update {
    /// The repositories' names [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Wait no longer than this for an index
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = duration)]
    timeout: Duration,
    /// Fail if an index cannot be fetched, as Helm 4 always does
    #[arg(long)]
    fail_on_repo_update_fail: bool,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<FilesCompat>,
}

/// pflag's duration, which cannot be negative here.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let parsed = gostd::time::parse_duration(text.as_bytes()).map_err(|error| error.to_string())?;
    Ok(Duration::from_nanos(
        parsed.nanoseconds().max(0).unsigned_abs(),
    ))
}

impl Update {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.compat.check(&profile)?;
        let is_helm_3 = profile.command_line == CommandLine::Helm3;
        if self.fail_on_repo_update_fail && !is_helm_3 {
            return Err(CliError::new("unknown flag: --fail-on-repo-update-fail"));
        }
        let home = self.compat.home();
        let none = || CliError::new("no repositories found. You must add one before updating");
        let path = &home.repository_config;
        let file = Repositories::load(Path::new(path)).map_err(|error| match error {
            Error::Os(error) if error.is_missing() => none(),
            error => CliError::new(format!("failed loading file: {path}: {error}")),
        })?;
        if file.list.is_empty() {
            return Err(none());
        }
        if let Some(name) = self.names.iter().find(|name| file.get(name).is_none()) {
            return Err(CliError::new(format!(
                "no repositories found matching '{name}'.  Nothing will be updated"
            )));
        }
        let is_meant = |r: &Repository| self.names.is_empty() || self.names.contains(&r.name);
        let list: Vec<Repository> = file.list.into_iter().filter(is_meant).collect();
        terminal::print(b"Hang tight while we grab the latest from your chart repositories...\n")?;
        let client = plugin::client(&profile).with_timeout(self.timeout);
        let mut notices = Vec::new();
        let results = update_all(
            &client,
            &list,
            &home.repository_cache,
            &profile,
            &mut notices,
        );
        terminal::notify(&notices, &profile);
        let mut failed = Vec::new();
        for (repository, result) in list.iter().zip(results) {
            let (name, url) = (quote(repository.name.as_bytes()), &*repository.access.url);
            let line = match result {
                Ok(()) => {
                    format!("...Successfully got an update from the {name} chart repository\n")
                }
                Err(error) => {
                    failed.push(url);
                    format!(
                        "...Unable to get an update from the {name} chart repository ({url}):\n\t{error}\n"
                    )
                }
            };
            terminal::print(line.as_bytes())?;
        }
        let verb = match is_helm_3 {
            true => "Failed",
            false => "failed",
        };
        if !failed.is_empty() && (!is_helm_3 || self.fail_on_repo_update_fail) {
            let failed = failed.join(" ");
            return Err(CliError::new(format!(
                "{verb} to update the following repositories: [{failed}]"
            )));
        }
        terminal::print("Update Complete. ⎈Happy Helming!⎈\n".as_bytes())
    }
}
