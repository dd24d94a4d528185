//! Executing templates without values: every arm of every branch, with what values may be.

use super::Flags;
use super::store::{AbstractValue, Constructed, Key, Store, TextId, UNKNOWN, ValueSetId};
use gostd::limits::LIMITS;
use gotemplate::ast::{Branch, Command, List, Node, Operand, Pipeline, Tree};
use gotemplate::{ArgumentUse, FunctionTable, FunctionUses};
use indexmap::IndexSet;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The depth to which calls may nest before what they are given is taken for used as a whole.
const DEEPEST_CALL: usize = 120;
/// The number of nodes of trees that are looked at, all calls counted, before nothing is said any more. Large
/// charts take some hundred thousand.
const MOST_STEPS: usize = LIMITS.analysis_steps;
/// The most times that a loop's body is interpreted until nothing new comes of it.
const MOST_ROUNDS: usize = 4;
/// The longest list whose items a loop takes one by one.
const LONGEST_LIST: usize = 64;
/// The number of texts that a value that is put together may be.
const MOST_TEXTS: usize = 32;
/// The longest text that is followed from one template to another.
const LONGEST_TEXT: usize = 80;

/// The functions that fail where maps or lists are compared.
const COMPARISONS: [&str; 6] = ["eq", "ne", "lt", "le", "gt", "ge"];

/// A template that others can call.
struct Named {
    tree: Arc<Tree>,
    /// The context of the chart that has it.
    context: u32,
    is_called: bool,
}

/// The result of a call.
struct Call {
    /// The version of the argument.
    version: u64,
    result: ValueSetId,
    is_running: bool,
    is_recursive: bool,
}

/// The interpreter of all templates of a run.
pub(super) struct Interpreter<'w> {
    pub(super) store: &'w mut Store,
    functions: &'w FunctionTable,
    uses: FunctionUses,
    /// Any text.
    any: ValueSetId,
    named: Vec<Named>,
    by_name: FxHashMap<Box<[u8]>, Vec<usize>>,
    calls: FxHashMap<(usize, ValueSetId), Call>,
    /// Texts that were parsed, by number, with their templates.
    parsed: FxHashMap<TextId, Option<Arc<Tree>>>,
    /// Contexts of `tpl` calls whose text is not known.
    pub(super) tpl_contexts: IndexSet<ValueSetId>,
    steps: usize,
    depth: usize,
}

/// The state of a template that executes.
struct Frame<'t> {
    dot: ValueSetId,
    variables: Vec<(&'t str, ValueSetId)>,
    /// The variables at each place where a loop was left early.
    left: Vec<ValueSetId>,
    /// The output of the template, as far as others may read it back.
    output: ValueSetId,
}

