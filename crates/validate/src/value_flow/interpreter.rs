//! Executing templates without values: every arm of every branch, with what values may be.

mod functions;
mod statements;
mod texts;

pub(super) use texts::{constants, matches};

use super::store::{AbstractValue, Store, TextId, UNKNOWN, ValueSetId};
use gostd::limits::LIMITS;
use gotemplate::ast::Tree;
use gotemplate::{FunctionTable, FunctionUses};
use indexmap::IndexSet;
use rustc_hash::FxHashMap;
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

    /// The trees of all templates.
    pub(super) fn trees(&self) -> impl Iterator<Item = &Arc<Tree>> {
        self.named.iter().map(|template| &template.tree)
    }
}
