//! Pipelines, commands and operands: everything that has a value.

use crate::ast::{
    Chain, Command, Field, Identifier, Operand, Pipeline, Pos, StringConstant, Variable,
};
use crate::number::Number;
use crate::token::{Token, TokenKind};

use super::{Parsed, Parser};

/// How deep parentheses may nest, as in Go.
const MAX_PAREN_DEPTH: usize = 10_000;

/// A pipeline whose end is not read yet.
struct OpenPipeline {
    pos: Pos,
    line: u32,
    is_assign: bool,
    decl: Vec<Variable>,
    cmds: Vec<Command>,
    /// The command being read.
    args: Vec<Operand>,
    command_pos: Pos,
    depth: u32,
}

/// What to read next.
enum Step {
    /// A command, or the end of the pipeline.
    Command,
    /// An operand of the current command, if there is one.
    Operand,
    /// The fields that may follow an operand.
    Fields(Operand),
    /// What separates operands and commands.
    Separator,
}

/// What an operand starts with.
enum Term {
    Value(Operand),
    LeftParen,
    Nothing,
}

impl OpenPipeline {
    /// Ends the current command.
    fn close_command(&mut self) {
        self.cmds.push(Command {
            pos: self.command_pos,
            args: std::mem::take(&mut self.args).into_boxed_slice(),
        });
    }

    /// Appends an operand to the current command.
    fn push(&mut self, operand: Operand) {
        let inner = match &operand {
            Operand::Chain(chain) => &chain.node,
            other => other,
        };
        if let Operand::Pipe(pipe) = inner {
            self.depth = self.depth.max(pipe.depth + 1);
        }
        self.args.push(operand);
    }
}

impl<'a> Parser<'a> {
    /// Reads a pipeline and the right delimiter after it; `context` names the action in error texts.
    pub(super) fn pipeline(&mut self, context: &'static str) -> Parsed<Pipeline> {
        let mut outer = Vec::new();
        let mut current = self.open_pipeline(context)?;
        let mut step = Step::Command;
        loop {
            let (context, end) = match outer.is_empty() {
                true => (context, TokenKind::RightDelim),
                false => ("parenthesized pipeline", TokenKind::RightParen),
            };
            step = match step {
                Step::Command => {
                    let token = self.next_non_space();
                    if token.kind == end {
                        let pipe = self.close_pipeline(current, context)?;
                        let Some(parent) = outer.pop() else {
                            return Ok(pipe);
                        };
                        current = parent;
                        Step::Fields(Operand::Pipe(Box::new(pipe)))
                    } else if token.kind.starts_operand() {
                        self.unread.push(token);
                        current.command_pos = Pos(token.start);
                        Step::Operand
                    } else {
                        return Err(self.unexpected(token, context));
                    }
                }
                Step::Operand => match self.term()? {
                    Term::Value(operand) => Step::Fields(operand),
                    Term::Nothing => Step::Separator,
                    Term::LeftParen if outer.len() >= MAX_PAREN_DEPTH => {
                        return Err(self.error("max expression depth exceeded"));
                    }
                    Term::LeftParen => {
                        let inner = self.open_pipeline("parenthesized pipeline")?;
                        outer.push(std::mem::replace(&mut current, inner));
                        Step::Command
                    }
                },
                Step::Fields(operand) => {
                    let operand = self.fields(operand)?;
                    current.push(operand);
                    Step::Separator
                }
                Step::Separator => {
                    let token = self.next();
                    match token.kind {
                        TokenKind::Space => Step::Operand,
                        TokenKind::RightDelim | TokenKind::RightParen => {
                            self.unread.push(token);
                            current.close_command();
                            Step::Command
                        }
                        TokenKind::Pipe => {
                            current.close_command();
                            Step::Command
                        }
                        _ => return Err(self.unexpected(token, "operand")),
                    }
                }
            };
        }
    }

    /// Starts a pipeline, reading the variables it declares or assigns.
    fn open_pipeline(&mut self, context: &str) -> Parsed<OpenPipeline> {
        let token = self.peek_non_space();
        let mut pipe = OpenPipeline {
            pos: Pos(token.start),
            line: token.line,
            is_assign: false,
            decl: Vec::new(),
            cmds: Vec::new(),
            args: Vec::new(),
            command_pos: Pos(token.start),
            depth: 0,
        };
        while self.peek_non_space().kind == TokenKind::Variable {
            let variable = self.next();
            let after = self.peek();
            let next = self.peek_non_space();
            match next.kind {
                TokenKind::Assign | TokenKind::Declare => {
                    self.next();
                    pipe.is_assign = next.kind == TokenKind::Assign;
                    self.declare(variable, &mut pipe);
                    break;
                }
                TokenKind::Char if next.of(self.source) == b"," => {
                    self.next();
                    self.declare(variable, &mut pipe);
                    self.check_comma(context, pipe.decl.len())?;
                }
                _ => {
                    // An argument. Blanks after it count, and are read already.
                    if after.kind == TokenKind::Space {
                        self.unread.push(after);
                    }
                    self.unread.push(variable);
                    break;
                }
            }
        }
        Ok(pipe)
    }

