//! `cargo xtask bench`: real Helm and rhelm, run in turns, as one table of times, ratios and memory.
//!
//! Whole processes first, cold: every run is a new process that finds the files in the system's cache.
//! Then, with `--all`, every chart once more in the process: Helm's engine packages (the oracle)
//! against rhelm as a library.

mod charts;
mod diff;
mod in_process;
mod table;
mod validate;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use recorded::Major;
use recorded::process::{Invocation, Outcome};
use recorded::verdict;
use walkdir::WalkDir;

use crate::measure::{Cost, cost};
use charts::Subject;
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

#[derive(clap::Subcommand)]
enum What {
    /// Measures `helm diff local` and `rhelm diff`
    Diff(diff::Options),
    /// Measures `rhelm template` and `rhelm validate`
    Validate(validate::Options),
}

/// The program that is released.
const RHELM: &str = "rhelm";
/// The program that times the library.
const TIMER: &str = "bench-lib";

/// A program that is measured, with its arguments and variables.
struct Contender<'c> {
    program: &'c Path,
    args: &'c [&'c str],
    env: &'c [(&'c str, &'c str)],
}

impl Contender<'_> {
    fn render(&self, dir: &Path) -> std::io::Result<Outcome> {
        let mut invocation = Invocation::new(self.program, dir).args(self.args.iter().copied());
        for (name, value) in self.env {
            invocation = invocation.env(*name, *value);
        }
        invocation.run()
    }

    fn cost(&self, dir: &Path) -> Result<Cost> {
        cost(self.program, self.args, dir, self.env)
    }
}

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
    let floor = cost(Path::new("/bin/true"), &[], scratch.path(), &[])?;
    say!(
        "Helm {} and rhelm, both writing to /dev/null: medians of {} pairs of runs\n",
        major.pinned(),
        options.runs
    );
    table::head();
    let mut failed = false;
    for subject in subjects {
        let row = charts::complete(&subject, &programs.helm, scratch.path())
            .and_then(|subject| measure(&subject, &programs, options.runs));
        match row {
            Ok(row) => table::print(&row, floor.memory),
            Err(error) => {
                failed = true;
                say!("| {} | {error:#} |", subject.name);
            }
        }
    }
    let everything = match options.all {
        true => charts::everything(&options.dirs)?,
        false => Vec::new(),
    };
    let bench_lib = match options.all {
        true => Some(dist(TIMER)?),
        false => None,
    };
    if let Some(bench_lib) = &bench_lib {
        for row in measure_all(&everything, &programs, bench_lib, options.all_runs)? {
            table::print(&row, floor.memory);
        }
    }
    print_start(&programs, scratch.path(), options.runs)?;
    say!("an empty process: {:.2} ms", milliseconds(floor.wall));
    if let Some(bench_lib) = &bench_lib {
        in_process::run(&everything, &programs, bench_lib, options.all_runs)?;
    }
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The size of the release file, and the time of `rhelm --version`.
fn print_start(programs: &Programs, dir: &Path, runs: usize) -> Result<()> {
    let mut costs = Vec::new();
    for _ in 0..=runs {
        costs.push(cost(&programs.rhelm, &["--version"], dir, &[])?);
    }
    say!(
        "\nrhelm is one file of {:.1} MiB; `rhelm --version` takes {:.2} ms",
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

/// Helm or a plugin of it, and rhelm, in a directory, in turns, and `cat` on the files there.
fn measure_in(dir: &Path, [helm, rhelm]: &[Contender<'_>; 2], runs: usize) -> Result<Row> {
    let helms_own = [helm.render(dir)?, helm.render(dir)?];
    let note = match verdict::agreement(&helms_own, &rhelm.render(dir)?) {
        Some(true) => "",
        Some(false) => "identical but for what Helm varies",
        None => "OUTPUT DIFFERS",
    };
    let files = files_of(dir)?;
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let (mut helms, mut rhelms, mut cats, mut ratios) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // One more than asked: the first pair warms the caches and does not count.
    for run in 0..=runs {
        // Neither always comes second.
        let (first, second) = if run % 2 == 0 {
            let first = helm.cost(dir)?;
            (first, rhelm.cost(dir)?)
        } else {
            let second = rhelm.cost(dir)?;
            (helm.cost(dir)?, second)
        };
        let cat = cost(Path::new("/bin/cat"), &files, dir, &[])?;
        if run > 0 {
            ratios.push(first.wall.as_secs_f64() / second.wall.as_secs_f64());
            helms.push(first);
            rhelms.push(second);
            cats.push(cat);
        }
    }
    ratios.sort_by(f64::total_cmp);
    Ok(Row {
        chart: String::new(),
        helm: median(&helms),
        rhelm: median(&rhelms),
        cat: median(&cats).wall,
        ratio: ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN),
        note: note.to_owned(),
    })
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

/// A chart's files, relative to it.
fn files_of(chart: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(chart).follow_links(true).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(chart)?;
            files.push(path.to_string_lossy().into_owned());
        }
    }
    Ok(files)
}

fn median(costs: &[Cost]) -> Cost {
    let mut walls: Vec<Duration> = costs.iter().map(|cost| cost.wall).collect();
    let mut memories: Vec<u64> = costs.iter().map(|cost| cost.memory).collect();
    walls.sort();
    memories.sort();
    Cost {
        wall: walls.get(walls.len() / 2).copied().unwrap_or_default(),
        memory: memories
            .get(memories.len() / 2)
            .copied()
            .unwrap_or_default(),
    }
}
