//! Times loading, preparing and rendering a chart in the process, as `oracle --time` does with Helm's
//! packages: `bench-lib CHART RUNS` prints medians, also of a second render of each loaded chart. `cargo xtask
//! bench --all` compares the two.

#![allow(clippy::print_stdout)]

use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, Instant};

use gostd::host::{Host, Missing};
use rhelm::action::{self, Request};
use rhelm::background::with_large_stack;
use rhelm::chart::{self, Chart};
use rhelm::host::System;
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, RenderedFile, function_table};
use rhelm::values::{Layers, LocalFiles, UserValues};

// What the command allocates with.
#[cfg(target_os = "linux")]
#[global_allocator]
static HEAP: heap::Heap = heap::Heap;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let chart = arguments.next().ok_or("usage: bench-lib CHART RUNS")?;
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
    let host = Watched::default();
    let request = Request::new(
        *profile,
        &functions,
        &host,
        Release::new("test", "default"),
        Capabilities::new(profile),
    );
    let supplied = Layers::default().read(&mut LocalFiles, profile)?;
    let mut loading = Vec::new();
    let (mut first, mut later) = (Renders::default(), Renders::default());
    for _ in 0..runs.max(1) {
        // A new chart each time: a chart keeps what it has read and parsed.
        let (chart, took) = timed(|| chart::load(path, profile));
        let chart = chart?.chart;
        loading.push(took);
        first.add(&chart, &supplied, &request)?;
        later.add(&chart, &supplied, &request)?;
    }
    println!(
        "{{\"load_ns\":{},\"values_ns\":{},\"render_ns\":{},\"later_ns\":{},\"makes_keys\":{}}}",
        median(loading),
        median(first.preparing),
        median(first.rendering),
        median(later.preparing) + median(later.rendering),
        host.seeks_primes.get(),
    );
    Ok(())
}

/// The host, and whether so much randomness was asked for at once as only a key's prime needs.
#[derive(Default)]
struct Watched {
    seeks_primes: Cell<bool>,
}

/// Keys have primes of so many bytes or more.
const PRIME: usize = 1024 / 8;

impl Host for Watched {
    fn now(&self) -> gostd::host::Instant {
        System.now()
    }

    fn random(&self, bytes: &mut [u8]) {
        if bytes.len() >= PRIME {
            self.seeks_primes.set(true);
        }
        System.random(bytes);
    }

    fn lookup_host(&self, name: &str) -> Result<Vec<String>, Missing> {
        System.lookup_host(name)
    }

    fn environment(&self, name: &str) -> Option<String> {
        System.environment(name)
    }
}

/// The times of renders of loaded charts.
#[derive(Default)]
struct Renders {
    preparing: Vec<Duration>,
    rendering: Vec<Duration>,
}

impl Renders {
    fn add(&mut self, chart: &Chart, supplied: &UserValues, request: &Request<'_>) -> Outcome<()> {
        let mut bytes = 0;
        let mut preparing = Duration::ZERO;
        let work = || {
            let (prepared, took) =
                timed(|| action::prepare(chart, supplied, request, &mut Vec::new()));
            preparing = took;
            let count = |file: RenderedFile<'_>| bytes += file.text.len();
            request.render(&prepared?, None, count)?;
            Outcome::Ok(())
        };
        let (result, took) =
            timed(|| action::with_background_parsing(chart, request.functions, work));
        result?;
        self.preparing.push(preparing);
        self.rendering.push(took - preparing);
        match bytes {
            0 => Err("the chart renders nothing".into()),
            _ => Ok(()),
        }
    }
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
