//! From text to tokens: go-yaml v2's scanner, in what it accepts, where it stops and what it says.
//!
//! YAML tells only by a later `:` that what came before was a key. The scanner therefore keeps,
//! for each level of flow collections, the place where a key without `?` may have begun, and
//! hands out no token as long as a key token may have to be put before it. Such a key is at most
//! 1024 characters long and ends on its line. Indentation becomes tokens that open and close
//! block collections.

use crate::MAX_DEPTH;
use std::collections::VecDeque;

use super::cursor::Cursor;
use super::input;
use super::token::{Sort, Token};
use crate::Mark;
use crate::error::{Error, ErrorKind};

/// The error about deeper ones.
const TOO_DEEP: &str = match MAX_DEPTH {
    10_000 => "exceeded max depth of 10000",
    _ => "exceeded max depth",
};

/// The longest key without `?`, in characters.
const MAX_KEY: usize = 1024;

pub(crate) struct Scanner<'t> {
    pub(super) cursor: Cursor<'t>,
    refused: Option<&'static str>,
    tokens: VecDeque<Token<'t>>,
    /// The number of tokens that were handed out.
    taken: usize,
    /// True if the first token in the queue can be handed out.
    is_ready: bool,
    is_at_end: bool,
    /// The column of the innermost block collection; -1 outside of any.
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) key_allowed: bool,
    /// The possible key of each flow level, that of the block level first.
    keys: Vec<SimpleKey>,
}

/// A place where a key may have begun.
#[derive(Clone, Copy)]
struct SimpleKey {
    is_possible: bool,
    /// True if anything else than a key is an error: the place is at the collection's column.
    is_required: bool,
    /// True if its token waits for the key to be decided.
    holds_back: bool,
    /// The number of the token it begins with.
    token: usize,
    mark: Mark,
    line: u32,
    column: usize,
    index: usize,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t input::Text<'_>) -> Scanner<'t> {
        let (usable, refused) = match &text.refused {
            Some(refused) => (
                text.chars.get(..refused.block).unwrap_or_default(),
                Some(refused.problem),
            ),
            None => (&*text.chars, None),
        };
        let cursor = Cursor::new(usable, refused.is_some());
        let mut scanner = Scanner {
            cursor,
            refused,
            tokens: VecDeque::with_capacity(16),
            taken: 0,
            is_ready: false,
            is_at_end: false,
            indent: -1,
            indents: Vec::new(),
            key_allowed: true,
            keys: Vec::with_capacity(4),
        };
        let place = scanner.simple_key();
        scanner.keys.push(place);
        scanner
    }

    /// The number of bytes that are not scanned yet.
    pub(crate) fn remaining(&self) -> usize {
        self.cursor.rest().len()
    }

    /// Returns the next token and its place, without taking it.
    pub(crate) fn peek(&mut self) -> Result<(Sort, Mark), Error> {
        if !self.is_ready {
            while self.needs_more()? {
                let fetched = self.fetch();
                if let (true, Some(problem)) = (self.cursor.overran(), self.refused) {
                    return Err(Error::yaml(
                        ErrorKind::Encoding,
                        self.cursor.mark(),
                        problem,
                    ));
                }
                fetched?;
            }
            self.is_ready = true;
        }
        Ok(self
            .tokens
            .front()
            .map_or((Sort::StreamEnd, self.cursor.mark()), |t| (t.sort, t.mark)))
    }

