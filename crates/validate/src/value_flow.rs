//! The values that templates could read, executed or not: the paths that they name, and the values that they
//! use as a whole.
//!
//! All templates of a chart and of the charts in it are executed without values, every arm of every
//! branch ([`interpreter`]): what a value may be is followed as a set of places in the values ([`store`]) through
//! variables, `with`, `range`, arguments of other templates, maps that templates make, and `tpl`. A key
//! that is only known while rendering leaves a mark: any key, one that stands somewhere as a text, or
//! one of a pattern. What cannot be followed counts as used as a whole. So more is taken for named than
//! is, never less.

mod flags;
mod interpreter;
mod store;

use super::words::words_of_templates;
use chart::Chart;
use engine::values::Prepared;
use flags::Flags;
use gotemplate::FunctionTable;
use goyaml::{Kind, Node};
use interpreter::Interpreter;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;
use store::{AbstractValue, Key, NodeId, ROOT, Store, UNKNOWN};
use trace::usage::Path;

/// The number of times that texts with templates are looked at again, because new ones came to be known or are
/// executed elsewhere.
const MOST_ROUNDS: usize = 4;
/// Longer texts are no keys.
const LONGEST_KEY: usize = 200;

/// The index of what templates name.
#[derive(Debug)]
pub(super) struct ValueFlow {
    store: Store,
    /// Texts that may be keys, and their parts between dots.
    texts: FxHashSet<Box<str>>,
    /// The words of texts that are only parts of templates.
    words: FxHashSet<Box<str>>,
    /// True if there was too much to look at: then everything may be read.
    is_incomplete: bool,
}

/// The index, made when somebody first asks: following values through all templates takes as long as a
/// render.
pub(super) type LazyValueFlow<'a> = &'a dyn Deref<Target = ValueFlow>;

/// The values at the places along a path.
pub(super) struct Trace {
    /// For the values themselves, and then for each key.
    places: Vec<Vec<NodeId>>,
}

/// The kinds of a value that templates ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct KindUses {
    pub(super) text: bool,
    pub(super) map: bool,
    pub(super) list: bool,
    /// These or others.
    pub(super) any: bool,
}

/// A chart whose templates are looked at.
struct Source<'c> {
    chart: &'c Chart,
    context: u32,
    files: Vec<(String, &'c Arc<chart::File>)>,
}

