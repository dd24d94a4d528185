//! The possible values, as far as templates tell: places in the values, contexts, maps and lists that
//! templates make, texts; each thing once, and sets of them, each set once.

use super::Flags;
use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// A text, interned.
pub(super) type TextId = u32;
/// A place in the values.
pub(super) type NodeId = u32;
/// A set of [`AbstractValue`]s, interned. [`UNKNOWN`] is the empty one: a value of which nothing is known.
pub(super) type ValueSetId = u32;

/// The set of what is not followed.
pub(super) const UNKNOWN: ValueSetId = 0;
/// The place of the root chart's values.
pub(super) const ROOT: NodeId = 0;

/// One thing that a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum AbstractValue {
    /// The content of a place in the values.
    Node(NodeId),
    /// The context of a chart: what dot is in its templates.
    Context(u32),
    /// `.Subcharts`, `.Chart`, `.Template`, `.Release` of a chart's context.
    Subcharts(u32),
    Chart(u32),
    Template(u32),
    Release,
    /// A map or list that a template makes.
    Constructed(u32),
    /// A text that is known.
    Text(TextId),
    /// A text with parts that are not known, each written `*`.
    Pattern(TextId),
    /// Any number.
    Number,
    /// The YAML or JSON of something.
    Encoded(ValueSetId),
}

/// The way in which templates name a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// By a name.
    Exact(TextId),
    /// By any: they loop over it, or take an item of it by number.
    Any,
    /// By a text that stands somewhere, in a value or a template.
    Dynamic,
    /// By a text that they put together: what is not known of it is a `*` here.
    Pattern(TextId),
}

/// A place in the values.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) parent: NodeId,
    pub(super) key: Key,
    pub(super) flags: Flags,
    /// Values that templates put there or merged into it.
    pub(super) more: ValueSetId,
}

/// A map or list that a template makes.
#[derive(Debug, Default)]
pub(super) struct Constructed {
    /// The possible values under a key.
    pub(super) fields: BTreeMap<TextId, ValueSetId>,
    /// The items of a list, where all are known in their order.
    pub(super) items: Option<Vec<ValueSetId>>,
    /// The values under any key.
    pub(super) rest: ValueSetId,
    /// Maps whose entries it has too.
    pub(super) sources: ValueSetId,
    /// Its depth in others that templates make.
    pub(super) depth: u8,
    /// The number of changes to it.
    pub(super) version: u64,
    pub(super) is_whole: bool,
}

/// The identity of a map: the place where it is made, and its content.
type Content = (usize, Vec<(TextId, ValueSetId)>, ValueSetId, ValueSetId);

/// The depth to which made maps may nest before they are no longer followed.
const DEEPEST: u8 = 12;
/// The most things that a value may be; more are not followed.
const LARGEST: usize = 200;

/// The methods of `.Values`.
const METHODS: [&str; 5] = ["YAML", "AsMap", "Encode", "Table", "PathValue"];

/// A chart as its templates see it.
#[derive(Debug)]
pub(super) struct ContextData {
    pub(super) values: NodeId,
    /// The keys that lead to its values, of which its path of names is made.
    pub(super) full_path: String,
    pub(super) name: String,
    /// Its subcharts by name.
    pub(super) subcharts: Vec<(String, u32)>,
    /// Values that templates put into its context.
    pub(super) more: ValueSetId,
    pub(super) version: u64,
    /// True if some template looks at its files.
    pub(super) uses_files: bool,
}

/// All of it.
#[derive(Debug)]
pub(super) struct Store {
    texts: IndexSet<Box<str>, FxBuildHasher>,
    pub(super) nodes: Vec<Node>,
    children: FxHashMap<(NodeId, Key), NodeId>,
    pub(super) contexts: Vec<ContextData>,
    containers: Vec<Constructed>,
    by_content: FxHashMap<Content, u32>,
    sets: IndexSet<Box<[AbstractValue]>, FxBuildHasher>,
    /// The children of a place whose keys are patterns.
    patterns: FxHashMap<NodeId, Vec<(TextId, NodeId)>>,
    chart_values: FxHashSet<NodeId>,
    global: TextId,
    /// The number of changes to values or contexts.
    pub(super) changes: u64,
    /// True if a context could not be followed: then everything may be read.
    pub(super) is_lost: bool,
}

