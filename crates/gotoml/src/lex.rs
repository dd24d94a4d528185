//! The characters and scalars of a TOML text, refused with the texts of BurntSushi's lexer.

use super::TomlError;
use super::tree::Document;
use gostd::{strconv, unicode};

/// The character for the end of the text: U+0000 itself is never allowed.
pub(super) const END: char = '\0';

/// A place in the text, moving character by character.
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// Counted from 1.
    pub(super) line: usize,
    /// The end was the last character read.
    at_end: bool,
    /// The first byte that is no UTF-8, which follows `text`.
    invalid: Option<u8>,
    /// Names the key in messages.
    pub(super) document: Document,
}

/// A scalar as it stands in the text, before its value is worked out.
pub(super) enum Scalar<'a> {
    /// A string with escapes, `basic` and `multiline`.
    Basic(&'a str),
    Multiline(&'a str),
    /// A string without escapes.
    Raw(&'a str),
    RawMultiline(&'a str),
    Bool(bool),
    Integer(&'a str),
    Float(&'a str),
    Datetime(&'a str),
}

type Result<T> = std::result::Result<T, TomlError>;

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let (text, invalid) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let (valid, rest) = bytes.split_at(error.valid_up_to());
                (
                    std::str::from_utf8(valid).unwrap_or(""),
                    rest.first().copied(),
                )
            }
        };
        Lexer {
            text,
            invalid,
            at: 0,
            line: 1,
            at_end: false,
            document: Document::default(),
        }
    }

    /// An error on a line of the text.
    pub(super) fn error_on(&self, line: usize, message: impl std::fmt::Display) -> TomlError {
        let key = self.document.last_key();
        TomlError::new(if key.is_empty() {
            format!("toml: line {line}: {message}")
        } else {
            let key = strconv::quote(&key);
            format!("toml: line {line} (last key {key}): {message}")
        })
    }

    /// An error here; one at the end of the text is put on the line that has text.
    pub(super) fn error(&self, message: impl std::fmt::Display) -> TomlError {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let after_line_feed = self.at_end && before.ends_with('\n');
        self.error_on(self.line - usize::from(after_line_feed), message)
    }

    /// An error about a line break just read.
    pub(super) fn error_before(&self, message: impl std::fmt::Display) -> TomlError {
        self.error_on(self.line.wrapping_sub(1), message)
    }

    /// The next character; [`END`] at the end.
    pub(super) fn next(&mut self) -> Result<char> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let Some(c) = rest.chars().next() else {
            if let Some(byte) = self.invalid {
                let message = format!("invalid UTF-8 byte: 0x{byte:02x}");
                return Err(self.error_on(self.line, message));
            }
            self.at_end = true;
            return Ok(END);
        };
        if c == '\n' {
            self.line += 1;
        }
        let lone_return = c == '\r' && !rest.starts_with("\r\n");
        if lone_return || (c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r')) {
            let code = u32::from(c);
            return Err(self.error_on(
                self.line,
                format!("TOML files cannot contain control characters: '0x{code:02x}'"),
            ));
        }
        self.at += c.len_utf8();
        Ok(c)
    }

    /// Takes back the last character.
    pub(super) fn back(&mut self) {
        if self.at_end {
            self.at_end = false;
            return;
        }
        let before = self.text.get(..self.at).unwrap_or("");
        if let Some(c) = before.chars().next_back() {
            self.at -= c.len_utf8();
            if c == '\n' {
                self.line -= 1;
            }
        }
    }

    pub(super) fn peek(&mut self) -> Result<char> {
        let c = self.next()?;
        self.back();
        Ok(c)
    }

    pub(super) fn accept(&mut self, character: char) -> Result<bool> {
        let is_next = self.next()? == character;
        if !is_next {
            self.back();
        }
        Ok(is_next)
    }

    pub(super) fn skip_while(&mut self, skipped: fn(char) -> bool) -> Result<()> {
        while skipped(self.next()?) {}
        self.back();
        Ok(())
    }

    /// The text from `start` to here.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or("")
    }

    /// A comment after its `#`, up to the line's end.
    pub(super) fn comment(&mut self) -> Result<()> {
        self.skip_while(|c| c != END && !is_line_break(c))
    }

    /// A bare part of a key, which may turn out empty.
    pub(super) fn bare_key(&mut self) -> Result<&'a str> {
        let start = self.at;
        self.skip_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))?;
        Ok(self.since(start))
    }

    /// A `"` string of one line, after its quote.
    pub(super) fn basic_string(&mut self) -> Result<Scalar<'a>> {
        let start = self.at;
        loop {
            match self.next()? {
                END => return Err(self.error("unexpected EOF; expected '\"'")),
                '\n' | '\r' => return Err(self.error_before(LINE_BREAK)),
                '\\' => self.escape(start)?,
                '"' => return Ok(Scalar::Basic(self.without_end(start, 1))),
                _ => {}
            }
        }
    }

    /// A `'` string of one line, after its quote.
    pub(super) fn raw_string(&mut self) -> Result<Scalar<'a>> {
        let start = self.at;
        loop {
            match self.next()? {
                END => return Err(self.error("unexpected EOF; expected \"'\"")),
                '\n' | '\r' => return Err(self.error_before(LINE_BREAK)),
                '\'' => return Ok(Scalar::Raw(self.without_end(start, 1))),
                _ => {}
            }
        }
    }

    /// The text from `start` to here, less the closing quotes.
    fn without_end(&self, start: usize, quotes: usize) -> &'a str {
        self.text.get(start..self.at - quotes).unwrap_or("")
    }

    fn multiline_string(&mut self, quote: char) -> Result<Scalar<'a>> {
        let start = self.at;
        loop {
            match self.next()? {
                END if quote == '"' => {
                    return Err(self.error("unexpected EOF; expected '\"\"\"'"));
                }
                END => return Err(self.error("unexpected EOF; expected \"'''\"")),
                // A backslash before a line break joins the lines: the break is taken here.
                '\\' if quote == '"' && !is_line_break(self.next()?) => {
                    self.back();
                    self.escape(start)?;
                }
                c if c == quote && self.closes(quote, start)? => break,
                _ => {}
            }
        }
        let content = self.without_end(start, 3);
        Ok(match quote {
            '"' => Scalar::Multiline(content),
            _ => Scalar::RawMultiline(content),
        })
    }

    /// Returns true if the quote just read is the first of the closing three, which are then read too. Up to
    /// two more quotes before them belong to the string.
    fn closes(&mut self, quote: char, start: usize) -> Result<bool> {
        if !self.accept(quote)? {
            return Ok(false);
        }
        if !self.accept(quote)? {
            self.back();
            return Ok(false);
        }
        if self.peek()? != quote {
            return Ok(true);
        }
        let text = self.since(start);
        if quote == '"' && text.ends_with("\"\"\"\"\"") && !text.ends_with("\\\"\"\"\"\"") {
            return Err(self.error("unexpected '\"\"\"\"\"\"'"));
        }
        if quote == '\'' && text.ends_with("'''''") {
            return Err(self.error("unexpected \"''''''\""));
        }
        self.back();
        self.back();
        Ok(false)
    }

    /// Checks an escape after its backslash; `start` is where the string begins.
    fn escape(&mut self, start: usize) -> Result<()> {
        let (digits, name) = match self.next()? {
            'e' | 'b' | 't' | 'n' | 'f' | 'r' | '"' | ' ' | '\t' | '\\' => return Ok(()),
            'x' => (2, "two hexadecimal digits after '\\x'"),
            'u' => (4, "four hexadecimal digits after '\\u'"),
            'U' => (8, "eight hexadecimal digits after '\\U'"),
            c => {
                let message = format!("invalid escape in string '\\{c}'");
                return Err(if self.at_end {
                    self.error_before(message)
                } else {
                    self.error_on(self.line, message)
                });
            }
        };
        for _ in 0..digits {
            if !self.next()?.is_ascii_hexdigit() {
                let got = strconv::quote(self.since(start).as_bytes());
                return Err(self.error(format!("expected {name}, but got {got} instead")));
            }
        }
        Ok(())
    }

    /// A string, number, date or boolean, whose first character `c` is read already.
    pub(super) fn scalar(&mut self, c: char) -> Result<Scalar<'a>> {
        match c {
            '0'..='9' => {
                self.back();
                self.number_or_date()
            }
            '"' | '\'' => self.string(c),
            '.' => Err(self.error("floats must start with a digit, not '.'")),
            '-' | '+' => self.signed_number(),
            _ => self.word(c),
        }
    }

    fn string(&mut self, quote: char) -> Result<Scalar<'a>> {
        if self.accept(quote)? {
            if self.accept(quote)? {
                return self.multiline_string(quote);
            }
            self.back();
        }
        match quote {
            '"' => self.basic_string(),
            _ => self.raw_string(),
        }
    }

    /// `inf`, `nan`, `true`, `false`; anything else is an error.
    fn word(&mut self, c: char) -> Result<Scalar<'a>> {
        let start = self.at - if c == END { 0 } else { c.len_utf8() };
        if matches!(c, 'i' | 'n')
            && ((self.accept('n')? && self.accept('f')?)
                || (self.accept('a')? && self.accept('n')?))
        {
            return Ok(Scalar::Float(self.since(start)));
        }
        if unicode::is_letter(c) {
            self.back();
            let start = self.at;
            self.skip_while(unicode::is_letter)?;
            return match self.since(start) {
                "true" => Ok(Scalar::Bool(true)),
                "false" => Ok(Scalar::Bool(false)),
                word => {
                    let word = strconv::quote(word.as_bytes());
                    Err(self.error(format!("expected value but found {word} instead")))
                }
            };
        }
        if c == END {
            return Err(self.error("unexpected EOF; expected value"));
        }
        let message = format!("expected value but found {} instead", quoted(c));
        Err(if c == '\n' {
            self.error_before(message)
        } else {
            self.error(message)
        })
    }

    fn number_or_date(&mut self) -> Result<Scalar<'a>> {
        let start = self.at;
        if self.next()? == '0' {
            let (name, is_digit): (_, fn(char) -> bool) = match self.next()? {
                '0'..='9' => return self.digits_or_date(start),
                '_' => return self.decimal(start),
                '.' | 'e' | 'E' => return self.float(start),
                'b' => ("a binary", |c| matches!(c, '0' | '1')),
                'o' => ("an octal", |c| matches!(c, '0'..='7')),
                'x' => ("a hexadecimal", |c| c.is_ascii_hexdigit()),
                _ => {
                    self.back();
                    return Ok(Scalar::Integer(self.since(start)));
                }
            };
            let first = self.peek()?;
            if !is_digit(first) {
                let prefix = self.since(start);
                return Err(self.error(format!("not {name} number: '{prefix}{first}'")));
            }
            loop {
                let c = self.next()?;
                if !is_digit(c) && c != '_' {
                    self.back();
                    return Ok(Scalar::Integer(self.since(start)));
                }
            }
        }
        self.digits_or_date(start)
    }

    fn digits_or_date(&mut self, start: usize) -> Result<Scalar<'a>> {
        loop {
            match self.next()? {
                '0'..='9' => {}
                '-' | ':' => break,
                '_' => return self.decimal(start),
                '.' | 'e' | 'E' => return self.float(start),
                _ => {
                    self.back();
                    return Ok(Scalar::Integer(self.since(start)));
                }
            }
        }
        self.skip_while(|c| {
            matches!(
                c,
                '0'..='9' | '-' | ':' | 'T' | 't' | ' ' | '.' | 'Z' | 'z' | '+'
            )
        })?;
        Ok(Scalar::Datetime(self.since(start).trim_end()))
    }

    fn decimal(&mut self, start: usize) -> Result<Scalar<'a>> {
        loop {
            match self.next()? {
                '0'..='9' | '_' => {}
                '.' | 'e' | 'E' => return self.float(start),
                _ => {
                    self.back();
                    return Ok(Scalar::Integer(self.since(start)));
                }
            }
        }
    }

    fn float(&mut self, start: usize) -> Result<Scalar<'a>> {
        self.skip_while(|c| matches!(c, '0'..='9' | '_' | '.' | '-' | '+' | 'e' | 'E'))?;
        Ok(Scalar::Float(self.since(start)))
    }

    /// A number after its sign.
    fn signed_number(&mut self) -> Result<Scalar<'a>> {
        let start = self.at - 1;
        let c = self.next()?;
        match c {
            'i' | 'n' => {
                let (second, third) = if c == 'i' { ('n', 'f') } else { ('a', 'n') };
                if !self.accept(second)? || !self.accept(third)? {
                    let text = self.since(start);
                    return Err(self.error(format!("invalid float: '{text}'")));
                }
                return Ok(Scalar::Float(self.since(start)));
            }
            '0' => {
                let base = self.peek()?;
                if matches!(base, 'b' | 'o' | 'x') {
                    let text = self.since(start);
                    let message = "cannot use sign with non-decimal numbers";
                    return Err(self.error(format!("{message}: '{text}{base}'")));
                }
            }
            '.' => return Err(self.error("floats must start with a digit, not '.'")),
            _ => {}
        }
        if c.is_ascii_digit() {
            return self.decimal(start);
        }
        Err(self.error(format!("expected a digit but got {}", quoted(c))))
    }
}

const LINE_BREAK: &str = "strings cannot contain newlines";

pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

pub(super) fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// A character in Go's single quotes.
pub(super) fn quoted(c: char) -> String {
    strconv::quote_rune(i64::from(u32::from(c)))
}
