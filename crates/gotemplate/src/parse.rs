//! From tokens to trees: Go's `text/template/parse` with default delimiters and mode 0.
//!
//! The parser is a loop over the elements of a body. Bodies that are still open (a file, a `define`
//! or `block`, the arms of an `if`, `range` or `with`) lie on a stack, and so do open parentheses:
//! no input makes it recurse. What a pipeline means is in `pipeline`, what opens and closes bodies
//! in `control`, what is remembered per template in `scope`, the names in `names`, the
//! finished templates in `trees`.
//!
//! Like Go it stops at the first mistake and blames the line of the last token read.

mod control;
mod names;
mod pipeline;
mod scope;
mod trees;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use gostd::errors::{self, ErrorType};
use gostd::{Value, strconv};
use memchr::memchr;

use crate::ast::{Command, FuncId, Node, Operand, Pos, Tree};
use crate::lex::Lexer;
use crate::parse_error::ParseError;
use crate::token::{Token, TokenKind};
use control::Body;
use names::Interner;
use scope::Scope;
use trees::Trees;

/// Parses a file and gives all templates it defines: itself first, then every `define` and `block`.
///
/// `name` is what the file's own template is called and what error texts show; `functions` resolves
/// names, Go's builtins among them. A file that is blank but defines a template of its own name
/// gives the latter only. The rules are those of Go's `parse.Parse`; beyond them, a text must be
/// shorter than 4 GiB and branches must not nest deeper than 10000 levels, an `else if` being one.
///
/// # Errors
///
/// The first mistake, in Go's words.
pub fn parse(
    name: &str,
    text: Arc<[u8]>,
    functions: &dyn Fn(&str) -> Option<FuncId>,
) -> Result<Vec<Tree>, ParseError> {
    let name: Arc<str> = Arc::from(name);
    if u32::try_from(text.len()).is_err() {
        let message = "text is longer than 4 GiB";
        return Err(ParseError::new(name, 1, Pos(0), message, &[]));
    }
    let source = Arc::clone(&text);
    Parser::new(name, &source, text, functions).parse()
}

/// A result whose error is a mistake in the template.
type Parsed<T> = Result<T, Box<ParseError>>;

/// An error from outside of the parser, as an operand.
fn plain_error(text: impl Into<Value>) -> Value {
    errors::value(ErrorType::Plain, text)
}

/// The state of parsing one file.
struct Parser<'a> {
    name: Arc<str>,
    source: &'a [u8],
    text: Arc<[u8]>,
    functions: &'a dyn Fn(&str) -> Option<FuncId>,
    tokens: Vec<Token>,
    /// The lexer's error about the last token, if there is one.
    lexer_error: Vec<u8>,
    /// The number of tokens that are taken.
    taken: usize,
    /// The number of tokens that have been looked at; errors are reported at the line of the last one.
    furthest: usize,
    scope: Scope<'a>,
    /// The bodies that are open, the innermost one last.
    bodies: Vec<Body<'a>>,
    /// The elements of everything that is open, each part knowing where its own ones start.
    nodes: Vec<Node>,
    commands: Vec<Command>,
    operands: Vec<Operand>,
    names: Interner<'a>,
    trees: Trees,
}

impl<'a> Parser<'a> {
    fn new(
        name: Arc<str>,
        source: &'a [u8],
        text: Arc<[u8]>,
        functions: &'a dyn Fn(&str) -> Option<FuncId>,
    ) -> Self {
        let is_keyword = |word| functions(word).is_none();
        let lexer = Lexer::new(source, is_keyword("break"), is_keyword("continue"));
        let tokens = lexer.tokens();
        Parser {
            name,
            source,
            text,
            functions,
            tokens: tokens.list,
            lexer_error: tokens.error,
            taken: 0,
            furthest: 0,
            scope: Scope::default(),
            bodies: Vec::new(),
            nodes: Vec::new(),
            commands: Vec::new(),
            operands: Vec::new(),
            names: Interner::default(),
            trees: Trees::default(),
        }
    }

    fn parse(mut self) -> Result<Vec<Tree>, ParseError> {
        self.file().map_err(|error| *error)?;
        Ok(self.trees.into_vec(self.name.as_bytes()))
    }

    /// The token that comes next, which does not count as looked at. The last one comes again and again.
    fn upcoming(&self) -> Token {
        let token = self.tokens.get(self.taken).or(self.tokens.last());
        token.copied().unwrap_or(Token::START)
    }

    /// Looks at the next token.
    fn peek(&mut self) -> Token {
        self.furthest = self.furthest.max(self.taken + 1);
        self.upcoming()
    }

    /// Takes the next token.
    fn next(&mut self) -> Token {
        let token = self.peek();
        self.taken += 1;
        token
    }

    /// The last token that was looked at.
    fn last(&self) -> Token {
        match self.furthest.checked_sub(1) {
            Some(index) => *self
                .tokens
                .get(index)
                .or(self.tokens.last())
                .unwrap_or(&Token::START),
            None => Token::START,
        }
    }

    /// Takes the next token, which must be of the given kind; `context` says where it is missed.
    fn expect(&mut self, kind: TokenKind, context: &str) -> Parsed<Token> {
        let token = self.next();
        if token.kind == kind {
            Ok(token)
        } else {
            Err(self.unexpected(token, context))
        }
    }

    /// The value of a string's literal.
    fn unquote(&self, literal: Token) -> Parsed<Box<[u8]>> {
        let literal = literal.of(self.source);
        if let [b'"', plain @ .., b'"'] = literal
            && plain.is_ascii()
            && memchr(b'\\', plain).is_none()
        {
            return Ok(plain.into());
        }
        match strconv::unquote(literal) {
            Some(text) => Ok(text.into_boxed_slice()),
            None => Err(self.error("%s", &[plain_error("invalid syntax")])),
        }
    }

    /// A mistake found now: Go's format of the message and its operands.
    fn error(&self, format: &str, args: &[Value]) -> Box<ParseError> {
        self.error_at(self.last(), format, args)
    }

    /// A mistake to be reported at a certain token.
    fn error_at(&self, token: Token, format: &str, args: &[Value]) -> Box<ParseError> {
        let (name, pos) = (Arc::clone(&self.name), Pos(token.start));
        Box::new(ParseError::new(name, token.line, pos, format, args))
    }

    /// The mistake that `token` stands where it must not, or could not be read at all.
    fn unexpected(&self, token: Token, context: &str) -> Box<ParseError> {
        if token.kind != TokenKind::Error {
            let token_text = Value::Str(token.describe(self.source).into());
            return self.error("unexpected %s in %s", &[token_text, context.into()]);
        }
        let message = self.lexer_error.as_slice();
        let mut extra = String::new();
        if let Some(line) = self.scope.action_line
            && line != token.line
        {
            // Not "unclosed action in action".
            let link = match message.ends_with(b" action") {
                true => " started at",
                false => " in action started at",
            };
            extra = format!("{link} {}:{line}", self.name);
        }
        self.error("%s%s", &[Value::Str(message.into()), extra.into()])
    }
}
