//! `rhelm diff`: what changes between two charts, two versions of one, two sets of values, or
//! between manifests.

mod compatible;
mod flags;
mod installed;
mod own;
mod plugin;
mod released;
mod revision;
mod shown;
mod sides;
mod values;

pub(super) use own::{Report, Rules, findings_for};

use super::CommandResult;
use super::color;
use super::compat_flags::{CompatFlags, DiffCompat};
use super::flags::{HelmVersion, Values, profile_of};
use super::host_flags::HostFlags;
use super::pager::Pager;
use super::string_slice::StringSlice;
use super::terminal::CliError;
use crate::action::HookFilter;
use crate::side::Side;
use background::with_large_stack;
use clap::{Args, ValueEnum};
use host::{DeterministicSource, HostOverrides};
use shown::Shown;
use sides::Rendering;
use std::collections::hash_map::RandomState;
use std::ffi::OsStr;
use std::hash::{BuildHasher, Hasher};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Show what changes between two charts, sets of values or manifests.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0, whether something changes or not; 1 on errors and when a \
--fail-on rule applies.\nWith --detailed-exitcode 0 without changes, 2 with changes, 1 on errors: \
other than `rhelm\nvalidate`.\n\n\
Examples:\n  \
rhelm diff ./chart-1.0.0.tgz ./chart -f values.yaml\n  \
rhelm diff git:main:charts/web charts/web --detailed-exitcode\n  \
rhelm diff ./chart --old-set image.tag=1 --new-set image.tag=2\n  \
helm get manifest web -n prod | rhelm diff - ./chart --name web -n prod -f prod.yaml --is-upgrade\n  \
rhelm diff old.yaml new.yaml -o markdown > comment.md\n  \
rhelm diff ./old ./new -o html --ignore-preset chart-version > diff.html\n  \
rhelm diff ./old ./new --fail-on error --ignore 'kind=Deployment,path=spec.replicas'\n  \
rhelm diff ./old ./new --compat helm-diff -C 3\n  \
rhelm diff release:web ./chart -n prod -f prod.yaml\n  \
rhelm diff release:web --live",
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub(super) struct Diff {
    #[command(subcommand)]
    plugin: Option<plugin::Command>,

    /// Each a chart (a directory, an archive, a bundled chart's name), a chart or file of a git revision
    /// (git:REVISION:PATH), a file with rendered manifests, - for manifests on standard input, or a release of a cluster
    /// (release:[NAMESPACE/]NAME[:REVISION]). With OLD alone, both sides are that one, rendered with the --old-… and --new-… flags
    #[arg(value_name = "OLD [NEW]", required = true, num_args = 1..)]
    sides: Vec<String>,

    #[command(flatten)]
    values: Values,
    #[command(flatten)]
    common: flags::Common,
    #[command(flatten)]
    old: flags::OneSide<flags::Old>,
    #[command(flatten)]
    new: flags::OneSide<flags::New>,

    /// Render NEW as an upgrade: .Release.IsUpgrade is true
    #[arg(long, alias = "upgrade")]
    is_upgrade: bool,
    /// Compare the charts' CRDs too
    #[arg(long)]
    include_crds: bool,
    /// Leave out hooks
    #[arg(long)]
    no_hooks: bool,
    /// Compare test hooks too
    #[arg(long)]
    include_tests: bool,
    /// Do not check values against the charts' schemas
    #[arg(long)]
    skip_schema_validation: bool,

    #[command(flatten)]
    host_flags: HostFlags,
    #[command(flatten)]
    comparison: Comparison,
    #[command(flatten)]
    helm: HelmVersion,
    #[command(flatten)]
    global: CompatFlags<DiffCompat>,
}

/// Options of the comparison and its output.
#[derive(Debug, Args)]
#[command(next_help_heading = "Comparison and output")]
struct Comparison {
    #[command(flatten)]
    shown: Shown,
    /// Print byte for byte what `helm diff local` prints
    #[arg(long, value_name = "PROGRAM")]
    compat: Option<Compat>,
    /// Compare what the manifests of OLD, a release, say with what the cluster has: with OLD alone, what was changed
    /// there since; with NEW, what NEW would change there
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    rules: Rules,
    /// The largest size of the report in bytes: what has no room is counted [default: 65000 for markdown, any size for others]
    #[arg(long, value_name = "N")]
    max_bytes: Option<usize>,
    #[command(flatten)]
    pager: Pager,
}

/// Programs whose output can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Compat {
    /// The plugin databus23/helm-diff 3.15.11
    HelmDiff,
}

