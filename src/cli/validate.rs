//! `rhelm validate`: values checked, and what a chart makes of them.

mod changed;
mod definitions;
pub(super) mod each;
mod listing;
pub(super) mod versions;
mod work;

use super::color::Color;
use super::compat_flags::{CompatFlags, OwnCompat};
use super::config::read_config;
use super::host_flags::HostFlags;
use super::inputs::Inputs;
use super::release::Release;
use super::session::Session;
use super::string_slice::StringSlice;
use super::terminal::{self, CliError};
use super::{CommandResult, flags, program, remote_schema};
use crate::chart::Remote;
use crate::profile::Profile;
use crate::validate::formats::{self, Base};
use crate::validate::{self, Report, Selection, Severity, UnknownRule, rule_id};
use crate::values::Layers;
use clap::{Args, ValueEnum};
use definitions::definitions;
use each::each_file;
use std::ffi::OsString;
use work::{Checked, Target, Work};

/// The exit status where nothing could be checked; where something was found it is 1.
const NOT_CHECKED: u8 = 2;

/// Check values, and what a chart makes of them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm validate ./chart -f prod.yaml\n  \
        rhelm validate ./chart -f base.yaml -f prod.yaml --set image.tag=1.2 --kube-version v1.30.0\n  \
        rhelm validate ./chart -f base.yaml --each values/*.yaml -o github\n  \
        rhelm validate ./chart -f prod.yaml --strict --ignore duplicate-key -o json\n  \
        rhelm validate --changed-since main charts -o markdown\n  \
        rhelm validate --rules\n\n\
        Exit status: 0 where nothing was found, 1 where something was, 2 where nothing could be checked\n\
        (a wrong flag, no such file, a chart that cannot be loaded). With --fail-on only what it names\n\
        counts as found.\n\n\
        A comment on a line turns a rule off for that line: # rhelm: ignore RULE. .rhelm.yaml in the working\n\
        directory, or above it in the same repository, holds a choice for all runs:\n  \
        validate: {strict: true, ignore: [duplicate-key]}")]
pub(super) struct Validate {
    /// The chart: a bundled chart's name, a directory or an archive; with --changed-since, the directory that has the charts.
    /// After it, more files for --each
    #[arg(value_name = "CHART", num_args = 0..)]
    arguments: Vec<String>,

    #[command(flatten)]
    values: flags::Values,

    /// Check this values file by itself, on top of the -f files; a directory stands for its .yaml files; may be
    /// given several times
    #[arg(long, visible_alias = "each-values", value_name = "FILE")]
    each: Vec<String>,

    /// Check with each minor version of Kubernetes from A to B (1.28..1.36); a finding that some versions alone have names
    /// them
    #[arg(long, value_name = "A..B", conflicts_with = "kube_version")]
    kube_versions: Option<String>,

    /// Check every chart below the directory that changed since it left this git revision: one of its files, a values file that
    /// is given, or a chart that it needs from a file:// repository
    #[arg(long, value_name = "REVISION")]
    changed_since: Option<String>,

    #[command(flatten)]
    release: Release,

    /// Check custom resources against the CustomResourceDefinitions in this file, in the .yaml files below this directory, or
    /// in crds/ of this packed chart, too; may be given several times
    #[arg(long, value_name = "FILE")]
    crds: Vec<String>,

    /// Do not check values against the charts' schemas
    #[arg(long)]
    skip_schema_validation: bool,

    /// Fetch schemas from the network where a schema refers to them; otherwise such parts are not checked
    #[arg(long, conflicts_with = "skip_schema_validation")]
    allow_remote_refs: bool,

    /// Check only this rule, which may be a strict one; may be given several times
    #[arg(long, value_name = "RULE")]
    select: Vec<StringSlice>,
    /// Skip this rule; may be given several times
    #[arg(long, value_name = "RULE")]
    ignore: Vec<StringSlice>,
    /// Check the strict rules too
    #[arg(long)]
    strict: bool,
    /// Check the arms of templates that the given values do not take, too: calls of templates that are not there, misspelt values
    /// and fields
    #[arg(long)]
    all_branches: bool,
    /// Fail only on findings of this rule, or of this severity or worse (error, warning); may be given several
    /// times. Without it, fail on every finding
    #[arg(long, value_name = "RULE")]
    fail_on: Vec<StringSlice>,
    /// List the rules and what they find, and exit
    #[arg(long, num_args = 0, action = clap::ArgAction::SetTrue)]
    rules: bool,
    /// The format of the findings
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value = "text")]
    output: OutputFormat,
    /// The largest size of a Markdown report, in bytes
    #[arg(long, value_name = "N", default_value_t = formats::MAX_BYTES)]
    max_bytes: usize,

    #[command(flatten)]
    host_flags: HostFlags,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    global: CompatFlags<OwnCompat>,

    #[command(flatten)]
    color: Color,
}

/// The values of `--output`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum OutputFormat {
    /// For people, with an excerpt of the file
    Text,
    /// A JSON array, one finding a line
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit's XML
    Junit,
    /// Workflow commands of GitHub Actions
    Github,
    /// A comment for a pull request
    Markdown,
}

/// A failure before the command ran has this command's exit status, if it was this command's.
pub(super) fn not_checked_by(arguments: &[OsString], failure: CliError) -> CliError {
    match arguments.get(1).is_some_and(|word| word == "validate") {
        true => failure.with_status(NOT_CHECKED),
        false => failure,
    }
}

impl Validate {
    pub(super) fn run(self) -> CommandResult {
        if self.rules {
            return terminal::print(listing::rules().as_bytes());
        }
        let checked = self
            .selection()
            .and_then(|selection| Ok((self.check(&selection)?, selection)));
        let (checked, selection) = checked.map_err(|failure| failure.with_status(NOT_CHECKED))?;
        let diagnostics = &checked.report.diagnostics;
        terminal::print(self.report(&checked).as_bytes())?;
        // Of what could not be checked nobody knows whether there is anything.
        if checked.failures.is_empty() || !diagnostics.is_empty() {
            terminal::warn(format!("{}\n", summary(&checked.report)).as_bytes());
        }
        let mut findings = diagnostics.iter();
        let has_failed = findings.any(|diagnostic| selection.fails_on(diagnostic));
        let mut failures = checked.failures;
        match (failures.pop(), has_failed) {
            (Some(last), _) => {
                for failure in failures {
                    terminal::warn(failure.text().to_string().as_bytes());
                }
                Err(last.with_status(NOT_CHECKED))
            }
            (None, false) => Ok(()),
            (None, true) => Err(CliError::silent(1)),
        }
    }

    /// The findings in the format that is asked for.
    fn report(&self, checked: &Checked) -> String {
        let (diagnostics, sources) = (&checked.report.diagnostics, &checked.report.sources);
        let base = Base::of_working_directory;
        match self.output {
            OutputFormat::Text => formats::text(diagnostics, sources, self.color.is_on()),
            OutputFormat::Json => formats::json(diagnostics),
            OutputFormat::Sarif => formats::sarif(diagnostics, sources, &base()),
            OutputFormat::Junit => formats::junit(diagnostics, &checked.names),
            OutputFormat::Github => formats::github(diagnostics, &base()),
            OutputFormat::Markdown => {
                let title = summary(&checked.report);
                formats::markdown(diagnostics, sources, &title, self.max_bytes)
            }
        }
    }

    fn check(&self, selection: &Selection) -> Result<Checked, CliError> {
        let profile = self.helm.profile()?;
        self.global.check(&profile)?;
        let (argument, more) = match self.arguments.split_first() {
            None => {
                let example = format!("{} validate ./chart -f values.yaml", program::name());
                return Err(CliError::new(format!("validate needs a chart: {example}")));
            }
            Some((_, more)) if self.each.is_empty() && !more.is_empty() => {
                return Err(CliError::new(format!(
                    "expected one argument, unexpected arguments: {}",
                    more.join(", ")
                )));
            }
            Some((argument, more)) => (argument, more),
        };
        let (layers, each) = (self.values.layers(), each_file(&self.each, more)?);
        let charts = match &self.changed_since {
            None => vec![argument.clone()],
            Some(revision) => {
                let inputs = self.inputs(&layers, &each);
                let charts = changed::changed_charts(revision, argument, &inputs, &profile)?;
                if charts.is_empty() {
                    let text = format!("no chart below {argument} changed since {revision}\n");
                    terminal::warn(text.as_bytes());
                }
                charts
            }
        };
        let (mut targets, mut failures) = (Vec::new(), Vec::new());
        for chart in &charts {
            match (self.load(chart, profile), &self.changed_since) {
                (Ok(target), _) => targets.push(target),
                (Err(failure), None) => return Err(failure),
                (Err(failure), _) => failures.push(failure.with_prefix(&format!("{chart}: "))),
            }
        }
        let work = Work {
            targets,
            names_charts: self.changed_since.is_some(),
            skip_schema_validation: self.skip_schema_validation,
            selection,
            definitions: definitions(&self.crds)?,
            versions: match &self.kube_versions {
                Some(range) => versions::parse(range, &profile)?,
                None => Vec::new(),
            },
            inputs: Inputs::new(profile),
        };
        let mut checked = work.all(&layers, &each);
        checked.failures.splice(0..0, failures);
        match checked
            .failures
            .pop_if(|_| !checked.has_ended && self.changed_since.is_none())
        {
            Some(failure) => Err(failure),
            None => Ok(checked),
        }
    }

    /// Finds and loads a chart.
    fn load<'c>(&self, chart: &'c String, profile: Profile) -> Result<Target<'c>, CliError> {
        let session = Session::begin(
            profile,
            &self.release,
            Some(&self.host_flags),
            self.global.namespace(),
            std::slice::from_ref(chart),
        )?;
        let mut notices = Vec::new();
        let chart = session.load(&mut notices);
        terminal::notify(&notices, &profile);
        let chart = chart?;
        if !self.skip_schema_validation {
            chart.compile_schemas(match self.allow_remote_refs {
                true => Remote::Fetched(&remote_schema::fetch),
                false => Remote::Ignored,
            });
        }
        Ok(Target { session, chart })
    }

    /// The files that the flags name.
    fn inputs<'i>(&'i self, layers: &'i Layers, each: &'i [String]) -> Vec<&'i str> {
        let set_files = layers.set_file.iter();
        let set_files = set_files.filter_map(|pair| pair.split_once('=').map(|(_, name)| name));
        let names = layers.files.iter().chain(each).chain(&self.crds);
        names.map(String::as_str).chain(set_files).collect()
    }

    /// The rules that count: the configuration's, and the flags' over them.
    fn selection(&self) -> Result<Selection, CliError> {
        let mut selection = match read_config()? {
            None => Selection::default(),
            Some(config) => Selection::read(&config.text, &config.name).map_err(CliError::new)?,
        };
        let selected = named("select", &self.select, rule_id)?;
        if !selected.is_empty() {
            selection.select = selected.into_iter().collect();
        }
        selection
            .ignore
            .extend(named("ignore", &self.ignore, rule_id)?);
        selection.strict |= self.strict;
        selection.all_branches |= self.all_branches;
        let fail_on = named("fail-on", &self.fail_on, validate::parse_fail_on)?;
        if !fail_on.is_empty() {
            selection.fail_on = fail_on;
        }
        Ok(selection)
    }
}

/// The meaning of the names in a flag's lists.
fn named<T>(
    flag: &str,
    lists: &[StringSlice],
    parse: impl Fn(&str) -> Result<T, UnknownRule>,
) -> Result<Vec<T>, CliError> {
    let parse = |name: &String| {
        let parsed = parse(name.trim());
        parsed.map_err(|error| CliError::new(format!("--{flag}: {error}")))
    };
    StringSlice::values(lists).map(parse).collect()
}

fn summary(report: &Report) -> String {
    let count = |severity| {
        let diagnostics = report.diagnostics.iter();
        diagnostics.filter(|d| d.rule.severity == severity).count()
    };
    let number = |n: usize, word: &str| match n {
        1 => format!("1 {word}"),
        n => format!("{n} {word}s"),
    };
    match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => "nothing found".into(),
        (errors, 0) => number(errors, "error"),
        (0, warnings) => number(warnings, "warning"),
        (errors, warnings) => {
            let warnings = number(warnings, "warning");
            format!("{}, {warnings}", number(errors, "error"))
        }
    }
}
