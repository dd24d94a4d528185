//! The secrets that values hold, taken out of texts that may repeat them: messages, lines of output.

use super::{HIDDEN, is_secret_name, mask, mask_argument, may_be_secret, secret_ranges};
use aho_corasick::{AhoCorasick, MatchKind};
use gostd::{Map, Value};
use goyaml::{Kind, Node};
use std::collections::BTreeSet;
use std::ops::Range;

/// A shorter value may be part of any word: it is hidden only where its key is spoken of.
const SHORTEST: usize = 4;

/// A value as long as this, or one with digits that is not much shorter, is no part of any word: it is hidden
/// wherever it stands.
const LONG: usize = 12;
const LONG_WITH_DIGITS: usize = 6;

/// Values with secret names, as messages may write them.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    values: BTreeSet<String>,
}

impl Secrets {
    /// Adds the secrets of a values file, which need not be YAML.
    pub fn add_text(&mut self, text: &[u8], more: &[String]) {
        for range in secret_ranges(text, more) {
            let value = String::from_utf8_lossy(text.get(range).unwrap_or_default());
            self.add(
                value
                    .trim_start_matches(['*', '&', '!'])
                    .trim_matches(['"', '\'']),
            );
        }
    }

    /// Adds the secrets of a document.
    pub fn add_document(&mut self, node: &Node) {
        self.add_node(node, false);
    }

    /// Adds the secrets of values.
    pub fn add_values(&mut self, values: &Map) {
        self.add_map(values, false);
    }

    /// Adds a value, all of which is secret.
    pub fn add_secret(&mut self, value: &Value) {
        self.add_value(value, true);
    }

    fn add(&mut self, value: &str) {
        if !may_be_secret(value) {
            return;
        }
        self.values.insert(value.to_owned());
        // Messages quote texts as Go and JSON do, and charts encode them for Secrets.
        let quoted = gostd::strconv::quote(value.as_bytes());
        self.values.insert(quoted.trim_matches('"').to_owned());
        if value.len() >= SHORTEST {
            self.values.insert(gostd::base64::encode(value.as_bytes()));
        }
        let lines = value.lines().filter(|line| line.len() >= LONG);
        self.values.extend(lines.map(|line| line.trim().to_owned()));
    }

    fn add_node(&mut self, node: &Node, is_secret: bool) {
        match &node.kind {
            Kind::Map(entries) => {
                let name = node.get("name").and_then(Node::as_str);
                let has_secret_name = name.is_some_and(|name| is_secret_name(name, &[]));
                for entry in entries {
                    let is_value = has_secret_name && &*entry.key == "value";
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
        let name_value = map.get(b"name");
        let name_text = name_value.and_then(|name| gostd::fmt::value_text(&name).ok());
        let has_secret_name = name_text.is_some_and(|name| is_secret_name(&name.to_string(), &[]));
        for (key, value) in map.snapshot() {
            let is_value = has_secret_name && key.as_bytes() == b"value";
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

    /// Returns a mask that takes these secrets out of texts; `more` are parts of names of secrets besides the
    /// usual ones.
    pub fn mask<'m>(&self, more: &'m [String]) -> Mask<'m> {
        let long = self.values.iter().filter(|value| value.len() >= SHORTEST);
        Mask {
            everywhere: finder(long),
            at_keys: finder(self.values.iter()),
            more,
        }
    }
}

/// Takes secrets out of texts.
#[derive(Clone, Debug)]
pub struct Mask<'m> {
    everywhere: Option<AhoCorasick>,
    /// Short ones too.
    at_keys: Option<AhoCorasick>,
    more: &'m [String],
}

impl Mask<'_> {
    /// A text without secrets; `is_about_secret` says that it speaks of one, and short ones are looked for.
    pub fn text(&self, text: &str, is_about_secret: bool) -> String {
        mask(&self.values(text, is_about_secret), self.more)
    }

    /// The arguments of a flag that sets values without secrets.
    pub fn argument(&self, argument: &str, is_about_secret: bool) -> String {
        self.values(&mask_argument(argument, self.more), is_about_secret)
    }

    /// The ranges of the known secrets in a text.
    pub fn ranges(&self, text: &[u8]) -> Vec<Range<usize>> {
        let Some(finder) = &self.everywhere else {
            return Vec::new();
        };
        let text = String::from_utf8_lossy(text);
        let ranges = finder.find_iter(&*text).map(|hit| hit.range());
        ranges
            .filter(|range| !is_in_word(&text, range.clone()))
            .collect()
    }

    /// A text without the secrets that are known; what stands behind secret keys stays.
    pub fn values(&self, text: &str, is_about_secret: bool) -> String {
        let finder = match is_about_secret {
            true => &self.at_keys,
            false => &self.everywhere,
        };
        match finder {
            Some(finder) => whole_words(finder, text),
            None => text.to_owned(),
        }
    }
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
    let mut out = String::with_capacity(text.len());
    finder.replace_all_with(text, &mut out, |hit, value, out| {
        let is_word = is_in_word(text, hit.range());
        out.push_str(if is_word { value } else { HIDDEN });
        true
    });
    out
}

/// Returns true if a part of a text is one of a longer word, and may be that by chance.
fn is_in_word(text: &str, part: Range<usize>) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let value = text.get(part.clone()).unwrap_or_default();
    let before = text
        .get(..part.start)
        .and_then(|text| text.chars().next_back());
    let after = text.get(part.end..).and_then(|text| text.chars().next());
    let goes_on = is_part(before) && is_part(value.chars().next())
        || is_part(after) && is_part(value.chars().next_back());
    goes_on && !is_striking(value)
}

/// Returns true if a value is so long, or so little like a word, that it stands nowhere by chance.
fn is_striking(value: &str) -> bool {
    let is_letter = |c: char| c.is_alphabetic();
    let has_more = value.contains(is_letter) && !value.chars().all(is_letter);
    value.len() >= LONG || value.len() >= LONG_WITH_DIGITS && has_more
}
