//! `cargo xtask bench`: real Helm and rhelm, run in turns, as one table of times, ratios and memory.
//!
//! Whole processes first, cold: every run is a new process that finds the files in the system's cache.
//! Then, with `--all`, every chart once more in the process: Helm's engine packages (the oracle)
//! against rhelm as a library.

mod charts;
mod counts;
mod diff;
mod in_process;
mod pairs;
mod table;
mod validate;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, anyhow, ensure};
use recorded::Major;

use crate::load::Load;
use crate::measure::cost;
use charts::Subject;
use pairs::{Contender, measure_in, median};
use project::say;
use table::{Row, milliseconds};

/// Options of the measurement.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: Option<What>,
    /// More charts to render, by their directories
    #[arg(value_name = "CHART")]
    charts: Vec<PathBuf>,
    /// Directory of public charts: bitnami's airflow, kube-prometheus-stack, argo-cd, istio's base and
    /// lgtm-distributed are measured if they are below. May be given several times
    #[arg(
        long = "charts",
        value_name = "DIR",
        env = "RHELM_CHARTS",
        value_delimiter = ':'
    )]
    dirs: Vec<PathBuf>,
    /// All charts below --charts too, one after another: as processes and in the process
    #[arg(long, requires = "dirs")]
    all: bool,
    /// Once more on one processor
    #[arg(long)]
    one_core: bool,
    /// Once more while as many processes as there are processors keep them busy
    #[arg(long)]
    busy: bool,
    /// Number of pairs of runs
    #[arg(long, value_name = "N", default_value_t = 15)]
    runs: usize,
    /// Number of runs of each chart with --all
    #[arg(long, value_name = "N", default_value_t = 3)]
    all_runs: usize,
    /// Compare with this Helm major
    #[arg(long, value_name = "3|4", default_value_t = 4)]
    helm_version: u32,
    /// The rhelm to measure; the release file of this checkout when left out
    #[arg(long, value_name = "PATH")]
    rhelm: Option<PathBuf>,
}

impl Options {
    /// The conditions under which everything is measured.
    fn loads(&self) -> Vec<Load> {
        let more = [(self.one_core, Load::OneCore), (self.busy, Load::Busy)];
        let more = more.into_iter().filter(|(is_wanted, _)| *is_wanted);
        std::iter::once(Load::Idle)
            .chain(more.map(|(_, load)| load))
            .collect()
    }
}

#[derive(clap::Subcommand)]
enum What {
    /// Measures `helm diff local` and `rhelm diff`
    Diff(diff::Options),
    /// Measures `rhelm template` and `rhelm validate`
    Validate(validate::Options),
    /// Counts the instructions of renders, and fails where one takes more than 3 % more than before
    Counts(counts::Options),
}

/// The program that is released.
const RHELM: &str = "rhelm";
/// The program that times the library.
const TIMER: &str = "bench-lib";

/// The programs that are compared.
struct Programs {
    helm: PathBuf,
    rhelm: PathBuf,
    major: Major,
}

