//! `cargo xtask bench validate`: `rhelm template` and `rhelm validate`, in turns, and what an observer's
//! absence costs a render.
//!
//! A render without an observer asks, where it would tell one of something, whether there is one: a load
//! and a branch that always goes the same way. So its cost is bounded by what an observer is told, times
//! what such a question takes. Both are measured: what an observer that only counts is told, and how long
//! the render without one takes. A nanosecond a question is more than it can take.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use gostd::{Map, Origin, Value};
use gotemplate::{Observer, Site};
use rhelm::action::{self, Request};
use rhelm::background::with_large_stack;
use rhelm::chart;
use rhelm::host::System;
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, function_table};
use rhelm::values::UserValues;

use super::pairs::Contender;
use super::table::milliseconds;
use super::{charts, release_file};
use project::say;

/// Options of the measurement.
#[derive(clap::Args)]
pub(super) struct Options {
    /// Charts, by their directories
    #[arg(value_name = "CHART", required = true)]
    charts: Vec<PathBuf>,
    /// Number of pairs of runs
    #[arg(long, value_name = "N", default_value_t = 15)]
    runs: usize,
    /// The rhelm to measure; the release file of this checkout when left out
    #[arg(long, value_name = "PATH")]
    rhelm: Option<PathBuf>,
}

/// Counts what it is told.
#[derive(Default)]
struct Counter(u64);

impl Observer for Counter {
    fn wants_lines(&self) -> bool {
        false
    }

    fn read(&mut self, _: &Map, _: &[u8], _: Option<Origin>, _: Site) {
        self.0 += 1;
    }

    fn read_whole(&mut self, _: &Value, _: Site) {
        self.0 += 1;
    }
}

/// Measures and prints the table.
///
/// # Errors
/// When a program is missing or fails: also where `validate` finds something.
pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let rhelm = release_file(options.rhelm.as_deref())?;
    let [template, validate] = [["template", "."], ["validate", "."]];
    let contender = |args| Contender {
        program: &rhelm,
        args,
        env: &[],
    };
    say!(
        "| chart | template ms | validate ms | ratio | told an observer | at most, of the render |"
    );
    say!("|---|---|---|---|---|---|");
    for chart in &options.charts {
        let subject = charts::at(chart)?;
        let (mut plain, mut checked, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..options.runs.max(1) {
            let one = contender(&template).cost(&subject.dir)?.wall;
            let other = contender(&validate).cost(&subject.dir)?.wall;
            ratios.push(other.as_secs_f64() / one.as_secs_f64());
            plain.push(one);
            checked.push(other);
        }
        plain.sort();
        checked.sort();
        ratios.sort_by(f64::total_cmp);
        let middle = ratios.len() / 2;
        let at = |times: &[Duration]| times.get(middle).copied().unwrap_or_default();
        let (calls, render) = with_large_stack(|| observed(&subject.dir))??;
        let share = 100.0 * calls as f64 * 1e-9 / render.as_secs_f64();
        say!(
            "| {} | {:.1} | {:.1} | {:.2} | {calls} times | {share:.2} % |",
            subject.name,
            milliseconds(at(&plain)),
            milliseconds(at(&checked)),
            ratios.get(middle).copied().unwrap_or(f64::NAN),
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// The number of calls of an observer in a render of a chart's defaults, and the time of one without
/// an observer takes, templates parsed already.
fn observed(dir: &std::path::Path) -> Result<(u64, Duration)> {
    let profile = Profile::helm4();
    let chart = chart::load(dir, &profile)?.chart;
    let functions = function_table(&profile);
    let request = Request {
        skip_schema_validation: true,
        ..Request::new(
            profile,
            &functions,
            &System,
            Release::new("release-name", "default"),
            Capabilities::new(&profile),
        )
    };
    let render = |observer: Option<&mut dyn Observer>| -> Result<Duration> {
        let mut notices = Vec::new();
        let supplied = UserValues::default();
        let prepared = action::prepare(&chart, &supplied, &request, &mut notices);
        let prepared = prepared.ok().context("the chart cannot be prepared")?;
        let start = Instant::now();
        let rendered = action::render(&chart, &prepared, &request, observer, &mut notices);
        rendered.ok().context("the chart does not render")?;
        Ok(start.elapsed())
    };
    let mut counter = Counter::default();
    render(Some(&mut counter))?;
    Ok((counter.0, render(None)?))
}
