//! Documents from the tokens of a JSON text, with the errors of Go's `json.Decoder`.

use gostd::json::{self, Scanner, StringPlace, Token};
use gostd::limits::LIMITS;
use std::fmt;
use std::ops::Range;

use super::{Content, Document, Node, NodeId, Object, Span, mark};

/// Texts kept can be three times as long as the text read, and their places are 32 bits wide.
const MAX_LENGTH: usize = LIMITS.schema_bytes;

/// The reason why a text is not JSON, in the words of Go's encoding/json.
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

/// A document that is not complete yet.
struct Builder<'t> {
    text: &'t [u8],
    /// The same, if it is UTF-8.
    valid: Option<&'t str>,
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
    let mut scanner = Scanner::new(text);
    let mut builder = Builder {
        text,
        valid: std::str::from_utf8(text).ok(),
        document: Document::default(),
        open: Vec::new(),
        items: Vec::new(),
        entries: Vec::new(),
        keys: Vec::new(),
    };
    while !scanner.is_complete() {
        match scanner.next_token() {
            Ok(Some(token)) => builder.token(&token, scanner.at()),
            Ok(None) => break,
            Err(error) => return Err(decoder_error(text, scanner.at(), &error)),
        }
    }
    let rest = text.get(scanner.at()..).unwrap_or_default();
    match rest.iter().position(|byte| !is_blank(byte)) {
        None => Ok(builder.document),
        Some(blanks) => Err(JsonError {
            message: "invalid character after top-level value".to_owned(),
            offset: scanner.at() + blanks,
        }),
    }
}

/// The error of `json.Decoder`, which has words of its own for a text that ends too early.
fn decoder_error(text: &[u8], offset: usize, error: &json::Error) -> JsonError {
    let message = match offset < text.len() {
        true => error.to_string(),
        false if text.iter().all(is_blank) => "EOF".to_owned(),
        false => "unexpected EOF".to_owned(),
    };
    JsonError { message, offset }
}

fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl Builder<'_> {
    /// Adds a token that ends at a byte offset.
    fn token(&mut self, token: &Token, end: usize) {
        let start = end - token.text(self.text).len();
        let content = match token {
            Token::BeginObject => return self.begin(start, true),
            Token::BeginArray => return self.begin(start, false),
            Token::EndObject | Token::EndArray => return self.close(),
            Token::Key(place) => {
                let key = self.string(place);
                return self.keys.push(key);
            }
            Token::String(place) => Content::String(self.string(place)),
            Token::Number(range) => Content::Number(self.keep(range.clone())),
            Token::True => Content::Bool(true),
            Token::False => Content::Bool(false),
            Token::Null => Content::Null,
        };
        let node = self.push_node(start, content);
        self.hand_over(node);
    }

    /// Begins a container at its bracket.
    fn begin(&mut self, offset: usize, is_object: bool) {
        let node = self.push_node(offset, Content::Null);
        let start = if is_object {
            self.entries.len()
        } else {
            self.items.len()
        };
        self.open.push(Open {
            node,
            start,
            is_object,
        });
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

    /// Ends the innermost container and hands it to the one around it.
    fn close(&mut self) {
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

    fn string(&mut self, place: &StringPlace) -> Span {
        if !place.is_escaped {
            return self.keep(place.inside());
        }
        let inside = self.text.get(place.inside()).unwrap_or_default();
        let texts = &mut self.document.texts;
        let start = texts.len() as u32;
        texts.push_str(&String::from_utf8_lossy(&json::unescape(inside)));
        Span {
            start,
            end: texts.len() as u32,
        }
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
}
