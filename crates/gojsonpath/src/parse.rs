//! From the text of a JSONPath template to its nodes (client-go's `jsonpath.Parser`).

use gostd::Value;
use gostd::limits::LIMITS;
use gostd::strconv::{atoi, parse_float, unquote_char};
use gostd::unicode::{is_digit, is_letter};

/// The depth to which filters and unions may be nested.
const MAX_DEPTH: usize = LIMITS.jsonpath_nesting;

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// An action: the nodes of a path, one after the other.
    List(Vec<Node>),
    Text(Vec<u8>),
    Field(Vec<u8>),
    /// `range`, `end`, or a mistake.
    Identifier(Vec<u8>),
    Array([Bound; 3]),
    Filter {
        left: Vec<Node>,
        operator: Vec<u8>,
        right: Vec<Node>,
    },
    Int(i64),
    Float(f64),
    Bool(bool),
    Wildcard,
    Recursive,
    Union(Vec<Vec<Node>>),
}

/// Start, end or step of an array index.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Bound {
    pub(super) value: i64,
    /// True if the text says it.
    pub(super) is_explicit: bool,
    /// True if it is the end that a single index implies.
    pub(super) is_implied: bool,
}

/// The operator of a filter that only asks whether something is there.
pub(super) const EXISTS: &[u8] = b"exists";

/// The reason why a text is no template, in client-go's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum SyntaxError {
    #[error("unclosed action")]
    UnclosedAction,
    #[error("unrecognized character in action: {0}")]
    Character(String),
    #[error("invalid multiple recursive descent")]
    MultipleRecursion,
    #[error("cannot parse number {0}")]
    Number(String),
    #[error("unterminated array")]
    UnterminatedArray,
    #[error("invalid array index {0}")]
    ArrayIndex(String),
    #[error("array index {0} is not a number")]
    ArrayNumber(String),
    #[error("unterminated filter")]
    UnterminatedFilter,
    #[error("unclosed array expect ]")]
    UnclosedArray,
    #[error("unterminated quoted string")]
    UnterminatedQuote,
    #[error("unquote string {0} error invalid syntax")]
    Unquote(String),
    /// A limit that only rhelm has.
    #[error("filters are nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
}

/// Parses a whole template.
pub(super) fn parse(text: &[u8]) -> Result<Vec<Node>, SyntaxError> {
    Parser::new(text, 0).template()
}

