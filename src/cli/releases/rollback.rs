//! `rhelm rollback`: Helm's `rollback` command.

use super::change::{Doing, failure, with_actions};
use super::contexts::Contexts;
use super::progress::ProgressFlag;
use crate::cli::compat_flags::{CompatFlags, RollbackRelease};
use crate::cli::terminal::{self, CliError};
use crate::cli::{CommandResult, flags, usage};
use crate::profile::CommandLine;
use ::release::actions::{self, DryRun};
use clap::Args;

/// Go back to an earlier revision of a release.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm rollback web\n  \
        rhelm rollback web 3 -n prod --wait")]
pub(in crate::cli) struct Rollback {
    /// The release's name, and the revision [default: the one before the last]
    #[arg(value_name = "NAME [REVISION]", num_args = 0..)]
    arguments: Vec<String>,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    progress: ProgressFlag,
    #[command(flatten)]
    contexts: Contexts,

    #[command(flatten)]
    compat: CompatFlags<RollbackRelease>,
}

impl Rollback {
    pub(in crate::cli) fn run(self) -> CommandResult {
        if let Some(result) = self.contexts.run(&self.compat) {
            return result;
        }
        let compat = &self.compat;
        let profile = compat.with_debug_level(self.helm.profile()?);
        compat.check(&profile)?;
        let [name, rest @ ..] = &*self.arguments else {
            let usage = "rollback <RELEASE> [REVISION] [flags]";
            return Err(usage::too_few_arguments("rollback", usage));
        };
        let revision = match rest.first() {
            None => 0,
            Some(text) => gostd::strconv::atoi(text.as_bytes()).map_err(|error| {
                CliError::new(format!("could not convert revision to a number: {error}"))
            })?,
        };
        let is_helm_3 = profile.command_line == CommandLine::Helm3;
        let dry_run = match is_helm_3 {
            // A boolean there.
            true => match compat.last("dry-run") {
                None => DryRun::No,
                Some("unset") => DryRun::Client,
                Some(value) => match flags::go_bool(value) {
                    Ok(true) => DryRun::Client,
                    Ok(false) => DryRun::No,
                    Err(cause) => {
                        let value = gostd::strconv::quote(value.as_bytes());
                        return Err(CliError::new(format!(
                            "invalid argument {value} for \"--dry-run\" flag: {cause}"
                        )));
                    }
                },
            },
            false => compat.dry_run(&profile)?,
        };
        let rollback = actions::Rollback {
            dry_run,
            revision,
            server_side: match compat.last("server-side") {
                _ if is_helm_3 => "false",
                given => given.unwrap_or("auto"),
            }
            .to_owned(),
            force_conflicts: compat.is_on("force-conflicts"),
            force_replace: compat.force_replace(),
            no_hooks: compat.is_on("no-hooks"),
            waiting: compat.waiting(&profile),
            cleans_up: compat.is_on("cleanup-on-fail"),
            max_history: compat.max_history(),
            recreate_pods: compat.is_on("recreate-pods"),
        };
        let doing = Doing {
            progress: self.progress.start(),
            ..Doing::default()
        };
        with_actions(&doing, compat, &profile, |actions| {
            rollback.run(actions, name).map_err(failure)
        })?;
        terminal::print(b"Rollback was a success! Happy Helming!\n")
    }
}
