//! `cargo xtask parity`: renders or lints charts with real Helm and with rhelm and compares bytes.

mod reference;
mod report;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use project::charts::{Chart, find as find_charts};
use recorded::Major;
use recorded::process::{Invocation, Outcome, Termination};
use recorded::verdict::{self, MOST_RUNS, Verdict};

use project::parallel;
use project::say;
use reference::Reference;

/// Options of the comparison.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Directories of charts: with a charts.txt that lists them, or any tree with Chart.yaml files
    #[arg(required = true, value_name = "DIR")]
    dirs: Vec<PathBuf>,
    /// Compare with this Helm major only
    #[arg(long, value_name = "3|4")]
    helm_version: Option<u32>,
    /// The command to compare
    #[arg(long, value_name = "template|lint", value_enum, default_value_t)]
    command: Command,
    /// Render once more with each values file that lies in the chart
    #[arg(long, value_name = "ci|anywhere", value_enum)]
    values_from: Option<ValuesFrom>,
    /// Number of charts at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// Only charts whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// The rhelm to compare; built from this checkout when left out
    #[arg(long, value_name = "PATH")]
    rhelm: Option<PathBuf>,
    /// Fail only when something differs that this file lists as identical
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,
    /// Write what is identical to the --expect file
    #[arg(long, requires = "expect")]
    update_expect: bool,
    /// Only ask Helm, so that later runs find its answers in the cache
    #[arg(long)]
    warm: bool,
    /// Number of differences to print
    #[arg(long, value_name = "N", default_value_t = 25)]
    show: usize,
    /// Arguments for both, after `--`; paths in them are relative to each chart
    #[arg(last = true)]
    args: Vec<String>,
}

/// A command of Helm that takes a chart.
#[derive(Clone, Copy, Default, clap::ValueEnum)]
enum Command {
    #[default]
    Template,
    Lint,
}

impl Command {
    /// The command line for the chart in the working directory.
    fn args(self) -> Vec<String> {
        let words: &[&str] = match self {
            Command::Template => &["template", "demo", "."],
            Command::Lint => &["lint", "."],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }
}

/// The files of a chart that are taken for values.
#[derive(Clone, Copy, clap::ValueEnum)]
enum ValuesFrom {
    /// `ci/*values.yaml`
    Ci,
    /// All YAML files but templates whose path speaks of values, tests or examples
    Anywhere,
}

/// One command line over one chart for one major.
struct Subject {
    /// Names it in reports: `v4 bitnami/airflow [ci/x-values.yaml]`.
    name: String,
    chart: Chart,
    major: Major,
    args: Vec<String>,
}

/// A subject and what came of it.
struct Compared {
    name: String,
    /// The first directory of the chart's path, such as `bitnami`, behind the major: `v4 bitnami`.
    collection: String,
    /// True if Helm renders it, rather than saying why it cannot.
    rendered: bool,
    verdict: Verdict,
}

/// Compares, reports, and fails when it should have been identical.
///
/// # Errors
/// When there is no real Helm, no chart, or a program cannot be run.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let subjects = subjects(options)?;
    if subjects.is_empty() {
        bail!(
            "no chart below {:?} matches `{}`",
            options.dirs,
            options.filter
        );
    }
    let rhelm = if options.warm {
        None
    } else {
        Some(project::rhelm(options.rhelm.as_deref())?)
    };
    let results = parallel::run(options.jobs, &subjects, |subject| {
        compare(subject, rhelm.as_deref()).with_context(|| subject.name.clone())
    });
    let compared: Vec<Compared> = results.into_iter().collect::<Result<_>>()?;
    if options.warm {
        say!("Helm's answers for {} renders are cached", compared.len());
        return Ok(ExitCode::SUCCESS);
    }
    report::print(&compared, options.show)?;
    conclude(options, &compared)
}

fn subjects(options: &Options) -> Result<Vec<Subject>> {
    let majors = match options.helm_version {
        Some(number) => vec![Major::from_number(number).context("--helm-version is 3 or 4")?],
        None => Major::ALL.to_vec(),
    };
    let mut subjects = Vec::new();
    for dir in &options.dirs {
        for chart in find_charts(dir)? {
            let charts = match options.values_from {
                None => Vec::new(),
                Some(ValuesFrom::Ci) => chart.ci_values(),
                Some(ValuesFrom::Anywhere) => chart.all_values(),
            };
            for values in std::iter::once(None).chain(charts.into_iter().map(Some)) {
                let mut args = options.command.args();
                args.extend(
                    values
                        .iter()
                        .flat_map(|file| ["--values".to_owned(), file.clone()]),
                );
                args.extend(options.args.iter().cloned());
                let name = match values {
                    Some(file) => format!("{} [{file}]", chart.name),
                    None => chart.name.clone(),
                };
                if !name.contains(&options.filter) {
                    continue;
                }
                subjects.extend(majors.iter().map(|&major| Subject {
                    name: format!("{major} {name}"),
                    chart: chart.clone(),
                    major,
                    args: args.clone(),
                }));
            }
        }
    }
    Ok(subjects)
}

fn compare(subject: &Subject, rhelm: Option<&Path>) -> Result<Compared> {
    let mut reference = Reference::of(subject)?;
    let compared = |verdict, reference: &Reference| Compared {
        name: subject.name.clone(),
        collection: format!("{} {}", subject.major, subject.chart.collection()),
        rendered: reference
            .outcomes
            .iter()
            .all(|outcome| outcome.ending == Termination::Exited(0)),
        verdict,
    };
    let Some(rhelm) = rhelm else {
        return Ok(compared(Verdict::Identical, &reference));
    };
    let version = subject.major.number().to_string();
    let actual = render(rhelm, subject, &[("RHELM_HELM_VERSION", &version)])?;
    let mut verdict = verdict::compare(&reference.outcomes, &actual, &subject.chart.short_name());
    // Helm's map order may have come out the same twice by chance: ask again before blaming rhelm.
    while verdict.may_be_chance() && reference.runs < MOST_RUNS {
        reference.ask_again(subject)?;
        verdict = verdict::compare(&reference.outcomes, &actual, &subject.chart.short_name());
    }
    report::keep_outputs(subject, &reference, &actual, &verdict)?;
    Ok(compared(verdict, &reference))
}

fn render(program: &Path, subject: &Subject, env: &[(&str, &str)]) -> Result<Outcome> {
    let mut invocation = Invocation::new(program, &subject.chart.dir).args(&subject.args);
    for (name, value) in env {
        invocation = invocation.env(*name, *value);
    }
    invocation.timeout = Duration::from_secs(30);
    invocation
        .run()
        .with_context(|| format!("cannot run {}", program.display()))
}

fn conclude(options: &Options, compared: &[Compared]) -> Result<ExitCode> {
    let passing = |compared: &&Compared| compared.verdict.is_identical();
    let identical: BTreeSet<&str> = compared
        .iter()
        .filter(passing)
        .map(|compared| compared.name.as_str())
        .collect();
    let differing = compared
        .iter()
        .filter(|compared| !compared.verdict.is_identical());
    let failed = match &options.expect {
        None => differing.count() > 0,
        Some(file) if options.update_expect => {
            let text: String = identical.iter().map(|name| format!("{name}\n")).collect();
            fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
            false
        }
        Some(file) => {
            let text = fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            let expected: BTreeSet<&str> = text.lines().collect();
            let broken: Vec<_> = differing
                .filter(|compared| expected.contains(compared.name.as_str()))
                .collect();
            for compared in &broken {
                say!("was identical and differs now: {}", compared.name);
            }
            !broken.is_empty()
        }
    };
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