impl ValueFlow {
    /// Looks at all templates of a chart and of the charts in it, disabled ones too, and at those in
    /// values, the user's `supplied` among them.
    pub(super) fn of<'n>(
        prepared: &Prepared<'_>,
        functions: &FunctionTable,
        supplied: impl IntoIterator<Item = &'n Node>,
    ) -> ValueFlow {
        let mut store = Store::new();
        let sources = sources(prepared, &mut store);
        let mut interpreter = Interpreter::new(&mut store, functions);
        let mut files = Vec::new();
        for source in &sources {
            for (path, file) in &source.files {
                if let Ok(trees) = engine::render::template_trees(file, path, functions.names()) {
                    interpreter.add(&trees, source.context);
                    files.extend(trees.first().map(|tree| (tree.clone(), source.context)));
                }
            }
        }
        let supplied: Vec<&Node> = supplied.into_iter().collect();
        let mut words = FxHashSet::default();
        for _ in 0..MOST_ROUNDS {
            let before = interpreter.store.changes;
            // Templates of inner charts come first.
            for (tree, context) in files.iter().rev() {
                interpreter.file(tree, *context);
            }
            interpreter.uncalled();
            add_texts(&mut interpreter, &sources, &supplied, &mut words);
            if interpreter.store.changes == before || interpreter.is_incomplete() {
                break;
            }
            interpreter.forget_calls();
        }
        let is_incomplete = interpreter.is_incomplete() || interpreter.store.is_lost;
        let mut constants = FxHashSet::default();
        let is_dynamic = |node: &store::Node| node.key == Key::Dynamic;
        let mut texts = FxHashSet::default();
        if interpreter.store.nodes.iter().any(is_dynamic) {
            for tree in interpreter.trees() {
                interpreter::constants(&tree.root, &mut constants);
            }
            let in_values = sources.iter().map(|source| &source.chart.values);
            strings(in_values.chain(supplied), &mut constants);
            for text in constants {
                add_key(&mut texts, text);
            }
        }
        ValueFlow {
            store,
            texts,
            words,
            is_incomplete,
        }
    }

    /// The values along a path.
    pub(super) fn trace(&self, path: &[String]) -> Trace {
        let mut places = vec![vec![ROOT]];
        let mut current = vec![ROOT];
        for key in path {
            let mut next = Vec::new();
            let id = self.store.text_id(key);
            for node in &current {
                let find = |key| self.store.find_child(*node, key);
                let exact = id.and_then(|id| find(Key::Exact(id)));
                let dynamic = self.texts.contains(&**key).then(|| find(Key::Dynamic));
                let patterns = self.store.pattern_children(*node).iter();
                let patterns = patterns.filter(|(pattern, _)| {
                    let pattern = self.store.text_of(*pattern);
                    interpreter::matches(pattern.as_bytes(), key.as_bytes())
                });
                let children = [exact, find(Key::Any), dynamic.flatten()]
                    .into_iter()
                    .flatten();
                for child in children.chain(patterns.map(|(_, child)| *child)) {
                    self.add_place(child, &mut next);
                }
            }
            places.push(next.clone());
            current = next;
        }
        Trace { places }
    }

    /// Adds a place and those whose entries it has too.
    fn add_place(&self, node: NodeId, places: &mut Vec<NodeId>) {
        let mut waiting = vec![AbstractValue::Node(node)];
        let mut visited = FxHashSet::default();
        while let Some(atom) = waiting.pop() {
            if !visited.insert(atom) {
                continue;
            }
            match atom {
                AbstractValue::Node(node) if !places.contains(&node) => {
                    places.push(node);
                    let more = self.store.nodes.get(node as usize).map(|node| node.more);
                    waiting.extend_from_slice(self.store.atoms(more.unwrap_or(UNKNOWN)));
                }
                AbstractValue::Constructed(id) => {
                    let sources = self.store.container(id).map(|container| container.sources);
                    waiting.extend_from_slice(self.store.atoms(sources.unwrap_or(UNKNOWN)));
                }
                _ => {}
            }
        }
    }

    /// Returns true if some template names the key at a place of the path (from 0) of what is above it.
    pub(super) fn names(&self, trace: &Trace, at: usize, key: &str) -> bool {
        if self.is_incomplete || self.words.contains(key) {
            return true;
        }
        let is_named = trace.at(at + 1).iter().any(|node| {
            let Some(node) = self.store.nodes.get(*node as usize) else {
                return false;
            };
            match node.key {
                Key::Exact(_) => node.flags.has(Flags::READ),
                Key::Any => false,
                Key::Dynamic | Key::Pattern(_) => true,
            }
        });
        let mut above = trace.at(at).iter();
        is_named || above.any(|above| self.store.flags(*above).has(Flags::KEYS))
    }

    /// Returns true if some template uses the whole of what is at one of the first `count` places of a path, the
    /// values themselves among them.
    pub(super) fn uses_whole(&self, trace: &Trace, path: &[String], count: usize) -> bool {
        let above = path.get(..count.saturating_sub(1)).unwrap_or(path);
        if self.is_incomplete || above.iter().any(|key| self.words.contains(&**key)) {
            return true;
        }
        let mut places = trace.places.iter().take(count).flatten();
        places.any(|node| self.store.flags(*node).has(Flags::WHOLE | Flags::TEXT))
    }

    /// The kinds that templates ask for at the end of a path: if there are any, it takes several.
    pub(super) fn kinds(&self, path: &[String]) -> KindUses {
        let trace = self.trace(path);
        let here = trace.at(path.len()).iter();
        let has = |flag| {
            let mut here = here.clone();
            self.is_incomplete || here.any(|node| self.store.flags(*node).has(flag))
        };
        KindUses {
            text: has(Flags::IS_TEXT),
            map: has(Flags::IS_MAP),
            list: has(Flags::IS_LIST),
            any: has(Flags::KINDS),
        }
    }

    /// Returns true if templates do nothing with what is at the end of a path but write it as a text, and do
    /// that.
    pub(super) fn is_only_text(&self, path: &[String]) -> bool {
        let trace = self.trace(path);
        let Some((here, above)) = trace.places.split_last() else {
            return false;
        };
        let other = Flags::WHOLE | Flags::KINDS | Flags::KEYS;
        let has = |nodes: &[NodeId], flags| nodes.iter().any(|n| self.store.flags(*n).has(flags));
        !self.is_incomplete
            && has(here, Flags::TEXT | Flags::COMPARED)
            && !has(here, other)
            && !above.iter().any(|nodes| has(nodes, Flags::WHOLE))
            && !here.iter().any(|node| self.store.has_children(*node))
    }

    /// The keys that templates name of what is at a path.
    pub(super) fn names_below(&self, path: &[String]) -> BTreeSet<&str> {
        let trace = self.trace(path);
        let here = trace.at(path.len());
        let nodes = self
            .store
            .nodes
            .iter()
            .filter(|node| node.flags.has(Flags::READ) && here.contains(&node.parent));
        nodes.filter_map(|node| self.key_of(node)).collect()
    }

    /// All paths that templates name, where all their keys are known.
    pub(super) fn named_paths(&self) -> BTreeSet<Path> {
        let nodes = self.store.nodes.iter().skip(1);
        let nodes = nodes.filter(|node| node.flags.has(Flags::READ) && !self.is_incomplete);
        nodes.filter_map(|node| self.path_of(node)).collect()
    }

    /// The paths that templates name and that end in a key.
    pub(super) fn paths_to(&self, key: &str) -> Vec<Path> {
        let Some(key) = self.store.text_id(key) else {
            return Vec::new();
        };
        let nodes = self
            .store
            .nodes
            .iter()
            .filter(|node| node.flags.has(Flags::READ) && node.key == Key::Exact(key));
        nodes.filter_map(|node| self.path_of(node)).collect()
    }

    /// The path of a place whose keys are all known.
    fn path_of(&self, node: &store::Node) -> Option<Path> {
        let mut path = vec![self.key_of(node)?.to_owned()];
        let mut above = node.parent;
        while above != ROOT {
            let node = self.store.nodes.get(above as usize)?;
            path.push(self.key_of(node)?.to_owned());
            above = node.parent;
        }
        path.reverse();
        Some(path)
    }

    fn key_of(&self, node: &store::Node) -> Option<&str> {
        match node.key {
            Key::Exact(key) => Some(self.store.text_of(key)),
            _ => None,
        }
    }
}

