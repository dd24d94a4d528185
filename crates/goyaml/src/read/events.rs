//! The stream of YAML events with their places. The scanner behind it is libyaml's, of which
//! go-yaml's is a port; no other module knows which one it is.

use std::io::{self, BufRead, Read};

use libyaml_safer::{self as libyaml, EventData};

use super::input::{self, Refused};
use crate::Mark;
use crate::error::{Error, ErrorKind};

/// What go-yaml allows of nested flow collections, and as much of nested block collections.
const MAX_DEPTH: usize = 10_000;

/// An event and where it begins.
pub(crate) struct Event {
    pub(crate) mark: Mark,
    pub(crate) data: Data,
}

/// The events that make up a document; the stream's and document's own are left out but for the end.
pub(crate) enum Data {
    /// A scalar; `implicit` if it is plain and has no tag, or has the tag `!`.
    Scalar {
        anchor: Option<String>,
        tag: Option<String>,
        text: String,
        implicit: bool,
    },
    /// A reference to an anchor.
    Alias(String),
    /// A list begins.
    Seq { anchor: Option<String> },
    /// A map begins.
    Map { anchor: Option<String> },
    /// The innermost list or map ends.
    End,
    /// The document ends, or there is none.
    DocumentEnd,
}

/// The events of a text's first document.
pub(crate) struct Events<'t> {
    parser: libyaml::Parser<Blocks<'t>>,
    text: &'t str,
    refused: Option<&'t Refused>,
    flow_depth: usize,
    block_depth: usize,
    /// For each open collection whether it is in flow style.
    open: Vec<bool>,
    /// The line that marks were last asked on, and the offset at which it begins.
    line: (u64, u64),
}

impl<'t> Events<'t> {
    pub(crate) fn new(text: &'t input::Text<'_>) -> Events<'t> {
        let mut parser = libyaml::Parser::new();
        let usable = match &text.refused {
            Some(refused) => text.chars.get(..refused.block).unwrap_or(""),
            None => &text.chars,
        };
        parser.set_encoding(libyaml::Encoding::Utf8);
        parser.set_input(Blocks {
            rest: usable.as_bytes(),
            fails: text.refused.is_some(),
            line_break: text.refused.is_none() && !usable.ends_with('\n'),
        });
        Events {
            parser,
            text: &text.chars,
            refused: text.refused.as_ref(),
            flow_depth: 0,
            block_depth: 0,
            open: Vec::new(),
            line: (0, 0),
        }
    }

    /// The next event of the document.
    pub(crate) fn next(&mut self) -> Result<Event, Error> {
        loop {
            let event = self.parser.parse().map_err(|e| self.explain(&e))?;
            let mark = self.place(event.start_mark);
            let data = match event.data {
                EventData::StreamStart { .. } | EventData::DocumentStart { .. } => continue,
                EventData::StreamEnd | EventData::DocumentEnd { .. } => Data::DocumentEnd,
                EventData::Alias { anchor } => Data::Alias(anchor),
                EventData::Scalar {
                    anchor,
                    tag,
                    value,
                    plain_implicit,
                    ..
                } => Data::Scalar {
                    anchor,
                    tag,
                    text: value,
                    implicit: plain_implicit,
                },
                EventData::SequenceStart { anchor, style, .. } => {
                    self.enter(style == libyaml::SequenceStyle::Flow, mark)?;
                    Data::Seq { anchor }
                }
                EventData::MappingStart { anchor, style, .. } => {
                    self.enter(style == libyaml::MappingStyle::Flow, mark)?;
                    Data::Map { anchor }
                }
                EventData::SequenceEnd | EventData::MappingEnd => {
                    match self.open.pop() {
                        Some(true) => self.flow_depth -= 1,
                        Some(false) => self.block_depth -= 1,
                        None => {}
                    }
                    Data::End
                }
            };
            return Ok(Event { mark, data });
        }
    }

    fn enter(&mut self, flow: bool, mark: Mark) -> Result<(), Error> {
        let depth = if flow {
            &mut self.flow_depth
        } else {
            &mut self.block_depth
        };
        *depth += 1;
        if *depth > MAX_DEPTH {
            let problem = format_args!("exceeded max depth of {MAX_DEPTH}");
            return Err(located(
                ErrorKind::Depth,
                mark,
                named_line(mark, 0),
                problem,
            ));
        }
        self.open.push(flow);
        Ok(())
    }

    /// The line and byte column of a libyaml mark, whose own column counts characters.
    fn place(&mut self, mark: libyaml::Mark) -> Mark {
        if self.line.0 != mark.line {
            let before = usize::try_from(mark.index)
                .ok()
                .and_then(|index| self.text.as_bytes().get(..index))
                .unwrap_or_default();
            let mut start = before.len();
            let mut columns = mark.column;
            while columns > 0 && start > 0 {
                start -= 1;
                if self.text.is_char_boundary(start) {
                    columns -= 1;
                }
            }
            self.line = (mark.line, start as u64);
        }
        let column = mark.index.saturating_sub(self.line.1);
        Mark {
            line: u32::try_from(mark.line + 1).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }

    fn explain(&mut self, error: &libyaml::Error) -> Error {
        let reader_failed = matches!(
            error.kind(),
            libyaml::ErrorKind::Io | libyaml::ErrorKind::Reader
        );
        if let (true, Some(refused)) = (reader_failed, self.refused) {
            let mark = end_mark(self.text);
            return Error::yaml(ErrorKind::Encoding, mark, refused.problem);
        }
        let mark = error
            .problem_mark()
            .map(|m| self.place(m))
            .unwrap_or_default();
        let context = error.context_mark().map_or(0, |m| m.line);
        let named = match error.kind() {
            libyaml::ErrorKind::Scanner => named_line(mark, context),
            _ if mark.line > 1 => u64::from(mark.line) - 1,
            _ => context,
        };
        located(ErrorKind::Syntax, mark, named, error.problem())
    }
}

