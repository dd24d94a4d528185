//! `rhelm get`: Helm's `get` commands, which print what a record has.

use super::printer::{Printer, Values};
use super::template_data;
use super::{Common, content, hooks_of, number, only, print_json, print_value};
use crate::chart::{self, File};
use crate::cli::CommandResult;
use crate::cli::repo::Format;
use crate::cli::terminal::{self, CliError};
use crate::profile::{CommandLine, Profile};
use crate::render::text_from_template;
use crate::values::coalesce_values;
use ::release::Record;
use background::with_large_stack;
use clap::{Args, Subcommand};
use gostd::json::{self, append_string};
use gostd::{Map, Value};
use gotemplate::FunctionTable;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Print what Helm has stored about a release.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm get values web\n  \
        rhelm get manifest web -n prod --revision 3")]
pub(in crate::cli) struct Get {
    #[command(subcommand)]
    part: Part,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Print all of it: state, values, hooks, manifest, notes
    #[command(after_help = "Examples:\n  \
        rhelm get all web\n  \
        rhelm get all web --template '{{.Release.Chart.Metadata.Version}}'")]
    All(AllOf),
    /// Print the hooks
    #[command(after_help = "Examples:\n  rhelm get hooks web")]
    Hooks(Revision),
    /// Print the rendered manifests
    #[command(after_help = "Examples:\n  rhelm get manifest web --revision 3")]
    Manifest(Revision),
    /// Print the chart's name and version, and more about the release
    #[command(after_help = "Examples:\n  rhelm get metadata web -o json")]
    Metadata(Formatted),
    /// Print the chart's notes
    #[command(after_help = "Examples:\n  rhelm get notes web")]
    Notes(Revision),
    /// Print the values that the user set
    #[command(
        after_help = "Examples:\n  rhelm get values web\n  rhelm get values web --all -o json"
    )]
    Values(ValuesOf),
}

#[derive(Debug, Args)]
struct Revision {
    /// The release's name
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Look at this revision [default: the last one]
    #[arg(long, value_name = "NUMBER", default_value = "0", value_parser = number, hide_default_value = true)]
    revision: i64,

    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct AllOf {
    /// Print what this Go template makes of the release: {{.Release.Manifest}}
    #[arg(
        long,
        value_name = "TEMPLATE",
        default_value = "",
        hide_default_value = true
    )]
    template: String,

    #[command(flatten)]
    revision: Revision,
}

impl AllOf {
    fn print(&self) -> CommandResult {
        if self.template.is_empty() {
            return all(&self.revision);
        }
        let (record, _) = self.revision.record("all")?;
        let text = with_large_stack(|| {
            let data = template_data::of(&record)?;
            let functions = FunctionTable::new();
            text_from_template("_", &self.template, data, &functions, &::host::System)
                .map_err(CliError::new)
        });
        let text =
            text.map_err(|error| CliError::new(format!("no thread to render on: {error}")))??;
        terminal::print(text.as_bytes())
    }
}

#[derive(Debug, Args)]
struct Formatted {
    #[command(flatten)]
    revision: Revision,
    /// Print text, or data: table, json, yaml
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,
}

#[derive(Debug, Args)]
struct ValuesOf {
    #[command(flatten)]
    formatted: Formatted,
    /// Print the chart's own values too, where no other was given
    #[arg(short, long)]
    all: bool,
}

impl Get {
    pub(in crate::cli) fn run(self) -> CommandResult {
        match self.part {
            Part::All(all) => all.print(),
            Part::Hooks(revision) => {
                let (record, _) = revision.record("hooks")?;
                terminal::print(hooks_of(&record).as_bytes())
            }
            Part::Manifest(revision) => {
                let (record, _) = revision.record("manifest")?;
                terminal::print(format!("{}\n", record.manifest).as_bytes())
            }
            Part::Metadata(formatted) => metadata(&formatted),
            Part::Notes(revision) => {
                let (record, _) = revision.record("notes")?;
                match &*record.info.notes {
                    "" => Ok(()),
                    notes => terminal::print(format!("NOTES:\n{notes}\n").as_bytes()),
                }
            }
            Part::Values(values) => values.print(),
        }
    }
}

impl Revision {
    fn record(&self, part: &str) -> Result<(Record, Profile), CliError> {
        let profile = self.common.profile()?;
        let usage = format!("get {part} RELEASE_NAME [flags]");
        let name = only(&self.names, &format!("get {part}"), &usage)?;
        let storage = self.common.storage(&profile)?;
        Ok((content(&*storage, name, self.revision)?, profile))
    }
}

