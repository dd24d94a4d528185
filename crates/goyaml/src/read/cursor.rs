//! A place in a text that moves on, counting lines and columns as go-yaml's scanner does.

use std::cell::Cell;

use crate::Mark;

/// The position of the scanner. Columns and indices count characters, for go-yaml's rules do; marks
/// hold byte columns, for people's editors.
pub(crate) struct Cursor<'t> {
    text: &'t str,
    pos: usize,
    /// Lines before this one.
    line: u32,
    /// The start of the line.
    line_start: usize,
    /// Bytes before `pos` that continue a character.
    wide: usize,
    /// The same before `line_start`.
    line_wide: usize,
    is_ascii: bool,
    /// True if the text has line breaks other than `\n` and `\r`.
    has_exotic_breaks: bool,
    /// True if the text goes on with something that go-yaml's reader refuses.
    is_cut: bool,
    overran: Cell<bool>,
}

impl<'t> Cursor<'t> {
    /// Begins at the start of `text`, which has no NUL; `is_cut` if it is not all of the input.
    pub(crate) fn new(text: &'t str, is_cut: bool) -> Cursor<'t> {
        let is_ascii = text.is_ascii();
        Cursor {
            text,
            pos: 0,
            line: 0,
            line_start: 0,
            wide: 0,
            line_wide: 0,
            is_ascii,
            has_exotic_breaks: !is_ascii && text.contains(['\u{85}', '\u{2028}', '\u{2029}']),
            is_cut,
            overran: Cell::new(false),
        }
    }

    /// Returns true if anything was read behind the end of a cut text.
    pub(crate) fn overran(&self) -> bool {
        self.overran.get()
    }

    /// Asks for `n` characters from here on, which decides whether a cut text is overrun: go-yaml
    /// often reads a few more than it looks at.
    pub(crate) fn want(&self, n: usize) {
        if self.is_cut
            && self
                .slice(self.pos, self.text.len())
                .chars()
                .take(n)
                .count()
                < n
        {
            self.overran.set(true);
        }
    }

    /// The byte `n` bytes ahead; 0 behind the end.
    #[inline]
    pub(crate) fn at(&self, n: usize) -> u8 {
        match self.text.as_bytes().get(self.pos + n) {
            Some(&byte) => byte,
            None => {
                self.overran.set(self.is_cut);
                0
            }
        }
    }

    /// The bytes from here on.
    #[inline]
    pub(crate) fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.pos..).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn pos(&self) -> usize {
        self.pos
    }

    /// The text between two places.
    #[inline]
    pub(crate) fn slice(&self, from: usize, to: usize) -> &'t str {
        self.text.get(from..to).unwrap_or_default()
    }

    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    /// Characters since the line's beginning.
    #[inline]
    pub(crate) fn column(&self) -> usize {
        (self.pos - self.line_start) - (self.wide - self.line_wide)
    }

    /// Characters since the text's beginning.
    pub(crate) fn index(&self) -> usize {
        self.pos - self.wide
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            line: self.line.saturating_add(1),
            column: u32::try_from(self.pos - self.line_start + 1).unwrap_or(u32::MAX),
        }
    }

    /// Goes `n` bytes ahead, all of them ASCII and none a line break.
    #[inline]
    pub(crate) fn skip(&mut self, n: usize) {
        self.pos = (self.pos + n).min(self.text.len());
    }

    /// Goes `n` bytes ahead, over whole characters without a line break.
    #[inline]
    pub(crate) fn skip_chars(&mut self, n: usize) {
        if !self.is_ascii {
            let passed = self.rest().get(..n).unwrap_or_default();
            self.wide += passed.iter().filter(|&&b| b & 0xC0 == 0x80).count();
        }
        self.skip(n);
    }

    /// Skips blanks; tabs too if asked.
    pub(crate) fn skip_blanks(&mut self, tabs: bool) {
        self.skip_spaces(usize::MAX);
        while tabs && matches!(self.at(0), b' ' | b'\t') {
            self.pos += 1;
        }
    }

    /// Skips up to `most` spaces. A third of what charts render is indentation.
    #[inline]
    pub(crate) fn skip_spaces(&mut self, most: usize) {
        const WORD: u64 = u64::from_ne_bytes([b' '; 8]);
        let rest = self.rest();
        let rest = rest.get(..most).unwrap_or(rest);
        let (words, last) = rest.as_chunks::<8>();
        let whole = words
            .iter()
            .take_while(|word| u64::from_ne_bytes(**word) == WORD);
        let whole = whole.count();
        let odd = words.get(whole).map_or(last, |word| word.as_slice());
        let odd = odd.iter().take_while(|byte| **byte == b' ').count();
        self.pos += whole * 8 + odd;
        if self.pos == self.text.len() && most > whole * 8 + odd {
            self.overran.set(self.is_cut);
        }
    }

    /// Returns true if the text is all of the input: looking ahead then never matters.
    #[inline]
    pub(crate) fn is_whole(&self) -> bool {
        !self.is_cut
    }

    /// Goes to the end of the line, and gives what was passed.
    pub(crate) fn take_line(&mut self) -> &'t str {
        let length = if self.has_exotic_breaks {
            let bytes = self.rest();
            (0..bytes.len()).find(|&n| self.is_break_at(n))
        } else {
            memchr::memchr2(b'\n', b'\r', self.rest())
        };
        let length = length.unwrap_or_else(|| {
            self.overran.set(self.is_cut);
            self.rest().len()
        });
        let start = self.pos;
        self.skip_chars(length);
        self.slice(start, self.pos)
    }

    /// Returns true if a line break is `n` bytes ahead.
    #[inline]
    pub(crate) fn is_break_at(&self, n: usize) -> bool {
        match self.at(n) {
            b'\n' | b'\r' => true,
            0xC2 => self.has_exotic_breaks && self.at(n + 1) == 0x85,
            0xE2 => {
                self.has_exotic_breaks
                    && self.at(n + 1) == 0x80
                    && matches!(self.at(n + 2), 0xA8 | 0xA9)
            }
            _ => false,
        }
    }

    /// Returns true if a blank, a line break or the end is `n` bytes ahead.
    #[inline]
    pub(crate) fn is_blank_or_end_at(&self, n: usize) -> bool {
        matches!(self.at(n), b' ' | b'\t' | 0) || self.is_break_at(n)
    }

    /// Returns true if this is the beginning of a line with `---` or `...`.
    pub(crate) fn is_document_indicator(&self) -> bool {
        self.column() == 0
            && matches!(self.rest(), [b'-', b'-', b'-', ..] | [b'.', b'.', b'.', ..])
            && self.is_blank_or_end_at(3)
    }

    /// Passes a line break, if there is one, and gives what it stands for: `\n`, or itself if it
    /// is one of Unicode's separators.
    pub(crate) fn take_break(&mut self) -> &'static str {
        let (width, stands_for) = match self.rest() {
            [b'\r', b'\n', ..] => (2, "\n"),
            [b'\r' | b'\n', ..] => (1, "\n"),
            [0xC2, 0x85, ..] => (2, "\n"),
            [0xE2, 0x80, 0xA8, ..] => (3, "\u{2028}"),
            [0xE2, 0x80, 0xA9, ..] => (3, "\u{2029}"),
            _ => return "",
        };
        self.skip_chars(width);
        self.begin_line();
        stands_for
    }

    /// Counts a line, without passing anything.
    pub(crate) fn begin_line(&mut self) {
        self.line = self.line.saturating_add(1);
        self.line_start = self.pos;
        self.line_wide = self.wide;
    }
}
