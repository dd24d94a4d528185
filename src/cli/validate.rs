//! `rhelm validate`: values checked, and what a chart makes of them.

mod versions;

use super::color::Color;
use super::compat_flags::{CompatFlags, OwnCompat};
use super::config::read_config;
use super::host_flags::HostFlags;
use super::inputs::Inputs;
use super::release::Release;
use super::session::Session;
use super::string_slice::StringSlice;
use super::terminal::{self, CliError};
use super::{CommandResult, curl, flags, program};
use crate::action::Request;
use crate::chart::{Chart, Remote};
use crate::profile::Profile;
use crate::render::KubeVersion;
use crate::validate::formats::Base;
use crate::validate::rules::RULES;
use crate::validate::{self, Report, Selection, Severity, UnknownRule, formats, rule_id};
use crate::values::Layers;
use background::with_large_stack;
use clap::{Args, ValueEnum};
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use std::ffi::OsString;
use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use versions::Matrix;

/// The exit status where nothing could be checked; where something was found it is 1.
const NOT_CHECKED: u8 = 2;

/// Check values, and what a chart makes of them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm validate ./chart -f prod.yaml\n  \
        rhelm validate ./chart -f base.yaml -f prod.yaml --set image.tag=1.2 --kube-version v1.30.0\n  \
        rhelm validate ./chart -f base.yaml --each values/*.yaml -o github\n  \
        rhelm validate ./chart -f prod.yaml --strict --ignore duplicate-key -o json\n  \
        rhelm validate --rules\n\n\
        Exit status: 0 where nothing was found, 1 where something was, 2 where nothing could be checked\n\
        (a wrong flag, no such file, a chart that cannot be loaded). With --fail-on only what it names\n\
        counts as found.\n\n\
        A comment on a line keeps a rule from it: # rhelm: ignore RULE. .rhelm.yaml in the working\n\
        directory, or above it in the same repository, holds a choice for all runs:\n  \
        validate: {strict: true, ignore: [duplicate-key]}")]
pub(super) struct Validate {
    /// The chart: a bundled chart's name, a directory or an archive. After it, more files for --each
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

    #[command(flatten)]
    release: Release,

    /// Check custom resources against the CustomResourceDefinitions in this file, in the .yaml files below this directory, or
    /// in crds/ of this packed chart, too; may be given several times
    #[arg(long, value_name = "FILE")]
    crds: Vec<String>,

    /// Do not check values against the charts' schemas
    #[arg(long)]
    skip_schema_validation: bool,

    /// Fetch schemas from the network with curl where a schema refers to them; otherwise such parts are not checked
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
            return terminal::print(rules().as_bytes());
        }
        let checked = self
            .selection()
            .and_then(|selection| Ok((self.check(&selection)?, selection)));
        let (checked, selection) = checked.map_err(|failure| failure.with_status(NOT_CHECKED))?;
        let (diagnostics, sources) = (&checked.report.diagnostics, &checked.report.sources);
        let text = match self.output {
            OutputFormat::Text => formats::text(diagnostics, sources, self.color.is_on()),
            OutputFormat::Json => formats::json(diagnostics),
            OutputFormat::Sarif => {
                formats::sarif(diagnostics, sources, &Base::of_working_directory())
            }
            OutputFormat::Junit => formats::junit(diagnostics, &checked.files),
            OutputFormat::Github => formats::github(diagnostics, &Base::of_working_directory()),
        };
        terminal::print(text.as_bytes())?;
        // Of what could not be checked nobody knows whether there is anything.
        if checked.failure.is_none() || !diagnostics.is_empty() {
            terminal::warn(summary(&checked.report).as_bytes());
        }
        let mut findings = diagnostics.iter();
        match (checked.failure, findings.any(|d| selection.fails_on(d))) {
            (Some(failure), _) => Err(failure.with_status(NOT_CHECKED)),
            (None, false) => Ok(()),
            (None, true) => Err(CliError::silent(1)),
        }
    }

    fn check(&self, selection: &Selection) -> Result<Checked, CliError> {
        let profile = self.helm.profile()?;
        self.global.check(&profile)?;
        let (chart, more) = match self.arguments.split_first() {
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
            Some((chart, more)) => (chart, more),
        };
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
                true => Remote::Fetched(&curl::fetch),
                false => Remote::Ignored,
            });
        }
        let work = Work {
            chart: &chart,
            session: &session,
            skip_schema_validation: self.skip_schema_validation,
            selection,
            definitions: definitions(&self.crds)?,
            versions: match &self.kube_versions {
                Some(range) => versions::parse(range, &profile)?,
                None => Vec::new(),
            },
            inputs: Inputs::new(profile),
        };
        work.all(&self.values.layers(), &each_file(&self.each, more)?)
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

/// The common input of all files.
struct Work<'w> {
    chart: &'w Chart,
    session: &'w Session<'w>,
    skip_schema_validation: bool,
    selection: &'w Selection,
    /// The texts of `--crds`.
    definitions: Vec<Vec<u8>>,
    /// The versions of `--kube-versions`; none where the flag is not given.
    versions: Vec<KubeVersion>,
    inputs: Inputs,
}

/// One run of the checks.
struct Job<'j> {
    /// The file of `--each`.
    file: Option<&'j String>,
    /// The index of the version of `--kube-versions`.
    version: Option<usize>,
}

/// The totals of all files.
struct Checked {
    report: Report,
    /// The names of the values files.
    files: Vec<String>,
    /// The first that could not be checked.
    failure: Option<CliError>,
}

impl Work<'_> {
    /// Checks the layers, or each of some files over them, several at a time.
    fn all(&self, layers: &Layers, each: &[String]) -> Result<Checked, CliError> {
        let mut checked = Checked {
            report: Report::default(),
            files: layers.files.clone(),
            failure: None,
        };
        checked.files.extend_from_slice(each);
        let jobs = self.jobs(each);
        if let [job] = jobs.as_slice() {
            checked.report = self.one(layers, job)?;
            return Ok(checked);
        }
        let next = AtomicUsize::new(0);
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let progress = Progress::new(jobs.len());
        let mut matrix = Matrix::new(&self.versions);
        thread::scope(|scope| {
            let (sender, receiver) = mpsc::channel();
            for _ in 0..workers.min(jobs.len()) {
                let (sender, next, jobs) = (sender.clone(), &next, &jobs);
                scope.spawn(move || {
                    while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        // The receiver waits for all of them.
                        let _ = sender.send((job.version, self.one(layers, job)));
                    }
                });
            }
            drop(sender);
            for (count, (version, report)) in receiver.iter().enumerate() {
                progress.show(count + 1);
                match report {
                    Ok(report) => matrix.add(version, report, &mut checked.report),
                    Err(failure) => checked.failure = checked.failure.take().or(Some(failure)),
                }
            }
        });
        matrix.finish(&mut checked.report);
        Ok(checked)
    }

    /// Each values file with each version.
    fn jobs<'j>(&self, each: &'j [String]) -> Vec<Job<'j>> {
        let files: Vec<Option<&String>> = match each {
            [] => vec![None],
            each => each.iter().map(Some).collect(),
        };
        let versions: Vec<Option<usize>> = match self.versions.len() {
            0 => vec![None],
            count => (0..count).map(Some).collect(),
        };
        let jobs = files.into_iter().flat_map(|file| {
            let versions = versions.iter();
            versions.map(move |version| Job {
                file,
                version: *version,
            })
        });
        jobs.collect()
    }

    fn one(&self, layers: &Layers, job: &Job<'_>) -> Result<Report, CliError> {
        let host = self.session.host.again();
        let mut layers = layers.clone();
        layers.files.extend(job.file.cloned());
        let checked = with_large_stack(|| {
            let mut request = Request {
                skip_schema_validation: self.skip_schema_validation,
                ..self.session.request(&host)
            };
            if let Some(version) = job.version.and_then(|at| self.versions.get(at)) {
                request.capabilities.kube_version = version.clone();
            }
            validate::validate(
                self.chart,
                &layers,
                &mut &self.inputs,
                &request,
                self.selection,
                &self.definitions,
            )
        });
        let checked = checked.map_err(|e| CliError::new(format!("no thread to check on: {e}")))?;
        checked.map_err(CliError::new)
    }
}

/// Shows the progress, on a terminal alone.
struct Progress {
    all: usize,
    is_shown: bool,
}

impl Progress {
    fn new(all: usize) -> Progress {
        let is_shown = io::stderr().is_terminal();
        Progress { all, is_shown }
    }

    fn show(&self, count: usize) {
        if self.is_shown {
            let end = if count == self.all { "\r\x1b[K" } else { "" };
            let all = self.all;
            terminal::warn(format!("\rchecked {count} of {all} files{end}").as_bytes());
        }
    }
}

/// The files to check each by itself, those of directories sorted by name.
fn each_file(patterns: &[String], more: &[String]) -> Result<Vec<String>, CliError> {
    let mut files = Vec::new();
    for name in patterns.iter().chain(more) {
        if !Path::new(name).is_dir() {
            files.push(name.clone());
            continue;
        }
        let unread = |e| CliError::new(format!("cannot read {name}: {e}"));
        let before = files.len();
        for entry in std::fs::read_dir(name).map_err(unread)? {
            let path = entry.map_err(unread)?.path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            if matches!(extension, Some("yaml" | "yml")) && path.is_file() {
                files.push(path.display().to_string());
            }
        }
        if files.len() == before {
            return Err(CliError::new(format!("{name} has no .yaml files")));
        }
        if let Some(new_files) = files.get_mut(before..) {
            new_files.sort();
        }
    }
    Ok(files)
}

/// The texts of definitions in files, directories and packed charts.
fn definitions(names: &[String]) -> Result<Vec<Vec<u8>>, CliError> {
    let mut texts = Vec::new();
    for name in names {
        let failed = |reason: String| CliError::new(format!("--crds {name}: {reason}"));
        let mut waiting = vec![PathBuf::from(name)];
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                let entries = std::fs::read_dir(&path).map_err(|e| failed(e.to_string()))?;
                for entry in entries {
                    let path = entry.map_err(|e| failed(e.to_string()))?.path();
                    let extension = path.extension().and_then(|extension| extension.to_str());
                    // A link may lead back to where it is in.
                    let is_inside = path.is_dir() && !path.is_symlink();
                    if is_inside || matches!(extension, Some("yaml" | "yml" | "json")) {
                        waiting.push(path);
                    }
                }
                continue;
            }
            let text = input::read(&path, NamedBy::User, LIMITS.answer_bytes);
            let text = text.map_err(|e| failed(crate::chart::reason(&e).to_string()))?;
            match crate::side::is_gzip(&text) {
                false => texts.push(text),
                true => {
                    let profile = Profile::helm4();
                    let loaded = crate::chart::from_archive(name, &text, &profile);
                    let loaded = loaded.map_err(|e| failed(e.to_string()))?;
                    let files = crds_of(&loaded.chart);
                    texts.extend(
                        files
                            .iter()
                            .filter_map(|file| Some(file.bytes().ok()?.to_vec())),
                    );
                }
            }
        }
    }
    Ok(texts)
}

/// The files of `crds/` of a chart and of all charts in it.
fn crds_of(chart: &Chart) -> Vec<&crate::chart::File> {
    let own = chart.crds().map(|file| &**file);
    let inner = chart.dependencies.iter().flat_map(crds_of);
    own.chain(inner).collect()
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
        let diagnostics = report.diagnostics.iter();
        diagnostics.filter(|d| d.rule.severity == severity).count()
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
