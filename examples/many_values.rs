//! One chart for a hundred sets of values, on all cores.

#![allow(clippy::print_stdout)]

use rhelm::{Chart, Error, Helm, ReleaseOptions, Values};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

fn main() -> Result<(), Error> {
    let chart = Chart::bundled("istio-remote")?;
    let next = AtomicUsize::new(1);
    let work = || -> Result<usize, Error> {
        let mut bytes = 0;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number > 100 {
                return Ok(bytes);
            }
            let values = Values::new().set(format!("global.pilotEndpoint=10.0.0.{number}"))?;
            let release = Helm::v4().render(&chart, &values, &ReleaseOptions::named("remote"))?;
            bytes += release.manifests().len();
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let bytes = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let results = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or(Ok(0)));
        results.sum::<Result<usize, Error>>()
    })?;
    println!("100 renders, {bytes} bytes");
    Ok(())
}
