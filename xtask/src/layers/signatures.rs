//! Errors of public functions have types of their own: no public item has `Result<_, String>`.

use anyhow::{Result, ensure};
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// Checks the sources of every crate of the program.
pub(super) fn check() -> Result<()> {
    let root = project::root();
    let mut problems = Vec::new();
    for directory in ["src", "crates", "examples/playground/src"] {
        for entry in WalkDir::new(root.join(directory)).sort_by_file_name() {
            let entry = entry?;
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap_or(path);
                problems.extend(in_file(name, &fs::read_to_string(path)?));
            }
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// The places of a file, which rustfmt has formatted, where an error is a text.
fn in_file(name: &Path, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut item: Option<Item> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let current = match item.take().or_else(|| Item::begin(line, number)) {
            Some(item) => item.with(line),
            None => continue,
        };
        match current.ends_with(line) {
            true if has_text_for_error(&current.text) => problems.push(format!(
                "{}:{}: a public item has Result<_, String>: its error needs a type",
                name.display(),
                current.line
            )),
            true => {}
            false => item = Some(current),
        }
    }
    problems
}

/// A public item: all of a trait or an enum, of a function what stands before its body. Fields are items themselves.
struct Item {
    line: usize,
    text: String,
    /// Its last line, of one that has a body.
    last: Option<String>,
}

impl Item {
    fn begin(line: &str, number: usize) -> Option<Item> {
        let code = line.trim_start();
        let indentation = line.get(..line.len() - code.len())?;
        let item = code.strip_prefix("pub ")?;
        let is_whole = ["trait ", "enum "]
            .iter()
            .any(|keyword| item.starts_with(keyword) && line.ends_with('{'));
        Some(Item {
            line: number,
            text: String::new(),
            last: is_whole.then(|| format!("{indentation}}}")),
        })
    }

    fn with(mut self, line: &str) -> Item {
        let is_comment = line.trim_start().starts_with("//");
        if !is_comment {
            self.text.push_str(line.trim());
        }
        self
    }

    fn ends_with(&self, line: &str) -> bool {
        match &self.last {
            Some(last) => line == last,
            None => line.ends_with(['{', '}', ';']) || is_field(&self.text),
        }
    }
}

/// Returns true if a text is all of a field: no comma between parameters ends it.
fn is_field(text: &str) -> bool {
    text.ends_with(',') && text.matches('(').count() == text.matches(')').count()
}

/// Returns true if `Result<…, String>` is in it.
fn has_text_for_error(item: &str) -> bool {
    item.match_indices("Result<").any(|(at, start)| {
        let arguments = item.get(at + start.len()..).unwrap_or_default();
        let mut depth = 0;
        let mut last = 0;
        for (at, character) in arguments.char_indices() {
            match character {
                '<' | '(' | '[' => depth += 1,
                '>' if arguments
                    .get(..at)
                    .is_some_and(|before| before.ends_with('-')) => {}
                '>' if depth == 0 => {
                    let error = arguments.get(last..at).unwrap_or_default();
                    return last > 0 && error.trim().trim_end_matches(',') == "String";
                }
                '>' | ')' | ']' => depth -= 1,
                ',' if depth == 0
                    && !arguments
                        .get(at..)
                        .is_some_and(|rest| rest.starts_with(",>")) =>
                {
                    last = at + 1;
                }
                _ => {}
            }
        }
        false
    })
}