/// Measures and prints the table.
///
/// # Errors
/// When a program is missing, or a directory of charts.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    match &options.what {
        Some(What::Diff(options)) => return diff::run(options),
        Some(What::Validate(options)) => return validate::run(options),
        Some(What::Counts(options)) => return counts::run(options),
        None => {}
    }
    let major = Major::from_number(options.helm_version).context("--helm-version is 3 or 4")?;
    let programs = Programs {
        helm: project::helm(major)?,
        rhelm: release_file(options.rhelm.as_deref())?,
        major,
    };
    let scratch = tempfile::tempdir()?;
    let mut subjects = vec![charts::created(&programs.helm, scratch.path())?];
    subjects.extend(charts::bundled());
    subjects.extend(charts::named(&options.dirs)?);
    for chart in &options.charts {
        subjects.push(charts::at(chart)?);
    }
    let subjects = subjects.into_iter().map(|subject| {
        let complete = charts::complete(&subject, &programs.helm, scratch.path());
        (subject, complete)
    });
    let subjects: Vec<_> = subjects.collect();
    let floor = cost(Path::new("/bin/true"), &[], scratch.path(), &[])?;
    let everything = match options.all {
        true => charts::everything(&options.dirs)?,
        false => Vec::new(),
    };
    let bench_lib = match options.all {
        true => Some(dist(TIMER)?),
        false => None,
    };
    let mut all_well = true;
    for load in options.loads() {
        let _under = load.begin()?;
        say!(
            "Helm {} and rhelm {}, both writing to /dev/null: medians of {} pairs of runs\n",
            major.pinned(),
            load.title(),
            options.runs
        );
        all_well &= print_table(&subjects, &programs, options.runs, floor.memory);
        if let Some(bench_lib) = &bench_lib {
            for row in measure_all(&everything, &programs, bench_lib, options.all_runs)? {
                table::print(&row, floor.memory);
            }
        }
        say!("");
    }
    print_start(&programs, scratch.path(), options.runs)?;
    say!("an empty process: {:.2} ms", milliseconds(floor.wall));
    if let Some(bench_lib) = &bench_lib {
        in_process::run(&everything, &programs, bench_lib, options.all_runs)?;
    }
    Ok(match all_well {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Measures charts, each in the form that is complete, and prints a row for each; false if one cannot be measured.
fn print_table(
    subjects: &[(Subject, Result<Subject>)],
    programs: &Programs,
    runs: usize,
    floor: u64,
) -> bool {
    table::head();
    let mut all_well = true;
    for (subject, complete) in subjects {
        let complete = complete.as_ref().map_err(|error| anyhow!("{error:#}"));
        match complete.and_then(|subject| measure(subject, programs, runs)) {
            Ok(row) => table::print(&row, floor),
            Err(error) => {
                all_well = false;
                say!("| {} | {error:#} |", subject.name);
            }
        }
    }
    all_well
}

/// The size of the release file, and the time of `rhelm --version`.
fn print_start(programs: &Programs, dir: &Path, runs: usize) -> Result<()> {
    let mut costs = Vec::new();
    for _ in 0..=runs {
        costs.push(cost(&programs.rhelm, &["--version"], dir, &[])?);
    }
    say!(
        "rhelm is one file of {:.1} MiB; `rhelm --version` takes {:.2} ms",
        table::mebibytes(fs::metadata(&programs.rhelm)?.len()),
        milliseconds(median(&costs).wall)
    );
    Ok(())
}

/// The given rhelm, or the release file of this checkout.
fn release_file(path: Option<&Path>) -> Result<PathBuf> {
    match path {
        Some(rhelm) => project::rhelm(Some(rhelm)),
        None => dist(RHELM),
    }
}

/// A program of this checkout, built as the release file is.
fn dist(program: &str) -> Result<PathBuf> {
    let mut command = project::cargo();
    let command = command.args(["xtask", "dist", program]);
    let status = command.stdout(Stdio::null()).status()?;
    ensure!(status.success(), "{program} does not build");
    Ok(project::target().join("dist").join(program))
}

/// Both programs on one chart.
fn measure(subject: &Subject, programs: &Programs, runs: usize) -> Result<Row> {
    let number = programs.major.number().to_string();
    let args = ["template", "demo", "."];
    let env = [("RHELM_HELM_VERSION", number.as_str())];
    let contenders = [&programs.helm, &programs.rhelm].map(|program| Contender {
        program,
        args: &args,
        env: &env,
    });
    let mut row = measure_in(&subject.dir, &contenders, runs)?;
    row.chart = subject.name.clone();
    row.note = [&row.note, subject.note].join(" ").trim().to_owned();
    Ok(row)
}

/// All charts that Helm renders, one after another, and those of them that make no keys: the sums of times,
/// the largest memory.
fn measure_all(
    subjects: &[Subject],
    programs: &Programs,
    bench_lib: &Path,
    runs: usize,
) -> Result<[Row; 2]> {
    let mut rows = Vec::new();
    for subject in subjects {
        // What fails is rendered by Helm neither, or parity would say so.
        if let Ok(row) = measure(subject, programs, runs) {
            rows.push((
                row,
                in_process::makes_keys(bench_lib, &subject.dir, programs),
            ));
        }
    }
    let plain = rows.iter().filter(|(_, makes_keys)| !makes_keys);
    let plain: Vec<&Row> = plain.map(|(row, _)| row).collect();
    let all: Vec<&Row> = rows.iter().map(|(row, _)| row).collect();
    Ok([
        sum(
            &all,
            &format!("all {} that render, one after another", all.len()),
        ),
        sum(
            &plain,
            &format!("the {} of them that make no keys", plain.len()),
        ),
    ])
}

/// The sums of the times of charts, and the largest memory of any.
fn sum(rows: &[&Row], name: &str) -> Row {
    let mut sum = Row::default();
    for row in rows {
        sum.helm.wall += row.helm.wall;
        sum.rhelm.wall += row.rhelm.wall;
        sum.cat += row.cat;
        sum.helm.memory = sum.helm.memory.max(row.helm.memory);
        sum.rhelm.memory = sum.rhelm.memory.max(row.rhelm.memory);
    }
    sum.chart = name.to_owned();
    sum.ratio = sum.helm.wall.as_secs_f64() / sum.rhelm.wall.as_secs_f64();
    sum.note = "the largest memory of any".to_owned();
    sum
}
