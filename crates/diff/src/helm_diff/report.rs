//! The changes between two manifests, as helm-diff finds them (its `diff.generateReport`).

use super::Options;
use super::lcs::{self, Record};
use super::manifest::{Document, Index};
use super::secret;
use crate::lines::{Delta, Line};
use gostd::regexp::Regexp;

/// The change of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Add,
    Remove,
    Modify,
    /// Changed in lines that are suppressed.
    ModifySuppressed,
}

/// A document that changed.
#[derive(Debug)]
pub(super) struct Entry<'d> {
    pub(super) key: &'d str,
    pub(super) kind: &'d str,
    pub(super) change: Change,
    pub(super) lines: Vec<Line>,
    /// Both sides as they are shown.
    pub(super) sides: [Option<&'d [u8]>; 2],
}

/// Compares two manifests and shows `show` what changed, then what went, then what came, each by key and one at
/// a time.
pub(super) fn entries<'t>(
    mut old: Index<'t>,
    mut new: Index<'t>,
    options: &Options,
    show: &mut dyn FnMut(Entry<'_>),
) {
    let mut report = Report { options, show };
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for (key, document) in &mut old {
        match new.get_mut(key) {
            Some(other) => report.compare(key, Some(document), Some(other)),
            None => removed.push(key.clone()),
        }
    }
    added.extend(new.keys().filter(|key| !old.contains_key(*key)).cloned());
    if options.find_renames > 0.0 {
        report.find_renames(&mut removed, &mut old, &mut added, &mut new);
    }
    for key in &removed {
        if let Some(document) = old.get_mut(key).filter(|document| !document.kept) {
            report.compare(key, Some(document), None);
        }
    }
    for key in &added {
        if let Some(document) = new.get_mut(key) {
            report.compare(key, None, Some(document));
        }
    }
}

/// Takes lines that match out of an entry; one without changes is left without lines.
fn suppress(entry: &mut Entry<'_>, patterns: &[Regexp]) {
    if patterns.is_empty() {
        return;
    }
    let is_visible = |line: &Line| !patterns.iter().any(|pattern| pattern.is_match(&line.text));
    entry.lines.retain(is_visible);
    if entry.lines.iter().all(|line| line.delta == Delta::Common) {
        entry.lines.clear();
        if entry.change == Change::Modify {
            entry.change = Change::ModifySuppressed;
        }
    }
}

struct Report<'o> {
    options: &'o Options,
    show: &'o mut dyn FnMut(Entry<'_>),
}

impl Report<'_> {
    fn compare<'t>(
        &mut self,
        key: &str,
        mut old: Option<&mut Document<'t>>,
        mut new: Option<&mut Document<'t>>,
    ) {
        if let (Some(old), Some(new)) = (&old, &new)
            && old.content == new.content
        {
            return;
        }
        secret::treat(self.options.secrets, old.as_deref_mut(), new.as_deref_mut());
        let change = match (&old, &new) {
            (None, _) => Change::Add,
            (_, None) => Change::Remove,
            _ => Change::Modify,
        };
        let kind = old.as_deref().or(new.as_deref());
        let kind = kind.map_or("", |document| &document.kind);
        let sides = [&old, &new].map(|side| Some(&*side.as_deref()?.content));
        let [before, after] = sides.map(Option::unwrap_or_default);
        let records = self.lines(before, after);
        if change == Change::Modify && changed(&records) == 0 {
            return;
        }
        let line = |record: &Record<'_>| Line {
            delta: record.delta,
            text: record.line.to_vec(),
        };
        let mut entry = Entry {
            key,
            kind,
            change,
            lines: records.iter().map(line).collect(),
            sides,
        };
        suppress(&mut entry, &self.options.suppressed_lines);
        (self.show)(entry);
    }

    fn lines<'t>(&self, old: &'t [u8], new: &'t [u8]) -> Vec<Record<'t>> {
        let split = |text: &'t [u8]| -> Vec<&'t [u8]> {
            let lines = text.split(|byte| *byte == b'\n');
            match self.options.strip_trailing_cr {
                true => lines.map(|l| l.strip_suffix(b"\r").unwrap_or(l)).collect(),
                false => lines.collect(),
            }
        };
        lcs::diff(&split(old), &split(new))
    }

    /// Takes what went and what came together where they are of one kind and enough alike.
    fn find_renames<'t>(
        &mut self,
        removed: &mut Vec<String>,
        old: &mut Index<'t>,
        added: &mut Vec<String>,
        new: &mut Index<'t>,
    ) {
        removed.retain(|key| {
            let Some(document) = old.get_mut(key) else {
                return true;
            };
            let mut best: Option<(f32, usize)> = None;
            for (at, candidate) in added.iter().enumerate() {
                let Some(other) = new.get_mut(candidate) else {
                    continue;
                };
                if !comparable(document, other) {
                    continue;
                }
                secret::treat(self.options.secrets, Some(document), Some(other));
                let records = self.lines(&document.content, &other.content);
                let fraction = changed(&records) as f32 / records.len() as f32;
                if fraction > 0.0 && best.is_none_or(|(smallest, _)| fraction < smallest) {
                    best = Some((fraction, at));
                }
            }
            let pair = best.filter(|(fraction, _)| *fraction < self.options.find_renames);
            let Some((_, at)) = pair else {
                return true;
            };
            let other = new.get_mut(&added.remove(at));
            self.compare(key, Some(document), other);
            false
        });
    }
}

/// Returns true if two documents may be one that was renamed.
fn comparable(old: &Document<'_>, new: &Document<'_>) -> bool {
    let lengths = (old.content.len(), new.content.len());
    if old.kind != new.kind || lengths.0 == 0 || lengths.1 == 0 {
        return false;
    }
    let ratio = lengths.0 as f32 / lengths.1 as f32;
    old.kind == "Secret" || (0.1..=10.0).contains(&ratio)
}

fn changed(records: &[Record<'_>]) -> usize {
    let changed = records
        .iter()
        .filter(|record| record.delta != Delta::Common);
    changed.count()
}