fn all(revision: &Revision) -> CommandResult {
    let (record, profile) = revision.record("all")?;
    let (supplied, computed) = values_of(&record, &profile)?;
    let printer = Printer {
        values: Some(Values {
            supplied: &supplied,
            computed: &computed,
        }),
        shows_description: profile.command_line == CommandLine::Helm4,
        shows_chart: true,
        ..Printer::default()
    };
    terminal::print(printer.text(&record).as_bytes())
}

/// The values that the user gave, and those with the chart's, as YAML.
pub(in crate::cli) fn values_of(
    record: &Record,
    profile: &Profile,
) -> Result<(String, String), CliError> {
    let yaml = |value: &Value| {
        let text = goyaml::to_yaml(value).map_err(CliError::new)?;
        Ok::<_, CliError>(String::from_utf8_lossy(&text).into_owned())
    };
    Ok((
        yaml(&supplied(record)?)?,
        yaml(&computed(record, profile)?)?,
    ))
}

impl ValuesOf {
    fn print(&self) -> CommandResult {
        let (record, profile) = self.formatted.revision.record("values")?;
        let values = match self.all {
            true => computed(&record, &profile)?,
            false => supplied(&record)?,
        };
        if self.formatted.output == Format::Table {
            terminal::print(match self.all {
                true => b"COMPUTED VALUES:\n",
                false => b"USER-SUPPLIED VALUES:\n",
            })?;
        }
        print_value(&values, self.formatted.output)
    }
}

/// The values that the user gave, or nil.
pub(in crate::cli) fn supplied(record: &Record) -> Result<Value, CliError> {
    match &record.config {
        Some(json) => json::decode(json.get().as_bytes()).map_err(CliError::new),
        None => Ok(Value::Nil),
    }
}

/// The user's values completed with those of the chart, as far as it is stored: without its subcharts.
pub(in crate::cli) fn computed(record: &Record, profile: &Profile) -> Result<Value, CliError> {
    let supplied = match supplied(record)? {
        Value::Map(map) => map,
        _ => Map::default(),
    };
    let metadata = record.chart_metadata().unwrap_or_default();
    let mut description = b"{\"apiVersion\":\"v2\",\"name\":".to_vec();
    append_string(&mut description, metadata.name.as_bytes(), false);
    description.extend_from_slice(b",\"version\":");
    append_string(&mut description, metadata.version.as_bytes(), false);
    description.push(b'}');
    let values = record
        .chart
        .as_ref()
        .and_then(|chart| chart.values.as_ref());
    let values = values.map_or("{}", |json| json.get());
    // JSON is YAML.
    let files = vec![
        File::in_memory("Chart.yaml", description),
        File::in_memory("values.yaml", values.as_bytes().to_vec()),
    ];
    let loaded = chart::from_files(files, profile).map_err(CliError::new)?;
    let mut notices = Vec::new();
    let computed = coalesce_values(&loaded.chart, &supplied, profile, &mut notices);
    terminal::notify(&notices, profile);
    Ok(Value::Map(computed.map_err(CliError::new)?))
}

/// Labels as Kubernetes' client prints them: sorted, `a=b,c=d`.
fn labels(labels: &BTreeMap<String, String>) -> String {
    let pairs = labels.iter().map(|(key, value)| format!("{key}={value}"));
    pairs.collect::<Vec<_>>().join(",")
}

fn metadata(formatted: &Formatted) -> CommandResult {
    let (record, profile) = formatted.revision.record("metadata")?;
    if formatted.output != Format::Table {
        return print_json(record.metadata_json(&profile), formatted.output);
    }
    let chart = record.chart_metadata().unwrap_or_default();
    let is_helm_4 = profile.command_line == CommandLine::Helm4;
    let mut names: Vec<&str> = chart.dependencies.iter().map(|one| &*one.name).collect();
    names.sort_unstable();
    let mut text = String::new();
    let mut line = |key: &str, value: &str| {
        // A string takes all that is written.
        let _ = writeln!(text, "{key}: {value}");
    };
    line("NAME", &record.name);
    line("CHART", &chart.name);
    line("VERSION", &chart.version);
    line("APP_VERSION", &chart.app_version);
    line("ANNOTATIONS", &labels(&chart.annotations));
    if is_helm_4 {
        line("LABELS", &labels(&record.labels));
    }
    line("DEPENDENCIES", &names.join(","));
    line("NAMESPACE", &record.namespace);
    line("REVISION", &record.version.to_string());
    line("STATUS", record.info.status.as_str());
    line("DEPLOYED_AT", &record.info.last_deployed.rfc_3339());
    if is_helm_4 {
        line("APPLY_METHOD", &record.apply_method.description());
    }
    terminal::print(text.as_bytes())
}
