//! The secrets of a user's values, taken out of what diagnostics say: no form of a report shows them.

use super::diagnostic::{Diagnostic, Place};
use super::values_file::Documents;
use crate::secrets::{HIDDEN, is_secret_name, mask, mask_argument, may_be_secret, secret_ranges};
use aho_corasick::{AhoCorasick, MatchKind};
use gostd::{Map, Value};
use goyaml::{Kind, Node};
use std::collections::BTreeSet;

/// A shorter value may be part of any word: it is hidden only where its key is spoken of.
const SHORTEST: usize = 4;

/// Values with secret names, as messages may write them.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    values: BTreeSet<String>,
}

impl Secrets {
    /// Adds the secrets of a values file, which need not be YAML.
    pub(super) fn add_text(&mut self, text: &[u8], more: &[String]) {
        for range in secret_ranges(text, more) {
            let value = String::from_utf8_lossy(text.get(range).unwrap_or_default());
            self.add(
                value
                    .trim_start_matches(['*', '&', '!'])
                    .trim_matches(['"', '\'']),
            );
        }
    }

    /// Adds the secrets of the documents of a values file.
    pub(super) fn add_documents(&mut self, documents: &Documents) {
        documents.iter().for_each(|node| self.add_node(node, false));
    }

    /// Adds the secrets of values.
    pub(super) fn add_values(&mut self, values: &Map) {
        self.add_map(values, false);
    }

    fn add(&mut self, value: &str) {
        if may_be_secret(value) {
            self.values.insert(value.to_owned());
            // Messages quote texts as Go and JSON do.
            let quoted = gostd::strconv::quote(value.as_bytes());
            self.values.insert(quoted.trim_matches('"').to_owned());
        }
    }

    fn add_node(&mut self, node: &Node, is_secret: bool) {
        match &node.kind {
            Kind::Map(entries) => {
                let name = node.get("name").and_then(Node::as_str);
                let named = name.is_some_and(|name| is_secret_name(name, &[]));
                for entry in entries {
                    let is_value = named && &*entry.key == "value";
                    let is_secret = is_secret || is_value || is_secret_name(&entry.key, &[]);
                    self.add_node(&entry.value, is_secret);
                }
            }
            Kind::Seq(items) => items.iter().for_each(|item| self.add_node(item, is_secret)),
            Kind::Null | Kind::Bool(_) => {}
            _ if is_secret => self.add(&node.coerced_text().unwrap_or_default()),
            _ => {}
        }
    }

    fn add_map(&mut self, map: &Map, is_secret: bool) {
        let named = map.get(b"name");
        let named = named.and_then(|name| gostd::fmt::value_text(&name).ok());
        let named = named.is_some_and(|name| is_secret_name(&name.to_string(), &[]));
        for (key, value) in map.snapshot() {
            let is_value = named && key.as_bytes() == b"value";
            let is_secret = is_secret || is_value || is_secret_name(&key.to_string(), &[]);
            self.add_value(&value, is_secret);
        }
    }

    fn add_value(&mut self, value: &Value, is_secret: bool) {
        match value.underlying() {
            Value::Map(map) => self.add_map(map, is_secret),
            Value::List(list) => {
                let items = list.snapshot();
                items
                    .iter()
                    .for_each(|item| self.add_value(item, is_secret));
            }
            Value::Nil | Value::Bool(_) => {}
            scalar if is_secret => {
                if let Ok(text) = gostd::fmt::value_text(scalar) {
                    self.add(&text.to_string());
                }
            }
            _ => {}
        }
    }

    /// Takes the secrets out of what diagnostics say; `more` are names of secrets besides the usual ones.
    pub(super) fn hide(&self, diagnostics: &mut [Diagnostic], more: &[String]) {
        let long = self.values.iter().filter(|value| value.len() >= SHORTEST);
        let (everywhere, at_keys) = (finder(long), finder(self.values.iter()));
        for found in diagnostics {
            let path = found.path.as_deref().unwrap_or_default();
            let finder = match is_secret_name(path, more) {
                true => &at_keys,
                false => &everywhere,
            };
            let hide = |text: &mut String| {
                if let Some(finder) = finder {
                    *text = whole_words(finder, text);
                }
                *text = mask(text, more);
            };
            hide(&mut found.message);
            found.suggestion.iter_mut().for_each(hide);
            for (place, label) in &mut found.related {
                hide(label);
                hide_place(place, finder.as_ref(), more);
            }
            hide_place(&mut found.place, finder.as_ref(), more);
        }
    }
}

fn hide_place(place: &mut Place, finder: Option<&AhoCorasick>, more: &[String]) {
    if let Place::Flag { argument, .. } = place {
        *argument = mask_argument(argument, more);
        if let Some(finder) = finder {
            *argument = whole_words(finder, argument);
        }
    }
}

/// The keys that were meant to be secret ones: their values are secrets too.
pub(super) fn misspelt_names(diagnostics: &[Diagnostic]) -> Vec<String> {
    let meant = diagnostics.iter().filter(|found| {
        let suggestion = found.suggestion.as_deref().unwrap_or_default();
        suggestion.starts_with("did you mean") && is_secret_name(suggestion, &[])
    });
    let key = |found: &Diagnostic| {
        let path = found.path.as_deref()?;
        let key = path
            .rsplit('.')
            .find(|key| key.contains(char::is_alphabetic))?;
        let key = key.split('[').next()?.trim_matches('"');
        (!key.is_empty()).then(|| key.to_owned())
    };
    let names: BTreeSet<String> = meant.filter_map(key).collect();
    names.into_iter().collect()
}

fn finder<'v>(values: impl Iterator<Item = &'v String>) -> Option<AhoCorasick> {
    let values: Vec<&String> = values.collect();
    if values.is_empty() {
        return None;
    }
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostLongest);
    builder.build(values).ok()
}

/// A text with what is found in it hidden, where that is no part of a longer word.
fn whole_words(finder: &AhoCorasick, text: &str) -> String {
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut out = String::with_capacity(text.len());
    finder.replace_all_with(text, &mut out, |found, value, out| {
        let before = text
            .get(..found.start())
            .and_then(|text| text.chars().next_back());
        let after = text.get(found.end()..).and_then(|text| text.chars().next());
        let goes_on = is_part(before) && is_part(value.chars().next())
            || is_part(after) && is_part(value.chars().next_back());
        out.push_str(if goes_on { value } else { HIDDEN });
        true
    });
    out
}
