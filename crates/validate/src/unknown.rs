//! Values that nobody reads: misspelt, misplaced, or for another version of the chart.
//!
//! A value is unknown only if it was not read in this render, nothing it is in was read as a whole or
//! could be, no template names its key of what it is in, and neither defaults nor schema have it.

use super::context::Context;
use super::defaults::{self, default_at, locate};
use super::diagnostic::{Diagnostic, Place};
use super::rules;
use super::schema_names::SchemaNames;
use super::value_flow::{LazyValueFlow, Trace};
use diagnostics::suggest;
use engine::values::{Prepared, Source, Via};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use trace::usage::{Path, UsageRecorder, display_value_path};

/// The keys that reads, templates and schemas know.
pub(super) struct KeyIndex<'a> {
    pub(super) reads: &'a UsageRecorder,
    pub(super) value_flow: LazyValueFlow<'a>,
    pub(super) schemas: &'a SchemaNames,
}

/// The problem with an unread value.
enum Verdict {
    /// Nothing: it could be read. The whole path is known.
    Unread,
    /// The key at this place of the path is not known.
    Unknown(usize),
    /// The key at this place of the path is the name of a dependency that is off.
    Disabled(usize),
    /// Nothing can be said.
    Open,
}

/// The diagnostics for the values that were not read.
pub(super) fn diagnostics(context: &Context<'_, '_>, index: &KeyIndex<'_>) -> Vec<Diagnostic> {
    let check = Check {
        context,
        prepared: context.prepared,
        index,
    };
    let mut diagnostics: BTreeMap<Path, Diagnostic> = BTreeMap::new();
    for (path, provenance) in index.reads.unread(context.prepared) {
        // A subchart has a copy of its parent's globals.
        if provenance.via == Via::Global {
            continue;
        }
        let (depth, diagnostic) = match check.verdict(&path) {
            Verdict::Open => continue,
            Verdict::Unread => (path.len(), check.unread(&path)),
            Verdict::Unknown(at) => (at + 1, check.unknown(&path, at)),
            Verdict::Disabled(at) => (at + 1, check.disabled(&path, at)),
        };
        let there = path.get(..depth).unwrap_or(&path).to_vec();
        diagnostics.entry(there).or_insert(diagnostic);
    }
    diagnostics.into_values().collect()
}

/// A path of values that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misspelling {
    /// The path that was probably meant.
    pub meant: Option<Path>,
}

/// The problem with a path: nothing where a chart's defaults, schema or templates know all of it, or nothing
/// can be said.
pub(super) fn misspelling(
    context: &Context<'_, '_>,
    index: &KeyIndex<'_>,
    path: &[String],
) -> Option<Misspelling> {
    let check = Check {
        context,
        prepared: context.prepared,
        index,
    };
    let mut suggestion = path.to_vec();
    // Each key may be wrong.
    for round in 0..=path.len() {
        let Verdict::Unknown(at) = check.verdict(&suggestion) else {
            return (round > 0).then_some(Misspelling {
                meant: Some(suggestion),
            });
        };
        let there = suggestion.get(..=at).unwrap_or_default();
        let Some(mut better) = check.suggestion(there) else {
            break;
        };
        better.extend_from_slice(suggestion.get(at + 1..).unwrap_or_default());
        suggestion = better;
    }
    Some(Misspelling { meant: None })
}

struct Check<'a, 'c> {
    context: &'a Context<'a, 'c>,
    prepared: &'a Prepared<'c>,
    index: &'a KeyIndex<'a>,
}

impl Check<'_, '_> {
    fn verdict(&self, path: &[String]) -> Verdict {
        if defaults::is_switch(self.prepared, path) {
            return Verdict::Open;
        }
        let home = locate(self.prepared, path);
        let trace = self.index.value_flow.trace(path);
        for (at, key) in path.iter().enumerate() {
            let above = path.get(..at).unwrap_or_default();
            let inside = locate(self.prepared, above);
            if inside.depth == at {
                if at < home.depth || key == "global" {
                    continue;
                }
                let chart = self.prepared.charts.get(inside.chart);
                if chart
                    .is_some_and(|chart| defaults::disabled(self.prepared, chart, key).is_some())
                {
                    return Verdict::Disabled(at);
                }
            }
            if self.index.value_flow.uses_whole(&trace, path, at + 1) {
                return Verdict::Open;
            }
            let upto = path.get(..=at).unwrap_or(path);
            if !is_index(key) && !self.is_known(upto, &trace) {
                return Verdict::Unknown(at);
            }
        }
        match self.index.value_flow.uses_whole(&trace, path, path.len()) {
            true => Verdict::Open,
            false => Verdict::Unread,
        }
    }

