//! `rhelm release adopt`: the first record of a release whose resources are there.

use super::change::{Doing, failure, print_release, with_actions};
use super::interrupt::cancel_on_signal;
use crate::cli::compat_flags::{AdoptRelease, CompatFlags};
use crate::cli::releases::chart::{Found, Purpose};
use crate::cli::repo::Format;
use crate::cli::terminal::CliError;
use crate::cli::{CommandResult, flags};
use crate::profile::CommandLine;
use crate::render::Release;
use ::release::actions;
use background::with_large_stack;
use clap::Args;

/// Adopt resources.
#[derive(Debug, Args)]
pub(super) struct Adopt {
    /// The release's name
    #[arg(value_name = "NAME")]
    name: String,
    /// The chart, as `install` takes it
    #[arg(value_name = "CHART")]
    chart: String,

    #[command(flatten)]
    values: flags::Values,
    /// Print a table, or data: table, json, yaml
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,
    #[command(flatten)]
    helm: flags::HelmVersion,
    #[command(flatten)]
    compat: CompatFlags<AdoptRelease>,
}

impl Adopt {
    pub(super) fn run(self) -> CommandResult {
        with_large_stack(|| self.adopt())
            .map_err(|error| CliError::new(format!("no thread to render on: {error}")))?
    }

    fn adopt(&self) -> CommandResult {
        let compat = &self.compat;
        let profile = compat.with_debug_level(self.helm.profile()?);
        compat.check(&profile)?;
        let found = Found::load(
            &self.chart,
            &self.values,
            compat,
            Purpose::Install,
            &profile,
        )?;
        let adopt = actions::Adopt {
            server_side: profile.command_line != CommandLine::Helm3,
            take_ownership: compat.is_on("take-ownership"),
            description: compat.text("description"),
            waiting: compat.waiting(&profile),
        };
        let release = Release::new(&*self.name, compat.namespace());
        let record = found.with_source(release, compat, None, &profile, |source| {
            let doing = Doing {
                cancel: cancel_on_signal(&self.name),
                ..Doing::default()
            };
            with_actions(&doing, compat, &profile, |actions| {
                adopt.run(actions, source).map_err(failure)
            })
        })?;
        print_release(&record, self.output, false, compat.debug(), &profile)
    }
}
