//! Anchors: an alias is a copy, which does not follow what another file or flag gives for the original.

use super::{Given, each_entry, entry_at, place};
use crate::context::Context;
use crate::diagnostic::{Diagnostic, Marked, Place};
use crate::rules;
use engine::values::{Source, UserValues};
use goyaml::{Kind, Mark, Node};
use rustc_hash::FxHashMap;
use trace::usage::{Path, UsageRecorder, display_value_path};

/// The diagnostics for values that are given anew where copies of the old one stay.
pub(super) fn check(
    given: &Given,
    context: &Context<'_, '_>,
    reads: &UsageRecorder,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let layers: Vec<&UserValues> = given.all().collect();
    for chart in &context.prepared.charts {
        if let Some(name) = context.sources.values_yaml(chart.chart) {
            let copies = Copies::of([&chart.chart.values], chart.values_path());
            copies.check(&name, &layers, reads, &mut diagnostics);
        }
    }
    for (at, file) in given.files.iter().enumerate() {
        let Some(name) = name_of(file) else { continue };
        let Some(documents) = context.files.get(&name) else {
            continue;
        };
        let copies = Copies::of(documents.iter(), Vec::new());
        let later = layers.get(at + 1..).unwrap_or_default();
        copies.check(&name, later, reads, &mut diagnostics);
    }
    diagnostics
}

/// The name of the file that values are from.
fn name_of(file: &UserValues) -> Option<String> {
    let entries = file.values.borrow();
    let (_, entry) = entries.iter().next()?;
    match file.origins.get(entry.origin).source {
        Source::File { name } => Some(name.clone()),
        _ => None,
    }
}

/// Values that stand at several paths, though they are written once: what an alias stands for keeps its place.
struct Copies {
    by_path: FxHashMap<Path, Position>,
    /// The other paths of a value, by its place.
    copies: FxHashMap<Position, Vec<Copy>>,
}

/// Line and column.
type Position = (u32, u32);

struct Copy {
    path: Path,
    /// True if the map that it is in was merged into another one (`<<`).
    is_merged: bool,
}

impl Copies {
    /// The values of documents that lie at a path.
    fn of<'n>(documents: impl IntoIterator<Item = &'n Node>, above: Path) -> Copies {
        let mut copies = Copies {
            by_path: FxHashMap::default(),
            copies: FxHashMap::default(),
        };
        for document in documents {
            copies.add(document, &mut above.clone(), (0, 0));
        }
        copies
            .by_path
            .retain(|_, at| copies.copies.contains_key(at));
        copies
    }

    /// Adds what is in a map; `last` is the last place of the keys that lead to it.
    fn add(&mut self, node: &Node, path: &mut Path, last: Position) {
        let Kind::Map(entries) = &node.kind else {
            return;
        };
        for entry in entries {
            path.push(entry.key.to_string());
            let key = position(entry.mark);
            let last = last.max(key);
            let value = position(entry.value.mark);
            match &entry.value.kind {
                Kind::Null => {}
                Kind::Map(_) => self.add(&entry.value, path, last),
                // An alias stands behind what it names, keys above it too.
                _ if last > value => self.copies.entry(value).or_default().push(Copy {
                    path: path.clone(),
                    is_merged: position(node.mark) > key,
                }),
                _ => {
                    self.by_path.insert(path.clone(), value);
                }
            }
            path.pop();
        }
    }

    fn check(
        &self,
        file: &str,
        later: &[&UserValues],
        reads: &UsageRecorder,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        if self.by_path.is_empty() {
            return;
        }
        for layer in later {
            each_entry(&layer.values, &mut Vec::new(), &mut |path, entry| {
                let Some(at) = self.by_path.get(path) else {
                    return;
                };
                let is_read = reads.reads().contains_key(path);
                let is_given = |copy: &Copy| {
                    let mut all = later.iter();
                    all.any(|layer| entry_at(&layer.values, &copy.path).is_some())
                };
                let copies = self.copies.get(at).into_iter().flatten();
                let left = copies.filter(|copy| !(is_given(copy) || copy.is_merged && is_read));
                let left: Vec<String> = left.map(|copy| display_value_path(&copy.path)).collect();
                let Some(first) = left.first() else { return };
                let more = match left.len() {
                    1 => String::new(),
                    n => format!(" (and {} more)", n - 1),
                };
                let key = display_value_path(path);
                let message = format!(
                    "{key} changes here, but {first}{more} keeps the old value: an alias is a copy"
                );
                let mark = Marked {
                    line: at.0,
                    column: at.1,
                };
                let diagnostic =
                    Diagnostic::new(&rules::UNFOLLOWED_ANCHOR, place(layer, entry), message)
                        .about(key)
                        .relate(Place::file(file, mark), "the value with the anchor")
                        .suggest(format!("give {first} the new value, too"));
                diagnostics.push(diagnostic);
            });
        }
    }
}

fn position(mark: Mark) -> Position {
    (mark.line, mark.column)
}