    /// Returns true if defaults, schema, templates or this render know the last key of a path.
    fn is_known(&self, path: &[String], trace: &Trace) -> bool {
        let Some((key, above)) = path.split_last() else {
            return true;
        };
        default_at(self.prepared, path).is_some()
            || self.index.reads.reads().contains_key(path)
            || self.index.schemas.name(path)
            || self.index.value_flow.names(trace, above.len(), key)
    }

    fn place(&self, path: &[String]) -> Place {
        self.context.key_place(path)
    }

    fn unread(&self, path: &[String]) -> Diagnostic {
        let message = format!(
            "no template reads {} in this render",
            display_value_path(path)
        );
        Diagnostic::new(&rules::UNREAD_VALUE, self.place(path), message)
            .about(display_value_path(path))
    }

    fn disabled(&self, path: &[String], at: usize) -> Diagnostic {
        let there = path.get(..=at).unwrap_or(path);
        let name = display_value_path(there);
        let home = defaults::locate(self.prepared, path.get(..at).unwrap_or_default());
        let parent = self.prepared.charts.get(home.chart);
        let switches = parent.map_or_else(Vec::new, |chart| defaults::switches(chart, there));
        let is_given = |switch: &Path| {
            let source = self.context.source_at(switch);
            matches!(source, Some(Source::File { .. } | Source::Flag { .. }))
        };
        if let Some(condition) = switches.first()
            && !switches.iter().any(is_given)
        {
            let message = format!("{name} is off by default, and nothing given switches it on");
            return Diagnostic::new(&rules::DORMANT_SUBCHART, self.place(there), message)
                .about(name)
                .suggest(format!("give {}: true", display_value_path(condition)));
        }
        let message = format!("{name} is switched off: nobody reads its values");
        Diagnostic::new(&rules::DISABLED_SUBCHART, self.place(there), message).about(name)
    }

    fn unknown(&self, path: &[String], at: usize) -> Diagnostic {
        let there = path.get(..=at).unwrap_or(path);
        let message = format!("{} is read by no template", display_value_path(there));
        let diagnostic = Diagnostic::new(&rules::UNKNOWN_VALUE, self.place(there), message)
            .about(display_value_path(there));
        match self.suggestion(there) {
            Some(suggestion) => {
                diagnostic.suggest(format!("did you mean {}?", display_value_path(&suggestion)))
            }
            None => diagnostic,
        }
    }

    /// The path that was meant: a similar key at the same place, or the same key elsewhere.
    fn suggestion(&self, path: &[String]) -> Option<Path> {
        let (key, above) = path.split_last()?;
        if let Some(alias) = self.alias(path) {
            return Some([above, std::slice::from_ref(&alias)].concat());
        }
        let siblings = self.siblings(above);
        let is_switched =
            |name: &&String| defaults::is_switched_below(self.prepared, above, key, name);
        if let Some(name) = siblings
            .iter()
            .find(|name| *name != key && is_switched(name))
        {
            return Some([above, std::slice::from_ref(name)].concat());
        }
        if let Some(near) = suggest::nearest(key, siblings.iter().map(String::as_str)) {
            let mut suggestion = above.to_vec();
            suggestion.push(near.into());
            return Some(suggestion);
        }
        if let Some(joined) = self.joined(key, above) {
            return Some(joined);
        }
        let mut same_key = self.same_key(key);
        same_key.retain(|other| other != path && !other.iter().any(String::is_empty));
        let shared = |other: &Path| {
            let pairs = other.iter().zip(path);
            pairs.take_while(|(a, b)| a == b).count()
        };
        let same_key = same_key.into_iter().min_by_key(|other| {
            let away = path.len().max(other.len()) - shared(other);
            // A key left out, or one too many, is what happens.
            let is_apart = !is_part(path, other) && !is_part(other, path);
            let kinship = self.kinship(path, other);
            (is_apart, Reverse(kinship), away, other.len(), other.clone())
        });
        same_key.or_else(|| {
            let sibling = sibling_of_words(key, &siblings)?;
            Some([above, &[sibling.to_owned()]].concat())
        })
    }