impl Store {
    pub(super) fn new() -> Store {
        let mut texts = IndexSet::default();
        let global = index(texts.insert_full("global".into()).0);
        Store {
            texts,
            nodes: vec![Node {
                parent: ROOT,
                key: Key::Any,
                flags: Flags::default(),
                more: UNKNOWN,
            }],
            children: FxHashMap::default(),
            contexts: Vec::new(),
            containers: Vec::new(),
            by_content: FxHashMap::default(),
            sets: IndexSet::from_iter([Box::from([])]),
            patterns: FxHashMap::default(),
            chart_values: FxHashSet::default(),
            global,
            changes: 0,
            is_lost: false,
        }
    }

    // Texts and sets.

    pub(super) fn text(&mut self, text: &str) -> TextId {
        match self.texts.get_index_of(text) {
            Some(id) => index(id),
            None => index(self.texts.insert_full(text.into()).0),
        }
    }

    pub(super) fn text_id(&self, text: &str) -> Option<TextId> {
        self.texts.get_index_of(text).map(index)
    }

    pub(super) fn text_of(&self, text: TextId) -> &str {
        let text = self.texts.get_index(text as usize);
        text.map_or("", |text| text)
    }

    pub(super) fn atoms(&self, set: ValueSetId) -> &[AbstractValue] {
        let set = self.sets.get_index(set as usize);
        set.map_or(&[], |atoms| atoms)
    }

    pub(super) fn one(&mut self, atom: AbstractValue) -> ValueSetId {
        self.set(&[atom])
    }

    /// The set of some things, sorted and each once.
    fn set(&mut self, atoms: &[AbstractValue]) -> ValueSetId {
        match self.sets.get_index_of(atoms) {
            Some(id) => index(id),
            None => index(self.sets.insert_full(atoms.into()).0),
        }
    }

    pub(super) fn set_of(&mut self, mut atoms: Vec<AbstractValue>) -> ValueSetId {
        atoms.sort_unstable();
        atoms.dedup();
        let set = self.set(&atoms);
        if atoms.len() > LARGEST {
            self.give_up(set);
            return UNKNOWN;
        }
        set
    }

    pub(super) fn join(&mut self, a: ValueSetId, b: ValueSetId) -> ValueSetId {
        if a == b || b == UNKNOWN {
            return a;
        }
        if a == UNKNOWN {
            return b;
        }
        let mut atoms = self.atoms(a).to_vec();
        atoms.extend_from_slice(self.atoms(b));
        self.set_of(atoms)
    }

    pub(super) fn join_all(&mut self, sets: impl IntoIterator<Item = ValueSetId>) -> ValueSetId {
        let sets = sets.into_iter();
        sets.fold(UNKNOWN, |all, set| self.join(all, set))
    }

    pub(super) fn pattern(&mut self, pattern: &str) -> ValueSetId {
        let text = self.text(pattern);
        match pattern.contains('*') {
            true => self.one(AbstractValue::Pattern(text)),
            false => self.one(AbstractValue::Text(text)),
        }
    }

    /// The only text that a value may be.
    pub(super) fn constant(&self, set: ValueSetId) -> Option<&str> {
        match self.atoms(set) {
            [AbstractValue::Text(text)] => Some(self.text_of(*text)),
            _ => None,
        }
    }

    // Places.

    /// The place of a key at a place.
    pub(super) fn child(&mut self, of: NodeId, key: Key) -> NodeId {
        let of = self.holder_of(of, key);
        if let Some(child) = self.children.get(&(of, key)) {
            return *child;
        }
        if self.is_widened(of, key) {
            return of;
        }
        let id = index(self.nodes.len());
        self.nodes.push(Node {
            parent: of,
            key,
            flags: Flags::default(),
            more: UNKNOWN,
        });
        self.children.insert((of, key), id);
        if let Key::Pattern(pattern) = key {
            self.patterns.entry(of).or_default().push((pattern, id));
        }
        id
    }