impl<'w> Interpreter<'w> {
    pub(super) fn new(store: &'w mut Store, functions: &'w FunctionTable) -> Interpreter<'w> {
        let any = store.pattern("*");
        Interpreter {
            store,
            functions,
            uses: FunctionUses::new(functions),
            any,
            named: Vec::new(),
            by_name: FxHashMap::default(),
            calls: FxHashMap::default(),
            parsed: FxHashMap::default(),
            tpl_contexts: IndexSet::new(),
            steps: 0,
            depth: 0,
        }
    }

    /// Returns true if there was too much to look at.
    pub(super) fn is_incomplete(&self) -> bool {
        self.steps > MOST_STEPS
    }

    /// Makes a file's templates known to others.
    pub(super) fn add(&mut self, trees: &[Arc<Tree>], context: u32) {
        for tree in trees {
            let same_name = self.by_name.entry(tree.name.clone()).or_default();
            // A library that several charts bring along counts once.
            let is_same = |index: &usize| {
                let template = self.named.get(*index);
                template.is_some_and(|template| template.tree.text == tree.text)
            };
            if !same_name.iter().any(is_same) {
                same_name.push(self.named.len());
                self.named.push(Named {
                    tree: Arc::clone(tree),
                    context,
                    is_called: false,
                });
            }
        }
    }

    /// Executes a file's own text with the context of its chart.
    pub(super) fn file(&mut self, tree: &Arc<Tree>, context: u32) {
        let dot = self.store.one(AbstractValue::Context(context));
        let output = self.tree(tree, dot);
        self.store.print(output);
    }

    /// Executes the templates that nobody calls with the context of their chart.
    pub(super) fn uncalled(&mut self) {
        let mut index = 0;
        while let Some(template) = self.named.get_mut(index) {
            if !std::mem::replace(&mut template.is_called, true) {
                let (tree, context) = (Arc::clone(&template.tree), template.context);
                self.file(&tree, context);
            }
            index += 1;
        }
    }

    /// Forgets what calls came to: values were changed after some were made.
    pub(super) fn forget_calls(&mut self) {
        self.calls.clear();
        self.named
            .iter_mut()
            .for_each(|template| template.is_called = false);
    }

    /// The templates of a text, as `tpl` reads it; none where it is no template.
    pub(super) fn parse(&mut self, text: &str) -> Option<Arc<Tree>> {
        let id = self.store.text(text);
        if let Some(trees) = self.parsed.get(&id) {
            return trees.clone();
        }
        let resolve = |name: &str| self.functions.resolve(name);
        let trees = gotemplate::parse("gotpl", Arc::from(text.as_bytes()), &resolve);
        let trees: Vec<Arc<Tree>> = trees
            .unwrap_or_default()
            .into_iter()
            .map(Arc::new)
            .collect();
        let (first, defined) = match trees.split_first() {
            Some((first, defined)) => (Some(Arc::clone(first)), defined),
            None => (None, &[][..]),
        };
        self.add(defined, 0);
        self.parsed.insert(id, first.clone());
        first
    }

    /// Executes a text with some dot.
    pub(super) fn text(&mut self, tree: &Arc<Tree>, dot: ValueSetId) {
        let output = self.tree(tree, dot);
        self.store.print(output);
    }

    fn call_by_name(&mut self, name: &str, argument: ValueSetId) -> ValueSetId {
        let indexes = self.by_name.get(name.as_bytes());
        let indexes = indexes.cloned().unwrap_or_default();
        self.call_all(&indexes, argument)
    }

    fn call_all(&mut self, templates: &[usize], argument: ValueSetId) -> ValueSetId {
        let mut result = UNKNOWN;
        for index in templates {
            let Some(template) = self.named.get_mut(*index) else {
                continue;
            };
            template.is_called = true;
            let tree = Arc::clone(&template.tree);
            let output = self.tree(&tree, argument);
            result = self.store.join(result, output);
        }
        result
    }

    /// The templates whose names a pattern may mean.
    fn matching(&self, pattern: &str) -> Vec<usize> {
        let names = self.by_name.iter();
        let of_pattern = names.filter(|(name, _)| matches(pattern.as_bytes(), name));
        let mut matches: Vec<usize> = of_pattern
            .flat_map(|(_, indexes)| indexes)
            .copied()
            .collect();
        matches.sort_unstable();
        matches
    }

    /// Executes a template with some dot, unless that was done before, and gives what it writes.
    fn tree(&mut self, tree: &Arc<Tree>, dot: ValueSetId) -> ValueSetId {
        let key = (Arc::as_ptr(tree) as usize, dot);
        let version = self.store.version(dot);
        if let Some(call) = self.calls.get_mut(&key) {
            if call.is_running {
                call.is_recursive = true;
                return call.result;
            }
            if call.version == version {
                return call.result;
            }
        }
        if self.depth > DEEPEST_CALL || self.steps > MOST_STEPS {
            self.store.give_up(dot);
            return UNKNOWN;
        }
        let call = Call {
            version,
            result: UNKNOWN,
            is_running: true,
            is_recursive: false,
        };
        self.calls.insert(key, call);
        self.depth += 1;
        let mut output = self.execute(tree, dot);
        let call = self.calls.get_mut(&key);
        if call.is_some_and(|call| {
            call.result = output;
            call.is_recursive
        }) {
            output = self.execute(tree, dot);
        }
        self.depth -= 1;
        if let Some(call) = self.calls.get_mut(&key) {
            call.result = output;
            call.is_running = false;
        }
        output
    }

    fn execute(&mut self, tree: &Tree, dot: ValueSetId) -> ValueSetId {
        let mut frame = Frame {
            dot,
            variables: vec![("$", dot)],
            left: Vec::new(),
            output: UNKNOWN,
        };
        self.list(&mut frame, tree, &tree.root);
        frame.output
    }

    fn list<'t>(&mut self, frame: &mut Frame<'t>, tree: &'t Tree, list: &'t List) {
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

    fn function(&mut self, name: &str, arguments: &[ValueSetId], site: usize) -> ValueSetId {
        let all = |interpreter: &mut Self, arguments: &[ValueSetId]| {
            interpreter.store.join_all(arguments.iter().copied())
        };
        match (self.uses.of(name), arguments) {
            (ArgumentUse::Kind, _) => {
                self.kind(arguments);
                self.any
            }
            (ArgumentUse::Test, _) => {
                if COMPARISONS.contains(&name) {
                    self.compare(arguments);
                }
                UNKNOWN
            }
            (ArgumentUse::Pass, _) => all(self, arguments),
            (ArgumentUse::Required, [.., value]) => *value,
            (ArgumentUse::Ternary, [yes, no, _]) => self.store.join(*yes, *no),
            (ArgumentUse::Index, [of, keys @ ..]) => self.index(*of, keys),
            (ArgumentUse::HasKey, [of, keys @ ..]) => {
                self.index(*of, keys);
                UNKNOWN
            }
            (ArgumentUse::Dig, [keys @ .., default, of]) => {
                let value = self.index(*of, keys);
                self.store.join(value, *default)
            }
            (ArgumentUse::Pluck, [key, maps @ ..]) => {
                let of = all(self, maps);
                let rest = self.index(of, &[*key]);
                self.rest(site, rest)
            }
            (ArgumentUse::Pick, [of, keys @ ..]) => self.pick(*of, keys, site),
            (ArgumentUse::Set, [of, key, value]) => {
                for key in self.keys(*key) {
                    self.store.put(*of, key, *value);
                }
                *of
            }
            (ArgumentUse::Merge, [into, from @ ..]) => {
                for from in from {
                    self.store.merge(*into, *from);
                }
                let sources = all(self, from);
                let merged = self.sources(site, sources);
                self.store.join(*into, merged)
            }
            (ArgumentUse::Copy, [of]) => self.sources(site, *of),
            (ArgumentUse::Dict, pairs) => self.dict(pairs, site),
            (ArgumentUse::List, items) => self.items(site, items.to_vec()),
            (ArgumentUse::Append, [list, value]) => match (self.store.items(*list), name) {
                (Some(items), "append" | "push" | "mustAppend" | "mustPush") => {
                    let mut items = items.to_vec();
                    items.push(*value);
                    self.items(site, items)
                }
                _ => {
                    let rest = self.store.elements(*list);
                    let rest = self.store.join(rest, *value);
                    self.rest(site, rest)
                }
            },
            (ArgumentUse::Concat, lists) => {
                let sets = lists.iter().map(|list| self.store.items(*list));
                if let Some(items) = sets.collect::<Option<Vec<_>>>() {
                    let items = items.concat();
                    return self.items(site, items);
                }
                let lists = all(self, lists);
                let rest = self.store.elements(lists);
                self.rest(site, rest)
            }
            (ArgumentUse::Item, [list]) => self.store.elements(*list),
            (ArgumentUse::Items, [list]) if name == "reverse" => match self.store.items(*list) {
                Some(items) => {
                    let items = items.iter().rev().copied().collect();
                    self.items(site, items)
                }
                None => *list,
            },
            (ArgumentUse::Items, _) => {
                let lists = all(self, arguments);
                let atoms = self.store.atoms(lists).to_vec();
                match atoms
                    .iter()
                    .any(|atom| matches!(atom, AbstractValue::Constructed(_)))
                {
                    true => {
                        let rest = self.store.elements(lists);
                        self.rest(site, rest)
                    }
                    false => lists,
                }
            }
            (ArgumentUse::Keys, maps) => {
                let maps = all(self, maps);
                self.store.flag_maps(maps, Flags::KEYS);
                let any = self.any;
                self.rest(site, any)
            }
            (ArgumentUse::Values, [map]) => {
                self.store.flag_maps(*map, Flags::KEYS);
                let rest = self.store.elements(*map);
                self.rest(site, rest)
            }
            (ArgumentUse::Include, [name, argument]) => self.include(*name, *argument),
            (ArgumentUse::Template, [text, dot]) => self.template(*text, *dot),
            (ArgumentUse::Encode, [value]) if *value != UNKNOWN => {
                self.store.one(AbstractValue::Encoded(*value))
            }
            (ArgumentUse::Decode, [text]) => self.decode(*text),
            (ArgumentUse::Format, [format, values @ ..]) => self.format(*format, values),
            (ArgumentUse::Join, values) => self.concatenate(values),
            (ArgumentUse::Split, [separator, text]) => {
                self.split(*separator, *text, name == "split", site)
            }
            (ArgumentUse::Text | ArgumentUse::Encode, _) => {
                arguments.iter().for_each(|set| self.store.print(*set));
                self.any
            }
            _ => {
                arguments.iter().for_each(|set| self.store.use_whole(*set));
                UNKNOWN
            }
        }
    }

    fn rest(&mut self, site: usize, rest: ValueSetId) -> ValueSetId {
        let container = Constructed {
            rest,
            ..Constructed::default()
        };
        self.store.make(site, container)
    }

    fn sources(&mut self, site: usize, sources: ValueSetId) -> ValueSetId {
        if sources == UNKNOWN {
            return UNKNOWN;
        }
        let container = Constructed {
            sources,
            ..Constructed::default()
        };
        self.store.make(site, container)
    }

    fn items(&mut self, site: usize, items: Vec<ValueSetId>) -> ValueSetId {
        if items.len() > LONGEST_LIST {
            let rest = self.store.join_all(items);
            return self.rest(site, rest);
        }
        let container = Constructed {
            items: Some(items),
            ..Constructed::default()
        };
        self.store.make(site, container)
    }

    /// The keys that a value may mean; none of them for any.
    fn keys(&mut self, key: ValueSetId) -> Vec<Option<TextId>> {
        let keys = self.store.atoms(key).iter().map(|atom| match atom {
            AbstractValue::Text(text) => Some(*text),
            _ => None,
        });
        let mut keys: Vec<Option<TextId>> = keys.collect();
        if keys.is_empty() {
            keys.push(None);
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn dict(&mut self, pairs: &[ValueSetId], site: usize) -> ValueSetId {
        let (mut fields, mut rest) = (BTreeMap::new(), UNKNOWN);
        for pair in pairs.chunks(2) {
            let [key, value] = pair else { continue };
            match *self.keys(*key) {
                [Some(key)] => drop(fields.insert(key, *value)),
                _ => rest = self.store.join(rest, *value),
            }
        }
        let container = Constructed {
            fields,
            rest,
            ..Constructed::default()
        };
        self.store.make(site, container)
    }

    fn pick(&mut self, of: ValueSetId, keys: &[ValueSetId], site: usize) -> ValueSetId {
        let (mut fields, mut rest) = (BTreeMap::new(), UNKNOWN);
        for key in keys {
            let value = self.index(of, &[*key]);
            match *self.keys(*key) {
                [Some(key)] => drop(fields.insert(key, value)),
                _ => rest = self.store.join(rest, value),
            }
        }
        let container = Constructed {
            fields,
            rest,
            ..Constructed::default()
        };
        self.store.make(site, container)
    }

    /// The value under keys, one below the other.
    fn index(&mut self, of: ValueSetId, keys: &[ValueSetId]) -> ValueSetId {
        let mut value = of;
        for key in keys {
            let atoms = self.store.atoms(*key).to_vec();
            if atoms.is_empty() {
                value = self.store.under(value, Key::Dynamic);
                continue;
            }
            let mut result = UNKNOWN;
            for atom in atoms {
                let part = match atom {
                    AbstractValue::Text(text) => self.store.key(value, text),
                    AbstractValue::Number => self.store.elements(value),
                    AbstractValue::Pattern(pattern) => {
                        self.store.under(value, Key::Pattern(pattern))
                    }
                    _ => self.store.under(value, Key::Dynamic),
                };
                result = self.store.join(result, part);
            }
            value = result;
        }
        value
    }

    /// A value that is compared with a constant is no map or list.
    fn compare(&mut self, arguments: &[ValueSetId]) {
        let is_constant = |set: &ValueSetId| {
            let atoms = self.store.atoms(*set);
            matches!(atoms, [AbstractValue::Text(_) | AbstractValue::Number])
        };
        if arguments.iter().any(is_constant) {
            for argument in arguments {
                self.store.flag_all(*argument, Flags::COMPARED);
            }
        }
    }

    /// `kindIs "map" value`, `typeOf value`: what is asked for is a constant, if anything is.
    fn kind(&mut self, arguments: &[ValueSetId]) {
        let constant = arguments
            .first()
            .and_then(|first| self.store.constant(*first));
        let flags = match constant.filter(|_| arguments.len() > 1) {
            Some("string") => Flags::IS_TEXT,
            Some("map" | "map[string]interface {}" | "map[string]any") => Flags::IS_MAP,
            Some("slice" | "[]interface {}" | "[]any") => Flags::IS_LIST,
            Some(_) => Flags::IS_OTHER,
            None => Flags::KINDS,
        };
        for argument in arguments {
            self.store.flag_all(*argument, flags);
        }
    }

    fn include(&mut self, name: ValueSetId, argument: ValueSetId) -> ValueSetId {
        let atoms = self.store.atoms(name).to_vec();
        let mut result = UNKNOWN;
        let mut is_unknown = atoms.is_empty();
        for atom in atoms {
            let (text, is_pattern) = match atom {
                AbstractValue::Text(text) => (text, false),
                AbstractValue::Pattern(text) => (text, true),
                _ => {
                    is_unknown = true;
                    continue;
                }
            };
            let text = self.store.text_of(text).to_owned();
            let output = match is_pattern {
                false => self.call_by_name(&text, argument),
                true => {
                    let templates = self.matching(&text);
                    self.call_all(&templates, argument)
                }
            };
            result = self.store.join(result, output);
        }
        if is_unknown {
            let templates = self.matching("*");
            let output = self.call_all(&templates, argument);
            result = self.store.join(result, output);
        }
        match result {
            UNKNOWN => self.any,
            result => result,
        }
    }

    fn template(&mut self, text: ValueSetId, dot: ValueSetId) -> ValueSetId {
        let atoms = self.store.atoms(text).to_vec();
        if !atoms.is_empty()
            && atoms
                .iter()
                .all(|atom| matches!(atom, AbstractValue::Encoded(_)))
        {
            self.tpl_contexts.insert(dot);
            return text;
        }
        let mut result = UNKNOWN;
        for atom in &atoms {
            if let AbstractValue::Text(text) = atom {
                let text = self.store.text_of(*text).to_owned();
                if let Some(tree) = self.parse(&text) {
                    let output = self.tree(&tree, dot);
                    result = self.store.join(result, output);
                }
                continue;
            }
            let one = self.store.one(*atom);
            self.store.print(one);
            self.tpl_contexts.insert(dot);
        }
        if atoms.is_empty() {
            self.tpl_contexts.insert(dot);
        }
        match result {
            UNKNOWN => self.any,
            result => result,
        }
    }

    /// The value that was encoded; of a text that holds more, all is used.
    fn decode(&mut self, text: ValueSetId) -> ValueSetId {
        let atoms = self.store.atoms(text).to_vec();
        let encoded = atoms.iter().map(|atom| match atom {
            AbstractValue::Encoded(inner) => Some(*inner),
            _ => None,
        });
        match encoded.collect::<Option<Vec<ValueSetId>>>() {
            Some(inner) => self.store.join_all(inner),
            None => {
                self.store.print(text);
                UNKNOWN
            }
        }
    }

    /// The texts that a value may be as part of a text.
    fn part(&mut self, value: ValueSetId) -> Vec<String> {
        self.store.print(value);
        let texts = self.store.texts(value);
        texts.unwrap_or_else(|| vec!["*".into()])
    }

    fn format(&mut self, format: ValueSetId, values: &[ValueSetId]) -> ValueSetId {
        let parts: Vec<Vec<String>> = values.iter().map(|value| self.part(*value)).collect();
        let Some(format) = self.store.constant(format).map(str::to_owned) else {
            self.store.print(format);
            return self.any;
        };
        let mut pieces = format.split('%');
        let mut texts = vec![pieces.next().unwrap_or_default().to_owned()];
        let mut parts = parts.into_iter();
        for piece in pieces {
            let Some(rest) = piece.strip_prefix(['s', 'v']) else {
                return self.any;
            };
            texts = product(&texts, &parts.next().unwrap_or_default());
            texts.iter_mut().for_each(|text| text.push_str(rest));
        }
        self.put_together(&texts)
    }

    fn concatenate(&mut self, values: &[ValueSetId]) -> ValueSetId {
        let mut texts = vec![String::new()];
        for value in values {
            texts = product(&texts, &self.part(*value));
        }
        self.put_together(&texts)
    }

    fn put_together(&mut self, texts: &[String]) -> ValueSetId {
        let fits = |text: &String| text.len() <= LONGEST_TEXT;
        match !texts.is_empty() && texts.len() <= MOST_TEXTS && texts.iter().all(fits) {
            true => self.store.any_of(texts),
            false => self.any,
        }
    }

    /// A list of the parts of each text that a value may be; `split` gives a map of them.
    fn split(
        &mut self,
        separator: ValueSetId,
        text: ValueSetId,
        is_map: bool,
        site: usize,
    ) -> ValueSetId {
        let separator = self.store.constant(separator).map(str::to_owned);
        let texts = self.store.texts(text);
        let texts = texts.filter(|texts| texts.iter().all(|text| !text.contains('*')));
        let Some((separator, texts)) = separator.zip(texts) else {
            self.store.print(text);
            return UNKNOWN;
        };
        let mut lists = UNKNOWN;
        for text in texts {
            let (mut items, mut fields) = (Vec::new(), BTreeMap::new());
            for (at, part) in text.split(&*separator).enumerate() {
                let part = self.store.text(part);
                let part = self.store.one(AbstractValue::Text(part));
                items.push(part);
                if is_map {
                    fields.insert(self.store.text(&format!("_{at}")), part);
                }
            }
            let container = Constructed {
                fields,
                items: Some(items),
                ..Constructed::default()
            };
            let list = self.store.make(site, container);
            lists = self.store.join(lists, list);
        }
        lists
    }

    /// The trees of all templates.
    pub(super) fn trees(&self) -> impl Iterator<Item = &Arc<Tree>> {
        self.named.iter().map(|template| &template.tree)
    }
}

fn assign<'t>(frame: &mut Frame<'t>, name: &str, value: ValueSetId) {
    let mut variables = frame.variables.iter_mut().rev();
    if let Some((_, set)) = variables.find(|(variable, _)| *variable == name) {
        *set = value;
    }
}

/// Each text before each other one.
fn product(before: &[String], after: &[String]) -> Vec<String> {
    let all = before
        .iter()
        .take(MOST_TEXTS + 1)
        .flat_map(|before| after.iter().map(move |after| format!("{before}{after}")));
    all.collect()
}

/// Returns true if a text is what a pattern with `*` for any text says.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let mut parts = pattern.split(|byte| *byte == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            let Some(at) = memchr::memmem::find(rest, part) else {
                return false;
            };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
    }
    last.map_or(rest.is_empty(), |last: &[u8]| rest.ends_with(last))
}

/// The texts in a tree that are constants.
pub(super) fn constants<'t>(list: &'t List, strings: &mut FxHashSet<&'t [u8]>) {
    for node in &list.nodes {
        match node {
            Node::Action(action) => in_pipeline(&action.pipe, strings),
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                in_pipeline(&branch.pipe, strings);
                constants(&branch.list, strings);
                branch
                    .else_list
                    .iter()
                    .for_each(|list| constants(list, strings));
            }
            Node::Template(call) => call.pipe.iter().for_each(|pipe| in_pipeline(pipe, strings)),
            Node::Text { .. } | Node::Break(_) | Node::Continue(_) => {}
        }
    }
}

fn in_pipeline<'t>(pipe: &'t Pipeline, strings: &mut FxHashSet<&'t [u8]>) {
    for operand in pipe.cmds.iter().flat_map(|command| &command.args) {
        in_operand(operand, strings);
    }
}

fn in_operand<'t>(operand: &'t Operand, strings: &mut FxHashSet<&'t [u8]>) {
    match operand {
        Operand::String(string) => drop(strings.insert(&string.text)),
        Operand::Pipe(pipe) => in_pipeline(pipe, strings),
        Operand::Chain(chain) => in_operand(&chain.node, strings),
        _ => {}
    }
}
