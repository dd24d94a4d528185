//! `rhelm validate`: values checked, and what a chart makes of them.

use super::chart_argument::locate;
use super::helm_flags::{Global, HelmFlags};
use super::release::Release;
use super::terminal::{self, Failure};
use super::{Outcome, csv, flags};
use crate::action::Request;
use crate::notice::Notice;
use crate::profile::Profile;
use crate::render::function_table;
use crate::stack::with_large_stack;
use crate::validate::rules::RULES;
use crate::validate::{self, CONFIG_FILE, Report, Selection, Severity, report, rule_id};
use crate::values::LocalFiles;
use crate::world::System;
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

/// The exit status where nothing could be checked; where something was found it is 1.
const NOT_CHECKED: u8 = 2;

/// Check values, and what a chart makes of them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm validate ./chart -f prod.yaml\n  \
        rhelm validate ./chart -f base.yaml -f prod.yaml --set image.tag=1.2 --kube-version v1.30.0\n  \
        rhelm validate ./chart -f prod.yaml --strict --ignore duplicate-key -o json\n  \
        rhelm validate --rules\n\n\
        Exit status: 0 where nothing was found, 1 where something was, 2 where nothing could be checked\n\
        (a wrong flag, no such file, a chart that cannot be loaded).\n\n\
        A comment on a line keeps a rule from it: # rhelm: ignore RULE. .rhelm.yaml in the working\n\
        directory, or above it in the same repository, holds a choice for all runs:\n  \
        validate: {strict: true, ignore: [duplicate-key]}")]
pub(super) struct Validate {
    /// The chart: a bundled chart's name, a directory or an archive
    #[arg(value_name = "CHART", required_unless_present = "rules")]
    chart: Option<String>,

    #[command(flatten)]
    values: flags::Values,

    #[command(flatten)]
    release: Release,

    /// Do not check values against the charts' schemas
    #[arg(long)]
    skip_schema_validation: bool,

    /// Check these rules alone, strict ones too; may be given several times
    #[arg(long, value_name = "RULE")]
    select: Vec<String>,
    /// Leave these rules out; may be given several times
    #[arg(long, value_name = "RULE")]
    ignore: Vec<String>,
    /// Check the strict rules too
    #[arg(long)]
    strict: bool,
    /// List the rules and what they find, and check nothing
    #[arg(long, num_args = 0, action = clap::ArgAction::SetTrue)]
    rules: bool,
    /// How findings are written
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value = "text")]
    output: OutputFormat,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    global: HelmFlags<Global>,
}

/// What `--output` takes.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum OutputFormat {
    /// For people: with the lines that are meant
    Text,
    /// A JSON array, one finding a line
    Json,
}

/// A failure before the command ran has this command's exit status, if it was this command's.
pub(super) fn not_checked_by(arguments: &[OsString], failure: Failure) -> Failure {
    match arguments.get(1).is_some_and(|word| word == "validate") {
        true => failure.with_status(NOT_CHECKED),
        false => failure,
    }
}

impl Validate {
    pub(super) fn run(self) -> Outcome {
        if self.rules {
            return terminal::print(rules().as_bytes());
        }
        let checked = self
            .check()
            .map_err(|failure| failure.with_status(NOT_CHECKED))?;
        let (diagnostics, sources) = (&checked.diagnostics, &checked.sources);
        let text = match self.output {
            OutputFormat::Text => report::text(diagnostics, sources, colour()),
            OutputFormat::Json => report::json(diagnostics),
        };
        terminal::print(text.as_bytes())?;
        terminal::warn(summary(&checked).as_bytes());
        match diagnostics.is_empty() {
            true => Ok(()),
            false => Err(Failure::silent()),
        }
    }

