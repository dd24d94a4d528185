//! Reading JSON with the errors of Go's `json.Decoder`, without recursion.

use std::fmt;

use gostd::strconv;

use super::{Document, Kind, Node, NodeId};

/// Go's limit on nesting.
const MAX_DEPTH: usize = 10_000;

/// Why a text is not JSON, in the words of Go's encoding/json.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    message: String,
    offset: usize,
}

impl JsonError {
    /// Byte offset of the character at fault; the text's length where it ends too early.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JsonError {}

/// An array or object being read.
enum Open {
    Array(NodeId, Vec<NodeId>),
    Object(NodeId, Vec<(Box<str>, NodeId)>, Box<str>),
}

struct Parser<'t> {
    text: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    open: Vec<Open>,
}

pub(super) fn parse(text: &[u8]) -> Result<Document, JsonError> {
    let mut parser = Parser {
        text,
        at: 0,
        nodes: Vec::new(),
        open: Vec::new(),
    };
    if u32::try_from(text.len()).is_err() {
        return Err(JsonError {
            message: "text too long".to_owned(),
            offset: 0,
        });
    }
    loop {
        parser.begin_value()?;
        if parser.finish_values()? {
            break;
        }
    }
    parser.blanks();
    if parser.at < text.len() {
        let message = "invalid character after top-level value".to_owned();
        return Err(JsonError {
            message,
            offset: parser.at,
        });
    }
    Ok(Document {
        nodes: parser.nodes,
    })
}

