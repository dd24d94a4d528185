//! `cargo xtask bench diff`: `helm diff local` and `rhelm diff --compat helm-diff`, in turns.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use recorded::Major;

use super::pairs::{Contender, measure_in};
use super::release_file;
use super::table::{mebibytes, milliseconds};
use crate::measure::peak_of_all;
use project::say;

/// Options of the measurement.
#[derive(clap::Args)]
pub(super) struct Options {
    /// Directories with two versions of a chart, `old` and `new`
    #[arg(value_name = "PAIR", required = true)]
    pairs: Vec<PathBuf>,
    /// Number of pairs of runs
    #[arg(long, value_name = "N", default_value_t = 15)]
    runs: usize,
    /// The Helm that helm-diff runs
    #[arg(long, value_name = "3|4", default_value_t = 4)]
    helm_version: u32,
    /// The rhelm to measure; the release file of this checkout when left out
    #[arg(long, value_name = "PATH")]
    rhelm: Option<PathBuf>,
    /// Arguments for both, after `--`
    #[arg(last = true)]
    args: Vec<String>,
}

/// The number of runs in which memory is watched.
const WATCHED: usize = 5;

/// Measures and prints the table.
pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let major = Major::from_number(options.helm_version).context("--helm-version is 3 or 4")?;
    let (helm_diff, helm) = (project::helm_diff()?, project::helm(major)?);
    let rhelm = release_file(options.rhelm.as_deref())?;
    let helm = helm.to_string_lossy();
    let number = major.number().to_string();
    let arguments = || options.args.iter().map(String::as_str);
    let oracle: Vec<&str> = ["local", "old", "new"]
        .into_iter()
        .chain(arguments())
        .collect();
    let own = ["diff", "old", "new", "--compat", "helm-diff"];
    let own: Vec<&str> = own.into_iter().chain(arguments()).collect();
    let contenders = [
        Contender {
            program: &helm_diff,
            args: &oracle,
            env: &[("HELM_BIN", &helm)],
        },
        Contender {
            program: &rhelm,
            args: &own,
            env: &[("RHELM_HELM_VERSION", &number)],
        },
    ];
    say!(
        "`helm diff local` with helm {} and `rhelm diff --compat helm-diff`: medians of {} pairs of runs.\n\
         Memory is the peak of all processes of a command at one time, helm-diff's and those of the helm that it\n\
         starts: their proportional set sizes, seen every half millisecond in {WATCHED} runs of their own, but never\n\
         less than the peak of its largest process, which is exact.\n",
        major.pinned(),
        options.runs
    );
    say!(
        "| pair | helm-diff ms | rhelm ms | ratio | helm-diff MiB | rhelm MiB | ratio | helm-diff's largest \
         process MiB | |"
    );
    say!("|---|---|---|---|---|---|---|---|---|");
    for pair in &options.pairs {
        let dir = pair
            .canonicalize()
            .with_context(|| format!("no pair {}", pair.display()))?;
        let name = dir.file_name().unwrap_or_default().to_string_lossy();
        print_row(&dir, &name, &contenders, options.runs).with_context(|| name.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print_row(dir: &Path, name: &str, contenders: &[Contender<'_>; 2], runs: usize) -> Result<()> {
    let row = measure_in(dir, contenders, runs)?;
    let [oracle, own] = contenders;
    let oracles = watched(oracle, dir)?.max(row.helm.memory);
    let owns = watched(own, dir)?.max(row.rhelm.memory);
    say!(
        "| {name} | {:.1} | {:.2} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {} |",
        milliseconds(row.helm.wall),
        milliseconds(row.rhelm.wall),
        row.ratio,
        mebibytes(oracles),
        mebibytes(owns),
        oracles as f64 / owns as f64,
        mebibytes(row.helm.memory),
        row.note,
    );
    Ok(())
}

/// The median of the peaks of all processes of a contender.
fn watched(contender: &Contender<'_>, dir: &Path) -> Result<u64> {
    let Contender { program, args, env } = contender;
    let peaks = (0..WATCHED).map(|_| peak_of_all(program, args, dir, env));
    let mut peaks = peaks.collect::<Result<Vec<_>>>()?;
    peaks.sort_unstable();
    Ok(peaks.get(WATCHED / 2).copied().unwrap_or_default())
}
