//! `rhelm release`: what Helm has no commands for.

mod adopt;
mod check;
mod map_apis;
mod unlock;

use super::{Common, change, interrupt, prompt_to_go_on, storage, whole_manifest};
use crate::cli::CommandResult;
use clap::{Args, Subcommand};

/// Look after releases: unlock them, adopt resources, and see what a newer Kubernetes breaks.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm release check --kube-version 1.37 -A\n  \
        rhelm release unlock web -n prod")]
pub(in crate::cli) struct Upkeep {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what left a release pending, and record that it failed, so that the next operation can begin
    #[command(after_help = "Examples:\n  \
        rhelm release unlock web\n  \
        rhelm release unlock web -n prod --yes")]
    Unlock(Box<unlock::Unlock>),
    /// Write the first record of a release for resources that are there, and mark them as the release's
    #[command(after_help = "Examples:\n  \
        rhelm release adopt web ./chart -n prod -f prod.yaml")]
    Adopt(Box<adopt::Adopt>),
    /// Replace API versions that Kubernetes has no longer in the stored manifest of a release
    #[command(after_help = "Examples:\n  \
        rhelm release map-apis web --kube-version 1.37 --dry-run\n  \
        rhelm release map-apis web -n prod")]
    MapApis(Box<map_apis::MapApis>),
    /// Tell which releases a version of Kubernetes breaks
    #[command(
        after_help = "Exit status: 0, 1 if something breaks, and on errors.\n\n\
        Examples:\n  \
        rhelm release check --kube-version 1.37\n  \
        rhelm release check web --kube-version 1.37 -n prod\n  \
        rhelm release check --kube-version 1.37 -A"
    )]
    Check(Box<check::Check>),
}

impl Upkeep {
    pub(in crate::cli) fn run(self) -> CommandResult {
        match self.command {
            Command::Unlock(unlock) => unlock.run(),
            Command::Adopt(adopt) => adopt.run(),
            Command::MapApis(map) => map.run(),
            Command::Check(check) => check.run(),
        }
    }
}