/// The line go-yaml names for a scanner's error: that of the problem, unless it is the first,
/// then that of the context, counted from 0; 0 means that none is named.
fn named_line(mark: Mark, context: u64) -> u64 {
    if mark.line > 1 {
        u64::from(mark.line)
    } else {
        context
    }
}

fn located(kind: ErrorKind, mark: Mark, line: u64, problem: impl std::fmt::Display) -> Error {
    match line {
        0 => Error::yaml(kind, mark, problem),
        _ => Error::yaml(kind, mark, format_args!("line {line}: {problem}")),
    }
}

/// Where `text` ends.
fn end_mark(text: &str) -> Mark {
    let last = text.rsplit('\n').next().unwrap_or("");
    Mark {
        line: u32::try_from(memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1)
            .unwrap_or(u32::MAX),
        column: u32::try_from(last.len() + 1).unwrap_or(u32::MAX),
    }
}

/// Gives libyaml the text in pieces: it would otherwise decode all of it before scanning.
struct Blocks<'t> {
    rest: &'t [u8],
    fails: bool,
    /// Whether a final line break is added: libyaml-safer panics where it is missing.
    line_break: bool,
}

const PIECE: usize = 4096;

impl Read for Blocks<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let piece = self.fill_buf()?;
        let n = piece.len().min(buf.len());
        for (to, from) in buf.iter_mut().zip(piece) {
            *to = *from;
        }
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Blocks<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.rest.is_empty() && self.fails {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        if self.rest.is_empty() && std::mem::take(&mut self.line_break) {
            self.rest = b"\n";
        }
        let mut end = self.rest.len().min(PIECE);
        // Not inside a character.
        while end > 0 && self.rest.get(end).is_some_and(|b| b & 0xC0 == 0x80) {
            end -= 1;
        }
        Ok(self.rest.get(..end).unwrap_or_default())
    }

    fn consume(&mut self, n: usize) {
        self.rest = self.rest.get(n..).unwrap_or_default();
    }
}
