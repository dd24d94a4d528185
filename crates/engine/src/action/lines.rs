//! The origins of a text's lines: those of its templates' outputs, cut, sorted and framed
//! as the text is.

use super::text::{HookFilter, Manifests};
use crate::manifest::Document;
use gostd::Text;
use gostd::text::LineOrigin;
use gostd::unicode::trim_right_space;
use std::collections::HashMap;

/// The lines of what one template wrote.
#[derive(Clone, Debug, Default)]
pub struct FileLines {
    /// The start of each line, in bytes.
    starts: Vec<usize>,
    origins: Vec<LineOrigin>,
}

/// The origin of a line of the printed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintedLine<'m> {
    /// From a template.
    Template(LineOrigin),
    /// From a file of CRDs, whose path and line (counted from 1) these are: such files are no templates.
    File(&'m str, u32),
    /// From Helm: a line of the frame, or one between documents; or nothing is known of it.
    Frame,
}

impl FileLines {
    /// The lines of a text that knows where they come from; nothing of one that does not.
    pub(super) fn of(text: &Text) -> Option<FileLines> {
        let origins = text.lines()?.to_vec();
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = std::iter::once(0).chain(newlines.map(|at| at + 1));
        Some(FileLines {
            starts: starts.collect(),
            origins,
        })
    }

    /// The origins of the lines from the one on that the byte at `offset` is in.
    fn from(&self, offset: usize) -> &[LineOrigin] {
        let line = self.starts.partition_point(|start| *start <= offset);
        self.origins
            .get(line.saturating_sub(1)..)
            .unwrap_or_default()
    }
}

impl Manifests {
    /// Returns the origin of each line of [`text`](Manifests::text). All is frame where the request did not
    /// ask for lines to be tracked.
    pub fn printed_lines(&self, filter: HookFilter) -> Vec<PrintedLine<'_>> {
        let mut lines = Vec::new();
        for (path, text) in &self.crds {
            frame(&mut lines, text, |n| PrintedLine::File(path, n));
        }
        for document in &self.manifests {
            self.document(&mut lines, document);
        }
        // The text of all that is installed is trimmed, and gets a newline.
        let end = lines.len().saturating_sub(self.trailing_newlines());
        lines.resize(end + 1, PrintedLine::Frame);
        for hook in self.hooks(filter) {
            self.document(&mut lines, &hook.document);
        }
        lines
    }

    /// The number of newlines that [`installed`](Manifests::installed) ends in.
    fn trailing_newlines(&self) -> usize {
        let crd = self.crds.last().map(|(_, text)| text);
        let document = self.manifests.last().map(|document| &document.text);
        let Some(text) = document.or(crd) else {
            return 0;
        };
        let trimmed = trim_right_space(text).len();
        let blank = text.get(trimmed..).unwrap_or_default();
        // The frame ends in a newline of its own; above an empty text is the one behind its path.
        1 + usize::from(trimmed == 0) + memchr::memchr_iter(b'\n', blank).count()
    }

    /// The origin of the first of a document's lines whose origin is known.
    pub fn first_origin(&self, document: &Document) -> Option<LineOrigin> {
        self.origins(document).first().copied()
    }

    /// The origins of a document's lines, those that were added to it left out.
    fn origins(&self, document: &Document) -> &[LineOrigin] {
        let origin = self.lines.get(&document.path).zip(document.offset);
        origin.map_or(&[][..], |(file, offset)| file.from(offset))
    }

    fn document<'m>(&'m self, lines: &mut Vec<PrintedLine<'m>>, document: &Document) {
        let origins = self.origins(document);
        let added = &document.added_lines;
        frame(lines, &document.text, |n| {
            let at = usize::try_from(n).ok().and_then(|n| {
                let before = added.partition_point(|line| *line < n);
                let is_own = added.get(before) != Some(&n);
                origins.get(n.checked_sub(before + 1)?).filter(|_| is_own)
            });
            at.map_or(PrintedLine::Frame, |origin| PrintedLine::Template(*origin))
        });
    }
}

/// Adds a document's lines in Helm's frame; `line` tells where its n-th, counted from 1, comes from.
fn frame<'m>(lines: &mut Vec<PrintedLine<'m>>, text: &[u8], line: impl Fn(u32) -> PrintedLine<'m>) {
    lines.extend([PrintedLine::Frame; 2]);
    let mut count = memchr::memchr_iter(b'\n', text).count();
    if !text.ends_with(b"\n") {
        count += 1;
        lines.extend((1..=count).map(|n| line(u32::try_from(n).unwrap_or(0))));
        return;
    }
    lines.extend((1..=count).map(|n| line(u32::try_from(n).unwrap_or(0))));
    // The frame ends in a newline of its own.
    lines.push(PrintedLine::Frame);
}

/// Returns the origins of the lines of `new_text`, which has documents of `text` in another order, or not all of them
/// (`--show-only`).
pub fn rearranged<'m>(
    text: &[u8],
    lines: &[PrintedLine<'m>],
    new_text: &[u8],
) -> Vec<PrintedLine<'m>> {
    let mut counts: HashMap<&[u8], usize> = HashMap::new();
    let mut first = 0;
    for document in documents(text) {
        counts.entry(document.trim_ascii_end()).or_insert(first);
        first += memchr::memchr_iter(b'\n', document).count();
    }
    let mut new_lines = Vec::new();
    for document in documents(new_text) {
        let first = counts.get(document.trim_ascii_end());
        let own = first.and_then(|first| lines.get(*first..));
        let end = new_lines.len() + memchr::memchr_iter(b'\n', document).count();
        new_lines.extend_from_slice(own.unwrap_or_default());
        new_lines.resize(end, PrintedLine::Frame);
    }
    new_lines
}

/// A text in pieces, each but perhaps the first with a separator as its first line.
fn documents(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts = memchr::memmem::find_iter(text, b"\n---\n").map(|at| at + 1);
    let ends: Vec<usize> = starts.chain(std::iter::once(text.len())).collect();
    let mut start = 0;
    ends.into_iter().filter_map(move |end| {
        let piece = text.get(start..end);
        start = end;
        piece
    })
}
