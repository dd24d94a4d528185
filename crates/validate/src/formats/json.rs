//! Diagnostics as JSON: an array of objects, one a line.

use crate::{Diagnostic, Place, Runs};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'d> {
    rule: &'d str,
    severity: &'d str,
    message: &'d str,
    #[serde(flatten)]
    place: At<'d>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<&'d str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'d>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runs: Vec<InRuns<'d>>,
}

/// The charts, values files and versions that have it; what is left out is all of them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InRuns<'d> {
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    charts: &'d [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    values_files: &'d [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    kube_versions: &'d [String],
}

impl<'d> From<&'d Runs> for InRuns<'d> {
    fn from(runs: &'d Runs) -> Self {
        InRuns {
            charts: &runs.charts,
            values_files: &runs.files,
            kube_versions: &runs.versions,
        }
    }
}

#[derive(Serialize)]
struct Related<'d> {
    #[serde(flatten)]
    place: At<'d>,
    message: &'d str,
}

/// Either a file, with line and column where they are known, or a flag with its argument, or
/// nothing.
#[derive(Default, Serialize)]
struct At<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'d str>,
    #[serde(skip_serializing_if = "is_zero")]
    line: u32,
    #[serde(skip_serializing_if = "is_zero")]
    column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    argument: Option<&'d str>,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl<'d> From<&'d Place> for At<'d> {
    fn from(place: &'d Place) -> Self {
        match place {
            Place::File { name, mark } => At {
                file: Some(name),
                line: mark.line,
                column: mark.column,
                ..At::default()
            },
            Place::Flag { name, argument } => At {
                flag: Some(name),
                argument: Some(argument),
                ..At::default()
            },
            Place::Nowhere => At::default(),
        }
    }
}

/// The diagnostics as a JSON array.
pub fn json(diagnostics: &[Diagnostic]) -> String {
    let entries = diagnostics.iter().map(|diagnostic| {
        let entry = Entry {
            rule: diagnostic.rule.id,
            severity: diagnostic.rule.severity.name(),
            message: &diagnostic.message,
            place: (&diagnostic.place).into(),
            path: diagnostic.path.as_deref(),
            suggestion: diagnostic.suggestion.as_deref(),
            related: diagnostic
                .related
                .iter()
                .map(|(place, message)| Related {
                    place: place.into(),
                    message,
                })
                .collect(),
            runs: diagnostic.runs.iter().map(InRuns::from).collect(),
        };
        // Texts and numbers under texts: nothing that JSON lacks.
        serde_json::to_string(&entry).unwrap_or_default()
    });
    let entries: Vec<String> = entries.collect();
    match entries.is_empty() {
        true => "[]\n".into(),
        false => format!("[\n{}\n]\n", entries.join(",\n")),
    }
}
