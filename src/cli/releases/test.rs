//! `rhelm test`: Helm's `test` command.

use super::change::{Doing, failure, print_release, with_actions};
use super::contexts::Contexts;
use super::only;
use super::progress::ProgressFlag;
use crate::cli::compat_flags::{CompatFlags, TestRelease};
use crate::cli::repo::Format;
use crate::cli::string_slice::StringSlice;
use crate::cli::terminal::{self, CliError};
use crate::cli::{CommandResult, flags};
use crate::profile::{CommandLine, Profile};
use ::release::actions::{self, Actions, Filter};
use clap::Args;

/// Run the tests of a release.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm test web\n  \
        rhelm test web --filter name=web-test --logs")]
pub(in crate::cli) struct Test {
    /// The release's name
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Run only these tests (name=a,name=b), or all but these (!name=a); may be given several times
    #[arg(long, value_name = "TESTS")]
    filter: Vec<StringSlice>,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    progress: ProgressFlag,
    #[command(flatten)]
    contexts: Contexts,

    #[command(flatten)]
    compat: CompatFlags<TestRelease>,
}

impl Test {
    pub(in crate::cli) fn run(self) -> CommandResult {
        if let Some(result) = self.contexts.run(&self.compat) {
            return result;
        }
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let is_helm_4 = profile.command_line == CommandLine::Helm4;
        if is_helm_4 && self.compat.last("hide-notes").is_some() {
            return Err(CliError::new("unknown flag: --hide-notes"));
        }
        let name = only(&self.names, "test", "test [RELEASE] [flags]")?;
        let test = actions::Test {
            timeout: self.compat.waiting(&profile).timeout,
            filter: self.filter(),
        };
        let doing = Doing {
            progress: self.progress.start(),
            ..Doing::default()
        };
        with_actions(&doing, &self.compat, &profile, |actions| {
            let tested = test.run(actions, name).map_err(failure)?;
            let shown = self.show(&test, actions, &tested, &profile);
            let failed = tested.failure.as_ref().map(CliError::new);
            let ended = actions.end_tests(tested).map_err(failure);
            shown?;
            match failed {
                Some(failure) => Err(failure),
                None => ended,
            }
        })
    }

    fn show(
        &self,
        test: &actions::Test,
        actions: &Actions<'_>,
        tested: &actions::Tested,
        profile: &Profile,
    ) -> CommandResult {
        let is_helm_3 = profile.command_line == CommandLine::Helm3;
        let hides_notes = !is_helm_3 || self.compat.is_on("hide-notes");
        let debug = self.compat.debug();
        print_release(&tested.record, Format::Table, hides_notes, debug, profile)?;
        if !self.compat.is_on("logs") {
            return Ok(());
        }
        let mut text = b"\n".to_vec();
        let namespace = self.compat.namespace();
        let logs = test.logs(actions, &tested.record, &namespace, &mut text);
        terminal::print(&text)?;
        logs.map_err(|error| match &tested.failure {
            // Both are told in Helm 4.
            Some(first) if !is_helm_3 => CliError::new(format!("{first}\n{error}")),
            _ => failure(error),
        })
    }

    fn filter(&self) -> Filter {
        let mut filter = Filter::default();
        for item in StringSlice::values(&self.filter) {
            let excluded = item.strip_prefix('!').map(|rest| {
                let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c');
                rest.strip_prefix(blank).unwrap_or(rest)
            });
            if let Some(name) = item.strip_prefix("name=") {
                filter.only.push(name.to_owned());
            } else if let Some(name) = excluded.and_then(|rest| rest.strip_prefix("name=")) {
                filter.without.push(name.to_owned());
            }
        }
        filter
    }
}
