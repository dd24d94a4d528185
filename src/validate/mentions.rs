//! What templates could read, executed or not: which keys they name of which values, and which values
//! they use as a whole.
//!
//! A value is known by its last key (`.Values.image` is `image`, wherever it stands); what is dot in a
//! template that others call is known by the template's name. Where one may be another (`include "x"
//! .Values.image`, `dict "root" .Values.image`, variables) it *flows* there, and what is read of the
//! other is read of it. So more is taken for named than is, never less.

mod walk;

use super::words::words_of_templates;
use crate::chart::Chart;
use crate::values::Prepared;
use gotemplate::FunctionTable;
use goyaml::{Kind, Node};
use indexmap::IndexSet;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A value that templates know by a name.
pub(super) type Symbol = usize;

/// The index of names.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    symbols: IndexSet<Box<str>>,
    reads: FxHashSet<(Symbol, Box<str>)>,
    wholes: FxHashSet<Symbol>,
    /// What templates read keys of that are in variables: keys that stand somewhere as texts.
    dynamic: FxHashSet<Symbol>,
    /// Texts that may be keys, and their parts between dots.
    texts: FxHashSet<Box<str>>,
    /// What templates ask the kind or type of.
    kinds: FxHashSet<Symbol>,
    flows: FxHashMap<Symbol, Vec<Symbol>>,
    /// The words of templates in texts: in default values, other files and strings.
    words: FxHashSet<Box<str>>,
    /// What flows where, found when first asked for.
    reached: RefCell<FxHashMap<Symbol, Rc<[Symbol]>>>,
}

impl Mentions {
    /// Looks at all templates of a chart and of the charts in it, disabled ones too.
    pub(super) fn of(prepared: &Prepared<'_>, functions: &FunctionTable) -> Mentions {
        let mut mentions = Mentions::default();
        let mut seen: Vec<*const Chart> = Vec::new();
        for chart in &prepared.charts {
            seen.push(chart.chart);
            for (path, file) in chart.templates() {
                if let Ok(trees) = file.parsed(&path, functions) {
                    walk::trees(&mut mentions, &trees, &path, &chart.full_path);
                }
            }
            mentions.add_texts(chart.chart);
        }
        if let Some(root) = prepared.root() {
            mentions.add_disabled(root.chart, &root.full_path, &seen, functions);
        }
        mentions.connect_values(prepared);
        mentions
    }

    fn add_disabled(
        &mut self,
        chart: &Chart,
        path: &str,
        seen: &[*const Chart],
        functions: &FunctionTable,
    ) {
        for inner in &chart.dependencies {
            let path = format!("{path}/charts/{}", inner.name());
            if !seen.contains(&(inner as *const Chart)) {
                for file in &inner.templates {
                    let name = format!("{path}/{}", file.name());
                    if let Ok(trees) = file.parsed(&name, functions) {
                        walk::trees(self, &trees, &name, &path);
                    }
                }
                self.add_texts(inner);
            }
            self.add_disabled(inner, &path, seen, functions);
        }
    }

    /// Templates in default values and in files that `tpl` may be given.
    fn add_texts(&mut self, chart: &Chart) {
        self.add_values(vec![&chart.values]);
        for file in &chart.files {
            self.add_words(file.bytes().unwrap_or_default());
        }
    }

    fn add_words(&mut self, text: &[u8]) {
        for word in words_of_templates(text) {
            if !self.words.contains(word) {
                self.words.insert(word.into());
            }
        }
    }

    /// The words and keys of a text in a template or in values.
    fn add_text(&mut self, text: &[u8]) {
        const LONGEST_KEY: usize = 200;
        self.add_words(text);
        let Ok(text) = std::str::from_utf8(text) else {
            return;
        };
        if text.len() <= LONGEST_KEY && !text.contains(char::is_whitespace) {
            let mut above: Option<&str> = None;
            for part in text.split('.') {
                if let Some(above) = above {
                    let above = self.symbol(above);
                    self.reads.insert((above, part.into()));
                }
                above = Some(part);
            }
            for part in text.split('.').chain([text]) {
                if !self.texts.contains(part) {
                    self.texts.insert(part.into());
                }
            }
        }
    }

    /// The texts in a user's values.
    pub(super) fn add_supplied(&mut self, documents: &[Node]) {
        self.add_values(documents.iter().collect());
    }

    fn add_values(&mut self, nodes: Vec<&Node>) {
        let mut waiting = nodes;
        while let Some(node) = waiting.pop() {
            match &node.kind {
                Kind::Str(text) => self.add_text(text.as_bytes()),
                Kind::Seq(items) => waiting.extend(items),
                Kind::Map(entries) => waiting.extend(entries.iter().map(|e| &e.value)),
                _ => {}
            }
        }
    }

