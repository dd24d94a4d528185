//! The report of a failed validation: a tree of violations that prints as santhosh-tekuri's.

mod kind;
mod number;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use gostd::strconv;

use crate::pointer;
use crate::schema::{SchemaId, SchemaSet};
pub use kind::ErrorKind;

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A property's name; any bytes.
    Key(Box<[u8]>),
    /// An item of an array.
    Index {
        /// The index that messages show: behind a prefix, the library counts from 0 again.
        label: usize,
        /// The index of the item.
        real: usize,
    },
}

/// A value that does not meet a schema.
#[derive(Debug, Clone)]
pub struct ValidationError {
    schema_url: String,
    causes: Vec<Violation>,
}

/// The text of a [`ValidationError`] without its first line.
#[derive(Debug, Clone, Copy)]
pub struct Messages<'e>(&'e ValidationError);

/// One thing wrong with a value.
#[derive(Debug, Clone)]
pub struct Violation {
    instance_location: Vec<Token>,
    kind: ErrorKind,
    schema_url: Arc<str>,
    schema_offset: Option<usize>,
    causes: Vec<Violation>,
}

impl ValidationError {
    /// The address of the schema.
    pub fn schema_url(&self) -> &str {
        &self.schema_url
    }

    /// The problem, in the order of the messages.
    pub fn causes(&self) -> &[Violation] {
        &self.causes
    }

    /// The lines of the text behind the first one, which names the schema. It may be long, and is written as
    /// it is made.
    pub fn messages(&self) -> Messages<'_> {
        Messages(self)
    }

    /// The violations that have no causes of their own.
    pub fn leaves(&self) -> Vec<&Violation> {
        let mut leaves = Vec::new();
        let mut waiting: Vec<&Violation> = self.causes.iter().rev().collect();
        while let Some(violation) = waiting.pop() {
            if violation.causes.is_empty() {
                leaves.push(violation);
            }
            waiting.extend(violation.causes.iter().rev());
        }
        leaves
    }
}

impl Violation {
    /// The way from the validated value to the one that is wrong.
    pub fn instance_location(&self) -> &[Token] {
        &self.instance_location
    }

    /// The problem. Displayed as the message behind `at '…': `.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The absolute address of the keyword that says so.
    pub fn keyword_location(&self) -> String {
        let (url, path) = match &self.kind {
            ErrorKind::Reference { url, .. } => (url.as_str(), Vec::new()),
            kind => (&*self.schema_url, kind.keyword_path()),
        };
        let mut location = url.to_owned();
        for token in path {
            location.push('/');
            location.push_str(&pointer::encode(&pointer::escape(&token)));
        }
        location
    }

    /// Byte offset, in the text of the schema that was compiled, of the keyword's value, or of the
    /// schema object where no keyword is at fault; none if it lies in another document.
    pub fn schema_offset(&self) -> Option<usize> {
        self.schema_offset
    }

    /// The violations that make this one up.
    pub fn causes(&self) -> &[Violation] {
        &self.causes
    }

    /// A reference with a single cause prints as that cause.
    fn is_skipped(&self) -> bool {
        self.causes.len() == 1 && matches!(self.kind, ErrorKind::Reference { .. })
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "jsonschema validation failed with {}",
            quote(self.schema_url.as_bytes())
        )?;
        match self.causes.is_empty() {
            true => Ok(()),
            false => write!(f, "\n{}", self.messages()),
        }
    }
}

impl fmt::Display for Messages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut waiting: Vec<(usize, &Violation)> = Vec::new();
        waiting.extend(self.0.causes.iter().rev().map(|cause| (0, cause)));
        let mut is_first = true;
        while let Some((indent, violation)) = waiting.pop() {
            let mut below = indent;
            if !violation.is_skipped() {
                below += 1;
                if !is_first {
                    f.write_str("\n")?;
                }
                is_first = false;
                let place = quote(&instance_pointer(&violation.instance_location));
                write!(f, "{:1$}- at {place}: {2}", "", indent * 2, violation.kind)?;
            }
            waiting.extend(violation.causes.iter().rev().map(|cause| (below, cause)));
        }
        Ok(())
    }
}

impl std::error::Error for ValidationError {}

/// A location as a JSON pointer; keys may hold any bytes.
pub fn instance_pointer(tokens: &[Token]) -> Vec<u8> {
    let mut pointer = Vec::new();
    for token in tokens {
        pointer.push(b'/');
        match token {
            Token::Index { label, .. } => pointer.extend_from_slice(label.to_string().as_bytes()),
            Token::Key(key) => {
                for &b in &**key {
                    match b {
                        b'~' => pointer.extend_from_slice(b"~0"),
                        b'/' => pointer.extend_from_slice(b"~1"),
                        _ => pointer.push(b),
                    }
                }
            }
        }
    }
    pointer
}

/// Text in single quotes: Go's `%q` with the quotes changed. As the library unescapes before it
/// takes the old quotes off, a backslash at the end of the text loses its own.
pub(crate) fn quote(text: &[u8]) -> String {
    let changed = strconv::quote(text)
        .replace("\\\"", "\"")
        .replace('\'', "\\'");
    let inner = changed.get(1..changed.len() - 1).unwrap_or_default();
    format!("'{inner}'")
}

/// A violation as the validator builds it: with schemas by number.
#[derive(Debug)]
pub(crate) struct RawViolation {
    pub(crate) schema: SchemaId,
    pub(crate) path: Vec<Token>,
    pub(crate) kind: ErrorKind,
    pub(crate) causes: Vec<RawViolation>,
}

/// The outcome of a whole validation.
#[derive(Debug)]
pub(crate) struct RawFailure {
    pub(crate) schema: SchemaId,
    pub(crate) causes: Vec<RawViolation>,
}

impl RawFailure {
    pub(crate) fn into_public(self, set: &SchemaSet) -> ValidationError {
        let mut urls = HashMap::new();
        ValidationError {
            schema_url: set.location(self.schema),
            causes: self
                .causes
                .into_iter()
                .map(|cause| cause.into_public(set, &mut urls))
                .collect(),
        }
    }
}

/// The addresses of schemas, which many violations share.
type Urls = HashMap<SchemaId, Arc<str>>;

impl RawViolation {
    fn into_public(self, set: &SchemaSet, urls: &mut Urls) -> Violation {
        let offset = schema_offset(set, self.schema, &self.kind);
        let url = urls
            .entry(self.schema)
            .or_insert_with(|| set.location(self.schema).into());
        Violation {
            instance_location: self.path,
            schema_url: Arc::clone(url),
            schema_offset: offset,
            causes: self
                .causes
                .into_iter()
                .map(|cause| cause.into_public(set, urls))
                .collect(),
            kind: self.kind,
        }
    }
}

fn schema_offset(set: &SchemaSet, id: SchemaId, kind: &ErrorKind) -> Option<usize> {
    let schema = set.get(id).filter(|schema| schema.document == 0)?;
    let document = set.document(schema)?;
    let mut node = schema.node;
    for keyword in kind.keyword_path() {
        let keyword = if keyword == "dependency" {
            "dependencies"
        } else {
            &keyword
        };
        node = document.get(node, keyword).unwrap_or(node);
    }
    Some(document.offset(node))
}
