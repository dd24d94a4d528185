//! Lines of what a chart renders to, and the template lines that made them.

use crate::chart::File;
use crate::reads::{Path, ReadSet};
use gostd::Text;
use gostd::text::LineOrigin;
use std::collections::BTreeSet;

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
    /// The values that were read on that template line.
    pub values: BTreeSet<Path>,
}

/// A line before its template's number has become a path.
pub(super) struct Raw {
    line: Line,
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
                line: Line {
                    file: path.into(),
                    line: at + 1,
                    text: shown.into_owned(),
                    template: None,
                    values: BTreeSet::new(),
                },
                origin: origins.get(at).copied().unwrap_or_default(),
            });
        }
    }
    found
}

impl Raw {
    /// The line with its template's path and the values that were read there.
    pub(super) fn resolve(self, templates: &[(String, &File)], reads: &ReadSet) -> Line {
        let (mut line, origin) = (self.line, self.origin);
        let at = usize::try_from(origin.template)
            .ok()
            .and_then(|n| n.checked_sub(1));
        if let Some((path, _)) = at.and_then(|at| templates.get(at)) {
            line.template = Some((path.clone(), origin.line));
        }
        let place = (origin.template, origin.line);
        let here = reads
            .reads()
            .iter()
            .filter(|(_, how)| how.lines.contains(&place));
        let paths: BTreeSet<&Path> = here.map(|(path, _)| path).collect();
        // What is read on the way to a value is not what the line is about.
        let is_way = |path: &Path| {
            let mut others = paths.iter();
            others.any(|other| other.len() > path.len() && other.starts_with(path))
        };
        line.values = paths
            .iter()
            .filter(|path| !is_way(path))
            .map(|path| (*path).clone())
            .collect();
        line
    }
}
