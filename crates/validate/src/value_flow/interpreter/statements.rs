//! Statements of templates: lists, branches, loops, and the pipelines in them.

use super::{Frame, Interpreter, LONGEST_LIST, LONGEST_TEXT, MOST_ROUNDS, MOST_STEPS};
use crate::value_flow::Flags;
use crate::value_flow::store::{AbstractValue, UNKNOWN, ValueSetId};
use gotemplate::ast::{Branch, Command, List, Node, Operand, Pipeline, Tree};

impl Interpreter<'_> {
    pub(super) fn list<'t>(&mut self, frame: &mut Frame<'t>, tree: &'t Tree, list: &'t List) {
        for node in &list.nodes {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return;
            }
            match node {
                Node::Text { span, .. } => {
                    let text = std::str::from_utf8(span.of(&tree.text)).unwrap_or("*");
                    let text = text.trim();
                    if !text.is_empty() {
                        let output = match text.len() > LONGEST_TEXT || text.contains('\n') {
                            true => self.any,
                            false => {
                                let text = self.store.text(text);
                                self.store.one(AbstractValue::Text(text))
                            }
                        };
                        self.emit(frame, output);
                    }
                }
                Node::Break(_) | Node::Continue(_) => self.leave(frame),
                Node::Action(action) => {
                    let value = self.pipeline(frame, &action.pipe);
                    if action.pipe.decl.is_empty() {
                        self.emit(frame, value);
                    }
                }
                Node::If(branch) => self.branch(frame, tree, branch, false),
                Node::With(branch) => self.branch(frame, tree, branch, true),
                Node::Range(branch) => self.range(frame, tree, branch),
                Node::Template(call) => {
                    let argument = call.pipe.as_ref().map(|pipe| self.pipeline(frame, pipe));
                    let name = String::from_utf8_lossy(&call.name).into_owned();
                    let output = self.call_by_name(&name, argument.unwrap_or(UNKNOWN));
                    self.emit(frame, output);
                }
            }
        }
    }

    /// A template writes something. What is encoded is only read as a whole if nobody decodes it.
    fn emit(&mut self, frame: &mut Frame<'_>, output: ValueSetId) {
        let any = self.any;
        // Most of what templates write are texts, after others.
        if output == any && frame.output == any {
            return;
        }
        let (mut known_texts, mut rest) = (Vec::new(), output == UNKNOWN);
        for atom in self.store.atoms(output).to_vec() {
            match atom {
                AbstractValue::Encoded(_) | AbstractValue::Text(_) | AbstractValue::Pattern(_) => {
                    known_texts.push(atom)
                }
                AbstractValue::Number => rest = true,
                atom => {
                    let one = self.store.one(atom);
                    self.store.print(one);
                    rest = true;
                }
            }
        }
        if frame.output != UNKNOWN {
            rest = true;
            known_texts.extend_from_slice(self.store.atoms(frame.output));
            known_texts.retain(|atom| matches!(atom, AbstractValue::Encoded(_)));
        }
        let known_texts = self.store.set_of(known_texts);
        frame.output = match rest {
            true => self.store.join(known_texts, any),
            false => known_texts,
        };
    }

    fn branch<'t>(
        &mut self,
        frame: &mut Frame<'t>,
        tree: &'t Tree,
        branch: &'t Branch,
        is_with: bool,
    ) {
        let mark = frame.variables.len();
        let value = self.pipeline(frame, &branch.pipe);
        let (outer, before) = (frame.dot, frame.output);
        let untouched = frame.variables.clone();
        if is_with {
            frame.dot = value;
        }
        self.list(frame, tree, &branch.list);
        frame.dot = outer;
        let then = std::mem::replace(&mut frame.variables, untouched);
        let output = std::mem::replace(&mut frame.output, before);
        if let Some(list) = &branch.else_list {
            self.list(frame, tree, list);
        }
        self.join_variables(frame, mark, then.into_iter().map(|(_, set)| set));
        frame.output = self.store.join(frame.output, output);
    }

    /// The variables outside of a branch are what either arm makes of them.
    fn join_variables(
        &mut self,
        frame: &mut Frame<'_>,
        mark: usize,
        others: impl IntoIterator<Item = ValueSetId>,
    ) {
        frame.variables.truncate(mark);
        for ((_, set), other) in frame.variables.iter_mut().zip(others) {
            *set = self.store.join(*set, other);
        }
    }

    fn leave(&mut self, frame: &mut Frame<'_>) {
        for (at, (_, set)) in frame.variables.iter().enumerate() {
            match frame.left.get_mut(at) {
                Some(left) => *left = self.store.join(*left, *set),
                None => frame.left.push(*set),
            }
        }
    }

    fn range<'t>(&mut self, frame: &mut Frame<'t>, tree: &'t Tree, range: &'t Branch) {
        let mark = frame.variables.len();
        let value = self.commands(frame, &range.pipe);
        let outer_left = std::mem::take(&mut frame.left);
        let before: Vec<ValueSetId> = frame.variables.iter().map(|(_, set)| *set).collect();
        let output = frame.output;
        let (mut lists, mut others) = (Vec::new(), Vec::new());
        for atom in self.store.atoms(value).to_vec() {
            match self.store.items_of(atom) {
                Some(items) if items.len() <= LONGEST_LIST => lists.push(items.to_vec()),
                _ => others.push(atom),
            }
        }
        let mut after: Vec<ValueSetId> = Vec::new();
        if !others.is_empty() || lists.is_empty() {
            let others = self.store.set_of(others);
            self.rounds(frame, tree, range, others);
            after.extend(frame.variables.iter().map(|(_, set)| *set));
        }
        let number = self.store.one(AbstractValue::Number);
        for items in lists {
            // Each list from the start: it is this one or that.
            for ((_, set), before) in frame.variables.iter_mut().zip(&before) {
                *set = *before;
            }
            for item in items {
                self.round(frame, tree, range, number, item);
                frame.variables.truncate(mark);
            }
            let values: Vec<ValueSetId> = frame.variables.iter().map(|(_, set)| *set).collect();
            after = match after.is_empty() {
                true => values,
                false => {
                    let pairs = after.iter().zip(values);
                    pairs.map(|(a, b)| self.store.join(*a, b)).collect()
                }
            };
        }
        for ((_, set), after) in frame.variables.iter_mut().zip(after) {
            *set = after;
        }
        let left = std::mem::replace(&mut frame.left, outer_left);
        self.join_variables(frame, mark, left);
        if frame.output != output {
            // Nobody knows how often.
            let any = self.any;
            frame.output = self.store.join(frame.output, any);
        }
        if let Some(list) = &range.else_list {
            self.list(frame, tree, list);
            self.join_variables(frame, mark, before);
        }
    }

    /// A loop over what is not known one by one: rounds until nothing new comes of them.
    fn rounds<'t>(
        &mut self,
        frame: &mut Frame<'t>,
        tree: &'t Tree,
        range: &'t Branch,
        value: ValueSetId,
    ) {
        let mark = frame.variables.len();
        self.store.flag_maps(value, Flags::KEYS);
        let key = self.any;
        for _ in 0..MOST_ROUNDS {
            let before: Vec<ValueSetId> = frame.variables.iter().map(|(_, set)| *set).collect();
            let element = self.store.elements(value);
            self.round(frame, tree, range, key, element);
            self.join_variables(frame, mark, before.iter().copied());
            let now = frame.variables.iter().map(|(_, set)| *set);
            if now.eq(before.iter().copied()) {
                break;
            }
        }
    }

    /// One round of a loop.
    fn round<'t>(
        &mut self,
        frame: &mut Frame<'t>,
        tree: &'t Tree,
        range: &'t Branch,
        key: ValueSetId,
        element: ValueSetId,
    ) {
        let names: Vec<&'t str> = range
            .pipe
            .decl
            .iter()
            .filter_map(|variable| variable.idents.first().map(|name| &**name))
            .collect();
        let sets: &[(&'t str, ValueSetId)] = match names.as_slice() {
            [value] => &[(value, element)],
            [index, value] => &[(index, key), (value, element)],
            _ => &[],
        };
        for (name, set) in sets {
            match range.pipe.is_assign {
                true => assign(frame, name, *set),
                false => frame.variables.push((name, *set)),
            }
        }
        let outer = std::mem::replace(&mut frame.dot, element);
        self.list(frame, tree, &range.list);
        frame.dot = outer;
    }

    fn pipeline<'t>(&mut self, frame: &mut Frame<'t>, pipe: &'t Pipeline) -> ValueSetId {
        let value = self.commands(frame, pipe);
        for variable in &pipe.decl {
            if let Some(name) = variable.idents.first() {
                match pipe.is_assign {
                    true => assign(frame, name, value),
                    false => frame.variables.push((name, value)),
                }
            }
        }
        value
    }

    fn commands<'t>(&mut self, frame: &mut Frame<'t>, pipe: &'t Pipeline) -> ValueSetId {
        let mut value = None;
        for command in &pipe.cmds {
            value = Some(self.command(frame, command, value));
        }
        value.unwrap_or(UNKNOWN)
    }

    fn command<'t>(
        &mut self,
        frame: &mut Frame<'t>,
        command: &'t Command,
        last: Option<ValueSetId>,
    ) -> ValueSetId {
        self.steps += 1;
        let Some((head, rest)) = command.args.split_first() else {
            return UNKNOWN;
        };
        let mut arguments: Vec<ValueSetId> = Vec::with_capacity(rest.len() + 1);
        for argument in rest {
            arguments.push(self.operand(frame, argument));
        }
        arguments.extend(last);
        if let Operand::Identifier(function) = head {
            let site = command as *const Command as usize;
            return self.function(&function.name, &arguments, site);
        }
        // Only methods take arguments: nothing is known of those.
        let value = self.operand(frame, head);
        arguments.iter().for_each(|set| self.store.use_whole(*set));
        value
    }

    fn operand<'t>(&mut self, frame: &mut Frame<'t>, operand: &'t Operand) -> ValueSetId {
        match operand {
            Operand::Dot(_) => frame.dot,
            Operand::Field(field) => self.fields(frame.dot, &field.idents),
            Operand::Variable(variable) => {
                let Some((name, fields)) = variable.idents.split_first() else {
                    return UNKNOWN;
                };
                let mut variables = frame.variables.iter().rev();
                let value = variables.find(|(name_of, _)| *name_of == &**name);
                self.fields(value.map_or(UNKNOWN, |(_, set)| *set), fields)
            }
            Operand::Chain(chain) => {
                let value = self.operand(frame, &chain.node);
                self.fields(value, &chain.fields)
            }
            Operand::Pipe(pipe) => self.pipeline(frame, pipe),
            Operand::String(string) => match std::str::from_utf8(&string.text) {
                Ok(text) => {
                    let text = self.store.text(text);
                    self.store.one(AbstractValue::Text(text))
                }
                Err(_) => self.any,
            },
            Operand::Identifier(function) => {
                let site = function as *const _ as usize;
                self.function(&function.name, &[], site)
            }
            Operand::Number(_) => self.store.one(AbstractValue::Number),
            Operand::Nil(_) | Operand::Bool(..) => UNKNOWN,
        }
    }

    fn fields(&mut self, value: ValueSetId, fields: &[Box<str>]) -> ValueSetId {
        let mut value = value;
        for field in fields {
            if value == UNKNOWN {
                break;
            }
            let key = self.store.text(field);
            value = self.store.key(value, key);
        }
        value
    }
}

fn assign<'t>(frame: &mut Frame<'t>, name: &str, value: ValueSetId) {
    let mut variables = frame.variables.iter_mut().rev();
    if let Some((_, set)) = variables.find(|(variable, _)| *variable == name) {
        *set = value;
    }
}
