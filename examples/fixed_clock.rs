//! A render that depends on nothing of the machine: a clock that stands still, randomness from a seed, no
//! environment.

#![allow(clippy::print_stdout)]

use rhelm::{Chart, Helm, ReleaseOptions, Values};
use std::error::Error;

const TEMPLATE: &str = "\
at: {{ now | date \"2006-01-02\" }}
password: {{ randAlphaNum 12 }}
";

fn main() -> Result<(), Box<dyn Error>> {
    let chart = Chart::from_files([
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("templates/secret.yaml", TEMPLATE),
    ])?;
    let helm = Helm::v4().deterministic("some seed");
    let options = ReleaseOptions::named("web");
    let first = helm.render(&chart, &Values::new(), &options)?;
    let second = helm.render(&chart, &Values::new(), &options)?;
    assert_eq!(first.manifests(), second.manifests());
    println!("{}", String::from_utf8_lossy(first.manifests()));
    Ok(())
}
