//! The output of a template: bytes and, when asked for, the template line of each of their lines.

use gostd::Text;
use gostd::limits::{Budget, Exceeded};
use gostd::memory::Share;
use gostd::text::LineOrigin;

/// The writer of an execution.
#[derive(Debug, Default)]
pub struct Output {
    bytes: Vec<u8>,
    lines: Option<Vec<LineOrigin>>,
    /// The charge for it so far.
    share: Share,
}

/// The number of bytes that may be written before they are charged.
const UNCHARGED: usize = 4096;

impl Output {
    /// An empty output; with `track_lines` it keeps the origin of each line.
    pub fn new(track_lines: bool) -> Self {
        Output {
            bytes: Vec::new(),
            lines: track_lines.then(|| vec![LineOrigin::default()]),
            share: Share::default(),
        }
    }

    /// Returns true if line origins are kept.
    pub fn tracks_lines(&self) -> bool {
        self.lines.is_some()
    }

    /// Charges what was written since this was done last; fails when it is too much for one text, or for the
    /// render.
    #[inline]
    pub(crate) fn charge(&mut self, budget: &Budget) -> Result<(), String> {
        match self.bytes.len() <= self.share.bytes() + UNCHARGED {
            true => Ok(()),
            false => self.charge_all(budget),
        }
    }

    #[cold]
    fn charge_all(&mut self, budget: &Budget) -> Result<(), String> {
        let bytes = self.bytes.len();
        Exceeded::check_text(Some(bytes))?;
        budget.bytes(bytes.saturating_sub(self.share.bytes()))?;
        let lines = self.lines.as_ref().map_or(0, Vec::len);
        self.share.set(bytes + lines * size_of::<LineOrigin>());
        Ok(budget.memory()?)
    }

    /// The text written.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Writes template text that starts at the given line of its template.
    pub fn write_source(&mut self, bytes: &[u8], from: LineOrigin) {
        let mut line = from;
        self.write_each(bytes, |index| {
            line.line = from.line + index;
            line
        });
    }

    /// Writes what an action printed: every line comes from the action's line.
    pub fn write_printed(&mut self, bytes: &[u8], from: LineOrigin) {
        self.write_each(bytes, |_| from);
    }

    /// Writes a string: its lines keep their own origins where it has them.
    pub fn write_text(&mut self, text: &Text, from: LineOrigin) {
        match text.lines() {
            Some(lines) if self.lines.is_some() => {
                self.write_each(text.as_bytes(), |index| {
                    let origin = lines.get(index as usize).filter(|l| l.line != 0);
                    origin.copied().unwrap_or(from)
                });
            }
            _ => self.write_printed(text.as_bytes(), from),
        }
    }

    /// Lets `print` append bytes, all of which come from the given line.
    pub fn write_with(&mut self, from: LineOrigin, print: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        print(&mut self.bytes);
        if self.lines.is_some() {
            let text = self.bytes.split_off(start);
            self.write_printed(&text, from);
        }
    }

    fn write_each(&mut self, bytes: &[u8], mut origin: impl FnMut(u32) -> LineOrigin) {
        if let Some(lines) = &mut self.lines {
            let mut ending = LineOrigin::default();
            for (index, piece) in bytes.split(|b| *b == b'\n').enumerate() {
                let here = origin(index as u32);
                if index > 0 {
                    // A blank line belongs to whatever ended it.
                    if let Some(ended) = lines.last_mut().filter(|ended| ended.line == 0) {
                        *ended = ending;
                    }
                    lines.push(LineOrigin::default());
                }
                ending = here;
                // A line belongs to whatever wrote its first visible character.
                if let Some(current) = lines.last_mut()
                    && current.line == 0
                    && !piece.trim_ascii().is_empty()
                {
                    *current = here;
                }
            }
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The output as a string value.
    pub fn into_text(self) -> Text {
        match self.lines {
            Some(lines) => Text::with_lines(self.bytes, lines.into_boxed_slice()),
            None => Text::new(self.bytes),
        }
    }
}
