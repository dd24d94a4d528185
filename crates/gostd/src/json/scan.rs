//! The tokens of a JSON text, with Go's syntax errors.

use super::error::Error;
use crate::strconv;
use std::ops::Range;

/// The depth to which arrays and objects may nest, as Go decides.
const MAX_NESTING: usize = crate::limits::levels(10_000);

/// A token; strings and numbers with their place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// `{`
    BeginObject,
    /// `}`
    EndObject,
    /// `[`
    BeginArray,
    /// `]`
    EndArray,
    /// An object key with its quotes; the colon behind it is checked when the value is read.
    Key(StringPlace),
    /// A string with its quotes.
    String(StringPlace),
    /// A number.
    Number(Range<usize>),
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
}

impl Token {
    /// The token as it stands in `json`.
    pub fn text<'j>(&self, json: &'j [u8]) -> &'j [u8] {
        match self {
            Token::BeginObject => b"{",
            Token::EndObject => b"}",
            Token::BeginArray => b"[",
            Token::EndArray => b"]",
            Token::Key(place) | Token::String(place) => {
                json.get(place.range.clone()).unwrap_or_default()
            }
            Token::Number(range) => json.get(range.clone()).unwrap_or_default(),
            Token::True => b"true",
            Token::False => b"false",
            Token::Null => b"null",
        }
    }
}

/// A string literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringPlace {
    /// Its bytes in the text, quotes included.
    pub range: Range<usize>,
    /// There are escapes in it.
    pub is_escaped: bool,
    /// All of it is ASCII.
    pub is_ascii: bool,
}

