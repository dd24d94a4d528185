//! Prints what `helm template` prints: `cargo run --example render -- CHART [KEY=VALUE...]`.

use rhelm::{Chart, Helm, ReleaseOptions, Values};
use std::error::Error;
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let chart = Chart::open(
        arguments
            .next()
            .ok_or("usage: render CHART [KEY=VALUE...]")?,
    )?;
    let values = arguments.try_fold(Values::new(), Values::set)?;
    let release = Helm::v4().render(&chart, &values, &ReleaseOptions::named("release-name"))?;
    std::io::stdout().write_all(release.manifests())?;
    Ok(())
}
