//! Reading JSON with the errors of Go's `json.Decoder`, without recursion.

use gostd::limits::LIMITS;
use std::fmt;
use std::ops::Range;

use gostd::strconv;

use super::{Content, Document, Node, NodeId, Object, Span, mark};

/// Texts kept can be three times as long as the text read, and their places are 32 bits wide.
const MAX_LENGTH: usize = LIMITS.schema_bytes;

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

/// An array or object being read; its children wait from `start` on.
#[derive(Clone, Copy)]
struct Open {
    node: NodeId,
    start: usize,
    is_object: bool,
}

struct Parser<'t> {
    text: &'t [u8],
    /// The same, if it is UTF-8.
    valid: Option<&'t str>,
    at: usize,
    document: Document,
    open: Vec<Open>,
    /// Children of open arrays.
    items: Vec<NodeId>,
    /// Children of open objects.
    entries: Vec<(Span, NodeId)>,
    /// The key of the value being read, and those of the values around it.
    keys: Vec<Span>,
}

pub(super) fn parse(text: &[u8]) -> Result<Document, JsonError> {
    if text.len() > MAX_LENGTH {
        let message = "text too long".to_owned();
        return Err(JsonError { message, offset: 0 });
    }
    let mut parser = Parser {
        text,
        valid: std::str::from_utf8(text).ok(),
        at: 0,
        document: Document::default(),
        open: Vec::new(),
        items: Vec::new(),
        entries: Vec::new(),
        keys: Vec::new(),
    };
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
    Ok(parser.document)
}

