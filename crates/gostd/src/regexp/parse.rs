//! Package `regexp/syntax`: the parser of Go's pattern syntax, with its limits and its errors.
//!
//! One pass over the bytes with an explicit stack of open groups, so that nesting costs no recursion.
//! Each finished piece is an expression for `regex-automata` plus what Go's limits count.

use regex_syntax::hir::{Hir, Look};

use super::class::{self, Set};
use super::error::{Error, ErrorCode};
use crate::unicode::decode_rune;

mod brackets;
mod escape;
mod node;

use node::Node;

/// The meaning of a pattern.
pub(super) struct Parsed {
    pub(super) hir: Hir,
    /// Names of the groups, the whole match first; empty where there is none.
    pub(super) names: Box<[Box<str>]>,
}

/// Parses a pattern with the flags of `regexp.Compile`.
pub(super) fn parse(pattern: &[u8]) -> Result<Parsed, Error> {
    let mut parser = Parser {
        pattern,
        at: 0,
        flags: Flags::default(),
        open: Vec::new(),
        group: Group::default(),
        names: vec!["".into()],
        runes: 0,
    };
    parser.run()?;
    if !parser.open.is_empty() {
        return Err(Error::new(ErrorCode::MissingParen, pattern));
    }
    let node = parser.close_alternatives()?;
    Ok(Parsed {
        hir: node.hir,
        names: parser.names.into(),
    })
}

/// `(?imsU)`.
#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    fold: bool,
    multi_line: bool,
    dot_newline: bool,
    lazy: bool,
}

/// The alternatives of the group being read: finished ones, and the pieces of the last.
#[derive(Default)]
struct Group {
    alternatives: Vec<Node>,
    pieces: Vec<Node>,
}

/// A group to go on with after the closing parenthesis.
struct Opened {
    outer: Group,
    flags: Flags,
    /// Number of the capturing group that is open now.
    capture: Option<u32>,
}

struct Parser<'p> {
    pattern: &'p [u8],
    at: usize,
    flags: Flags,
    open: Vec<Opened>,
    group: Group,
    names: Vec<Box<str>>,
    /// Runes in the ranges of all classes so far, which Go limits.
    runes: usize,
}

/// Go: 128 MiB of runes, four bytes each.
const MAX_RUNES: usize = 128 << 20 >> 2;

