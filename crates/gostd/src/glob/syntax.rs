//! Reads a pattern into a tree.

use super::GlobError;
use crate::limits::LIMITS;
use crate::unicode::{decode_rune, push_rune};

/// Items of a pattern and of all its alternatives.
const MAX_ITEMS: usize = LIMITS.glob_items;
/// Rewriting takes cubic time in the items of each sequence.
const MAX_WORK: usize = LIMITS.glob_work;
/// Open braces.
const MAX_DEPTH: usize = LIMITS.glob_nesting;

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// The rest of an alternative without the common parts.
    Nothing,
    Pattern(Vec<Node>),
    /// `{a,b}`: patterns.
    AnyOf(Vec<Node>),
    /// `[abc]`
    List {
        chars: Vec<char>,
        not: bool,
    },
    /// `[a-c]`
    Range {
        low: char,
        high: char,
        not: bool,
    },
    Text(Vec<u8>),
    /// `*`
    Any,
    /// `**`
    Super,
    /// `?`
    Single,
}

fn error(text: impl Into<String>) -> GlobError {
    GlobError::Invalid(text.into())
}

/// Braces that are open: the alternatives before the one being read, and the items before the brace.
struct Open {
    alternatives: Vec<Node>,
    outer: Vec<Node>,
}

/// Parses a pattern. Braces left open are closed at the end.
pub(super) fn parse(pattern: &[u8]) -> Result<Node, GlobError> {
    let mut lexer = Lexer {
        text: pattern,
        at: 0,
    };
    let mut open: Vec<Open> = Vec::new();
    let mut items = Vec::new();
    let (mut count, mut work) = (0, 0);
    while let Some(c) = lexer.read()? {
        count += 1;
        if count > MAX_ITEMS || work > MAX_WORK || open.len() > MAX_DEPTH {
            return Err(GlobError::TooLarge);
        }
        // The next item takes the square of what it adds to, so that a sequence takes the cube in all.
        work += items.len() * items.len();
        match (c, open.last_mut()) {
            ('{', _) => open.push(Open {
                alternatives: Vec::new(),
                outer: std::mem::take(&mut items),
            }),
            (',', Some(group)) => group
                .alternatives
                .push(Node::Pattern(std::mem::take(&mut items))),
            ('}', Some(_)) => close(&mut open, &mut items),
            ('[', _) => items.push(lexer.class()?),
            ('?', _) => items.push(Node::Single),
            ('*', _) if lexer.peek()? == Some('*') => {
                lexer.read()?;
                items.push(Node::Super);
            }
            ('*', _) => items.push(Node::Any),
            (_, group) => {
                lexer.unread(c);
                let breakers = if group.is_some() { "?*[{}," } else { "?*[{" };
                let text = lexer.text(breakers)?;
                if !text.is_empty() {
                    items.push(Node::Text(text));
                }
            }
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut items);
    }
    Ok(Node::Pattern(items))
}

fn close(open: &mut Vec<Open>, items: &mut Vec<Node>) {
    if let Some(Open {
        mut alternatives,
        outer,
    }) = open.pop()
    {
        alternatives.push(Node::Pattern(std::mem::replace(items, outer)));
        items.push(Node::AnyOf(alternatives));
    }
}

struct Lexer<'p> {
    text: &'p [u8],
    at: usize,
}

impl Lexer<'_> {
    /// The next character; a NUL is the end, as the library has it.
    fn peek(&self) -> Result<Option<char>, GlobError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        match decode_rune(rest).0 {
            char::REPLACEMENT_CHARACTER => Err(error("could not read rune")),
            '\0' => Ok(None),
            c => Ok(Some(c)),
        }
    }

    fn read(&mut self) -> Result<Option<char>, GlobError> {
        let next = self.peek()?;
        if self.at < self.text.len() {
            self.at += next.map_or(1, char::len_utf8);
        }
        Ok(next)
    }

    fn unread(&mut self, c: char) {
        self.at -= c.len_utf8();
    }

    /// Text up to one of the breakers, which is left, with backslashes taken away.
    fn text(&mut self, breakers: &str) -> Result<Vec<u8>, GlobError> {
        let mut text = Vec::new();
        let mut escaped = false;
        while let Some(c) = self.read()? {
            if !escaped && c == '\\' {
                escaped = true;
                continue;
            }
            if !escaped && breakers.contains(c) {
                self.unread(c);
                break;
            }
            escaped = false;
            push_rune(&mut text, c);
        }
        Ok(text)
    }

    /// A class after its bracket: one range or a list of characters.
    fn class(&mut self) -> Result<Node, GlobError> {
        let end = || error("unexpected end of input");
        let mut low = self.read()?.ok_or_else(end)?;
        let not = low == '!';
        if not {
            low = self.read()?.ok_or_else(end)?;
        }
        let node = if self.peek()? == Some('-') {
            self.read()?;
            let high = self.read()?.ok_or_else(end)?;
            Node::Range { low, high, not }
        } else {
            self.unread(low);
            let text = self.text("]")?;
            Node::List {
                chars: String::from_utf8_lossy(&text).chars().collect(),
                not,
            }
        };
        match (self.read()?, &node) {
            (None, _) => Err(end()),
            (Some(']'), Node::List { chars, .. }) if chars.is_empty() => {
                Err(error("could not parse range"))
            }
            (Some(']'), Node::Range { low, high, .. }) if high < low => Err(error(format!(
                "hi character '{high}' should be greater than lo '{low}'"
            ))),
            (Some(']'), _) => Ok(node),
            (Some(_), _) => Err(error("expected close range character")),
        }
    }
}
