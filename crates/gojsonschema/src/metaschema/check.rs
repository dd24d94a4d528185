//! The quick check of a schema against its metaschema.

use super::{KEYWORDS, Rule, TYPES};
use crate::decimal::Decimal;
use crate::draft::Draft;
use crate::equal::is_unique;
use crate::format;
use crate::json::{Document, Kind, NodeId};
use crate::patterns::Patterns;

/// Deeper schemas are left to the full validation, which has its own limit.
const MAX_DEPTH: usize = 500;

/// Returns true if the schema at `node` surely conforms to the metaschema of `draft`. False means only
/// that the full validation must decide.
pub(crate) fn conforms(
    document: &Document,
    node: NodeId,
    draft: Draft,
    patterns: &mut Patterns,
) -> bool {
    Check {
        document,
        draft,
        patterns,
    }
    .schema(node, 0)
}

struct Check<'a> {
    document: &'a Document,
    draft: Draft,
    patterns: &'a mut Patterns,
}

impl Check<'_> {
    fn schema(&mut self, node: NodeId, depth: usize) -> bool {
        let document = self.document;
        match document.kind(node) {
            Kind::Bool(_) => self.draft > Draft::Draft4,
            Kind::Object(entries) if depth < MAX_DEPTH => {
                self.has_bounds(node)
                    && entries
                        .iter()
                        .all(|(name, value)| self.keyword(name, value, depth))
            }
            _ => false,
        }
    }

    /// Draft 4: `exclusiveMaximum` needs `maximum`.
    fn has_bounds(&self, node: NodeId) -> bool {
        let has = |name| self.document.get(node, name).is_some();
        self.draft != Draft::Draft4
            || ((has("maximum") || !has("exclusiveMaximum"))
                && (has("minimum") || !has("exclusiveMinimum")))
    }

    fn keyword(&mut self, name: &str, value: NodeId, depth: usize) -> bool {
        let start = KEYWORDS.partition_point(|(keyword, ..)| *keyword < name);
        let mut candidates = KEYWORDS[start..]
            .iter()
            .take_while(|(keyword, ..)| *keyword == name);
        candidates.all(|(_, rule, from, to, _)| {
            !(*from..=*to).contains(&self.draft) || self.rule(*rule, value, depth + 1)
        })
    }

    fn rule(&mut self, rule: Rule, value: NodeId, depth: usize) -> bool {
        let document = self.document;
        let kind = document.kind(value);
        match (rule, kind) {
            (Rule::Any, _) => true,
            (Rule::SchemaOrBoolean, Kind::Bool(_)) => true,
            (Rule::Schema | Rule::SchemaOrBoolean, _) => self.schema(value, depth),
            (Rule::SchemaArray | Rule::SchemaOrArray, Kind::Array(items)) => {
                !items.is_empty() && items.iter().all(|item| self.schema(*item, depth))
            }
            (Rule::SchemaOrArray, _) => self.schema(value, depth),
            (Rule::SchemaMap, Kind::Object(entries)) => {
                entries.iter().all(|(_, v)| self.schema(v, depth))
            }
            (Rule::PatternMap, Kind::Object(entries)) => entries
                .iter()
                .all(|(k, v)| self.patterns.compile(k).is_ok() && self.schema(v, depth)),
            (Rule::Dependencies, Kind::Object(entries)) => entries
                .iter()
                .all(|(_, v)| self.is_string_array(v) || self.schema(v, depth)),
            (Rule::StringArray, _) => self.is_string_array(value),
            (Rule::StringArrayMap, Kind::Object(entries)) => {
                entries.iter().all(|(_, v)| self.is_string_array(v))
            }
            (Rule::String, Kind::String(_)) => true,
            (Rule::Uri, Kind::String(text)) => format::check("uri", text.as_bytes()).is_ok(),
            (Rule::UriReference, Kind::String(text)) => is_reference(text),
            (Rule::Id, Kind::String(text)) => {
                is_reference(text) && !text.strip_suffix('#').unwrap_or(text).contains('#')
            }
            (Rule::Anchor, Kind::String(text)) => self.is_anchor(text),
            (Rule::Regex, Kind::String(text)) => self.patterns.compile(text).is_ok(),
            (Rule::Boolean, Kind::Bool(_)) => true,
            (Rule::Number, Kind::Number(_)) => true,
            (Rule::Positive, Kind::Number(text)) => {
                let zero = Decimal::default();
                Decimal::parse(text).is_some_and(|n| n.compare(&zero).is_gt())
            }
            (Rule::Count | Rule::CountFromZero, Kind::Number(text)) => {
                let zero = Decimal::default();
                Decimal::parse(text).is_some_and(|n| n.is_integer() && n.compare(&zero).is_ge())
            }
            (Rule::Type, Kind::String(text)) => TYPES.contains(&text),
            (Rule::Type, Kind::Array(_)) => self.is_filled_set(value, |text| TYPES.contains(&text)),
            (Rule::Enum, Kind::Array(items)) => {
                self.draft >= Draft::Draft2019
                    || (!items.is_empty() && is_unique(&document.value(value)))
            }
            (Rule::Array, Kind::Array(_)) => true,
            (Rule::Vocabulary, Kind::Object(entries)) => entries.iter().all(|(k, v)| {
                format::check("uri", k.as_bytes()).is_ok()
                    && matches!(document.kind(v), Kind::Bool(_))
            }),
            _ => false,
        }
    }

    /// Unique strings; draft 4 wants at least one.
    fn is_string_array(&self, value: NodeId) -> bool {
        let empty = self.document.array(value).is_some_and(<[_]>::is_empty);
        match empty {
            true => self.draft != Draft::Draft4,
            false => self.is_filled_set(value, |_| true),
        }
    }

    /// At least one string, all different, and `matches` true for each.
    fn is_filled_set(&self, value: NodeId, matches: impl Fn(&str) -> bool) -> bool {
        let document = self.document;
        let Some(items) = document.array(value) else {
            return false;
        };
        let valid = |item: &NodeId| document.string(*item).is_some_and(&matches);
        !items.is_empty() && items.iter().all(valid) && is_unique(&document.value(value))
    }

    fn is_anchor(&self, text: &str) -> bool {
        let modern = self.draft == Draft::Draft2020;
        let start = |b: u8| b.is_ascii_alphabetic() || (modern && b == b'_');
        let inner =
            |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b) || (!modern && b == b':');
        match text.as_bytes() {
            [first, rest @ ..] => start(*first) && rest.iter().all(|&b| inner(b)),
            [] => false,
        }
    }
}

fn is_reference(text: &str) -> bool {
    // Most references point into the same document: no need to parse those as URLs.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.$".contains(&b);
    match text.strip_prefix('#') {
        Some(fragment) if fragment.bytes().all(plain) => true,
        _ => format::check("uri-reference", text.as_bytes()).is_ok(),
    }
}
