//! Lists that replace others: Helm merges maps alone, and an index in a flag does not reach into a chart's default.

use super::{Given, each_entry, entry_at, place};
use crate::context::Context;
use crate::defaults::default_of;
use crate::diagnostic::{Diagnostic, Place};
use crate::kinds::is_empty;
use crate::rules;
use engine::values::{Flag, Source, UserValues};
use gostd::{List, Value};
use goyaml::{Kind, Node};
use std::collections::{BTreeMap, BTreeSet};
use trace::usage::display_value_path;

/// The diagnostics for lists of which something gets lost.
pub(super) fn check(given: &Given, context: &Context<'_, '_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    between_files(given, &mut diagnostics);
    by_index(given, context, &mut diagnostics);
    diagnostics
}

/// A list of one file that replaces that of an earlier one: told aloud where the items have names and what else, and none of
/// the old names is in the new list, as in a list that was meant to add to the other.
fn between_files(given: &Given, diagnostics: &mut Vec<Diagnostic>) {
    let mut earlier: BTreeMap<Vec<String>, (Place, Value)> = BTreeMap::new();
    for file in &given.files {
        each_entry(&file.values, &mut Vec::new(), &mut |path, entry| {
            let Value::List(list) = &entry.value else {
                return;
            };
            let here = place(file, entry);
            if let Some((before, Value::List(old))) = earlier.get(path)
                && let Some(rule) = loss(old, list)
            {
                let key = display_value_path(path);
                let message = format!("the list {key} replaces the one that was given before");
                let diagnostic = Diagnostic::new(rule, here.clone(), message)
                    .about(key)
                    .relate(before.clone(), "its items are lost")
                    .suggest("lists are not merged: repeat the items that are to stay");
                diagnostics.push(diagnostic);
            }
            earlier.insert(path.to_vec(), (here, entry.value.clone()));
        });
    }
}

/// The rule that a list breaks which replaces another one; none where all items are still there.
fn loss(old: &List, new: &List) -> Option<&'static rules::Rule> {
    let (old, new) = (old.snapshot(), new.snapshot());
    let texts = |items: &[Value]| -> BTreeSet<Vec<u8>> {
        // What cannot be written is as good as nothing here.
        let texts = items
            .iter()
            .map(|item| goyaml::to_yaml(item).unwrap_or_default());
        texts.collect()
    };
    if old.is_empty() || new.is_empty() || texts(&old).is_subset(&texts(&new)) {
        return None;
    }
    let is_apart = match (names(&old), names(&new)) {
        (Some(old), Some(new)) => old.is_disjoint(&new),
        _ => false,
    };
    Some(match is_apart {
        true => &rules::REPLACED_LIST,
        false => &rules::OVERRIDDEN_LIST,
    })
}

/// The names of items, if all have one and say something else, too.
fn names(items: &[Value]) -> Option<BTreeSet<String>> {
    let name = |item: &Value| {
        let map = item.as_map().filter(|map| map.borrow().len() > 1)?;
        match map.get(b"name")? {
            Value::Str(name) => Some(name.to_string()),
            _ => None,
        }
    };
    items.iter().map(name).collect()
}

/// Lists that an index in a flag makes anew.
fn by_index(given: &Given, context: &Context<'_, '_>, diagnostics: &mut Vec<Diagnostic>) {
    let flags = &given.merged_flags;
    each_entry(&flags.values, &mut Vec::new(), &mut |path, entry| {
        let Value::List(list) = &entry.value else {
            return;
        };
        let Source::Flag { flag, .. } = flags.origins.get(entry.origin).source else {
            return;
        };
        // What is in a file's list is kept.
        if *flag == Flag::SetJson || has_list(&given.files, path) {
            return;
        }
        let default = default_of(context.prepared, path);
        let items = match default.map(|(_, node)| &node.kind) {
            Some(Kind::Seq(items)) => items.as_slice(),
            _ => &[],
        };
        let Some(lost) = lost_parts(&list.snapshot(), items) else {
            return;
        };
        let key = display_value_path(path);
        let message = match items.is_empty() {
            true => format!(
                "an index in --{} makes a new list {key}: {lost}",
                flag.name()
            ),
            false => format!(
                "an index in --{} does not reach into the chart's list {key}: it makes a new one, {lost}",
                flag.name()
            ),
        };
        let mut diagnostic =
            Diagnostic::new(&rules::REPLACED_LIST, place(flags, entry), message).about(key);
        if let Some((chart, node)) = default
            && let Some(name) = context.sources.values_yaml(chart)
        {
            diagnostic = diagnostic.relate(Place::file(&name, node.mark), "the default");
        }
        diagnostics.push(diagnostic.suggest("give the whole list, best in a values file"));
    });
}

fn has_list(files: &[UserValues], path: &[String]) -> bool {
    files.iter().any(|file| {
        let entry = entry_at(&file.values, path);
        entry.is_some_and(|entry| matches!(entry.value, Value::List(_)))
    })
}

/// What a list made by indexes lacks of the default's items, for people.
fn lost_parts(list: &[Value], defaults: &[Node]) -> Option<String> {
    for (index, item) in list.iter().enumerate() {
        match (item, defaults.get(index).map(|node| &node.kind)) {
            (Value::Nil, _) => return Some(format!("whose item {index} is null")),
            (Value::Map(map), Some(Kind::Map(entries))) => {
                let is_lost = |entry: &&goyaml::Entry| {
                    !is_empty(&entry.value.kind) && map.get(entry.key.as_bytes()).is_none()
                };
                let lost = entries.iter().filter(is_lost);
                let lost: Vec<&str> = lost.map(|entry| &*entry.key).collect();
                if !lost.is_empty() {
                    return Some(format!("whose item {index} has no {}", lost.join(", no ")));
                }
            }
            _ => {}
        }
    }
    None
}
