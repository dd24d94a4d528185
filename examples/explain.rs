//! Prints the source of a value and its readers: `cargo run --example explain -- CHART PATH [VALUES_FILE...]`.

#![allow(clippy::print_stdout)]

use rhelm::explain::Effect;
use rhelm::{Chart, Helm, ReleaseOptions, Values};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(chart), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("usage: explain CHART PATH [VALUES_FILE...]".into());
    };
    let chart = Chart::open(chart)?;
    let values = arguments.try_fold(Values::new(), Values::file)?;
    let options = ReleaseOptions::named("web");
    let explanation = Helm::v4().explain(&chart, &values, &options, &path)?;
    println!(
        "{path} is {}",
        explanation.value.as_deref().unwrap_or("nothing")
    );
    // What comes last counts.
    for layer in &explanation.layers {
        if let Effect::Value(value) = &layer.effect {
            println!("  {}:{} says {value}", layer.source, layer.mark.line);
        }
    }
    for reader in &explanation.readers {
        println!("  read at {}:{}", reader.template, reader.line);
    }
    Ok(())
}