    /// Checks that another variable may follow the comma; only the second one of a range may.
    fn check_comma(&mut self, context: &str, declared: usize) -> Parsed<()> {
        use TokenKind::{RightDelim, RightParen, Variable};
        if context != "range" || declared >= 2 {
            return Err(self.error(format!("too many declarations in {context}")));
        }
        match self.peek_non_space().kind {
            Variable | RightDelim | RightParen => Ok(()),
            _ => Err(self.error("range can only initialize variables")),
        }
    }

    /// Adds a variable to those that get the pipeline's value.
    fn declare(&mut self, token: Token, pipe: &mut OpenPipeline) {
        let name = token.of(self.source);
        pipe.decl.push(Variable {
            pos: Pos(token.start),
            idents: Box::new([identifier(name)]),
        });
        self.scope.declare(name);
    }

    /// Ends a pipeline, checking that it has commands and that they can be ones.
    fn close_pipeline(&self, open: OpenPipeline, context: &str) -> Parsed<Pipeline> {
        if open.cmds.is_empty() {
            return Err(self.error(format!("missing value for {context}")));
        }
        for (index, command) in open.cmds.iter().enumerate().skip(1) {
            use Operand::{Bool, Dot, Nil, Number, String};
            let first = command.args.first();
            if let Some(Bool(..) | Dot(_) | Nil(_) | Number(_) | String(_)) = first {
                let stage = index + 1;
                let message = format!("non executable command in pipeline stage {stage}");
                return Err(self.error(message));
            }
        }
        Ok(Pipeline {
            pos: open.pos,
            line: open.line,
            is_assign: open.is_assign,
            decl: open.decl.into_boxed_slice(),
            cmds: open.cmds.into_boxed_slice(),
            depth: open.depth,
        })
    }

    /// Reads a constant, a name or an opening parenthesis.
    fn term(&mut self) -> Parsed<Term> {
        let token = self.next_non_space();
        let pos = Pos(token.start);
        let value = token.of(self.source);
        Ok(Term::Value(match token.kind {
            TokenKind::Identifier => self.function(token)?,
            TokenKind::Dot => Operand::Dot(pos),
            TokenKind::Nil => Operand::Nil(pos),
            TokenKind::Variable => {
                if !self.scope.knows(value) {
                    let quoted = gostd::strconv::quote(value);
                    return Err(self.error(format!("undefined variable {quoted}")));
                }
                let idents = Box::new([identifier(value)]);
                Operand::Variable(Variable { pos, idents })
            }
            TokenKind::Field => {
                let idents = Box::new([field_name(value)]);
                Operand::Field(Field { pos, idents })
            }
            TokenKind::Bool => Operand::Bool(pos, value == b"true"),
            TokenKind::CharConstant | TokenKind::Complex | TokenKind::Number => {
                let number = Number::from_token(token, self.source);
                Operand::Number(Box::new(number.map_err(|message| self.error(message))?))
            }
            TokenKind::String | TokenKind::RawString => Operand::String(StringConstant {
                pos,
                quoted: token.span(),
                text: self.unquote(token)?,
            }),
            TokenKind::LeftParen => return Ok(Term::LeftParen),
            _ => {
                self.unread.push(token);
                return Ok(Term::Nothing);
            }
        }))
    }

    /// The function that a name stands for.
    fn function(&self, token: Token) -> Parsed<Operand> {
        let name = identifier(token.of(self.source));
        match (self.functions)(&name) {
            Some(func) => Ok(Operand::Identifier(Identifier {
                pos: Pos(token.start),
                name,
                func,
            })),
            None => {
                let quoted = gostd::strconv::quote(name.as_bytes());
                Err(self.error(format!("function {quoted} not defined")))
            }
        }
    }

    /// Reads the fields that follow `operand` without a blank.
    ///
    /// Those of a field or variable become part of it, and its position that of the first of them.
    fn fields(&mut self, operand: Operand) -> Parsed<Operand> {
        let mut token = self.peek();
        if token.kind != TokenKind::Field {
            return Ok(operand);
        }
        let pos = Pos(token.start);
        let mut fields = Vec::new();
        while token.kind == TokenKind::Field {
            self.next();
            fields.push(field_name(token.of(self.source)));
            token = self.peek();
        }
        Ok(match operand {
            Operand::Field(field) => Operand::Field(Field {
                pos,
                idents: joined(field.idents, fields),
            }),
            Operand::Variable(variable) => Operand::Variable(Variable {
                pos,
                idents: joined(variable.idents, fields),
            }),
            Operand::Identifier(_) | Operand::Pipe(_) | Operand::Chain(_) => {
                Operand::Chain(Box::new(Chain {
                    pos,
                    node: operand,
                    fields: fields.into_boxed_slice(),
                }))
            }
            _ => {
                let mut term = Vec::new();
                crate::ast::NodeRef::Operand(&operand).print(self.source, &mut term);
                let quoted = gostd::strconv::quote(&term);
                return Err(self.error(format!("unexpected . after term {quoted}")));
            }
        })
    }
}

/// One list of names after the other.
fn joined(first: Box<[Box<str>]>, mut rest: Vec<Box<str>>) -> Box<[Box<str>]> {
    rest.splice(0..0, first);
    rest.into_boxed_slice()
}

/// A name; the lexer lets letters and digits pass only, which are valid UTF-8.
fn identifier(name: &[u8]) -> Box<str> {
    String::from_utf8_lossy(name).into()
}

/// The name of a field, without its dot.
fn field_name(field: &[u8]) -> Box<str> {
    identifier(field.strip_prefix(b".").unwrap_or(field))
}
