//! `--all-branches`: mistakes in arms of templates that the given values do not take. Helm does not see them before other
//! values do.

mod fields;
mod templates;
mod values;

use super::context::Context;
use super::diagnostic::{Diagnostic, Marked, Place};
use super::sources::Sources;
use super::unknown::KeyIndex;
use chart::{Chart, File};
use engine::render::{template_order, template_trees};
use gotemplate::FunctionTable;
use gotemplate::ast::{Command, List, Node, Operand, Pipeline, Pos, TemplateCall, Tree};
use std::sync::Arc;

/// A template of a chart that is rendered.
struct Template {
    /// The name of its file as it is shown.
    name: String,
    trees: Vec<Arc<Tree>>,
}

/// The diagnostics for all arms of all templates; only for the values that this render read, where not `all` are asked for.
pub(super) fn diagnostics(
    context: &Context<'_, '_>,
    index: &KeyIndex<'_>,
    functions: &FunctionTable,
    sources: &mut Sources,
    all: bool,
) -> Vec<Diagnostic> {
    let slips = match all {
        true => values::slips(&index.value_flow.named_paths(), context, index),
        false => {
            let reads = index.reads.reads().iter();
            let missing = reads.filter(|(_, how)| how.origin.is_none());
            values::slips(missing.map(|(path, _)| path), context, index)
        }
    };
    if slips.is_empty() && !all {
        return Vec::new();
    }
    let mut templates = Vec::new();
    for (path, file) in template_order(context.prepared) {
        templates.extend(read(file, &path, functions, sources));
    }
    let mut diagnostics = values::diagnostics(&templates, slips);
    if all {
        let mut defined: Vec<Arc<Tree>> = Vec::new();
        if let Some(root) = context.prepared.root() {
            trees_of(root.chart, functions, &mut defined);
        }
        let calls = templates::diagnostics(&templates, &defined, context);
        diagnostics.extend(calls);
        diagnostics.extend(fields::diagnostics(&templates));
    }
    diagnostics
}

fn read(
    file: &Arc<File>,
    path: &str,
    functions: &FunctionTable,
    sources: &mut Sources,
) -> Option<Template> {
    let trees = template_trees(file, path, functions.names()).ok()?;
    Some(Template {
        name: sources.add_file(file, path)?,
        trees: trees.to_vec(),
    })
}

/// The trees of all templates of a chart and of those in it, disabled ones too.
fn trees_of(chart: &Chart, functions: &FunctionTable, trees: &mut Vec<Arc<Tree>>) {
    for file in &chart.templates {
        if let Ok(of_file) = template_trees(file, file.name(), functions.names()) {
            trees.extend(of_file.iter().cloned());
        }
    }
    for inner in &chart.dependencies {
        trees_of(inner, functions, trees);
    }
}

/// The parts of a tree that somebody asks for.
trait Visitor<'t> {
    /// `{{template "name"}}`
    fn call(&mut self, _call: &'t TemplateCall) {}
    /// A command, before its operands.
    fn command(&mut self, _command: &'t Command) {}
    /// Keys behind one another, with the place that Go gives them.
    fn keys(&mut self, _keys: &'t [Box<str>], _pos: Pos) {}
    /// Text between actions, from a byte on.
    fn text(&mut self, _pos: Pos, _text: &'t [u8]) {}
}

fn visit<'t>(tree: &'t Tree, visitor: &mut dyn Visitor<'t>) {
    list(&tree.root, &tree.text, visitor);
}

fn list<'t>(of: &'t List, text: &'t [u8], visitor: &mut dyn Visitor<'t>) {
    for node in &of.nodes {
        match node {
            Node::Text { pos, span } => visitor.text(*pos, span.of(text)),
            Node::Action(action) => pipeline(&action.pipe, visitor),
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                pipeline(&branch.pipe, visitor);
                list(&branch.list, text, visitor);
                if let Some(other) = &branch.else_list {
                    list(other, text, visitor);
                }
            }
            Node::Template(call) => {
                visitor.call(call);
                if let Some(pipe) = &call.pipe {
                    pipeline(pipe, visitor);
                }
            }
            Node::Break(_) | Node::Continue(_) => {}
        }
    }
}

fn pipeline<'t>(of: &'t Pipeline, visitor: &mut dyn Visitor<'t>) {
    for command in &of.cmds {
        visitor.command(command);
        for operand in &command.args {
            match operand {
                Operand::Field(field) => visitor.keys(&field.idents, field.pos),
                Operand::Variable(variable) => visitor.keys(&variable.idents, variable.pos),
                Operand::Chain(chain) => {
                    visitor.keys(&chain.fields, chain.pos);
                    if let Operand::Pipe(pipe) = &chain.node {
                        pipeline(pipe, visitor);
                    }
                }
                Operand::Pipe(pipe) => pipeline(pipe, visitor),
                _ => {}
            }
        }
    }
}

/// A place in a template.
fn place(template: &Template, tree: &Tree, pos: Pos) -> Place {
    let offset = usize::try_from(pos.0).unwrap_or(0);
    Place::file(&template.name, Marked::at(&tree.text, offset))
}
