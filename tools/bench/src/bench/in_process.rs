//! The library against Helm's engine packages, without the start of processes.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::charts::Subject;
use super::{Programs, table};
use project::say;

/// Medians of the parts of a render, as `oracle --time` and `bench-lib` print them.
#[derive(Deserialize)]
struct Parts {
    load_ns: u64,
    values_ns: u64,
    render_ns: u64,
    /// Values and render of a chart that was rendered before; Helm keeps nothing from one render to the
    /// next.
    later_ns: Option<u64>,
    /// True if primes were searched: they are found by chance.
    #[serde(default)]
    makes_keys: bool,
}

impl Parts {
    fn sum(&self) -> Duration {
        Duration::from_nanos(self.load_ns + self.values_ns + self.render_ns)
    }

    fn later(&self) -> Duration {
        let helms = self.values_ns + self.render_ns;
        Duration::from_nanos(self.later_ns.unwrap_or(helms))
    }
}

/// The times that both take for a group of charts.
#[derive(Default)]
struct Group {
    charts: usize,
    helm: Duration,
    rhelm: Duration,
    /// The ratio of each chart.
    ratios: Vec<f64>,
}

impl Group {
    fn add(&mut self, helm: Duration, rhelm: Duration) {
        self.charts += 1;
        self.helm += helm;
        self.rhelm += rhelm;
        self.ratios.push(helm.as_secs_f64() / rhelm.as_secs_f64());
    }

    fn print(&mut self, name: &str) {
        self.ratios.sort_by(f64::total_cmp);
        say!(
            "{name}: {} charts, Helm {:.0} ms, rhelm {:.0} ms, ratio {:.1}; of single charts {:.1} to \
             {:.1}, median {:.1}",
            self.charts,
            table::milliseconds(self.helm),
            table::milliseconds(self.rhelm),
            self.helm.as_secs_f64() / self.rhelm.as_secs_f64(),
            self.ratios.first().copied().unwrap_or(f64::NAN),
            self.ratios.last().copied().unwrap_or(f64::NAN),
            self.ratios
                .get(self.ratios.len() / 2)
                .copied()
                .unwrap_or(f64::NAN),
        );
    }
}

/// The time that a program reports for `runs` renders of a chart.
fn time(
    program: &Path,
    flag: &[&str],
    chart: &Path,
    runs: usize,
    programs: &Programs,
) -> Result<Parts> {
    let output = Command::new(program)
        .args(flag)
        .arg(chart)
        .arg(runs.to_string())
        .env("RHELM_HELM_VERSION", programs.major.number().to_string())
        .output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("no times")
}

/// Returns true if a chart makes keys while it is rendered.
pub(super) fn makes_keys(bench_lib: &Path, chart: &Path, programs: &Programs) -> bool {
    time(bench_lib, &[], chart, 1, programs).is_ok_and(|parts| parts.makes_keys)
}

/// Loads, prepares and renders every chart in the process with both, and prints the sums; charts
/// that make keys apart.
pub(super) fn run(
    subjects: &[Subject],
    programs: &Programs,
    bench_lib: &Path,
    runs: usize,
) -> Result<()> {
    let oracle = project::oracle(programs.major)?;
    let mut groups = [false, true].map(|_| (Group::default(), Group::default()));
    for Subject { dir, .. } in subjects {
        // What Helm's engine does not render is not compared.
        let Ok(helm) = time(&oracle, &["--time"], dir, runs, programs) else {
            continue;
        };
        let rhelm = match time(bench_lib, &[], dir, runs, programs) {
            Ok(parts) => parts,
            Err(error) => {
                say!("{}: {error:#}", dir.display());
                continue;
            }
        };
        let [plain, with_keys] = &mut groups;
        let (first, later) = match rhelm.makes_keys {
            true => with_keys,
            false => plain,
        };
        first.add(helm.sum(), rhelm.sum());
        later.add(helm.later(), rhelm.later());
    }
    let [plain, with_keys] = &mut groups;
    say!("\nin the process: loading, preparing values, rendering");
    plain.0.print("without keys");
    with_keys.0.print("with keys made while rendering");
    say!("\nonce more with the loaded charts: preparing values, rendering");
    plain.1.print("without keys");
    with_keys.1.print("with keys made while rendering");
    Ok(())
}