struct Parser<'t> {
    input: &'t [u8],
    pos: usize,
    /// The start of the text that was not yet taken.
    start: usize,
    width: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn new(input: &'t [u8], depth: usize) -> Self {
        Parser {
            input,
            pos: 0,
            start: 0,
            width: 0,
            depth,
        }
    }

    /// The nodes of `{text}`'s first action.
    fn action(&self, text: &[u8]) -> Result<Vec<Node>, SyntaxError> {
        if self.depth >= MAX_DEPTH {
            return Err(SyntaxError::TooDeep);
        }
        let whole = [b"{", text, b"}"].concat();
        let nodes = Parser::new(&whole, self.depth + 1).template()?;
        match nodes.into_iter().next() {
            Some(Node::List(nodes)) => Ok(nodes),
            _ => Ok(Vec::new()),
        }
    }

    fn take(&mut self) -> &'t [u8] {
        let text = self.input.get(self.start..self.pos).unwrap_or_default();
        self.start = self.pos;
        text
    }

    fn rest(&self) -> &'t [u8] {
        self.input.get(self.pos..).unwrap_or_default()
    }

    /// The next rune; none at the end.
    fn next(&mut self) -> Option<char> {
        let rest = self.rest();
        let Some((c, width)) = decode(rest) else {
            self.width = 0;
            return None;
        };
        self.width = width;
        self.pos += width;
        Some(c)
    }

    fn back(&mut self) {
        self.pos -= self.width;
    }

    fn peek(&mut self) -> Option<char> {
        let next = self.next();
        self.back();
        next
    }

    /// The byte before the last one read: how client-go looks for a backslash.
    fn before_last(&self) -> Option<u8> {
        self.input.get(self.pos.checked_sub(2)?).copied()
    }

    fn template(mut self) -> Result<Vec<Node>, SyntaxError> {
        let mut nodes = Vec::new();
        loop {
            let brace = self.rest().iter().position(|b| *b == b'{');
            self.pos += brace.unwrap_or(self.rest().len());
            let text = self.take();
            if !text.is_empty() {
                nodes.push(Node::Text(text.to_vec()));
            }
            if brace.is_none() {
                return Ok(nodes);
            }
            self.pos += 1;
            self.take();
            let mut path = Vec::new();
            while !self.rest().starts_with(b"}") {
                self.step(&mut path)?;
            }
            self.pos += 1;
            self.take();
            nodes.push(Node::List(path));
        }
    }

    /// One step inside an action.
    fn step(&mut self, path: &mut Vec<Node>) -> Result<(), SyntaxError> {
        if self.rest().starts_with(b"[?(") {
            return self.filter(path);
        }
        if self.rest().starts_with(b"..") {
            return self.recursive(path);
        }
        match self.next() {
            None | Some('\r' | '\n') => return Err(SyntaxError::UnclosedAction),
            Some(' ' | '@' | '$') => {
                self.take();
            }
            Some('[') => return self.array(path),
            Some(quote @ ('"' | '\'')) => return self.quoted(path, quote),
            Some('.') => self.field(path),
            Some(c) if c == '+' || c == '-' || is_digit(c) => {
                self.back();
                return self.number(path);
            }
            Some(c) if is_alphanumeric(c) => {
                self.back();
                self.identifier(path);
            }
            Some(c) => {
                let text = gostd::fmt::sprintf(b"%#U", &[Value::int(i64::from(u32::from(c)))]);
                let text = text.unwrap_or_default();
                return Err(SyntaxError::Character(
                    String::from_utf8_lossy(&text).into_owned(),
                ));
            }
        }
        Ok(())
    }

    fn identifier(&mut self, path: &mut Vec<Node>) {
        while !is_terminator(self.next()) {}
        self.back();
        path.push(match self.take() {
            b"true" => Node::Bool(true),
            b"false" => Node::Bool(false),
            name => Node::Identifier(name.to_vec()),
        });
    }

    fn recursive(&mut self, path: &mut Vec<Node>) -> Result<(), SyntaxError> {
        if path.last() == Some(&Node::Recursive) {
            return Err(SyntaxError::MultipleRecursion);
        }
        self.pos += 2;
        self.take();
        path.push(Node::Recursive);
        if self.peek().is_some_and(is_alphanumeric) {
            self.field(path);
        }
        Ok(())
    }

    fn number(&mut self, path: &mut Vec<Node>) -> Result<(), SyntaxError> {
        if matches!(self.peek(), Some('+' | '-')) {
            self.next();
        }
        while self.next().is_some_and(|c| c == '.' || is_digit(c)) {}
        self.back();
        let text = self.take();
        path.push(if let Ok(int) = atoi(text) {
            Node::Int(int)
        } else if let Ok(float) = parse_float(text, 64) {
            Node::Float(float)
        } else {
            return Err(SyntaxError::Number(lossy(text)));
        });
        Ok(())
    }

    fn array(&mut self, path: &mut Vec<Node>) -> Result<(), SyntaxError> {
        loop {
            match self.next() {
                None | Some('\n') => return Err(SyntaxError::UnterminatedArray),
                Some(']') => break,
                Some(_) => {}
            }
        }
        let text = self.take();
        let text = text.get(1..text.len() - 1).unwrap_or_default();
        let text = if text == b"*" { b":" } else { text };
        if text.contains(&b',') {
            let members = text.split(|b| *b == b',').map(|member| {
                let member = trim_blanks(member);
                self.action(&[b"[", member, b"]"].concat())
            });
            path.push(Node::Union(members.collect::<Result<_, _>>()?));
            return Ok(());
        }
        if let [b'\'', key @ .., b'\''] = text
            && !key.contains(&b'\'')
        {
            path.append(&mut self.action(&[b".", key].concat())?);
            return Ok(());
        }
        path.push(Node::Array(bounds(text)?));
        Ok(())
    }

    fn filter(&mut self, path: &mut Vec<Node>) -> Result<(), SyntaxError> {
        self.pos += b"[?(".len();
        self.take();
        // A quote, where there is one, must be closed before the parenthesis counts.
        let mut quote = None;
        let mut closed = false;
        loop {
            match (self.next(), quote) {
                (None | Some('\n'), _) => return Err(SyntaxError::UnterminatedFilter),
                (Some(c @ ('"' | '\'')), None) => quote = Some(c),
                (Some(c @ ('"' | '\'')), Some(open)) => {
                    closed |= c == open && self.before_last() != Some(b'\\');
                }
                (Some(')'), _) if quote.is_some() == closed => break,
                _ => {}
            }
        }
        if self.next() != Some(']') {
            return Err(SyntaxError::UnclosedArray);
        }
        let text = self.take();
        let text = text.get(..text.len() - 2).unwrap_or_default();
        path.push(match comparison(text) {
            None => Node::Filter {
                left: self.action(text)?,
                operator: EXISTS.to_vec(),
                right: Vec::new(),
            },
            Some((left, operator, right)) => Node::Filter {
                left: self.action(left)?,
                operator: operator.to_vec(),
                right: self.action(right)?,
            },
        });
        Ok(())
    }

    fn quoted(&mut self, path: &mut Vec<Node>, quote: char) -> Result<(), SyntaxError> {
        loop {
            match self.next() {
                None | Some('\n') => return Err(SyntaxError::UnterminatedQuote),
                Some(c) if c == quote && self.before_last() != Some(b'\\') => break,
                Some(_) => {}
            }
        }
        let text = self.take();
        let unquoted = unquote(text).ok_or_else(|| SyntaxError::Unquote(lossy(text)))?;
        path.push(Node::Text(unquoted));
        Ok(())
    }

    fn field(&mut self, path: &mut Vec<Node>) {
        self.take();
        loop {
            match self.next() {
                Some('\\') => {
                    self.next();
                }
                c if is_terminator(c) => break,
                _ => {}
            }
        }
        self.back();
        path.push(match self.take() {
            b"*" => Node::Wildcard,
            name => Node::Field(name.iter().copied().filter(|b| *b != b'\\').collect()),
        });
    }
}