impl Diff {
    pub(super) fn run(mut self) -> CommandResult {
        if let Some(plugin) = self.plugin.take() {
            return plugin.run();
        }
        let mut renderings = self.renderings()?;
        // One thread for all of it: comparing uses the memory that rendering needed.
        let result = with_large_stack(|| {
            let place = released::read(&self, &mut renderings)?;
            match self.comparison.compat {
                Some(Compat::HelmDiff) => compatible::run(&self, &renderings),
                None => own::run(&self, &renderings, place.as_ref()),
            }
        });
        result.unwrap_or_else(|error| Err(CliError::new(format!("no thread to work on: {error}"))))
    }

    /// The common settings of both renders.
    fn renderings(&self) -> Result<[Rendering; 2], CliError> {
        let (old, new) = match &self.sides[..] {
            [old, new] => (old, new),
            [one] if self.old.is_given() || self.new.is_given() || self.is_upgrade => (one, one),
            [one] if self.comparison.live => (one, one),
            [one] => {
                let failure = CliError::new(format!(
                    "nothing to compare {one} with: give NEW, or --old-… and --new-… flags"
                ));
                return Err(color_hint(one).into_iter().fold(failure, CliError::hint));
            }
            sides => {
                let count = sides.len();
                let failure =
                    CliError::new(format!("diff takes OLD and NEW, not {count} arguments"));
                let color = sides.iter().find_map(|side| color_hint(side));
                return Err(color.into_iter().fold(failure, CliError::hint));
            }
        };
        let mut host = self.host_flags.host()?;
        // What is random in both sides, and the time, is no change.
        if self.comparison.compat.is_none() && host.deterministic.is_none() {
            host.deterministic = Some(one_seed());
        }
        Ok([
            self.rendering("old", old, &self.old, false, &host)?,
            self.rendering("new", new, &self.new, self.is_upgrade, &host)?,
        ])
    }

    /// The namespace of both sides; that of the kubeconfig's context where there is no other, but for helm-diff,
    /// to which Helm tells it.
    fn namespace(&self) -> Option<String> {
        match (&self.common.namespace, self.comparison.compat) {
            (Some(namespace), _) => Some(namespace.clone()),
            (None, Some(Compat::HelmDiff)) => None,
            (None, None) => Some(self.global.namespace()),
        }
    }

    fn rendering<S>(
        &self,
        name: &'static str,
        argument: &str,
        own: &flags::OneSide<S>,
        is_upgrade: bool,
        host: &HostOverrides,
    ) -> Result<Rendering, CliError> {
        let release = own.release.clone().or_else(|| self.common.release.clone());
        let default_release = match self.comparison.compat {
            Some(Compat::HelmDiff) => "release",
            None => "release-name",
        };
        let both = &self.common;
        let api_versions = StringSlice::values(&both.api_versions).chain(&own.api_versions);
        Ok(Rendering {
            name,
            argument: argument.to_owned(),
            side: Side::parse(argument),
            values: [self.values.layers(), own.values.clone()],
            release: release.unwrap_or_else(|| default_release.into()),
            namespace: own.namespace.clone().or_else(|| self.namespace()),
            kube_version: own
                .kube_version
                .clone()
                .or_else(|| both.kube_version.clone()),
            api_versions: api_versions.cloned().collect(),
            host: host.again(),
            profile: match &own.helm_version {
                Some(version) => profile_of(version)?,
                None => self.helm.profile()?,
            },
            is_upgrade,
            released: released::Released::default(),
            skip_schema_validation: self.skip_schema_validation,
            include_crds: self.include_crds,
            as_text: self.comparison.compat.map(|Compat::HelmDiff| HookFilter {
                none: self.no_hooks,
                skip_tests: false,
            }),
        })
    }
}

/// A seed that nobody knows, and the time of now, for both sides.
fn one_seed() -> DeterministicSource {
    let seed = RandomState::new().build_hasher().finish();
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(0));
    DeterministicSource::new(seed.to_string()).at(seconds)
}

/// The values of `--output`, with their help.
pub(super) fn output_names(
    is_compatible: bool,
) -> Box<dyn Iterator<Item = (&'static str, &'static str)>> {
    match is_compatible {
        true => Box::new(compatible::OUTPUTS.iter().map(|(name, _)| (*name, ""))),
        false => Box::new(own::output_names()),
    }
}

/// The hint for a side that is a word `--color` takes: as in helm-diff, it takes none from the next argument.
fn color_hint(side: &str) -> Option<String> {
    (color::is_value(OsStr::new(side)) && !Path::new(side).exists())
        .then(|| format!("diff has --color alone or with a sign: write --color={side}"))
}
