//! Writing YAML byte for byte as go-yaml's two generations do: a push emitter for values of any model.
//!
//! [`Dialect::V2`] is what sigs.k8s.io/yaml's `Marshal` (Helm's `toYaml`) gives: the value goes
//! through encoding/json's text, which go.yaml.in/yaml/v2 reads and writes again.
//! [`Dialect::V3`] is go.yaml.in/yaml/v3's encoder at two blanks of indentation (`toYamlPretty`).
//!
//! The modules: `via_json` has what the way through JSON changes or refuses, `resolve` tells which
//! plain texts would be read back as something else than a string, `scalar_analysis` which styles a
//! text's characters allow, `scalar` writes each style, `buffer` keeps column and indentation,
//! `number` formats floats, `key_order` sorts map keys.

mod buffer;
mod key_order;
mod number;
mod resolve;
mod scalar;
mod scalar_analysis;
mod via_json;

pub use key_order::{is_sorted, natural_less_v2, natural_less_v3, sort_keys};
pub(crate) use via_json::replace_invalid;

use crate::MAX_DEPTH;
use buffer::LineBuffer;
use scalar::Role;

/// The generation of go-yaml to write like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// sigs.k8s.io/yaml: JSON, then go-yaml v2. Lists stand under their key, lines fold at 80.
    V2,
    /// go-yaml v3 with `SetIndent(2)`. Lists are indented, nothing folds.
    V3,
}

/// The reason why a value has no YAML; the texts are those of sigs.k8s.io/yaml and go-yaml.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A float that JSON lacks; holds `NaN`, `+Inf` or `-Inf`.
    #[error("error marshaling into JSON: json: unsupported value: {0}")]
    UnsupportedNumber(&'static str),
    /// A map or list that contains itself; holds the type's name in Go.
    #[error("error marshaling into JSON: json: unsupported value: encountered a cycle via {0}")]
    Cycle(String),
    /// A value of a Go type that JSON lacks; holds the type's name.
    #[error("error marshaling into JSON: json: unsupported type: {0}")]
    UnsupportedType(String),
    /// A value's own MarshalJSON or MarshalText failed; holds encoding/json's text.
    #[error("error marshaling into JSON: {0}")]
    Marshaler(String),
    /// A value of a Go type that v3 cannot write: Go panics with this text.
    #[error("cannot marshal type: {0}")]
    CannotMarshal(String),
    /// A character that go-yaml's reader refuses (U+007F, U+FFFE …).
    #[error("yaml: control characters are not allowed")]
    ControlCharacter,
    /// A text with U+0085 followed by `---` or `...`, which looks like the start of a document.
    #[error("yaml: found unexpected document indicator")]
    DocumentIndicator,
    /// A key whose JSON text is too long, or not on one line, for go-yaml to read it back.
    #[error("yaml: did not find expected ',' or '}}'")]
    Key,
    /// Deeper than go-yaml (10,000 levels) or this crate goes.
    #[error("yaml: exceeded max depth of {MAX_DEPTH}")]
    Depth,
    /// The text would be longer than [`gostd::limits::Limits::text_bytes`].
    #[error("{}", gostd::limits::Exceeded::Text)]
    TooLong,
}

impl WriteError {
    /// The error of a float that JSON cannot hold.
    pub(crate) fn of_float(value: f64) -> Option<WriteError> {
        let text = match value {
            f64::INFINITY => "+Inf",
            f64::NEG_INFINITY => "-Inf",
            _ if value.is_nan() => "NaN",
            _ => return None,
        };
        Some(WriteError::UnsupportedNumber(text))
    }
}

/// One open list or map.
struct Frame {
    kind: FrameKind,
    /// Indentation of what is around it; -1 at the root.
    outer_indent: isize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    /// Written as `[]` or `{}` already.
    Empty,
    List,
    /// A map; `complex` while the last key is one written with `?`.
    Map {
        complex: bool,
    },
}

/// The place of a string in the output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placement {
    /// The number, counted from 0, of the line on which the scalar begins.
    pub line: usize,
    /// True if it is a literal block: the text's lines are the lines after that one.
    pub block: bool,
}

/// Writes one document from a stream of values.
///
/// Each list or map is announced with its length; map keys come in the order in which they are to
/// stand ([`sort_keys`] gives go-yaml's). The first error sticks and [`Emitter::finish`] tells it.
///
/// ```
/// use goyaml::write::{Dialect, Emitter};
/// let mut emitter = Emitter::new(Dialect::V2);
/// emitter.begin_map(1);
/// emitter.key(b"ports");
/// emitter.begin_seq(2);
/// emitter.int(80);
/// emitter.str(b"yes");
/// emitter.end_seq();
/// emitter.end_map();
/// assert_eq!(emitter.finish().unwrap(), b"ports:\n- 80\n- \"yes\"\n");
/// ```
pub struct Emitter {
    dialect: Dialect,
    buffer: LineBuffer,
    frames: Vec<Frame>,
    indent: isize,
    error: Option<WriteError>,
}

impl Emitter {
    /// An emitter with nothing written yet.
    pub fn new(dialect: Dialect) -> Self {
        Emitter {
            dialect,
            buffer: LineBuffer::new(),
            frames: Vec::new(),
            indent: -1,
            error: None,
        }
    }

