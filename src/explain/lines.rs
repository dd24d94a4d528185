//! Lines of what a chart renders to, and the template lines that made them.

use super::layers;
use super::line_map::{Frame, LineMap};
use crate::reads::Path;
use crate::values::Prepared;
use gostd::text::LineOrigin;
use gostd::{Entry, Origin, Text, Value};

/// Which lines are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A line of what one template renders to: the template's path, whole or its end, and the line,
    /// counted from 1.
    At(String, usize),
    /// Lines that hold a text.
    Holding(String),
}

/// A line of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The template that was executed (`chart/templates/x.yaml`).
    pub file: String,
    /// The line in what it wrote, counted from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// The template line that made it, where that is known: a path and a line counted from 1.
    pub template: Option<(String, u32)>,
    /// The calls that led there, the last one first.
    pub stack: Vec<Frame>,
    /// The values that were read for it.
    pub values: Vec<Used>,
}

/// A value that was read for a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Where it is.
    pub path: Path,
    /// What it is, as JSON in one line; none where there is no value.
    pub value: Option<String>,
    /// The file and line or the flag that it comes from, where anybody wrote it.
    pub source: Option<String>,
}

/// A line before its template's number has become a path.
pub(super) struct Raw {
    file: String,
    line: usize,
    text: String,
    origin: LineOrigin,
}

/// The wanted lines of what a template wrote.
pub(super) fn in_file(path: &str, text: &Text, wanted: &Wanted) -> Vec<Raw> {
    if let Wanted::At(file, _) = wanted
        && path != file
        && !path.ends_with(&format!("/{file}"))
    {
        return Vec::new();
    }
    let origins = text.lines().unwrap_or_default();
    let lines = text.as_bytes().split(|byte| *byte == b'\n');
    let mut found = Vec::new();
    for (at, bytes) in lines.enumerate() {
        let shown = String::from_utf8_lossy(bytes);
        let is_wanted = match wanted {
            Wanted::At(_, line) => *line == at + 1,
            Wanted::Holding(part) => shown.contains(part.as_str()),
        };
        if is_wanted {
            found.push(Raw {
                file: path.into(),
                line: at + 1,
                text: shown.into_owned(),
                origin: origins.get(at).copied().unwrap_or_default(),
            });
        }
    }
    found
}

impl Raw {
    /// The line with its template, calls and values.
    pub(super) fn resolve(self, map: &LineMap<'_>, prepared: &Prepared<'_>) -> Line {
        let place = map.place(self.origin);
        let values = map.values(self.origin).into_iter();
        Line {
            file: self.file,
            line: self.line,
            text: self.text,
            template: place.map(|(path, line)| (path.to_owned(), line)),
            stack: map.stack(self.origin),
            values: values.map(|path| used(prepared, path)).collect(),
        }
    }
}

fn used(prepared: &Prepared<'_>, path: &Path) -> Used {
    let entry = entry_at(prepared, path);
    let source = entry.as_ref().and_then(|entry| {
        let provenance = prepared.origins.get(entry.origin);
        layers::shown_source(&provenance)
    });
    Used {
        path: path.clone(),
        value: entry.map(|entry| layers::json(&entry.value)),
        source,
    }
}

/// The entry at a path of the final values; of an item of a list, with its list's origin.
pub(super) fn entry_at(prepared: &Prepared<'_>, path: &[String]) -> Option<Entry> {
    let mut entry = Entry {
        value: Value::Map(prepared.root()?.values.clone()),
        origin: Origin::COMPUTED,
    };
    for key in path {
        entry = match entry.value.underlying() {
            Value::Map(map) => map.entry(key.as_bytes())?,
            Value::List(list) => Entry {
                value: list.get(key.parse().ok()?)?,
                ..entry
            },
            _ => return None,
        };
    }
    Some(entry)
}
