//! Nodes as text again, as Go's `Node.String()` gives it: single blanks, literals as they were written.

use gostd::strconv;

use super::{Branch, Command, List, Node, NodeRef, Operand, Pipeline, TemplateCall, Variable};

/// The work that remains to be printed; a stack of it takes the place of recursion.
enum Piece<'a> {
    Bytes(&'a [u8]),
    List(&'a List),
    Node(&'a Node),
    Pipeline(&'a Pipeline),
    Command(&'a Command),
    Operand(&'a Operand),
}

impl NodeRef<'_> {
    /// Appends the node as Go prints it; `source` is the text of its tree.
    pub fn print(&self, source: &[u8], out: &mut Vec<u8>) {
        let mut pending = vec![match *self {
            NodeRef::List(list) => Piece::List(list),
            NodeRef::Node(node) => Piece::Node(node),
            NodeRef::Pipeline(pipe) => Piece::Pipeline(pipe),
            NodeRef::Command(command) => Piece::Command(command),
            // Parentheses belong to the command or chain that holds the pipeline.
            NodeRef::Operand(Operand::Pipe(pipe)) => Piece::Pipeline(pipe),
            NodeRef::Operand(operand) => Piece::Operand(operand),
        }];
        while let Some(piece) = pending.pop() {
            let start = pending.len();
            match piece {
                Piece::Bytes(bytes) => out.extend_from_slice(bytes),
                Piece::List(list) => pending.extend(list.nodes.iter().map(Piece::Node)),
                Piece::Node(node) => print_node(node, source, &mut pending, out),
                Piece::Pipeline(pipe) => print_pipeline(pipe, &mut pending, out),
                Piece::Command(command) => {
                    separated(&command.args, b" ", Piece::Operand, &mut pending);
                }
                Piece::Operand(operand) => print_operand(operand, source, &mut pending, out),
            }
            if let Some(pushed) = pending.get_mut(start..) {
                pushed.reverse(); // the first one is to be printed first
            }
        }
    }
}

/// Pushes every item, with `separator` between them.
fn separated<'a, T>(
    items: &'a [T],
    separator: &'static [u8],
    piece: fn(&'a T) -> Piece<'a>,
    pending: &mut Vec<Piece<'a>>,
) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            pending.push(Piece::Bytes(separator));
        }
        pending.push(piece(item));
    }
}

fn print_node<'a>(
    node: &'a Node,
    source: &'a [u8],
    pending: &mut Vec<Piece<'a>>,
    out: &mut Vec<u8>,
) {
    match node {
        Node::Text { span, .. } => out.extend_from_slice(span.of(source)),
        Node::Action(action) => {
            out.extend_from_slice(b"{{");
            pending.push(Piece::Pipeline(&action.pipe));
            pending.push(Piece::Bytes(b"}}"));
        }
        Node::If(branch) => print_branch(b"{{if ", branch, pending, out),
        Node::Range(branch) => print_branch(b"{{range ", branch, pending, out),
        Node::With(branch) => print_branch(b"{{with ", branch, pending, out),
        Node::Template(call) => print_template_call(call, pending, out),
        Node::Break(_) => out.extend_from_slice(b"{{break}}"),
        Node::Continue(_) => out.extend_from_slice(b"{{continue}}"),
    }
}

fn print_branch<'a>(
    head: &[u8],
    branch: &'a Branch,
    pending: &mut Vec<Piece<'a>>,
    out: &mut Vec<u8>,
) {
    out.extend_from_slice(head);
    pending.push(Piece::Pipeline(&branch.pipe));
    pending.push(Piece::Bytes(b"}}"));
    pending.push(Piece::List(&branch.list));
    if let Some(list) = &branch.else_list {
        pending.push(Piece::Bytes(b"{{else}}"));
        pending.push(Piece::List(list));
    }
    pending.push(Piece::Bytes(b"{{end}}"));
}

fn print_template_call<'a>(
    call: &'a TemplateCall,
    pending: &mut Vec<Piece<'a>>,
    out: &mut Vec<u8>,
) {
    out.extend_from_slice(b"{{template ");
    strconv::append_quoted(out, &call.name);
    if let Some(pipe) = &call.pipe {
        out.push(b' ');
        pending.push(Piece::Pipeline(pipe));
    }
    pending.push(Piece::Bytes(b"}}"));
}

fn print_pipeline<'a>(pipe: &'a Pipeline, pending: &mut Vec<Piece<'a>>, out: &mut Vec<u8>) {
    for (index, variable) in pipe.decl.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b", ");
        }
        variable.print(out);
    }
    if !pipe.decl.is_empty() {
        out.extend_from_slice(if pipe.is_assign { b" = " } else { b" := " });
    }
    separated(&pipe.cmds, b" | ", Piece::Command, pending);
}

fn print_operand<'a>(
    operand: &'a Operand,
    source: &'a [u8],
    pending: &mut Vec<Piece<'a>>,
    out: &mut Vec<u8>,
) {
    match operand {
        Operand::Identifier(identifier) => out.extend_from_slice(identifier.name.as_bytes()),
        Operand::Field(field) => print_fields(&field.idents, out),
        Operand::Variable(variable) => variable.print(out),
        Operand::Chain(chain) => {
            pending.push(Piece::Operand(&chain.node));
            for field in chain.fields.iter() {
                pending.push(Piece::Bytes(b"."));
                pending.push(Piece::Bytes(field.as_bytes()));
            }
        }
        Operand::Dot(_) => out.push(b'.'),
        Operand::Nil(_) => out.extend_from_slice(b"nil"),
        Operand::Bool(_, true) => out.extend_from_slice(b"true"),
        Operand::Bool(_, false) => out.extend_from_slice(b"false"),
        Operand::Number(number) => out.extend_from_slice(number.text.of(source)),
        Operand::String(string) => out.extend_from_slice(string.quoted.of(source)),
        Operand::Pipe(pipe) => {
            out.push(b'(');
            pending.push(Piece::Pipeline(pipe));
            pending.push(Piece::Bytes(b")"));
        }
    }
}

fn print_fields(fields: &[Box<str>], out: &mut Vec<u8>) {
    for field in fields {
        out.push(b'.');
        out.extend_from_slice(field.as_bytes());
    }
}

impl Variable {
    /// Appends the variable as Go prints it.
    pub fn print(&self, out: &mut Vec<u8>) {
        for (index, ident) in self.idents.iter().enumerate() {
            if index > 0 {
                out.push(b'.');
            }
            out.extend_from_slice(ident.as_bytes());
        }
    }
}
