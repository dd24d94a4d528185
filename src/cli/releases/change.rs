//! What the commands that change releases share: where they work, how they wait, what they print.

use super::printer::{Printer, Values};
use super::progress::Progress;
use super::review::Review;
use super::{get, print_json, storage};
use crate::cli::CommandResult;
use crate::cli::compat_flags::{CompatFlags, Tables, labels};
use crate::cli::repo::Format;
use crate::cli::terminal::{self, CliError};
use crate::notice::{Level, Notice};
use crate::profile::{CommandLine, Profile};
use ::release::actions::{ActionError, Actions, DryRun, Plan, Waiting};
use ::release::{Record, WaitStrategy};
use gostd::host::Host;
use gostd::limits::Cancel;
use gostd::strconv::{parse_bool, quote};
use gostd::time::{Location, Time, parse_duration};
use std::collections::BTreeMap;
use std::time::Duration;

/// The `--timeout` of Helm, where none is given.
const TIMEOUT: Duration = Duration::from_secs(300);
/// How many parts of a record that is too large are told.
const LARGEST: usize = 5;
/// The `--history-max` of Helm, where neither a flag nor `HELM_MAX_HISTORY` says another.
const MAX_HISTORY: i64 = 10;

/// How something is done with a cluster.
#[derive(Default)]
pub(in crate::cli) struct Doing<'d> {
    /// It ends when this is set.
    pub(in crate::cli) cancel: Cancel,
    /// Who is told of what is waited for.
    pub(in crate::cli) progress: Progress,
    /// Who looks at it before.
    pub(in crate::cli) review: Option<&'d Review<'d>>,
}

