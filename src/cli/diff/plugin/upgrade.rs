//! `diff upgrade`: what an upgrade of a release changes, against its record, or with a merge of three states against what lives.

use super::super::compatible;
use super::super::shown::Shown;
use super::count_error;
use super::stored::{Records, ended};
use crate::cli::CommandResult;
use crate::cli::compat_flags::{CompatFlags, DiffUpgrade};
use crate::cli::flags::{HelmVersion, Values};
use crate::cli::post_renderer::{self, PostRenderer};
use crate::cli::release::capabilities;
use crate::cli::releases::chart::{Found, Loading, Purpose};
use crate::cli::releases::{change, get, storage};
use crate::cli::terminal::{self, CliError};
use crate::notice::Notice;
use crate::profile::{CommandLine, Profile};
use crate::render::Release;
use crate::values::{Layers, UserValues};
use ::release::actions::{ActionError, Actions, DryRun, Install, Source};
use ::release::{Cluster, Memory, NoCluster, Record, Storage};
use background::with_large_stack;
use clap::Args;
use gostd::Value;
use gostd::limits::Cancel;
use std::cell::RefCell;
use std::env;

/// Show what an upgrade of a release changes.
#[derive(Debug, Args)]
pub(in crate::cli::diff) struct Upgrade {
    /// The release's name, and the chart, as `upgrade` takes it
    #[arg(value_name = "RELEASE CHART", num_args = 0..)]
    arguments: Vec<String>,

    #[command(flatten)]
    values: Values,
    #[command(flatten)]
    post_renderer: post_renderer::Flags,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    helm: HelmVersion,
    #[command(flatten)]
    compat: CompatFlags<DiffUpgrade>,
}

/// Where the chart is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The cluster is not asked at all.
    Nowhere,
    /// It is asked for the release, not by templates.
    Client,
    /// Templates see the cluster.
    Server,
}

/// What helm-diff's variables switch on.
fn is_set(name: &str) -> bool {
    env::var(name).is_ok_and(|value| value == "true")
}

impl Upgrade {
    pub(in crate::cli::diff) fn run(mut self) -> CommandResult {
        let [release, chart] = &self.arguments[..] else {
            return Err(count_error(&["release name", "chart path"]));
        };
        let (release, chart) = (release.clone(), chart.clone());
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let mode = self.mode(&profile)?;
        self.complete_by_environment();
        let post_renderer = self.post_renderer.find(&profile)?;
        let work = Work {
            upgrade: &self,
            release: &release,
            chart: &chart,
            mode,
            profile,
            post_renderer: post_renderer.as_ref(),
        };
        with_large_stack(|| work.run())
            .map_err(|error| CliError::new(format!("no thread to work on: {error}")))?
    }

    /// The mode that `--dry-run` asks for, and the Helm.
    fn mode(&self, profile: &Profile) -> Result<Mode, CliError> {
        let given = self.compat.last("dry-run");
        let given = given.map(|value| if value == "unset" { "client" } else { value });
        if let Some(value) =
            given.filter(|value| !["server", "client", "true", "false", ""].contains(value))
        {
            let value = gostd::strconv::quote(value.as_bytes());
            return Err(CliError::new(format!(
                "flag \"dry-run\" must take a bool value or either \"client\" or \"server\", but got {value}"
            )));
        }
        let server_side = self.compat.last("server-side").unwrap_or("auto");
        if !["true", "false", "auto"].contains(&server_side) {
            let value = gostd::strconv::quote(server_side.as_bytes());
            return Err(CliError::new(format!(
                "flag \"server-side\" must be \"true\", \"false\" or \"auto\", but got {value}"
            )));
        }
        let is_helm_3 = profile.command_line == CommandLine::Helm3;
        let validates = !self.compat.is_on("disable-validation");
        Ok(match given {
            Some("client" | "true") => Mode::Nowhere,
            Some("false") if !is_helm_3 => Mode::Client,
            _ if validates => Mode::Server,
            _ => Mode::Client,
        })
    }

