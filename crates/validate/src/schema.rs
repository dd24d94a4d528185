//! Values that a schema does not allow, each at the line that set it.

use super::context::Context;
use super::defaults;
use super::diagnostic::{Diagnostic, Marked, Place};
use super::rules;
use super::schema_names::SchemaNames;
use super::sources::Sources;
use chart::Chart;
use diagnostics::suggest;
use engine::values::{Prepared, SchemaFailure, SchemaProblem};
use gojsonschema::{ErrorKind, Token, Violation};
use trace::usage::display_value_path;

/// The diagnostics for what [`schema_failures`](engine::values::schema_failures) found.
pub(super) fn diagnostics(
    failures: &[(usize, SchemaFailure)],
    context: &Context<'_, '_>,
    sources: &mut Sources,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for chart in &context.prepared.charts {
        diagnostics.extend(remote(chart.chart, &chart.full_path, sources));
    }
    for (index, failure) in failures {
        let Some(chart) = context.prepared.charts.get(*index) else {
            continue;
        };
        match &failure.problem {
            SchemaProblem::Values(error) => {
                let mut check = Check {
                    context,
                    chart: &failure.chart,
                    above: chart.values_path(),
                    names: SchemaNames::of_one(chart),
                    diagnostics: &mut diagnostics,
                };
                error.causes().iter().for_each(|cause| check.add(cause));
            }
            // What is in the way is on the network, and that has been told.
            _ if ignored(chart.chart).is_some() => {}
            problem => {
                let place = schema_place(chart.chart, &chart.full_path, sources);
                let message = format!("the schema of {} cannot be used: {problem}", failure.chart);
                diagnostics.push(Diagnostic::new(&rules::INVALID_SCHEMA, place, message));
            }
        }
    }
    diagnostics
}

/// The first address on the network that a chart's schema refers to, where that was ignored.
fn ignored(chart: &Chart) -> Option<&str> {
    let compiled = chart.compiled_schema().ok()??;
    compiled.ignored.first().map(String::as_str)
}

fn remote(chart: &Chart, path: &str, sources: &mut Sources) -> Option<Diagnostic> {
    let url = ignored(chart)?;
    let (name, mark) = match schema_place(chart, path, sources) {
        Place::File { name, .. } => {
            let text = sources.text(&name).unwrap_or_default();
            let at = memchr::memmem::find(text, url.as_bytes());
            let mark = at.map_or_else(Marked::default, |at| Marked::at(text, at));
            (name, mark)
        }
        _ => return None,
    };
    let is_part = chart.compiled_schema().ok()??.schema.is_ok();
    let checked = match is_part {
        true => "values were checked without it",
        false => "values were not checked",
    };
    let message = format!("the schema of {} refers to {url}: {checked}", chart.name());
    let diagnostic = Diagnostic::new(&rules::REMOTE_REFERENCE, Place::file(&name, mark), message);
    Some(diagnostic.suggest("--allow-remote-refs fetches it"))
}

fn schema_place(chart: &Chart, path: &str, sources: &mut Sources) -> Place {
    let in_chart = format!("{path}/values.schema.json");
    let file = chart.schema.as_ref();
    let name = file.and_then(|file| sources.add_file(file, &in_chart));
    let offset = match chart.compiled_schema() {
        Ok(Some(compiled)) => compiled.schema.as_ref().err().and_then(|e| e.offset()),
        _ => None,
    };
    match name {
        Some(name) => {
            let text = sources.text(&name).unwrap_or_default();
            let mark = offset.map_or_else(Marked::default, |at| Marked::at(text, at));
            Place::file(&name, mark)
        }
        None => Place::Nowhere,
    }
}

struct Check<'c, 'a, 'p> {
    context: &'c Context<'a, 'p>,
    chart: &'c str,
    /// The way to the chart's values.
    above: Vec<String>,
    /// The names in the chart's schema.
    names: SchemaNames,
    diagnostics: &'c mut Vec<Diagnostic>,
}

