//! Prints the changes from one chart, or one set of values, to another: `cargo run --example diff_charts -- OLD NEW`.

#![allow(clippy::print_stdout)]

use rhelm::diff::{self, Input, Kind, Options};
use rhelm::{Chart, Helm, ReleaseOptions, Values};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [old, new] = arguments.as_slice() else {
        return Err("usage: diff_charts OLD NEW".into());
    };
    let side = |path: &str| -> Result<Input, Box<dyn Error>> {
        let chart = Chart::open(path)?;
        let options = ReleaseOptions::named("web").namespace("shop");
        let release = Helm::v4().render(&chart, &Values::new(), &options)?;
        Ok(Input {
            documents: diff::documents(release.manifests()),
            definitions: Vec::new(),
            namespace: "shop".into(),
        })
    };
    let comparison = diff::compare(side(old)?, side(new)?, &Options::default())?;
    for change in &comparison.changes {
        let sign = match change.kind {
            Kind::Added => '+',
            Kind::Removed => '-',
            Kind::Changed => '~',
            Kind::Renamed => '→',
        };
        println!("{sign} {}", change.title);
        for field in &change.fields {
            println!("    {}", field.path);
        }
        for finding in &change.findings {
            println!("    {}: {}", finding.rule.id, finding.message);
        }
    }
    println!("{}", comparison.summary());
    Ok(())
}
