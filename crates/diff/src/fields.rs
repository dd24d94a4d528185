//! The changes of a resource, field by field, and the application of such changes to a resource.

use super::merge_keys::Names;
use super::node::{entries, items, node, same, to_json};
use super::path::{Path, Step};
use goyaml::{Entry, Kind, Mark, Node};
use rustc_hash::FxHashMap;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::BTreeMap;

/// A field that came, went or has another value.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The place.
    pub path: Path,
    /// The value before; none if it came.
    pub old: Option<Node>,
    /// The value after; none if it went.
    pub new: Option<Node>,
}

impl Change {
    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let steps = self.path.0.iter().map(|step| {
            let name = match step {
                Step::Key(key) => Some(key),
                Step::Item { name, .. } => name.as_ref(),
            };
            size_of::<Step>() + name.map_or(0, |name| name.len())
        });
        let sides = [&self.old, &self.new].into_iter().flatten();
        size_of::<Change>() + steps.sum::<usize>() + sides.map(super::node::bytes).sum::<usize>()
    }
}

/// All changes between two resources. A null counts as nothing, as in Kubernetes; items of lists
/// with merge keys may be anywhere in their list. They may take `room` bytes.
pub(super) fn diff(
    old: &Node,
    new: &Node,
    names: Names,
    room: usize,
) -> Result<Vec<Change>, NoRoom> {
    let mut differ = Differ {
        names,
        path: Vec::new(),
        changes: Vec::new(),
        room: Some(room),
    };
    differ.node(old, new);
    match differ.room {
        Some(_) => Ok(differ.changes),
        None => Err(NoRoom),
    }
}

/// The changes take more memory than they may.
#[derive(Debug)]
pub(super) struct NoRoom;

struct Differ {
    names: Names,
    path: Vec<Step>,
    changes: Vec<Change>,
    /// Bytes that changes may still take; none if they have taken more.
    room: Option<usize>,
}

impl Differ {
    fn node(&mut self, old: &Node, new: &Node) {
        match (&old.kind, &new.kind) {
            _ if self.room.is_none() => {}
            (Kind::Map(old), Kind::Map(new)) => self.maps(old, new),
            (Kind::Seq(old), Kind::Seq(new)) => self.lists(old, new),
            _ if same(old, new) => {}
            _ => self.push(Some(old), Some(new)),
        }
    }

    fn push(&mut self, old: Option<&Node>, new: Option<&Node>) {
        let Some(room) = self.room else {
            return;
        };
        let change = Change {
            path: Path(self.path.clone()),
            old: old.cloned(),
            new: new.cloned(),
        };
        self.room = room.checked_sub(change.bytes());
        self.changes.push(change);
    }

    /// Compares or notes what is at a step.
    fn step(&mut self, step: Step, old: Option<&Node>, new: Option<&Node>) {
        self.path.push(step);
        match (old, new) {
            (Some(old), Some(new)) => self.node(old, new),
            (None, None) => {}
            _ => self.push(old, new),
        }
        self.path.pop();
    }

    fn maps(&mut self, old: &[Entry], new: &[Entry]) {
        let index = |entries: &'_ [Entry]| -> FxHashMap<Box<str>, usize> {
            let keys = entries.iter().map(|entry| entry.key.clone());
            keys.zip(0..).collect()
        };
        let in_order = old.len() == new.len() && old.iter().zip(new).all(|(a, b)| a.key == b.key);
        if in_order {
            for (a, b) in old.iter().zip(new) {
                let step = Step::Key(a.key.clone());
                self.step(step, value(&a.value), value(&b.value));
            }
            return;
        }
        let (in_old, in_new) = (index(old), index(new));
        for entry in old {
            let there = in_new.get(&entry.key).and_then(|at| new.get(*at));
            let step = Step::Key(entry.key.clone());
            self.step(
                step,
                value(&entry.value),
                there.and_then(|e| value(&e.value)),
            );
        }
        for entry in new.iter().filter(|e| !in_old.contains_key(&e.key)) {
            self.step(Step::Key(entry.key.clone()), None, value(&entry.value));
        }
    }

    fn lists(&mut self, old: &[Node], new: &[Node]) {
        if let Some(([old_names, new_names], ordered)) = self.names.of_both(&self.path, old, new) {
            let places: FxHashMap<&str, usize> = new_names.iter().map(|n| &**n).zip(0..).collect();
            let pairs: Vec<Option<usize>> = old_names
                .iter()
                .map(|name| places.get(&**name).copied())
                .collect();
            let matches = pairs.iter().flatten();
            if !ordered || matches.is_sorted() {
                return self.named(old, new, &pairs, &old_names, &new_names);
            }
        }
        self.positional(old, new);
    }

    fn named(
        &mut self,
        old: &[Node],
        new: &[Node],
        pairs: &[Option<usize>],
        old_names: &[Box<str>],
        new_names: &[Box<str>],
    ) {
        let item = |old, new, name: Option<&Box<str>>| Step::Item {
            old,
            new,
            name: name.cloned(),
        };
        let mut met = vec![false; new.len()];
        for (at, (node, pair)) in old.iter().zip(pairs).enumerate() {
            let there = pair.and_then(|to| new.get(to));
            if let Some(met) = pair.and_then(|to| met.get_mut(to)) {
                *met = true;
            }
            let step = item(at, pair.unwrap_or(at), old_names.get(at));
            self.step(step, Some(node), there);
        }
        for (at, node) in new.iter().enumerate() {
            if met.get(at) == Some(&false) {
                self.step(item(at, at, new_names.get(at)), None, Some(node));
            }
        }
    }

    /// Lists without names: what is equal in both in the same order stays; of the rest, items at
    /// the same place are compared.
    fn positional(&mut self, old: &[Node], new: &[Node]) {
        let mut classes: FxHashMap<String, u32> = FxHashMap::default();
        let mut class = |items: &[Node]| -> Vec<u32> {
            let of = items.iter().map(|item| {
                let next = classes.len() as u32;
                *classes.entry(canonical(item)).or_insert(next)
            });
            of.collect()
        };
        let (a, b) = (class(old), class(new));
        let item = |old, new| Step::Item {
            old,
            new,
            name: None,
        };
        for op in capture_diff_slices(Algorithm::Myers, &a, &b) {
            let (from, to) = (op.old_range(), op.new_range());
            if let DiffOp::Equal { .. } = op {
                continue;
            }
            let both = from.len().min(to.len());
            for (i, j) in from.clone().zip(to.clone()) {
                self.step(item(i, j), old.get(i), new.get(j));
            }
            for i in from.skip(both) {
                self.step(item(i, i), old.get(i), None);
            }
            for j in to.skip(both) {
                self.step(item(j, j), None, new.get(j));
            }
        }
    }
}

