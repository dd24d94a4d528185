//! What templates could read, executed or not: which keys they name of which values, and which values
//! they use as a whole.
//!
//! A value is known by its last key in the templates of one chart (`.Values.image` is `image` there,
//! wherever it stands); what is dot in a template that others call is known by the template's name. Where
//! one may be another (`include "x" .Values.image`, `dict "root" .Values.image`, variables) it *flows*
//! there, and what is read of the other is read of it. So more is taken for named than is, never less.

mod walk;

use super::words::words_of_templates;
use crate::chart::Chart;
use crate::values::Prepared;
use gotemplate::FunctionTable;
use gotemplate::ast::Tree;
use goyaml::{Kind, Node};
use indexmap::IndexSet;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// A value that templates know by a name.
pub(super) type Symbol = usize;

/// The index of names.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    symbols: IndexSet<Box<str>>,
    reads: FxHashSet<(Symbol, Box<str>)>,
    wholes: FxHashSet<Symbol>,
    /// The chart that has the template whose dot this is.
    owners: FxHashMap<Symbol, Box<str>>,
    /// The charts whose templates may see a chart's values: itself, those above, and those whose named
    /// templates its own call.
    related: FxHashMap<Box<str>, BTreeSet<Box<str>>>,
    /// What templates read keys of that are in variables: keys that stand somewhere as texts.
    dynamic: FxHashSet<Symbol>,
    /// Texts that may be keys, and their parts between dots.
    texts: FxHashSet<Box<str>>,
    /// What templates ask the kind or type of.
    kinds: FxHashSet<Symbol>,
    flows: FxHashMap<Symbol, Vec<Symbol>>,
    /// Texts that hold templates, to be looked at as such.
    waiting: BTreeSet<Waiting>,
    /// The words of those that are only parts of templates.
    words: FxHashSet<Box<str>>,
    /// What flows where, found when first asked for.
    reached: RefCell<FxHashMap<Symbol, Rc<[Symbol]>>>,
}

