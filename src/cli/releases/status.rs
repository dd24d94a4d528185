//! `rhelm status`: Helm's `status` command.

use super::printer::Printer;
use super::{Common, content, number, only, print_json, storage};
use crate::cli::CommandResult;
use crate::cli::repo::Format;
use crate::cli::terminal::{self, CliError};
use crate::profile::CommandLine;
use clap::Args;
use gostd::limits::Cancel;

/// Show the state of a release.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm status web\n  \
        rhelm status web -n prod --revision 3 -o json")]
pub(in crate::cli) struct Status {
    /// The release's name
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Show this revision [default: the last one]
    #[arg(long, value_name = "NUMBER", default_value = "0", value_parser = number, hide_default_value = true)]
    revision: i64,
    /// Show the description too (a flag of Helm 3; Helm 4 always does)
    #[arg(long)]
    show_desc: bool,
    /// Show the resources too (a flag of Helm 3; Helm 4 always does)
    #[arg(long)]
    show_resources: bool,
    /// Print a table, or data: table, json, yaml
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,

    #[command(flatten)]
    common: Common,
}

impl Status {
    pub(in crate::cli) fn run(self) -> CommandResult {
        let profile = self.common.profile()?;
        if profile.command_line == CommandLine::Helm4 {
            let flags = [
                (self.show_desc, "--show-desc"),
                (self.show_resources, "--show-resources"),
            ];
            if let Some((_, flag)) = flags.iter().find(|(is_on, _)| *is_on) {
                return Err(CliError::new(format!("unknown flag: {flag}")));
            }
        }
        let name = only(&self.names, "status", "status RELEASE_NAME [flags]")?;
        let compat = &self.common.compat;
        let until = Cancel::new();
        let place = storage::connect(compat, &compat.namespace(), &profile, &until)?;
        place.cluster.reach().map_err(CliError::new)?;
        let mut record = content(&*place.storage, name, self.revision)?;
        record.chart = None;
        let shows_resources = self.show_resources || profile.command_line == CommandLine::Helm4;
        if self.output != Format::Table {
            if shows_resources {
                let built = place.cluster.build(&record.manifest, false);
                let built = built.map_err(CliError::new)?;
                record.info.resources = place.cluster.objects(&built);
            }
            return print_json(record.json(&profile), self.output);
        }
        let mut resources = String::new();
        if shows_resources {
            let built = place.cluster.build(&record.manifest, false);
            let built = built.map_err(CliError::new)?;
            let tables = place.cluster.tables(&built);
            resources = tables.map_err(CliError::new)?;
        }
        let printer = Printer {
            resources: &resources,
            shows_description: self.show_desc || profile.command_line == CommandLine::Helm4,
            ..Printer::default()
        };
        terminal::print(printer.text(&record).as_bytes())
    }
}
