//! `cargo xtask bench counts`: the instructions that renders of this repository's charts take, beside those of the
//! last time somebody looked.
//!
//! Callgrind counts them, on one processor, where rhelm has one thread: the counts are the same on a busy machine, and
//! differ by less than a thousandth from run to run. They depend on the compiler and on how the program is built.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

use super::charts::copy;
use crate::load::Load;
use project::say;

/// Options of the measurement.
#[derive(clap::Args)]
pub(super) struct Options {
    /// The rhelm to measure: target/debug/rhelm, of which the counts were written
    #[arg(long, value_name = "PATH")]
    rhelm: PathBuf,
    /// Write what is counted instead of comparing it
    #[arg(long)]
    write: bool,
}

/// A chart may take so much more than was written, in percent.
const MARGIN: f64 = 3.0;

/// The charts: what to call them, where they are, and what they are rendered with.
const CHARTS: [(&str, &str, &[&str]); 4] = [
    ("created", CREATED, &[]),
    (
        "istio-remote",
        "charts/istio-remote",
        &["--set", "global.pilotEndpoint=10.1.2.3"],
    ),
    ("shop", "tests/golden/scenarios-template/shop", &[]),
    ("conditions", "tests/golden/conditions-tags/chart", &[]),
];

/// The chart of `helm create`.
const CREATED: &str = "tests/golden/create-demo-4/chart";

/// The number of created charts that the fifth chart depends on.
const DEPENDENCIES: usize = 20;

/// The counts that were written, in lines of a name, a tab and a number.
fn baseline() -> PathBuf {
    project::root().join("tools/bench/counts.tsv")
}

/// Counts and compares, or writes.
///
/// # Errors
/// When callgrind is missing, or rhelm fails.
pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let rhelm = project::rhelm(Some(&options.rhelm))?;
    let scratch = tempfile::tempdir()?;
    let umbrella = umbrella(scratch.path())?;
    let root = project::root();
    let charts = CHARTS.map(|(name, dir, args)| (name, root.join(dir), args));
    let charts = charts.into_iter().chain([("umbrella", umbrella, &[][..])]);
    let _under = Load::OneCore.begin()?;
    let mut counts = BTreeMap::new();
    for (name, dir, args) in charts {
        let count = instructions(&rhelm, &dir, args, scratch.path());
        counts.insert(name.to_owned(), count.with_context(|| name.to_owned())?);
    }
    if options.write {
        let lines = counts
            .iter()
            .map(|(name, count)| format!("{name}\t{count}\n"));
        fs::write(baseline(), lines.collect::<String>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let before = read_baseline()?;
    let mut all_well = true;
    for (name, count) in &counts {
        let before = *before
            .get(name)
            .with_context(|| format!("no count of {name}"))?;
        let more = 100.0 * (*count as f64 / before as f64 - 1.0);
        say!("{name}: {count} instructions, {more:+.2} %");
        if more > MARGIN {
            all_well = false;
            say!(
                "{name} takes more than {MARGIN} % more: find out why, or write it down with --write and say why"
            );
        }
    }
    Ok(match all_well {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn read_baseline() -> Result<BTreeMap<String, u64>> {
    let path = baseline();
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let entries = text.lines().map(|line| {
        let (name, count) = line
            .split_once('\t')
            .context("no tab in a line of counts")?;
        Ok((name.to_owned(), count.parse()?))
    });
    entries.collect()
}

/// Makes a chart with many created charts in its `charts/`.
fn umbrella(scratch: &Path) -> Result<PathBuf> {
    let dir = scratch.join("umbrella");
    let created = project::root().join(CREATED);
    for number in 0..DEPENDENCIES {
        let dependency = dir.join(format!("charts/service{number}"));
        copy(&created, &dependency)?;
        let metadata = format!("apiVersion: v2\nname: service{number}\nversion: 0.1.0\n");
        fs::write(dependency.join("Chart.yaml"), metadata)?;
    }
    fs::write(
        dir.join("Chart.yaml"),
        "apiVersion: v2\nname: umbrella\nversion: 0.1.0\n",
    )?;
    Ok(dir)
}

/// The number of instructions that one render takes.
fn instructions(rhelm: &Path, chart: &Path, args: &[&str], scratch: &Path) -> Result<u64> {
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--read-inline-info=no",
        ])
        .arg(rhelm)
        .args(["template", "demo"])
        .arg(chart)
        .args(args)
        .current_dir(scratch)
        .env_clear()
        .env("HOME", scratch)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output()
        .context("valgrind cannot be run")?;
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "rhelm fails: {text}");
    let mut lines = text.lines();
    let count = lines.find_map(|line| line.split_once("Collected : "));
    let (_, count) = count.with_context(|| format!("valgrind counts nothing: {text}"))?;
    Ok(count.trim().parse()?)
}
