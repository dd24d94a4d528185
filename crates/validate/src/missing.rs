//! Keys that are not there, where a template uses them without asking.
//!
//! The render knows which keys it read in vain and on which template line; the template's tree tells what
//! it did with them there. What tests, replaces or passes on a missing value is no mistake, and neither is
//! what stands in a branch that asked for it.

use super::context::Context;
use super::defaults::default_at;
use super::diagnostic::{Diagnostic, Marked, Place};
use super::rules;
use super::sources::Sources;
use engine::render::template_order;
use gotemplate::FunctionTable;
use gotemplate::ast::{Branch, Command, List, Node, Operand, Pipeline, Pos, Tree};
use std::collections::BTreeMap;
use trace::usage::{Path, UsageRecorder, display_value_path};

/// The diagnostics for the keys that a render read in vain.
pub(super) fn diagnostics(
    context: &Context<'_, '_>,
    reads: &UsageRecorder,
    functions: &FunctionTable,
    sources: &mut Sources,
) -> Vec<Diagnostic> {
    let mut missing: BTreeMap<u32, Vec<(u32, &Path)>> = BTreeMap::new();
    for (path, how) in reads.reads() {
        if how.origin.is_some() || default_at(context.prepared, path).is_some() {
            continue;
        }
        for (template, line) in &how.lines {
            missing.entry(*template).or_default().push((*line, path));
        }
    }
    let templates = template_order(context.prepared);
    let mut diagnostics = Vec::new();
    for (number, reads) in missing {
        let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        let Some((path, file)) = index.and_then(|index| templates.get(index)) else {
            continue;
        };
        let Ok(trees) = engine::render::template_trees(file, path, functions.names()) else {
            continue;
        };
        let uses: Vec<Use<'_>> = trees
            .iter()
            .flat_map(|tree| uses(tree, functions))
            .collect();
        let Some(name) = sources.add_file(file, path) else {
            continue;
        };
        for (line, key) in reads {
            let is_it = |used: &&Use<'_>| {
                used.mark.line == line && key.last().is_some_and(|last| *last == used.key)
            };
            if let Some(used) = uses.iter().find(is_it) {
                let key_text = display_value_path(key);
                let message = format!("{key_text} is not there, and nothing asks whether it is");
                let place = Place::file(&name, used.mark);
                let diagnostic = Diagnostic::new(&rules::MISSING_KEY, place, message);
                diagnostics.push(diagnostic.about(key_text));
            }
        }
    }
    diagnostics
}

/// A key that a template uses as if it were there.
struct Use<'t> {
    key: &'t str,
    mark: Marked,
}

fn uses<'t>(tree: &'t Tree, functions: &'t FunctionTable) -> Vec<Use<'t>> {
    let mut search = Search {
        functions,
        text: &tree.text,
        asked: Vec::new(),
        uses: Vec::new(),
    };
    search.list(&tree.root);
    search.uses
}

struct Search<'t> {
    functions: &'t FunctionTable,
    text: &'t [u8],
    /// The conditions of the branches around.
    asked: Vec<Vec<&'t [Box<str>]>>,
    uses: Vec<Use<'t>>,
}

impl<'t> Search<'t> {
    fn list(&mut self, list: &'t List) {
        for node in &list.nodes {
            match node {
                Node::Action(action) if action.pipe.decl.is_empty() => {
                    self.pipeline(&action.pipe, true);
                }
                // What a variable or another template does with it is not known.
                Node::Action(action) => self.pipeline(&action.pipe, false),
                Node::If(branch) | Node::With(branch) | Node::Range(branch) => self.branch(branch),
                Node::Template(call) => {
                    if let Some(pipe) = &call.pipe {
                        self.pipeline(pipe, false);
                    }
                }
                Node::Text { .. } | Node::Break(_) | Node::Continue(_) => {}
            }
        }
    }

    fn branch(&mut self, branch: &'t Branch) {
        self.pipeline(&branch.pipe, false);
        let mut conditions = Vec::new();
        keys_of(&branch.pipe, &mut conditions);
        self.asked.push(conditions);
        self.list(&branch.list);
        if let Some(list) = &branch.else_list {
            self.list(list);
        }
        self.asked.pop();
    }

    /// `is_used` tells whether the pipeline's value is used as if it were there.
    fn pipeline(&mut self, pipe: &'t Pipeline, is_used: bool) {
        for (index, command) in pipe.cmds.iter().enumerate() {
            let after = pipe.cmds.get(index + 1..).unwrap_or_default();
            let is_used = is_used && after.iter().all(|command| self.uses_arguments(command));
            self.command(command, is_used);
        }
    }

    fn command(&mut self, command: &'t Command, is_used: bool) {
        let is_used = is_used && self.uses_arguments(command);
        for operand in &command.args {
            match operand {
                Operand::Field(field) => self.key(&field.idents, field.pos, is_used),
                Operand::Variable(variable) if variable.idents.len() > 1 => {
                    self.key(&variable.idents, variable.pos, is_used);
                }
                Operand::Chain(chain) => {
                    if let Operand::Pipe(pipe) = &chain.node {
                        self.pipeline(pipe, false);
                    }
                    self.key(&chain.fields, chain.pos, is_used);
                }
                Operand::Pipe(pipe) => self.pipeline(pipe, is_used),
                _ => {}
            }
        }
    }

    fn key(&mut self, keys: &'t [Box<str>], pos: Pos, is_used: bool) {
        let is_asked = self
            .asked
            .iter()
            .flatten()
            .any(|condition| *condition == keys);
        if let (true, false, Some(key)) = (is_used, is_asked, keys.last()) {
            let mark = Marked::at(self.text, path_start(self.text, pos));
            self.uses.push(Use { key, mark });
        }
    }

    /// A command uses its arguments as if they were there: a value alone does, since it is printed.
    fn uses_arguments(&self, command: &Command) -> bool {
        match command.args.first() {
            Some(Operand::Identifier(function)) => self.functions.needs_value(&function.name),
            _ => command.args.len() == 1,
        }
    }
}

/// The start of the keys around a position: Go's is that of the second key.
pub(super) fn path_start(text: &[u8], pos: Pos) -> usize {
    let at = usize::try_from(pos.0).unwrap_or(0);
    let before = text.get(..at).unwrap_or(text);
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'$' | b'_');
    before.len() - before.iter().rev().take_while(|b| part(b)).count()
}

/// All keys in a pipeline.
fn keys_of<'t>(pipe: &'t Pipeline, keys: &mut Vec<&'t [Box<str>]>) {
    for operand in pipe.cmds.iter().flat_map(|command| command.args.iter()) {
        match operand {
            Operand::Field(field) => keys.push(&field.idents),
            Operand::Variable(variable) => keys.push(&variable.idents),
            Operand::Chain(chain) => keys.push(&chain.fields),
            Operand::Pipe(pipe) => keys_of(pipe, keys),
            _ => {}
        }
    }
}
