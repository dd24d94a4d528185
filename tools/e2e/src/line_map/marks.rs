//! The places for marks in a template's text.

use std::collections::BTreeMap;
use std::ops::Range;

use gotemplate::ast::{List, Node, Tree};

use super::rendered::Key;

/// The functions that mark what an action prints: visible lines at their start, the same at their end,
/// and blank lines.
pub(super) const FUNCTIONS: [&str; 3] = ["lineMapMark", "lineMapMarkEnd", "lineMapMarkBlank"];

/// The part that is marked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The first word of each piece of text on the line, with the mark behind it.
    Literal,
    /// The same, with the mark in place of the word.
    Replaced,
    /// The output of actions that begin on the line, at the start of each of its lines.
    Printed,
    /// The same at the end: values that are read as YAML and written anew keep that.
    PrintedEnd,
    /// The line's end, and the blank lines that actions print.
    Blank,
}

/// The mark of a template line.
pub(super) struct Mark {
    pub(super) key: Key,
    /// The condition that must hold.
    pub(super) word: String,
    /// The start of an output line that comes from the line.
    pub(super) begins: Vec<String>,
    /// The change to the template.
    pub(super) edits: Vec<Edit>,
}

/// Bytes of a template that are replaced.
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// The parts of a template's file that can be marked, by line.
#[derive(Default)]
pub(super) struct Places {
    lines: BTreeMap<u32, Line>,
}

#[derive(Default)]
struct Line {
    /// Visible pieces of text.
    literals: Vec<Range<usize>>,
    /// Ends of the pipelines of printing actions that begin here.
    actions: Vec<usize>,
    /// The line's end, if it is written.
    end: Option<usize>,
}

impl Places {
    pub(super) fn of<'t>(trees: impl Iterator<Item = &'t Tree>) -> Places {
        let mut places = Places::default();
        for tree in trees {
            places.add(&tree.root, &tree.text);
        }
        places
    }

    fn add(&mut self, list: &List, text: &[u8]) {
        for node in &list.nodes {
            match node {
                Node::Text { span, .. } => self.add_text(span.start as usize, span.of(text), text),
                Node::Action(action) if action.pipe.decl.is_empty() => {
                    let start = action.pos.0 as usize;
                    if let Some(end) = pipeline_end(text, start) {
                        let line = self.lines.entry(line_of(text, start)).or_default();
                        line.actions.push(end);
                    }
                }
                Node::If(branch) | Node::Range(branch) | Node::With(branch) => {
                    self.add(&branch.list, text);
                    if let Some(list) = &branch.else_list {
                        self.add(list, text);
                    }
                }
                _ => {}
            }
        }
    }

    fn add_text(&mut self, start: usize, piece: &[u8], text: &[u8]) {
        let mut at = start;
        let first = line_of(text, start);
        let count = piece.split(|b| *b == b'\n').count();
        for (n, part) in piece.split(|b| *b == b'\n').enumerate() {
            let line = self.lines.entry(first + n as u32).or_default();
            let visible = part.trim_ascii();
            if !visible.is_empty() {
                let from = at + (part.len() - part.trim_ascii_start().len());
                line.literals.push(from..from + visible.len());
            }
            if n + 1 < count {
                line.end = Some(at + part.len());
            }
            at += part.len() + 1;
        }
    }

    /// The mark of a line; nothing where there is nothing to mark.
    pub(super) fn mark(&self, key: Key, text: &[u8], kind: Kind) -> Option<Mark> {
        let line = self.lines.get(&key.line)?;
        let word = format!("zq{}x{}qz", key.file, key.line);
        let mut begins = Vec::new();
        let edits: Vec<Edit> = match kind {
            Kind::Literal | Kind::Replaced => line
                .literals
                .iter()
                .map(|range| {
                    let piece = text.get(range.clone()).unwrap_or_default();
                    let first = first_word(piece);
                    let end = range.start + first.end;
                    let start = match kind {
                        Kind::Replaced => range.start + first.start,
                        _ => end,
                    };
                    let before = piece.get(..first.end).unwrap_or_default();
                    begins.push(format!("{}{word}", String::from_utf8_lossy(before)));
                    Edit {
                        range: start..end,
                        text: word.clone(),
                    }
                })
                .collect(),
            Kind::Printed | Kind::PrintedEnd => {
                let [start, end, _] = FUNCTIONS;
                let function = if kind == Kind::Printed { start } else { end };
                let actions = line.actions.iter();
                actions
                    .map(|end| Edit {
                        range: *end..*end,
                        text: format!(" | {function} \"{word}\" "),
                    })
                    .collect()
            }
            Kind::Blank => {
                let ends = line.end.iter().map(|end| (end, word.clone()));
                let [.., function] = FUNCTIONS;
                let call = format!(" | {function} \"{word}\" ");
                let actions = line.actions.iter().map(|end| (end, call.clone()));
                let edits = ends.chain(actions);
                edits
                    .map(|(end, text)| Edit {
                        range: *end..*end,
                        text,
                    })
                    .collect()
            }
        };
        (!edits.is_empty()).then_some(Mark {
            key,
            word,
            begins,
            edits,
        })
    }
}

/// The first word of a text; its end where it has none.
fn first_word(text: &[u8]) -> Range<usize> {
    let is_word = |b: &u8| b.is_ascii_alphanumeric();
    let start = text.iter().position(is_word).unwrap_or(text.len());
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.iter().take_while(|b| is_word(b)).count();
    start..start + length
}

fn line_of(text: &[u8], at: usize) -> u32 {
    let before = text.get(..at).unwrap_or_default();
    1 + before.iter().filter(|b| **b == b'\n').count() as u32
}

/// The end of the pipeline that starts at `start`: before the delimiter and its trim marker.
fn pipeline_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let byte = text.get(at)?;
        match byte {
            b'"' | b'\'' => {
                at += 1;
                while *text.get(at)? != *byte {
                    at += if *text.get(at)? == b'\\' { 2 } else { 1 };
                }
            }
            b'`' => {
                at += 1;
                while *text.get(at)? != b'`' {
                    at += 1;
                }
            }
            b'}' if text.get(at + 1) == Some(&b'}') => {
                let trims = at >= 2
                    && text.get(at - 1) == Some(&b'-')
                    && text.get(at - 2).is_some_and(u8::is_ascii_whitespace);
                return Some(if trims { at - 1 } else { at });
            }
            _ => {}
        }
        at += 1;
    }
}

/// A line as it is without its marks.
pub(super) fn without_marks(text: &str) -> String {
    let mut rest = text;
    let mut clean = String::new();
    while let Some((before, after)) = rest.split_once("zq") {
        let numbers = |c: char| c.is_ascii_digit() || c == 'x';
        let end = after.trim_start_matches(numbers);
        clean.push_str(before);
        rest = match end.strip_prefix("qz") {
            Some(end) if end.len() + 2 < after.len() => end,
            _ => {
                clean.push_str("zq");
                after
            }
        };
    }
    clean.push_str(rest);
    clean
}