impl Check<'_, '_, '_> {
    /// Adds what is wrong in the end. Alternatives are one thing: none of them holds.
    fn add(&mut self, violation: &Violation) {
        let alternatives = matches!(violation.kind(), ErrorKind::AnyOf | ErrorKind::OneOf(_));
        if !violation.causes().is_empty() && !alternatives {
            return violation.causes().iter().for_each(|cause| self.add(cause));
        }
        let mut path = self.above.clone();
        path.extend(
            violation
                .instance_location()
                .iter()
                .map(|token| match token {
                    Token::Key(key) => String::from_utf8_lossy(key).into_owned(),
                    Token::Index { real, .. } => real.to_string(),
                }),
        );
        match violation.kind() {
            ErrorKind::AdditionalProperties(keys) => {
                for key in keys {
                    let key = String::from_utf8_lossy(key).into_owned();
                    let mut path = path.clone();
                    path.push(key.clone());
                    let place = self.context.key_place(&path);
                    let message = format!("the schema knows no {}", display_value_path(&path));
                    let near = self.nearest(&path, &key);
                    self.push(&path, place, message, near);
                }
            }
            ErrorKind::Required(missing) => {
                for key in missing.iter() {
                    let mut missing = path.clone();
                    missing.push(key.clone());
                    let place = self.context.key_place(&path);
                    let message = format!(
                        "{} is missing: the schema requires it",
                        display_value_path(&missing)
                    );
                    self.push(&missing, place, message, None);
                }
            }
            kind => {
                let what = match path.is_empty() {
                    true => "the values".into(),
                    false => display_value_path(&path),
                };
                let why = match alternatives {
                    true => reasons(violation),
                    false => reason(kind),
                };
                let place = self.context.value_place(&path);
                self.push(&path, place, format!("{what}: {why}"), None);
            }
        }
    }

    fn push(&mut self, path: &[String], place: Place, message: String, suggestion: Option<String>) {
        let message = format!("{message} (schema of {})", self.chart);
        let mut diagnostic =
            Diagnostic::new(&rules::SCHEMA, place, message).about(display_value_path(path));
        diagnostic.suggestion = suggestion;
        self.diagnostics.push(diagnostic);
    }

    /// The key that may have been meant: a similar one beside it, of the chart's defaults or its schema, or the
    /// same key elsewhere.
    fn nearest(&self, path: &[String], key: &str) -> Option<String> {
        let (_, above) = path.split_last()?;
        let mut siblings = keys_at(self.context.prepared, above);
        // A key that is refused is no suggestion for another one.
        siblings.retain(|sibling| {
            let sibling = [above, std::slice::from_ref(sibling)].concat();
            self.names.name(&sibling)
        });
        siblings.extend(self.names.names_below(above));
        if let Some(near) = suggest::nearest(key, siblings.iter().map(String::as_str)) {
            return Some(suggest::did_you_mean(near));
        }
        let defaults = defaults::paths(self.context.prepared).into_iter();
        let same = defaults.filter(|other| other.last().is_some_and(|last| last == key));
        let same_key = same.filter(|other| other != path);
        let nearest = same_key
            .min_by_key(Vec::len)
            .or_else(|| self.names.paths_to(key).min_by_key(Vec::len))?;
        Some(format!("did you mean {}?", display_value_path(&nearest)))
    }
}

/// The keys that the final values have at a path.
fn keys_at(prepared: &Prepared<'_>, path: &[String]) -> Vec<String> {
    let Some(root) = prepared.root() else {
        return Vec::new();
    };
    let mut current = root.values.clone();
    for key in path {
        match current.get(key.as_bytes()) {
            Some(gostd::Value::Map(inner)) => current = inner,
            _ => return Vec::new(),
        }
    }
    current.borrow().keys().map(|key| key.to_string()).collect()
}

/// The values that are allowed instead; of a long enumeration its beginning.
fn reason(kind: &ErrorKind) -> String {
    /// Values that are told.
    const MOST: usize = 20;
    match kind {
        ErrorKind::Enum(Some(values)) if values.len() > MOST => {
            let some: Vec<&str> = values.iter().take(MOST).map(String::as_str).collect();
            let more = values.len() - MOST;
            format!("value must be one of {} and {more} more", some.join(", "))
        }
        kind => kind.to_string(),
    }
}

/// The reason why none of several alternatives holds.
fn reasons(violation: &Violation) -> String {
    let mut reasons: Vec<String> = Vec::new();
    let mut waiting: Vec<&Violation> = violation.causes().iter().rev().collect();
    while let Some(next) = waiting.pop() {
        if next.causes().is_empty() {
            let reason = reason(next.kind());
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        waiting.extend(next.causes().iter().rev());
    }
    match reasons.is_empty() {
        true => reason(violation.kind()),
        false => format!("no alternative fits: {}", reasons.join("; ")),
    }
}