    pub(super) fn find_child(&self, of: NodeId, key: Key) -> Option<NodeId> {
        let of = self.holder_of(of, key);
        let child = self.children.get(&(of, key)).copied();
        child.or_else(|| self.is_widened(of, key).then_some(of))
    }

    /// The children of a place whose keys are patterns, with those.
    pub(super) fn pattern_children(&self, of: NodeId) -> &[(TextId, NodeId)] {
        self.patterns.get(&of).map_or(&[], Vec::as_slice)
    }

    /// Globals are those of the root chart in all charts.
    fn holder_of(&self, of: NodeId, key: Key) -> NodeId {
        match key == Key::Exact(self.global) && self.chart_values.contains(&of) {
            true => ROOT,
            false => of,
        }
    }

    /// A value below any key of any key may be anywhere below: loops would have no end.
    fn is_widened(&self, of: NodeId, key: Key) -> bool {
        let is_open = |node: Option<&Node>| node.is_some_and(|n| !matches!(n.key, Key::Exact(_)));
        let node = self.nodes.get(of as usize);
        let parent = node.and_then(|node| self.nodes.get(node.parent as usize));
        of != ROOT
            && !matches!(key, Key::Exact(_))
            && node.is_some_and(|node| node.parent != ROOT)
            && is_open(node)
            && is_open(parent)
    }

    /// Returns true if anything below a place is known.
    pub(super) fn has_children(&self, of: NodeId) -> bool {
        self.nodes.iter().skip(1).any(|node| node.parent == of)
    }

    pub(super) fn add_context(&mut self, values: NodeId, full_path: &str, name: &str) -> u32 {
        self.chart_values.insert(values);
        self.contexts.push(ContextData {
            values,
            full_path: full_path.into(),
            name: name.into(),
            subcharts: Vec::new(),
            more: UNKNOWN,
            version: 0,
            uses_files: false,
        });
        index(self.contexts.len() - 1)
    }

    pub(super) fn flags(&self, node: NodeId) -> Flags {
        let node = self.nodes.get(node as usize);
        node.map_or(Flags::default(), |node| node.flags)
    }

