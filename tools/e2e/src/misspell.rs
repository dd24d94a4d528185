//! Misspells, misplaces and mistypes values that a chart's templates read by name, one at a time, and
//! counts how many `rhelm validate` reports at their line, with the key that was meant.
//!
//! Of a chart's defaults those keys take part that a render of the defaults reads by name, of maps that it
//! does not read as a whole: what is written as YAML, looped over, merged or given to a function that may
//! look at all of it takes any key, and a wrong one there is nobody's mistake that could be seen. Those
//! are counted apart, as are keys that land, misplaced, where the chart has a key of that name too.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Result, anyhow};
use clap::Args;
use gostd::{Map, Value};
use gotemplate::FunctionTable;
use rhelm::action::{self, Request};
use rhelm::background::with_large_stack;
use rhelm::chart::{self, Chart};
use rhelm::host::System;
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, function_table};
use rhelm::usage::UsageRecorder;
use rhelm::validate::{Diagnostic, Place, Selection, validate};
use rhelm::values::{Layers, ReadError, ReadFile, Source, UserValues, Via};

use project::charts::{self, find as find_charts};
use project::say;

/// Arguments of `cargo xtask misspell`.
#[derive(Args)]
pub(crate) struct Options {
    /// Directories that hold charts
    #[arg(required = true)]
    dirs: Vec<PathBuf>,
    /// Only charts whose path holds this text
    #[arg(long, default_value = "")]
    filter: String,
    /// Number of keys of each chart
    #[arg(long, default_value_t = 10)]
    keys: usize,
    /// Start of the random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print what is missed
    #[arg(long)]
    show: bool,
    /// Change nothing: print what is found in the defaults and in each values file in the charts' `ci/`
    /// folders, which should be nothing
    #[arg(long)]
    false_alarms: bool,
}

/// The numbers of changes of one kind that were made, reported at the right line, and explained.
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
    fn read(&mut self, _: &str) -> Result<Vec<u8>, ReadError> {
        Ok(self.0.clone().into_bytes())
    }
}

/// The change to a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mutation {
    /// A slip of the pen in its name.
    Misspelt,
    /// It stands outside of the map that it belongs to.
    Misplaced,
    /// It has a value of another kind.
    Mistyped,
}

/// The mutations, with what they are called and the rules that tell of them.
const MUTATIONS: [(Mutation, &str, &[&str]); 3] = [
    (
        Mutation::Misspelt,
        "misspelt",
        &["unknown-value", "schema-violation"],
    ),
    (
        Mutation::Misplaced,
        "misplaced",
        &["unknown-value", "schema-violation"],
    ),
    (
        Mutation::Mistyped,
        "mistyped",
        &["type-difference", "quoted-boolean", "schema-violation"],
    ),
];

/// The totals of all charts, or of one.
#[derive(Clone, Copy, Default)]
struct Scores {
    /// One for each of [`MUTATIONS`].
    scores: [Score; MUTATIONS.len()],
    /// Keys of defaults that templates read by name.
    by_name: usize,
    /// Keys of defaults inside of what is read as a whole.
    in_whole: usize,
    /// Misplaced keys that are keys there too.
    landed: usize,
}

impl Scores {
    fn add(&mut self, other: Scores) {
        for (score, other) in self.scores.iter_mut().zip(other.scores) {
            score.add(other);
        }
        self.by_name += other.by_name;
        self.in_whole += other.in_whole;
        self.landed += other.landed;
    }

