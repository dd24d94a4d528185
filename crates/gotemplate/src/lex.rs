//! From text to tokens, all of them at once (Go's `text/template/parse/lex.go`).
//!
//! The lexer knows two states: outside of an action it looks for the next `{{`, dropping comments
//! and the white space that trim markers ask for; inside it reads words until the `}}` that belongs
//! to no string. An error is the last token.
//!
//! Two things differ from Go's tokens, for speed: white space inside actions is no token but a mark
//! on the one after it, and the fields `.a.b.c` that follow each other are one token.

use memchr::{memchr, memchr_iter, memchr3, memmem};

use gostd::{strconv, unicode};

use crate::token::{Token, TokenKind};

/// The tokens of one text.
pub(crate) struct Tokens {
    /// The tokens; the last one is [`TokenKind::Eof`] or [`TokenKind::Error`].
    pub(crate) list: Vec<Token>,
    /// The reason why the last one is an error, if it is one.
    pub(crate) error: Vec<u8>,
}

/// Reads the tokens of one text.
pub(crate) struct Lexer<'a> {
    input: &'a [u8],
    delimiters: memmem::Finder<'static>,
    tokens: Vec<Token>,
    /// The start of the token being read, and the line it starts on.
    start: usize,
    start_line: u32,
    /// The place up to which the text is read, and its line.
    pos: usize,
    line: u32,
    paren_depth: usize,
    /// True if white space was read before the token being read.
    after_space: bool,
    /// True if these words are keywords; they are not where functions have these names.
    break_keyword: bool,
    continue_keyword: bool,
    /// The problem, once a [`TokenKind::Error`] was found.
    error: Vec<u8>,
}

/// The next step of the lexer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// More of the action.
    Inside,
    /// The rest after the action.
    Outside,
    /// Nothing: the end, or an error.
    Stop,
}

/// The number of bytes of a text per token, at least nearly: one token in ten bytes is common where there
/// are more actions than text.
const BYTES_PER_TOKEN: usize = 12;

/// The white space that trim markers remove and that separates words.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// `text` without the white space at its end.
fn trim_end(text: &[u8]) -> &[u8] {
    let length = text.iter().rposition(|byte| !is_space(*byte));
    text.get(..length.map_or(0, |last| last + 1))
        .unwrap_or_default()
}

/// Returns true if an ASCII character can be part of a name.
fn is_word_byte(byte: u8) -> bool {
    NAMES[usize::from(byte)] == Some(true)
}

/// Returns true if a name may end before this character; before a right delimiter it may, too.
fn ends_name(byte: u8) -> bool {
    NAMES[usize::from(byte)] == Some(false)
}

/// Returns true if a text can define other templates than itself: if the first word of an action is `define` or
/// `block`, or seems to be.
pub fn may_define(text: &[u8]) -> bool {
    let keywords: [&[u8]; 2] = [b"define", b"block"];
    let begins_action = |at: usize| {
        let before = trim_end(text.get(..at).unwrap_or_default());
        before.strip_suffix(b"-").unwrap_or(before).ends_with(b"{{")
    };
    keywords
        .iter()
        .any(|keyword| memmem::find_iter(text, keyword).any(begins_action))
}

/// The role of a byte in a name: a part, a possible follower, or neither.
static NAMES: [Option<bool>; 256] = {
    let mut names = [None; 256];
    let mut byte = 0;
    while byte < 128 {
        if byte == b'_' as usize || (byte as u8).is_ascii_alphanumeric() {
            names[byte] = Some(true);
        } else if matches!(
            byte as u8,
            b' ' | b'\t' | b'\r' | b'\n' | b'.' | b',' | b'|' | b':' | b')' | b'('
        ) {
            names[byte] = Some(false);
        }
        byte += 1;
    }
    names
};

/// Returns true if a character can be part of a name.
fn is_alphanumeric(c: char) -> bool {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => is_word_byte(byte),
        _ => unicode::is_letter(c) || unicode::is_digit(c),
    }
}

/// Go's `%#U`: `U+0040 '@'`.
fn code_point(c: char) -> String {
    let number = u32::from(c);
    if unicode::is_print(c) {
        format!("U+{number:04X} '{c}'")
    } else {
        format!("U+{number:04X}")
    }
}

impl<'a> Lexer<'a> {
    /// Starts at the beginning of `input`, which is shorter than 4 GiB.
    pub(crate) fn new(input: &'a [u8], break_keyword: bool, continue_keyword: bool) -> Self {
        Lexer {
            input,
            delimiters: memmem::Finder::new(b"{{"),
            tokens: Vec::with_capacity(16 + input.len() / BYTES_PER_TOKEN),
            start: 0,
            start_line: 1,
            pos: 0,
            line: 1,
            paren_depth: 0,
            after_space: false,
            break_keyword,
            continue_keyword,
            error: Vec::new(),
        }
    }

