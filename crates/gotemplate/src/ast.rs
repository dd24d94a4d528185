//! The tree of a parsed template: what Go's `text/template/parse` calls nodes, immutable and shared between threads.
//!
//! A [`Tree`] owns nothing but its nodes and a reference to the source: text, and literals as they
//! were written, are [`Span`]s of the source. Every node has the byte offset Go gives it, because
//! the executor's error texts are computed from it (`x.yaml:3:14`), and prints as Go's `String()`
//! does, because they quote it (`at <.Values.x>`).
//!
//! ```text
//! Tree ─ List ─ Node ┬ Text
//!                    ├ Action ─ Pipeline ─ Command ─ Operand ┬ Identifier, Field, Variable, …
//!                    ├ If, Range, With (Branch)              ├ Chain ─ Operand
//!                    ├ Template                              └ Pipe ─ Pipeline
//!                    └ Break, Continue
//! ```

mod drop;
mod print;

use std::sync::Arc;

use gostd::unicode;
use smallvec::SmallVec;

use crate::number::Number;

/// A byte offset into the source of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pos(pub u32);

/// A byte range of the source of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    /// The place of the first byte.
    pub start: u32,
    /// The place of the byte after the last one.
    pub end: u32,
}

impl Span {
    /// The bytes of `source` this span covers; empty if it does not lie within it.
    pub fn of<'a>(&self, source: &'a [u8]) -> &'a [u8] {
        source
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// A function of the executor's table, resolved while parsing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FuncId(pub u32);

/// The elements of a path such as `.a.b` or `$x.a.b`; equal ones are mostly shared.
pub type Names = Arc<[Box<str>]>;

/// One parsed template: the body of a file, or of a `define` or `block` in it.
#[derive(Debug)]
pub struct Tree {
    /// The name templates call it by: any bytes, since a string literal can hold any.
    pub name: Box<[u8]>,
    /// The name of the file it was parsed from, for error texts.
    pub parse_name: Arc<str>,
    /// The nodes of the template.
    pub root: Arc<List>,
    /// The whole source the tree, and every other of the same file, was parsed from.
    pub text: Arc<[u8]>,
    empty: bool,
    /// True if it is the text of the file itself and no `define` in there has the file's name.
    is_file: bool,
}

/// A sequence of nodes: a template's body or one arm of a branch.
#[derive(Debug, Default)]
pub struct List {
    /// The position of its first token.
    pub pos: Pos,
    /// The nodes in the order they were written.
    pub nodes: Box<[Node]>,
}

/// An element of a [`List`].
#[derive(Debug)]
pub enum Node {
    /// Text outside of actions, after trimming; never empty.
    Text {
        /// Its start.
        pos: Pos,
        /// The bytes to write.
        span: Span,
    },
    /// `{{pipeline}}`
    Action(Action),
    /// `{{if pipeline}} list {{else}} list {{end}}`
    If(Box<Branch>),
    /// `{{range pipeline}} list {{else}} list {{end}}`
    Range(Box<Branch>),
    /// `{{with pipeline}} list {{else}} list {{end}}`
    With(Box<Branch>),
    /// `{{template "name" pipeline}}`, also where a `{{block "name" pipeline}}` stands.
    Template(Box<TemplateCall>),
    /// `{{break}}`, only inside a range.
    Break(Keyword),
    /// `{{continue}}`, only inside a range.
    Continue(Keyword),
}

/// An action that is only a keyword.
#[derive(Clone, Copy, Debug)]
pub struct Keyword {
    /// The start of the keyword.
    pub pos: Pos,
    /// The line of the keyword, from 1.
    pub line: u32,
}

/// A pipeline whose value is printed, unless it declares or assigns a variable.
#[derive(Debug)]
pub struct Action {
    /// The start of the first token after the delimiter.
    pub pos: Pos,
    /// The line of that token, from 1.
    pub line: u32,
    /// The pipeline.
    pub pipe: Pipeline,
}

/// The common part of `if`, `range` and `with`.
#[derive(Debug)]
pub struct Branch {
    /// The start of the pipeline.
    pub pos: Pos,
    /// The line the pipeline starts on, from 1.
    pub line: u32,
    /// The pipeline that is evaluated once, on entering.
    pub pipe: Pipeline,
    /// The nodes for a value that is not empty.
    pub list: List,
    /// The branch for an empty value; `{{else if}}` is one nested branch in here.
    pub else_list: Option<List>,
    /// The number of levels of branches, this one included.
    pub(crate) depth: u32,
}

/// A call of another template.
#[derive(Debug)]
pub struct TemplateCall {
    /// The start of the name's literal.
    pub pos: Pos,
    /// The line of the name, from 1.
    pub line: u32,
    /// The called template's name, unquoted.
    pub name: Box<[u8]>,
    /// The callee's dot; without it, dot is nil there.
    pub pipe: Option<Pipeline>,
}

/// `$a, $b := command | command`
#[derive(Debug)]
pub struct Pipeline {
    /// The start of the first token.
    pub pos: Pos,
    /// The line of the first token, from 1.
    pub line: u32,
    /// True if the variables are assigned (`=`), not declared (`:=`).
    pub is_assign: bool,
    /// The variables that get the value: none, one, or two in a range.
    pub decl: Box<[Variable]>,
    /// The commands; at least one.
    pub cmds: SmallVec<[Command; 1]>,
    /// The number of levels of parentheses inside.
    pub(crate) depth: u32,
}

/// Operands separated by blanks: a function or method with its arguments, or one value.
#[derive(Debug)]
pub struct Command {
    /// The start of the first token.
    pub pos: Pos,
    /// The operands; at least one.
    pub args: Box<[Operand]>,
}

