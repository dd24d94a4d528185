//! `rhelm install`: Helm's `install` command.

use super::change::{Doing, failure, now, print_release, with_actions};
use super::chart::{Found, Purpose};
use super::contexts::Contexts;
use super::interrupt::cancel_on_signal;
use super::progress::{Progress, ProgressFlag};
use super::review::{Review, ReviewFlags};
use crate::cli::compat_flags::{CompatFlags, InstallRelease, Tables};
use crate::cli::post_renderer::{self, PostRenderer};
use crate::cli::repo::Format;
use crate::cli::terminal::CliError;
use crate::cli::{CommandResult, flags, usage};
use crate::profile::{CommandLine, Profile};
use crate::render::{Release, name_from_template};
use ::release::Record;
use ::release::actions;
use background::with_large_stack;
use clap::Args;

/// Install a chart.
#[derive(Debug, Args)]
#[command(override_usage = "rhelm install [NAME] CHART [OPTIONS]")]
#[command(after_help = "Examples:\n  \
        rhelm install web ./chart -n prod --create-namespace\n  \
        rhelm install web ./chart -f prod.yaml --set image.tag=1.2.3 --wait\n  \
        rhelm install web ./chart --diff --live -n prod\n  \
        rhelm install web ./chart --dry-run=client --hide-secret")]
pub(in crate::cli) struct Install {
    /// A name for the release, and the chart: a directory, an archive, REPOSITORY/CHART, the URL of an archive, or with
    /// --repo a name there
    #[arg(value_name = "[NAME] CHART", num_args = 0..)]
    arguments: Vec<String>,

    #[command(flatten)]
    values: flags::Values,

    /// The release's name (Helm 2's flag; -n is the namespace, as in Helm 3 and 4)
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Print a table, or data: table, json, yaml
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,

    #[command(flatten)]
    post_renderer: post_renderer::Flags,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    review: ReviewFlags,
    #[command(flatten)]
    progress: ProgressFlag,
    #[command(flatten)]
    contexts: Contexts,

    #[command(flatten)]
    compat: CompatFlags<InstallRelease>,
}

impl Install {
    pub(in crate::cli) fn run(self) -> CommandResult {
        if let Some(result) = self.contexts.run(&self.compat) {
            return result;
        }
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        if self.arguments.is_empty() {
            let usage = "install [NAME] [CHART] [flags]";
            return Err(usage::too_few_arguments("install", usage));
        }
        let post_renderer = self.post_renderer.find(&profile)?;
        let work = || self.install(post_renderer.as_ref(), &profile);
        with_large_stack(work)
            .map_err(|error| CliError::new(format!("no thread to render on: {error}")))?
    }

    fn install(
        &self,
        post_renderer: Option<&PostRenderer<'_>>,
        profile: &Profile,
    ) -> CommandResult {
        self.compat.check_key_files(profile)?;
        let server_side = match self.compat.last("server-side") {
            None => true,
            Some(value) => flags::go_bool(value).map_err(|cause| {
                let value = gostd::strconv::quote(value.as_bytes());
                CliError::new(format!(
                    "invalid argument {value} for \"--server-side\" flag: {cause}"
                ))
            })?,
        };
        // Helm 4 judges it first.
        if profile.command_line == CommandLine::Helm4 {
            self.compat.dry_run(profile)?;
        }
        const PREFIX: &str = "INSTALLATION FAILED: ";
        let named = self.named();
        let (name, chart) = named.map_err(|error| error.with_prefix(PREFIX))?;
        let has_data = self.output != Format::Table;
        let review = self.review.start(chart, false, has_data, profile)?;
        let record = Job {
            argument: self.arguments.first().map_or("", String::as_str),
            name,
            chart,
            values: &self.values,
            compat: &self.compat,
            post_renderer,
            server_side,
            replace: self.compat.is_on("replace"),
            review: review.as_ref(),
            progress: self.progress.start(),
            prefix: PREFIX,
        }
        .run(profile)?;
        print_release(
            &record,
            self.output,
            self.compat.is_on("hide-notes"),
            self.compat.debug(),
            profile,
        )
    }