    /// The path whose keys together have the words of a key: `image.tag` for `imageTag`.
    fn joined(&self, key: &str, above: &[String]) -> Option<Path> {
        let wanted = words_in_order(key);
        if wanted.len() < 2 {
            return None;
        }
        let paths = defaults::paths(self.prepared).into_iter();
        let mut paths =
            paths.filter(|path| path.len() > above.len() + 1 && path.starts_with(above));
        paths.find(|path| {
            let below = path.get(above.len()..).unwrap_or_default();
            let words = below.iter().flat_map(|key| words_in_order(key));
            words.eq(wanted.iter().cloned())
        })
    }

    /// The alias of the dependency that a key names: its values stand under that.
    fn alias(&self, path: &[String]) -> Option<String> {
        let (key, above) = path.split_last()?;
        let at = defaults::locate(self.prepared, above);
        let chart = self.prepared.charts.get(at.chart)?;
        let mut declared = chart.chart.metadata.declared();
        let dependency = declared.find(|one| one.name == **key && !one.alias.is_empty())?;
        (at.depth == above.len()).then(|| dependency.alias.to_string())
    }

    /// Rates how much the first key in which two paths differ has to do with the other path's key there: the
    /// most where a dependency of this name is switched on and off by values below the key (`nodeExporter.enabled`
    /// that of `prometheus-node-exporter`), less where its name has the words of the key.
    fn kinship(&self, path: &[String], other: &[String]) -> usize {
        let shared = path.iter().zip(other).take_while(|(a, b)| a == b).count();
        let (Some(key), Some(there)) = (path.get(shared), other.get(shared)) else {
            return 0;
        };
        let above = path.get(..shared).unwrap_or_default();
        if defaults::is_switched_below(self.prepared, above, key, there) {
            return 2;
        }
        let (words, others) = (words(key), words(there));
        usize::from(
            words.iter().all(|word| others.contains(word))
                || others.iter().all(|word| words.contains(word)),
        )
    }

    /// The keys that could stand at a path.
    fn siblings(&self, above: &[String]) -> BTreeSet<String> {
        let mut siblings = self.index.schemas.names_below(above);
        let names = self.index.value_flow.names_below(above);
        siblings.extend(names.into_iter().map(str::to_owned));
        siblings.extend(defaults::keys_at(self.prepared, above));
        siblings
    }

    /// The paths elsewhere that end in a key: of defaults, of what templates read, of what they name.
    fn same_key(&self, key: &str) -> Vec<Path> {
        let ends = |path: &Path| path.last().is_some_and(|last| last == key);
        let defaults = defaults::paths(self.prepared);
        let reads = self.index.reads.reads().keys();
        let mut paths: BTreeSet<Path> = defaults.into_iter().filter(ends).collect();
        paths.extend(reads.filter(|path| ends(path)).cloned());
        paths.extend(self.index.value_flow.paths_to(key));
        paths.into_iter().collect()
    }
}

/// The words of a key, in lower case: `nodeExporter` and `node-exporter` have the same.
fn words(key: &str) -> BTreeSet<String> {
    words_in_order(key).into_iter().collect()
}

fn words_in_order(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in key.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && was_lower {
            words.push(String::new());
        }
        was_lower = c.is_lowercase() || c.is_numeric();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The key with some words more or less than another one, if there is one that has the most in common: `backend` for
/// `backend-svc`.
fn sibling_of_words<'s>(key: &str, siblings: &'s BTreeSet<String>) -> Option<&'s str> {
    let wanted = words(key);
    let mut rated: Vec<(usize, &str)> = Vec::new();
    for sibling in siblings {
        let others = words(sibling);
        let is_near = wanted.is_subset(&others) || others.is_subset(&wanted);
        if is_near && !others.is_empty() && sibling != key {
            rated.push((wanted.symmetric_difference(&others).count(), sibling));
        }
    }
    let least = rated.iter().map(|(rate, _)| *rate).min()?;
    let mut best = rated.iter().filter(|(rate, _)| *rate == least);
    match (best.next(), best.next()) {
        (Some((_, sibling)), None) => Some(sibling),
        _ => None,
    }
}

/// Returns true if a path is another one with some keys left out.
fn is_part(path: &[String], of: &[String]) -> bool {
    let mut rest = of.iter();
    path.iter().all(|key| rest.any(|other| other == key))
}

fn is_index(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())
}
