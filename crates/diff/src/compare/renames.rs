//! Renames: which of the resources that went is which of those that came, under another name.
//!
//! Two resources of one kind are one if four fifths of what they say are the same: fields and lines of long texts,
//! without metadata and with a mark in place of the own name. Those most alike are paired first; what is equally alike
//! goes by names, so that the same input always has the same pairs.

use crate::ignore;
use crate::node::at;
use crate::path::{Path, Step};
use crate::resource::{Key, Resource};
use goyaml::{Kind, Node};
use rustc_hash::{FxHashMap, FxHasher};
use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};
use std::hash::{Hash, Hasher};

/// The hundredths of two resources that have to be the same.
const LEAST_ALIKE: usize = 80;
/// Up to so many pairs of a kind are all looked at; beyond, those that share something rare.
const MOST_PAIRS: usize = 4096;
/// What more resources than these say is not rare.
const RARE: usize = 8;
/// Candidates that are looked at for one resource, where there are many.
const MOST_CANDIDATES: usize = 8;

/// What a resource says, to be compared with others.
pub(super) struct Outline {
    key: Key,
    /// A hash for each field and each line of it, sorted.
    parts: Vec<u64>,
}

impl Outline {
    pub(super) fn new(resource: &Resource) -> Outline {
        let mut outline = Outline {
            key: resource.key.clone(),
            parts: Vec::new(),
        };
        if let Kind::Map(entries) = &resource.node.kind {
            for entry in entries {
                let is_body = !matches!(&*entry.key, "apiVersion" | "kind" | "metadata" | "status");
                if is_body {
                    outline.add(&entry.value, hash(&(0, &entry.key)));
                }
            }
        }
        if outline.parts.is_empty() {
            // A ServiceAccount or a Namespace is told by its labels alone.
            outline.add_labels(&resource.node);
        }
        outline.parts.sort_unstable();
        outline
    }

    /// Adds what is at a place, which a hash stands for; the order of lists does not count.
    fn add(&mut self, node: &Node, place: u64) {
        match &node.kind {
            Kind::Null => {}
            Kind::Map(entries) => {
                for entry in entries {
                    self.add(&entry.value, hash(&(place, &entry.key)));
                }
            }
            Kind::Seq(items) => items
                .iter()
                .for_each(|item| self.add(item, hash(&(place, 1)))),
            Kind::Str(text) => {
                self.parts.push(place);
                for line in text.lines() {
                    let line = self.anonymous(line.trim());
                    self.parts.push(hash(&(place, line)));
                }
            }
            _ => {
                let text = node.coerced_text().unwrap_or_default();
                self.parts.extend([place, hash(&(place, &*text))]);
            }
        }
    }

    fn add_labels(&mut self, node: &Node) {
        let patterns = ignore::chart_labels();
        let Some(Kind::Map(labels)) = at(node, &["metadata", "labels"]).map(|node| &node.kind)
        else {
            return;
        };
        for label in labels {
            let path = ["metadata", "labels", &*label.key];
            let path = Path(path.map(|key| Step::Key(key.into())).to_vec());
            if !patterns.iter().any(|pattern| pattern.matches(&path.0)) {
                self.add(&label.value, hash(&(2, &label.key)));
            }
        }
    }

    /// A text with a mark in place of the resource's name.
    fn anonymous(&self, text: &str) -> String {
        match self.key.name.is_empty() {
            true => text.to_owned(),
            false => text.replace(&self.key.name, "\0"),
        }
    }

    /// The hundredths of two resources that are the same; nothing where these are too few.
    fn likeness(&self, other: &Outline) -> Option<usize> {
        let (short, long) = match self.parts.len() < other.parts.len() {
            true => (&self.parts, &other.parts),
            false => (&other.parts, &self.parts),
        };
        let hundredths = |count: usize| match long.len() {
            0 => 100,
            all => count * 100 / all,
        };
        if hundredths(short.len()) < LEAST_ALIKE {
            return None;
        }
        let mut rest = long.iter().peekable();
        let common = short.iter().filter(|part| {
            while rest.next_if(|other| other < part).is_some() {}
            rest.next_if_eq(part).is_some()
        });
        Some(hundredths(common.count())).filter(|likeness| *likeness >= LEAST_ALIKE)
    }