    /// The release's name and the chart (Helm's `NameAndChart`), and Helm 2's `--name`.
    fn named(&self) -> Result<(String, &str), CliError> {
        let template = self.compat.text("name-template");
        let is_generated = self.compat.is_on("generate-name");
        let conflict = |flag: &str| {
            let text = format!("cannot set {flag} and also specify a name");
            Err(CliError::new(text))
        };
        match &*self.arguments {
            [_, _, rest @ ..] if !rest.is_empty() => Err(CliError::new(format!(
                "expected at most two arguments, unexpected arguments: {}",
                rest.join(", ")
            ))),
            [_, _] if is_generated => conflict("--generate-name"),
            [_, _] if !template.is_empty() => conflict("--name-template"),
            [_, _] if self.name.is_some() => conflict("--name"),
            [name, chart, ..] => Ok((name.clone(), chart)),
            [chart] if !template.is_empty() => {
                let name = name_from_template(&template, &host::System);
                Ok((name.map_err(CliError::new)?, chart))
            }
            [chart] => match &self.name {
                Some(name) => Ok((name.clone(), chart)),
                None if is_generated => Ok((generated_name(chart), chart)),
                None => Err(no_name()),
            },
            [] => Err(no_name()),
        }
    }
}

fn no_name() -> CliError {
    CliError::new("must either provide a name or specify --generate-name")
}

/// A name made of the chart's and the time.
fn generated_name(chart: &str) -> String {
    let trimmed = chart.trim_end_matches('/');
    let base = match trimmed.rsplit('/').next() {
        _ if trimmed.is_empty() && !chart.is_empty() => "/",
        None | Some("" | ".") => "chart",
        Some(base) => base,
    };
    // What looks like a version or an ending goes.
    let base = base.split_once('.').map_or(base, |(base, _)| base);
    format!("{base}-{}", now().unix())
}

/// An installation, of `install` or of `upgrade --install`.
pub(super) struct Job<'j, T> {
    /// The command's first argument.
    pub(super) argument: &'j str,
    pub(super) name: String,
    pub(super) chart: &'j str,
    pub(super) values: &'j flags::Values,
    pub(super) compat: &'j CompatFlags<T>,
    pub(super) post_renderer: Option<&'j PostRenderer<'j>>,
    pub(super) server_side: bool,
    pub(super) replace: bool,
    pub(in crate::cli) review: Option<&'j Review<'j>>,
    pub(super) progress: Progress,
    /// What errors begin with.
    pub(super) prefix: &'static str,
}

impl<T: Tables> Job<'_, T> {
    pub(super) fn run(self, profile: &Profile) -> Result<Record, CliError> {
        let (review, prefix) = (self.review, self.prefix);
        let error = match self.install(profile) {
            Ok(record) => return Ok(record),
            Err(error) => error,
        };
        Err(Review::error(review, error)?.with_prefix(prefix))
    }

    fn install(self, profile: &Profile) -> Result<Record, CliError> {
        let compat = self.compat;
        let is_helm_3 = profile.command_line == CommandLine::Helm3;
        let mut notices = Vec::new();
        compat.debug_version("Original chart version", profile, &mut notices);
        crate::cli::terminal::notify(&notices, profile);
        let found = Found::load(self.chart, self.values, compat, Purpose::Install, profile)?;
        let install = actions::Install {
            // Helm 4 has warned of its forms before.
            dry_run: match is_helm_3 {
                true => compat.dry_run(profile)?,
                false => compat.quiet_dry_run(),
            },
            server_side: self.server_side && !is_helm_3,
            force_conflicts: compat.is_on("force-conflicts"),
            force_replace: compat.force_replace(),
            create_namespace: compat.is_on("create-namespace"),
            no_hooks: compat.is_on("no-hooks"),
            replace: self.replace,
            waiting: compat.waiting(profile),
            description: compat.text("description"),
            undoes: compat.undoes(),
            skip_crds: compat.is_on("skip-crds"),
            skip_validation: compat.is_on("disable-openapi-validation"),
            take_ownership: compat.is_on("take-ownership"),
        };
        let release = Release::new(self.name, compat.namespace());
        found.with_source(release, compat, self.post_renderer, profile, |source| {
            let doing = Doing {
                cancel: cancel_on_signal(self.argument),
                progress: self.progress,
                review: self.review,
            };
            with_actions(&doing, compat, profile, |actions| {
                install.run(actions, source).map_err(failure)
            })
        })
    }
}
