//! The scanner's part for scalars: plain, quoted, and blocks of text.

use std::borrow::Cow;

use super::scanner::Scanner;
use super::token::{Sort, Token};
use crate::Mark;
use crate::error::Error;

/// The text between two lines of a scalar: one line break becomes a blank,
/// more become one less.
#[derive(Default)]
struct Fold {
    first: &'static str,
    more: String,
}

impl Fold {
    fn join(&mut self, out: &mut String) {
        if self.first != "\n" {
            out.push_str(self.first);
            out.push_str(&self.more);
        } else if self.more.is_empty() {
            out.push(' ');
        } else {
            out.push_str(&self.more);
        }
        self.first = "";
        self.more.clear();
    }
}

/// The bytes at which a plain scalar may end.
static SPECIAL_IN_PLAIN: [bool; 256] = {
    let mut special = [false; 256];
    let bytes = b" \t\n\r:,?[]{}\xC2\xE2";
    let mut at = 0;
    while at < bytes.len() {
        special[bytes[at] as usize] = true;
        at += 1;
    }
    special
};

impl<'t> Scanner<'t> {
    /// A scalar without quotes: a slice of the text unless it goes over several lines.
    pub(super) fn plain(&mut self) -> Result<Token<'t>, Error> {
        let mark = self.cursor.mark();
        let in_flow = self.in_flow();
        let indent = self.indent + 1;
        // `folded` holds the lines before the one that begins at `start`.
        let mut folded: Option<String> = None;
        let (mut start, mut end) = (self.cursor.pos(), self.cursor.pos());
        let mut fold = Fold::default();
        let mut is_new_line = false;
        loop {
            self.cursor.want(4);
            if self.cursor.is_document_indicator() || self.cursor.at(0) == b'#' {
                break;
            }
            let length = self.plain_run(in_flow);
            if length > 0 {
                if is_new_line {
                    let out = folded.get_or_insert_default();
                    out.push_str(self.cursor.slice(start, end));
                    fold.join(out);
                    is_new_line = false;
                    start = self.cursor.pos();
                }
                self.cursor.skip_chars(length);
                end = self.cursor.pos();
                self.cursor.want(2);
            }
            if self.cursor.at(0) == 0 || !self.cursor.is_blank_or_end_at(0) {
                break;
            }
            loop {
                match self.cursor.at(0) {
                    b'\t' if is_new_line && self.is_left_of(indent) => {
                        return Err(self.error("found a tab character that violates indentation"));
                    }
                    b' ' | b'\t' => self.cursor.skip(1),
                    _ => match self.cursor.take_break() {
                        "" => break,
                        first if !is_new_line => {
                            is_new_line = true;
                            fold.first = first;
                        }
                        more => fold.more.push_str(more),
                    },
                }
            }
            if !in_flow && self.is_left_of(indent) {
                break;
            }
        }
        if is_new_line {
            self.key_allowed = true;
        }
        let last = self.cursor.slice(start, end);
        let text = match folded {
            None => Cow::Borrowed(last),
            Some(mut out) => {
                out.push_str(last);
                Cow::Owned(out)
            }
        };
        Ok(Token::with_text(Sort::Plain, mark, text))
    }

    fn is_left_of(&self, column: isize) -> bool {
        isize::try_from(self.cursor.column()).is_ok_and(|c| c < column)
    }

    /// The number of bytes of a plain scalar here that have no blank, or single ones between words.
    fn plain_run(&self, in_flow: bool) -> usize {
        let bytes = self.cursor.rest();
        let takes_blanks = self.cursor.is_whole();
        for (n, byte) in bytes.iter().enumerate() {
            if !SPECIAL_IN_PLAIN[usize::from(*byte)] {
                continue;
            }
            let ends = match byte {
                b' ' => {
                    // What a word begins with ends no scalar: no need to stop before it.
                    let next = bytes.get(n + 1);
                    let is_word = next.is_some_and(|b| b.is_ascii_alphanumeric());
                    !(takes_blanks && n > 0 && is_word)
                }
                b'\t' | b'\n' | b'\r' => true,
                b':' => self.cursor.is_blank_or_end_at(n + 1),
                b',' | b'?' | b'[' | b']' | b'{' | b'}' => in_flow,
                0xC2 | 0xE2 => self.cursor.is_break_at(n),
                _ => false,
            };
            if ends {
                return n;
            }
        }
        bytes.len()
    }

    /// A scalar in quotes, single ones or double ones.
    pub(super) fn quoted(&mut self, is_single: bool) -> Result<Token<'t>, Error> {
        let mark = self.cursor.mark();
        self.cursor.skip(1);
        let text = match self.quoted_slice(is_single) {
            Some(text) => Cow::Borrowed(text),
            // What is never closed is wrong where it begins.
            None => Cow::Owned(self.quoted_text(is_single, mark)?),
        };
        Ok(Token::with_text(Sort::Quoted, mark, text))
    }

    /// The common case: all on one line, nothing escaped.
    fn quoted_slice(&mut self, is_single: bool) -> Option<&'t str> {
        let bytes = self.cursor.rest();
        let length = match is_single {
            true => memchr::memchr3(b'\'', b'\n', b'\r', bytes)?,
            false => bytes
                .iter()
                .position(|b| matches!(b, b'"' | b'\\' | b'\n' | b'\r'))?,
        };
        let slice = self
            .cursor
            .slice(self.cursor.pos(), self.cursor.pos() + length);
        let is_whole = match is_single {
            true => self.cursor.at(length) == b'\'' && self.cursor.at(length + 1) != b'\'',
            false => self.cursor.at(length) == b'"',
        };
        if !is_whole || slice.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
            return None;
        }
        self.cursor.skip_chars(length);
        self.cursor.skip(1);
        Some(slice)
    }

    fn quoted_text(&mut self, is_single: bool, start: Mark) -> Result<String, Error> {
        let quote = if is_single { b'\'' } else { b'"' };
        let mut out = String::new();
        let mut fold = Fold::default();
        loop {
            self.cursor.want(4);
            if self.cursor.is_document_indicator() {
                return Err(self.error_from(start, "found unexpected document indicator"));
            }
            if self.cursor.at(0) == 0 {
                return Err(self.error_from(start, "found unexpected end of stream"));
            }
            let mut is_new_line = self.quoted_run(is_single, &mut out)?;
            if self.cursor.at(0) == quote {
                self.cursor.skip(1);
                return Ok(out);
            }
            let blanks = self.cursor.pos();
            let mut blanks_end = blanks;
            loop {
                match self.cursor.at(0) {
                    b' ' | b'\t' => {
                        self.cursor.skip(1);
                        if !is_new_line {
                            blanks_end = self.cursor.pos();
                        }
                    }
                    _ => match self.cursor.take_break() {
                        "" => break,
                        first if !is_new_line => {
                            is_new_line = true;
                            fold.first = first;
                        }
                        more => fold.more.push_str(more),
                    },
                }
            }
            if is_new_line {
                fold.join(&mut out);
            } else {
                out.push_str(self.cursor.slice(blanks, blanks_end));
            }
        }
    }

    /// Reads up to a blank, a line break or the closing quote; true if an escaped line break
    /// was passed.
    fn quoted_run(&mut self, is_single: bool, out: &mut String) -> Result<bool, Error> {
        while !self.cursor.is_blank_or_end_at(0) {
            match self.cursor.at(0) {
                b'\'' if is_single => {
                    if self.cursor.at(1) != b'\'' {
                        break;
                    }
                    out.push('\'');
                    self.cursor.skip(2);
                }
                b'"' if !is_single => break,
                b'\\' if !is_single && self.cursor.is_break_at(1) => {
                    self.cursor.skip(1);
                    self.cursor.take_break();
                    return Ok(true);
                }
                b'\\' if !is_single => out.push(self.escape()?),
                _ => {
                    let bytes = self.cursor.rest();
                    let length = bytes
                        .iter()
                        .enumerate()
                        .position(|(n, b)| match b {
                            b' ' | b'\t' | b'\n' | b'\r' => true,
                            b'\'' => is_single,
                            b'"' | b'\\' => !is_single,
                            0xC2 | 0xE2 => self.cursor.is_break_at(n),
                            _ => false,
                        })
                        .unwrap_or(bytes.len());
                    let start = self.cursor.pos();
                    self.cursor.skip_chars(length);
                    out.push_str(self.cursor.slice(start, start + length));
                }
            }
        }
        Ok(false)
    }

    fn escape(&mut self) -> Result<char, Error> {
        let digits = match self.cursor.at(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            other => {
                let c = match other {
                    b'0' => '\0',
                    b'a' => '\u{7}',
                    b'b' => '\u{8}',
                    b't' | b'\t' => '\t',
                    b'n' => '\n',
                    b'v' => '\u{b}',
                    b'f' => '\u{c}',
                    b'r' => '\r',
                    b'e' => '\u{1b}',
                    b' ' | b'"' | b'\'' | b'\\' => char::from(other),
                    b'N' => '\u{85}',
                    b'_' => '\u{a0}',
                    b'L' => '\u{2028}',
                    b'P' => '\u{2029}',
                    _ => return Err(self.error("found unknown escape character")),
                };
                self.cursor.skip(2);
                return Ok(c);
            }
        };
        self.cursor.skip(2);
        let mut value = 0u32;
        for n in 0..digits {
            let Some(digit) = char::from(self.cursor.at(n)).to_digit(16) else {
                // Go's spelling.
                return Err(self.error("did not find expected hexdecimal number"));
            };
            value = value << 4 | digit;
        }
        let Some(c) = char::from_u32(value) else {
            return Err(self.error("found invalid Unicode character escape code"));
        };
        self.cursor.skip(digits);
        Ok(c)
    }

    /// A block of text after `|` or `>`.
    pub(super) fn block_scalar(&mut self, is_folded: bool) -> Result<Token<'t>, Error> {
        let mark = self.cursor.mark();
        self.cursor.skip(1);
        let (chomping, increment) = self.block_header()?;
        let mut indent = match increment {
            0 => 0,
            n => usize::try_from(self.indent.max(0)).unwrap_or(0) + n,
        };
        let mut out = String::new();
        let mut last_break = "";
        let mut more_breaks = String::new();
        self.block_breaks(&mut indent, &mut more_breaks)?;
        let mut was_blank = false;
        while self.cursor.column() == indent && self.cursor.at(0) != 0 {
            let is_blank = matches!(self.cursor.at(0), b' ' | b'\t');
            if is_folded && last_break == "\n" && !was_blank && !is_blank {
                if more_breaks.is_empty() {
                    out.push(' ');
                }
            } else {
                out.push_str(last_break);
            }
            out.push_str(&more_breaks);
            more_breaks.clear();
            was_blank = is_blank;
            out.push_str(self.cursor.take_line());
            last_break = self.cursor.take_break();
            self.block_breaks(&mut indent, &mut more_breaks)?;
        }
        if chomping != Some(b'-') {
            out.push_str(last_break);
        }
        if chomping == Some(b'+') {
            out.push_str(&more_breaks);
        }
        Ok(Token::with_text(Sort::Quoted, mark, Cow::Owned(out)))
    }

    /// The rest of the line that begins a block: chomping and indentation, in either order.
    fn block_header(&mut self) -> Result<(Option<u8>, usize), Error> {
        let (mut chomping, mut increment) = (None, None);
        loop {
            match self.cursor.at(0) {
                c @ (b'+' | b'-') if chomping.is_none() => chomping = Some(c),
                b'0' if increment.is_none() => {
                    return Err(self.error("found an indentation indicator equal to 0"));
                }
                c @ b'1'..=b'9' if increment.is_none() => increment = Some(usize::from(c - b'0')),
                _ => break,
            }
            self.cursor.skip(1);
        }
        self.end_line()?;
        Ok((chomping, increment.unwrap_or(0)))
    }

    /// Passes the blanks and the comment that may end a line, and the line break.
    pub(super) fn end_line(&mut self) -> Result<(), Error> {
        self.cursor.skip_blanks(true);
        if self.cursor.at(0) == b'#' {
            self.cursor.take_line();
        }
        if self.cursor.take_break().is_empty() && self.cursor.at(0) != 0 {
            return Err(self.error("did not find expected comment or line break"));
        }
        Ok(())
    }

    /// Passes a block's indentation and empty lines; finds out the indentation if it is 0.
    fn block_breaks(&mut self, indent: &mut usize, breaks: &mut String) -> Result<(), Error> {
        let mut deepest = 0;
        loop {
            self.cursor.skip_spaces(match *indent {
                0 => usize::MAX,
                indent => indent.saturating_sub(self.cursor.column()),
            });
            deepest = deepest.max(self.cursor.column());
            if (*indent == 0 || self.cursor.column() < *indent) && self.cursor.at(0) == b'\t' {
                let problem = "found a tab character where an indentation space is expected";
                return Err(self.error(problem));
            }
            match self.cursor.take_break() {
                "" => break,
                line_break => breaks.push_str(line_break),
            }
        }
        if *indent == 0 {
            let least = usize::try_from(self.indent + 1).unwrap_or(0).max(1);
            *indent = deepest.max(least);
        }
        Ok(())
    }
}