/// A text that holds a template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    chart: Box<str>,
    text: Box<[u8]>,
    /// Whether it may be a part of one: templates put such together. What stands in values and files
    /// is one, or `tpl` would fail.
    may_be_part: bool,
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
            mentions.add_texts(chart.chart, &chart.full_path);
        }
        if let Some(root) = prepared.root() {
            mentions.add_disabled(root.chart, &root.full_path, &seen, functions);
        }
        mentions.add_waiting(functions);
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
                self.add_texts(inner, &path);
            }
            self.add_disabled(inner, &path, seen, functions);
        }
    }

    /// Templates in default values and in files that `tpl` may be given.
    fn add_texts(&mut self, chart: &Chart, path: &str) {
        self.add_values(vec![&chart.values], path);
        // Documents show templates to people, and no chart renders them.
        let is_document = |name: &str| name.to_lowercase().ends_with(".md");
        for file in chart.files.iter().filter(|file| !is_document(file.name())) {
            self.add_template(file.bytes().unwrap_or_default(), path, false);
        }
    }

    /// Looks at the templates in texts, and at those in their texts.
    fn add_waiting(&mut self, functions: &FunctionTable) {
        const NAME: &str = "text";
        let resolve = |name: &str| functions.resolve(name);
        let mut seen = BTreeSet::new();
        while let Some(next) = self.waiting.pop_first() {
            match gotemplate::parse(NAME, Arc::from(&*next.text), &resolve) {
                Ok(trees) => {
                    let trees: Vec<Arc<Tree>> = trees.into_iter().map(Arc::new).collect();
                    walk::trees(self, &trees, NAME, &next.chart);
                }
                Err(_) if next.may_be_part => {
                    let words = words_of_templates(&next.text);
                    self.words.extend(words.map(Into::into));
                }
                Err(_) => {}
            }
            seen.insert(next);
            self.waiting.retain(|waiting| !seen.contains(waiting));
        }
    }

    /// Keeps a text that holds templates for later.
    fn add_template(&mut self, text: &[u8], chart: &str, may_be_part: bool) {
        if memchr::memmem::find(text, b"{{").is_some() {
            self.waiting.insert(Waiting {
                chart: chart.into(),
                text: text.into(),
                may_be_part,
            });
        }
    }

    /// The templates and keys of a text in a template or in values.
    fn add_text(&mut self, text: &[u8], chart: &str, may_be_part: bool) {
        const LONGEST_KEY: usize = 200;
        self.add_template(text, chart, may_be_part);
        let Ok(text) = std::str::from_utf8(text) else {
            return;
        };
        if text.len() <= LONGEST_KEY && !text.contains(char::is_whitespace) {
            let mut above: Option<&str> = None;
            for part in text.split('.') {
                if let Some(above) = above {
                    let above = self.symbol(&text_name(above));
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
    pub(super) fn add_supplied(
        &mut self,
        documents: &[Node],
        prepared: &Prepared<'_>,
        functions: &FunctionTable,
    ) {
        for chart in &prepared.charts {
            self.add_values(documents.iter().collect(), &chart.full_path);
        }
        self.add_waiting(functions);
        self.connect_values(prepared);
    }

    fn add_values(&mut self, nodes: Vec<&Node>, chart: &str) {
        let mut waiting = nodes;
        while let Some(node) = waiting.pop() {
            match &node.kind {
                Kind::Str(text) => self.add_text(text.as_bytes(), chart, false),
                Kind::Seq(items) => waiting.extend(items),
                Kind::Map(entries) => waiting.extend(entries.iter().map(|e| &e.value)),
                _ => {}
            }
        }
    }

    /// The values of each chart are those of every template that its context reaches.
    fn connect_values(&mut self, prepared: &Prepared<'_>) {
        for chart in &prepared.charts {
            let path = &*chart.full_path;
            let mut related = BTreeSet::from([Box::from(path)]);
            let mut above = path;
            while let Some((outer, _)) = above.rsplit_once("/charts/") {
                related.insert(outer.into());
                above = outer;
            }

            let context = self.symbol(&context_name(&chart.full_path));
            let values = self.symbol(&values_name(&context_name(&chart.full_path)));
            for reached in self.reach(context).iter() {
                if let Some(owner) = self.owners.get(reached) {
                    related.insert(owner.clone());
                }
                let Some(name) = self.symbols.get_index(*reached) else {
                    continue;
                };
                let theirs = self.symbols.get_index_of(&*values_name(name));
                if let Some(theirs) = theirs.filter(|theirs| *theirs != values) {
                    self.flow(values, theirs);
                }
            }
            self.related.insert(path.into(), related);
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

    /// All that the values of a chart (`parent/charts/child`), or what has a key anywhere in them, may
    /// be known as.
    fn known(&self, chart: &str, key: Option<&str>) -> BTreeSet<Symbol> {
        let names = match key {
            None => vec![values_name(&context_name(chart))],
            Some(key) => {
                let related = self.related.get(chart).into_iter().flatten();
                let names = related.map(|chart| key_name(chart, key));
                names.chain([text_name(key)]).collect()
            }
        };
        let symbols = names
            .iter()
            .filter_map(|name| self.symbols.get_index_of(&**name));
        symbols
            .flat_map(|symbol| self.reach(symbol).to_vec())
            .collect()
    }

    /// Whether some template names `key` of what has the key `parent`; without a parent, of the chart's
    /// values.
    pub(super) fn names(&self, chart: &str, parent: Option<&str>, key: &str) -> bool {
        if self.words.contains(key) {
            return true;
        }
        let is_text = self.texts.contains(key);
        self.known(chart, parent).into_iter().any(|symbol| {
            is_text && self.dynamic.contains(&symbol) || self.reads.contains(&(symbol, key.into()))
        })
    }

    /// Whether some template uses the whole of what has this key; without a key, of the chart's values.
    pub(super) fn uses_whole(&self, chart: &str, key: Option<&str>) -> bool {
        if key.is_some_and(|key| self.words.contains(key)) {
            return true;
        }
        let known = self.known(chart, key);
        known.iter().any(|symbol| self.wholes.contains(symbol))
    }

    /// Whether some template asks which kind of value has this key: then it takes several.
    pub(super) fn tests_kind(&self, chart: &str, key: &str) -> bool {
        let known = self.known(chart, Some(key));
        known.iter().any(|symbol| self.kinds.contains(symbol))
    }

    /// The keys that templates name of what has this key; without a key, of the chart's values.
    pub(super) fn named(&self, chart: &str, parent: Option<&str>) -> BTreeSet<&str> {
        let known = self.known(chart, parent);
        let reads = self.reads.iter();
        let of_it = reads.filter(|(symbol, _)| known.contains(symbol));
        of_it.map(|(_, key)| &**key).collect()
    }

    /// The keys of which templates name `key`.
    pub(super) fn parents(&self, key: &str) -> BTreeSet<&str> {
        let of = self.reads.iter().filter(|(_, named)| &**named == key);
        let names = of.filter_map(|(symbol, _)| self.symbols.get_index(*symbol));
        names
            .filter_map(|name| Some(name.split_once(KEY)?.1))
            .collect()
    }
}

/// What stands between a chart and a key in a symbol's name.
const KEY: &str = " has ";

/// The symbol of what has a key in a chart's templates.
fn key_name(chart: &str, key: &str) -> String {
    format!("{chart}{KEY}{key}")
}

/// The symbol of what is put under a key of a map that a template makes, for any other to read.
fn made_name(key: &str) -> String {
    format!("made {key}")
}

/// The symbol of what has a key in a text such as `auth.password`.
fn text_name(key: &str) -> String {
    format!("text {key}")
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
