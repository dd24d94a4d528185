//! `rhelm dependency`: what a chart depends on, listed, fetched and packed.

mod list;

pub(super) use list::width;

use super::compat_flags::{CompatFlags, DependencyCompat, FilesCompat};
use super::fetching::{self, Fetching};
use super::registry::failure;
use super::terminal::{self, CliError};
use super::{CommandResult, flags, plugin};
use crate::chart::clean_path;
use crate::notice::{Level, Notice};
use crate::profile::Profile;
use crate::sources::provenance::{Verifier, Verify};
use crate::sources::{Access, Dependencies, Digests, Home, Registry, nested_charts};
use clap::{Args, Subcommand};
use gostd::host::Host;
use std::path::{Path, PathBuf};

/// Fetch and list the charts that a chart depends on.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm dependency build ./chart\n  \
        rhelm dependency update ./chart\n  \
        rhelm dependency list ./chart")]
pub(super) struct Dependency {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetch the dependencies that Chart.lock names into charts/, or those of Chart.yaml if there is no lock file
    Build(Build),
    /// Choose versions of the dependencies in Chart.yaml, fetch them into charts/ and write Chart.lock
    #[command(visible_alias = "up")]
    Update(Update),
    /// List the dependencies in Chart.yaml, and whether charts/ has them
    #[command(visible_alias = "ls")]
    List(list::List),
}

/// Fetch the dependencies that Chart.lock names into charts/, or those of Chart.yaml if there is no lock file.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm dependency build ./chart\n  \
        rhelm dependency build ./chart --skip-refresh\n  \
        rhelm dependency build ./chart --only-needed\n  \
        rhelm dependency build ./chart --recursive")]
struct Build {
    #[command(flatten)]
    fetch: Fetch,
}

/// Choose versions of the dependencies in Chart.yaml, fetch them into charts/ and write Chart.lock.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm dependency update ./chart\n  \
        rhelm dependency update ./chart --skip-refresh\n  \
        rhelm dependency update ./chart --lock-digests")]
struct Update {
    #[command(flatten)]
    fetch: Fetch,
}

/// The arguments of both.
#[derive(Debug, Args)]
struct Fetch {
    /// The chart's directory [default: the working directory]
    #[arg(value_name = "CHART")]
    charts: Vec<String>,
    /// Use the indexes of repositories as they are, without fetching them
    #[arg(long)]
    skip_refresh: bool,
    /// Verify the packages' signatures; `build` takes packages without one, too
    #[arg(long)]
    verify: bool,
    /// Fetch only indexes of repositories that the chart names, and archives that neither charts/ nor the cache has; tell
    /// what was done, and no more (RHELM_ONLY_NEEDED=1)
    #[arg(long)]
    only_needed: bool,
    /// Fetch first what charts in charts/ and file:// dependencies depend on, and so on
    #[arg(long)]
    recursive: bool,
    /// Write the archives' digests into the lock file, too
    #[arg(long)]
    lock_digests: bool,

    #[command(flatten)]
    fetching: Fetching,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<DependencyCompat>,
}

impl Dependency {
    pub(super) fn run(self) -> CommandResult {
        match self.command {
            Command::Build(build) => build.fetch.run("build", |d| d.build()),
            Command::Update(update) => update.fetch.run("update", |d| d.update()),
            Command::List(list) => list.run(),
        }
    }
}

