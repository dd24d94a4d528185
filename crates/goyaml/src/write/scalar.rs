//! Strings: the choice between plain, quoted and literal, and how each is laid out.

use super::resolve::reads_as_other;
use super::scalar_analysis::{Shape, shape_of};
use super::via_json;
use super::{Dialect, Emitter, WriteError};
use gostd::base64;

/// Longer keys (in bytes) are written with `?`.
const SIMPLE_KEY: usize = 128;
/// v2 folds at the first single blank after this column.
const WIDTH: usize = 80;
/// v3 breaks base64 after as many characters.
const BASE64_LINE: usize = 70;

/// The role of a string in the document.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Key,
    Value,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// The result of writing a string.
#[derive(Clone, Copy)]
pub(super) struct ScalarShape {
    /// A key that had to be a complex one, written with `?`.
    pub(super) complex: bool,
    /// A literal block, each line on a line of its own.
    pub(super) block: bool,
}

/// The layout of a scalar.
#[derive(Clone, Copy)]
struct Layout {
    shape: Shape,
    /// Indentation of continuation lines.
    indent: isize,
    /// True if long lines are folded.
    folds: bool,
}

impl Emitter {
    /// Writes a string.
    pub(super) fn write_text(
        &mut self,
        text: &[u8],
        role: Role,
    ) -> Result<ScalarShape, WriteError> {
        match self.dialect {
            Dialect::V2 => {
                let read = via_json::through_json(text)?;
                if role == Role::Key && !via_json::is_readable_key(text) {
                    return Err(WriteError::Key);
                }
                Ok(self.write_styled(&read, role, None))
            }
            Dialect::V3 if text.is_ascii() || std::str::from_utf8(text).is_ok() => {
                Ok(self.write_styled(text, role, None))
            }
            Dialect::V3 => Ok(self.write_styled(&base64_lines(text), role, Some("!!binary"))),
        }
    }

    fn write_styled(&mut self, text: &[u8], role: Role, tag: Option<&str>) -> ScalarShape {
        let shape = shape_of(text, self.dialect);
        let tag_length = tag.map_or(0, str::len);
        let simple_key =
            role == Role::Key && !shape.multiline && text.len() + tag_length <= SIMPLE_KEY;
        let complex = role == Role::Key && !simple_key;
        if complex {
            self.buffer.indicator(b"?", true, false, true);
        }
        if let Some(tag) = tag {
            self.buffer.token(tag.as_bytes());
        }
        let style = self.style(text, shape, tag.is_some());
        let layout = Layout {
            shape,
            indent: self.deeper(2),
            folds: self.dialect == Dialect::V2 && !simple_key,
        };
        match style {
            Style::Plain => self.plain(text, layout),
            Style::Single => self.single(text, layout),
            Style::Double => self.double(text, layout),
            Style::Literal => self.literal(text, layout),
        }
        ScalarShape {
            complex,
            block: style == Style::Literal,
        }
    }

    fn style(&self, text: &[u8], shape: Shape, tagged: bool) -> Style {
        if shape.line_feeds {
            if shape.block {
                Style::Literal
            } else {
                Style::Double
            }
        } else if !tagged && reads_as_other(text, self.dialect) {
            Style::Double
        } else if shape.plain {
            Style::Plain
        } else if shape.single {
            Style::Single
        } else {
            Style::Double
        }
    }

    fn plain(&mut self, text: &[u8], layout: Layout) {
        self.buffer.separate();
        self.flow_text(text, layout);
        self.buffer.text_ended();
    }

    fn single(&mut self, text: &[u8], layout: Layout) {
        self.buffer.indicator(b"'", true, false, false);
        if text.contains(&b'\'') {
            let mut doubled = Vec::with_capacity(text.len() + 8);
            for byte in text {
                doubled.push(*byte);
                if *byte == b'\'' {
                    doubled.push(b'\'');
                }
            }
            self.flow_text(&doubled, layout);
        } else {
            self.flow_text(text, layout);
        }
        self.buffer.indicator(b"'", false, false, false);
        self.buffer.text_ended();
    }

    /// The text of a plain or single-quoted scalar, folded where it is too wide.
    fn flow_text(&mut self, text: &[u8], layout: Layout) {
        let fits = self.buffer.column() + text.len() <= WIDTH;
        if layout.shape.wide_breaks {
            self.flow_text_with_breaks(text, layout);
        } else if !layout.folds || fits {
            self.buffer.put(text, columns(text, layout.shape.simple));
        } else {
            self.fold(text, layout);
        }
    }

    /// Breaks the line at the first single inner blank after column 80.
    fn fold(&mut self, text: &[u8], layout: Layout) {
        let mut start = 0;
        for blank in memchr::memchr_iter(b' ', text) {
            let Some(part) = text.get(start..blank) else {
                continue;
            };
            let width = columns(part, layout.shape.simple);
            if self.buffer.column() + width > WIDTH && is_single_inner_blank(text, blank) {
                self.buffer.put(part, width);
                self.buffer.indent(layout.indent);
                start = blank + 1;
            } else if part.len() > WIDTH {
                // Keeps the widths to be counted short: no text is counted twice.
                self.buffer.put(part, width);
                start = blank;
            }
        }
        let rest = text.get(start..).unwrap_or(&[]);
        self.buffer.put(rest, columns(rest, layout.shape.simple));
    }

