//! `json`: everything that was found, for programs; `docs/diff.md` tells the schema.

use super::{Error, View};
use crate::comparison::{Comparison, Kind, Origin, ResourceChange};
use crate::fields::Change;
use crate::node::Json;
use crate::rules::Finding;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// The version of the schema: it changes when a program that reads the old one would fail.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'c> {
    schema_version: u32,
    old: &'c str,
    new: &'c str,
    summary: Summary,
    resources: Resources<'c>,
    findings: Vec<JsonFinding<'c>>,
    notices: &'c [String],
}

/// The resources, each made when it is written.
struct Resources<'c>(&'c [ResourceChange]);

impl Serialize for Resources<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(resource))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    added: usize,
    changed: usize,
    removed: usize,
    unchanged: usize,
    ignored_resources: usize,
    ignored_fields: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonResource<'c> {
    group: &'c str,
    kind: &'c str,
    #[serde(skip_serializing_if = "str::is_empty")]
    namespace: &'c str,
    name: &'c str,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Side<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Side<'c>>,
    suppressed: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    only_labels: bool,
    ignored_fields: usize,
    fields: Vec<Field<'c>>,
    findings: Vec<JsonFinding<'c>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Side<'c> {
    api_version: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'c str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Field<'c> {
    op: &'static str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_path: Option<String>,
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Json<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Json<'c>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonFinding<'c> {
    rule: &'static str,
    severity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'c str>,
    message: &'c str,
}

/// Writes a comparison as JSON, ending in a newline.
///
/// # Errors
/// When it cannot be written.
pub fn json(comparison: &Comparison, view: &View, out: &mut dyn Write) -> Result<(), Error> {
    let report = Report {
        schema_version: VERSION,
        old: &view.old,
        new: &view.new,
        summary: Summary {
            added: comparison.count(Kind::Added),
            changed: comparison.count(Kind::Changed),
            removed: comparison.count(Kind::Removed),
            unchanged: comparison.unchanged,
            ignored_resources: comparison.ignored_resources,
            ignored_fields: comparison.ignored_places,
        },
        resources: Resources(&comparison.changes),
        findings: comparison
            .findings_on_unchanged
            .iter()
            .map(|(key, finding)| json_finding(finding, Some(key)))
            .collect(),
        notices: &comparison.notices,
    };
    // Nothing in a report refuses to be JSON.
    serde_json::to_writer_pretty(&mut *out, &report).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn resource(change: &ResourceChange) -> JsonResource<'_> {
    JsonResource {
        group: &change.key.group,
        kind: &change.key.kind,
        namespace: &change.namespace,
        name: &change.key.name,
        change: change.kind.word(),
        old: change.old.as_ref().map(Side::of),
        new: change.new.as_ref().map(Side::of),
        suppressed: change.suppressed,
        only_labels: change.is_relabelled,
        ignored_fields: change.ignored,
        fields: change.fields.iter().map(field).collect(),
        findings: change
            .findings
            .iter()
            .map(|f| json_finding(f, None))
            .collect(),
    }
}

impl<'c> Side<'c> {
    fn of(origin: &'c Origin) -> Side<'c> {
        Side {
            api_version: &origin.api_version,
            source: origin.source.as_deref(),
        }
    }
}

fn field(change: &Change) -> Field<'_> {
    let (old, new) = (change.path.old_pointer(), change.path.new_pointer());
    Field {
        op: match (&change.old, &change.new) {
            (None, _) => "add",
            (_, None) => "remove",
            _ => "replace",
        },
        old_path: (old != new).then_some(old),
        path: new,
        place: change.path.to_string(),
        old: change.old.as_ref().map(Json),
        new: change.new.as_ref().map(Json),
    }
}

fn json_finding<'c>(finding: &'c Finding, resource: Option<&'c str>) -> JsonFinding<'c> {
    JsonFinding {
        rule: finding.rule.id,
        severity: finding.rule.severity.to_string(),
        resource,
        path: finding.pointer.as_deref(),
        message: &finding.message,
    }
}
