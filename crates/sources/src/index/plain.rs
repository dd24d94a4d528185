//! Recognises versions of a chart that are written as programs write them, without reading their YAML.
//!
//! What is recognised is right for sure: reading it would give neither an error nor a notice. All else is read, so that
//! this decides how fast an index is read and never what it says. The forms are those that go-yaml writes: one key a
//! line, scalars plain or in quotation marks, long ones folded, texts in blocks.

mod scalar;

use super::OWN;
use gosemver::Version;
use scalar::{in_one_line, is_printable, is_word, unquoted};

/// The name of a chart in its line, if it is one for sure: `alpha:`.
pub(super) fn chart_name(line: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(line.strip_suffix(b":")?).ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let is_name = name.bytes().all(is_plain) && is_word(name.as_bytes());
    is_name.then_some(name)
}

/// Returns true if the lines below a chart's name are versions of it that are right for sure. `indent` are the columns before the
/// name.
pub(super) fn are_versions(text: &[u8], indent: usize) -> bool {
    let mut lines = Lines { rest: text };
    let Some(first) = lines.peek() else {
        return false;
    };
    let dash = first.indent;
    if dash < indent {
        return false;
    }
    while let Some(line) = lines.peek() {
        let is_version = line.indent == dash && line.text.starts_with(b"- ");
        if !is_version || version(&mut lines, dash).is_none() {
            return false;
        }
    }
    true
}

/// A line without its line end.
#[derive(Clone, Copy)]
struct Line<'a> {
    /// The blanks before the text.
    indent: usize,
    text: &'a [u8],
}

#[derive(Clone, Copy)]
struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Lines<'a> {
    fn split(&self) -> Option<(Line<'a>, &'a [u8])> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest);
        let (line, rest) = match end {
            Some(end) => (self.rest.get(..end)?, self.rest.get(end + 1..)?),
            None => (self.rest, &[][..]),
        };
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let text = line.get(indent..)?;
        Some((Line { indent, text }, rest))
    }

    fn peek(&self) -> Option<Line<'a>> {
        self.split().map(|(line, _)| line)
    }

    fn skip(&mut self) {
        if let Some((_, rest)) = self.split() {
            self.rest = rest;
        }
    }
}

/// The kinds of fields that a version has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Name,
    Version,
    Type,
    Time,
    Switch,
    Texts,
    Maintainers,
    Dependencies,
    Annotations,
}

fn kind(key: &[u8]) -> Option<(usize, Kind)> {
    let position = |names: &[&str]| names.iter().position(|name| name.as_bytes() == key);
    let at = match (position(chart::METADATA), position(OWN)) {
        (Some(at), _) => at,
        (None, Some(at)) => chart::METADATA.len() + at,
        (None, None) => return None,
    };
    let kind = match key {
        b"name" => Kind::Name,
        b"version" => Kind::Version,
        b"type" => Kind::Type,
        b"created" => Kind::Time,
        b"deprecated" | b"removed" => Kind::Switch,
        b"sources" | b"keywords" | b"urls" => Kind::Texts,
        b"maintainers" => Kind::Maintainers,
        b"dependencies" => Kind::Dependencies,
        b"annotations" => Kind::Annotations,
        _ => Kind::Text,
    };
    Some((at, kind))
}

/// Passes over a version; nothing if it is not right for sure.
fn version(lines: &mut Lines<'_>, dash: usize) -> Option<()> {
    let column = dash + 2;
    let mut known = 0_u64;
    let (mut has_name, mut has_version) = (false, false);
    let mut is_first = true;
    while let Some(line) = lines.peek() {
        let text = match is_first {
            true => line.text.get(2..)?,
            false if line.indent == column && !line.text.starts_with(b"- ") => line.text,
            false => break,
        };
        is_first = false;
        lines.skip();
        let (key, value) = pair(text)?;
        let (at, kind) = kind(key)?;
        note(&mut known, at)?;
        match kind {
            Kind::Text if value.is_empty() => {}
            Kind::Text => text_value(lines, value, column)?,
            Kind::Name => {
                let name = in_one_line(value)?;
                let is_name = name.is_ascii() && !name.contains(&b'/');
                if name.is_empty() || !is_name || matches!(name, b"." | b"..") {
                    return None;
                }
                has_name = true;
            }
            Kind::Version => {
                let text = std::str::from_utf8(in_one_line(value)?).ok()?;
                if !is_short_version(text.as_bytes()) && Version::parse(text).is_err() {
                    return None;
                }
                has_version = text.is_ascii();
            }
            Kind::Type => {
                matches!(in_one_line(value)?, b"application" | b"library").then_some(())?;
            }
            Kind::Time => {
                let time = unquoted(value)?;
                gostd::time::parse(b"2006-01-02T15:04:05Z07:00", time).ok()?;
                is_time(time).then_some(())?;
            }
            Kind::Switch => matches!(value, b"true" | b"false").then_some(())?,
            Kind::Texts if value == b"[]" => {}
            Kind::Texts => texts(lines, value, column)?,
            Kind::Maintainers => maps(lines, value, column, &["name", "email", "url"])?,
            Kind::Dependencies => {
                let names = ["name", "version", "repository", "condition"];
                maps(lines, value, column, &names)?;
            }
            Kind::Annotations => annotations(lines, value, column)?,
        }
    }
    (has_name && has_version).then_some(())
}

