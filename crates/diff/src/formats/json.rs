//! `json`: everything that was found, for programs; `docs/diff.md` tells the schema.

use super::{Error, View, cut_text};
use crate::comparison::{Comparison, Kind, Origin, ResourceChange};
use crate::fields::Change;
use crate::node::Json;
use crate::resource::Key;
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
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<String>,
    findings: Vec<JsonFinding<'c>>,
    notices: &'c [String],
}

/// The resources, each made when it is written, and whether its fields have room.
struct Resources<'c>(Vec<(&'c ResourceChange, bool)>);

impl Serialize for Resources<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let resources = self.0.iter();
        serializer.collect_seq(resources.map(|(change, has_fields)| resource(change, *has_fields)))
    }
}

impl<'c> Resources<'c> {
    /// Those that have room behind `length` other bytes, and how many have none, of their fields or at all.
    fn new(
        changes: &'c [ResourceChange],
        view: &View,
        mut length: usize,
    ) -> (Resources<'c>, [usize; 2]) {
        if view.max_bytes.is_none() {
            return (
                Resources(changes.iter().map(|change| (change, true)).collect()),
                [0, 0],
            );
        }
        let mut kept = Vec::new();
        let [mut without_fields, mut left_out] = [0, 0];
        for change in changes {
            let bytes = |has_fields| {
                let text = serde_json::to_string_pretty(&resource(change, has_fields));
                // Inside the report each line stands four columns further right.
                text.map_or(0, |text| text.len() + 4 * text.lines().count() + 2)
            };
            let room = [true, false]
                .into_iter()
                .map(|has_fields| (has_fields, bytes(has_fields)));
            match room
                .into_iter()
                .find(|(_, bytes)| view.has_room(length + bytes))
            {
                Some((has_fields, bytes)) => {
                    without_fields += usize::from(!has_fields);
                    length += bytes;
                    kept.push((change, has_fields));
                }
                None => left_out += 1,
            }
        }
        (Resources(kept), [without_fields, left_out])
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    added: usize,
    changed: usize,
    renamed: usize,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'c str>,
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
    let mut report = Report {
        schema_version: VERSION,
        old: &view.old,
        new: &view.new,
        summary: Summary {
            added: comparison.count(Kind::Added),
            changed: comparison.count(Kind::Changed),
            renamed: comparison.count(Kind::Renamed),
            removed: comparison.count(Kind::Removed),
            unchanged: comparison.unchanged,
            ignored_resources: comparison.ignored_resources,
            ignored_fields: comparison.ignored_places,
        },
        resources: Resources(Vec::new()),
        left_out: None,
        findings: comparison
            .findings_on_unchanged
            .iter()
            .map(|(key, finding)| json_finding(finding, Some(key)))
            .collect(),
        notices: &comparison.notices,
    };
    let length = serde_json::to_string_pretty(&report).map_or(0, |text| text.len());
    let (resources, [without_fields, left_out]) = Resources::new(&comparison.changes, view, length);
    report.resources = resources;
    report.left_out = cut_text(left_out, without_fields, "fields");
    // Nothing in a report refuses to be JSON.
    serde_json::to_writer_pretty(&mut *out, &report).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn resource(change: &ResourceChange, has_fields: bool) -> JsonResource<'_> {
    let former = change.former.as_ref().map(|(key, _)| key);
    JsonResource {
        group: &change.key.group,
        kind: &change.key.kind,
        namespace: &change.namespace,
        name: &change.key.name,
        change: change.kind.word(),
        old: change.old.as_ref().map(|origin| Side::of(origin, former)),
        new: change.new.as_ref().map(|origin| Side::of(origin, None)),
        suppressed: change.suppressed,
        only_labels: change.is_relabelled,
        ignored_fields: change.ignored,
        fields: match has_fields {
            true => change.fields.iter().map(field).collect(),
            false => Vec::new(),
        },
        findings: change
            .findings
            .iter()
            .map(|f| json_finding(f, None))
            .collect(),
    }
}

impl<'c> Side<'c> {
    /// A side; where the resource is renamed, with its old name and, if it is another one, its namespace.
    fn of(origin: &'c Origin, former: Option<&'c Key>) -> Side<'c> {
        Side {
            api_version: &origin.api_version,
            source: origin.source.as_deref(),
            namespace: former
                .map(|key| &*key.namespace)
                .filter(|one| !one.is_empty()),
            name: former.map(|key| &*key.name),
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
