//! The shape that versions and the versions inside constraints share:
//! `v? segment (.segment)? (.segment)? (-identifiers)? (+identifiers)?`.

use std::ops::Range;

/// The ranges of the parts of a version-like text. No two parts can be told apart in more than one
/// way, so scanning as far as possible is the same as matching Masterminds' regular expressions.
pub(crate) struct Shape {
    /// First segment; always there and never empty.
    pub(crate) major: Range<usize>,
    /// Second segment without its dot; empty when absent.
    pub(crate) minor: Range<usize>,
    /// Third segment without its dot; empty when absent.
    pub(crate) patch: Range<usize>,
    /// Pre-release without its hyphen; empty when absent.
    pub(crate) pre: Range<usize>,
    /// Build metadata without its plus; empty when absent.
    pub(crate) metadata: Range<usize>,
    /// Offset behind the last byte that belongs to it.
    pub(crate) end: usize,
}

impl Shape {
    /// Scans `text` from `start`; `segment` says which bytes a segment consists of.
    pub(crate) fn scan(text: &[u8], start: usize, segment: fn(u8) -> bool) -> Option<Self> {
        let start = start + usize::from(text.get(start) == Some(&b'v'));
        let major = run(text, start, segment);
        if major.is_empty() {
            return None;
        }
        let mut end = major.end;
        let minor = after(text, end, b'.', |at| run(text, at, segment));
        end = end.max(minor.end);
        let patch = after(text, end, b'.', |at| run(text, at, segment));
        end = end.max(patch.end);
        let pre = after(text, end, b'-', |at| identifiers(text, at));
        end = end.max(pre.end);
        let metadata = after(text, end, b'+', |at| identifiers(text, at));
        end = end.max(metadata.end);
        Some(Self {
            major,
            minor,
            patch,
            pre,
            metadata,
            end,
        })
    }
}

/// The part behind a `mark` at `at`; empty at offset 0 when the mark or the part is missing.
fn after(text: &[u8], at: usize, mark: u8, part: impl Fn(usize) -> Range<usize>) -> Range<usize> {
    if text.get(at) != Some(&mark) {
        return 0..0;
    }
    let range = part(at + 1);
    if range.is_empty() { 0..0 } else { range }
}

fn run(text: &[u8], start: usize, accepts: fn(u8) -> bool) -> Range<usize> {
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.iter().position(|&b| !accepts(b)).unwrap_or(rest.len());
    start..start + length
}

/// Dot-separated identifiers; a dot that no identifier follows is left out.
fn identifiers(text: &[u8], start: usize) -> Range<usize> {
    let mut range = run(text, start, is_identifier);
    while !range.is_empty() && text.get(range.end) == Some(&b'.') {
        let next = run(text, range.end + 1, is_identifier);
        if next.is_empty() {
            break;
        }
        range.end = next.end;
    }
    range
}

/// A byte of a pre-release or metadata identifier.
pub(crate) fn is_identifier(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'-'
}

/// Go's `\s`: no vertical tab, nothing beyond ASCII.
pub(crate) fn is_blank(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\x0c' | b'\r')
}

/// The offset of the first byte from `at` on that is no blank.
pub(crate) fn skip_blanks(text: &[u8], at: usize) -> usize {
    run(text, at, is_blank).end
}

/// The ASCII text of `part`; empty where it is out of range or not UTF-8, which a scan never gives.
pub(crate) fn slice(text: &[u8], part: Range<usize>) -> &str {
    text.get(part)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .unwrap_or_default()
}
