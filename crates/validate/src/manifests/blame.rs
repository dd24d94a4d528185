//! Blame: from a line of the output to the value that it shows, and to the line or flag that gave it.

use super::OutputFile;
use crate::context::Context;
use crate::diagnostic::{Diagnostic, Place, RENDERED_HERE};
use crate::rules::{self, Rule};
use checks::At;
use engine::values::{Prepared, Source};
use gostd::text::LineOrigin;
use gostd::{Map, Value};
use goyaml::{Kind, Node};
use std::collections::BTreeSet;
use trace::line_map::LineMap;
use trace::usage::{Path, display_value_path};

/// The number of values that are compared with a line at most.
const MOST_VALUES: usize = 20_000;

/// Finds the values behind findings.
pub(crate) struct Blame<'a, 'c> {
    pub(crate) context: &'a Context<'a, 'c>,
    pub(crate) map: &'a LineMap<'a>,
}

/// Rules about keys, or about what is not there: values are to blame only where they gave the key.
const OF_KEYS: [&Rule; 9] = [
    &rules::UNKNOWN_FIELD,
    &rules::LOST_INDENTATION,
    &rules::MISSING_FIELD,
    &rules::EXCLUSIVE_FIELDS,
    &rules::DUPLICATE_OUTPUT_KEY,
    &rules::REPEATED_OUTPUT_KEY,
    &rules::UNKNOWN_HELM_ANNOTATION,
    &rules::SELECTOR_MISMATCH,
    &rules::INVALID_LABEL,
];

/// Rules whose findings are the template's, whatever it was given.
const OF_TEMPLATES: [&Rule; 4] = [
    &rules::UNPRINTABLE_VALUE,
    &rules::OUTPUT_NOT_YAML,
    &rules::NO_VALUE,
    &rules::DUPLICATE_RESOURCE,
];

impl Blame<'_, '_> {
    /// Moves a finding at one or two lines to the value that it is about, if there is exactly one; the template's line
    /// explains it then. Of two values, what a user gave is to blame before what is a default.
    pub(super) fn apply(
        &self,
        diagnostic: &mut Diagnostic,
        (at, related): (At, Option<At>),
        file: &OutputFile,
    ) {
        if OF_TEMPLATES
            .iter()
            .any(|rule| rule.id == diagnostic.rule.id)
        {
            return;
        }
        // Where quotes are advised, a template prints a value otherwise than it was given.
        let is_of_quotes =
            diagnostic.rule.id == rules::FIELD_TYPE.id && diagnostic.suggestion.is_some();
        let value = |at: At| {
            let path = self.path(diagnostic.rule, is_of_quotes, at, file)?;
            let place = self.place(&path);
            (place != Place::Nowhere).then_some((path, place))
        };
        let Some(mut blamed) = value(at) else {
            return;
        };
        if let Some(other) = related
            .filter(|other| other.file == at.file)
            .and_then(value)
            && self.is_default(&blamed.0)
            && !self.is_default(&other.0)
        {
            blamed = other;
        }
        let (path, place) = blamed;
        let template = std::mem::replace(&mut diagnostic.place, place);
        diagnostic.path = Some(display_value_path(&path));
        if template != Place::Nowhere {
            let here = (template, RENDERED_HERE.to_owned());
            diagnostic.related.insert(0, here);
        }
    }

    /// The path of the value that a line shows at a column.
    fn path(&self, rule: &Rule, is_of_quotes: bool, at: At, file: &OutputFile) -> Option<Path> {
        let number = usize::try_from(at.mark.line).ok()?.checked_sub(1)?;
        let origins = file.origins.as_deref()?;
        let origin = *origins.get(number)?;
        let line = Line::new(file.line(at.mark.line), at.mark.column);
        let is_of_keys = OF_KEYS.iter().any(|other| other.id == rule.id);
        let mut owners: BTreeSet<&[String]> = BTreeSet::new();
        let mut all: Vec<Path> = Vec::new();
        for path in self.map.values(origin) {
            let mut fitting = Vec::new();
            let Some(value) = value_at(self.context.prepared, path) else {
                continue;
            };
            let mut search = Search {
                line: &line,
                is_of_keys,
                room: MOST_VALUES,
                fitting: &mut fitting,
            };
            match &value {
                Value::Map(_) | Value::List(_) => search.inside(&mut path.clone(), &value),
                // A template that prints a number makes one again of what is quoted in the values.
                Value::Str(text) if is_of_quotes && is_plain_scalar(text.as_bytes()) => {}
                value if is_of_quotes && !matches!(value, Value::Str(_)) => {}
                value if !is_of_keys && line.shows_alone(value) => fitting.push(path.clone()),
                _ => {}
            }
            if !fitting.is_empty() {
                owners.insert(list_of(path));
                all.extend(fitting);
            }
        }
        // What fits in several values is none of them for sure.
        if owners.len() != 1 {
            return None;
        }
        all.sort_by(|a, b| order(a).cmp(&order(b)));
        all.dedup();
        // Equal lines of one value stand in its order.
        let before = match all.len() {
            1 => 0,
            _ => equal_lines_before(file, origins, number, origin),
        };
        (before < all.len()).then(|| all.swap_remove(before))
    }

    /// Returns true if nobody but a chart gave the value at a path.
    fn is_default(&self, path: &[String]) -> bool {
        !matches!(
            self.context.source_at(path),
            Some(Source::File { .. } | Source::Flag { .. })
        )
    }

    /// The place of a value: its line in a values file, its flag, or that of the default.
    fn place(&self, path: &[String]) -> Place {
        match self.context.value_place(path) {
            Place::File { name, mark } => match self.default(path, &name) {
                Some(node) => Place::file(&name, node.mark),
                None => Place::File { name, mark },
            },
            place => place,
        }
    }

