//! `rhelm version`: the version of Helm that rhelm is, in the form that scripts and tools parse.

use super::compat_flags::{CompatFlags, VersionCompat};
use super::terminal::{self, CliError};
use super::{CommandResult, flags};
use crate::render::{build_info, text_from_template};
use background::with_large_stack;
use clap::Args;
use gotemplate::FunctionTable;
use host::System;

/// The letters of the commit that `--short` shows.
const SHORT_COMMIT: usize = 7;

/// Print the version of Helm that rhelm emulates.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm version\n  \
        rhelm version --short --helm-version 3\n  \
        rhelm version --template '{{.Version}}'\n  \
        rhelm --version      (rhelm's own version)")]
pub(super) struct Version {
    /// Print the version number
    #[arg(long)]
    short: bool,
    /// Format the output with a Go template over the fields Version, GitCommit, GitTreeState, GoVersion
    #[arg(
        long,
        value_name = "TEMPLATE",
        default_value = "",
        hide_default_value = true
    )]
    template: String,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<VersionCompat>,

    #[arg(hide = true)]
    arguments: Vec<String>,
}

impl Version {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.compat.check(&profile)?;
        if !self.arguments.is_empty() {
            return Err(CliError::new(
                "\"helm version\" accepts no arguments\n\nUsage:  helm version [flags]",
            ));
        }
        let template = if !self.template.is_empty() {
            self.template
        } else if self.short {
            let commit = profile.git_commit.get(..SHORT_COMMIT);
            let build = commit.map(|commit| format!("+g{commit}"));
            format!("v{}{}\n", profile.version, build.unwrap_or_default())
        } else {
            "{{ printf \"%#v\" . }}\n".to_owned()
        };
        let work = || {
            let data = build_info(&profile);
            text_from_template("_", &template, data, &FunctionTable::new(), &System)
        };
        let text = with_large_stack(work)
            .map_err(CliError::new)?
            .map_err(CliError::new)?;
        terminal::print(text.as_bytes())
    }
}