    /// The values of each chart are those of every template that its context reaches.
    fn connect_values(&mut self, prepared: &Prepared<'_>) {
        for chart in &prepared.charts {
            let context = self.symbol(&context_name(&chart.full_path));
            let values = self.symbol(&values_name(&context_name(&chart.full_path)));
            for reached in self.reach(context).iter() {
                let Some(name) = self.symbols.get_index(*reached) else {
                    continue;
                };
                let theirs = self.symbols.get_index_of(&*values_name(name));
                if let Some(theirs) = theirs.filter(|theirs| *theirs != values) {
                    self.flow(values, theirs);
                }
            }
        }
        self.reached.take();
    }

    fn symbol(&mut self, name: &str) -> Symbol {
        match self.symbols.get_index_of(name) {
            Some(symbol) => symbol,
            None => self.symbols.insert_full(name.into()).0,
        }
    }

    fn flow(&mut self, from: Symbol, to: Symbol) {
        let flows = self.flows.entry(from).or_default();
        if from != to && !flows.contains(&to) {
            flows.push(to);
        }
    }

    /// All that a value may be known as, itself first.
    fn reach(&self, from: Symbol) -> Rc<[Symbol]> {
        if let Some(known) = self.reached.borrow().get(&from) {
            return Rc::clone(known);
        }
        let mut seen = BTreeSet::from([from]);
        let mut waiting = vec![from];
        while let Some(symbol) = waiting.pop() {
            for next in self.flows.get(&symbol).into_iter().flatten() {
                if seen.insert(*next) {
                    waiting.push(*next);
                }
            }
        }
        let reached: Rc<[Symbol]> = seen.into_iter().collect();
        self.reached.borrow_mut().insert(from, Rc::clone(&reached));
        reached
    }

    /// The values of a chart (`parent/charts/child`), or what has a key anywhere in them.
    fn known(&self, chart: &str, key: Option<&str>) -> Option<Symbol> {
        match key {
            Some(key) => self.symbols.get_index_of(key),
            None => self
                .symbols
                .get_index_of(&*values_name(&context_name(chart))),
        }
    }

    /// Whether some template names `key` of what has the key `parent`; without a parent, of the chart's
    /// values.
    pub(super) fn names(&self, chart: &str, parent: Option<&str>, key: &str) -> bool {
        if self.words.contains(key) {
            return true;
        }
        let Some(symbol) = self.known(chart, parent) else {
            return false;
        };
        let reached = self.reach(symbol);
        let mut reached = reached.iter();
        let is_text = self.texts.contains(key);
        reached.any(|symbol| {
            is_text && self.dynamic.contains(symbol) || self.reads.contains(&(*symbol, key.into()))
        })
    }

    /// Whether some template uses the whole of what has this key; without a key, of the chart's values.
    pub(super) fn uses_whole(&self, chart: &str, key: Option<&str>) -> bool {
        if key.is_some_and(|key| self.words.contains(key)) {
            return true;
        }
        let Some(symbol) = self.known(chart, key) else {
            return false;
        };
        self.reach(symbol)
            .iter()
            .any(|symbol| self.wholes.contains(symbol))
    }

    /// Whether some template asks which kind of value has this key: then it takes several.
    pub(super) fn tests_kind(&self, key: &str) -> bool {
        let Some(symbol) = self.symbols.get_index_of(key) else {
            return false;
        };
        let reached = self.reach(symbol);
        reached.iter().any(|symbol| self.kinds.contains(symbol))
    }

    /// The keys that templates name of what has this key; without a key, of the chart's values.
    pub(super) fn named(&self, chart: &str, parent: Option<&str>) -> BTreeSet<&str> {
        let Some(symbol) = self.known(chart, parent) else {
            return BTreeSet::new();
        };
        let reached = self.reach(symbol);
        let reads = self.reads.iter();
        let of_it = reads.filter(|(symbol, _)| reached.binary_search(symbol).is_ok());
        of_it.map(|(_, key)| &**key).collect()
    }

    /// The keys of which templates name `key`, and whether some chart's values are among them.
    pub(super) fn parents(&self, key: &str) -> (BTreeSet<&str>, bool) {
        let of = self.reads.iter().filter(|(_, named)| &**named == key);
        let names = of.filter_map(|(symbol, _)| self.symbols.get_index(*symbol));
        let (roots, keys): (Vec<&str>, Vec<&str>) = names
            .map(|name| &**name)
            .partition(|name| name.starts_with(VALUES));
        let keys = keys.into_iter().filter(|name| !name.contains([':', ' ']));
        (keys.collect(), !roots.is_empty())
    }
}

/// What a values symbol's name starts with.
const VALUES: &str = "values of ";

/// The symbol of the context that a chart's own templates have for dot.
fn context_name(chart: &str) -> String {
    format!("context of {chart}")
}

/// The symbol of `.Values` of a symbol.
fn values_name(symbol: &str) -> String {
    format!("{VALUES}{symbol}")
}

/// The symbol of dot in a template that others call.
fn dot_name(template: &[u8]) -> String {
    format!("dot of {}", String::from_utf8_lossy(template))
}
