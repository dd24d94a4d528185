//! Lints one path: an archive or a directory, linted (Helm's `action.Lint`).

// Lints what is on disk, which only who names a path asks for.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::{EntryKind, Message, Request, Severity, Source, Text};
use compat::notice::Notice;
use engine::values::UserValues;
#[cfg(feature = "fs")]
use std::path::Path;

/// The result of linting one path.
#[derive(Debug, Default)]
pub struct Linted {
    /// Everything that was found, in order.
    pub messages: Vec<Message>,
    /// The errors that make the chart fail: the texts of grave enough messages, or why there was nothing to lint.
    pub errors: Vec<Text>,
}

impl Linted {
    /// Returns true if there is anything that `--quiet` shows.
    pub fn is_noteworthy(&self) -> bool {
        let grave = |m: &Message| m.severity > Severity::Info;
        !self.errors.is_empty() || self.messages.iter().any(grave)
    }

    fn failed(error: String) -> Linted {
        Linted {
            errors: vec![error.into()],
            ..Linted::default()
        }
    }
}

/// Lints the chart at a path, an archive by its name or a directory; with `strict`, warnings are
/// errors. Notices are added to `notices`.
///
/// Call it on a thread with a large stack (see [`with_large_stack`](background::with_large_stack)).
#[cfg(feature = "fs")]
pub fn lint(
    path: &str,
    supplied: &UserValues,
    request: &Request<'_>,
    strict: bool,
    notices: &mut Vec<Notice>,
) -> Linted {
    if is_archive(path) {
        return match Source::archive(path, &request.render.profile) {
            Ok(source) => lint_source(&source, supplied, request, strict, notices),
            Err(error) => Linted::failed(error.to_string()),
        };
    }
    // Helm looks before it makes the path absolute.
    let manifest = gostd::path::join([path.as_bytes(), b"Chart.yaml"]);
    let manifest = String::from_utf8_lossy(&manifest).into_owned();
    if let Err(e) = std::fs::metadata(&manifest) {
        let error = chart::OsError::new("stat", Path::new(&manifest), &e);
        return Linted::failed(format!("unable to check Chart.yaml file in chart: {error}"));
    }
    let source = Source::directory(path);
    lint_source(&source, supplied, request, strict, notices)
}

/// Lints the chart of a source that has a Chart.yaml.
pub fn lint_source(
    source: &Source,
    supplied: &UserValues,
    request: &Request<'_>,
    strict: bool,
    notices: &mut Vec<Notice>,
) -> Linted {
    if let EntryKind::Nothing(error) = source.find("Chart.yaml") {
        return Linted::failed(format!("unable to check Chart.yaml file in chart: {error}"));
    }
    let messages = crate::run(source, supplied, request, notices);
    let least = if strict {
        Severity::Warning
    } else {
        Severity::Error
    };
    let errors = messages.iter().filter(|m| m.severity >= least);
    Linted {
        errors: errors.map(|m| m.text.clone()).collect(),
        messages,
    }
}

#[cfg(feature = "fs")]
fn is_archive(path: &str) -> bool {
    path.ends_with(".tgz") || path.ends_with(".tar.gz")
}

/// The charts below the `charts/` of a path, for `--with-subcharts`: every directory with a Chart.yaml
/// and every archive, in the order of Go's `filepath.Walk`. Links are not followed.
#[cfg(feature = "fs")]
pub fn subcharts(path: &str) -> Vec<String> {
    let charts = gostd::path::join([path.as_bytes(), b"charts"]);
    let mut subcharts = Vec::new();
    walk(&String::from_utf8_lossy(&charts), &mut subcharts);
    subcharts
}

#[cfg(feature = "fs")]
fn walk(path: &str, subcharts: &mut Vec<String>) {
    let Ok(metadata) = std::fs::symlink_metadata(path) else {
        return;
    };
    if gostd::path::base(path.as_bytes()) == b"Chart.yaml" {
        let directory = gostd::path::dir(path.as_bytes());
        subcharts.push(String::from_utf8_lossy(&directory).into_owned());
    } else if is_archive(path) {
        subcharts.push(path.into());
    }
    if !metadata.is_dir() {
        return;
    }
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    names.sort();
    for name in names {
        let inner = gostd::path::join([path.as_bytes(), name.as_encoded_bytes()]);
        walk(&String::from_utf8_lossy(&inner), subcharts);
    }
}
