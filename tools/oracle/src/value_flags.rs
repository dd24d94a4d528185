//! `cargo xtask value-flags`: random combinations of value flags and of flags that hold lists, given to both Helms and to rhelm.
//!
//! The chart prints every value with its Go type, so that whatever a flag changed shows.

mod chart;
mod combination;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use fastrand::Rng;
use recorded::compare::{compared_stderr, diff, without_hints};
use recorded::process::{Invocation, Outcome, Termination};
use tempfile::TempDir;

use self::combination::Combination;
use project::parallel;
use project::say;

/// Options of the comparison.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Number of combinations
    #[arg(long, value_name = "N", default_value_t = 500)]
    count: u64,
    /// Other combinations
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Number of combinations at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// The rhelm to compare; built from this checkout when left out
    #[arg(long, value_name = "PATH")]
    rhelm: Option<PathBuf>,
}

/// The result of a combination in one major.
struct Verdict {
    /// Helm rendered it; otherwise it said why not.
    rendered: bool,
    /// The report about a difference.
    complaint: Option<String>,
}

/// Compares stdout, the exit status and what stderr says, combination by combination.
///
/// # Errors
/// When a Helm is missing, or files cannot be written.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let rhelm = project::rhelm(options.rhelm.as_deref())?;
    let helms = project::helms()?;
    let numbers: Vec<u64> = (0..options.count).collect();
    let results = parallel::run(options.jobs, &numbers, |number| {
        let seed = options.seed.wrapping_mul(1 << 32).wrapping_add(*number);
        let combination = Combination::random(&mut Rng::with_seed(seed));
        let dir = TempDir::new()?;
        chart::write(dir.path())?;
        combination.write_files(dir.path())?;
        let mut verdicts = Vec::new();
        for (major, helm) in &helms {
            let command = |program: &PathBuf| {
                let mut command = Invocation::new(program, dir.path())
                    .args(match combination.command {
                        "template" => &["template", "demo", "chart"][..],
                        _ => &["lint", "chart"],
                    })
                    .args(&combination.args)
                    .env("RHELM_HELM_VERSION", major.number().to_string());
                command.stdin = combination.stdin.clone().into_bytes();
                command
            };
            let (expected, actual) = (command(helm).run()?, command(&rhelm).run()?);
            verdicts.push(Verdict {
                rendered: expected.stderr.is_empty(),
                complaint: complaint(&expected, &actual)
                    .map(|text| format!("{major}: {combination}\n{text}")),
            });
        }
        anyhow::Ok(verdicts)
    });
    let (mut differing, mut rendered) = (0, 0);
    for verdicts in results {
        let verdicts = verdicts?;
        rendered += u64::from(verdicts.iter().any(|verdict| verdict.rendered));
        let complaints: Vec<_> = verdicts
            .iter()
            .filter_map(|v| v.complaint.as_ref())
            .collect();
        differing += u64::from(!complaints.is_empty());
        for complaint in complaints {
            say!("{complaint}");
        }
    }
    let equal = options.count - differing;
    say!(
        "equal {equal} of {} combinations, each with both majors; {rendered} rendered without a word on stderr",
        options.count
    );
    Ok(if differing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The first thing that differs, if anything does.
pub(crate) fn complaint(expected: &Outcome, actual: &Outcome) -> Option<String> {
    if expected.ending != actual.ending {
        let stderr = diff(&expected.stderr, &actual.stderr, 20);
        return Some(format!(
            "{} != {}\n{stderr}",
            expected.ending, actual.ending
        ));
    }
    let own = without_hints(&actual.stderr, actual.ending == Termination::Exited(0));
    let (expected_stderr, says) = (compared_stderr(&expected.stderr), compared_stderr(own));
    if expected_stderr != says {
        return Some(diff(&expected_stderr, &says, 20));
    }
    (expected.stdout != actual.stdout).then(|| diff(&expected.stdout, &actual.stdout, 20))
}