    fn show(&self) {
        for ((_, name, _), score) in MUTATIONS.iter().zip(&self.scores) {
            score.show(name);
        }
        let mut all = Score::default();
        self.scores.iter().for_each(|score| all.add(*score));
        all.show("all");
        say!(
            "keys of defaults: {} read by name, {} inside of what is read as a whole; {} keys misplaced where \
             there is one of their name were left out",
            self.by_name,
            self.in_whole,
            self.landed
        );
    }
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let mut charts = Vec::new();
    for dir in &options.dirs {
        charts.extend(find_charts(dir)?);
    }
    charts.retain(|chart| chart.name.contains(&options.filter));
    if options.false_alarms {
        return false_alarms(&charts);
    }
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Scores::default());
    let work = || {
        while let Some(subject) = charts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let profile = Profile::helm4();
            let Ok(loaded) = chart::load(&subject.dir, &profile) else {
                continue;
            };
            let chart = &loaded.chart;
            let scores = with_large_stack(|| check(chart, &profile, options, &subject.name));
            if let Ok(Some(scores)) = scores {
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.add(scores);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.show();
    match all.by_name {
        0 => Err(anyhow!("no chart has a key to misspell")),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn check(chart: &Chart, profile: &Profile, options: &Options, name: &str) -> Option<Scores> {
    let functions = function_table(profile);
    let request = request(profile, &functions);
    let mut random = fastrand::Rng::with_seed(options.seed);
    let mut all = keys(chart, &request)?;
    random.shuffle(&mut all.by_name);
    let mut scores = Scores {
        by_name: all.by_name.len(),
        in_whole: all.in_whole,
        ..Scores::default()
    };
    for (path, value) in all.by_name.iter().take(options.keys) {
        for ((mutation, _, rules), score) in MUTATIONS.iter().zip(&mut scores.scores) {
            let changed = match mutation {
                Mutation::Misspelt => misspell(path, &mut random).map(|path| (path, value.clone())),
                Mutation::Misplaced => misplace(path).map(|path| (path, value.clone())),
                Mutation::Mistyped => {
                    mistype(value, &mut random).map(|other| (path.clone(), other))
                }
            };
            let Some((wrong, value)) = changed else {
                continue;
            };
            if *mutation != Mutation::Mistyped && all.names.contains(&wrong) {
                scores.landed += usize::from(*mutation == Mutation::Misplaced);
                continue;
            }
            score.made += 1;
            let line = u32::try_from(wrong.len()).unwrap_or(0);
            let diagnostics = diagnostics(chart, &request, text(&wrong, &value));
            let mut there = diagnostics.iter().filter(|d| is_at(d, line, rules));
            let reported = there.next();
            score.reported += usize::from(reported.is_some());
            let path_text = path.join(".");
            let suggestion = reported.and_then(|diagnostic| diagnostic.suggestion.as_deref());
            let explained = match mutation {
                Mutation::Mistyped => reported.is_some(),
                _ => suggestion.is_some_and(|text| {
                    let key = path.last().map_or("", String::as_str);
                    text.contains(&path_text) || text == format!("did you mean {key}?")
                }),
            };
            score.explained += usize::from(explained);
            if options.show && !explained {
                let outcome = suggestion.unwrap_or(if reported.is_some() { "-" } else { "missed" });
                let value = match mutation {
                    Mutation::Mistyped => format!(" = {}", shown_json(&value)),
                    _ => String::new(),
                };
                say!(
                    "{name}: {}{value} for {path_text}: {outcome}",
                    wrong.join(".")
                );
            }
        }
    }
    Some(scores)
}

fn request<'a>(profile: &Profile, functions: &'a FunctionTable) -> Request<'a> {
    Request::new(
        *profile,
        functions,
        &System,
        Release::new("release-name", "default"),
        Capabilities::new(profile),
    )
}

/// Prints what the rules that are tried here find in values that are as they should be.
fn false_alarms(charts: &[charts::Chart]) -> Result<ExitCode> {
    let profile = Profile::helm4();
    let functions = function_table(&profile);
    let (mut files, mut findings) = (0, 0);
    for charts::Chart { name, dir } in charts {
        let Ok(loaded) = chart::load(dir, &profile) else {
            continue;
        };
        let mut texts = vec![("no values".to_owned(), String::new())];
        for entry in std::fs::read_dir(dir.join("ci")).into_iter().flatten() {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
                texts.push((path.display().to_string(), std::fs::read_to_string(&path)?));
            }
        }
        texts.sort();
        for (file, text) in texts {
            files += 1;
            let diagnostics = with_large_stack(|| {
                let request = request(&profile, &functions);
                diagnostics(&loaded.chart, &request, text)
            })?;
            let rules = MUTATIONS.iter().flat_map(|(_, _, rules)| *rules);
            let rules: HashSet<&str> = rules.copied().collect();
            for diagnostic in diagnostics.iter().filter(|d| rules.contains(d.rule.id)) {
                findings += 1;
                let line = match &diagnostic.place {
                    Place::File { mark, .. } => mark.line,
                    _ => 0,
                };
                say!("{name}: {file}:{line}: {}", diagnostic.plain());
            }
        }
    }
    say!("{files} values files and defaults: {findings} findings");
    Ok(ExitCode::SUCCESS)
}