    /// Writes `null`.
    pub fn null(&mut self) {
        self.token(b"null");
    }

    /// Writes `true` or `false`.
    pub fn bool(&mut self, value: bool) {
        self.token(if value { b"true" } else { b"false" });
    }

    /// Writes a signed integer.
    pub fn int(&mut self, value: i64) {
        let mut digits = number::Digits::new();
        self.token(digits.int(value));
    }

    /// Writes an unsigned integer.
    pub fn uint(&mut self, value: u64) {
        let mut digits = number::Digits::new();
        self.token(digits.uint(value));
    }

    /// Writes a float64. In v2 a whole one becomes an integer, as its JSON text has no `.0`, and
    /// NaN and infinities are errors.
    pub fn float(&mut self, value: f64) {
        let text = match self.dialect {
            Dialect::V2 => number::float_v2(value),
            Dialect::V3 => Ok(number::float_v3(value)),
        };
        match text {
            Ok(text) => self.token(text.as_bytes()),
            Err(error) => self.fail(error),
        }
    }

    /// Writes a text that is known to be allowed plain and not to be quoted (a time in v3).
    pub fn token(&mut self, text: &[u8]) {
        self.open_node();
        self.buffer.token(text);
    }

    /// Writes a string and tells where it stands. Invalid UTF-8 turns into U+FFFD in v2 and into
    /// `!!binary` in v3.
    pub fn str(&mut self, text: &[u8]) -> Placement {
        self.open_node();
        let line = self.buffer.lines();
        match self.write_text(text, Role::Value) {
            Ok(scalar) => Placement {
                line,
                block: scalar.block,
            },
            Err(error) => {
                self.fail(error);
                Placement { line, block: false }
            }
        }
    }

    /// Opens a list of `len` items.
    pub fn begin_seq(&mut self, len: usize) {
        let in_map = self.open_node();
        let below_key = in_map && !self.buffer.only_indented();
        if len == 0 {
            self.buffer.indicator(b"[", true, true, false);
            self.buffer.indicator(b"]", false, false, false);
            self.push(FrameKind::Empty, self.indent);
        } else {
            // v2 alone puts the dashes right under the key.
            let flat = self.dialect == Dialect::V2 && below_key;
            let indent = if flat { self.indent } else { self.deeper(0) };
            self.push(FrameKind::List, indent);
        }
    }

    /// Closes the list.
    pub fn end_seq(&mut self) {
        self.pop();
    }

    /// Opens a map of `len` entries.
    pub fn begin_map(&mut self, len: usize) {
        self.open_node();
        if len == 0 {
            self.buffer.indicator(b"{", true, true, false);
            self.buffer.indicator(b"}", false, false, false);
            self.push(FrameKind::Empty, self.indent);
        } else {
            let indent = self.deeper(0);
            self.push(FrameKind::Map { complex: false }, indent);
        }
    }

    /// Writes the next key of the open map; its value comes next.
    pub fn key(&mut self, key: &[u8]) {
        self.buffer.indent(self.indent);
        let complex = match self.write_text(key, Role::Key) {
            Ok(scalar) => scalar.complex,
            Err(error) => return self.fail(error),
        };
        if !complex {
            self.buffer.indicator(b":", false, false, false);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.kind = FrameKind::Map { complex };
        }
    }

    /// Closes the map.
    pub fn end_map(&mut self) {
        self.pop();
    }

    /// The number of bytes that are written so far.
    pub(crate) fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Returns the number of line feeds written so far: the number, counted from 0, of the output line that
    /// the last value ends on. The line feed after a value is written with what follows it; only
    /// values that end in line feeds themselves (literal blocks) bring theirs.
    pub fn lines(&self) -> usize {
        self.buffer.lines()
    }

    /// The whole document, ending in a line feed.
    pub fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        self.buffer.indent(0);
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.buffer.into_bytes()),
        }
    }

    /// Notes an error that the caller met while walking its value; the first one counts.
    pub fn fail(&mut self, error: WriteError) {
        self.error.get_or_insert(error);
    }

    /// The error noted so far, if any: what is written from here on is lost.
    pub fn error(&self) -> Option<&WriteError> {
        self.error.as_ref()
    }

    /// Writes what stands before a node: `-` of a list, `:` after a complex key. Tells whether the
    /// node is a map's value.
    fn open_node(&mut self) -> bool {
        match self.frames.last().map(|f| f.kind) {
            Some(FrameKind::List) => {
                self.buffer.indent(self.indent);
                self.buffer.indicator(b"-", true, false, true);
                false
            }
            Some(FrameKind::Map { complex }) => {
                if complex {
                    self.buffer.indent(self.indent);
                    self.buffer.indicator(b":", true, false, true);
                }
                true
            }
            _ => false,
        }
    }

    /// The indentation one level in; `root` where there is nothing around yet.
    fn deeper(&self, root: isize) -> isize {
        if self.indent < 0 {
            root
        } else {
            self.indent + 2
        }
    }

    fn push(&mut self, kind: FrameKind, indent: isize) {
        if self.dialect == Dialect::V2 && self.frames.len() >= MAX_DEPTH {
            self.fail(WriteError::Depth);
        }
        let outer_indent = self.indent;
        self.frames.push(Frame { kind, outer_indent });
        self.indent = indent;
    }

    fn pop(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.indent = frame.outer_indent;
        }
    }
}