impl Trace {
    fn at(&self, depth: usize) -> &[NodeId] {
        self.places.get(depth).map_or(&[], Vec::as_slice)
    }
}

/// The charts with the templates of each: the root first, and every chart before those in it. What
/// is disabled comes last.
fn sources<'c>(prepared: &Prepared<'c>, store: &mut Store) -> Vec<Source<'c>> {
    let mut sources = Vec::new();
    let mut visited: Vec<*const Chart> = Vec::new();
    for chart in &prepared.charts {
        let mut values = ROOT;
        for key in chart.values_path() {
            let key = store.text(&key);
            values = store.child(values, Key::Exact(key));
        }
        visited.push(chart.chart);
        let context = store.add_context(values, &chart.full_path, chart.name());
        sources.push(Source {
            chart: chart.chart,
            context,
            files: chart.templates().collect(),
        });
    }
    for (index, chart) in prepared.charts.iter().enumerate() {
        let inner = chart.subcharts.iter().filter_map(|inner| {
            let name = prepared.charts.get(*inner)?.name().to_owned();
            Some((name, u32::try_from(*inner).ok()?))
        });
        let inner = inner.collect();
        if let Some(context) = store.contexts.get_mut(index) {
            context.subcharts = inner;
        }
    }
    if let Some(root) = prepared.root() {
        add_disabled(
            root.chart,
            (&root.full_path, ROOT),
            &visited,
            store,
            &mut sources,
        );
    }
    sources
}

