//! `rhelm history`: Helm's `history` command.

use super::{Common, number, only, print_json};
use crate::action::check_release_name;
use crate::cli::CommandResult;
use crate::cli::repo::Format;
use crate::cli::table::Table;
use crate::cli::terminal::{self, CliError};
use ::release::Summary;
use clap::Args;

/// List the revisions of a release.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm history web\n  \
        rhelm history web -n prod --max 5 -o yaml")]
pub(in crate::cli) struct History {
    /// The release's name
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// List at most this many revisions, the newest
    #[arg(long, value_name = "NUMBER", default_value = "256", value_parser = number)]
    max: i64,
    /// Print a table, or data: table, json, yaml
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,

    #[command(flatten)]
    common: Common,
}

impl History {
    pub(in crate::cli) fn run(self) -> CommandResult {
        let profile = self.common.profile()?;
        let name = only(&self.names, "history", "history RELEASE_NAME [flags]")?;
        let storage = self.common.storage(&profile)?;
        if check_release_name(name).is_err() {
            let text = format!("release name is invalid: {name}");
            return Err(CliError::new(text));
        }
        let history = ::release::History::read(&*storage, name).map_err(CliError::new)?;
        let mut revisions = history.summaries();
        revisions.truncate(usize::try_from(self.max).unwrap_or(0));
        revisions.reverse();
        match self.output {
            Format::Table => terminal::print(table(&revisions).as_bytes()),
            format => print_json(Summary::history_json(&revisions, &profile), format),
        }
    }
}

fn table(revisions: &[Summary]) -> String {
    let mut table = Table::new(0);
    table.add([
        "REVISION",
        "UPDATED",
        "STATUS",
        "CHART",
        "APP VERSION",
        "DESCRIPTION",
    ]);
    for one in revisions {
        table.add([
            &one.version.to_string(),
            &one.info.last_deployed.ansic(),
            one.info.status.as_str(),
            &one.chart_name(),
            one.app_version(),
            &one.info.description,
        ]);
    }
    table.text()
}
