//! Strings that keep the template line of each of their lines while they are indented, trimmed,
//! joined or replaced in.

use gostd::Text;
use gostd::limits::Exceeded;
use gostd::text::LineOrigin;
use gotemplate::Error;
use std::ops::Range;

/// Builds a text out of pieces of others, with line origins where a piece has them.
#[derive(Default)]
pub(crate) struct Pieces {
    bytes: Vec<u8>,
    /// The number of newlines in `bytes` when `lines` was last brought up to it.
    counted: (usize, usize),
    lines: Vec<LineOrigin>,
    is_current: bool,
}

impl Pieces {
    /// An empty text with room for so many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Pieces {
            bytes: Vec::with_capacity(bytes),
            ..Pieces::default()
        }
    }

    /// The number of bytes.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Appends all of `text`.
    pub(crate) fn text(&mut self, text: &Text) {
        self.piece(text, 0, text.as_bytes());
    }

    /// Appends bytes of no known origin.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends `part` of `text`, which starts at the given line of it, counted from 0.
    pub(crate) fn piece(&mut self, text: &Text, line: usize, part: &[u8]) {
        if let Some(lines) = text.lines() {
            self.is_current = true;
            self.catch_up();
            let count = 1 + newlines(part);
            let mut added = lines.iter().skip(line).take(count).copied();
            if let (Some(first), Some(last)) = (added.next(), self.lines.last_mut())
                && last.line == 0
            {
                *last = first;
            }
            self.lines.extend(added);
        }
        self.bytes.extend_from_slice(part);
    }

    /// Gives every line that `bytes` has by now an entry.
    fn catch_up(&mut self) {
        let (at, count) = self.counted;
        let count = count + newlines(self.bytes.get(at..).unwrap_or_default());
        self.counted = (self.bytes.len(), count);
        self.lines.resize(1 + count, LineOrigin::default());
    }

    pub(crate) fn finish(mut self) -> Text {
        if !self.is_current {
            return Text::new(self.bytes);
        }
        self.catch_up();
        Text::with_lines(self.bytes, self.lines.into_boxed_slice())
    }
}

/// The bytes `range` of `text`, with the origins of their lines; a range out of bounds is empty.
pub(crate) fn part(text: &Text, range: Range<usize>) -> Text {
    if range == (0..text.len()) {
        return text.clone();
    }
    let bytes = text.as_bytes();
    let part = bytes.get(range.clone()).unwrap_or_default();
    let Some(lines) = text.lines() else {
        return part.into();
    };
    let first = newlines(bytes.get(..range.start).unwrap_or_default());
    let count = 1 + newlines(part);
    let lines = lines.iter().skip(first).take(count).copied();
    Text::with_lines(part.to_vec(), lines.collect())
}

pub(crate) fn newlines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

/// Refuses results that would not fit into memory.
pub(crate) fn check_len(len: Option<usize>) -> Result<usize, Error> {
    Ok(Exceeded::check_text(len)?)
}

/// Go's `strings.Join`.
pub(crate) fn join<'t>(
    texts: impl Iterator<Item = &'t Text> + Clone,
    separator: &Text,
) -> Result<Text, Error> {
    let total = texts.clone().try_fold(0usize, |total, text| {
        total.checked_add(text.len() + separator.len())
    });
    let mut pieces = Pieces::with_capacity(check_len(total)?);
    for (index, text) in texts.enumerate() {
        if index > 0 {
            pieces.text(separator);
        }
        pieces.text(text);
    }
    Ok(pieces.finish())
}
