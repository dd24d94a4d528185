//! Checks of what each file and flag gives, one by one: Helm merges maps key by key and replaces all else, and a flag's
//! argument has a grammar of its own, so that what is given may be lost or come out otherwise than it was meant.

mod anchors;
mod dots;
mod dropped;
mod json;
mod lists;
mod nulls;

pub(super) use json::check as json_text;
pub(super) use nulls::check as ignored_nulls;

use super::context::Context;
use super::diagnostic::{Diagnostic, Place};
use compat::profile::Profile;
use engine::values::{Flag, Layers, ReadFile, Source, UserValues};
use gostd::{Entry, Map, Value};
use trace::usage::UsageRecorder;

/// What the user gives: each file and flag by itself, in Helm's order.
pub(super) struct Given {
    files: Vec<UserValues>,
    flags: Vec<(Flag, UserValues)>,
    /// All flags together, without the files.
    merged_flags: UserValues,
}

impl Given {
    /// Reads layers. What cannot be read is left out: that is found elsewhere.
    pub(super) fn read(layers: &Layers, reader: &mut dyn ReadFile, profile: &Profile) -> Given {
        let (mut files, mut flags) = (Vec::new(), Vec::new());
        for (single, source) in layers.split() {
            let Ok(values) = single.read(reader, profile) else {
                continue;
            };
            match source {
                Source::Flag { flag, .. } => flags.push((flag, values)),
                _ => files.push(values),
            }
        }
        let mut only_flags = layers.clone();
        only_flags.files.clear();
        Given {
            files,
            merged_flags: match flags.is_empty() {
                true => UserValues::default(),
                false => only_flags.read(reader, profile).unwrap_or_default(),
            },
            flags,
        }
    }

    /// All files and flags, in Helm's order.
    fn all(&self) -> impl Iterator<Item = &UserValues> {
        let flags = self.flags.iter().map(|(_, values)| values);
        self.files.iter().chain(flags)
    }

    /// The diagnostics that need no chart.
    pub(super) fn dropped(&self) -> Vec<Diagnostic> {
        let all: Vec<&UserValues> = self.all().collect();
        dropped::check(&all)
    }

    /// The diagnostics beside the defaults of the chart, after a render that `reads` watched.
    pub(super) fn diagnostics(
        &self,
        context: &Context<'_, '_>,
        reads: &UsageRecorder,
    ) -> Vec<Diagnostic> {
        let mut diagnostics = dots::check(self, context, reads);
        diagnostics.extend(lists::check(self, context));
        diagnostics.extend(anchors::check(self, context, reads));
        diagnostics
    }
}

/// The place of an entry of a user's values.
fn place(values: &UserValues, entry: &Entry) -> Place {
    Place::of(&values.origins.get(entry.origin), |_| None)
}

/// The entry at a path of keys; nothing in lists.
fn entry_at(values: &Map, path: &[String]) -> Option<Entry> {
    let (last, above) = path.split_last()?;
    let map = above.iter().try_fold(values.clone(), |map, key| {
        match map.get(key.as_bytes())? {
            Value::Map(inner) => Some(inner),
            _ => None,
        }
    })?;
    map.entry(last.as_bytes())
}

/// Visits every entry of a map and of the maps in it, but for what is in lists, with its path.
fn each_entry(map: &Map, path: &mut Vec<String>, visit: &mut dyn FnMut(&[String], &Entry)) {
    for (key, entry) in map.borrow().iter() {
        path.push(key.to_string());
        visit(path, entry);
        if let Value::Map(inner) = &entry.value {
            each_entry(inner, path, visit);
        }
        path.pop();
    }
}