    /// The default at a path, if a file is the values.yaml that has it.
    fn default(&self, path: &[String], file: &str) -> Option<&Node> {
        let (chart, node) = crate::defaults::default_of(self.context.prepared, path)?;
        let is_own = self.context.sources.values_yaml(chart).as_deref() == Some(file);
        (is_own && node.mark.line > 0).then_some(node)
    }
}

/// The list that a path leads to an item of, or the path itself.
fn list_of(path: &[String]) -> &[String] {
    match path.split_last() {
        Some((last, list)) if last.parse::<usize>().is_ok() => list,
        _ => path,
    }
}

/// What paths are sorted by: items by their numbers.
fn order(path: &[String]) -> Vec<(usize, &str)> {
    let steps = path.iter();
    steps
        .map(|key| (key.parse().unwrap_or(0), &**key))
        .collect()
}

/// Returns true if a text is a number or boolean where it stands without quotes.
fn is_plain_scalar(text: &[u8]) -> bool {
    let node = goyaml::parse(text);
    node.is_ok_and(|node| !matches!(node.kind, Kind::Str(_)))
}

/// The number of lines before one that are equal to it and come from the same action.
fn equal_lines_before(
    file: &OutputFile,
    origins: &[LineOrigin],
    number: usize,
    origin: LineOrigin,
) -> usize {
    let lines: Vec<&[u8]> = file.text.split(|byte| *byte == b'\n').collect();
    let own = lines.get(number).copied().unwrap_or_default();
    let before = lines.iter().zip(origins).take(number);
    before
        .filter(|(line, from)| **line == own && **from == origin)
        .count()
}

/// A line of the output and the place in it.
struct Line<'l> {
    /// The key at the place, or before it.
    key: &'l str,
    /// The text behind the key; the whole of an item without one.
    text: &'l str,
}

impl<'l> Line<'l> {
    fn new(line: &'l [u8], column: u32) -> Line<'l> {
        let line = std::str::from_utf8(line).unwrap_or_default();
        let trimmed = line.trim().trim_start_matches("- ").trim_start();
        let start = usize::try_from(column).unwrap_or(1).saturating_sub(1);
        // In a line with several keys, what is at the place.
        let part = match line.get(start..) {
            Some(rest) if trimmed.contains(['{', '[']) => rest,
            _ => trimmed,
        };
        let end = part.find([',', '}', ']']).filter(|_| part != trimmed);
        let part = part.get(..end.unwrap_or(part.len())).unwrap_or(part);
        match part.split_once(':') {
            Some((key, text)) if text.is_empty() || text.starts_with([' ', '\t']) => Line {
                key: key.trim().trim_matches(['"', '\'']),
                text: text.trim(),
            },
            _ => Line {
                key: "",
                text: part.trim(),
            },
        }
    }

    /// Returns true if a value is all that the line has behind its key, or all but what a template wrote around it.
    fn shows_alone(&self, value: &Value) -> bool {
        let Some(text) = scalar_text(value) else {
            return false;
        };
        if text.is_empty() {
            return matches!(self.text, "" | "\"\"" | "''");
        }
        let bare = self.text.trim_matches(['"', '\'']);
        bare == text || text.len() > 2 && matches!(value, Value::Str(_)) && bare.contains(&text)
    }

    /// Returns true if an entry of a value is what the line shows.
    fn is(&self, key: &str, value: &Value) -> bool {
        if key != self.key {
            return false;
        }
        match scalar_text(value) {
            Some(text) => self.text.trim_matches(['"', '\'']) == text,
            None => self.text.is_empty() || self.text.starts_with(['{', '[', '|', '>']),
        }
    }
}

/// Looks for a line inside of a value.
struct Search<'s> {
    line: &'s Line<'s>,
    is_of_keys: bool,
    room: usize,
    fitting: &'s mut Vec<Path>,
}

impl Search<'_> {
    fn inside(&mut self, path: &mut Path, value: &Value) {
        match value.underlying() {
            Value::Map(map) => self.map(path, map),
            Value::List(list) => {
                for (index, item) in list.snapshot().iter().enumerate() {
                    self.entry(path, index.to_string(), "", item);
                }
            }
            _ => {}
        }
    }

    fn map(&mut self, path: &mut Path, map: &Map) {
        for (key, value) in map.snapshot() {
            let key = key.to_string();
            self.entry(path, key.clone(), &key, &value);
        }
    }

    fn entry(&mut self, path: &mut Path, step: String, key: &str, value: &Value) {
        if self.room == 0 {
            return;
        }
        self.room -= 1;
        path.push(step);
        // A template may write a key before an item.
        let is_item = key.is_empty() && !self.is_of_keys && self.line.shows_alone(value);
        if is_item || !key.is_empty() && self.line.is(key, value) {
            self.fitting.push(path.clone());
        }
        self.inside(path, value);
        path.pop();
    }
}

/// A scalar as a template prints it.
fn scalar_text(value: &Value) -> Option<String> {
    match value.underlying() {
        Value::Map(_) | Value::List(_) | Value::Nil => None,
        Value::Str(text) => Some(text.to_string()),
        other => {
            let text = goyaml::to_yaml(other).ok()?;
            Some(String::from_utf8_lossy(&text).trim().to_owned())
        }
    }
}

/// The value at a path of the final values.
fn value_at(prepared: &Prepared<'_>, path: &[String]) -> Option<Value> {
    let root = Value::Map(prepared.root()?.values.clone());
    path.iter()
        .try_fold(root, |value, key| match value.underlying() {
            Value::Map(map) => map.get(key.as_bytes()),
            Value::List(list) => list.get(key.parse().ok()?),
            _ => None,
        })
}