/// Notes that a map has the key with this number; nothing if it has it already.
fn note(known: &mut u64, at: usize) -> Option<()> {
    let bit = 1_u64.checked_shl(u32::try_from(at).ok()?)?;
    (*known & bit == 0).then_some(())?;
    *known |= bit;
    Some(())
}

/// The key and the value of a line.
fn pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', text)?;
    let (key, rest) = text.split_at_checked(colon)?;
    match rest {
        b":" => Some((key, b"")),
        _ => Some((key, rest.strip_prefix(b": ")?)),
    }
}

/// A text that may go on in further lines, which are further to the right than `column`.
fn text_value(lines: &mut Lines<'_>, value: &[u8], column: usize) -> Option<()> {
    match value.first()? {
        b'|' | b'>' => block(lines, value, column),
        quote @ (b'"' | b'\'') => {
            let mut ends = scalar::ends(value.get(1..)?, *quote)?;
            while !ends {
                let line = lines.peek()?;
                (line.indent > column && !line.text.is_empty()).then_some(())?;
                lines.skip();
                ends = scalar::ends(line.text, *quote)?;
            }
            Some(())
        }
        _ => {
            in_one_line(value)?;
            while let Some(line) = lines.peek().filter(|line| line.indent > column) {
                let text = line.text;
                let is_part = scalar::goes_on(text) && text.first() != Some(&b'#');
                is_part.then_some(())?;
                lines.skip();
            }
            Some(())
        }
    }
}

/// A text in a block: the lines that are as far to the right as the first one, which is further than `column`.
fn block(lines: &mut Lines<'_>, header: &[u8], column: usize) -> Option<()> {
    if !matches!(header, b"|" | b"|-" | b"|+" | b">" | b">-" | b">+") {
        return None;
    }
    let first = lines.peek()?;
    let indent = first.indent;
    if indent <= column || first.text.is_empty() {
        return None;
    }
    while let Some(line) = lines.peek() {
        if line.text.is_empty() && line.indent <= indent {
            lines.skip();
            continue;
        }
        if line.indent < indent {
            break;
        }
        let is_text = is_printable(line.text) && line.text.first() != Some(&b'\t');
        is_text.then_some(())?;
        lines.skip();
    }
    Some(())
}

/// The lines of a list, which are at `column` or two columns further: the column behind the dashes.
fn list_column(lines: &Lines<'_>, value: &[u8], column: usize) -> Option<usize> {
    value.is_empty().then_some(())?;
    let line = lines.peek()?;
    let is_list = line.text.starts_with(b"- ") && line.indent >= column;
    is_list.then_some(line.indent)
}

fn texts(lines: &mut Lines<'_>, value: &[u8], column: usize) -> Option<()> {
    let dash = list_column(lines, value, column)?;
    while let Some(line) = lines.peek() {
        let Some(item) = line.text.strip_prefix(b"- ") else {
            break;
        };
        if line.indent != dash {
            break;
        }
        in_one_line(item)?;
        lines.skip();
    }
    Some(())
}

/// A list of maps with texts.
fn maps(lines: &mut Lines<'_>, value: &[u8], column: usize, names: &[&str]) -> Option<()> {
    let dash = list_column(lines, value, column)?;
    let mut known = 0;
    while let Some(line) = lines.peek() {
        let text = match line.text.strip_prefix(b"- ") {
            Some(text) if line.indent == dash => {
                known = 0;
                text
            }
            None if line.indent == dash + 2 => line.text,
            _ => break,
        };
        let (key, value) = pair(text)?;
        let at = names.iter().position(|name| name.as_bytes() == key)?;
        note(&mut known, at)?;
        in_one_line(value)?;
        lines.skip();
    }
    Some(())
}

fn annotations(lines: &mut Lines<'_>, value: &[u8], column: usize) -> Option<()> {
    value.is_empty().then_some(())?;
    let first = lines.peek()?;
    let own = first.indent;
    (own > column).then_some(())?;
    let mut known: Vec<&[u8]> = Vec::new();
    while let Some(line) = lines.peek() {
        if line.indent != own {
            break;
        }
        let (key, value) = pair(line.text)?;
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-/".contains(byte);
        let is_key = key.iter().all(is_plain) && is_word(key) && !known.contains(&key);
        (is_key && !value.is_empty()).then_some(())?;
        known.push(key);
        lines.skip();
        text_value(lines, value, own)?;
    }
    Some(())
}

/// Returns true for what every reader of times takes alike: digits and their separators.
fn is_time(time: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"-:.TZ+".contains(byte);
    time.iter().all(is_part)
}

/// Returns true for three numbers with dots between them.
fn is_short_version(text: &[u8]) -> bool {
    let mut parts = text.split(|byte| *byte == b'.');
    let is_number = |part: Option<&[u8]>| {
        part.is_some_and(|part| {
            let has_digits = part.iter().all(u8::is_ascii_digit);
            has_digits
                && matches!(part.len(), 1..=9)
                && (part.len() == 1 || part.first() != Some(&b'0'))
        })
    };
    is_number(parts.next())
        && is_number(parts.next())
        && is_number(parts.next())
        && parts.next().is_none()
}