impl StringPlace {
    /// The bytes between the quotes.
    pub fn inside(&self) -> Range<usize> {
        self.range.start + 1..self.range.end - 1
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Expect {
    Value,
    ValueOrClose,
    Key,
    KeyOrClose,
    Colon,
    CommaOrClose,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Container {
    Object,
    Array,
}

/// Reads one JSON text token by token.
#[derive(Debug)]
pub struct Scanner<'j> {
    json: &'j [u8],
    at: usize,
    expect: Expect,
    open: Vec<Container>,
}

impl<'j> Scanner<'j> {
    /// At the beginning of a text.
    pub fn new(json: &'j [u8]) -> Self {
        Scanner {
            json,
            at: 0,
            expect: Expect::Value,
            open: Vec::new(),
        }
    }

    /// The offset up to which the text has been read; after an error, that of the byte at fault.
    pub fn at(&self) -> usize {
        self.at
    }

    /// A whole value has been read.
    pub fn is_complete(&self) -> bool {
        self.expect == Expect::End
    }

    fn peek(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    /// The error about the byte at the current place. Go reads a blank behind the end.
    #[cold]
    fn error(&self, context: &str) -> Error {
        let byte = self.peek().unwrap_or(b' ');
        let text = match byte {
            b'\'' => r"'\''".to_string(),
            b'"' => r#"'"'"#.to_string(),
            _ => {
                let quoted = strconv::quote(char::from(byte).to_string().as_bytes());
                format!("'{}'", quoted.trim_matches('"'))
            }
        };
        Error::Syntax {
            message: format!("invalid character {text} {context}"),
            offset: self.json.len().min(self.at + 1),
        }
    }

    /// The next token; none at the end of a complete text.
    ///
    /// # Errors
    /// The syntax errors of `json.Unmarshal`.
    pub fn next_token(&mut self) -> Result<Option<Token>, Error> {
        loop {
            while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
                self.at += 1;
            }
            let Some(byte) = self.peek() else {
                return match self.expect {
                    Expect::End => Ok(None),
                    _ => Err(Error::Syntax {
                        message: "unexpected end of JSON input".to_string(),
                        offset: self.json.len(),
                    }),
                };
            };
            match (self.expect, byte) {
                (Expect::ValueOrClose, b']') | (Expect::KeyOrClose, b'}') => {
                    return Ok(Some(self.close()));
                }
                (Expect::Value | Expect::ValueOrClose, _) => return self.value(byte).map(Some),
                (Expect::Key | Expect::KeyOrClose, b'"') => {
                    let key = Token::Key(self.string()?);
                    self.expect = Expect::Colon;
                    return Ok(Some(key));
                }
                (Expect::Key | Expect::KeyOrClose, _) => {
                    return Err(self.error("looking for beginning of object key string"));
                }
                (Expect::Colon, b':') => self.expect = Expect::Value,
                (Expect::Colon, _) => return Err(self.error("after object key")),
                (Expect::End, _) => return Err(self.error("after top-level value")),
                (Expect::CommaOrClose, _) => match (self.open.last(), byte) {
                    (Some(Container::Object), b',') => self.expect = Expect::Key,
                    (Some(Container::Array), b',') => self.expect = Expect::Value,
                    (Some(Container::Object), b'}') | (Some(Container::Array), b']') => {
                        return Ok(Some(self.close()));
                    }
                    (Some(Container::Object), _) => {
                        return Err(self.error("after object key:value pair"));
                    }
                    _ => return Err(self.error("after array element")),
                },
            }
            self.at += 1;
        }
    }

    fn close(&mut self) -> Token {
        self.at += 1;
        let container = self.open.pop();
        self.value_ends();
        match container {
            Some(Container::Object) => Token::EndObject,
            _ => Token::EndArray,
        }
    }

    fn value_ends(&mut self) {
        self.expect = match self.open.is_empty() {
            true => Expect::End,
            false => Expect::CommaOrClose,
        };
    }

    fn begin(&mut self, container: Container) -> Result<Token, Error> {
        if self.open.len() >= MAX_NESTING {
            return Err(self.error("exceeded max depth"));
        }
        self.open.push(container);
        self.at += 1;
        Ok(match container {
            Container::Object => {
                self.expect = Expect::KeyOrClose;
                Token::BeginObject
            }
            Container::Array => {
                self.expect = Expect::ValueOrClose;
                Token::BeginArray
            }
        })
    }

    fn value(&mut self, first: u8) -> Result<Token, Error> {
        let token = match first {
            b'{' => return self.begin(Container::Object),
            b'[' => return self.begin(Container::Array),
            b'"' => Token::String(self.string()?),
            b'-' | b'0'..=b'9' => Token::Number(self.number()?),
            b't' => self.literal("true", Token::True)?,
            b'f' => self.literal("false", Token::False)?,
            b'n' => self.literal("null", Token::Null)?,
            _ => return Err(self.error("looking for beginning of value")),
        };
        self.value_ends();
        Ok(token)
    }

    fn literal(&mut self, name: &str, token: Token) -> Result<Token, Error> {
        for expected in name.bytes() {
            if self.peek() != Some(expected) {
                let expected = char::from(expected);
                return Err(self.error(&format!("in literal {name} (expecting '{expected}')")));
            }
            self.at += 1;
        }
        Ok(token)
    }

    /// A string literal from its opening quote.
    fn string(&mut self) -> Result<StringPlace, Error> {
        let start = self.at;
        let (mut is_escaped, mut is_ascii) = (false, true);
        self.at += 1;
        loop {
            let rest = self.json.get(self.at..).unwrap_or_default();
            let plain_byte = |c: &u8| matches!(c, b' '..0x80) && !matches!(c, b'"' | b'\\');
            self.at += rest.iter().take_while(|c| plain_byte(c)).count();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(StringPlace {
                        range: start..self.at,
                        is_escaped,
                        is_ascii,
                    });
                }
                Some(b'\\') => {
                    is_escaped = true;
                    self.at += 1;
                    self.escape()?;
                }
                Some(0x80..) => is_ascii = false,
                Some(b' '..) => {}
                Some(_) => return Err(self.error("in string literal")),
                None => {
                    return Err(Error::Syntax {
                        message: "unexpected end of JSON input".to_string(),
                        offset: self.json.len(),
                    });
                }
            }
            self.at += 1;
        }
    }

    /// From behind a backslash to the last byte of the escape.
    fn escape(&mut self) -> Result<(), Error> {
        match self.peek() {
            Some(b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"') => Ok(()),
            Some(b'u') => {
                for _ in 0..4 {
                    self.at += 1;
                    if !self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
                        return Err(self.error("in \\u hexadecimal character escape"));
                    }
                }
                Ok(())
            }
            _ => Err(self.error("in string escape code")),
        }
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    fn some_digits(&mut self, context: &str) -> Result<(), Error> {
        if !self.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Err(self.error(context));
        }
        self.digits();
        Ok(())
    }

    fn number(&mut self) -> Result<Range<usize>, Error> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.some_digits("in numeric literal")?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits("after decimal point in numeric literal")?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.some_digits("in exponent of numeric literal")?;
        }
        Ok(start..self.at)
    }
}
