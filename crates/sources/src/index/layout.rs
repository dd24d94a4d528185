//! The parts of an index that is written in lines: the text of each chart, and all that is around them.

use super::plain;
use std::collections::HashSet;

/// An index in parts. Each can be read by itself: together they say what the whole says, as long as all of them can be
/// read, and [`rest`](Layout::rest) has the key `entries` without a value.
pub(super) struct Layout<'a> {
    /// What is around the charts; in their place is nothing.
    pub(super) rest: Vec<u8>,
    /// The charts, in their order.
    pub(super) charts: Vec<Chart<'a>>,
}

/// The text of a chart: a line with its name, and those of its versions.
#[derive(Clone, Copy)]
pub(super) struct Chart<'a> {
    pub(super) name: &'a str,
    /// The text with the line of the name.
    pub(super) text: &'a [u8],
    /// The text behind that line.
    pub(super) versions: &'a [u8],
    /// The columns before the name.
    pub(super) indent: usize,
}

/// Takes an index apart; nothing where it is written in another way than programs do.
pub(super) fn split(text: &[u8]) -> Option<Layout<'_>> {
    let mut layout = Layout {
        rest: Vec::new(),
        charts: Vec::new(),
    };
    let mut names = HashSet::new();
    let mut has_entries = false;
    let mut is_in_entries = false;
    let mut open: Option<Open<'_>> = None;
    let mut indent = None;
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let all = text.get(start..)?;
        let length = memchr::memchr(b'\n', all).map_or(all.len(), |end| end + 1);
        at += length;
        let line = all.get(..length)?;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let first = line.first().copied();
        match first {
            Some(b'\t') => return None,
            // Another document.
            Some(b'-' | b'.' | b'%') if start > 0 || line != b"---" => return None,
            // A comment ends nothing.
            None | Some(b'#') if is_in_entries => continue,
            Some(b' ') if is_in_entries => {
                let blanks = line.iter().position(|byte| *byte != b' ');
                let Some(blanks) = blanks else { continue };
                let own = *indent.get_or_insert(blanks);
                let content = line.get(blanks..)?;
                if blanks < own {
                    return None;
                }
                if blanks > own || content == b"-" || content.starts_with(b"- ") {
                    // A line of the chart above.
                    open.as_ref()?;
                    continue;
                }
                let name = plain::chart_name(content)?;
                if !names.insert(name) {
                    return None;
                }
                let next = Open {
                    name,
                    start,
                    versions: at,
                    indent: own,
                };
                layout.close(open.replace(next), text, start)?;
            }
            _ if line == b"entries:" && !has_entries => {
                has_entries = true;
                is_in_entries = true;
                layout.rest.extend_from_slice(b"entries:\n");
            }
            _ => {
                if first != Some(b' ') {
                    layout.close(open.take(), text, start)?;
                    is_in_entries = false;
                }
                layout.rest.extend_from_slice(line);
                layout.rest.push(b'\n');
            }
        }
    }
    layout.close(open, text, text.len())?;
    has_entries.then_some(layout)
}

/// A chart whose end is not known yet.
struct Open<'a> {
    name: &'a str,
    start: usize,
    versions: usize,
    indent: usize,
}

impl<'a> Layout<'a> {
    /// Adds a chart that ends where the next part of the text begins.
    fn close(&mut self, open: Option<Open<'a>>, text: &'a [u8], end: usize) -> Option<()> {
        let Some(open) = open else { return Some(()) };
        self.charts.push(Chart {
            name: open.name,
            text: text.get(open.start..end)?,
            versions: text.get(open.versions..end)?,
            indent: open.indent,
        });
        Some(())
    }
}
