//! A text to search, in which each invalid byte matches as U+FFFD, as in Go.

use std::borrow::Cow;
use std::ops::Range;

use crate::unicode::{decode_rune, push_rune, runes};

/// A text, its valid form, and the way back from offsets in the valid form.
pub(super) struct Haystack<'t> {
    source: &'t [u8],
    valid: Cow<'t, [u8]>,
    /// The ends in `valid` of each replaced byte's three bytes.
    replaced: Vec<usize>,
}

impl<'t> Haystack<'t> {
    pub(super) fn new(source: &'t [u8]) -> Self {
        if std::str::from_utf8(source).is_ok() {
            return Self {
                source,
                valid: Cow::Borrowed(source),
                replaced: Vec::new(),
            };
        }
        let mut valid = Vec::with_capacity(source.len() + 16);
        let mut replaced = Vec::new();
        for (at, c) in runes(source) {
            push_rune(&mut valid, c);
            // A U+FFFD that is really there starts with this byte; no invalid sequence does so.
            if c == char::REPLACEMENT_CHARACTER
                && !source
                    .get(at..)
                    .is_some_and(|s| s.starts_with("\u{fffd}".as_bytes()))
            {
                replaced.push(valid.len());
            }
        }
        Self {
            source,
            valid: Cow::Owned(valid),
            replaced,
        }
    }

    pub(super) fn source(&self) -> &'t [u8] {
        self.source
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.valid
    }

    /// Brings a range of [`Haystack::text`] back to one of [`Haystack::source`].
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        if self.replaced.is_empty() {
            return range;
        }
        // Three bytes stand for one.
        let back = |at: usize| at - 2 * self.replaced.partition_point(|end| *end <= at);
        back(range.start)..back(range.end)
    }

    /// The start of the rune after the one at `at`; one past the end at the end.
    pub(super) fn next_rune(&self, at: usize) -> usize {
        at + decode_rune(self.valid.get(at..).unwrap_or_default())
            .1
            .max(1)
    }
}
