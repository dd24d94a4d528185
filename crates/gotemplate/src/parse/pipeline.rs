//! Pipelines, commands and operands: everything that has a value.

use smallvec::SmallVec;

use gostd::Value;
use gostd::limits::levels;

use crate::ast::{
    Chain, Command, Field, Identifier, Names, NodeRef, Operand, Pipeline, Pos, StringConstant,
    Variable,
};
use crate::number::Number;
use crate::token::{Token, TokenKind};

use super::{Parsed, Parser, names, plain_error};

/// The depth to which parentheses may nest, as in Go.
const MAX_PAREN_DEPTH: usize = levels(10_000);

/// A pipeline whose end is not read yet.
struct OpenPipeline {
    pos: Pos,
    line: u32,
    is_assign: bool,
    decl: Vec<Variable>,
    /// The start of its finished commands in [`Parser::commands`].
    first_command: usize,
    /// The start of the command being read.
    command_pos: Pos,
    /// The start of its operands in [`Parser::operands`].
    first_operand: usize,
    depth: u32,
}

/// The next thing to read.
enum Step {
    /// A command, or the end of the pipeline; the token is its first one.
    Command(Token),
    /// An operand of the current command; the token starts it.
    Operand(Token),
    /// The separator of operands and commands.
    Separator,
}

impl<'a> Parser<'a> {
    /// Reads a pipeline and the right delimiter after it; `context` names the action in error texts.
    pub(super) fn pipeline(&mut self, context: &'static str) -> Parsed<Pipeline> {
        let mut outer = Vec::new();
        let mut current = self.open_pipeline(context)?;
        let mut step = Step::Command(self.next());
        loop {
            let (context, end) = match outer.is_empty() {
                true => (context, TokenKind::RightDelim),
                false => ("parenthesized pipeline", TokenKind::RightParen),
            };
            step = match step {
                Step::Command(token) if token.kind == end => {
                    let pipe = self.close_pipeline(current, context)?;
                    let Some(parent) = outer.pop() else {
                        return Ok(pipe);
                    };
                    current = parent;
                    let operand = self.fields(Operand::Pipe(Box::new(pipe)))?;
                    self.push_operand(&mut current, operand)
                }
                Step::Command(token) if token.kind.starts_operand() => {
                    current.command_pos = Pos(token.start);
                    current.first_operand = self.operands.len();
                    Step::Operand(token)
                }
                Step::Command(token) => return Err(self.unexpected(token, context)),
                Step::Operand(token) if token.kind == TokenKind::LeftParen => {
                    if outer.len() >= MAX_PAREN_DEPTH {
                        return Err(self.error("max expression depth exceeded", &[]));
                    }
                    let inner = self.open_pipeline("parenthesized pipeline")?;
                    outer.push(std::mem::replace(&mut current, inner));
                    Step::Command(self.next())
                }
                Step::Operand(token) => {
                    let operand = self.operand(token)?;
                    self.push_operand(&mut current, operand)
                }
                Step::Separator => self.separator(&current)?,
            };
        }
    }

    /// Appends an operand to the current command of a pipeline.
    fn push_operand(&mut self, pipe: &mut OpenPipeline, operand: Operand) -> Step {
        pipe.depth = pipe.depth.max(paren_depth(&operand));
        self.operands.push(operand);
        Step::Separator
    }

    /// Reads what follows an operand of the current command of a pipeline.
    fn separator(&mut self, pipe: &OpenPipeline) -> Parsed<Step> {
        let token = self.next();
        Ok(match token.kind {
            kind if token.after_space && kind.starts_operand() => Step::Operand(token),
            TokenKind::RightDelim | TokenKind::RightParen => {
                self.close_command(pipe);
                Step::Command(token)
            }
            TokenKind::Pipe => {
                self.close_command(pipe);
                Step::Command(self.next())
            }
            _ => return Err(self.unexpected(token, "operand")),
        })
    }

    /// Starts a pipeline, reading the variables it declares or assigns.
    fn open_pipeline(&mut self, context: &str) -> Parsed<OpenPipeline> {
        let token = self.peek();
        let mut pipe = OpenPipeline {
            pos: Pos(token.start),
            line: token.line,
            is_assign: false,
            decl: Vec::new(),
            first_command: self.commands.len(),
            command_pos: Pos(token.start),
            first_operand: self.operands.len(),
            depth: 0,
        };
        while self.peek().kind == TokenKind::Variable {
            let variable = self.next();
            if variable.has_fields(self.source) {
                self.taken -= 1;
                break;
            }
            let next = self.peek();
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
                    self.taken -= 1;
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
            return Err(self.error("too many declarations in %s", &[context.into()]));
        }
        match self.peek().kind {
            Variable | RightDelim | RightParen => Ok(()),
            _ => Err(self.error("range can only initialize variables", &[])),
        }
    }

    /// Adds a variable to those that get the pipeline's value.
    fn declare(&mut self, token: Token, pipe: &mut OpenPipeline) {
        let word = token.of(self.source);
        pipe.decl.push(Variable {
            pos: Pos(token.start),
            idents: names::path(word),
        });
        self.scope.declare(word);
    }

