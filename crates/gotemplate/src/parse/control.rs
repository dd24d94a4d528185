//! Bodies: what opens, divides and closes them, and what stands in them.

use gostd::Value;
use gostd::limits::LIMITS;

use crate::ast::{Action, Branch, Keyword, List, Node, Pipeline, Pos, TemplateCall, Tree};
use crate::token::{Token, TokenKind};

use super::scope::Scope;
use super::{Parsed, Parser};

/// The depth to which branches may nest; Go has no limit, but the executor's stack has.
const MAX_BRANCH_DEPTH: u32 = LIMITS.branch_nesting as u32;

/// A list of nodes that is not closed yet.
pub(super) struct Body<'a> {
    pos: Pos,
    /// The start of its nodes in [`Parser::nodes`].
    first: usize,
    /// The number of levels of branches that its nodes have.
    depth: u32,
    opener: Opener<'a>,
}

/// The owner of a body, with what becomes current again when it is closed.
enum Opener<'a> {
    /// The file itself.
    File,
    /// `{{define "name"}}`
    Define { name: Box<[u8]>, outer: Scope<'a> },
    /// `{{block "name" pipeline}}`
    Block {
        call: TemplateCall,
        outer: Scope<'a>,
        /// The last token before the body.
        last: Token,
    },
    /// `{{if}}`, `{{range}}` or `{{with}}`
    Branch(OpenBranch),
}

/// A branch whose end is not read yet.
struct OpenBranch {
    kind: TokenKind,
    pipe: Pipeline,
    /// The first arm, once the second one is being read, and its depth.
    list: Option<(List, u32)>,
    /// The variables from before the pipeline.
    mark: usize,
    /// True if it stands for `{{else if}}` or `{{else with}}` and is closed by the outer one's end.
    chained: bool,
}

impl<'a> Parser<'a> {
    /// Reads the whole file.
    pub(super) fn file(&mut self) -> Parsed<()> {
        self.open_body(Opener::File);
        loop {
            let token = self.next();
            match token.kind {
                TokenKind::Text => self.push(Node::Text {
                    pos: Pos(token.start),
                    span: token.span(),
                }),
                TokenKind::LeftDelim if self.at_definition() => self.open_definition()?,
                TokenKind::LeftDelim => {
                    self.scope.action_line = Some(token.line);
                    self.action()?;
                }
                TokenKind::Eof => break,
                _ => return Err(self.unexpected(token, "input")),
            }
        }
        match self.bodies.pop() {
            Some(body) if matches!(body.opener, Opener::File) => {
                let root = self.take_list(body.pos, body.first);
                let name = self.name.as_bytes();
                let is_file = !self.trees.knows(name);
                self.add_tree(name.into(), root, is_file)
            }
            _ => Err(self.error("unexpected EOF", &[])),
        }
    }

    /// Starts a body at the next token.
    fn open_body(&mut self, opener: Opener<'a>) {
        let pos = Pos(self.peek().start);
        self.bodies.push(Body {
            pos,
            first: self.nodes.len(),
            depth: 0,
            opener,
        });
    }

    /// Takes the nodes of the innermost body.
    fn take_list(&mut self, pos: Pos, first: usize) -> List {
        List {
            pos,
            nodes: self.nodes.split_off(first).into_boxed_slice(),
        }
    }

    /// Appends a node to the innermost body.
    fn push(&mut self, node: Node) {
        let depth = match &node {
            Node::If(branch) | Node::Range(branch) | Node::With(branch) => branch.depth,
            _ => 0,
        };
        if let Some(body) = self.bodies.last_mut() {
            body.depth = body.depth.max(depth);
        }
        self.nodes.push(node);
    }

    /// Returns true if `define` follows, which is a keyword only outside of everything else.
    fn at_definition(&mut self) -> bool {
        self.bodies.len() == 1 && self.peek().kind == TokenKind::Define
    }