    fn check(&self) -> Result<Report, Failure> {
        let profile = self.helm.profile()?;
        self.global.check(&profile)?;
        let selection = self.selection()?;
        let mut notices = Vec::new();
        let checked = with_large_stack(|| self.validate(&profile, &selection, &mut notices));
        terminal::notify(&notices, &profile);
        checked.map_err(|e| Failure::new(format!("no thread to check on: {e}")))?
    }

    fn validate(
        &self,
        profile: &Profile,
        selection: &Selection,
        notices: &mut Vec<Notice>,
    ) -> Result<Report, Failure> {
        let capabilities = self.release.capabilities(profile)?;
        let arguments: Vec<String> = self.chart.iter().cloned().collect();
        let (name, chart_argument) = self.release.name_and_chart(&arguments)?;
        let located = locate(chart_argument)?;
        let chart = located.load_installable(chart_argument, profile, notices)?;
        let request = Request {
            profile: *profile,
            functions: &function_table(profile),
            world: &System,
            release: self.release.seen(name, self.global.namespace()),
            capabilities,
            skip_schema_validation: self.skip_schema_validation,
            include_crds: false,
            enable_dns: false,
            track_lines: false,
        };
        let layers = self.values.layers();
        let report = validate::validate(&chart, &layers, &mut LocalFiles, &request, selection);
        report.map_err(Failure::new)
    }

    /// The rules that count: the configuration's, and the flags' over them.
    fn selection(&self) -> Result<Selection, Failure> {
        let mut selection = match config_file() {
            None => Selection::default(),
            Some(path) => {
                let shown = path.display().to_string();
                let text = std::fs::read(&path)
                    .map_err(|e| Failure::new(format!("cannot read {shown}: {e}")))?;
                Selection::read(&text, &shown).map_err(Failure::new)?
            }
        };
        let named = |flag: &str, given: &[String]| {
            let names = given.iter().flat_map(|names| csv::values(names));
            let ids = names.map(|name| {
                rule_id(name.trim()).map_err(|e| Failure::new(format!("--{flag}: {e}")))
            });
            ids.collect::<Result<Vec<_>, _>>()
        };
        let selected = named("select", &self.select)?;
        if !selected.is_empty() {
            selection.select = selected.into_iter().collect();
        }
        selection.ignore.extend(named("ignore", &self.ignore)?);
        selection.strict |= self.strict;
        Ok(selection)
    }
}

/// The configuration that holds here: in the working directory or above it, up to the root of the
/// repository.
fn config_file() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    for directory in here.ancestors() {
        let path = directory.join(CONFIG_FILE);
        if path.is_file() {
            return Some(match directory == here {
                true => CONFIG_FILE.into(),
                false => path,
            });
        }
        if directory.join(".git").exists() {
            break;
        }
    }
    None
}

/// All rules with what they find.
fn rules() -> String {
    let mut text = String::new();
    for rule in RULES {
        let strict = if rule.strict { ", strict" } else { "" };
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "{} ({}{strict}): {}\n{}\n\n",
            rule.id,
            rule.severity.name(),
            rule.summary,
            folded(rule.explanation)
        );
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// A text in lines of at most 90 characters, two blanks before each.
fn folded(text: &str) -> String {
    const WIDTH: usize = 90;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("  {word}")),
        }
    }
    lines.join("\n")
}

fn summary(report: &Report) -> String {
    let count = |severity| {
        let found = report.diagnostics.iter();
        found.filter(|d| d.rule.severity == severity).count()
    };
    let number = |n: usize, word: &str| match n {
        1 => format!("1 {word}"),
        n => format!("{n} {word}s"),
    };
    match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => "nothing found\n".into(),
        (errors, 0) => format!("{}\n", number(errors, "error")),
        (0, warnings) => format!("{}\n", number(warnings, "warning")),
        (errors, warnings) => {
            format!(
                "{}, {}\n",
                number(errors, "error"),
                number(warnings, "warning")
            )
        }
    }
}

/// Whether stdout shows colours and its reader wants them.
fn colour() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !unwanted
}
