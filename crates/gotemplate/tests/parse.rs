//! Trees and errors of template texts, compared with what Go's `text/template/parse` gave for them.
//!
//! `parse_cases.tsv` is written by the program in `record/`, which says what its lines are.
//! `PARSE_CASES=/some/other.tsv` compares more of them.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs
)]

use std::fmt::Write as _;
use std::sync::Arc;

use gostd::strconv::{quote, unquote};
use gotemplate::ast::{Branch, FuncId, List, Node, NodeRef, Operand, Pipeline, Tree};
use gotemplate::parse::parse;

#[test]
fn trees_and_errors_are_those_of_go() {
    let path = std::env::var("PARSE_CASES")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parse_cases.tsv").into());
    let cases = std::fs::read_to_string(path).unwrap();
    let mut failures = Vec::new();
    for line in cases.lines().filter(|line| line.starts_with('"')) {
        let mut columns = line.split('\t').map(|c| unquote(c.as_bytes()).unwrap());
        let name = String::from_utf8(columns.next().unwrap()).unwrap();
        let text = columns.next().unwrap();
        let expected = columns.next().unwrap();
        let actual = result(&name, &text);
        if actual != expected {
            let [text, expected, actual] = [&text, &expected, &actual].map(|t| quote(t));
            failures.push(format!("{text}\n  want {expected}\n  got  {actual}\n"));
        }
    }
    failures.truncate(20);
    assert!(failures.is_empty(), "{}", failures.concat());
}

/// The functions the recorder has.
fn function(name: &str, template: &str) -> Option<FuncId> {
    let functions = ["f", "g", "printf", "include", "break", "continue"];
    let count = if template == "break.yaml" { 6 } else { 4 };
    let index = functions[..count]
        .iter()
        .position(|function| *function == name)?;
    Some(FuncId(index as u32))
}

/// The recorder's form of a text.
fn result(name: &str, text: &[u8]) -> Vec<u8> {
    let mut trees: Vec<Tree> = match parse(name, Arc::from(text), &|f| function(f, name)) {
        Ok(trees) => trees,
        Err(error) => return error.text(),
    };
    assert_eq!(&*trees[0].name, name.as_bytes());
    trees.sort_by(|a, b| a.name.cmp(&b.name));
    let mut out = Vec::new();
    for tree in &trees {
        let mut dump = Dump { tree, out };
        let (name, empty) = (quote(&tree.name), tree.is_empty());
        dump.write(format_args!("{name} empty={empty} "));
        dump.list(&tree.root);
        out = dump.out;
        out.extend_from_slice(b" = ");
        NodeRef::List(&tree.root).print(&tree.text, &mut out);
        out.push(b'\n');
    }
    out
}

struct Dump<'a> {
    tree: &'a Tree,
    out: Vec<u8>,
}

impl Dump<'_> {
    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        self.out.extend_from_slice(text.to_string().as_bytes());
    }

    fn list(&mut self, list: &List) {
        self.write(format_args!("[@{}", list.pos.0));
        for node in &list.nodes {
            self.node(node);
        }
        self.write(format_args!("]"));
    }

    fn node(&mut self, node: &Node) {
        let pos = node.pos().0;
        match node {
            Node::Text { span, .. } => {
                let text = quote(span.of(&self.tree.text));
                self.write(format_args!("(text @{pos} {text})"));
            }
            Node::Action(action) => {
                self.write(format_args!("(action @{pos}:{} ", action.line));
                self.pipe(&action.pipe);
                self.write(format_args!(")"));
            }
            Node::If(branch) => self.branch("if", branch),
            Node::Range(branch) => self.branch("range", branch),
            Node::With(branch) => self.branch("with", branch),
            Node::Template(call) => {
                let (line, name) = (call.line, quote(&call.name));
                self.write(format_args!("(template @{pos}:{line} {name}"));
                if let Some(pipe) = &call.pipe {
                    self.pipe(pipe);
                }
                self.write(format_args!(")"));
            }
            Node::Break(keyword) => self.write(format_args!("(break @{pos}:{})", keyword.line)),
            Node::Continue(keyword) => {
                self.write(format_args!("(continue @{pos}:{})", keyword.line));
            }
        }
    }

    fn branch(&mut self, name: &str, branch: &Branch) {
        self.write(format_args!("({name} @{}:{} ", branch.pos.0, branch.line));
        self.pipe(&branch.pipe);
        self.list(&branch.list);
        if let Some(list) = &branch.else_list {
            self.list(list);
        }
        self.write(format_args!(")"));
    }

    fn pipe(&mut self, pipe: &Pipeline) {
        self.write(format_args!("(pipe @{}:{}", pipe.pos.0, pipe.line));
        for variable in &pipe.decl {
            let sign = if pipe.is_assign { "=" } else { ":=" };
            let names = names(&variable.idents);
            self.write(format_args!(" {sign}@{} {names}", variable.pos.0));
        }
        for command in &pipe.cmds {
            self.write(format_args!("(@{}", command.pos.0));
            for operand in &command.args {
                self.write(format_args!(" "));
                self.operand(operand);
            }
            self.write(format_args!(")"));
        }
        self.write(format_args!(")"));
    }

    fn operand(&mut self, operand: &Operand) {
        let pos = operand.pos().0;
        match operand {
            Operand::Identifier(identifier) => {
                let name = quote(identifier.name.as_bytes());
                assert_eq!(
                    function(&identifier.name, &self.tree.parse_name),
                    Some(identifier.func)
                );
                self.write(format_args!("func@{pos} {name}"));
            }
            Operand::Field(field) => {
                self.write(format_args!("field@{pos} {}", names(&field.idents)));
            }
            Operand::Variable(variable) => {
                self.write(format_args!("var@{pos} {}", names(&variable.idents)));
            }
            Operand::Chain(chain) => {
                self.write(format_args!("(chain @{pos} "));
                self.operand(&chain.node);
                self.write(format_args!(" {})", names(&chain.fields)));
            }
            Operand::Dot(_) => self.write(format_args!("dot@{pos}")),
            Operand::Nil(_) => self.write(format_args!("nil@{pos}")),
            Operand::Bool(_, value) => self.write(format_args!("{value}@{pos}")),
            Operand::String(string) => {
                self.write(format_args!("string@{pos} "));
                self.out
                    .extend_from_slice(string.quoted.of(&self.tree.text));
                self.write(format_args!(" {}", quote(&string.text)));
            }
            Operand::Number(number) => {
                self.write(format_args!("number@{pos} "));
                self.out.extend_from_slice(number.text.of(&self.tree.text));
                let mut values = String::new();
                if let Some(int) = number.int {
                    write!(values, " int {int}").unwrap();
                }
                if let Some(uint) = number.uint {
                    write!(values, " uint {uint}").unwrap();
                }
                if let Some(float) = number.float {
                    write!(values, " float {:x}", float.to_bits()).unwrap();
                }
                if let Some((real, imaginary)) = number.complex {
                    let (real, imaginary) = (real.to_bits(), imaginary.to_bits());
                    write!(values, " complex {real:x} {imaginary:x}").unwrap();
                }
                self.write(format_args!("{values}"));
            }
            Operand::Pipe(pipe) => self.pipe(pipe),
        }
    }
}

/// Go's `%q` of a list of names.
fn names(names: &[Box<str>]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| quote(name.as_bytes())).collect();
    format!("[{}]", quoted.join(" "))
}
