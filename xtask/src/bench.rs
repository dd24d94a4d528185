//! `cargo xtask bench`: whole processes of real Helm and rhelm, run in turns, as a table of ratios.

mod diff;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use cases::Major;
use cases::process::Invocation;

use crate::measure::{Cost, cost};
use crate::{dist, parity, project};

/// What to measure.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: Option<What>,
    /// Charts to render beside the one of `helm create` and the bundled ones
    #[arg(value_name = "CHART")]
    charts: Vec<PathBuf>,
    /// How many pairs of runs
    #[arg(long, value_name = "N", default_value_t = 15)]
    runs: usize,
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
}

/// A program that is measured, with its arguments and variables.
struct Contender<'c> {
    program: &'c Path,
    args: &'c [&'c str],
    env: &'c [(&'c str, &'c str)],
}

struct Row {
    chart: String,
    helm: Cost,
    rhelm: Cost,
    ratio: f64,
    note: &'static str,
}

/// Measures and prints the table.
///
/// # Errors
/// When a program is missing or cannot render a chart.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if let Some(What::Diff(options)) = &options.what {
        return diff::run(options);
    }
    let major = Major::from_number(options.helm_version).context("--helm-version is 3 or 4")?;
    let helm = project::helm(major)?;
    let rhelm = release_file(options.rhelm.as_deref())?;
    let scratch = tempfile::tempdir()?;
    let mut charts = vec![("helm create".to_owned(), created(&helm, scratch.path())?)];
    let bundled = project::root().join("charts/istio-remote");
    let given = std::iter::once(&bundled)
        .filter(|chart| chart.exists())
        .chain(&options.charts);
    for chart in given {
        let chart = chart
            .canonicalize()
            .with_context(|| format!("no chart {}", chart.display()))?;
        charts.push((
            chart
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            chart,
        ));
    }
    let floor = cost(Path::new("/bin/true"), &[], scratch.path(), &[])?;
    println!(
        "helm {} and rhelm, {} pairs of runs, medians; both write to /dev/null",
        major.pinned(),
        options.runs
    );
    println!(
        "{:24} {:>10} {:>10} {:>8} {:>10} {:>10}",
        "chart", "helm ms", "rhelm ms", "ratio", "helm MiB", "rhelm MiB"
    );
    let mut failed = false;
    let number = major.number().to_string();
    let env = [("RHELM_HELM_VERSION", number.as_str())];
    let args = ["template", "demo", "."];
    let contenders = [&helm, &rhelm].map(|program| Contender {
        program,
        args: &args,
        env: &env,
    });
    for (name, chart) in &charts {
        match measure(name, chart, &contenders, options.runs) {
            Ok(row) => print(&row, floor.memory),
            Err(error) => {
                failed = true;
                println!("{name:24} {error:#}");
            }
        }
    }
    println!(
        "an empty process: {:.1} ms, {:.1} MiB",
        milliseconds(floor.wall),
        mebibytes(floor.memory)
    );
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The given rhelm, or the release file of this checkout.
fn release_file(given: Option<&Path>) -> Result<PathBuf> {
    match given {
        Some(rhelm) => project::rhelm(Some(rhelm), true),
        None => dist::build(),
    }
}

/// The chart that `helm create` makes.
fn created(helm: &Path, dir: &Path) -> Result<PathBuf> {
    let output = Command::new(helm)
        .args(["create", "created"])
        .current_dir(dir)
        .env("HOME", dir)
        .output()?;
    if !output.status.success() {
        bail!("helm create: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(dir.join("created"))
}

fn measure(name: &str, dir: &Path, contenders: &[Contender<'_>; 2], runs: usize) -> Result<Row> {
    let [helm, rhelm] = contenders;
    let render = |contender: &Contender<'_>| {
        let mut invocation = Invocation::new(contender.program, dir);
        invocation = invocation.args(contender.args.iter().copied());
        for (name, value) in contender.env {
            invocation = invocation.env(*name, *value);
        }
        invocation.run()
    };
    let note = match parity::agreement(&[render(helm)?, render(helm)?], &render(rhelm)?) {
        Some(true) => "",
        Some(false) => "  identical but for what Helm varies",
        None => "  OUTPUT DIFFERS",
    };
    let cost =
        |contender: &Contender<'_>| cost(contender.program, contender.args, dir, contender.env);
    let (mut helms, mut rhelms, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    // One more than asked: the first pair warms the caches and does not count.
    for run in 0..=runs {
        // Neither always comes second.
        let (first, second) = if run % 2 == 0 {
            let first = cost(helm)?;
            (first, cost(rhelm)?)
        } else {
            let second = cost(rhelm)?;
            (cost(helm)?, second)
        };
        if run > 0 {
            ratios.push(first.wall.as_secs_f64() / second.wall.as_secs_f64());
            helms.push(first);
            rhelms.push(second);
        }
    }
    ratios.sort_by(f64::total_cmp);
    Ok(Row {
        chart: name.to_owned(),
        helm: median(&helms),
        rhelm: median(&rhelms),
        ratio: ratios[ratios.len() / 2],
        note,
    })
}

fn median(costs: &[Cost]) -> Cost {
    let mut walls: Vec<Duration> = costs.iter().map(|cost| cost.wall).collect();
    let mut memories: Vec<u64> = costs.iter().map(|cost| cost.memory).collect();
    walls.sort();
    memories.sort();
    Cost {
        wall: walls[walls.len() / 2],
        memory: memories[memories.len() / 2],
    }
}

fn print(row: &Row, floor: u64) {
    let at_most = if row.rhelm.memory <= floor { "≤" } else { "" };
    println!(
        "{:24} {:10.1} {:10.1} {:7.1}x {:10.1} {:>10}{}",
        row.chart,
        milliseconds(row.helm.wall),
        milliseconds(row.rhelm.wall),
        row.ratio,
        mebibytes(row.helm.memory),
        format!("{at_most}{:.1}", mebibytes(row.rhelm.memory)),
        row.note,
    );
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
