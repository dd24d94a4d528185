//! `rhelm uninstall`: Helm's `uninstall` command.

use super::change::{Doing, failure, with_actions};
use super::contexts::Contexts;
use super::progress::ProgressFlag;
use crate::cli::compat_flags::{CompatFlags, UninstallRelease};
use crate::cli::terminal::{self, CliError};
use crate::cli::{CommandResult, flags, usage};
use ::release::Propagation;
use ::release::actions;
use clap::Args;

/// Uninstall releases.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm uninstall web\n  \
        rhelm uninstall web api -n prod --keep-history\n  \
        rhelm delete --purge istio-remote")]
pub(in crate::cli) struct Uninstall {
    /// The releases' names
    #[arg(value_name = "NAME", num_args = 0..)]
    names: Vec<String>,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    progress: ProgressFlag,
    #[command(flatten)]
    contexts: Contexts,

    #[command(flatten)]
    compat: CompatFlags<UninstallRelease>,
}

impl Uninstall {
    pub(in crate::cli) fn run(self) -> CommandResult {
        if let Some(result) = self.contexts.run() {
            return result;
        }
        let compat = &self.compat;
        let profile = compat.with_debug_level(self.helm.profile()?);
        compat.check(&profile)?;
        if self.names.is_empty() {
            let usage = "uninstall RELEASE_NAME [...] [flags]";
            return Err(usage::too_few_arguments("uninstall", usage));
        }
        let propagation = match compat.last("cascade") {
            None | Some("background") => Propagation::Background,
            Some("foreground") => Propagation::Foreground,
            Some("orphan") => Propagation::Orphan,
            Some(value) => {
                return Err(CliError::new(format!(
                    "invalid cascade value ({value}). Must be \"background\", \"foreground\", or \"orphan\""
                )));
            }
        };
        let uninstall = actions::Uninstall {
            dry_run: compat.is_on("dry-run"),
            no_hooks: compat.is_on("no-hooks"),
            ignore_not_found: compat.is_on("ignore-not-found"),
            keep_history: compat.is_on("keep-history"),
            waiting: compat.waiting(&profile),
            propagation,
            description: compat.text("description"),
        };
        let doing = Doing {
            progress: self.progress.start(),
            ..Doing::default()
        };
        with_actions(&doing, compat, &profile, |actions| {
            for name in &self.names {
                let uninstalled = uninstall.run(actions, name).map_err(failure)?;
                if !uninstalled.kept.is_empty() {
                    terminal::print(format!("{}\n", uninstalled.kept).as_bytes())?;
                }
                terminal::print(format!("release \"{name}\" uninstalled\n").as_bytes())?;
            }
            Ok(())
        })
    }
}