/// Does something with the cluster and the records that the flags lead to.
pub(in crate::cli) fn with_actions<T: Tables, R>(
    doing: &Doing<'_>,
    compat: &CompatFlags<T>,
    profile: &Profile,
    work: impl FnOnce(&Actions<'_>) -> Result<R, CliError>,
) -> Result<R, CliError> {
    with_actions_in(&compat.namespace(), doing, compat, profile, work)
}

/// The same in a namespace; in all of them, where it is empty.
pub(in crate::cli) fn with_actions_in<T: Tables, R>(
    namespace: &str,
    doing: &Doing<'_>,
    compat: &CompatFlags<T>,
    profile: &Profile,
    work: impl FnOnce(&Actions<'_>) -> Result<R, CliError>,
) -> Result<R, CliError> {
    let host = ::host::System;
    let _zones = gostd::time::use_zones(host.zones());
    let (cancel, progress) = (&doing.cancel, &doing.progress);
    let place = storage::connect_with(compat, namespace, profile, cancel, progress)?;
    let look = |plan: &Plan<'_>| doing.review.map_or(Ok(()), |review| review.look(plan));
    let done = work(&Actions {
        cluster: &*place.cluster,
        storage: &*place.storage,
        profile,
        clock: &now,
        notify: &|notices| terminal::notify(notices, profile),
        print_log: &terminal::warn,
        review: doing.review.map(|_| &look as _),
    });
    done.map_err(|error| progress.explain(error))
}

/// The time, in the local zone.
pub(in crate::cli) fn now() -> Time {
    let instant = ::host::System.now();
    Time::from_unix(
        instant.seconds,
        instant.nanoseconds.into(),
        Location::local(),
    )
}

/// An action's error, for stderr.
pub(in crate::cli) fn failure(error: ActionError) -> CliError {
    let cause = std::error::Error::source(&error);
    let cause = cause.and_then(|cause| cause.downcast_ref::<::release::Error>());
    let hints = match cause {
        Some(::release::Error::TooLarge { parts, .. }) => largest(parts),
        _ => Vec::new(),
    };
    hints.into_iter().fold(CliError::of(error), CliError::hint)
}

/// What takes most of a record that is too large.
fn largest(parts: &[(String, usize)]) -> Vec<String> {
    let parts = parts.iter().take(LARGEST);
    let mut lines = vec!["the record was not written; before it is packed, it has".to_owned()];
    lines.extend(parts.map(|(part, bytes)| format!("{bytes} bytes of {part}")));
    lines
}

impl<T: Tables> CompatFlags<T> {
    /// How long the end of something is waited for.
    pub(in crate::cli) fn waiting(&self, profile: &Profile) -> Waiting {
        let timeout = self.last("timeout");
        let timeout = timeout.and_then(|text| parse_duration(text.as_bytes()).ok());
        let timeout = timeout.map_or(TIMEOUT, |duration| {
            // Less than nothing is nothing.
            Duration::from_nanos(u64::try_from(duration.nanoseconds()).unwrap_or(0))
        });
        Waiting {
            strategy: self.wait_strategy(profile),
            jobs: self.is_on("wait-for-jobs"),
            timeout,
        }
    }

    fn wait_strategy(&self, profile: &Profile) -> WaitStrategy {
        let is_helm_3 = profile.command_line == CommandLine::Helm3;
        match self.last("wait") {
            None => WaitStrategy::HookOnly,
            Some("") if is_helm_3 => WaitStrategy::Legacy,
            Some(value) if is_helm_3 => match parse_bool(value.as_bytes()) {
                Ok(true) => WaitStrategy::Legacy,
                _ => WaitStrategy::HookOnly,
            },
            Some("hookOnly" | "false") => WaitStrategy::HookOnly,
            Some("legacy") => WaitStrategy::Legacy,
            Some(_) => WaitStrategy::Watcher,
        }
    }

    /// The form of `--dry-run`. Helm 4 warns of forms that go out of use.
    pub(in crate::cli) fn dry_run(&self, profile: &Profile) -> Result<DryRun, CliError> {
        match profile.command_line {
            CommandLine::Helm3 => self.dry_run_of_helm_3(),
            CommandLine::Helm4 => self.dry_run_of_helm_4(&|message| {
                let notice = Notice::structured(Level::Warn, message, Vec::new());
                terminal::notify(&[notice], profile);
            }),
        }
    }

    fn dry_run_of_helm_3(&self) -> Result<DryRun, CliError> {
        match self.last("dry-run") {
            None | Some("" | "false" | "none") => Ok(DryRun::No),
            Some("unset" | "client" | "true") => Ok(DryRun::Client),
            Some("server") => Ok(DryRun::Server),
            Some(_) => Err(CliError::new(
                "Invalid dry-run flag. Flag must one of the following: false, true, none, client, server",
            )),
        }
    }

    fn dry_run_of_helm_4(&self, warn: &dyn Fn(&str)) -> Result<DryRun, CliError> {
        match self.last("dry-run") {
            None | Some("none") => Ok(DryRun::No),
            Some("client") => Ok(DryRun::Client),
            Some("server") => Ok(DryRun::Server),
            Some("unset") => {
                warn("--dry-run is deprecated and should be replaced with '--dry-run=client'");
                Ok(DryRun::Client)
            }
            Some(value) => {
                let Ok(is_on) = parse_bool(value.as_bytes()) else {
                    let value = quote(value.as_bytes());
                    return Err(CliError::new(format!(
                        "invalid dry-run value ({value}). Must be \"none\", \"server\", or \"client\""
                    )));
                };
                let (instead, dry_run) = match is_on {
                    true => ("client", DryRun::Client),
                    false => ("none", DryRun::No),
                };
                warn(&format!(
                    "boolean '--dry-run={value}' flag is deprecated and must be replaced with '--dry-run={instead}'"
                ));
                Ok(dry_run)
            }
        }
    }

    /// The same where Helm 4 has warned already, and has refused what is wrong.
    pub(in crate::cli) fn quiet_dry_run(&self) -> DryRun {
        self.dry_run_of_helm_4(&|_| {}).unwrap_or_default()
    }

    /// The labels of the record.
    pub(in crate::cli) fn record_labels(&self) -> BTreeMap<String, String> {
        self.all("labels").flat_map(labels).flatten().collect()
    }

    /// The number of revisions that are kept.
    pub(in crate::cli) fn max_history(&self) -> i64 {
        let number = |text: &str| gostd::strconv::parse_int(text.as_bytes(), 0, 64).ok();
        let variable = std::env::var("HELM_MAX_HISTORY").ok();
        let variable = variable.and_then(|text| gostd::strconv::atoi(text.as_bytes()).ok());
        let given = self.last("history-max").and_then(number);
        given.or(variable).unwrap_or(MAX_HISTORY)
    }

    /// The value of a text flag.
    pub(in crate::cli) fn text(&self, name: &str) -> String {
        self.last(name).unwrap_or_default().to_owned()
    }

    /// What fails is undone: by whatever name of the flag.
    pub(in crate::cli) fn undoes(&self) -> bool {
        self.last_of(&["atomic", "rollback-on-failure"])
    }

    /// Objects are replaced: by whatever name of the flag.
    pub(in crate::cli) fn force_replace(&self) -> bool {
        self.last_of(&["force", "force-replace"])
    }
}

/// Prints a release as an install, an upgrade and a test do.
pub(in crate::cli) fn print_release(
    record: &Record,
    output: Format,
    hides_notes: bool,
    shows_all: bool,
    profile: &Profile,
) -> CommandResult {
    if output != Format::Table {
        return print_json(record.json(profile), output);
    }
    let values = match shows_all {
        true => Some(get::values_of(record, profile)?),
        false => None,
    };
    let printer = Printer {
        values: values
            .as_ref()
            .map(|(supplied, computed)| Values { supplied, computed }),
        shows_description: profile.command_line == CommandLine::Helm4,
        hides_notes,
        ..Printer::default()
    };
    terminal::print(printer.text(record).as_bytes())
}
