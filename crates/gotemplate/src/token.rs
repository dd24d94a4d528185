//! The words of a template's text: what Go's lexer calls items.

use memchr::memchr;

use gostd::{strconv, unicode};

use crate::ast::Span;

/// A piece of the source with its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// The kind.
    pub(crate) kind: TokenKind,
    /// True if white space stands before it inside the action.
    pub(crate) after_space: bool,
    /// The length of a field's or variable's first name; 65,535 if it is longer.
    pub(crate) head: u16,
    /// Its start.
    pub(crate) start: u32,
    /// The place of the byte after it.
    pub(crate) end: u32,
    /// The line it starts on, from 1.
    pub(crate) line: u32,
}

/// The kinds of [`Token`]s; the keywords are the last ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TokenKind {
    /// The text cannot be read; the lexer holds the message. Nothing follows.
    Error,
    /// `true` or `false`
    Bool,
    /// Any other printable ASCII character.
    Char,
    /// `'x'`
    CharConstant,
    /// `1+2i`; a lone `2i` is a number.
    Complex,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// The end of the text.
    Eof,
    /// `.name`, or several: `.a.b.c`
    Field,
    /// A name that is no keyword.
    Identifier,
    /// `{{`, without its trim marker.
    LeftDelim,
    /// `(`
    LeftParen,
    /// A number, not checked yet.
    Number,
    /// `|`
    Pipe,
    /// A string in backquotes, with them.
    RawString,
    /// `}}`, without its trim marker.
    RightDelim,
    /// `)`
    RightParen,
    /// A string in double quotes, with them.
    String,
    /// Text outside of actions.
    Text,
    /// `$` or `$name`, with the fields that follow: `$name.a.b`
    Variable,
    /// `block`
    Block,
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `.`
    Dot,
    /// `define`
    Define,
    /// `else`
    Else,
    /// `end`
    End,
    /// `if`
    If,
    /// `nil`
    Nil,
    /// `range`
    Range,
    /// `template`
    Template,
    /// `with`
    With,
}

impl TokenKind {
    /// The keyword `word` is, if it is one.
    pub(crate) fn keyword(word: &[u8]) -> Option<TokenKind> {
        Some(match word {
            b"block" => TokenKind::Block,
            b"break" => TokenKind::Break,
            b"continue" => TokenKind::Continue,
            b"define" => TokenKind::Define,
            b"else" => TokenKind::Else,
            b"end" => TokenKind::End,
            b"if" => TokenKind::If,
            b"nil" => TokenKind::Nil,
            b"range" => TokenKind::Range,
            b"template" => TokenKind::Template,
            b"with" => TokenKind::With,
            _ => return None,
        })
    }

    /// Returns true if a command can start with it.
    pub(crate) fn starts_operand(self) -> bool {
        use TokenKind::*;
        matches!(
            self,
            Bool | CharConstant
                | Complex
                | Dot
                | Field
                | Identifier
                | Number
                | Nil
                | RawString
                | String
                | Variable
                | LeftParen
        )
    }

    /// Returns true if Go counts it as a keyword; the dot is one.
    fn is_keyword(self) -> bool {
        self >= TokenKind::Block
    }
}

impl Token {
    /// Stands for the last token before there was any.
    pub(crate) const START: Token = Token {
        kind: TokenKind::Eof,
        after_space: false,
        head: 0,
        start: 0,
        end: 0,
        line: 1,
    };

    /// The bytes of the token.
    pub(crate) fn of<'a>(&self, source: &'a [u8]) -> &'a [u8] {
        self.span().of(source)
    }

    /// Returns true if fields follow the first name of a field or variable.
    pub(crate) fn has_fields(&self, source: &[u8]) -> bool {
        self.first_name(source).end < self.end
    }

    /// The range of a field's or variable's first name, with its dot or dollar.
    pub(crate) fn first_name(&self, source: &[u8]) -> Span {
        let end = match self.head {
            u16::MAX => {
                let after = self.of(source).get(1..).unwrap_or_default();
                memchr(b'.', after).map_or(self.end, |length| self.start + 1 + length as u32)
            }
            length => self.start + u32::from(length),
        };
        Span {
            start: self.start,
            end,
        }
    }

    /// The token's range.
    pub(crate) fn span(&self) -> Span {
        Span {
            start: self.start,
            end: self.end,
        }
    }

    /// The token as error texts show it, unless it is [`TokenKind::Error`]: keywords in angle
    /// brackets, the rest quoted; of more than ten bytes only the first ten runes.
    pub(crate) fn describe(&self, source: &[u8]) -> Vec<u8> {
        let value = match self.kind {
            TokenKind::Field | TokenKind::Variable => self.first_name(source).of(source),
            _ => self.of(source),
        };
        if self.kind == TokenKind::Eof {
            b"EOF".to_vec()
        } else if self.kind.is_keyword() {
            [b"<", value, b">"].concat()
        } else if value.len() > 10 {
            (strconv::quote(first_runes(value, 10)) + "...").into_bytes()
        } else {
            strconv::quote(value).into_bytes()
        }
    }
}

/// The longest start of `text` with no more than `count` runes.
fn first_runes(text: &[u8], count: usize) -> &[u8] {
    let length = (0..count).fold(0, |at, _| match text.get(at..) {
        Some(rest) if !rest.is_empty() => at + unicode::decode_rune(rest).1,
        _ => at,
    });
    text.get(..length).unwrap_or(text)
}
