//! Go's `string`: immutable bytes behind one thin pointer, with the template line of each of its
//! lines when a render asks for them.

use crate::memory;
use std::borrow::Borrow;
use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

/// The template line that produced a line of text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct LineOrigin {
    /// Number of the template, as the template set counts them.
    pub template: u32,
    /// Line in that template, counted from 1; 0 where nothing is known.
    pub line: u32,
    /// The number that whoever watches the execution has given to the call that led to that line; 0
    /// where none did, or nobody watches.
    pub call: u32,
}

/// A Go string. Cloning copies a pointer.
///
/// Go strings are bytes: they hold UTF-8 by convention only, and functions such as `trunc` or
/// `b64dec` make others.
#[derive(Clone)]
pub struct Text(Rc<Inner>);

struct Inner {
    bytes: Vec<u8>,
    /// One entry a line of `bytes`, or none where origins are not asked for or not known.
    lines: Option<Box<[LineOrigin]>>,
}

impl Inner {
    /// The size of the allocations, about.
    fn size(&self) -> usize {
        let lines = self.lines.as_ref().map_or(0, |lines| lines.len());
        Text::OVERHEAD + self.bytes.len() + lines * size_of::<LineOrigin>()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        memory::subtract(self.size());
    }
}

impl Text {
    /// Bytes that a text takes beside its own, about.
    pub const OVERHEAD: usize = 80;

    /// A string of these bytes, without line origins.
    pub fn new(bytes: Vec<u8>) -> Self {
        Text::of(Inner { bytes, lines: None })
    }

    /// A string whose lines come from the given template lines: one entry a line of `bytes`
    /// (a text of n newlines has n + 1 lines).
    pub fn with_lines(bytes: Vec<u8>, lines: Box<[LineOrigin]>) -> Self {
        let lines = Some(lines);
        Text::of(Inner { bytes, lines })
    }

    fn of(inner: Inner) -> Self {
        memory::add(inner.size());
        Text(Rc::new(inner))
    }

    /// The bytes of Go's nil slice: as empty as those of an empty one, but JSON's null.
    pub fn nil() -> Self {
        // No text has lines without a first one: this cannot be anything else.
        Text::with_lines(Vec::new(), Box::default())
    }

    /// Returns true if this is [`Text::nil`].
    pub fn is_nil(&self) -> bool {
        self.0.lines.as_ref().is_some_and(|lines| lines.is_empty())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The template line of each line, where they are known.
    pub fn lines(&self) -> Option<&[LineOrigin]> {
        self.0.lines.as_deref().filter(|lines| !lines.is_empty())
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.bytes.len()
    }

    /// Returns true if there is no byte at all.
    pub fn is_empty(&self) -> bool {
        self.0.bytes.is_empty()
    }

    /// The text, if it is valid UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0.bytes).ok()
    }

    /// The text with every invalid sequence replaced by U+FFFD: for messages, never for output.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0.bytes)
    }

    /// The bytes, without a copy where nobody else holds this string.
    pub fn into_bytes(self) -> Vec<u8> {
        match Rc::try_unwrap(self.0) {
            Ok(mut inner) => {
                memory::subtract(inner.bytes.len());
                std::mem::take(&mut inner.bytes)
            }
            Err(shared) => shared.bytes.clone(),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Text::new(Vec::new())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text::new(text.as_bytes().to_vec())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text::new(text.into_bytes())
    }
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        Text::new(bytes.to_vec())
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        Text::new(bytes)
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl std::hash::Hash for Text {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_str_lossy())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_str_lossy())
    }
}
