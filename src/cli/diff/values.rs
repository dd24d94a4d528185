//! Values across an upgrade: those that the new chart reads no longer, and defaults that change while nobody gives them.

use crate::chart::Chart;
use crate::diff::{Comparison, Finding, find_rule};
use crate::validate::{self, rules::UNKNOWN_VALUE};
use crate::values::{Prepared, UserValues};
use diagnostics::secrets::is_secret_name;
use gostd::{Map, Value};
use gotemplate::FunctionTable;
use goyaml::{Kind, Node};
use std::collections::BTreeMap;
use trace::usage::{Path, UsageRecorder, display_value_path};

/// Changed defaults that are told one by one.
const MOST_DEFAULTS: usize = 20;
/// A longer value is cut.
const LONGEST: usize = 60;

/// What a side has and reads of values.
#[derive(Debug, Default)]
pub(super) struct SideValues {
    /// The defaults of the charts that take part: scalars and lists by path, as people write them.
    defaults: BTreeMap<Path, String>,
    /// The given values that no template reads, with what was probably meant.
    unknown: BTreeMap<String, Option<String>>,
    given: Map,
}

impl SideValues {
    /// What is known after a render that `reads` watched, if anything was given.
    pub(super) fn new(
        prepared: &Prepared<'_>,
        supplied: &UserValues,
        reads: Option<&UsageRecorder>,
        functions: &FunctionTable,
    ) -> SideValues {
        let mut values = SideValues {
            given: supplied.values.clone(),
            ..SideValues::default()
        };
        for chart in &prepared.charts {
            values.add_defaults(chart.chart, chart.values_path());
        }
        if let Some(reads) = reads {
            let unread = validate::unread(prepared, reads, functions).into_iter();
            let unknown = unread.filter(|one| one.rule.id == UNKNOWN_VALUE.id);
            values.unknown = unknown
                .filter_map(|one| Some((one.path?, one.suggestion)))
                .collect();
        }
        values
    }

    fn add_defaults(&mut self, chart: &Chart, above: Path) {
        let mut waiting = vec![(above, &chart.values)];
        while let Some((path, node)) = waiting.pop() {
            match &node.kind {
                Kind::Map(entries) if !entries.is_empty() => {
                    for entry in entries {
                        let mut path = path.clone();
                        path.push(entry.key.to_string());
                        waiting.push((path, &entry.value));
                    }
                }
                // A chart's own default counts before that of what is in it.
                _ => {
                    self.defaults.entry(path).or_insert_with(|| yaml(node));
                }
            }
        }
    }
}

/// A value as YAML; nothing of what cannot be written.
fn yaml(node: &Node) -> String {
    let text = goyaml::to_yaml(&node.to_value()).unwrap_or_default();
    String::from_utf8_lossy(&text).trim().to_owned()
}

/// The findings between two sides that both are charts. Defaults count where anything of the manifests changes, but for those
/// that show as an image which a finding tells of.
pub(super) fn findings(
    old: &SideValues,
    new: &SideValues,
    comparison: &Comparison,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, suggestion) in &new.unknown {
        if old.unknown.contains_key(path) {
            continue;
        }
        let mut message = format!("{path} is given, but no template of the new side reads it");
        if let Some(suggestion) = suggestion {
            message.push_str(&format!("; {suggestion}"));
        }
        findings.extend(finding("value-not-read", message));
    }
    let is_changed = |(path, was): &(&Path, &String)| {
        new.defaults.get(*path).is_some_and(|is| is != *was) && !is_given(&new.given, path)
    };
    let images = comparison.findings().map(|(_, finding)| finding);
    let images: Vec<&Finding> = images
        .filter(|one| one.rule.id == "image-changed")
        .collect();
    let is_told = |(path, was): &(&Path, &String)| {
        let is = new.defaults.get(*path).map_or("", String::as_str);
        let [was, is] = [was.as_str(), is].map(|text| text.trim_matches('"'));
        let told = |one: &&Finding| one.message.contains(was) && one.message.contains(is);
        images.iter().any(told)
    };
    let defaults = old.defaults.iter();
    let defaults = defaults.filter(|_| !comparison.changes.is_empty());
    let changed: Vec<(&Path, &String)> = defaults
        .filter(is_changed)
        .filter(|default| !is_told(default))
        .collect();
    for (path, was) in changed.iter().take(MOST_DEFAULTS) {
        let is = new.defaults.get(*path).map_or("", String::as_str);
        let key = display_value_path(path);
        // What may be a secret is not told, nor what has many lines.
        let is_plain = !was.contains('\n') && !is.contains('\n');
        let message = match !is_plain || path.iter().any(|key| is_secret_name(key, &[])) {
            true => format!("the default of {key} changes, and nothing given overrides it"),
            false => format!(
                "the default of {key} changes from {} to {}, and nothing given overrides it",
                cut(was),
                cut(is)
            ),
        };
        findings.extend(finding("default-changed", message));
    }
    if changed.len() > MOST_DEFAULTS {
        let more = changed.len() - MOST_DEFAULTS;
        let message = format!("{more} more defaults change that nothing given overrides");
        findings.extend(finding("default-changed", message));
    }
    findings
}

fn finding(rule: &str, message: String) -> Option<Finding> {
    Some(Finding {
        rule: find_rule(rule)?,
        pointer: None,
        message,
    })
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(LONGEST).collect();
    match short.len() < text.len() {
        true => format!("{short}…"),
        false if short.is_empty() => "\"\"".into(),
        false => short,
    }
}

/// Returns true if something is given at a path, or in place of what it is in.
fn is_given(given: &Map, path: &[String]) -> bool {
    let mut map = given.clone();
    for key in path {
        match map.get(key.as_bytes()) {
            Some(Value::Map(inner)) => map = inner,
            Some(_) => return true,
            None => return false,
        }
    }
    true
}