impl<'p> Parser<'p> {
    fn rest(&self) -> &'p [u8] {
        self.pattern.get(self.at..).unwrap_or_default()
    }

    fn since(&self, start: usize) -> &'p [u8] {
        self.pattern.get(start..self.at).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.pattern.get(self.at).copied()
    }

    fn eat(&mut self, text: &[u8]) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    /// The next rune; U+FFFD at the end, as Go decodes the empty string.
    fn next_rune(&mut self) -> Result<char, Error> {
        let rest = self.rest();
        let (c, width) = decode_rune(rest);
        if c == char::REPLACEMENT_CHARACTER && width == 1 {
            return Err(Error::new(ErrorCode::InvalidUtf8, rest));
        }
        self.at += width;
        Ok(c)
    }

    fn too_large(&self) -> Error {
        Error::new(ErrorCode::Large, self.pattern)
    }

    fn push(&mut self, node: Node) -> Result<(), Error> {
        let node = self.within_limits(node)?;
        self.group.pieces.push(node);
        Ok(())
    }

    fn within_limits(&self, node: Node) -> Result<Node, Error> {
        if self.runes > MAX_RUNES || node.size > node::MAX_SIZE {
            return Err(self.too_large());
        }
        if node.height > node::MAX_HEIGHT {
            return Err(Error::new(ErrorCode::NestingDepth, self.pattern));
        }
        Ok(node)
    }

    fn literal(&mut self, code: u32) -> Result<(), Error> {
        self.runes += 1;
        let set = class::rune(code, self.flags.fold);
        self.push(Node::literal(set.to_hir(), self.flags.fold))
    }

    fn class(&mut self, set: &Set) -> Result<(), Error> {
        self.runes += 2 * set.ranges().len();
        self.push(Node::class(set))
    }

    fn look(&mut self, look: Look) -> Result<(), Error> {
        self.push(Node::leaf(Hir::look(look)))
    }

    fn run(&mut self) -> Result<(), Error> {
        // Where the repetition operator just read begins: another one must not follow it.
        let mut last_repeat = None;
        while let Some(next) = self.peek() {
            let start = self.at;
            let repeated = match next {
                b'*' | b'+' | b'?' => {
                    self.at += 1;
                    let (min, max) = match next {
                        b'*' => (0, None),
                        b'+' => (1, None),
                        _ => (0, Some(1)),
                    };
                    self.repeat(start, last_repeat, min, max, false)?;
                    true
                }
                b'{' => self.counted(last_repeat)?,
                _ => {
                    self.piece(next)?;
                    false
                }
            };
            last_repeat = repeated.then_some(start);
        }
        Ok(())
    }

    /// Reads anything but a repetition operator.
    fn piece(&mut self, next: u8) -> Result<(), Error> {
        match next {
            b'(' if self.rest().starts_with(b"(?") => return self.perl_group(),
            b'[' => return self.brackets(),
            b'\\' => return self.escaped(),
            b'(' | b'|' | b')' | b'^' | b'$' | b'.' => self.at += 1,
            _ => {
                let c = self.next_rune()?;
                return self.literal(c as u32);
            }
        }
        match next {
            b'(' => self.open_capture(""),
            b'|' => {
                let node = self.close_pieces()?;
                self.group.alternatives.push(node);
                Ok(())
            }
            b')' => self.close_group(),
            b'^' => self.look(if self.flags.multi_line {
                Look::StartLF
            } else {
                Look::Start
            }),
            b'$' => self.look(if self.flags.multi_line {
                Look::EndLF
            } else {
                Look::End
            }),
            _ => {
                let mut set = Set::of(if self.flags.dot_newline {
                    &[]
                } else {
                    &[(0xa, 0xa)]
                });
                set = set.negated();
                self.push(Node::class(&set))
            }
        }
    }

    fn open_capture(&mut self, name: &str) -> Result<(), Error> {
        let capture = u32::try_from(self.names.len()).map_err(|_| self.too_large())?;
        self.names.push(name.into());
        self.open_group(Some(capture), self.flags);
        Ok(())
    }

    fn open_group(&mut self, capture: Option<u32>, inner: Flags) {
        self.open.push(Opened {
            outer: std::mem::take(&mut self.group),
            flags: self.flags,
            capture,
        });
        self.flags = inner;
    }

    fn close_group(&mut self) -> Result<(), Error> {
        let node = self.close_alternatives()?;
        let opened = self
            .open
            .pop()
            .ok_or_else(|| Error::new(ErrorCode::UnexpectedParen, self.pattern))?;
        self.flags = opened.flags;
        self.group = opened.outer;
        match opened.capture {
            None => self.push(node),
            Some(index) => self.push(node.capture(index)),
        }
    }

    fn close_pieces(&mut self) -> Result<Node, Error> {
        let pieces = std::mem::take(&mut self.group.pieces);
        self.within_limits(Node::concat(pieces))
    }

    fn close_alternatives(&mut self) -> Result<Node, Error> {
        let last = self.close_pieces()?;
        let mut alternatives = std::mem::take(&mut self.group.alternatives);
        alternatives.push(last);
        self.within_limits(Node::alternate(alternatives))
    }

    /// `{n}`, `{n,}` or `{n,m}`; a brace that is none of these is a literal. Whether it was a repetition.
    fn counted(&mut self, last_repeat: Option<usize>) -> Result<bool, Error> {
        let start = self.at;
        let Some((min, max)) = self.counts() else {
            self.at = start + 1;
            self.literal(u32::from(b'{'))?;
            return Ok(false);
        };
        let invalid = min > 1000 || max.is_some_and(|max| max > 1000 || min > max);
        if invalid {
            return Err(Error::new(ErrorCode::InvalidRepeatSize, self.since(start)));
        }
        self.repeat(start, last_repeat, min, max, true)?;
        Ok(true)
    }

    fn counts(&mut self) -> Option<(u32, Option<u32>)> {
        self.at += 1;
        let min = self.count()?;
        let max = match self.eat(b",") {
            false => Some(min),
            true if self.peek() == Some(b'}') => None,
            true => Some(self.count()?),
        };
        self.eat(b"}").then_some((min, max))
    }

    /// A decimal number without leading zeros; too large ones saturate.
    fn count(&mut self) -> Option<u32> {
        let digits = self
            .rest()
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let text = self.rest().get(..digits)?;
        if matches!(text, [] | [b'0', _, ..]) {
            return None;
        }
        self.at += digits;
        Some(text.iter().fold(0u32, |n, b| {
            n.saturating_mul(10).saturating_add(u32::from(b - b'0'))
        }))
    }

    fn repeat(
        &mut self,
        start: usize,
        last_repeat: Option<usize>,
        min: u32,
        max: Option<u32>,
        counted: bool,
    ) -> Result<(), Error> {
        let lazy = self.eat(b"?") != self.flags.lazy;
        if let Some(last) = last_repeat {
            return Err(Error::new(ErrorCode::InvalidRepeatOp, self.since(last)));
        }
        let Some(piece) = self.group.pieces.pop() else {
            return Err(Error::new(
                ErrorCode::MissingRepeatArgument,
                self.since(start),
            ));
        };
        let node = self.within_limits(piece.repeat(min, max, !lazy, counted))?;
        let many = min >= 2 || max.is_some_and(|max| max >= 2);
        if counted && many && node.product > node::MAX_PRODUCT {
            return Err(Error::new(ErrorCode::InvalidRepeatSize, self.since(start)));
        }
        self.group.pieces.push(node);
        Ok(())
    }

    /// `(?P<name>`, `(?<name>`, `(?flags)` or `(?flags:`.
    fn perl_group(&mut self) -> Result<(), Error> {
        let start = self.at;
        let rest = self.rest();
        let name_at = if rest.len() > 4 && rest.starts_with(b"(?P<") {
            Some(4)
        } else if rest.len() > 3 && rest.starts_with(b"(?<") {
            Some(3)
        } else {
            None
        };
        match name_at {
            Some(offset) => self.named_capture(offset),
            None => self.flag_group(start),
        }
    }

    fn named_capture(&mut self, offset: usize) -> Result<(), Error> {
        let rest = self.rest();
        let Some(end) = memchr::memchr(b'>', rest) else {
            self.check_utf8(rest)?;
            return Err(Error::new(ErrorCode::InvalidNamedCapture, rest));
        };
        let name = rest.get(offset..end).unwrap_or_default();
        self.check_utf8(name)?;
        let valid =
            !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
        let Some(name) = std::str::from_utf8(name).ok().filter(|_| valid) else {
            return Err(Error::new(
                ErrorCode::InvalidNamedCapture,
                rest.get(..=end).unwrap_or(rest),
            ));
        };
        self.at += end + 1;
        self.open_capture(name)
    }

    fn check_utf8(&self, text: &[u8]) -> Result<(), Error> {
        std::str::from_utf8(text).map(|_| ()).map_err(|e| {
            let invalid = text.get(e.valid_up_to()..).unwrap_or_default();
            Error::new(ErrorCode::InvalidUtf8, invalid)
        })
    }

    fn flag_group(&mut self, start: usize) -> Result<(), Error> {
        self.at += 2;
        let mut flags = self.flags;
        let mut negative = false;
        // After a minus sign a flag must follow.
        let mut saw_flag = false;
        while self.peek().is_some() {
            let c = self.next_rune()?;
            let flag = match c {
                'i' => &mut flags.fold,
                'm' => &mut flags.multi_line,
                's' => &mut flags.dot_newline,
                'U' => &mut flags.lazy,
                '-' if !negative => {
                    negative = true;
                    saw_flag = false;
                    continue;
                }
                ':' | ')' if !negative || saw_flag => {
                    if c == ':' {
                        self.open_group(None, flags);
                    } else {
                        self.flags = flags;
                    }
                    return Ok(());
                }
                _ => break,
            };
            *flag = !negative;
            saw_flag = true;
        }
        Err(Error::new(ErrorCode::InvalidPerlOp, self.since(start)))
    }
}