    /// Takes the token that was last peeked at.
    pub(crate) fn take(&mut self) -> Option<Token<'t>> {
        self.is_ready = false;
        self.taken += 1;
        self.tokens.pop_front()
    }

    /// An error of go-yaml's scanner at this place: it names the line, but not the first.
    pub(super) fn error(&self, problem: &'static str) -> Error {
        self.error_of(ErrorKind::Syntax, problem)
    }

    /// The same of what began at a place before the one that go-yaml names the line of.
    pub(super) fn error_from(&self, start: Mark, problem: &'static str) -> Error {
        let line = self.cursor.mark().line;
        let line_number = if line > 1 { line } else { 0 };
        Error::on_line(ErrorKind::Syntax, start, line_number, problem)
    }

    fn error_of(&self, kind: ErrorKind, problem: &'static str) -> Error {
        let mark = self.cursor.mark();
        let line_number = if mark.line > 1 { mark.line } else { 0 };
        Error::on_line(kind, mark, line_number, problem)
    }

    fn needs_more(&mut self) -> Result<bool, Error> {
        if self.tokens.is_empty() {
            return Ok(!self.is_at_end);
        }
        // Keys stand in the order of their tokens.
        let first = self.keys.partition_point(|key| key.token < self.taken);
        for level in first..self.keys.len() {
            match self.keys.get(level) {
                Some(key) if key.token == self.taken => {
                    if key.holds_back {
                        return Ok(self.is_key_valid(level)? && !self.is_at_end);
                    }
                }
                _ => break,
            }
        }
        Ok(false)
    }

    fn fetch(&mut self) -> Result<(), Error> {
        self.skip_to_token();
        let column = self.cursor.column();
        self.close_blocks(isize::try_from(column).unwrap_or(isize::MAX));
        self.cursor.want(4);
        let in_flow = self.in_flow();
        let before_blank = self.cursor.is_blank_or_end_at(1);
        match self.cursor.at(0) {
            0 => self.end_stream(),
            b'%' if column == 0 => self.directive(),
            b'-' | b'.' if self.cursor.is_document_indicator() => self.document_indicator(),
            b'[' => self.open_flow(Sort::FlowSeqStart),
            b'{' => self.open_flow(Sort::FlowMapStart),
            b']' => self.close_flow(Sort::FlowSeqEnd),
            b'}' => self.close_flow(Sort::FlowMapEnd),
            b',' => {
                self.remove_key()?;
                self.key_allowed = true;
                self.indicator(Sort::FlowEntry)
            }
            b'-' if before_blank => self.block_entry(),
            b'?' if in_flow || before_blank => self.explicit_key(),
            b':' if in_flow || before_blank => self.value(),
            b'*' => self.begin_scalar(|s| s.anchor(Sort::Alias)),
            b'&' => self.begin_scalar(|s| s.anchor(Sort::Anchor)),
            b'!' => self.begin_scalar(Scanner::tag),
            b'|' if !in_flow => self.block_scalar_token(false),
            b'>' if !in_flow => self.block_scalar_token(true),
            b'\'' => self.begin_scalar(|s| s.quoted(true)),
            b'"' => self.begin_scalar(|s| s.quoted(false)),
            b'-' | b'?' | b':' if !before_blank => self.plain_token(),
            b'\t' | b'-' | b'?' | b':' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => {
                Err(self.error("found character that cannot start any token"))
            }
            _ => self.plain_token(),
        }
    }

    /// A plain scalar. Most are keys of block maps with their `:` right behind: these become tokens at
    /// once, in the order that [`Scanner::value`] would bring them into, a fifth of the time saved.
    fn plain_token(&mut self) -> Result<(), Error> {
        if !self.key_allowed || self.in_flow() || !self.cursor.is_whole() {
            return self.begin_scalar(Scanner::plain);
        }
        let (column, line) = (self.cursor.column(), self.cursor.line());
        self.save_key()?;
        self.key_allowed = false;
        let key = self.plain()?;
        let is_key = self.cursor.at(0) == b':'
            && self.cursor.is_blank_or_end_at(1)
            && self.cursor.line() == line
            && self.is_key_valid(0)?;
        if !is_key {
            self.push(key);
            return Ok(());
        }
        self.open_block(column, None, Sort::BlockMapStart, key.mark)?;
        self.push(Token::new(Sort::Key, key.mark));
        self.push(key);
        self.forget(0);
        self.indicator(Sort::Value)
    }

    /// Passes blanks, comments and line breaks.
    fn skip_to_token(&mut self) {
        if self.cursor.pos() == 0 && self.cursor.rest().starts_with("\u{FEFF}".as_bytes()) {
            self.cursor.skip_chars(3);
        }
        loop {
            self.cursor.skip_blanks(self.in_flow() || !self.key_allowed);
            if self.cursor.at(0) == b'#' {
                self.cursor.take_line();
            }
            if self.cursor.take_break().is_empty() {
                return;
            }
            if !self.in_flow() {
                self.key_allowed = true;
            }
        }
    }

    pub(super) fn in_flow(&self) -> bool {
        self.keys.len() > 1
    }

    fn push(&mut self, token: Token<'t>) {
        self.tokens.push_back(token);
    }

    /// Puts a token before the one with this number, or last if that one was handed out already.
    fn insert(&mut self, number: Option<usize>, token: Token<'t>) {
        match number.and_then(|number| number.checked_sub(self.taken)) {
            Some(at) if at <= self.tokens.len() => self.tokens.insert(at, token),
            _ => self.tokens.push_back(token),
        }
    }

    /// A token of one character.
    fn indicator(&mut self, sort: Sort) -> Result<(), Error> {
        let mark = self.cursor.mark();
        self.cursor.skip(1);
        self.push(Token::new(sort, mark));
        Ok(())
    }

    fn begin_scalar(
        &mut self,
        scan: impl FnOnce(&mut Scanner<'t>) -> Result<Token<'t>, Error>,
    ) -> Result<(), Error> {
        self.save_key()?;
        self.key_allowed = false;
        let token = scan(self)?;
        self.push(token);
        Ok(())
    }

    fn block_scalar_token(&mut self, is_folded: bool) -> Result<(), Error> {
        self.remove_key()?;
        self.key_allowed = true;
        let token = self.block_scalar(is_folded)?;
        self.push(token);
        Ok(())
    }

    fn end_stream(&mut self) -> Result<(), Error> {
        if self.cursor.column() != 0 {
            self.cursor.begin_line();
        }
        self.close_blocks(-1);
        self.remove_key()?;
        self.key_allowed = false;
        self.is_at_end = true;
        let mark = self.cursor.mark();
        self.push(Token::new(Sort::StreamEnd, mark));
        Ok(())
    }

    fn directive(&mut self) -> Result<(), Error> {
        self.close_blocks(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let token = self.scan_directive()?;
        self.push(token);
        Ok(())
    }

    fn document_indicator(&mut self) -> Result<(), Error> {
        self.close_blocks(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let sort = match self.cursor.at(0) {
            b'-' => Sort::DocumentStart,
            _ => Sort::DocumentEnd,
        };
        let mark = self.cursor.mark();
        self.cursor.skip(3);
        self.push(Token::new(sort, mark));
        Ok(())
    }

    fn open_flow(&mut self, sort: Sort) -> Result<(), Error> {
        self.save_key()?;
        let place = self.simple_key();
        self.keys.push(place);
        if self.keys.len() - 1 > MAX_DEPTH {
            return Err(self.error_of(ErrorKind::Depth, TOO_DEEP));
        }
        self.key_allowed = true;
        self.indicator(sort)
    }

    fn close_flow(&mut self, sort: Sort) -> Result<(), Error> {
        self.remove_key()?;
        if self.keys.len() > 1
            && let Some(closed) = self.keys.pop()
            && let Some(key) = self.keys.last_mut()
            && key.token == closed.token
        {
            // An empty collection: go-yaml no longer waits for it to become a key.
            key.holds_back = false;
        }
        self.key_allowed = false;
        self.indicator(sort)
    }

    fn block_entry(&mut self) -> Result<(), Error> {
        if !self.in_flow() {
            if !self.key_allowed {
                return Err(self.error("block sequence entries are not allowed in this context"));
            }
            self.open_block_here(Sort::BlockSeqStart)?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.indicator(Sort::BlockEntry)
    }

    fn explicit_key(&mut self) -> Result<(), Error> {
        if !self.in_flow() {
            if !self.key_allowed {
                return Err(self.error("mapping keys are not allowed in this context"));
            }
            self.open_block_here(Sort::BlockMapStart)?;
        }
        self.remove_key()?;
        self.key_allowed = !self.in_flow();
        self.indicator(Sort::Key)
    }

    fn value(&mut self) -> Result<(), Error> {
        let level = self.keys.len().saturating_sub(1);
        if self.is_key_valid(level)?
            && let Some(key) = self.keys.get(level).copied()
        {
            self.insert(Some(key.token), Token::new(Sort::Key, key.mark));
            self.open_block(key.column, Some(key.token), Sort::BlockMapStart, key.mark)?;
            self.forget(level);
            self.key_allowed = false;
        } else {
            if !self.in_flow() {
                if !self.key_allowed {
                    return Err(self.error("mapping values are not allowed in this context"));
                }
                self.open_block_here(Sort::BlockMapStart)?;
            }
            self.key_allowed = !self.in_flow();
        }
        self.indicator(Sort::Value)
    }

    fn open_block_here(&mut self, sort: Sort) -> Result<(), Error> {
        let (column, mark) = (self.cursor.column(), self.cursor.mark());
        self.open_block(column, None, sort, mark)
    }

    /// Opens a block collection if `column` is right of the innermost one.
    fn open_block(
        &mut self,
        column: usize,
        before: Option<usize>,
        sort: Sort,
        mark: Mark,
    ) -> Result<(), Error> {
        let column = isize::try_from(column).unwrap_or(isize::MAX);
        if self.in_flow() || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_DEPTH {
            return Err(self.error_of(ErrorKind::Depth, TOO_DEEP));
        }
        self.insert(before, Token::new(sort, mark));
        Ok(())
    }

    /// Closes the block collections right of `column`.
    fn close_blocks(&mut self, column: isize) {
        if self.in_flow() {
            return;
        }
        while self.indent > column {
            let mark = self.cursor.mark();
            self.push(Token::new(Sort::BlockEnd, mark));
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// This place, not yet a possible key.
    fn simple_key(&self) -> SimpleKey {
        SimpleKey {
            is_possible: false,
            is_required: false,
            holds_back: false,
            token: self.taken + self.tokens.len(),
            mark: self.cursor.mark(),
            line: self.cursor.line(),
            column: self.cursor.column(),
            index: self.cursor.index(),
        }
    }

    /// Notes that a key may begin here.
    fn save_key(&mut self) -> Result<(), Error> {
        if !self.key_allowed {
            return Ok(());
        }
        self.remove_key()?;
        let mut key = self.simple_key();
        key.is_possible = true;
        key.holds_back = true;
        key.is_required = !self.in_flow() && isize::try_from(key.column) == Ok(self.indent);
        if let Some(last) = self.keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    /// Gives up this level's possible key.
    fn remove_key(&mut self) -> Result<(), Error> {
        let level = self.keys.len().saturating_sub(1);
        if self
            .keys
            .get(level)
            .is_some_and(|key| key.is_possible && key.is_required)
        {
            return Err(self.error("could not find expected ':'"));
        }
        self.forget(level);
        Ok(())
    }

    fn forget(&mut self, level: usize) {
        if let Some(key) = self.keys.get_mut(level) {
            key.is_possible = false;
            key.holds_back = false;
        }
    }

    /// Returns true if a possible key can still become one.
    fn is_key_valid(&mut self, level: usize) -> Result<bool, Error> {
        let (line, index) = (self.cursor.line(), self.cursor.index());
        let Some(key) = self.keys.get_mut(level) else {
            return Ok(false);
        };
        if key.is_possible && (key.line < line || key.index + MAX_KEY < index) {
            if key.is_required {
                return Err(self.error("could not find expected ':'"));
            }
            key.is_possible = false;
        }
        Ok(key.is_possible)
    }
}
