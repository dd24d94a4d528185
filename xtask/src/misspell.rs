//! Misspells and misplaces keys of values that a chart's templates read by name, and counts how many
//! `rhelm validate` reports at their line, with the key that was meant.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Args;
use gostd::{Map, Value};
use rhelm::action::{self, Request};
use rhelm::chart::{self, Chart};
use rhelm::profile::Profile;
use rhelm::reads::ReadSet;
use rhelm::render::{Capabilities, Release, function_table};
use rhelm::stack::with_large_stack;
use rhelm::validate::{Diagnostic, Place, Selection, validate};
use rhelm::values::{Layers, ReadFile, Source, Supplied, Way};
use rhelm::world::System;

use crate::parity::find_charts;
use crate::stdout::say;

/// Arguments of `cargo xtask misspell`.
#[derive(Args)]
pub(crate) struct Options {
    /// Directories that hold charts
    #[arg(required = true)]
    dirs: Vec<PathBuf>,
    /// Only charts whose path holds this text
    #[arg(long, default_value = "")]
    filter: String,
    /// How many keys of each chart
    #[arg(long, default_value_t = 10)]
    keys: usize,
    /// Start of the random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print what is missed
    #[arg(long)]
    show: bool,
}

/// How many changes of one kind were made, reported at the right line, and explained.
#[derive(Clone, Copy, Default)]
struct Score {
    made: usize,
    reported: usize,
    explained: usize,
}

impl Score {
    fn add(&mut self, other: Score) {
        self.made += other.made;
        self.reported += other.reported;
        self.explained += other.explained;
    }

    fn show(&self, what: &str) {
        let percent = |n: usize| 100.0 * n as f64 / self.made.max(1) as f64;
        say!(
            "{what}: {} made, {} reported at their line ({:.1} %), {} with the right key ({:.1} %)",
            self.made,
            self.reported,
            percent(self.reported),
            self.explained,
            percent(self.explained)
        );
    }
}

/// A values file in memory.
struct Text(String);