    /// Reads the inside of an action.
    fn action(&mut self) -> Parsed<()> {
        let token = self.next();
        match token.kind {
            TokenKind::Block => return self.open_block(),
            TokenKind::If | TokenKind::Range | TokenKind::With => {
                return self.open_branch(token.kind, false);
            }
            TokenKind::Break | TokenKind::Continue => self.loop_keyword(token)?,
            TokenKind::Else => return self.else_clause(),
            TokenKind::End => self.end_clause()?,
            TokenKind::Template => {
                let call = self.template_call()?;
                self.push(Node::Template(Box::new(call)));
            }
            _ => {
                self.taken -= 1;
                let pipe = self.pipeline("command")?;
                self.push(Node::Action(Action {
                    pos: Pos(token.start),
                    line: token.line,
                    pipe,
                }));
            }
        }
        self.scope.action_line = None;
        Ok(())
    }

    /// `{{break}}` or `{{continue}}`, the word being read.
    fn loop_keyword(&mut self, token: Token) -> Parsed<()> {
        let keyword = Keyword {
            pos: Pos(token.start),
            line: token.line,
        };
        let (node, text) = match token.kind {
            TokenKind::Break => (Node::Break(keyword), "{{break}}"),
            _ => (Node::Continue(keyword), "{{continue}}"),
        };
        self.expect(TokenKind::RightDelim, text)?;
        if self.scope.range_depth == 0 {
            return Err(self.error(&format!("{text} outside {{{{range}}}}"), &[]));
        }
        self.push(node);
        Ok(())
    }

    /// `{{template "name" pipeline}}`, the word being read.
    fn template_call(&mut self) -> Parsed<TemplateCall> {
        const CONTEXT: &str = "template clause";
        let token = self.next();
        let name = self.template_name(token, CONTEXT)?;
        let pipe = match self.peek().kind {
            TokenKind::RightDelim => {
                self.next();
                None
            }
            _ => Some(self.pipeline(CONTEXT)?),
        };
        Ok(TemplateCall {
            pos: Pos(token.start),
            line: token.line,
            name,
            pipe,
        })
    }

    /// The name that `token` must be.
    fn template_name(&mut self, token: Token, context: &str) -> Parsed<Box<[u8]>> {
        match token.kind {
            TokenKind::String | TokenKind::RawString => self.unquote(token),
            _ => Err(self.unexpected(token, context)),
        }
    }

    /// `{{define "name"}}`, the delimiter being read.
    fn open_definition(&mut self) -> Parsed<()> {
        const CONTEXT: &str = "define clause";
        self.next(); // the word
        let outer = std::mem::take(&mut self.scope);
        let token = self.next();
        let name = self.template_name(token, CONTEXT)?;
        self.expect(TokenKind::RightDelim, CONTEXT)?;
        self.open_body(Opener::Define { name, outer });
        Ok(())
    }

    /// `{{block "name" pipeline}}`, the word being read.
    fn open_block(&mut self) -> Parsed<()> {
        const CONTEXT: &str = "block clause";
        let token = self.next();
        let name = self.template_name(token, CONTEXT)?;
        let call = TemplateCall {
            pos: Pos(token.start),
            line: token.line,
            name,
            pipe: Some(self.pipeline(CONTEXT)?),
        };
        let opener = Opener::Block {
            call,
            outer: std::mem::take(&mut self.scope),
            last: self.last(),
        };
        self.open_body(opener);
        Ok(())
    }

    /// `{{if pipeline}}`, `{{range pipeline}}` or `{{with pipeline}}`, the word being read.
    fn open_branch(&mut self, kind: TokenKind, chained: bool) -> Parsed<()> {
        let mark = self.scope.mark();
        let pipe = self.pipeline(match kind {
            TokenKind::If => "if",
            TokenKind::Range => "range",
            _ => "with",
        })?;
        if kind == TokenKind::Range {
            self.scope.range_depth += 1;
        }
        if self.bodies.len() >= MAX_BRANCH_DEPTH as usize {
            return Err(self.error("max branch depth exceeded", &[]));
        }
        let branch = OpenBranch {
            kind,
            pipe,
            list: None,
            mark,
            chained,
        };
        self.open_body(Opener::Branch(branch));
        Ok(())
    }

