//! Times loading, preparing and rendering a chart in the process, as `judge --time` does with Helm's
//! packages: `timer CHART RUNS` prints medians. `cargo xtask bench --all` compares the two.

#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::{Duration, Instant};

use rhelm::action::{self, Request};
use rhelm::chart::{self, Chart};
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, Renderer, function_table};
use rhelm::stack::{TEMPLATE_STACK, with_large_stack};
use rhelm::values::{Layers, LocalFiles};
use rhelm::world::System;

// What the command allocates with.
#[cfg(target_os = "linux")]
#[global_allocator]
static HEAP: heap::Heap = heap::Heap;

// Linked for what it defines.
use memops as _;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let chart = arguments.next().ok_or("usage: timer CHART RUNS")?;
    let runs = match arguments.next() {
        Some(runs) => runs.parse()?,
        None => 10,
    };
    let profile = match std::env::var("RHELM_HELM_VERSION") {
        Ok(version) => Profile::parse(&version)?,
        Err(_) => Profile::helm4(),
    };
    with_large_stack(|| time(Path::new(&chart), runs, &profile))?
}

fn time(path: &Path, runs: usize, profile: &Profile) -> Outcome<()> {
    let functions = function_table(profile);
    let (mut loading, mut preparing, mut rendering) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs.max(1) {
        // A new chart each time: a chart keeps what it has read and parsed.
        let (chart, took) = timed(|| chart::load(path, profile));
        let chart: Chart = chart?.chart;
        loading.push(took);
        let supplied = Layers::default().read(&mut LocalFiles, profile)?;
        let request = Request {
            profile: *profile,
            functions: &functions,
            world: &System,
            release: Release::new("test", "default"),
            capabilities: Capabilities::new(profile),
            skip_schema_validation: false,
            include_crds: false,
            enable_dns: false,
            track_lines: false,
        };
        let prepare = || action::prepare(&chart, &supplied, &request, &mut Vec::new());
        let (prepared, took) = timed(prepare);
        let prepared = prepared?;
        preparing.push(took);
        let renderer = Renderer {
            profile: *profile,
            functions: &functions,
            world: &System,
            capabilities: &request.capabilities,
            lint: false,
            enable_dns: false,
            track_lines: false,
            stack_limit: TEMPLATE_STACK,
        };
        let mut bytes = 0;
        let (rendered, took) = timed(|| {
            renderer.render(&prepared, &request.release, None, |file| {
                bytes += file.text.len()
            })
        });
        rendered?;
        rendering.push(took);
        if bytes == 0 {
            return Err("the chart renders nothing".into());
        }
    }
    println!(
        "{{\"load_ns\":{},\"values_ns\":{},\"render_ns\":{}}}",
        median(loading),
        median(preparing),
        median(rendering)
    );
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

fn median(mut times: Vec<Duration>) -> u128 {
    times.sort();
    times.get(times.len() / 2).map_or(0, Duration::as_nanos)
}
