//! Prints findings about values, and about a chart's output with them: `cargo run --example validate -- CHART
//! [VALUES_FILE...]`.

#![allow(clippy::print_stdout)]

use rhelm::validate::Place;
use rhelm::{Chart, Helm, ReleaseOptions, Values};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let chart = arguments.next();
    let chart = Chart::open(chart.ok_or("usage: validate CHART [VALUES_FILE...]")?)?;
    let values = arguments.try_fold(Values::new(), Values::file)?;
    let report = Helm::v4().validate(&chart, &values, &ReleaseOptions::named("web"))?;
    for diagnostic in &report.diagnostics {
        let place = match &diagnostic.place {
            Place::File { name, mark } => format!("{name}:{}:{}", mark.line, mark.column),
            Place::Flag { name, argument } => format!("--{name} {argument}"),
            _ => "values".into(),
        };
        println!("{place}: {}: {}", diagnostic.rule.id, diagnostic.message);
        if let Some(suggestion) = &diagnostic.suggestion {
            println!("    {suggestion}");
        }
    }
    println!("{} found", report.diagnostics.len());
    Ok(())
}
