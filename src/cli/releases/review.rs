//! `--diff` and `--preflight`: what an install or an upgrade would do, before it does anything.

use super::{prompt_to_go_on, whole_manifest};
use crate::cli::config::read_config;
use crate::cli::diff::{Report, Rules};
use crate::cli::terminal::{self, CliError};
use crate::cli::{CommandResult, color};
use crate::profile::Profile;
use ::release::actions::{ActionError, Plan};
use ::release::{live_manifest, preflight};
use clap::Args;
use diagnostics::config::Configuration;
use std::cell::RefCell;

/// What is looked at before anything is done.
#[derive(Debug, Args)]
#[command(next_help_heading = "Before anything is done")]
pub(super) struct ReviewFlags {
    /// Show what changes against the release's last revision, with findings, and ask; without a terminal --yes is needed
    #[arg(long)]
    diff: bool,
    /// With --diff, compare with what the cluster has
    #[arg(long)]
    live: bool,
    /// With --diff, do not ask
    #[arg(long)]
    yes: bool,
    /// Check permissions, kinds, owners, what the server says to each change, and the record's size; `preflight: true` in
    /// .rhelm.yaml does it always
    #[arg(long)]
    preflight: bool,

    #[command(flatten)]
    rules: Rules,
}

/// A look at what is about to be done.
pub(in crate::cli) struct Review<'r> {
    pub(super) flags: &'r ReviewFlags,
    /// What the new side is called.
    pub(super) chart: &'r str,
    /// What changes in `crds/` is shown.
    pub(super) shows_crds: bool,
    /// True if stdout is for data.
    pub(super) has_data: bool,
    pub(super) profile: &'r Profile,
    is_preflight: bool,
    /// Why nothing was done.
    refusal: RefCell<Option<CliError>>,
}

impl ReviewFlags {
    /// The review that the flags and the configuration ask for; none where they ask for none.
    pub(super) fn start<'r>(
        &'r self,
        chart: &'r str,
        shows_crds: bool,
        has_data: bool,
        profile: &'r Profile,
    ) -> Result<Option<Review<'r>>, CliError> {
        if !self.diff && (self.live || self.yes || self.rules.has_fail_on()) {
            return Err(CliError::new("--live, --yes and --fail-on need --diff"));
        }
        let is_preflight = self.preflight || is_configured()?;
        let is_wanted = self.diff || is_preflight || shows_crds;
        Ok(is_wanted.then(|| Review {
            flags: self,
            chart,
            shows_crds,
            has_data,
            profile,
            is_preflight,
            refusal: RefCell::default(),
        }))
    }
}

/// Returns true if `.rhelm.yaml` says `preflight: true`.
fn is_configured() -> Result<bool, CliError> {
    let Some(config) = read_config()? else {
        return Ok(false);
    };
    let read = Configuration::read(&config.text, &config.name);
    read.and_then(|config| config.switch("preflight"))
        .map_err(CliError::new)
}

impl Review<'_> {
    /// Looks at a plan.
    pub(super) fn look(&self, plan: &Plan<'_>) -> Result<(), ActionError> {
        self.try_look(plan).map_err(|error| {
            *self.refusal.borrow_mut() = Some(error);
            ActionError::refused("nothing was done")
        })
    }

    /// The error of an action: the refusal, if it was that.
    pub(super) fn error(review: Option<&Self>, error: CliError) -> Result<CliError, CliError> {
        match review.and_then(|review| review.refusal.take()) {
            Some(refusal) => Err(refusal),
            None => Ok(error),
        }
    }

    fn try_look(&self, plan: &Plan<'_>) -> CommandResult {
        if self.is_preflight {
            self.preflight(plan)?;
        }
        if self.flags.diff || self.shows_crds {
            self.show(plan)?;
        }
        prompt_to_go_on(!self.flags.diff || self.flags.yes, "go on")
    }

    fn preflight(&self, plan: &Plan<'_>) -> CommandResult {
        let problems = preflight(plan, self.profile).map_err(CliError::new)?;
        if problems.is_empty() {
            return Ok(());
        }
        let count = problems.len();
        let plural = if count == 1 { "" } else { "s" };
        let mut text = format!("preflight: {count} problem{plural}, nothing was done:");
        for problem in &problems {
            let message = problem.message.trim_end().replace('\n', "\n    ");
            text.push_str(&format!("\n  [{}] {message}", problem.rule));
        }
        Err(CliError::new(text))
    }

    /// Prints what changes.
    fn show(&self, plan: &Plan<'_>) -> CommandResult {
        let crds = self.crds(plan);
        let live = |manifests: &[&str]| {
            let live = live_manifest(plan.cluster, &plan.next.namespace, manifests);
            live.map_err(CliError::new)
        };
        let last = plan
            .last
            .map(|last| last.manifest.as_str())
            .unwrap_or_default();
        let (name, mut old, mut new) = match (self.flags.diff, self.flags.live, plan.last) {
            (false, ..) => ("the cluster".to_owned(), String::new(), String::new()),
            (true, true, _) => (
                "the cluster".to_owned(),
                live(&[last, &plan.next.manifest])?,
                plan.next.manifest.clone(),
            ),
            (true, false, Some(record)) => (
                format!("revision {} of {}", record.version, record.name),
                whole_manifest(record),
                whole_manifest(plan.next),
            ),
            (true, false, None) => (
                "nothing".to_owned(),
                String::new(),
                whole_manifest(plan.next),
            ),
        };
        if self.shows_crds || plan.writes_crds {
            old.push_str(&live(&[&crds])?);
            new.push('\n');
            new.push_str(&crds);
        }
        let minor = plan.cluster.server_info().map(|server| server.minor);
        let minor = minor.ok().and_then(|minor| {
            let digits = minor.trim_end_matches(|c: char| !c.is_ascii_digit());
            digits.parse().ok()
        });
        let report = Report {
            old: (&name, old.as_bytes()),
            new: (self.chart, new.as_bytes()),
            crds: crds.as_bytes(),
            namespace: &plan.next.namespace,
            kube_minor: minor,
        };
        let colour = !self.has_data && color::is_on_by_default();
        let (text, checked) = report.text(&self.flags.rules, colour)?;
        match self.has_data {
            true => terminal::warn(&text),
            false => terminal::print(&text)?,
        }
        match self.flags.diff {
            true => checked.map_err(|error| error.hint("nothing was done")),
            false => Ok(()),
        }
    }

    /// The files of `crds/` as one manifest. Of files that Helm would leave alone the report says so.
    fn crds(&self, plan: &Plan<'_>) -> String {
        let mut text = String::new();
        for (name, file) in plan.crds {
            let file = file.strip_prefix("---\n").unwrap_or(file);
            match plan.writes_crds {
                true => text.push_str(&format!("---\n{file}\n")),
                false => text.push_str(&format!("---\n# Source: chart/{name}\n{file}\n")),
            }
        }
        text
    }
}
