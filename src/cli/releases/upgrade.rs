//! `rhelm upgrade`: Helm's `upgrade` command.

use super::change::{Doing, failure, print_release, with_actions};
use super::chart::{Found, Purpose};
use super::contexts::Contexts;
use super::install::Job;
use super::interrupt::cancel_on_signal;
use super::progress::ProgressFlag;
use super::review::{Review, ReviewFlags};
use crate::action::check_release_name;
use crate::cli::compat_flags::{CompatFlags, UpgradeRelease};
use crate::cli::post_renderer::{self, PostRenderer};
use crate::cli::repo::Format;
use crate::cli::terminal::{self, CliError};
use crate::cli::{CommandResult, flags, usage};
use crate::profile::{CommandLine, Profile};
use crate::render::Release;
use ::release::actions::{self, Actions, Reuse};
use ::release::{Error, Record};
use background::with_large_stack;
use clap::{Args, ValueEnum};
use gostd::strconv::quote;

/// Upgrade a release.
#[derive(Debug, Args)]
#[command(override_usage = "rhelm upgrade NAME CHART [OPTIONS]")]
#[command(after_help = "Examples:\n  \
        rhelm upgrade web ./chart --install -n prod --create-namespace\n  \
        rhelm upgrade web ./chart --reuse-values --set image.tag=1.2.4\n  \
        rhelm upgrade web ./chart -f prod.yaml --rollback-on-failure --timeout 2m\n  \
        rhelm upgrade web ./chart --diff --fail-on error\n  \
        rhelm upgrade web ./chart --preflight --wait --progress plain\n  \
        rhelm upgrade web ./chart --crds=apply\n  \
        rhelm upgrade web ./chart --kube-contexts east,west")]
pub(in crate::cli) struct Upgrade {
    /// The release's name, and the chart, as `install` takes it
    #[arg(value_name = "NAME CHART", num_args = 0..)]
    arguments: Vec<String>,

    #[command(flatten)]
    values: flags::Values,

    /// Print a table, or data: table, json, yaml
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,

    #[command(flatten)]
    post_renderer: post_renderer::Flags,

    #[command(flatten)]
    helm: flags::HelmVersion,

    /// Also look at the chart's crds/, which Helm never upgrades: diff shows what changes, apply does it
    #[arg(long, value_name = "WHAT", value_enum)]
    crds: Option<Crds>,
    #[command(flatten)]
    review: ReviewFlags,
    #[command(flatten)]
    progress: ProgressFlag,
    #[command(flatten)]
    contexts: Contexts,

    #[command(flatten)]
    compat: CompatFlags<UpgradeRelease>,
}

/// What is done about `crds/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Crds {
    /// Show what changes
    Diff,
    /// Apply the files before the upgrade, by server-side apply
    Apply,
}

/// What there is of a release before `upgrade --install`.
enum Before {
    Nothing,
    Uninstalled,
    Something,
}

impl Upgrade {
    pub(in crate::cli) fn run(self) -> CommandResult {
        if let Some(result) = self.contexts.run(&self.compat) {
            return result;
        }
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let [name, chart] = &*self.arguments else {
            let usage = "upgrade [RELEASE] [CHART] [flags]";
            return Err(usage::wrong_number_of_arguments("upgrade", 2, usage));
        };
        let post_renderer = self.post_renderer.find(&profile)?;
        let work = || self.upgrade(name, chart, post_renderer.as_ref(), &profile);
        with_large_stack(work)
            .map_err(|error| CliError::new(format!("no thread to render on: {error}")))?
    }