/// The first rune of a text and its width; what is no UTF-8 is one byte wide.
fn decode(text: &[u8]) -> Option<(char, usize)> {
    let first = *text.first()?;
    if first.is_ascii() {
        return Some((char::from(first), 1));
    }
    let chunk = text.get(..text.len().min(4)).unwrap_or_default();
    let valid = chunk.utf8_chunks().next().map(|c| c.valid());
    match valid.and_then(|v| v.chars().next()) {
        Some(c) => Some((c, c.len_utf8())),
        None => Some(('\u{fffd}', 1)),
    }
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

fn trim_blanks(text: &[u8]) -> &[u8] {
    let blank = |b: &u8| *b != b' ';
    let start = text.iter().position(blank).unwrap_or(text.len());
    let end = text.iter().rposition(blank).map_or(start, |at| at + 1);
    text.get(start..end).unwrap_or_default()
}

/// `start:end:step`, each a number or nothing; a start alone means one item.
fn bounds(text: &[u8]) -> Result<[Bound; 3], SyntaxError> {
    let numeric = |part: &[u8]| {
        let digits = part.strip_prefix(b"-").unwrap_or(part);
        digits.iter().all(u8::is_ascii_digit)
    };
    let parts: Vec<&[u8]> = text.split(|b| *b == b':').collect();
    if parts.len() > 3 || !parts.iter().all(|part| numeric(part)) {
        return Err(SyntaxError::ArrayIndex(lossy(text)));
    }
    let mut bounds = [Bound::default(); 3];
    let mut start = 0;
    for (index, bound) in bounds.iter_mut().enumerate() {
        match parts.get(index) {
            Some(part) if !part.is_empty() => {
                let number = atoi(part);
                bound.value = number.map_err(|_| SyntaxError::ArrayNumber(lossy(part)))?;
                bound.is_explicit = true;
            }
            None if index == 1 => {
                *bound = Bound {
                    value: start + 1,
                    is_explicit: true,
                    is_implied: true,
                };
            }
            _ => {}
        }
        if index == 0 {
            start = bound.value.min(i64::MAX - 1);
        }
    }
    Ok(bounds)
}

/// `left operator right`, where the text has an operator.
fn comparison(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let operator = |b: &u8| matches!(b, b'!' | b'<' | b'>' | b'=');
    let start = text.iter().position(operator).filter(|at| *at > 0)?;
    let (left, rest) = text.split_at_checked(start)?;
    let end = rest.iter().position(|b| !operator(b));
    // Nothing follows the operator: its last character is taken for the right side.
    let end = end.unwrap_or(rest.len() - 1);
    let (operator, right) = rest.split_at_checked(end)?;
    (!operator.is_empty()).then_some((left, operator, right))
}

/// client-go's `UnquoteExtend`: Go's escapes within either quote.
fn unquote(literal: &[u8]) -> Option<Vec<u8>> {
    let (&quote, rest) = literal.split_first()?;
    let (&last, mut text) = rest.split_last()?;
    if quote != last {
        return None;
    }
    if !text.contains(&b'\\') && !text.contains(&quote) {
        return Some(text.to_vec());
    }
    let mut unquoted = Vec::with_capacity(text.len());
    while !text.is_empty() {
        let (code, is_rune, rest) = unquote_char(text, quote)?;
        if code < 0x80 || !is_rune {
            unquoted.push(code as u8);
        } else {
            let c = char::from_u32(code).unwrap_or('\u{fffd}');
            unquoted.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        text = rest;
    }
    Some(unquoted)
}

fn is_terminator(c: Option<char>) -> bool {
    matches!(
        c,
        None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
    )
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || is_letter(c) || is_digit(c)
}
