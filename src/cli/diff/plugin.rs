//! The commands of the plugin helm-diff: `diff upgrade`, `rollback`, `revision`, `release`. What they print, to the byte, is
//! what helm-diff 3.15.11 prints. It starts Helm to read and render; here that is done in the process.

mod stored;
mod upgrade;

use super::compatible;
use super::shown::Shown;
use crate::cli::CommandResult;
use crate::cli::terminal::{self, CliError};
use clap::{Args, Subcommand};
use stored::Stored;

/// A command of the plugin.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show what an upgrade of a release changes, as the plugin helm-diff does
    #[command(
        after_help = "Exit status: 0; 1 on errors; with --detailed-exitcode 2 if something changes.\n\n\
Examples:\n  \
rhelm diff upgrade web ./chart -n prod -f prod.yaml\n  \
rhelm diff upgrade web ./chart --install --detailed-exitcode -C 3"
    )]
    Upgrade(Box<upgrade::Upgrade>),
    /// Show what a rollback of a release changes, as the plugin helm-diff does
    #[command(after_help = "Examples:\n  rhelm diff rollback web 1")]
    Rollback(Box<Revisions>),
    /// Show what changed between revisions of a release, as the plugin helm-diff does
    #[command(after_help = "Examples:\n  rhelm diff revision web 1 2\n  rhelm diff revision web 1")]
    Revision(Box<Revisions>),
    /// Show what two releases of one chart have different, as the plugin helm-diff does
    #[command(after_help = "Examples:\n  rhelm diff release web prod/web")]
    Release(Box<Revisions>),
    /// Print the version of helm-diff
    #[command(after_help = "Examples:\n  rhelm diff version")]
    Version,
}

/// A release and its revisions.
#[derive(Debug, Args)]
pub(super) struct Revisions {
    /// The release and its revisions; of `release` two releases, each NAME or NAMESPACE/NAME
    #[arg(value_name = "RELEASE …", num_args = 0..)]
    arguments: Vec<String>,
    /// Compare test hooks too
    #[arg(long)]
    include_tests: bool,

    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    stored: Stored,
}

impl Command {
    pub(super) fn run(self) -> CommandResult {
        match self {
            Command::Upgrade(upgrade) => upgrade.run(),
            Command::Rollback(revisions) => revisions.rollback(),
            Command::Revision(revisions) => revisions.revision(),
            Command::Release(revisions) => revisions.release(),
            Command::Version => terminal::print(b"3.15.11\n"),
        }
    }
}

/// helm-diff's number: what is none is 0.
fn number(text: &str) -> i64 {
    gostd::strconv::atoi(text.as_bytes()).unwrap_or(0)
}

impl Revisions {
    fn rollback(&self) -> CommandResult {
        let [name, revision] = &self.arguments[..] else {
            return Err(count_error(&["release name", "revision number"]));
        };
        let stored = self.stored.open()?;
        let old = stored.manifest(name, 0, None)?;
        let new = stored.manifest(name, number(revision), None)?;
        self.print(&old, &new, false, self.shown.detailed_exitcode)
    }

    fn revision(&self) -> CommandResult {
        let (name, first, second) = match &self.arguments[..] {
            [] | [_] => {
                return Err(CliError::new(
                    "Too few arguments to Command \"revision\".\nMinimum 2 arguments required: release name, revision",
                ));
            }
            [name, first] => (name, first, None),
            [name, first, second] => (name, first, Some(number(second))),
            _ => {
                return Err(CliError::new(
                    "Too many arguments to Command \"revision\".\nMaximum 3 arguments allowed: release name, revision1, revision2",
                ));
            }
        };
        let stored = self.stored.open()?;
        let first = number(first);
        match second {
            // helm-diff tells of no change by its status here.
            None => {
                let new = stored.manifest(name, 0, None)?;
                let old = stored.manifest(name, first, None)?;
                self.print(&old, &new, false, false)
            }
            Some(second) => {
                let old = stored.manifest(name, first.min(second), None)?;
                let new = stored.manifest(name, first.max(second), None)?;
                self.print(&old, &new, false, self.shown.detailed_exitcode)
            }
        }
    }

    fn release(&self) -> CommandResult {
        let [one, other, ..] = &self.arguments[..] else {
            return Err(CliError::new(
                "Too few arguments to Command \"release\".\nMinimum 2 arguments required: release name-1, release name-2",
            ));
        };
        let stored = self.stored.open()?;
        let read = |name: &str| {
            let mut parts = name.split('/');
            let (namespace, name) = match (parts.next(), parts.next()) {
                (Some(namespace), Some(name)) => (Some(namespace), name),
                _ => (None, name),
            };
            let record = stored.record(name, 0, namespace)?;
            let chart = record.chart_metadata().unwrap_or_default().name;
            let namespace = namespace.map_or_else(|| stored.namespace(), str::to_owned);
            Ok::<_, CliError>((format!("{}\n", record.manifest), chart, namespace))
        };
        let (old, chart, namespace) = read(one)?;
        let (new, other_chart, other_namespace) = read(other)?;
        if chart != other_chart {
            let text = format!(
                "Error : Incomparable Releases \n Unable to compare releases from two different charts \"{chart}\", \
                 \"{other_chart}\". \n try helm diff release --help to know more \n"
            );
            return terminal::print(text.as_bytes());
        }
        let mut options = self.shown.options(namespace, self.include_tests)?;
        options.by_template = true;
        options.new_namespace = Some(other_namespace);
        let tells = self.shown.detailed_exitcode;
        compatible::print(old.as_bytes(), new.as_bytes(), &options, tells)
    }

    fn print(&self, old: &str, new: &str, by_template: bool, tells: bool) -> CommandResult {
        let namespace = self.stored.namespace();
        let mut options = self.shown.options(namespace, self.include_tests)?;
        options.by_template = by_template;
        compatible::print(old.as_bytes(), new.as_bytes(), &options, tells)
    }
}

/// helm-diff's text on a wrong number of arguments.
fn count_error(names: &[&str]) -> CliError {
    let count = names.len();
    let names = names.join(", ");
    CliError::new(format!("This command needs {count} arguments: {names}"))
}