fn add_disabled<'c>(
    chart: &'c Chart,
    (path, values): (&str, NodeId),
    visited: &[*const Chart],
    store: &mut Store,
    sources: &mut Vec<Source<'c>>,
) {
    for inner in &chart.dependencies {
        let declared = chart.metadata.declared();
        let same = declared.filter(|dependency| dependency.name == inner.name());
        let names = same.map(|dependency| match &*dependency.alias {
            "" => &*dependency.name,
            alias => alias,
        });
        let mut names: Vec<&str> = names.collect();
        if names.is_empty() {
            names.push(inner.name());
        }
        for name in names {
            let path = format!("{path}/charts/{name}");
            let key = store.text(name);
            let values = store.child(values, Key::Exact(key));
            if !visited.contains(&(inner as *const Chart)) {
                let context = store.add_context(values, &path, name);
                let files = inner.templates.iter();
                let files = files.map(|file| (format!("{path}/{}", file.name()), file));
                sources.push(Source {
                    chart: inner,
                    context,
                    files: files.collect(),
                });
            }
            add_disabled(inner, (&path, values), visited, store, sources);
        }
    }
}

/// Executes the templates in texts: in default and supplied values, in files, in templates' own
/// constants. Of what is no template the words are kept: templates put parts together.
fn add_texts(
    interpreter: &mut Interpreter<'_>,
    sources: &[Source<'_>],
    supplied: &[&Node],
    words: &mut FxHashSet<Box<str>>,
) {
    if interpreter.tpl_contexts.is_empty() {
        return;
    }
    let is_template = |text: &&[u8]| memchr::memmem::find(text, b"{{").is_some();
    let mut whole: FxHashSet<&[u8]> = FxHashSet::default();
    let values = sources.iter().map(|source| &source.chart.values);
    strings(values.chain(supplied.iter().copied()), &mut whole);
    for source in sources {
        let context = interpreter.store.contexts.get(source.context as usize);
        if context.is_some_and(|context| context.uses_files) {
            // Documents show templates to people, and no chart renders them.
            let is_document = |name: &str| name.to_lowercase().ends_with(".md");
            let files = source.chart.files.iter();
            let files = files.filter(|file| !is_document(file.name()));
            whole.extend(files.filter_map(|file| file.bytes().ok()));
        }
    }
    whole.retain(is_template);
    let trees: Vec<_> = interpreter.trees().cloned().collect();
    let mut parts: FxHashSet<&[u8]> = FxHashSet::default();
    trees
        .iter()
        .for_each(|tree| interpreter::constants(&tree.root, &mut parts));
    parts.retain(is_template);
    // Some of them may know others, or call `tpl` elsewhere.
    for _ in 0..MOST_ROUNDS {
        let dots: Vec<_> = interpreter.tpl_contexts.iter().copied().collect();
        for (text, is_part) in whole
            .iter()
            .map(|text| (text, false))
            .chain(parts.iter().map(|text| (text, true)))
        {
            let Ok(text) = std::str::from_utf8(text) else {
                continue;
            };
            match interpreter.parse(text) {
                Some(tree) => dots.iter().for_each(|dot| interpreter.text(&tree, *dot)),
                None if is_part => {
                    words.extend(words_of_templates(text.as_bytes()).map(Box::from));
                }
                None => {}
            }
        }
        if interpreter.tpl_contexts.len() == dots.len() {
            break;
        }
    }
}

/// The texts in trees of values.
fn strings<'n>(nodes: impl IntoIterator<Item = &'n Node>, strings: &mut FxHashSet<&'n [u8]>) {
    let mut waiting: Vec<&Node> = nodes.into_iter().collect();
    while let Some(node) = waiting.pop() {
        match &node.kind {
            Kind::Str(text) => drop(strings.insert(text.as_bytes())),
            Kind::Seq(items) => waiting.extend(items),
            Kind::Map(entries) => waiting.extend(entries.iter().map(|e| &e.value)),
            _ => {}
        }
    }
}

/// A text that may be a key, or several with dots between them.
fn add_key(texts: &mut FxHashSet<Box<str>>, text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    if text.len() <= LONGEST_KEY && !text.contains(char::is_whitespace) {
        texts.extend(text.split('.').chain([text]).map(Box::from));
    }
}