/// The keys of a chart's defaults.
struct Keys {
    /// Those that templates read by name, nothing around them as a whole; with their values.
    by_name: Vec<(Vec<String>, Value)>,
    /// The number of keys inside of something that is read as a whole.
    in_whole: usize,
    /// All that defaults have or templates read.
    names: HashSet<Vec<String>>,
}

fn keys(chart: &Chart, request: &Request<'_>) -> Option<Keys> {
    let mut notices = Vec::new();
    let prepared = action::prepare(chart, &UserValues::default(), request, &mut notices).ok()?;
    let mut reads = UsageRecorder::new(&prepared).ok()?;
    let _ = action::render(chart, &prepared, request, Some(&mut reads), &mut notices);
    let root = prepared.root()?.values.clone();
    let mut keys = Keys {
        by_name: Vec::new(),
        in_whole: 0,
        names: reads.reads().keys().cloned().collect(),
    };
    let mut waiting = vec![(Vec::new(), root.clone())];
    while let Some((path, map)) = waiting.pop() {
        for (key, value) in map.snapshot() {
            let mut path = path.clone();
            path.push(key.to_string());
            if let Some(inner) = value.as_map() {
                waiting.push((path.clone(), inner.clone()));
            }
            let in_whole = (0..path.len()).any(|depth| {
                let above = path.get(..depth).and_then(|above| reads.reads().get(above));
                above.is_some_and(|reads| reads.whole)
            });
            keys.in_whole += usize::from(in_whole);
            keys.names.insert(path.clone());
            let how = reads.reads().get(&path).filter(|_| !in_whole);
            let inner = prepared.charts.iter().any(|c| c.values_path() == path);
            let is_default = how.is_some_and(|how| {
                let provenance = prepared.origins.get(how.origin.unwrap_or_default());
                let is_of_chart = matches!(provenance.source, Source::Chart { .. });
                is_of_chart && provenance.via == Via::Direct
            });
            if is_default && !inner {
                keys.by_name.push((path, value));
            }
        }
    }
    keys.by_name.sort_by(|(a, _), (b, _)| a.cmp(b));
    Some(keys)
}

/// A values file with one key a line.
fn text(path: &[String], value: &Value) -> String {
    let mut text = String::new();
    for (depth, key) in path.iter().enumerate() {
        text.push_str(&format!("{}{key:?}:\n", "  ".repeat(depth)));
    }
    text.truncate(text.len() - 1);
    text.push_str(&format!(" {}\n", shown_json(value)));
    text
}

fn shown_json(value: &Value) -> String {
    let json = gostd::json::encode(value, gostd::json::Options::RAW).unwrap_or_default();
    String::from_utf8_lossy(&json).into_owned()
}

fn diagnostics(chart: &Chart, request: &Request<'_>, text: String) -> Vec<Diagnostic> {
    let layers = Layers {
        files: vec!["values.yaml".into()],
        ..Layers::default()
    };
    let selection = Selection::default();
    let report = validate(chart, &layers, &mut Text(text), request, &selection, &[]);
    report.map(|report| report.diagnostics).unwrap_or_default()
}

fn is_at(diagnostic: &Diagnostic, line: u32, rules: &[&str]) -> bool {
    let at = match &diagnostic.place {
        Place::File { name, mark } => name == "values.yaml" && mark.line == line,
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

/// A value of another kind, that templates which expect the first could not use; none for null.
fn mistype(value: &Value, random: &mut fastrand::Rng) -> Option<Value> {
    let text = || Value::from("text");
    let list = || Value::List([Value::from("item")].into_iter().collect());
    let map = || Value::Map([("key", Value::from("value"))].into_iter().collect::<Map>());
    let one_of = |random: &mut fastrand::Rng, a: Value, b: Value| if random.bool() { a } else { b };
    match value {
        Value::Nil => None,
        Value::Bool(_) => Some(match random.bool() {
            true => Value::from("false"),
            false => one_of(random, list(), map()),
        }),
        Value::Map(_) => Some(one_of(random, text(), list())),
        Value::List(_) => Some(one_of(random, text(), map())),
        _ => Some(one_of(random, list(), map())),
    }
}