impl Parser<'_> {
    /// Reads up to the end of a value that is complete in itself: a scalar or an empty container.
    fn begin_value(&mut self) -> Result<(), JsonError> {
        loop {
            self.blanks();
            let first = self.peek()?;
            if first != b'{' && first != b'[' {
                let start = self.at;
                let content = self.scalar()?;
                let node = self.push_node(start, content);
                self.hand_over(node);
                return Ok(());
            }
            let open = self.push_open(first == b'{')?;
            self.blanks();
            if self.peek()? == if open.is_object { b'}' } else { b']' } {
                self.close();
                return Ok(());
            }
            if open.is_object {
                self.key()?;
            }
        }
    }

    fn scalar(&mut self) -> Result<Content, JsonError> {
        match self.peek()? {
            b'"' => Ok(Content::String(self.string()?)),
            b't' => self.literal("true", Content::Bool(true)),
            b'f' => self.literal("false", Content::Bool(false)),
            b'n' => self.literal("null", Content::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.invalid("looking for beginning of value")),
        }
    }

    /// Behind a value: goes on to the next one of its container, or closes containers. True when
    /// the top-level value is complete.
    fn finish_values(&mut self) -> Result<bool, JsonError> {
        while let Some(open) = self.open.last().copied() {
            self.blanks();
            match (self.peek()?, open.is_object) {
                (b',', true) => {
                    self.at += 1;
                    self.blanks();
                    self.key()?;
                    return Ok(false);
                }
                (b',', false) => {
                    self.at += 1;
                    return Ok(false);
                }
                (b'}', true) | (b']', false) => self.close(),
                (_, true) => return Err(self.invalid("after object key:value pair")),
                (_, false) => return Err(self.invalid("after array element")),
            }
        }
        Ok(true)
    }

    /// Begins a container at its bracket.
    fn push_open(&mut self, is_object: bool) -> Result<Open, JsonError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.invalid("exceeded max depth"));
        }
        let node = self.push_node(self.at, Content::Null);
        self.at += 1;
        let start = if is_object {
            self.entries.len()
        } else {
            self.items.len()
        };
        let open = Open {
            node,
            start,
            is_object,
        };
        self.open.push(open);
        Ok(open)
    }

    fn push_node(&mut self, start: usize, content: Content) -> NodeId {
        let node = NodeId(self.document.nodes.len() as u32);
        let parent = self.open.last().map_or(node, |open| open.node);
        self.document.nodes.push(Node {
            content,
            offset: start as u32,
            parent,
        });
        node
    }

    /// Ends the innermost container at its bracket and hands it to the one around it.
    fn close(&mut self) {
        self.at += 1;
        let Some(open) = self.open.pop() else { return };
        let document = &mut self.document;
        let content = if open.is_object {
            let texts = &document.texts;
            let key = |entry: &(Span, NodeId)| texts.get(entry.0.range()).unwrap_or_default();
            let own = self.entries.get_mut(open.start..).unwrap_or_default();
            own.sort_unstable_by(|a, b| key(a).cmp(key(b)).then(b.1.cmp(&a.1)));
            let start = document.entries.len();
            let mut marks = 0;
            for entry in self.entries.drain(open.start..) {
                // Of equal keys, the last one in the text comes first now and stays.
                let before = document.entries.get(start..).and_then(<[_]>::last);
                if before.is_none_or(|before| key(before) != key(&entry)) {
                    marks |= mark(key(&entry));
                    document.entries.push(entry);
                }
            }
            let entries = Span {
                start: start as u32,
                end: document.entries.len() as u32,
            };
            document.objects.push(Object { entries, marks });
            Content::Object(document.objects.len() as u32 - 1)
        } else {
            let start = document.items.len() as u32;
            document.items.extend(self.items.drain(open.start..));
            Content::Array(Span {
                start,
                end: document.items.len() as u32,
            })
        };
        if let Some(slot) = document.nodes.get_mut(open.node.index()) {
            slot.content = content;
        }
        self.hand_over(open.node);
    }

    fn hand_over(&mut self, node: NodeId) {
        match self.open.last() {
            Some(open) if open.is_object => {
                let key = self.keys.pop().unwrap_or_default();
                self.entries.push((key, node));
            }
            Some(_) => self.items.push(node),
            None => {}
        }
    }

    /// A key and its colon.
    fn key(&mut self) -> Result<(), JsonError> {
        if self.peek()? != b'"' {
            return Err(self.invalid("looking for beginning of object key string"));
        }
        let key = self.string()?;
        self.blanks();
        if self.peek()? != b':' {
            return Err(self.invalid("after object key"));
        }
        self.at += 1;
        self.keys.push(key);
        Ok(())
    }

    fn literal(&mut self, word: &str, content: Content) -> Result<Content, JsonError> {
        for expected in word.bytes() {
            if self.peek()? != expected {
                let expected = char::from(expected);
                return Err(self.invalid(&format!("in literal {word} (expecting '{expected}')")));
            }
            self.at += 1;
        }
        Ok(content)
    }

    fn number(&mut self) -> Result<Content, JsonError> {
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
        Ok(Content::Number(self.keep(start..self.at)))
    }

    fn digits(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Result<Span, JsonError> {
        self.at += 1;
        let mut plain = self.at;
        let start = self.document.texts.len() as u32;
        let mut span = Span { start, end: start };
        loop {
            let special = |b: &u8| matches!(b, b'"' | b'\\' | 0..=0x1f);
            let rest = self.rest();
            self.at += rest.iter().position(special).unwrap_or(rest.len());
            let next = self.peek()?;
            span.end = self.keep(plain..self.at).end;
            match next {
                b'"' => break,
                b'\\' => {
                    self.at += 1;
                    let c = self.escape()?;
                    self.document.texts.push(c);
                    plain = self.at;
                }
                _ => return Err(self.invalid("in string literal")),
            }
        }
        self.at += 1;
        Ok(span)
    }

    /// Appends a part of the text to the texts kept. Go replaces each byte that is not part of
    /// valid UTF-8.
    fn keep(&mut self, part: Range<usize>) -> Span {
        let texts = &mut self.document.texts;
        let start = texts.len() as u32;
        match self.valid.and_then(|valid| valid.get(part.clone())) {
            Some(valid) => texts.push_str(valid),
            None => {
                let bytes = self.text.get(part).unwrap_or_default();
                for chunk in bytes.utf8_chunks() {
                    texts.push_str(chunk.valid());
                    texts.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
                }
            }
        }
        Span {
            start,
            end: texts.len() as u32,
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let c = match self.peek()? {
            c @ (b'"' | b'\\' | b'/') => char::from(c),
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => return Err(self.invalid("in string escape code")),
        };
        self.at += 1;
        Ok(c)
    }

    /// The four digits of a `\u`, and those of a second one that makes a surrogate pair with it.
    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let mut code = self.hex4()?;
        if (0xd800..0xdc00).contains(&code) && self.rest().starts_with(b"\\u") {
            let behind_first = self.at;
            self.at += 2;
            match self.hex4()? {
                low @ 0xdc00..0xe000 => code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00),
                _ => self.at = behind_first,
            }
        }
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
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
