//! Dots in the keys of flags: each leads into a map, unless a backslash stands before it.

use super::{Given, each_entry, entry_at, place};
use crate::context::Context;
use crate::defaults::default_at;
use crate::diagnostic::Diagnostic;
use crate::rules;
use gostd::Value;
use goyaml::Kind;
use std::collections::BTreeSet;
use trace::usage::{UsageRecorder, display_value_path};

/// The diagnostics for keys that were probably meant to hold their dots.
pub(super) fn check(
    given: &Given,
    context: &Context<'_, '_>,
    reads: &UsageRecorder,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (at, (flag, values)) in given.flags.iter().enumerate() {
        let known = Known {
            given,
            flags_before: at,
            context,
            reads,
        };
        let mut told: BTreeSet<Vec<String>> = BTreeSet::new();
        each_entry(&values.values, &mut Vec::new(), &mut |path, entry| {
            let Some((above, key)) = known.dotted(path) else {
                return;
            };
            let there = path.get(..=above).unwrap_or(path);
            if !told.insert(there.to_vec()) {
                return;
            }
            let first = there.last().map(String::as_str).unwrap_or_default();
            let outer = path.get(..above).unwrap_or_default();
            let message = format!(
                "each dot in --{} leads into a map: this sets {first} of {}, not {key}",
                flag.name(),
                display_value_path(outer)
            );
            let mut words: Vec<String> = outer.iter().map(|key| escaped(key)).collect();
            words.push(escaped(&key));
            let diagnostic = Diagnostic::new(&rules::UNESCAPED_DOT, place(values, entry), message)
                .about(display_value_path(path))
                .suggest(format!("--{} '{}=…'", flag.name(), words.join(".")));
            diagnostics.push(diagnostic);
        });
    }
    diagnostics
}

/// A key as flags take it.
fn escaped(key: &str) -> String {
    key.replace('.', "\\.")
}

/// What is known of values beside one flag.
struct Known<'a, 'c> {
    given: &'a Given,
    /// The number of flags that come before it.
    flags_before: usize,
    context: &'a Context<'a, 'c>,
    reads: &'a UsageRecorder,
}

impl Known<'_, '_> {
    /// The key that was meant by the end of a path, and how many keys stand before it; nothing where each dot leads
    /// into something that is there, or may be.
    fn dotted(&self, path: &[String]) -> Option<(usize, String)> {
        let last = path.len().checked_sub(1)?;
        let there = |depth: usize| path.get(..depth).unwrap_or_default();
        let mut depths = (0..last).filter(|depth| self.is_map(there(*depth)));
        let joined = |depth: &usize| Some((*depth, path.get(*depth..)?.join(".")));
        if let Some((above, key)) = depths
            .clone()
            .filter_map(|depth| joined(&depth))
            .find(|(above, key)| self.has_key(there(*above), key) && !self.is_map(there(above + 1)))
        {
            return Some((above, key));
        }
        let above = depths.next_back()?;
        let (_, joined) = joined(&above)?;
        if self.is_map(there(last)) {
            return None;
        }
        // A domain's name with a path: a label, an annotation, a resource.
        let (domain, name) = joined.split_once('/')?;
        let above = above.max(1);
        let is_key = above < last
            && path.get(last)?.contains('/')
            && !name.is_empty()
            && domain
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        is_key.then(|| path.get(above..).map(|keys| (above, keys.join("."))))?
    }

    /// Returns true if there is a map at a path, or templates read something at the top that may be one.
    fn is_map(&self, path: &[String]) -> bool {
        let is_default = || {
            default_at(self.context.prepared, path).is_some_and(|n| matches!(n.kind, Kind::Map(_)))
        };
        path.is_empty()
            || is_default()
            || path.len() == 1 && self.reads.reads().contains_key(path)
            || self.before(path).is_some()
    }

    /// Returns true if the map at a path has a key.
    fn has_key(&self, path: &[String], key: &str) -> bool {
        let mut full = path.to_vec();
        full.push(key.to_owned());
        default_at(self.context.prepared, &full).is_some() || self.before(&full).is_some()
    }

    /// What files and earlier flags give at a path.
    fn before(&self, path: &[String]) -> Option<Value> {
        let flags = self.given.flags.iter().take(self.flags_before);
        let flags = flags.map(|(_, values)| values);
        let layers = self.given.files.iter().chain(flags);
        let mut found = layers.filter_map(|values| entry_at(&values.values, path));
        found.next().map(|entry| entry.value)
    }
}