/// One element of a [`Command`].
#[derive(Debug)]
pub enum Operand {
    /// A function's name.
    Identifier(Identifier),
    /// `.a.b`
    Field(Field),
    /// `$`, `$x`, `$x.a.b`
    Variable(Variable),
    /// Any other operand followed by fields: `(index . "x").a.b`, `f.a`
    Chain(Box<Chain>),
    /// `.`
    Dot(Pos),
    /// `nil`
    Nil(Pos),
    /// `true` or `false`
    Bool(Pos, bool),
    /// A number or character constant.
    Number(Box<Number>),
    /// A string in quotes or backquotes.
    String(StringConstant),
    /// `(pipeline)`
    Pipe(Box<Pipeline>),
}

/// A function's name.
#[derive(Debug)]
pub struct Identifier {
    /// Its start.
    pub pos: Pos,
    /// The name as written.
    pub name: Arc<str>,
    /// The meaning of the name.
    pub func: FuncId,
}

/// `.a.b.c`, fields of dot.
#[derive(Debug)]
pub struct Field {
    /// The start of the first element, or the *second* if there are several.
    pub pos: Pos,
    /// The elements without their dots; at least one.
    pub idents: Names,
}

/// A variable, possibly with fields: `$x.a.b`.
#[derive(Debug)]
pub struct Variable {
    /// The start of the variable, or its first field if there is one.
    pub pos: Pos,
    /// The variable's name with the dollar, then the fields without their dots.
    pub idents: Names,
}

/// Fields of an operand that is neither a field nor a variable.
#[derive(Debug)]
pub struct Chain {
    /// The start of the first field.
    pub pos: Pos,
    /// An identifier or a parenthesised pipeline.
    pub node: Operand,
    /// The fields without their dots; at least one.
    pub fields: Names,
}

/// A string constant.
#[derive(Debug)]
pub struct StringConstant {
    /// The place of the opening quote.
    pub pos: Pos,
    /// The constant as written, with its quotes.
    pub quoted: Span,
    /// Its meaning.
    pub text: Box<[u8]>,
}

/// Any node of a tree, for the executor to remember where it is.
#[derive(Clone, Copy, Debug)]
pub enum NodeRef<'a> {
    /// A whole body.
    List(&'a List),
    /// An element of a body.
    Node(&'a Node),
    /// The pipeline of an action or branch, or one in parentheses.
    Pipeline(&'a Pipeline),
    /// An element of a pipeline.
    Command(&'a Command),
    /// An element of a command.
    Operand(&'a Operand),
}

impl Node {
    /// The place of the node, as Go counts it.
    pub fn pos(&self) -> Pos {
        match self {
            Node::Text { pos, .. } => *pos,
            Node::Action(action) => action.pos,
            Node::If(branch) | Node::Range(branch) | Node::With(branch) => branch.pos,
            Node::Template(call) => call.pos,
            Node::Break(keyword) | Node::Continue(keyword) => keyword.pos,
        }
    }
}

impl Operand {
    /// The place of the operand, as Go counts it.
    pub fn pos(&self) -> Pos {
        match self {
            Operand::Identifier(identifier) => identifier.pos,
            Operand::Field(field) => field.pos,
            Operand::Variable(variable) => variable.pos,
            Operand::Chain(chain) => chain.pos,
            Operand::Dot(pos) | Operand::Nil(pos) | Operand::Bool(pos, _) => *pos,
            Operand::Number(number) => number.pos,
            Operand::String(string) => string.pos,
            Operand::Pipe(pipe) => pipe.pos,
        }
    }
}

impl NodeRef<'_> {
    /// The place of the node, as Go counts it.
    pub fn pos(&self) -> Pos {
        match self {
            NodeRef::List(list) => list.pos,
            NodeRef::Node(node) => node.pos(),
            NodeRef::Pipeline(pipe) => pipe.pos,
            NodeRef::Command(command) => command.pos,
            NodeRef::Operand(operand) => operand.pos(),
        }
    }
}

impl Tree {
    pub(crate) fn new(
        name: Box<[u8]>,
        parse_name: Arc<str>,
        root: List,
        text: Arc<[u8]>,
        is_file: bool,
    ) -> Tree {
        let empty = root.nodes.iter().all(|node| match node {
            Node::Text { span, .. } => unicode::trim_space(span.of(&text)).is_empty(),
            _ => false,
        });
        Tree {
            name,
            parse_name,
            root: Arc::new(root),
            text,
            empty,
            is_file,
        }
    }

    /// Returns what [`parse`](crate::parse()) would give for the text that `trees` were parsed from under another
    /// name, if that is known without doing it: what was parsed is shared.
    pub fn under_name(trees: &[Arc<Tree>], name: &str) -> Option<Vec<Tree>> {
        let parse_name: Arc<str> = name.into();
        let (file, defined) = trees.split_first()?;
        if !file.is_file || defined.iter().any(|tree| *tree.name == *name.as_bytes()) {
            return None;
        }
        let again = |tree: &Tree, name: &[u8]| Tree {
            name: name.into(),
            parse_name: Arc::clone(&parse_name),
            root: Arc::clone(&tree.root),
            text: Arc::clone(&tree.text),
            empty: tree.empty,
            is_file: tree.is_file,
        };
        let mut parts = vec![again(file, name.as_bytes())];
        parts.extend(defined.iter().map(|tree| again(tree, &tree.name)));
        Some(parts)
    }

    /// Returns true if there is nothing in it but white space and comments (Go's `IsEmptyTree`).
    ///
    /// Such a body never replaces another one of the same name.
    pub fn is_empty(&self) -> bool {
        self.empty
    }
}
