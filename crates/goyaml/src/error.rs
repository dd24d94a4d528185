//! Errors of reading YAML, worded as go-yaml, sigs.k8s.io/yaml and encoding/json word them.

use std::fmt;

use crate::{Mark, Node};
use gostd::json;

/// The prefix sigs.k8s.io/yaml puts before what go-yaml and the conversion to JSON report.
const CONVERTING: &str = "error converting YAML to JSON: ";
/// The prefix sigs.k8s.io/yaml puts before what encoding/json reports.
const DECODING: &str = "error unmarshaling JSON: while decoding JSON: ";

/// The step at which reading failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are not a text YAML allows: bad UTF-8, control characters.
    Encoding,
    /// The text is not YAML.
    Syntax,
    /// An alias without anchor, inside its own anchor, or too many of them.
    Alias,
    /// A value that its tag does not allow, or a merge of what is no map.
    Value,
    /// A map key that JSON cannot have.
    Key,
    /// Strict reading met a key twice.
    DuplicateKey,
    /// An infinity or not-a-number, which JSON cannot hold.
    Number,
    /// More levels than go-yaml or encoding/json accept.
    Depth,
    /// More lists, maps and scalars than rhelm reads.
    Size,
    /// A value of another kind than its reader wants.
    Type,
}

/// A failed reading: [`Display`](fmt::Display) gives sigs.k8s.io/yaml's whole text.
#[derive(Clone, PartialEq, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Debug)]
struct Inner {
    kind: ErrorKind,
    mark: Mark,
    text: String,
}

impl Error {
    fn new(kind: ErrorKind, mark: Mark, text: String) -> Error {
        Error(Box::new(Inner { kind, mark, text }))
    }

    /// An error of go-yaml itself; `text` follows `yaml: `.
    pub(crate) fn yaml(kind: ErrorKind, mark: Mark, text: impl fmt::Display) -> Error {
        Error::new(kind, mark, format!("{CONVERTING}yaml: {text}"))
    }

    /// An error of go-yaml's scanner or parser, which name a line unless that is 0.
    pub(crate) fn on_line(kind: ErrorKind, mark: Mark, line: u32, problem: &str) -> Error {
        match line {
            0 => Error::yaml(kind, mark, problem),
            _ => Error::yaml(kind, mark, format_args!("line {line}: {problem}")),
        }
    }

    /// An error of the conversion from YAML to JSON.
    pub(crate) fn conversion(kind: ErrorKind, mark: Mark, text: impl fmt::Display) -> Error {
        Error::new(kind, mark, format!("{CONVERTING}{text}"))
    }

    /// An error of encoding/json's decoder, which follows the conversion.
    pub(crate) fn json(kind: ErrorKind, mark: Mark, text: impl fmt::Display) -> Error {
        Error::new(kind, mark, format!("{DECODING}{text}"))
    }

    /// encoding/json's error for a value of another kind than its reader wants. `target` is what
    /// follows `into Go`: `value of type map[string]interface {}`, or
    /// `struct field Metadata.name of type string`.
    pub fn mismatch(node: &Node, target: &str) -> Error {
        let problem = json::mismatch(node.json_kind(), target);
        Error::json(ErrorKind::Type, node.mark, problem)
    }

    pub(crate) fn move_down(&mut self, lines: u32) {
        self.0.mark.move_down(lines);
    }

    /// Returns the step that failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the place of the failure: the true place in the text, which is not always the line that go-yaml
    /// names; zeros where no place is known.
    pub fn mark(&self) -> Mark {
        self.0.mark
    }

    /// The problem in the fewest words: [`bare`](Error::bare) without the line, which go-yaml counts in
    /// its own way.
    pub fn problem(&self) -> &str {
        let bare = self.bare().trim_start_matches("yaml: ");
        match bare
            .strip_prefix("line ")
            .and_then(|rest| rest.split_once(": "))
        {
            Some((line, rest)) if line.bytes().all(|b| b.is_ascii_digit()) => rest,
            _ => bare,
        }
    }

    /// The text without sigs.k8s.io/yaml's prefix, as go-yaml or encoding/json gave it.
    pub fn bare(&self) -> &str {
        let text = &self.0.text;
        text.strip_prefix(CONVERTING)
            .or_else(|| text.strip_prefix(DECODING))
            .unwrap_or(text)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl std::error::Error for Error {}