    /// How alike the names are: the letters at the start and at the end that are the same, in hundredths.
    fn likeness_of_names(&self, other: &Outline) -> usize {
        let (a, b) = (self.key.name.as_bytes(), other.key.name.as_bytes());
        let most = a.len().min(b.len());
        let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let end = a.iter().rev().zip(b.iter().rev());
        let end = end.take_while(|(a, b)| a == b).count().min(most - start);
        (start + end) * 100 / a.len().max(b.len()).max(1)
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The kind that both sides of a rename have.
pub(super) fn kind_of(key: &Key) -> (&str, &str) {
    (&key.group, &key.kind)
}

/// The resources of the old side that have another name in the new one, each with its place in both lists. Time grows with the
/// size of both, not with its square.
pub(super) fn pairs(old: &[Outline], new: &[Outline]) -> Vec<(usize, usize)> {
    let mut kinds: BTreeMap<(&str, &str), [Vec<usize>; 2]> = BTreeMap::new();
    for (side, outlines) in [old, new].into_iter().enumerate() {
        for (at, outline) in outlines.iter().enumerate() {
            let of_kind = kinds.entry(kind_of(&outline.key)).or_default();
            if let Some(places) = of_kind.get_mut(side) {
                places.push(at);
            }
        }
    }
    let mut found = Vec::new();
    let (mut went, mut came) = (vec![false; old.len()], vec![false; new.len()]);
    for of_kind in kinds.values() {
        let [olds, news] = of_kind;
        let mut candidates = Vec::new();
        let mut look = |i: usize, j: usize| {
            if let (Some(a), Some(b)) = (old.get(i), new.get(j))
                && let Some(likeness) = a.likeness(b)
            {
                let rank = Reverse((likeness, a.likeness_of_names(b)));
                candidates.push((rank, &a.key, &b.key, i, j));
            }
        };
        if olds.len().saturating_mul(news.len()) <= MOST_PAIRS {
            for i in olds {
                news.iter().for_each(|j| look(*i, *j));
            }
        } else {
            each_likely([old, new], of_kind, &mut look);
        }
        candidates.sort_unstable();
        for (.., i, j) in candidates {
            if let (Some(went), Some(came)) = (went.get_mut(i), came.get_mut(j))
                && !*went
                && !*came
            {
                (*went, *came) = (true, true);
                found.push((i, j));
            }
        }
    }
    found
}

/// The outlines at some places, in the order of their keys.
fn by_key<'o>(side: &'o [Outline], places: &[usize]) -> Vec<(&'o Outline, usize)> {
    let outlines = places.iter().filter_map(|at| Some((side.get(*at)?, *at)));
    let mut outlines: Vec<(&Outline, usize)> = outlines.collect();
    outlines.sort_by(|(a, _), (b, _)| a.key.cmp(&b.key));
    outlines
}

/// Visits pairs that may be alike, where there are too many to look at all: those that say the same, in the order of their
/// names, and those that share what few others say.
fn each_likely(
    sides: [&[Outline]; 2],
    places: &[Vec<usize>; 2],
    look: &mut dyn FnMut(usize, usize),
) {
    let [olds, news] = places;
    let [old, new] = sides;
    let (old, new) = (by_key(old, olds), by_key(new, news));
    let mut same: FxHashMap<&[u64], VecDeque<usize>> = FxHashMap::default();
    let mut sayers: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (outline, at) in &old {
        same.entry(&outline.parts).or_default().push_back(*at);
        for part in outline
            .parts
            .chunk_by(|a, b| a == b)
            .flat_map(<[u64]>::first)
        {
            let sayers = sayers.entry(*part).or_default();
            if sayers.len() <= RARE {
                sayers.push(*at);
            }
        }
    }
    for (outline, j) in &new {
        if let Some(i) = same.get_mut(&*outline.parts).and_then(VecDeque::pop_front) {
            look(i, *j);
        }
        let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
        for part in outline
            .parts
            .chunk_by(|a, b| a == b)
            .flat_map(<[u64]>::first)
        {
            let sayers = sayers.get(part).filter(|sayers| sayers.len() <= RARE);
            for i in sayers.into_iter().flatten() {
                *votes.entry(*i).or_default() += 1;
            }
        }
        let mut votes: Vec<(usize, usize)> = votes.into_iter().collect();
        votes.sort_by_key(|(_, count)| Reverse(*count));
        let likely = votes.iter().take(MOST_CANDIDATES);
        likely.for_each(|(i, _)| look(*i, *j));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::documents;

    fn outlines(text: &str) -> Vec<Outline> {
        let documents = documents(text.as_bytes()).into_iter();
        let resources = documents.flat_map(|document| document.resources("default"));
        resources.map(|resource| Outline::new(&resource)).collect()
    }

    fn config(name: &str, lines: impl IntoIterator<Item = String>) -> String {
        let lines: Vec<String> = lines
            .into_iter()
            .map(|line| format!("    {line}\n"))
            .collect();
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n  text: |\n{}",
            lines.concat()
        )
    }

    fn numbers(name: &str, from: usize) -> String {
        config(name, (from..from + 10).map(|n| format!("line {n}")))
    }

    #[test]
    fn what_is_most_alike_is_paired() {
        let old = outlines(&[numbers("a", 0), numbers("b", 100), numbers("c", 200)].concat());
        let new = outlines(&[numbers("x", 101), numbers("y", 1), numbers("z", 300)].concat());
        assert_eq!(pairs(&old, &new), [(0, 1), (1, 0)]);
    }

    #[test]
    fn what_is_equally_alike_goes_by_names() {
        let old = outlines(&[numbers("old-a", 0), numbers("old-b", 0)].concat());
        let new = outlines(&[numbers("new-b", 0), numbers("new-a", 0)].concat());
        assert_eq!(pairs(&old, &new), [(0, 1), (1, 0)]);
    }

    #[test]
    fn the_own_name_does_not_count() {
        let old = outlines(&config(
            "web",
            (0..9).map(|n| format!("web-{n}.example.com")),
        ));
        let new = outlines(&config(
            "site",
            (0..9).map(|n| format!("site-{n}.example.com")),
        ));
        assert_eq!(pairs(&old, &new), [(0, 0)]);
    }

    #[test]
    fn thousands_are_paired_in_time() {
        const COUNT: usize = 5_000;
        let all = |prefix: &str| -> String {
            (0..COUNT)
                .map(|n| numbers(&format!("{prefix}-{n:05}"), n * 20))
                .collect()
        };
        let (old, new) = (outlines(&all("old")), outlines(&all("new")));
        let found = pairs(&old, &new);
        assert_eq!(found.len(), COUNT);
        assert!(found.iter().all(|(i, j)| i == j));
        let equal = |prefix: &str| -> String {
            (0..COUNT)
                .map(|n| numbers(&format!("{prefix}-{n:05}"), 0))
                .collect()
        };
        let found = pairs(&outlines(&equal("old")), &outlines(&equal("new")));
        assert_eq!(found.len(), COUNT);
        assert!(found.iter().all(|(i, j)| i == j));
    }
}
