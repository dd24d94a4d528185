//! Places in a text where a namespace may go. What an edit comes to is read and compared before it is used,
//! so that these need not know all of YAML.

use super::{Filled, NAMESPACE};
use crate::manifest::fields::entries;
use goyaml::{Mark, Node};

/// Bytes that are put in, in the place of others.
pub(super) struct Edit {
    at: usize,
    removed: usize,
    added: Vec<u8>,
    /// The line that it adds: which it is, counted from 1, if it is the only one.
    line: Option<usize>,
}

/// The edit that puts the namespace into an object with this metadata.
pub(super) type Form = fn(&Text<'_>, &Node) -> Option<Edit>;

/// The forms, that of most charts first.
pub(super) const FORMS: [Form; 3] = [behind_the_name, before_the_first, in_braces];

/// A document and the namespace for it.
pub(super) struct Text<'t> {
    text: &'t [u8],
    /// The start of each line.
    starts: Vec<usize>,
    /// The namespace as YAML writes it.
    plain: Vec<u8>,
    /// The namespace as JSON writes it.
    quoted: Vec<u8>,
}

impl<'t> Text<'t> {
    pub(super) fn new(text: &'t [u8], namespace: &str) -> Text<'t> {
        let plain = goyaml::to_yaml(&namespace.into()).unwrap_or_default();
        let newlines = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
        Text {
            text,
            starts: std::iter::once(0).chain(newlines).collect(),
            plain: plain.trim_ascii_end().to_vec(),
            quoted: gostd::strconv::quote(namespace.as_bytes()).into(),
        }
    }

    /// The text with all edits.
    pub(super) fn with(&self, mut edits: Vec<Edit>) -> Filled {
        edits.sort_by_key(|edit| edit.at);
        let (mut text, mut lines, mut position) = (Vec::new(), Vec::new(), 0);
        for edit in edits {
            text.extend_from_slice(self.between(position, edit.at));
            text.extend_from_slice(&edit.added);
            position = edit.at + edit.removed;
            let before = lines.len();
            lines.extend(edit.line.map(|line| line + before));
        }
        text.extend_from_slice(self.between(position, self.text.len()));
        let lines = Some(lines);
        Filled { text, lines }
    }

    fn between(&self, start: usize, end: usize) -> &'t [u8] {
        self.text.get(start..end).unwrap_or_default()
    }

    fn line_start(&self, mark: Mark) -> Option<usize> {
        let line = usize::try_from(mark.line).ok()?;
        self.starts.get(line.checked_sub(1)?).copied()
    }

    fn offset(&self, mark: Mark) -> Option<usize> {
        let column = usize::try_from(mark.column).ok()?;
        Some(self.line_start(mark)? + column.checked_sub(1)?)
    }

    /// The text before a place on its line, if it is nothing but blanks.
    fn indentation(&self, mark: Mark) -> Option<&'t [u8]> {
        let blanks = self.between(self.line_start(mark)?, self.offset(mark)?);
        blanks.iter().all(|byte| *byte == b' ').then_some(blanks)
    }

    /// Returns true if a key stands in quotes, as JSON's do.
    fn is_quoted(&self, offset: usize) -> bool {
        self.text.get(offset) == Some(&b'"')
    }

    /// The namespace in the place of an empty one.
    fn replacement(&self, metadata: &Node) -> Option<Edit> {
        let mut entries = entries(metadata).iter();
        let entry = entries.find(|entry| &*entry.key == NAMESPACE)?;
        let key = self.offset(entry.mark)?;
        let value = match self.is_quoted(key) {
            true => &self.quoted,
            false => &self.plain,
        };
        let edit = |at, removed, added| Edit {
            at,
            removed,
            added,
            line: None,
        };
        let at = self.offset(entry.value.mark)?;
        let there = self.text.get(at..).unwrap_or_default();
        let empty: [&[u8]; 6] = [b"\"\"", b"''", b"~", b"null", b"Null", b"NULL"];
        if at > key
            && let Some(empty) = empty.iter().find(|empty| there.starts_with(empty))
        {
            return Some(edit(at, empty.len(), value.clone()));
        }
        let colon = memchr::memchr(b':', self.text.get(key..)?)?;
        Some(edit(key + colon + 1, 0, [b" ", &value[..]].concat()))
    }
}

/// A line of its own after that of the name.
fn behind_the_name(text: &Text<'_>, metadata: &Node) -> Option<Edit> {
    if metadata.get(NAMESPACE).is_some() {
        return text.replacement(metadata);
    }
    let name = entries(metadata)
        .iter()
        .find(|entry| &*entry.key == "name")?;
    let blanks = text.indentation(name.mark)?;
    let start = text.line_start(name.mark)?;
    let rest = text.text.get(start..)?;
    let end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let has_return = text.between(start, end).ends_with(b"\r");
    let (at, newline): (_, &[u8]) = match has_return {
        true => (end - 1, b"\r\n"),
        false => (end, b"\n"),
    };
    Some(Edit {
        at,
        removed: 0,
        added: [newline, blanks, b"namespace: ", &text.plain].concat(),
        line: usize::try_from(name.mark.line).ok().map(|line| line + 1),
    })
}

/// A line of its own before the first key.
fn before_the_first(text: &Text<'_>, metadata: &Node) -> Option<Edit> {
    if metadata.get(NAMESPACE).is_some() {
        return text.replacement(metadata);
    }
    let first = entries(metadata).first()?;
    let blanks = text.indentation(first.mark)?;
    Some(Edit {
        at: text.offset(first.mark)?,
        removed: 0,
        added: [b"namespace: ", &text.plain[..], b"\n", blanks].concat(),
        line: usize::try_from(first.mark.line).ok(),
    })
}

/// Before the first key of a map in braces, or alone in them; on a line of its own if that key is on one.
fn in_braces(text: &Text<'_>, metadata: &Node) -> Option<Edit> {
    if metadata.get(NAMESPACE).is_some() {
        return text.replacement(metadata);
    }
    let Some(first) = entries(metadata).first() else {
        let brace = text.offset(metadata.mark)?;
        let added = match text.text.trim_ascii_start().first() {
            Some(b'{') => [b"\"namespace\":", &text.quoted[..]].concat(),
            _ => [b"namespace: ", &text.plain[..]].concat(),
        };
        return Some(Edit {
            at: brace + 1,
            removed: 0,
            added,
            line: None,
        });
    };
    let at = text.offset(first.mark)?;
    let own_line = text.indentation(first.mark);
    let key_end = at + first.key.len() + 2;
    let mut added = match text.is_quoted(at) {
        // As dense as what is there.
        true if text.between(key_end, key_end + 2).starts_with(b": ") => {
            [b"\"namespace\": ", &text.quoted[..], b","].concat()
        }
        true => [b"\"namespace\":", &text.quoted[..], b","].concat(),
        false => [b"namespace: ", &text.plain[..], b","].concat(),
    };
    match own_line {
        Some(blanks) => added.extend([b"\n", blanks].concat()),
        None if text.is_quoted(at) && !added.starts_with(b"\"namespace\": ") => {}
        None => added.push(b' '),
    }
    Some(Edit {
        at,
        removed: 0,
        added,
        line: own_line.and_then(|_| usize::try_from(first.mark.line).ok()),
    })
}