    fn complete_by_environment(&mut self) {
        if !self.shown.normalize_manifests && is_set("HELM_DIFF_NORMALIZE_MANIFESTS") {
            self.shown.normalize_manifests = true;
            terminal::warn(b"Enabled normalize manifests via the envvar\n");
        }
        let context = env::var("HELM_DIFF_OUTPUT_CONTEXT").unwrap_or_default();
        if self.shown.context.is_none() {
            self.shown.context = gostd::strconv::atoi(context.as_bytes()).ok();
        }
    }

    /// Returns true if what lives is compared.
    fn merges_three_ways(&self) -> bool {
        match self.compat.last("three-way-merge") {
            _ if self.compat.is_on("take-ownership") => true,
            Some(_) => self.compat.is_on("three-way-merge"),
            None if is_set("HELM_DIFF_THREE_WAY_MERGE") => {
                terminal::warn(b"Enabled three way merge via the envvar\n");
                true
            }
            None => false,
        }
    }
}

/// A comparison that is under way.
struct Work<'w> {
    upgrade: &'w Upgrade,
    release: &'w str,
    chart: &'w str,
    mode: Mode,
    profile: Profile,
    post_renderer: Option<&'w PostRenderer<'w>>,
}

/// helm-diff's advice where there is no release.
const UNRELEASED: &str = "********************\n\n\tRelease was not present in Helm.  Include the `--allow-unreleased` to perform diff without exiting in error.\n\n********************\n";

