//! `--source-map`: where each line of the printed text comes from, as JSON. `docs/explain.md` describes
//! the format.

use super::hide::Hide;
use super::layers;
use super::lines::entry_at;
use engine::action::PrintedLine;
use engine::values::Prepared;
use indexmap::{IndexMap, IndexSet};
use serde::Serialize;
use trace::line_map::LineMap;
use trace::usage::{Path, display_value_path};

/// The version of the format: another one where a reader of this one would err.
const VERSION: u32 = 1;

/// A source map, as it is written.
#[derive(Serialize)]
struct SourceMap<'a> {
    version: u32,
    files: Vec<&'a str>,
    calls: Vec<Call<'a>>,
    values: Vec<ValueUsed>,
    lines: Vec<Line>,
}

#[derive(Serialize, PartialEq, Eq, Hash, Clone, Copy)]
struct Call<'a> {
    /// None for `tpl`.
    template: Option<&'a str>,
    file: Option<usize>,
    line: u32,
    caller: Option<usize>,
}

#[derive(Serialize)]
struct ValueUsed {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

#[derive(Serialize)]
struct Line {
    output: usize,
    file: usize,
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<usize>,
}

/// The source map of a text, one of whose lines each of `lines` is. Ends in a newline.
pub fn source_map(
    lines: &[PrintedLine<'_>],
    map: &LineMap<'_>,
    prepared: &Prepared<'_>,
) -> Vec<u8> {
    let mut files: IndexSet<&str> = IndexSet::new();
    let stacks: Vec<_> = lines
        .iter()
        .map(|line| match line {
            PrintedLine::Template(origin) => map.stack(*origin),
            _ => Vec::new(),
        })
        .collect();
    let mut calls: IndexSet<Call<'_>> = IndexSet::new();
    let mut values: IndexMap<&Path, usize> = IndexMap::new();
    let mut rows = Vec::new();
    for (at, (line, stack)) in lines.iter().zip(&stacks).enumerate() {
        let (path, number, used) = match line {
            PrintedLine::Frame => continue,
            PrintedLine::File(path, number) => (*path, *number, Vec::new()),
            PrintedLine::Template(origin) => match map.place(*origin) {
                Some((path, number)) => (path, number, map.values(*origin)),
                None => continue,
            },
        };
        let mut caller = None;
        for frame in stack.iter().rev() {
            let call = Call {
                template: frame.name.as_deref(),
                file: frame
                    .template
                    .as_deref()
                    .map(|path| files.insert_full(path).0),
                line: frame.line,
                caller,
            };
            caller = Some(calls.insert_full(call).0);
        }
        let used = used.into_iter().map(|path| {
            let next = values.len();
            *values.entry(path).or_insert(next)
        });
        rows.push(Line {
            output: at + 1,
            file: files.insert_full(path).0,
            line: number,
            call: caller,
            values: used.collect(),
        });
    }
    let hide = Hide::arguments();
    let values = values.keys().map(|path| ValueUsed {
        path: display_value_path(path),
        source: entry_at(prepared, path)
            .and_then(|entry| layers::place(&prepared.origins.get(entry.origin), &hide))
            .map(|place| place.to_string()),
    });
    let map = SourceMap {
        version: VERSION,
        files: files.iter().copied().collect(),
        calls: calls.iter().copied().collect(),
        values: values.collect(),
        lines: rows,
    };
    let mut text = serde_json::to_vec(&map).unwrap_or_default();
    text.push(b'\n');
    text
}