    pub(super) fn flag(&mut self, node: NodeId, flags: Flags) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.flags = node.flags | flags;
        }
    }

    /// Marks all places that a value may be at.
    pub(super) fn flag_all(&mut self, set: ValueSetId, flags: Flags) {
        for atom in self.atoms(set).to_vec() {
            if let AbstractValue::Node(node) = atom {
                self.flag(node, flags);
            }
        }
    }

    /// Marks all places whose entries a value may have.
    pub(super) fn flag_maps(&mut self, set: ValueSetId, flags: Flags) {
        for node in self.maps(set) {
            self.flag(node, flags);
        }
    }

    fn maps(&self, set: ValueSetId) -> Vec<NodeId> {
        let (mut maps, mut visited) = (Vec::new(), FxHashSet::default());
        let mut waiting = vec![set];
        while let Some(set) = waiting.pop() {
            if !visited.insert(set) {
                continue;
            }
            for atom in self.atoms(set) {
                let more = match atom {
                    AbstractValue::Node(node) => {
                        maps.push(*node);
                        self.nodes.get(*node as usize).map(|node| node.more)
                    }
                    AbstractValue::Constructed(id) => {
                        self.container(*id).map(|container| container.sources)
                    }
                    _ => None,
                };
                waiting.extend(more);
            }
        }
        maps
    }

    // Constructed values.

    /// A map or list made at `site` in some template.
    pub(super) fn make(&mut self, site: usize, container: Constructed) -> ValueSetId {
        let fields = container.fields.iter().map(|(key, set)| (*key, *set));
        let mut content: Vec<(TextId, ValueSetId)> = fields.collect();
        for (at, item) in container.items.iter().flatten().enumerate() {
            content.push((u32::MAX - index(at), *item));
        }
        let parts: Vec<ValueSetId> = content.iter().map(|(_, set)| *set).collect();
        let key = (site, content, container.rest, container.sources);
        if let Some(site) = self.by_content.get(&key) {
            return self.one(AbstractValue::Constructed(*site));
        }
        let parts = parts.into_iter().chain([container.rest, container.sources]);
        let depth = parts.map(|set| self.depth(set)).max().unwrap_or(0) + 1;
        if depth > DEEPEST {
            let all = container.all(self);
            self.give_up(all);
            return UNKNOWN;
        }
        let id = index(self.containers.len());
        self.containers.push(Constructed { depth, ..container });
        self.by_content.insert(key, id);
        self.one(AbstractValue::Constructed(id))
    }

    pub(super) fn container(&self, id: u32) -> Option<&Constructed> {
        self.containers.get(id as usize)
    }

    fn depth(&self, set: ValueSetId) -> u8 {
        let depths = self.atoms(set).iter().map(|atom| match atom {
            AbstractValue::Constructed(id) => {
                self.container(*id).map_or(0, |container| container.depth)
            }
            AbstractValue::Encoded(inner) if *inner != set => self.depth(*inner),
            _ => 0,
        });
        depths.max().unwrap_or(0)
    }

    /// The number of changes to the values that are reached from a value.
    pub(super) fn version(&self, set: ValueSetId) -> u64 {
        self.version_to(set, 4)
    }

    fn version_to(&self, set: ValueSetId, levels: u8) -> u64 {
        let versions = self.atoms(set).iter().map(|atom| match atom {
            AbstractValue::Context(id) => self.contexts.get(*id as usize).map_or(0, |c| c.version),
            AbstractValue::Constructed(id) if levels > 0 => {
                self.container(*id).map_or(0, |container| {
                    let parts = container
                        .fields
                        .values()
                        .chain([&container.rest, &container.sources]);
                    let below = parts.map(|set| self.version_to(*set, levels - 1));
                    container.version + below.sum::<u64>()
                })
            }
            _ => 0,
        });
        versions.sum()
    }

    // What is under keys.

    /// The values under a key of a value. Places that are asked for come to be.
    pub(super) fn key(&mut self, of: ValueSetId, key: TextId) -> ValueSetId {
        let mut keys = Vec::new();
        for atom in self.atoms(of).to_vec() {
            self.key_of(atom, key, &mut keys, &mut Vec::new());
        }
        self.set_of(keys)
    }

    fn key_of(
        &mut self,
        atom: AbstractValue,
        key: TextId,
        keys: &mut Vec<AbstractValue>,
        visited: &mut Vec<AbstractValue>,
    ) {
        if visited.contains(&atom) {
            return;
        }
        visited.push(atom);
        let more = match atom {
            AbstractValue::Node(node) => {
                let child = self.child(node, Key::Exact(key));
                self.flag(child, Flags::READ);
                if self.chart_values.contains(&node) && METHODS.contains(&self.text_of(key)) {
                    self.flag(node, Flags::WHOLE);
                }
                keys.push(AbstractValue::Node(child));
                self.nodes.get(node as usize).map_or(UNKNOWN, |n| n.more)
            }
            AbstractValue::Constructed(id) => {
                let Some(container) = self.containers.get(id as usize) else {
                    return;
                };
                let field = container.fields.get(&key).copied().unwrap_or(UNKNOWN);
                let (rest, sources) = (container.rest, container.sources);
                keys.extend_from_slice(self.atoms(field));
                keys.extend_from_slice(self.atoms(rest));
                sources
            }
            AbstractValue::Context(id) => return self.key_of_context(id, key, keys, visited),
            AbstractValue::Subcharts(id) => {
                let name = self.text_of(key);
                let context = self.contexts.get(id as usize);
                let subcharts = context.map_or(&[][..], |context| &context.subcharts);
                let inner = subcharts.iter().find(|(subchart, _)| subchart == name);
                keys.extend(inner.map(|(_, id)| AbstractValue::Context(*id)));
                return;
            }
            AbstractValue::Chart(id) | AbstractValue::Template(id) => {
                let context = self.contexts.get(id as usize);
                let context = context.map(|context| (&*context.full_path, &*context.name));
                let (path, name) = context.unwrap_or_default();
                let text = match (atom, self.text_of(key)) {
                    (AbstractValue::Chart(_), "Name") => name.to_owned(),
                    (AbstractValue::Template(_), "BasePath") => format!("{path}/templates"),
                    (AbstractValue::Template(_), "Name") => format!("{path}/templates/*"),
                    _ => "*".into(),
                };
                let text = self.pattern(&text);
                keys.extend_from_slice(self.atoms(text));
                return;
            }
            AbstractValue::Release => {
                let any = self.pattern("*");
                keys.extend_from_slice(self.atoms(any));
                return;
            }
            _ => return,
        };
        for atom in self.atoms(more).to_vec() {
            self.key_of(atom, key, keys, visited);
        }
    }

    fn key_of_context(
        &mut self,
        id: u32,
        key: TextId,
        keys: &mut Vec<AbstractValue>,
        visited: &mut Vec<AbstractValue>,
    ) {
        let name = self.text_of(key).to_owned();
        let Some(context) = self.contexts.get_mut(id as usize) else {
            return;
        };
        match &*name {
            "Values" => keys.push(AbstractValue::Node(context.values)),
            "Subcharts" => keys.push(AbstractValue::Subcharts(id)),
            "Chart" => keys.push(AbstractValue::Chart(id)),
            "Template" => keys.push(AbstractValue::Template(id)),
            "Release" => keys.push(AbstractValue::Release),
            "Files" => context.uses_files = true,
            _ => {}
        }
        let more = context.more;
        for atom in self.atoms(more).to_vec() {
            self.key_of(atom, key, keys, visited);
        }
    }

    /// The items or entries of a value, whatever their keys.
    pub(super) fn elements(&mut self, of: ValueSetId) -> ValueSetId {
        self.under(of, Key::Any)
    }

    /// The values under an unknown key of a value.
    pub(super) fn under(&mut self, of: ValueSetId, key: Key) -> ValueSetId {
        let mut children = Vec::new();
        for atom in self.atoms(of).to_vec() {
            self.under_atom(atom, key, &mut children, &mut Vec::new());
        }
        self.set_of(children)
    }

    fn under_atom(
        &mut self,
        atom: AbstractValue,
        key: Key,
        children: &mut Vec<AbstractValue>,
        visited: &mut Vec<AbstractValue>,
    ) {
        if visited.contains(&atom) {
            return;
        }
        visited.push(atom);
        let more = match atom {
            AbstractValue::Node(node) => {
                children.push(AbstractValue::Node(self.child(node, key)));
                self.nodes.get(node as usize).map_or(UNKNOWN, |n| n.more)
            }
            AbstractValue::Constructed(id) => {
                let Some(container) = self.containers.get(id as usize) else {
                    return;
                };
                let items = container.items.iter().flatten();
                let parts = container
                    .fields
                    .values()
                    .chain(items)
                    .chain([&container.rest]);
                let parts: Vec<ValueSetId> = parts.copied().collect();
                let sources = container.sources;
                for part in parts {
                    children.extend_from_slice(self.atoms(part));
                }
                sources
            }
            AbstractValue::Subcharts(id) => {
                let context = self.contexts.get(id as usize);
                let inner = context.into_iter().flat_map(|context| &context.subcharts);
                children.extend(inner.map(|(_, id)| AbstractValue::Context(*id)));
                return;
            }
            AbstractValue::Context(id) => {
                let values = self.contexts.get(id as usize).map(|context| context.values);
                children.extend(values.map(AbstractValue::Node));
                return;
            }
            _ => return,
        };
        for atom in self.atoms(more).to_vec() {
            self.under_atom(atom, key, children, visited);
        }
    }

    /// The items of a value that is a list made by a template, in their order.
    pub(super) fn items(&self, of: ValueSetId) -> Option<&[ValueSetId]> {
        match self.atoms(of) {
            [atom] => self.items_of(*atom),
            _ => None,
        }
    }

    pub(super) fn items_of(&self, atom: AbstractValue) -> Option<&[ValueSetId]> {
        match atom {
            AbstractValue::Constructed(id) => self.container(id)?.items.as_deref(),
            _ => None,
        }
    }

    /// The texts that a value may be, if it is one of a few, with `*` for what is not known.
    pub(super) fn texts(&self, set: ValueSetId) -> Option<Vec<String>> {
        const MOST: usize = 32;
        let atoms = self.atoms(set);
        let texts = atoms.iter().map(|atom| match atom {
            AbstractValue::Text(text) | AbstractValue::Pattern(text) => {
                Some(self.text_of(*text).to_owned())
            }
            _ => None,
        });
        let is_complete = !atoms.is_empty() && atoms.len() <= MOST;
        texts.collect::<Option<Vec<_>>>().filter(|_| is_complete)
    }

    /// The set of some texts, with `*` for what is not known.
    pub(super) fn any_of(&mut self, texts: &[String]) -> ValueSetId {
        let sets: Vec<ValueSetId> = texts.iter().map(|text| self.pattern(text)).collect();
        self.join_all(sets)
    }

    // Changes.

    /// A value is put under a key of another; under any where it is not known.
    pub(super) fn put(&mut self, into: ValueSetId, key: Option<TextId>, value: ValueSetId) {
        for atom in self.atoms(into).to_vec() {
            match atom {
                AbstractValue::Node(node) => {
                    let child = self.child(node, key.map_or(Key::Any, Key::Exact));
                    self.add_to_node(child, value);
                }
                AbstractValue::Constructed(id) => {
                    let Some(container) = self.containers.get(id as usize) else {
                        continue;
                    };
                    let old = match key {
                        Some(key) => container.fields.get(&key).copied().unwrap_or(UNKNOWN),
                        None => container.rest,
                    };
                    let new = self.join(old, value);
                    self.change_container(id, new != old, value, |container| match key {
                        Some(key) => drop(container.fields.insert(key, new)),
                        None => container.rest = new,
                    });
                }
                AbstractValue::Context(id) => {
                    let fields = key.map(|key| BTreeMap::from([(key, value)]));
                    let rest = if key.is_some() { UNKNOWN } else { value };
                    let container = Constructed {
                        fields: fields.unwrap_or_default(),
                        rest,
                        ..Constructed::default()
                    };
                    let set = self.make(0, container);
                    self.add_to_context(id, set);
                }
                _ => {}
            }
        }
    }

    /// The entries of a value are merged into another.
    pub(super) fn merge(&mut self, into: ValueSetId, from: ValueSetId) {
        for atom in self.atoms(into).to_vec() {
            match atom {
                AbstractValue::Node(node) => self.add_to_node(node, from),
                AbstractValue::Constructed(id) => {
                    let old = self
                        .container(id)
                        .map_or(UNKNOWN, |container| container.sources);
                    let itself = self.one(AbstractValue::Constructed(id));
                    if from == itself {
                        continue;
                    }
                    let new = self.join(old, from);
                    self.change_container(id, new != old, from, |container| {
                        container.sources = new
                    });
                }
                AbstractValue::Context(id) => self.add_to_context(id, from),
                _ => {}
            }
        }
    }

    fn add_to_node(&mut self, node: NodeId, value: ValueSetId) {
        let itself = self.one(AbstractValue::Node(node));
        let old = self.nodes.get(node as usize).map_or(UNKNOWN, |n| n.more);
        let new = self.join(old, value);
        if new != old && value != itself {
            self.changes += 1;
            if let Some(node) = self.nodes.get_mut(node as usize) {
                node.more = new;
            }
            if self.flags(node).has(Flags::WHOLE) {
                self.use_whole(value);
            }
        }
    }

    fn add_to_context(&mut self, context: u32, value: ValueSetId) {
        let itself = self.one(AbstractValue::Context(context));
        let old = self.contexts.get(context as usize);
        let old = old.map_or(UNKNOWN, |context| context.more);
        let new = self.join(old, value);
        if new != old
            && value != itself
            && let Some(context) = self.contexts.get_mut(context as usize)
        {
            context.more = new;
            context.version += 1;
            self.changes += 1;
        }
    }

    fn change_container(
        &mut self,
        id: u32,
        is_new: bool,
        value: ValueSetId,
        change: impl FnOnce(&mut Constructed),
    ) {
        // One that comes to hold itself would have no end.
        let depth = self.depth(value);
        if depth > DEEPEST {
            return self.give_up(value);
        }
        let Some(container) = self.containers.get_mut(id as usize).filter(|_| is_new) else {
            return;
        };
        change(container);
        container.version += 1;
        container.depth = container.depth.max(depth.saturating_add(1));
        if container.is_whole {
            self.use_whole(value);
        }
    }

    // Uses.

    /// A value cannot be followed any further.
    pub(super) fn give_up(&mut self, set: ValueSetId) {
        self.use_whole(set);
        self.is_lost |= self.has_context(set);
    }

    fn has_context(&self, set: ValueSetId) -> bool {
        self.atoms(set).iter().any(|atom| match atom {
            AbstractValue::Context(_) | AbstractValue::Subcharts(_) => true,
            AbstractValue::Encoded(inner) => self.has_context(*inner),
            AbstractValue::Constructed(id) => self.container(*id).is_some_and(|container| {
                let items = container.items.iter().flatten();
                let mut parts = container
                    .fields
                    .values()
                    .chain(items)
                    .chain([&container.rest]);
                parts.any(|set| self.has_context(*set))
            }),
            _ => false,
        })
    }

    /// All of a value is used.
    pub(super) fn use_whole(&mut self, set: ValueSetId) {
        if set != UNKNOWN {
            let atoms = self.atoms(set).to_vec();
            self.whole_atoms(&atoms);
        }
    }

    fn whole_atoms(&mut self, atoms: &[AbstractValue]) {
        for atom in atoms {
            match atom {
                AbstractValue::Node(node) => {
                    if self.flags(*node).has(Flags::WHOLE) {
                        continue;
                    }
                    self.flag(*node, Flags::WHOLE);
                    let more = self.nodes.get(*node as usize).map_or(UNKNOWN, |n| n.more);
                    self.use_whole(more);
                }
                AbstractValue::Constructed(id) => {
                    let Some(container) = self.containers.get_mut(*id as usize) else {
                        continue;
                    };
                    if !std::mem::replace(&mut container.is_whole, true) {
                        let items = container.items.iter().flatten();
                        let parts = container.fields.values().chain(items);
                        let parts = parts.chain([&container.rest, &container.sources]);
                        let parts: Vec<ValueSetId> = parts.copied().collect();
                        parts.into_iter().for_each(|part| self.use_whole(part));
                    }
                }
                // Nobody writes a context on purpose, or for the values in it.
                AbstractValue::Context(_) | AbstractValue::Subcharts(_) => {}
                AbstractValue::Encoded(inner) => self.use_whole(*inner),
                _ => {}
            }
        }
    }

    /// A value is used as a text: a map or list of it would be printed whole.
    pub(super) fn print(&mut self, set: ValueSetId) {
        for atom in self.atoms(set).to_vec() {
            match atom {
                AbstractValue::Node(node) => self.flag(node, Flags::TEXT),
                atom => self.whole_atoms(&[atom]),
            }
        }
    }
}

impl Constructed {
    fn all(&self, store: &mut Store) -> ValueSetId {
        let items = self.items.iter().flatten();
        let parts = self.fields.values().chain(items);
        let parts: Vec<ValueSetId> = parts.chain([&self.rest, &self.sources]).copied().collect();
        store.join_all(parts)
    }
}

/// Numbers of things: there are never so many that one does not fit.
fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
