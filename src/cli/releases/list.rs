//! `rhelm list`: Helm's `list` command.

use super::{Common, number, print_value, storage};
use crate::cli::repo::{Format, listed};
use crate::cli::table::Table;
use crate::cli::terminal::{self, CliError};
use crate::cli::{CommandResult, usage};
use crate::profile::{CommandLine, Profile};
use ::release::{Order, Query, Selector, States, Summary};
use clap::Args;
use gostd::{List as Values, Value};

use gostd::regexp::Regexp;

/// List releases: the last revision of each.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm list\n  \
        rhelm list -A --failed --pending\n  \
        rhelm list -n prod -f '^web' -o json")]
pub(in crate::cli) struct List {
    #[arg(hide = true)]
    arguments: Vec<String>,
    /// Print only the names
    #[arg(short = 'q', long)]
    short: bool,
    /// Leave out the table's first line
    #[arg(long)]
    no_headers: bool,
    /// Print times in this layout of Go's, such as "2006-01-02 15:04:05Z0700"
    #[arg(
        long,
        value_name = "LAYOUT",
        default_value = "",
        hide_default_value = true
    )]
    time_format: String,
    /// Sort by the time of the last deployment
    #[arg(short = 'd', long)]
    date: bool,
    /// Reverse the order
    #[arg(short = 'r', long)]
    reverse: bool,
    /// List releases whatever their status is (a flag of Helm 3; Helm 4 always does)
    #[arg(short = 'a', long)]
    all: bool,
    /// List releases that were uninstalled and whose history was kept
    #[arg(long)]
    uninstalled: bool,
    /// List revisions that newer ones replaced
    #[arg(long)]
    superseded: bool,
    /// List releases that are being uninstalled
    #[arg(long)]
    uninstalling: bool,
    /// List deployed releases
    #[arg(long)]
    deployed: bool,
    /// List failed releases
    #[arg(long)]
    failed: bool,
    /// List releases whose install, upgrade or rollback is not finished
    #[arg(long)]
    pending: bool,
    /// List the releases of all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// List at most this many; 0 lists all
    #[arg(short, long, value_name = "NUMBER", default_value = "256", value_parser = number)]
    max: i64,
    /// Skip this many at the beginning
    #[arg(long, value_name = "NUMBER", default_value = "0", value_parser = number)]
    offset: i64,
    /// List releases whose name matches this regular expression
    #[arg(
        short,
        long,
        value_name = "REGEXP",
        default_value = "",
        hide_default_value = true
    )]
    filter: String,
    /// List releases with these labels, such as team=a,tier!=b
    #[arg(
        short = 'l',
        long,
        value_name = "LABELS",
        default_value = "",
        hide_default_value = true
    )]
    selector: String,
    /// Print a table, or data: table, json, yaml
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,

    #[command(flatten)]
    common: Common,
}

impl List {
    pub(in crate::cli) fn run(self) -> CommandResult {
        let profile = self.common.profile()?;
        if !self.arguments.is_empty() {
            return Err(usage::no_arguments("list"));
        }
        let namespace = match self.all_namespaces {
            true => String::new(),
            false => self.common.compat.namespace(),
        };
        let storage = storage::open(&self.common.compat, &namespace, &profile)?;
        let filter = match self.filter.is_empty() {
            true => None,
            false => Some(Regexp::compile(&self.filter).map_err(CliError::new)?),
        };
        let offset = usize::try_from(self.offset)
            .map_err(|_| CliError::new(format!("--offset {} is below 0", self.offset)))?;
        let query = Query {
            filter,
            states: self.states(&profile),
            selector: Selector::parse(&self.selector).map_err(CliError::new)?,
            order: Order {
                by_date: self.date,
                is_reverse: self.reverse,
            },
            offset,
            limit: usize::try_from(self.max).unwrap_or(0),
        };
        self.print(&query.run(&*storage).map_err(CliError::new)?)
    }

    /// The statuses that the flags ask for; without any, those of the major.
    fn states(&self, profile: &Profile) -> States {
        let flags = [
            (self.deployed, States::DEPLOYED),
            (self.uninstalled, States::UNINSTALLED),
            (self.uninstalling, States::UNINSTALLING),
            (self.pending, States::PENDING),
            (self.failed, States::FAILED),
            (self.superseded, States::SUPERSEDED),
        ];
        let given = flags.into_iter().filter(|(is_on, _)| *is_on);
        let states = given.fold(States::default(), |all, (_, states)| all.and(states));
        match profile.command_line {
            _ if self.all => States::ALL,
            _ if states != States::default() => states,
            CommandLine::Helm3 => States::DEPLOYED.and(States::FAILED),
            CommandLine::Helm4 => States::ALL,
        }
    }

    fn print(&self, releases: &[Summary]) -> CommandResult {
        if self.short {
            return self.print_names(releases);
        }
        let updated: Vec<String> = releases.iter().map(|one| self.updated(one)).collect();
        let revisions: Vec<String> = releases.iter().map(|one| one.version.to_string()).collect();
        let charts: Vec<String> = releases.iter().map(Summary::chart_name).collect();
        let rows = releases
            .iter()
            .zip(&updated)
            .zip(revisions.iter().zip(&charts));
        let rows: Vec<_> = rows
            .map(|((one, updated), (revision, chart))| {
                [
                    ("name", &*one.name),
                    ("namespace", &*one.namespace),
                    ("revision", &**revision),
                    ("updated", &**updated),
                    ("status", one.info.status.as_str()),
                    ("chart", &**chart),
                    ("app_version", one.app_version()),
                ]
            })
            .collect();
        if self.output != Format::Table {
            return terminal::print(&listed(&rows, self.output));
        }
        let mut table = Table::new(0);
        if !self.no_headers {
            table.add([
                "NAME",
                "NAMESPACE",
                "REVISION",
                "UPDATED",
                "STATUS",
                "CHART",
                "APP VERSION",
            ]);
        }
        for row in rows {
            table.add(row.map(|(_, value)| value));
        }
        terminal::print(table.text().as_bytes())
    }

    fn print_names(&self, releases: &[Summary]) -> CommandResult {
        let names = releases.iter().map(|one| &*one.name);
        if self.output == Format::Table {
            let lines: String = names.map(|name| format!("{name}\n")).collect();
            return terminal::print(lines.as_bytes());
        }
        let names: Vec<Value> = names.map(Value::from).collect();
        print_value(&Values::new(names).into(), self.output)
    }

    fn updated(&self, release: &Summary) -> String {
        match release.info.last_deployed.time() {
            None => "-".to_owned(),
            Some(time) if self.time_format.is_empty() => time.string(),
            Some(_) => release
                .info
                .last_deployed
                .format(self.time_format.as_bytes()),
        }
    }
}