    fn upgrade(
        &self,
        name: &str,
        chart: &str,
        post_renderer: Option<&PostRenderer<'_>>,
        profile: &Profile,
    ) -> CommandResult {
        let compat = &self.compat;
        compat.check_key_files(profile)?;
        let is_helm_3 = profile.command_line == CommandLine::Helm3;
        if !is_helm_3 {
            compat.dry_run(profile)?;
        }
        let server_side = match compat.last("server-side") {
            _ if is_helm_3 => "false",
            given => given.unwrap_or("auto"),
        };
        if compat.is_on("install") {
            let doing = Doing::default();
            let before = with_actions(&doing, compat, profile, |actions| before(actions, name))?;
            if !matches!(before, Before::Something) {
                if self.output == Format::Table {
                    let name = quote(name.as_bytes());
                    let text = format!("Release {name} does not exist. Installing it now.\n");
                    terminal::print(text.as_bytes())?;
                }
                let has_data = self.output != Format::Table;
                let review = self.review.start(chart, false, has_data, profile)?;
                let job = Job {
                    argument: name,
                    name: name.to_owned(),
                    chart,
                    values: &self.values,
                    compat,
                    post_renderer,
                    server_side: server_side != "false",
                    replace: matches!(before, Before::Uninstalled),
                    review: review.as_ref(),
                    progress: self.progress.start(),
                    prefix: "",
                };
                return self.print(&job.run(profile)?, profile);
            }
        }
        let record = self.upgrade_existing(name, chart, post_renderer, server_side, profile)?;
        if self.output == Format::Table {
            let name = quote(name.as_bytes());
            let text = format!("Release {name} has been upgraded. Happy Helming!\n");
            terminal::print(text.as_bytes())?;
        }
        self.print(&record, profile)
    }

    fn upgrade_existing(
        &self,
        name: &str,
        chart: &str,
        post_renderer: Option<&PostRenderer<'_>>,
        server_side: &str,
        profile: &Profile,
    ) -> Result<Record, CliError> {
        let compat = &self.compat;
        let has_data = self.output != Format::Table;
        let shows_crds = self.crds == Some(Crds::Diff);
        let review = self.review.start(chart, shows_crds, has_data, profile)?;
        let found = Found::load(chart, &self.values, compat, Purpose::Upgrade, profile)?;
        let upgrade = actions::Upgrade {
            dry_run: match profile.command_line {
                CommandLine::Helm3 => compat.dry_run(profile)?,
                CommandLine::Helm4 => compat.quiet_dry_run(),
            },
            server_side: server_side.to_owned(),
            force_conflicts: compat.is_on("force-conflicts"),
            force_replace: compat.force_replace(),
            no_hooks: compat.is_on("no-hooks"),
            waiting: compat.waiting(profile),
            description: compat.text("description"),
            undoes: compat.undoes(),
            cleans_up: compat.is_on("cleanup-on-fail"),
            skip_validation: compat.is_on("disable-openapi-validation"),
            take_ownership: compat.is_on("take-ownership"),
            reuse: self.reuse(),
            max_history: compat.max_history(),
            recreate_pods: compat.is_on("recreate-pods"),
            apply_crds: self.crds == Some(Crds::Apply),
        };
        let release = Release::new(name, compat.namespace());
        let upgraded = found.with_source(release, compat, post_renderer, profile, |source| {
            let doing = Doing {
                cancel: cancel_on_signal(name),
                progress: self.progress.start(),
                review: review.as_ref(),
            };
            with_actions(&doing, compat, profile, |actions| {
                upgrade.run(actions, source).map_err(failure)
            })
        });
        upgraded.or_else(|error| {
            let error = Review::error(review.as_ref(), error)?;
            Err(error.with_prefix("UPGRADE FAILED: "))
        })
    }

    fn reuse(&self) -> Reuse {
        let flags = [
            ("reset-values", Reuse::Reset),
            ("reuse-values", Reuse::Reuse),
            ("reset-then-reuse-values", Reuse::ResetThenReuse),
        ];
        let given = flags.iter().find(|(flag, _)| self.compat.is_on(flag));
        given.map_or(Reuse::Default, |(_, reuse)| *reuse)
    }

    fn print(&self, record: &Record, profile: &Profile) -> CommandResult {
        print_release(
            record,
            self.output,
            self.compat.is_on("hide-notes"),
            self.compat.debug(),
            profile,
        )
    }
}

/// Helm asks for the history, and looks at the record that the storage has last.
fn before(actions: &Actions<'_>, name: &str) -> Result<Before, CliError> {
    actions.cluster.reach().map_err(CliError::new)?;
    if check_release_name(name).is_err() {
        let text = format!("release name is invalid: {name}");
        return Err(CliError::new(text));
    }
    let labels = [("name", name), ("owner", "helm")];
    let records = match actions.storage.query(&labels) {
        Ok(records) => records,
        Err(Error::NotFound) => return Ok(Before::Nothing),
        Err(error) => return Err(CliError::new(error)),
    };
    let last = records
        .iter()
        .rev()
        .find_map(|stored| stored.summary().ok());
    Ok(match last {
        Some(last) if last.info.status.is_uninstalled() => Before::Uninstalled,
        _ => Before::Something,
    })
}