    /// Reads the whole text.
    pub(crate) fn tokens(mut self) -> Tokens {
        while self.text() == Then::Inside {
            let then = loop {
                let then = self.word();
                if then != Then::Inside {
                    break then;
                }
            };
            if then == Then::Stop {
                break;
            }
        }
        Tokens {
            list: self.tokens,
            error: self.error,
        }
    }

    /// The unread rest.
    fn rest(&self) -> &'a [u8] {
        self.input.get(self.pos..).unwrap_or_default()
    }

    /// The next byte, without reading it.
    fn peek(&self) -> Option<u8> {
        self.input.get(self.pos).copied()
    }

    /// The next character and its length, without reading it; invalid UTF-8 gives U+FFFD for one byte.
    fn peek_rune(&self) -> Option<(char, usize)> {
        match self.peek()? {
            byte if byte.is_ascii() => Some((char::from(byte), 1)),
            _ => Some(unicode::decode_rune(self.rest())),
        }
    }

    /// Fails because the text that follows cannot be read; it starts where the last token ended.
    #[cold]
    fn fail(&mut self, message: impl Into<Vec<u8>>) -> Then {
        self.error = message.into();
        self.pos = self.start;
        self.push(TokenKind::Error, 0);
        Then::Stop
    }

    /// Everything between the last token and here becomes a token.
    fn emit(&mut self, kind: TokenKind) -> Then {
        self.push(kind, 0);
        Then::Inside
    }

    fn push(&mut self, kind: TokenKind, head: usize) {
        self.tokens.push(Token {
            kind,
            after_space: self.after_space,
            head: u16::try_from(head).unwrap_or(u16::MAX),
            start: self.start as u32,
            end: self.pos as u32,
            line: self.start_line,
        });
        self.after_space = false;
        self.start = self.pos;
        self.start_line = self.line;
    }

    /// Reads `length` bytes that can contain line ends.
    fn advance(&mut self, length: usize) {
        let read = self.input.get(self.pos..self.pos + length);
        let read = read.unwrap_or_default();
        let newlines = match length {
            0 => 0,
            1..16 => read.iter().filter(|byte| **byte == b'\n').count(),
            _ => memchr_iter(b'\n', read).count(),
        };
        self.line += newlines as u32;
        self.pos += length;
    }

    /// Drops `length` bytes, which can contain line ends.
    fn skip(&mut self, length: usize) {
        self.advance(length);
        self.start = self.pos;
        self.start_line = self.line;
    }

    /// The number of bytes of white space that follow.
    fn space_length(&self) -> usize {
        let rest = self.rest();
        rest.iter().take_while(|byte| is_space(**byte)).count()
    }

    /// The length of the trim marker that starts an action's inside: `- `, or nothing.
    fn left_marker_length(&self) -> usize {
        match self.rest() {
            [b'-', space, ..] if is_space(*space) => 2,
            _ => 0,
        }
    }

    /// If a right delimiter follows: the length of the trim marker before it, ` -` or nothing.
    fn right_delimiter(&self) -> Option<usize> {
        match self.rest() {
            [b'}', b'}', ..] => Some(0),
            [space, b'-', b'}', b'}', ..] if is_space(*space) => Some(2),
            _ => None,
        }
    }

    /// Reads text up to the inside of the next action, or to the end; comments are dropped.
    fn text(&mut self) -> Then {
        loop {
            let rest = self.rest();
            let Some(length) = self.delimiters.find(rest) else {
                self.advance(rest.len());
                if !rest.is_empty() {
                    self.push(TokenKind::Text, 0);
                }
                self.push(TokenKind::Eof, 0);
                return Then::Stop;
            };
            if length > 0 {
                let text = rest.get(..length).unwrap_or_default();
                let trimmed = match rest.get(length + 2..).unwrap_or_default() {
                    [b'-', space, ..] if is_space(*space) => trim_end(text),
                    _ => text,
                };
                if !trimmed.is_empty() {
                    self.advance(trimmed.len());
                    self.push(TokenKind::Text, 0);
                }
                self.skip(length - trimmed.len());
            }
            let then = self.left_delimiter();
            if then != Then::Outside {
                return then;
            }
        }
    }

    /// Reads the left delimiter that follows with its trim marker, or a whole comment.
    fn left_delimiter(&mut self) -> Then {
        self.pos += 2;
        let marker = self.left_marker_length();
        let inside = self.rest().get(marker..).unwrap_or_default();
        if inside.starts_with(b"/*") {
            self.skip(marker);
            return self.comment();
        }
        self.push(TokenKind::LeftDelim, 0);
        self.skip(marker);
        self.paren_depth = 0;
        Then::Inside
    }

    /// Drops the comment that follows, with its right delimiter and the white space to trim.
    fn comment(&mut self) -> Then {
        let after_mark = self.rest().get(2..).unwrap_or_default();
        let Some(length) = memmem::find(after_mark, b"*/") else {
            return self.fail("unclosed comment");
        };
        self.advance(length + 4);
        let Some(marker) = self.right_delimiter() else {
            return self.fail("comment ends before closing delimiter");
        };
        self.skip(marker + 2);
        if marker > 0 {
            self.skip(self.space_length());
        }
        Then::Outside
    }

    /// Reads the right delimiter that follows, dropping its trim marker and what that trims.
    fn right_delim(&mut self, marker: usize) -> Then {
        if self.paren_depth > 0 {
            return self.fail("unclosed left paren");
        }
        self.skip(marker);
        self.pos += 2;
        self.push(TokenKind::RightDelim, 0);
        if marker > 0 {
            self.skip(self.space_length());
        }
        Then::Outside
    }

    /// Reads the next word of an action.
    fn word(&mut self) -> Then {
        let Some(byte) = self.peek() else {
            return self.fail("unclosed action");
        };
        let next = self.input.get(self.pos + 1).copied();
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => return self.space(),
            b'.' if next.is_some_and(|byte| !byte.is_ascii_digit()) => {
                return self.name(TokenKind::Field);
            }
            b'.' | b'+' | b'-' | b'0'..=b'9' => return self.number(),
            b'}' if next == Some(b'}') => return self.right_delim(0),
            b'$' => return self.name(TokenKind::Variable),
            b'"' => return self.quoted(b'"', TokenKind::String),
            b'\'' => return self.quoted(b'\'', TokenKind::CharConstant),
            _ if is_word_byte(byte) => return self.identifier(),
            _ if !byte.is_ascii() => {
                let (c, _) = unicode::decode_rune(self.rest());
                return match is_alphanumeric(c) {
                    true => self.identifier(),
                    false => self.unrecognized(c),
                };
            }
            _ => self.pos += 1,
        }
        match byte {
            b'=' => self.emit(TokenKind::Assign),
            b':' if next == Some(b'=') => {
                self.pos += 1;
                self.emit(TokenKind::Declare)
            }
            b':' => self.fail("expected :="),
            b'|' => self.emit(TokenKind::Pipe),
            b'`' => self.raw_string(),
            b'(' => {
                self.paren_depth += 1;
                self.emit(TokenKind::LeftParen)
            }
            b')' if self.paren_depth == 0 => self.fail("unexpected right paren"),
            b')' => {
                self.paren_depth -= 1;
                self.emit(TokenKind::RightParen)
            }
            b'!'..=b'~' => self.emit(TokenKind::Char),
            _ => self.unrecognized(char::from(byte)),
        }
    }

    #[cold]
    fn unrecognized(&mut self, c: char) -> Then {
        let message = format!("unrecognized character in action: {}", code_point(c));
        self.fail(message)
    }

    /// Drops a run of white space, but for its last byte if that belongs to a trim marker, with which the
    /// action ends.
    fn space(&mut self) -> Then {
        if let [b' ', next, ..] = self.rest()
            && *next > b' '
            && *next != b'-'
        {
            self.after_space = true;
            self.pos += 1;
            self.start = self.pos;
            return Then::Inside;
        }
        let length = self.space_length();
        let after = self.rest().get(length..).unwrap_or_default();
        if !after.starts_with(b"-}}") {
            self.after_space = true;
            self.skip(length);
            return Then::Inside;
        }
        self.after_space = length > 1;
        self.skip(length - 1);
        self.right_delim(2)
    }

    /// Reads the letters and digits that follow; false if the name may not end there.
    fn alphanumerics(&mut self) -> bool {
        loop {
            let rest = self.rest().iter();
            self.pos += rest.take_while(|byte| is_word_byte(**byte)).count();
            if self.at_terminator() {
                return true;
            }
            match self.peek_rune() {
                Some((c, length)) if is_alphanumeric(c) => self.pos += length,
                _ => return false,
            }
        }
    }

    /// Fails because this may not follow a name.
    #[cold]
    fn bad_character(&mut self) -> Then {
        let (c, _) = self.peek_rune().unwrap_or_default();
        self.fail(format!("bad character {}", code_point(c)))
    }

    /// Returns true if what follows may follow a name.
    #[inline]
    fn at_terminator(&self) -> bool {
        match self.peek() {
            Some(b'}') => self.input.get(self.pos + 1) == Some(&b'}'),
            Some(byte) => ends_name(byte),
            None => true,
        }
    }

    /// Reads a keyword, a boolean or a function's name.
    fn identifier(&mut self) -> Then {
        if !self.alphanumerics() {
            return self.bad_character();
        }
        let word = self.input.get(self.start..self.pos).unwrap_or_default();
        let kind = match TokenKind::keyword(word) {
            Some(TokenKind::Break) if !self.break_keyword => TokenKind::Identifier,
            Some(TokenKind::Continue) if !self.continue_keyword => TokenKind::Identifier,
            Some(keyword) => keyword,
            None if word == b"true" || word == b"false" => TokenKind::Bool,
            None => TokenKind::Identifier,
        };
        self.emit(kind)
    }

    /// Reads a field or variable, whose first character is known, with the fields that follow; a dot
    /// alone is the cursor.
    fn name(&mut self, kind: TokenKind) -> Then {
        self.pos += 1;
        if kind == TokenKind::Field && self.at_terminator() {
            return self.emit(TokenKind::Dot);
        }
        if !self.alphanumerics() {
            return self.bad_character();
        }
        let head = self.pos - self.start;
        while let [b'.', next, ..] = self.rest()
            && !next.is_ascii_digit()
        {
            let end = self.pos;
            self.pos += 1;
            if !is_word_byte(*next) && self.at_terminator() || !self.alphanumerics() {
                self.pos = end;
                break;
            }
        }
        self.push(kind, head);
        Then::Inside
    }

    /// Reads up to the closing `quote`, on the same line; a backslash hides the next byte.
    fn quoted(&mut self, quote: u8, kind: TokenKind) -> Then {
        self.pos += 1;
        loop {
            let rest = self.rest();
            self.pos += memchr3(quote, b'\\', b'\n', rest).unwrap_or(rest.len());
            match self.peek() {
                Some(b'\\') if !matches!(self.rest().get(1), None | Some(b'\n')) => self.pos += 2,
                None | Some(b'\\' | b'\n') if kind == TokenKind::String => {
                    return self.fail("unterminated quoted string");
                }
                None | Some(b'\\' | b'\n') => {
                    return self.fail("unterminated character constant");
                }
                Some(_) => {
                    self.pos += 1;
                    return self.emit(kind);
                }
            }
        }
    }

    /// Reads up to the closing backquote.
    fn raw_string(&mut self) -> Then {
        match memchr(b'`', self.rest()) {
            Some(length) => {
                self.advance(length + 1);
                self.emit(TokenKind::RawString)
            }
            None => self.fail("unterminated raw quoted string"),
        }
    }

    /// Reads a number, or two of them with a sign between and an `i` at the end.
    ///
    /// Some nonsense such as `0x0.2` or `089` passes here; the conversion finds it.
    fn number(&mut self) -> Then {
        let mut good = self.scan_number();
        let mut kind = TokenKind::Number;
        if good && matches!(self.peek(), Some(b'+' | b'-')) {
            kind = TokenKind::Complex;
            good = self.scan_number() && self.input.get(self.pos - 1) == Some(&b'i');
        }
        if good {
            return self.emit(kind);
        }
        let text = self.input.get(self.start..self.pos).unwrap_or_default();
        self.fail(format!("bad number syntax: {}", strconv::quote(text)))
    }

    /// Reads what looks like a number; false if a letter or digit follows, which is read then.
    fn scan_number(&mut self) -> bool {
        self.accept(b"+-");
        let mut digits: &[u8] = b"0123456789_";
        let mut exponent: &[u8] = b"eE";
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = b"0123456789abcdefABCDEF_";
                exponent = b"pP";
            } else if self.accept(b"oO") {
                digits = b"01234567_";
                exponent = b"";
            } else if self.accept(b"bB") {
                digits = b"01_";
                exponent = b"";
            }
        }
        self.accept_run(digits);
        if self.accept(b".") {
            self.accept_run(digits);
        }
        if self.accept(exponent) {
            self.accept(b"+-");
            self.accept_run(b"0123456789_");
        }
        self.accept(b"i");
        match self.peek_rune() {
            Some((c, length)) if is_alphanumeric(c) => {
                self.pos += length;
                false
            }
            _ => true,
        }
    }

    /// Reads the next byte if it is in `set`.
    fn accept(&mut self, set: &[u8]) -> bool {
        let accepted = self.peek().is_some_and(|byte| set.contains(&byte));
        self.pos += usize::from(accepted);
        accepted
    }

    /// Reads all following bytes that are in `set`.
    fn accept_run(&mut self, set: &[u8]) {
        while self.accept(set) {}
    }
}