    /// Ends the current command of a pipeline.
    fn close_command(&mut self, pipe: &OpenPipeline) {
        // Most commands are one operand.
        let args: Box<[Operand]> = match self.operands.len() - pipe.first_operand {
            1 => self.operands.pop().into_iter().collect(),
            _ => self
                .operands
                .split_off(pipe.first_operand)
                .into_boxed_slice(),
        };
        let pos = pipe.command_pos;
        self.commands.push(Command { pos, args });
    }

    /// Ends a pipeline, checking that it has commands and that they can be ones.
    fn close_pipeline(&mut self, open: OpenPipeline, context: &str) -> Parsed<Pipeline> {
        let cmds: SmallVec<[Command; 1]> = match self.commands.len() - open.first_command {
            1 => self
                .commands
                .pop()
                .map_or_else(SmallVec::new, |command| SmallVec::from_buf([command])),
            _ => SmallVec::from_vec(self.commands.split_off(open.first_command)),
        };
        if cmds.is_empty() {
            return Err(self.error("missing value for %s", &[context.into()]));
        }
        for (index, command) in cmds.iter().enumerate().skip(1) {
            use Operand::{Bool, Dot, Nil, Number, String};
            let first = command.args.first();
            if let Some(Bool(..) | Dot(_) | Nil(_) | Number(_) | String(_)) = first {
                let stage = Value::int(index as i64 + 1);
                return Err(self.error("non executable command in pipeline stage %d", &[stage]));
            }
        }
        Ok(Pipeline {
            pos: open.pos,
            line: open.line,
            is_assign: open.is_assign,
            decl: open.decl.into_boxed_slice(),
            cmds,
            depth: open.depth,
        })
    }

    /// The constant, function, field or variable that starts with `token`, with the fields after it.
    fn operand(&mut self, token: Token) -> Parsed<Operand> {
        let pos = Pos(token.start);
        let value = token.of(self.source);
        let term = match token.kind {
            TokenKind::Field => {
                let (pos, idents) = self.path(token);
                return Ok(Operand::Field(Field { pos, idents }));
            }
            TokenKind::Variable
                if self
                    .scope
                    .knows(token.first_name(self.source).of(self.source)) =>
            {
                let (pos, idents) = self.path(token);
                return Ok(Operand::Variable(Variable { pos, idents }));
            }
            TokenKind::Variable => {
                let name = token.first_name(self.source).of(self.source);
                let name = Value::Str(name.into());
                return Err(self.error("undefined variable %q", &[name]));
            }
            TokenKind::Identifier => self.function(token)?,
            TokenKind::Dot => Operand::Dot(pos),
            TokenKind::Nil => Operand::Nil(pos),
            TokenKind::Bool => Operand::Bool(pos, value == b"true"),
            TokenKind::String | TokenKind::RawString => Operand::String(StringConstant {
                pos,
                quoted: token.span(),
                text: self.unquote(token)?,
            }),
            _ => {
                let number = Number::from_token(token, self.source);
                Operand::Number(Box::new(number.map_err(|message| {
                    self.error("%s", &[plain_error(Value::Str(message.into()))])
                })?))
            }
        };
        self.fields(term)
    }

    /// The function that a name stands for.
    fn function(&mut self, token: Token) -> Parsed<Operand> {
        let name = token.of(self.source);
        match self.names.function(name, self.functions) {
            Some((name, func)) => Ok(Operand::Identifier(Identifier {
                pos: Pos(token.start),
                name,
                func,
            })),
            None => {
                let name = Value::Str(name.into());
                Err(self.error("function %q not defined", &[name]))
            }
        }
    }

    /// The names of a field or variable, and where Go sees the whole: at the second name, if there is one.
    fn path(&mut self, token: Token) -> (Pos, Names) {
        let pos = match token.has_fields(self.source) {
            true => token.first_name(self.source).end,
            false => token.start,
        };
        (Pos(pos), names::path(token.of(self.source)))
    }

    /// Reads the fields that follow an operand that is neither field nor variable.
    fn fields(&mut self, operand: Operand) -> Parsed<Operand> {
        let token = self.upcoming();
        if token.kind != TokenKind::Field || token.after_space {
            return Ok(operand);
        }
        self.next();
        if let Operand::Identifier(_) | Operand::Pipe(_) = operand {
            return Ok(Operand::Chain(Box::new(Chain {
                pos: Pos(token.start),
                node: operand,
                fields: names::path(token.of(self.source)),
            })));
        }
        if !self.upcoming().after_space {
            self.peek();
        }
        let mut term = Vec::new();
        NodeRef::Operand(&operand).print(self.source, &mut term);
        let term = Value::Str(term.into());
        Err(self.error("unexpected . after term %q", &[term]))
    }
}

/// The number of levels of parentheses that an operand has.
fn paren_depth(operand: &Operand) -> u32 {
    match operand {
        Operand::Pipe(pipe) => pipe.depth + 1,
        Operand::Chain(chain) => match &chain.node {
            Operand::Pipe(pipe) => pipe.depth + 1,
            _ => 0,
        },
        _ => 0,
    }
}
