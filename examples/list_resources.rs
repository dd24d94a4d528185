//! Lists the objects of a chart: `cargo run --example list_resources -- CHART [VALUES_FILE...]`.

#![allow(clippy::print_stdout)]

use rhelm::{Chart, Helm, ReleaseOptions, Values};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let chart = Chart::open(
        arguments
            .next()
            .ok_or("usage: list_resources CHART [VALUES_FILE...]")?,
    )?;
    let values = arguments.try_fold(Values::new(), Values::file)?;
    let options = ReleaseOptions::named("demo")
        .namespace("shop")
        .include_crds();
    let release = Helm::v4().render(&chart, &values, &options)?;
    for resource in release.resources() {
        let namespace = resource.namespace().unwrap_or("shop");
        print!("{} {namespace}/{}", resource.kind(), resource.name());
        match resource.hook() {
            Some(hook) => print!(" runs at {}", hook.events.join(", ")),
            None => print!(" is installed"),
        }
        let line = resource.line().unwrap_or_default();
        println!(" ({}:{line})", resource.template());
        for container in resource
            .object()
            .pointer("/spec/template/spec/containers")
            .and_then(|c| c.as_array())
            .into_iter()
            .flatten()
        {
            println!("  image {}", container["image"]);
        }
    }
    Ok(())
}
