//! Strings that keep the template line of each of their lines while they are indented, trimmed,
//! joined or replaced in.

use gostd::Text;
use gostd::text::LineOrigin;
use gotemplate::Error;

/// The most that one function may make out of its arguments, in bytes.
const MAX_BYTES: usize = 1 << 30;

/// Builds a text out of pieces of others, with line origins where a piece has them.
#[derive(Default)]
pub(crate) struct Pieces {
    bytes: Vec<u8>,
    lines: Vec<LineOrigin>,
    known: bool,
}

impl Pieces {
    /// Appends all of `text`.
    pub(crate) fn text(&mut self, text: &Text) {
        self.piece(text, 0, text.as_bytes());
    }

    /// Appends `part` of `text`, which starts at the given line of it, counted from 0.
    pub(crate) fn piece(&mut self, text: &Text, line: usize, part: &[u8]) {
        if let Some(lines) = text.lines() {
            self.known = true;
            self.lines
                .resize(1 + newlines(&self.bytes), LineOrigin::default());
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

    pub(crate) fn finish(mut self) -> Text {
        if !self.known {
            return Text::new(self.bytes);
        }
        self.lines
            .resize(1 + newlines(&self.bytes), LineOrigin::default());
        Text::with_lines(self.bytes, self.lines.into_boxed_slice())
    }
}

pub(crate) fn newlines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

/// Refuses results that would not fit into memory.
pub(crate) fn check_len(len: Option<usize>) -> Result<usize, Error> {
    len.filter(|len| *len <= MAX_BYTES)
        .ok_or_else(|| Error::new("result is too large"))
}

/// Go's `strings.Join`.
pub(crate) fn join<'t>(
    texts: impl Iterator<Item = &'t Text> + Clone,
    separator: &Text,
) -> Result<Text, Error> {
    let total = texts.clone().try_fold(0usize, |total, text| {
        total.checked_add(text.len() + separator.len())
    });
    check_len(total)?;
    let mut pieces = Pieces::default();
    for (index, text) in texts.enumerate() {
        if index > 0 {
            pieces.text(separator);
        }
        pieces.text(text);
    }
    Ok(pieces.finish())
}