/// One of the two ways to fetch.
type Work = fn(&mut Dependencies<'_>) -> Result<(), crate::sources::Error>;

impl Fetch {
    fn run(&self, name: &str, work: Work) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let chart = chart_of(&self.charts, name)?;
        let plain = profile.with_plain_loader();
        let charts = match self.recursive {
            true => nested_charts(&chart, &plain).map_err(|error| failure(&error, &profile))?,
            false => vec![chart.clone()],
        };
        let (client, home, access) = (
            plugin::client(&profile).offline(self.fetching.offline),
            self.compat.home(),
            self.compat.access(),
        );
        let registry = Registry::new(&client, &home, &profile, &access);
        let (seconds, _) = now();
        let verifier = Verifier {
            keyring: &self.compat.keyring(),
            now: seconds,
            profile: &profile,
        };
        for one in charts {
            let mut notices = Vec::new();
            let fetched = work(&mut Dependencies {
                chart: &one,
                home: &home,
                profile: &profile.with_plain_loader(),
                client: &client,
                registry: &registry,
                tell: &|words| terminal::tell(words, &profile),
                skip_refresh: self.skip_refresh,
                verify: match (self.verify, name) {
                    (false, _) => Verify::Never,
                    (true, "build") => Verify::IfPossible(verifier),
                    (true, _) => Verify::Always(verifier),
                },
                digests: self.fetching.digests(true),
                thrift: fetching::thrift(self.fetching.offline, self.only_needed),
                locks_digests: self.lock_digests,
                is_debug: self.compat.debug(),
                now: &now,
                // What cannot be printed does not stop the work.
                say: &mut |text| drop(terminal::print(text.as_bytes())),
                notices: &mut notices,
            });
            terminal::notify(&notices, &profile);
            fetched.map_err(|error| {
                let failure = failure(&error, &profile);
                match one == chart {
                    true => failure,
                    // The user named another one.
                    false => failure.with_prefix(&format!("{}: ", one.display())),
                }
            })?;
        }
        Ok(())
    }
}

/// The chart that is given, or the working directory.
fn chart_of(charts: &[String], name: &str) -> Result<PathBuf, CliError> {
    match charts {
        [] => Ok(".".into()),
        [chart] => Ok(clean_path(Path::new(chart))),
        _ => Err(CliError::new(format!(
            "\"helm dependency {name}\" accepts at most 1 argument\n\n\
             Usage:  helm dependency {name} CHART [flags]"
        ))),
    }
}

/// Updates a chart's dependencies; Helm's words go to stdout.
pub(super) fn update(
    chart: &Path,
    home: &Home,
    access: &Access,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> CommandResult {
    let say = &mut |text: &str| drop(terminal::print(text.as_bytes()));
    update_saying(chart, home, access, profile, notices, say)
}

/// The same without a word.
pub(super) fn update_quietly(
    chart: &Path,
    home: &Home,
    access: &Access,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> CommandResult {
    update_saying(chart, home, access, profile, notices, &mut |_| {})
}

fn update_saying(
    chart: &Path,
    home: &Home,
    access: &Access,
    profile: &Profile,
    notices: &mut Vec<Notice>,
    say: &mut dyn FnMut(&str),
) -> CommandResult {
    let client = plugin::client(profile);
    let registry = Registry::new(&client, home, profile, access);
    let mut dependencies = Dependencies {
        chart,
        home,
        profile: &profile.with_plain_loader(),
        client: &client,
        registry: &registry,
        tell: &|words| terminal::tell(words, profile),
        skip_refresh: false,
        verify: Verify::Never,
        digests: Digests::Unused,
        thrift: fetching::thrift(client.is_offline(), false),
        locks_digests: false,
        is_debug: profile.notice_level == Level::Debug,
        now: &now,
        say,
        notices,
    };
    let updated = dependencies.update();
    updated.map_err(|error| failure(&error, profile))
}

/// The time: in seconds since 1970, and as Go's JSON has it, in the local zone.
pub(super) fn now() -> (i64, String) {
    let host = host::System;
    let instant = host.now();
    let _zones = gostd::time::use_zones(host.zones());
    let local = gostd::time::Location::local();
    let nanoseconds = instant.nanoseconds.into();
    let time = gostd::time::Time::from_unix(instant.seconds, nanoseconds, local);
    let text = time.format(b"2006-01-02T15:04:05.999999999Z07:00");
    (instant.seconds, String::from_utf8_lossy(&text).into_owned())
}