impl Parser<'_> {
    /// Reads up to the end of a value that is complete in itself: a scalar or an empty container.
    fn begin_value(&mut self) -> Result<(), JsonError> {
        loop {
            self.blanks();
            let start = self.at;
            match self.peek()? {
                b'{' => {
                    let node = self.push_open(start)?;
                    self.blanks();
                    if self.peek()? == b'}' {
                        self.at += 1;
                        return self.close(node, Kind::Object(Box::default()));
                    }
                    let key = self.key()?;
                    self.open.push(Open::Object(node, Vec::new(), key));
                }
                b'[' => {
                    let node = self.push_open(start)?;
                    self.blanks();
                    if self.peek()? == b']' {
                        self.at += 1;
                        return self.close(node, Kind::Array(Box::default()));
                    }
                    self.open.push(Open::Array(node, Vec::new()));
                }
                _ => {
                    let kind = self.scalar()?;
                    let node = self.push_node(start);
                    return self.close(node, kind);
                }
            }
        }
    }

    fn scalar(&mut self) -> Result<Kind, JsonError> {
        match self.peek()? {
            b'"' => Ok(Kind::String(self.string()?)),
            b't' => self.literal("true", Kind::Bool(true)),
            b'f' => self.literal("false", Kind::Bool(false)),
            b'n' => self.literal("null", Kind::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.invalid("looking for beginning of value")),
        }
    }

    /// Behind a value: goes on to the next one of its container, or closes containers. True when
    /// the top-level value is complete.
    fn finish_values(&mut self) -> Result<bool, JsonError> {
        loop {
            let Some(top) = self.open.pop() else {
                return Ok(true);
            };
            self.blanks();
            let next = self.peek()?;
            match (top, next) {
                (Open::Array(node, items), b',') => {
                    self.at += 1;
                    self.open.push(Open::Array(node, items));
                    return Ok(false);
                }
                (Open::Array(node, items), b']') => {
                    self.at += 1;
                    self.close(node, Kind::Array(items.into()))?;
                }
                (Open::Array(..), _) => return Err(self.invalid("after array element")),
                (Open::Object(node, entries, _), b',') => {
                    self.at += 1;
                    self.blanks();
                    let key = self.key()?;
                    self.open.push(Open::Object(node, entries, key));
                    return Ok(false);
                }
                (Open::Object(node, entries, _), b'}') => {
                    self.at += 1;
                    self.close(node, Kind::Object(sorted(entries)))?;
                }
                (Open::Object(..), _) => return Err(self.invalid("after object key:value pair")),
            }
        }
    }

    fn push_open(&mut self, start: usize) -> Result<NodeId, JsonError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.invalid("exceeded max depth"));
        }
        self.at += 1;
        Ok(self.push_node(start))
    }

    fn push_node(&mut self, start: usize) -> NodeId {
        let node = NodeId(self.nodes.len() as u32);
        let parent = match self.open.last() {
            Some(Open::Array(parent, _) | Open::Object(parent, ..)) => *parent,
            None => node,
        };
        self.nodes.push(Node {
            kind: Kind::Null,
            offset: start as u32,
            parent,
        });
        node
    }

    /// Fills a node and hands it to its container.
    fn close(&mut self, node: NodeId, kind: Kind) -> Result<(), JsonError> {
        if let Some(slot) = self.nodes.get_mut(node.index()) {
            slot.kind = kind;
        }
        match self.open.last_mut() {
            Some(Open::Array(_, items)) => items.push(node),
            Some(Open::Object(_, entries, key)) => entries.push((std::mem::take(key), node)),
            None => {}
        }
        Ok(())
    }

    /// A key and its colon.
    fn key(&mut self) -> Result<Box<str>, JsonError> {
        if self.peek()? != b'"' {
            return Err(self.invalid("looking for beginning of object key string"));
        }
        let key = self.string()?;
        self.blanks();
        if self.peek()? != b':' {
            return Err(self.invalid("after object key"));
        }
        self.at += 1;
        Ok(key)
    }

    fn literal(&mut self, word: &str, kind: Kind) -> Result<Kind, JsonError> {
        for expected in word.bytes() {
            if self.peek()? != expected {
                let expected = char::from(expected);
                return Err(self.invalid(&format!("in literal {word} (expecting '{expected}')")));
            }
            self.at += 1;
        }
        Ok(kind)
    }

    fn number(&mut self) -> Result<Kind, JsonError> {
        let start = self.at;
        if self.peek()? == b'-' {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits(),
            _ => return Err(self.invalid("in numeric literal")),
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            if !self.peek()?.is_ascii_digit() {
                return Err(self.invalid("after decimal point in numeric literal"));
            }
            self.digits();
        }
        if let Some(b'e' | b'E') = self.text.get(self.at) {
            self.at += 1;
            if let b'+' | b'-' = self.peek()? {
                self.at += 1;
            }
            if !self.peek()?.is_ascii_digit() {
                return Err(self.invalid("in exponent of numeric literal"));
            }
            self.digits();
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        Ok(Kind::Number(String::from_utf8_lossy(text).into()))
    }

    fn digits(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Result<Box<str>, JsonError> {
        self.at += 1;
        let start = self.at;
        let mut text = Vec::new();
        let mut plain = start;
        loop {
            let special = |b: &u8| matches!(b, b'"' | b'\\' | 0..=0x1f);
            let rest = self.rest();
            self.at += rest.iter().position(special).unwrap_or(rest.len());
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    text.extend_from_slice(self.text.get(plain..self.at).unwrap_or_default());
                    self.at += 1;
                    self.escape(&mut text)?;
                    plain = self.at;
                }
                _ => return Err(self.invalid("in string literal")),
            }
        }
        let rest = self.text.get(plain..self.at).unwrap_or_default();
        self.at += 1;
        if text.is_empty() {
            return Ok(valid_utf8(rest).into());
        }
        text.extend_from_slice(rest);
        Ok(valid_utf8(&text).into())
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), JsonError> {
        let plain = match self.peek()? {
            c @ (b'"' | b'\\' | b'/') => c,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                self.at += 1;
                return self.unicode_escape(text);
            }
            _ => return Err(self.invalid("in string escape code")),
        };
        self.at += 1;
        text.push(plain);
        Ok(())
    }

    /// The four digits of a `\u`, and those of a second one that makes a surrogate pair with it.
    fn unicode_escape(&mut self, text: &mut Vec<u8>) -> Result<(), JsonError> {
        let mut code = self.hex4()?;
        if (0xd800..0xdc00).contains(&code) && self.rest().starts_with(b"\\u") {
            let behind_first = self.at;
            self.at += 2;
            match self.hex4()? {
                low @ 0xdc00..0xe000 => code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00),
                _ => self.at = behind_first,
            }
        }
        let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }

    fn hex4(&mut self) -> Result<u32, JsonError> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = char::from(self.peek()?).to_digit(16);
            let digit = digit.ok_or_else(|| self.invalid("in \\u hexadecimal character escape"))?;
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Result<u8, JsonError> {
        self.text.get(self.at).copied().ok_or_else(|| {
            let blank = self.text.iter().all(|b| b" \t\r\n".contains(b));
            let message = if blank { "EOF" } else { "unexpected EOF" };
            JsonError {
                message: message.to_owned(),
                offset: self.at,
            }
        })
    }

    fn invalid(&self, context: &str) -> JsonError {
        let c = self.text.get(self.at).copied().unwrap_or_default();
        let shown = match c {
            b'\'' => "'\\''".to_owned(),
            b'"' => "'\"'".to_owned(),
            _ => {
                let quoted = strconv::quote(char::from(c).to_string().as_bytes());
                format!("'{}'", quoted.trim_matches('"'))
            }
        };
        JsonError {
            message: format!("invalid character {shown} {context}"),
            offset: self.at,
        }
    }
}

/// Sorts by key; of equal keys only the last stays.
fn sorted(mut entries: Vec<(Box<str>, NodeId)>) -> Box<[(Box<str>, NodeId)]> {
    entries.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    entries.dedup_by(|later, kept| later.0 == kept.0);
    entries.into()
}

/// Go replaces each byte that is not part of valid UTF-8.
fn valid_utf8(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let mut text = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
            }
            text
        }
    }
}