/// The value, if it is one.
fn value(node: &Node) -> Option<&Node> {
    Some(node).filter(|node| !matches!(node.kind, Kind::Null))
}

/// The same text for everything that is the same.
fn canonical(node: &Node) -> String {
    let mut node = node.clone();
    super::node::sort_keys(&mut node);
    drop_nulls(&mut node);
    to_json(&node)
}

/// Takes the keys away that say nothing.
fn drop_nulls(node: &mut Node) {
    match &mut node.kind {
        Kind::Map(entries) => {
            entries.retain(|entry| !matches!(entry.value.kind, Kind::Null));
            entries.iter_mut().for_each(|e| drop_nulls(&mut e.value));
        }
        Kind::Seq(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// The old resource with the changes of [`diff`]: the new one, but for the order of keys and of
/// named items, which stays the old one's.
pub(super) fn apply(old: &Node, changes: &[Change]) -> Node {
    let changes: Vec<&Change> = changes.iter().collect();
    apply_at(Some(old), &changes, 0).unwrap_or(node(Kind::Null))
}

fn apply_at(old: Option<&Node>, changes: &[&Change], depth: usize) -> Option<Node> {
    if let Some(change) = changes.iter().find(|change| change.path.0.len() == depth) {
        return change.new.clone();
    }
    let old = old?;
    if changes.is_empty() {
        return Some(old.clone());
    }
    let kind = match &old.kind {
        Kind::Map(_) => Kind::Map(apply_map(old, changes, depth)),
        Kind::Seq(_) => Kind::Seq(apply_list(old, changes, depth)),
        other => other.clone(),
    };
    let mark = old.mark;
    Some(Node { mark, kind })
}

fn apply_map(old: &Node, changes: &[&Change], depth: usize) -> Vec<Entry> {
    let mut groups: FxHashMap<&str, Vec<&Change>> = FxHashMap::default();
    for change in changes {
        if let Some(Step::Key(key)) = change.path.0.get(depth) {
            groups.entry(key).or_default().push(change);
        }
    }
    let mut result = Vec::with_capacity(entries(old).len());
    for entry in entries(old) {
        let value = match groups.remove(&*entry.key) {
            Some(group) => apply_at(Some(&entry.value), &group, depth + 1),
            None => Some(entry.value.clone()),
        };
        result.extend(value.map(|value| Entry {
            key: entry.key.clone(),
            mark: entry.mark,
            value,
        }));
    }
    // What came, in the order of the changes.
    for change in changes {
        if let Some(Step::Key(key)) = change.path.0.get(depth)
            && groups.remove(&**key).is_some()
        {
            result.extend(change.new.clone().map(|value| Entry {
                key: key.clone(),
                mark: Mark::default(),
                value,
            }));
        }
    }
    result
}

fn apply_list(old: &Node, changes: &[&Change], depth: usize) -> Vec<Node> {
    let mut groups: FxHashMap<usize, Vec<&Change>> = FxHashMap::default();
    let mut added: BTreeMap<usize, &Node> = BTreeMap::new();
    for change in changes {
        let Some(Step::Item { old, new, .. }) = change.path.0.get(depth) else {
            continue;
        };
        match (&change.old, &change.new) {
            (None, Some(value)) if change.path.0.len() == depth + 1 => {
                added.insert(*new, value);
            }
            _ => groups.entry(*old).or_default().push(change),
        }
    }
    let remaining = items(old)
        .iter()
        .enumerate()
        .filter_map(|(at, item)| match groups.get(&at) {
            Some(group) => apply_at(Some(item), group, depth + 1),
            None => Some(item.clone()),
        });
    let mut result = Vec::new();
    let mut remaining = remaining.peekable();
    loop {
        if let Some(value) = added.remove(&result.len()) {
            result.push(value.clone());
        } else if let Some(item) = remaining.next() {
            result.push(item);
        } else {
            break;
        }
    }
    result.extend(added.into_values().cloned());
    result
}