impl ReadFile for Text {
    fn read(&mut self, _: &str) -> Result<Vec<u8>, String> {
        Ok(self.0.clone().into_bytes())
    }
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let (mut misspelt, mut misplaced) = (Score::default(), Score::default());
    for dir in &options.dirs {
        for found in find_charts(dir)? {
            if !found.name.contains(&options.filter) {
                continue;
            }
            let profile = Profile::helm4();
            let Ok(loaded) = chart::load(&found.dir, &profile) else {
                continue;
            };
            let chart = &loaded.chart;
            let scores = with_large_stack(|| check(chart, &profile, options, &found.name))?;
            let Some((one, other)) = scores else { continue };
            misspelt.add(one);
            misplaced.add(other);
        }
    }
    misspelt.show("misspelt");
    misplaced.show("misplaced");
    match misspelt.made {
        0 => Err(anyhow!("no chart has a key to misspell")),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn check(
    chart: &Chart,
    profile: &Profile,
    options: &Options,
    name: &str,
) -> Option<(Score, Score)> {
    let functions = function_table(profile);
    let request = Request {
        profile: *profile,
        functions: &functions,
        world: &System,
        release: Release::new("release-name", "default"),
        capabilities: Capabilities::new(profile),
        skip_schema_validation: false,
        include_crds: false,
        enable_dns: false,
        track_lines: false,
    };
    let mut random = fastrand::Rng::with_seed(options.seed);
    let mut keys = keys(chart, &request)?;
    random.shuffle(&mut keys);
    let (mut misspelt, mut misplaced) = (Score::default(), Score::default());
    for (path, value) in keys.iter().take(options.keys) {
        let run = |score: &mut Score, wrong: &[String]| {
            score.made += 1;
            let line = u32::try_from(wrong.len()).unwrap_or(0);
            let found = diagnostics(chart, &request, text(wrong, value));
            let mut there = found.iter().filter(|diagnostic| is_at(diagnostic, line));
            let reported = there.next();
            score.reported += usize::from(reported.is_some());
            let meant = path.join(".");
            let suggestion = reported.and_then(|found| found.suggestion.as_deref());
            let explained = suggestion.is_some_and(|text| {
                let key = path.last().map_or("", String::as_str);
                text.contains(&meant) || text == format!("did you mean {key}?")
            });
            score.explained += usize::from(explained);
            if options.show && !explained {
                let shown = suggestion.unwrap_or(if reported.is_some() { "-" } else { "missed" });
                say!("{name}: {} for {meant}: {shown}", wrong.join("."));
            }
        };
        if let Some(wrong) = misspell(path, &mut random) {
            run(&mut misspelt, &wrong);
        }
        if let Some(wrong) = misplace(path) {
            run(&mut misplaced, &wrong);
        }
    }
    Some((misspelt, misplaced))
}

/// The values of the charts' defaults that templates read by name, nothing around them as a whole.
fn keys(chart: &Chart, request: &Request<'_>) -> Option<Vec<(Vec<String>, Value)>> {
    let mut notices = Vec::new();
    let prepared = action::prepare(chart, &Supplied::default(), request, &mut notices).ok()?;
    let mut reads = ReadSet::new(&prepared);
    let _ = action::render(chart, &prepared, request, Some(&mut reads), &mut notices);
    let root = prepared.root()?.values.clone();
    let mut found = Vec::new();
    for (path, how) in reads.reads() {
        let provenance = prepared.origins.get(how.origin.unwrap_or_default());
        let in_whole = (0..path.len()).any(|depth| {
            let above = path.get(..depth).and_then(|above| reads.reads().get(above));
            above.is_some_and(|reads| reads.whole)
        });
        let is_default = matches!(provenance.source, Source::Chart { .. });
        let inner = prepared.charts.iter().any(|c| c.values_path() == *path);
        if is_default
            && provenance.way == Way::Direct
            && !in_whole
            && !inner
            && let Some(value) = value_at(&root, path)
        {
            found.push((path.clone(), value));
        }
    }
    Some(found)
}

fn value_at(values: &Map, path: &[String]) -> Option<Value> {
    let mut value = Value::Map(values.clone());
    for key in path {
        value = value.as_map()?.get(key.as_bytes())?;
    }
    Some(value)
}

/// A values file with one key a line.
fn text(path: &[String], value: &Value) -> String {
    let json = gostd::json::encode(value, gostd::json::Options::RAW).unwrap_or_default();
    let mut text = String::new();
    for (depth, key) in path.iter().enumerate() {
        text.push_str(&format!("{}{key:?}:\n", "  ".repeat(depth)));
    }
    text.truncate(text.len() - 1);
    text.push_str(&format!(" {}\n", String::from_utf8_lossy(&json)));
    text
}

fn diagnostics(chart: &Chart, request: &Request<'_>, text: String) -> Vec<Diagnostic> {
    let layers = Layers {
        files: vec!["values.yaml".into()],
        ..Layers::default()
    };
    let selection = Selection::default();
    let report = validate(chart, &layers, &mut Text(text), request, &selection);
    report.map(|report| report.diagnostics).unwrap_or_default()
}

fn is_at(diagnostic: &Diagnostic, wanted: u32) -> bool {
    let rules = ["unknown-value", "schema-violation"];
    let at = match &diagnostic.place {
        Place::File { name, mark } => name == "values.yaml" && mark.line == wanted,
        _ => false,
    };
    at && rules.contains(&diagnostic.rule.id)
}

/// The path with a slip of the pen in its last key.
fn misspell(path: &[String], random: &mut fastrand::Rng) -> Option<Vec<String>> {
    let (key, above) = path.split_last()?;
    let mut letters: Vec<char> = key.chars().collect();
    if letters.len() < 4 {
        return None;
    }
    let at = random.usize(1..letters.len() - 1);
    match random.u8(0..4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, *letters.get(at)?),
        2 => letters.swap(at, at + 1),
        _ => *letters.get_mut(at)? = random.lowercase(),
    }
    let wrong: String = letters.into_iter().collect();
    let mut path = above.to_vec();
    let changed = wrong != *key;
    path.push(wrong);
    changed.then_some(path)
}

/// The path without the key before the last.
fn misplace(path: &[String]) -> Option<Vec<String>> {
    let (key, above) = path.split_last()?;
    let (_, outer) = above.split_last()?;
    let mut path = outer.to_vec();
    path.push(key.clone());
    Some(path)
}