impl Work<'_> {
    fn run(&self) -> CommandResult {
        let compat = &self.upgrade.compat;
        let three_way = self.upgrade.merges_three_ways();
        let record = self.record()?;
        let rendered = self.template(record.as_ref());
        let mut new =
            rendered.map_err(|error| CliError::new(format!("Failed to render chart: {error}")))?;
        let mut old = String::new();
        if let Some(record) = &record {
            old = format!("{}\n", record.manifest);
        }
        if three_way {
            let place =
                storage::connect(compat, &compat.namespace(), &self.profile, &Cancel::new())?;
            place.cluster.reach().map_err(CliError::new)?;
            let merged = ::release::three_way_manifests(&*place.cluster, &old, &new);
            (old, new) = merged
                .map_err(|error| CliError::new(format!("unable to generate manifests: {error}")))?;
        } else if let Some(record) = &record
            && !compat.is_on("no-hooks")
        {
            old.push_str(&crate::cli::releases::hooks_of(record));
        }
        if record.is_none() {
            old.clear();
        }
        let tests = compat.is_on("include-tests");
        let options = self.upgrade.shown.options(compat.namespace(), tests)?;
        let tells = self.upgrade.shown.detailed_exitcode;
        compatible::print(old.as_bytes(), new.as_bytes(), &options, tells)
    }

    /// The last record of the release; none where there is none, and that is no error.
    fn record(&self) -> Result<Option<Record>, CliError> {
        if self.mode == Mode::Nowhere {
            return Ok(None);
        }
        let compat = &self.upgrade.compat;
        let records = Records {
            compat,
            profile: self.profile,
        };
        let error = match records.record(self.release, 0, None) {
            Ok(record) => return Ok(Some(record)),
            Err(error) => error,
        };
        let text = error.text().to_string();
        let cause = text.strip_prefix("Error: ").unwrap_or(&text);
        let cause = cause.strip_suffix('\n').unwrap_or(cause);
        if !cause.contains("release: not found") {
            return Err(CliError::new(format!(
                "Failed to get release {} in namespace {}: {cause}",
                self.release,
                compat.namespace()
            )));
        }
        match compat.is_on("allow-unreleased") || compat.is_on("install") {
            true => Ok(None),
            false => {
                terminal::warn(UNRELEASED.as_bytes());
                Err(error)
            }
        }
    }

    /// The values of the release that are reused, under the new ones.
    fn reused(&self, record: Option<&Record>) -> Result<UserValues, String> {
        let compat = &self.upgrade.compat;
        let reuses = compat.is_on("reuse-values");
        let resets = compat.is_on("reset-then-reuse-values");
        let has_values = self.upgrade.values.layers() != Layers::default();
        let by_default = record.is_some() && !has_values;
        let wanted = reuses || resets || by_default;
        if !wanted || compat.is_on("reset-values") || self.mode == Mode::Nowhere {
            return Ok(UserValues::default());
        }
        let record = record.ok_or("exit status 1")?;
        let values = match resets && !reuses {
            true => get::supplied(record),
            false => get::computed(record, &self.profile),
        };
        match values.map_err(|error| ended(&error))? {
            Value::Map(values) => Ok(UserValues {
                values,
                ..UserValues::default()
            }),
            _ => Ok(UserValues::default()),
        }
    }

    /// What `helm template` prints; the error is helm-diff's text on it.
    fn template(&self, record: Option<&Record>) -> Result<String, String> {
        let base = self.reused(record)?;
        let notices = RefCell::new(Vec::new());
        // helm-diff takes for an upgrade what it has not seen to be none.
        let is_upgrade = record.is_some() || self.mode == Mode::Nowhere;
        let rendered = self.render(base, is_upgrade, &notices);
        rendered.map_err(|error| {
            let mut text = terminal::notice_text(&notices.borrow(), &self.profile);
            text.push_str(&error.text().to_string());
            format!("exit status 1: {text}")
        })
    }

    fn render(
        &self,
        base: UserValues,
        is_upgrade: bool,
        notices: &RefCell<Vec<Notice>>,
    ) -> Result<String, CliError> {
        let (compat, profile) = (&self.upgrade.compat, &self.profile);
        let assumed = capabilities(
            compat.last("kube-version"),
            compat
                .all("api-versions")
                .map(str::to_owned)
                .collect::<Vec<_>>()
                .iter(),
            profile,
        )?;
        let mut said = Vec::new();
        let mut loading = Loading {
            values: &self.upgrade.values,
            base,
            notices: &mut said,
        };
        let found = Found::load_with(self.chart, &mut loading, compat, Purpose::Install, profile);
        notices.borrow_mut().append(&mut said);
        let found = found?;
        let release = Release {
            is_upgrade,
            is_install: !is_upgrade,
            ..Release::new(self.release, compat.namespace())
        };
        found.with_source(release, compat, self.post_renderer, profile, |source| {
            source.request.capabilities = assumed;
            source.request.include_crds = compat.is_on("include-crds");
            match self.mode {
                Mode::Server => {
                    let place =
                        storage::connect(compat, &compat.namespace(), profile, &Cancel::new())?;
                    self.install(&*place.cluster, &*place.storage, source, notices)
                }
                Mode::Client | Mode::Nowhere => {
                    let (cluster, storage) = (NoCluster::default(), Memory::default());
                    self.install(&cluster, &storage, source, notices)
                }
            }
        })
    }

    /// Renders as an install does that changes nothing.
    fn install(
        &self,
        cluster: &dyn Cluster,
        storage: &dyn Storage,
        source: &mut Source<'_>,
        notices: &RefCell<Vec<Notice>>,
    ) -> Result<String, CliError> {
        let (compat, profile) = (&self.upgrade.compat, &self.profile);
        let install = Install {
            dry_run: DryRun::Server,
            server_side: profile.command_line != CommandLine::Helm3,
            force_conflicts: false,
            force_replace: false,
            create_namespace: false,
            no_hooks: compat.is_on("no-hooks"),
            replace: true,
            waiting: compat.waiting(profile),
            description: String::new(),
            undoes: false,
            skip_crds: false,
            skip_validation: compat.is_on("disable-openapi-validation"),
            take_ownership: compat.is_on("take-ownership"),
        };
        let _zones = gostd::time::use_zones(gostd::host::Host::zones(&::host::System));
        let actions = Actions {
            cluster,
            storage,
            profile,
            clock: &change::now,
            notify: &|said| notices.borrow_mut().extend_from_slice(said),
            print_log: &|_| {},
            review: None,
        };
        let record = install.run(&actions, source).map_err(rendering_error)?;
        let mut text = format!("{}\n", record.manifest.trim());
        if !compat.is_on("no-hooks") {
            text.push_str(&crate::cli::releases::hooks_of(&record));
        }
        Ok(text)
    }
}

/// Helm's text on a chart that cannot be rendered, as `helm template` has it.
fn rendering_error(error: ActionError) -> CliError {
    let cause = std::error::Error::source(&error);
    let cause = cause.and_then(|cause| cause.downcast_ref::<crate::action::Error>());
    match cause.is_some_and(crate::action::Error::while_rendering) {
        true => crate::cli::template::without_debug(error),
        false => CliError::of(error),
    }
}
