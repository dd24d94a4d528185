//! Nulls that this Helm ignores: since 4.2 one in a chart's own values.yaml does not remove what a subchart has there.

use crate::context::Context;
use crate::defaults::{locate, node_at};
use crate::diagnostic::{Diagnostic, Place};
use crate::kinds::is_empty;
use crate::rules;
use engine::values::{Prepared, PreparedChart, Source};
use gostd::{Entry, Value};
use goyaml::{Kind, Mark, Node};
use trace::usage::{Path, display_value_path};

/// The diagnostics for nulls of charts' values.yaml that are there to remove a subchart's default, which is still in the
/// final values.
pub(crate) fn check(context: &Context<'_, '_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for chart in &context.prepared.charts {
        let above = chart.values_path();
        for index in &chart.subcharts {
            let Some(inner) = context.prepared.charts.get(*index) else {
                continue;
            };
            let mut path = above.clone();
            let Kind::Map(entries) = &chart.chart.values.kind else {
                continue;
            };
            let Some(entry) = entries.iter().find(|entry| *entry.key == *inner.name()) else {
                continue;
            };
            path.push(inner.name().to_owned());
            nulls(&entry.value, &mut path, &mut |path, mark| {
                diagnostics.extend(ignored(context, chart, path, mark));
            });
        }
    }
    diagnostics
}

/// Visits the nulls of a map with their paths and the places of their keys.
fn nulls(node: &Node, path: &mut Path, visit: &mut dyn FnMut(&[String], Mark)) {
    let Kind::Map(entries) = &node.kind else {
        return;
    };
    for entry in entries {
        path.push(entry.key.to_string());
        match &entry.value.kind {
            Kind::Null => visit(path, entry.mark),
            _ => nulls(&entry.value, path, visit),
        }
        path.pop();
    }
}

/// The diagnostic for a null, if the default that it is for is what templates get.
fn ignored(
    context: &Context<'_, '_>,
    chart: &PreparedChart<'_>,
    path: &[String],
    mark: Mark,
) -> Option<Diagnostic> {
    let at = locate(context.prepared, path);
    let inner = context.prepared.charts.get(at.chart)?;
    let default = node_at(&inner.chart.values, path.get(at.depth..)?)?;
    if is_empty(&default.kind) {
        return None;
    }
    let entry = final_entry(context.prepared, path)?;
    let provenance = context.provenance(entry.origin);
    let is_default = matches!(provenance.source, Source::Chart { .. });
    if !is_default || matches!(entry.value, Value::Nil) {
        return None;
    }
    let file = context.sources.values_yaml(chart.chart)?;
    let key = display_value_path(path);
    let message = format!(
        "{key} is null, but this Helm keeps the default of {}: a null in a chart's values.yaml removes nothing of a subchart",
        inner.name()
    );
    let diagnostic = Diagnostic::new(&rules::IGNORED_NULL, Place::file(&file, mark), message);
    let diagnostic = diagnostic
        .about(key)
        .suggest("give the null with -f or --set, or a value that means none");
    let default_file = context.sources.values_yaml(inner.chart);
    Some(match default_file {
        Some(name) => diagnostic.relate(Place::file(&name, default.mark), "the default that stays"),
        None => diagnostic,
    })
}

fn final_entry(prepared: &Prepared<'_>, path: &[String]) -> Option<Entry> {
    let (last, above) = path.split_last()?;
    let root = prepared.root()?.values.clone();
    let map = above
        .iter()
        .try_fold(root, |map, key| match map.get(key.as_bytes())? {
            Value::Map(inner) => Some(inner),
            _ => None,
        })?;
    map.entry(last.as_bytes())
}
