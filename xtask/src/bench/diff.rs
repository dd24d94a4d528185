//! `cargo xtask bench diff`: `helm diff local` and `rhelm diff --compat helm-diff`, in turns.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use cases::Major;

use super::table::Row;
use super::{Contender, measure_in, release_file, table};
use crate::measure::cost;
use crate::project;
use crate::stdout::say;

/// What to measure.
#[derive(clap::Args)]
pub(super) struct Options {
    /// Directories with two versions of a chart, `old` and `new`
    #[arg(value_name = "PAIR", required = true)]
    pairs: Vec<PathBuf>,
    /// How many pairs of runs
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

/// Measures and prints the table. The memory of helm-diff is that of the largest of its processes.
pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let major = Major::from_number(options.helm_version).context("--helm-version is 3 or 4")?;
    let (helm_diff, helm) = (project::helm_diff()?, project::helm(major)?);
    let rhelm = release_file(options.rhelm.as_deref())?;
    let helm = helm.to_string_lossy();
    let number = major.number().to_string();
    let given = || options.args.iter().map(String::as_str);
    let judge: Vec<&str> = ["local", "old", "new"].into_iter().chain(given()).collect();
    let own = ["diff", "old", "new", "--compat", "helm-diff"];
    let own: Vec<&str> = own.into_iter().chain(given()).collect();
    let contenders = [
        Contender {
            program: &helm_diff,
            args: &judge,
            env: &[("HELM_BIN", &helm)],
        },
        Contender {
            program: &rhelm,
            args: &own,
            env: &[("RHELM_HELM_VERSION", &number)],
        },
    ];
    let floor = cost(Path::new("/bin/true"), &[], Path::new("."), &[])?;
    say!(
        "helm-diff with helm {} and rhelm: medians of {} pairs of runs\n",
        major.pinned(),
        options.runs
    );
    table::head();
    for pair in &options.pairs {
        let dir = pair
            .canonicalize()
            .with_context(|| format!("no pair {}", pair.display()))?;
        let name = dir
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let row = measure_in(&dir, &contenders, options.runs).with_context(|| name.clone())?;
        table::print(&Row { chart: name, ..row }, floor.memory);
    }
    Ok(ExitCode::SUCCESS)
}
