//! From text to tokens, one at a time when the parser asks (Go's `text/template/parse/lex.go`).
//!
//! The lexer knows two states: outside of an action it looks for the next `{{`, dropping comments
//! and the white space that trim markers ask for; inside it reads words until the `}}` that belongs
//! to no string. After an error it gives nothing more; the parser never asks.

use memchr::{memchr, memchr_iter, memmem};

use gostd::{strconv, unicode};

use crate::token::{Token, TokenKind};

/// Reads the tokens of one text.
pub(crate) struct Lexer<'a> {
    input: &'a [u8],
    delimiters: memmem::Finder<'static>,
    /// Where the token being read starts, and the line it starts on.
    start: usize,
    start_line: u32,
    /// How far the text is read, and the line of that place.
    pos: usize,
    line: u32,
    inside_action: bool,
    paren_depth: usize,
    /// Whether these words are keywords; they are not where functions have these names.
    break_keyword: bool,
    continue_keyword: bool,
    /// What is wrong, once a [`TokenKind::Error`] was given.
    error: Vec<u8>,
}

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

/// Whether an ASCII character can be part of a name.
fn is_word_byte(byte: u8) -> bool {
    static WORD: [bool; 256] = {
        let mut word = [false; 256];
        let mut byte = 0;
        while byte < 128 {
            word[byte] = byte == b'_' as usize || (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        word
    };
    WORD[usize::from(byte)]
}

/// Whether a character can be part of a name.
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
            start: 0,
            start_line: 1,
            pos: 0,
            line: 1,
            inside_action: false,
            paren_depth: 0,
            break_keyword,
            continue_keyword,
            error: Vec::new(),
        }
    }

    /// Reads the next token; at the end of the text always [`TokenKind::Eof`].
    #[inline(never)]
    pub(crate) fn next_token(&mut self) -> Token {
        if self.inside_action {
            self.action_token()
        } else {
            self.text_token()
        }
    }

    /// Why the last token was an error.
    pub(crate) fn error(&self) -> &[u8] {
        &self.error
    }

    /// What is not read yet.
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

    /// What follows cannot be read; it starts where the last token ended.
    #[cold]
    fn fail(&mut self, message: impl Into<Vec<u8>>) -> Token {
        self.error = message.into();
        Token {
            kind: TokenKind::Error,
            start: self.start as u32,
            end: self.start as u32,
            line: self.start_line,
        }
    }

    /// Everything between the last token and here becomes a token.
    fn emit(&mut self, kind: TokenKind) -> Token {
        let token = Token {
            kind,
            start: self.start as u32,
            end: self.pos as u32,
            line: self.start_line,
        };
        self.start = self.pos;
        self.start_line = self.line;
        token
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

    /// How many bytes of white space follow.
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

    /// Reads text up to the next action, or that action's delimiter; comments are dropped.
    fn text_token(&mut self) -> Token {
        loop {
            let Some(length) = self.delimiters.find(self.rest()) else {
                let length = self.rest().len();
                self.advance(length);
                return self.emit(if length > 0 {
                    TokenKind::Text
                } else {
                    TokenKind::Eof
                });
            };
            if length > 0 {
                let text = self.rest().get(..length).unwrap_or_default();
                let inside = self.rest().get(length + 2..).unwrap_or_default();
                let trimmed = match inside {
                    [b'-', space, ..] if is_space(*space) => trim_end(text),
                    _ => text,
                };
                self.advance(trimmed.len());
                let token = self.emit(TokenKind::Text);
                self.skip(length - trimmed.len());
                if !trimmed.is_empty() {
                    return token;
                }
            }
            if let Some(token) = self.left_delimiter() {
                return token;
            }
        }
    }

    /// Reads the left delimiter that follows with its trim marker, or a whole comment: then nothing.
    fn left_delimiter(&mut self) -> Option<Token> {
        self.pos += 2;
        let marker = self.left_marker_length();
        let inside = self.rest().get(marker..).unwrap_or_default();
        if inside.starts_with(b"/*") {
            self.skip(marker);
            return self.comment();
        }
        let token = self.emit(TokenKind::LeftDelim);
        self.skip(marker);
        self.inside_action = true;
        self.paren_depth = 0;
        Some(token)
    }

    /// Drops the comment that follows, with its right delimiter and the white space to trim; gives
    /// a token only if it is not closed.
    fn comment(&mut self) -> Option<Token> {
        let after_mark = self.rest().get(2..).unwrap_or_default();
        let Some(length) = memmem::find(after_mark, b"*/") else {
            return Some(self.fail("unclosed comment"));
        };
        self.advance(length + 4);
        let Some(marker) = self.right_delimiter() else {
            return Some(self.fail("comment ends before closing delimiter"));
        };
        self.skip(marker + 2);
        if marker > 0 {
            self.skip(self.space_length());
        }
        None
    }

    /// Reads the right delimiter that follows, dropping its trim marker and what that trims.
    fn right_delim(&mut self, marker: usize) -> Token {
        self.skip(marker);
        self.pos += 2;
        let token = self.emit(TokenKind::RightDelim);
        if marker > 0 {
            self.skip(self.space_length());
        }
        self.inside_action = false;
        token
    }

    /// Reads the next word of an action.
    fn action_token(&mut self) -> Token {
        if let Some(marker) = self.right_delimiter() {
            if self.paren_depth == 0 {
                return self.right_delim(marker);
            }
            return self.fail("unclosed left paren");
        }
        let Some((c, length)) = self.peek_rune() else {
            return self.fail("unclosed action");
        };
        match c {
            ' ' | '\t' | '\r' | '\n' => return self.space(),
            '.' => {
                return match self.rest().get(1) {
                    Some(byte) if !byte.is_ascii_digit() => self.name(TokenKind::Field),
                    _ => self.number(),
                };
            }
            '+' | '-' | '0'..='9' => return self.number(),
            _ if is_alphanumeric(c) => return self.identifier(),
            _ => self.pos += length,
        }
        match c {
            '=' => self.emit(TokenKind::Assign),
            ':' if self.peek() == Some(b'=') => {
                self.pos += 1;
                self.emit(TokenKind::Declare)
            }
            ':' => self.fail("expected :="),
            '|' => self.emit(TokenKind::Pipe),
            '"' => self.quoted(b'"', TokenKind::String),
            '\'' => self.quoted(b'\'', TokenKind::CharConstant),
            '`' => self.raw_string(),
            '$' => {
                self.pos -= 1;
                self.name(TokenKind::Variable)
            }
            '(' => {
                self.paren_depth += 1;
                self.emit(TokenKind::LeftParen)
            }
            ')' if self.paren_depth == 0 => self.fail("unexpected right paren"),
            ')' => {
                self.paren_depth -= 1;
                self.emit(TokenKind::RightParen)
            }
            '!'..='~' => self.emit(TokenKind::Char),
            _ => self.fail(format!(
                "unrecognized character in action: {}",
                code_point(c)
            )),
        }
    }

    /// Reads a run of white space; its last byte may belong to a trim marker.
    ///
    /// With only that one byte the right delimiter follows at once, even inside parentheses.
    fn space(&mut self) -> Token {
        if let [b' ', next, ..] = self.rest()
            && *next > b'-'
        {
            self.pos += 1;
            return self.emit(TokenKind::Space);
        }
        let length = self.space_length();
        let last = self.pos + length - 1;
        let trims = self
            .input
            .get(last..)
            .is_some_and(|rest| rest.get(1..).is_some_and(|rest| rest.starts_with(b"-}}")));
        if trims && length == 1 {
            return self.right_delim(2);
        }
        self.advance(if trims { length - 1 } else { length });
        self.emit(TokenKind::Space)
    }

    /// Reads the letters and digits that follow; gives a token only if the name may not end there.
    fn alphanumerics(&mut self) -> Option<Token> {
        loop {
            let rest = self.rest().iter();
            self.pos += rest.take_while(|byte| is_word_byte(**byte)).count();
            if self.at_terminator() {
                return None;
            }
            match self.peek_rune() {
                Some((c, length)) if is_alphanumeric(c) => self.pos += length,
                Some((c, _)) => return Some(self.fail(format!("bad character {}", code_point(c)))),
                None => return None,
            }
        }
    }

    /// Whether what follows may follow a name.
    fn at_terminator(&self) -> bool {
        match self.rest() {
            [] | [b'.' | b',' | b'|' | b':' | b')' | b'(', ..] | [b'}', b'}', ..] => true,
            [byte, ..] => is_space(*byte),
        }
    }

    /// Reads a keyword, a boolean or a function's name.
    fn identifier(&mut self) -> Token {
        if let Some(error) = self.alphanumerics() {
            return error;
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

    /// Reads a field or variable, whose first character is known; a dot alone is the cursor.
    fn name(&mut self, kind: TokenKind) -> Token {
        self.pos += 1;
        if self.at_terminator() {
            return self.emit(match kind {
                TokenKind::Field => TokenKind::Dot,
                other => other,
            });
        }
        match self.alphanumerics() {
            Some(error) => error,
            None => self.emit(kind),
        }
    }

    /// Reads up to the closing `quote`, on the same line; a backslash hides the next byte.
    fn quoted(&mut self, quote: u8, kind: TokenKind) -> Token {
        loop {
            match self.peek() {
                Some(b'\\') if !matches!(self.rest().get(1), None | Some(b'\n')) => self.pos += 2,
                None | Some(b'\\' | b'\n') if kind == TokenKind::String => {
                    return self.fail("unterminated quoted string");
                }
                None | Some(b'\\' | b'\n') => {
                    return self.fail("unterminated character constant");
                }
                Some(byte) => {
                    self.pos += 1;
                    if byte == quote {
                        return self.emit(kind);
                    }
                }
            }
        }
    }

    /// Reads up to the closing backquote.
    fn raw_string(&mut self) -> Token {
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
    fn number(&mut self) -> Token {
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