    /// `{{else}}`, `{{else if pipeline}}` or `{{else with pipeline}}`, the first word being read.
    fn else_clause(&mut self) -> Parsed<()> {
        let mut token = self.peek();
        if !matches!(token.kind, TokenKind::If | TokenKind::With) {
            token = self.expect(TokenKind::RightDelim, "else")?;
        }
        self.scope.action_line = None;
        const IN_CLAUSE: &str = "unexpected %s in %s";
        let (format, clause, place) = match self.bodies.last_mut() {
            None => ("unexpected %s", "", self.last()),
            Some(body) => match &mut body.opener {
                Opener::Branch(branch) if branch.list.is_none() => {
                    let kind = branch.kind;
                    return self.open_else(kind, token);
                }
                Opener::Branch(_) => ("expected end; found %s", "", self.last()),
                Opener::File => ("unexpected %s", "", self.last()),
                Opener::Define { .. } => (IN_CLAUSE, "define clause", self.last()),
                Opener::Block { last, .. } => (IN_CLAUSE, "block clause", *last),
            },
        };
        let args = ["{{else}}".into(), clause.into()];
        let count = if format == IN_CLAUSE { 2 } else { 1 };
        Err(self.error_at(place, format, args.get(..count).unwrap_or_default()))
    }

    /// Turns from the first arm of the innermost branch to the second one, `token` being what
    /// follows `else`.
    fn open_else(&mut self, kind: TokenKind, token: Token) -> Parsed<()> {
        let chained = token.kind == kind;
        let pos = match chained {
            true => token.start,
            false => self.peek().start,
        };
        if kind == TokenKind::Range {
            self.scope.range_depth -= 1;
        }
        if let Some(mut body) = self.bodies.pop() {
            let list = self.take_list(body.pos, body.first);
            if let Opener::Branch(branch) = &mut body.opener {
                branch.list = Some((list, body.depth));
            }
            body.pos = Pos(pos);
            body.depth = 0;
            self.bodies.push(body);
        }
        if chained {
            self.next(); // the second word
            self.open_branch(kind, true)?;
        }
        Ok(())
    }

    /// `{{end}}`, the word being read.
    fn end_clause(&mut self) -> Parsed<()> {
        self.expect(TokenKind::RightDelim, "end")?;
        while let Some(body) = self.bodies.pop() {
            let list = self.take_list(body.pos, body.first);
            match body.opener {
                Opener::File => break,
                Opener::Define { name, outer } => {
                    self.add_tree(name, list, false)?;
                    self.scope = outer;
                    return Ok(());
                }
                Opener::Block { call, outer, .. } => {
                    self.add_tree(call.name.clone(), list, false)?;
                    self.scope = outer;
                    self.push(Node::Template(Box::new(call)));
                    return Ok(());
                }
                Opener::Branch(branch) => {
                    if !self.close_branch(branch, list, body.depth) {
                        return Ok(());
                    }
                }
            }
        }
        Err(self.error("unexpected %s", &["{{end}}".into()]))
    }

    /// Finishes a branch, `last` being its only arm or the second one; true if the outer branch
    /// ends here as well.
    fn close_branch(&mut self, open: OpenBranch, last: List, last_depth: u32) -> bool {
        if open.kind == TokenKind::Range && open.list.is_none() {
            self.scope.range_depth -= 1;
        }
        self.scope.forget(open.mark);
        let (list, depth, else_list) = match open.list {
            None => (last, last_depth, None),
            Some((list, depth)) => (list, depth.max(last_depth), Some(last)),
        };
        let branch = Box::new(Branch {
            pos: open.pipe.pos,
            line: open.pipe.line,
            pipe: open.pipe,
            list,
            else_list,
            depth: depth + 1,
        });
        self.push(match open.kind {
            TokenKind::If => Node::If(branch),
            TokenKind::Range => Node::Range(branch),
            _ => Node::With(branch),
        });
        open.chained
    }

    /// Adds a finished template.
    fn add_tree(&mut self, name: Box<[u8]>, root: List, is_file: bool) -> Parsed<()> {
        let tree = Tree::new(name, self.name.clone(), root, self.text.clone(), is_file);
        let name = Value::Str((&*tree.name).into());
        if self.trees.add(tree) {
            return Ok(());
        }
        let format = "template: multiple definition of template %q";
        Err(self.error(format, &[name]))
    }
}