    /// As [`Self::flow_text`], with U+2028 and U+2029 starting new lines of go-yaml's counting.
    fn flow_text_with_breaks(&mut self, text: &[u8], layout: Layout) {
        let mut rest = text;
        loop {
            let (line, separator) = split_wide_line(rest);
            if !line.is_empty() {
                if rest.len() < text.len() {
                    self.buffer.indent(layout.indent);
                }
                let fits = self.buffer.column() + line.len() <= WIDTH;
                if !layout.folds || fits {
                    self.buffer.put(line, columns(line, false));
                } else {
                    self.fold(line, layout);
                }
                self.buffer.has_text();
            }
            if separator.is_empty() {
                break;
            }
            self.buffer.wide_break(separator);
            rest = rest.get(line.len() + separator.len()..).unwrap_or(&[]);
        }
    }

    fn double(&mut self, text: &[u8], layout: Layout) {
        self.buffer.indicator(b"\"", true, false, false);
        // go-yaml means to escape a byte order mark, but looks for it at the text's start whatever
        // the character: a text that starts with one is escaped throughout.
        let escape_all = text.starts_with(b"\xef\xbb\xbf");
        let mut after_blank = false;
        let mut offset = 0;
        for chunk in text.utf8_chunks() {
            for c in chunk.valid().chars() {
                let at = offset;
                offset += c.len_utf8();
                let blank = c == ' ' && !escape_all;
                if escape_all || must_be_escaped(c) {
                    self.escape(c);
                } else if blank
                    && layout.folds
                    && !after_blank
                    && self.buffer.column() > WIDTH
                    && at > 0
                    && at + 1 < text.len()
                {
                    self.buffer.indent(layout.indent);
                    if text.get(at + 1) == Some(&b' ') {
                        self.buffer.put_byte(b'\\');
                    }
                } else {
                    let mut buffer = [0; 4];
                    self.buffer.put(c.encode_utf8(&mut buffer).as_bytes(), 1);
                }
                after_blank = blank;
            }
        }
        self.buffer.indicator(b"\"", false, false, false);
        self.buffer.text_ended();
    }

    fn escape(&mut self, c: char) {
        let short = match c {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            other => {
                let code = u32::from(other);
                let text = match code {
                    0..=0xff => format!("\\x{code:02X}"),
                    0x100..=0xffff => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                };
                self.buffer.put(text.as_bytes(), text.len());
                return;
            }
        };
        self.buffer.put_byte(b'\\');
        self.buffer.put_byte(short as u8);
    }

    fn literal(&mut self, text: &[u8], layout: Layout) {
        self.buffer.indicator(b"|", true, false, false);
        let (first_line, _) = split_line(text, layout.shape.wide_breaks);
        if first_line.is_empty() || first_line.starts_with(b" ") {
            self.buffer.indicator(b"2", false, false, false);
        }
        if let Some(chomping) = chomping(text) {
            self.buffer.indicator(&[chomping], false, false, false);
        }
        self.buffer.block_started();
        let mut rest = text;
        while !rest.is_empty() {
            let (line, separator) = split_line(rest, layout.shape.wide_breaks);
            if !line.is_empty() {
                self.buffer.indent(layout.indent);
                self.buffer.put(line, line.len());
                self.buffer.has_text();
            }
            match separator {
                [] => {}
                b"\n" => self.buffer.line_feed(),
                wide => self.buffer.wide_break(wide),
            }
            rest = rest.get(line.len() + separator.len()..).unwrap_or(&[]);
        }
    }
}

/// Width in characters.
fn columns(text: &[u8], ascii: bool) -> usize {
    if ascii {
        text.len()
    } else {
        text.iter().filter(|b| *b & 0xc0 != 0x80).count()
    }
}

fn is_single_inner_blank(text: &[u8], at: usize) -> bool {
    at > 0 && text.get(at - 1) != Some(&b' ') && !matches!(text.get(at + 1), None | Some(b' '))
}

fn must_be_escaped(c: char) -> bool {
    match c {
        '"' | '\\' => true,
        ' '..='~' => false,
        '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' => false,
        _ => true,
    }
}

/// Splits off the first line and its line break.
fn split_line(text: &[u8], wide_breaks: bool) -> (&[u8], &[u8]) {
    let feed = memchr::memchr(b'\n', text).unwrap_or(text.len());
    let (line, rest) = text.split_at(feed);
    if wide_breaks {
        let (shorter, wide) = split_wide_line(line);
        if !wide.is_empty() {
            return (shorter, wide);
        }
    }
    (line, rest.get(..1).unwrap_or(&[]))
}

fn split_wide_line(text: &[u8]) -> (&[u8], &[u8]) {
    for at in memchr::memchr_iter(0xe2, text) {
        if let Some(separator @ [0xe2, 0x80, 0xa8 | 0xa9]) = text.get(at..at + 3) {
            return (text.get(..at).unwrap_or(&[]), separator);
        }
    }
    (text, &[])
}

/// `-` without final line break, `+` with more than one, nothing with one.
fn chomping(text: &[u8]) -> Option<u8> {
    let Some(before) = without_final_break(text) else {
        return Some(b'-');
    };
    if before.is_empty() || without_final_break(before).is_some() {
        return Some(b'+');
    }
    None
}

fn without_final_break(text: &[u8]) -> Option<&[u8]> {
    match text {
        [before @ .., b'\n'] => Some(before),
        [before @ .., 0xe2, 0x80, 0xa8 | 0xa9] => Some(before),
        _ => None,
    }
}

/// Base64 as go-yaml breaks it: lines of 70 characters if there is more than one, each with its
/// line feed.
fn base64_lines(data: &[u8]) -> Vec<u8> {
    let encoded = base64::encode(data).into_bytes();
    if encoded.len() < BASE64_LINE {
        return encoded;
    }
    let mut out = Vec::with_capacity(encoded.len() + encoded.len() / BASE64_LINE + 1);
    for line in encoded.chunks(BASE64_LINE) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out
}
