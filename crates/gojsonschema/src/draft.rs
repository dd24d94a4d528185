//! The five drafts: how to recognise them, where they keep subschemas, which vocabularies they have.

use std::rc::Rc;

use crate::json::{Document, Entries, Kind, NodeId, mark};

/// A published version of the JSON Schema specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Draft {
    /// draft-04
    Draft4,
    /// draft-06
    Draft6,
    /// draft-07
    Draft7,
    /// draft 2019-09
    Draft2019,
    /// draft 2020-12, the default
    Draft2020,
}

/// The place where a keyword keeps subschemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The keyword's value is a schema.
    Value,
    /// Every property of the value is one.
    Properties,
    /// Every item of the value is one.
    Items,
}

/// Keywords with subschemas, and the draft from which on. A later draft keeps looking at the
/// places of the earlier ones (`definitions`, `dependencies`) for identifiers and anchors.
const SUBSCHEMAS: &[(&str, Place, Draft)] = &[
    ("definitions", Place::Properties, Draft::Draft4),
    ("not", Place::Value, Draft::Draft4),
    ("allOf", Place::Items, Draft::Draft4),
    ("anyOf", Place::Items, Draft::Draft4),
    ("oneOf", Place::Items, Draft::Draft4),
    ("properties", Place::Properties, Draft::Draft4),
    ("additionalProperties", Place::Value, Draft::Draft4),
    ("patternProperties", Place::Properties, Draft::Draft4),
    ("items", Place::Value, Draft::Draft4),
    ("items", Place::Items, Draft::Draft4),
    ("additionalItems", Place::Value, Draft::Draft4),
    ("dependencies", Place::Properties, Draft::Draft4),
    ("propertyNames", Place::Value, Draft::Draft6),
    ("contains", Place::Value, Draft::Draft6),
    ("if", Place::Value, Draft::Draft7),
    ("then", Place::Value, Draft::Draft7),
    ("else", Place::Value, Draft::Draft7),
    ("$defs", Place::Properties, Draft::Draft2019),
    ("dependentSchemas", Place::Properties, Draft::Draft2019),
    ("unevaluatedProperties", Place::Value, Draft::Draft2019),
    ("unevaluatedItems", Place::Value, Draft::Draft2019),
    ("contentSchema", Place::Value, Draft::Draft2019),
    ("prefixItems", Place::Items, Draft::Draft2020),
];

/// The marks of the keywords with subschemas.
const SUBSCHEMA_MARKS: u64 = {
    let (mut marks, mut rest) = (0, SUBSCHEMAS);
    while let [(keyword, ..), more @ ..] = rest {
        marks |= mark(keyword);
        rest = more;
    }
    marks
};

impl Draft {
    /// All drafts, oldest first.
    pub const ALL: [Draft; 5] = [
        Self::Draft4,
        Self::Draft6,
        Self::Draft7,
        Self::Draft2019,
        Self::Draft2020,
    ];

    /// The address of the draft's metaschema.
    pub fn url(self) -> &'static str {
        match self {
            Self::Draft4 => "http://json-schema.org/draft-04/schema",
            Self::Draft6 => "http://json-schema.org/draft-06/schema",
            Self::Draft7 => "http://json-schema.org/draft-07/schema",
            Self::Draft2019 => "https://json-schema.org/draft/2019-09/schema",
            Self::Draft2020 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// The draft that a `$schema` names: with `http` or `https`, an empty fragment allowed.
    pub(crate) fn from_url(url: &str) -> Option<Self> {
        let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
        if !fragment.is_empty() {
            return None;
        }
        let strip =
            |url| str::strip_prefix(url, "http://").or_else(|| str::strip_prefix(url, "https://"));
        // A `$schema` without any scheme is recognised too.
        let name = strip(url).unwrap_or(url);
        if name == "json-schema.org/schema" {
            return Some(Self::Draft2020);
        }
        Self::ALL
            .into_iter()
            .find(|draft| strip(draft.url()) == Some(name))
    }

    /// The keyword that gives a schema its address.
    pub(crate) fn id_keyword(self) -> &'static str {
        if self == Self::Draft4 { "id" } else { "$id" }
    }

    /// The address an object gives itself, without fragment; empty for none.
    pub(crate) fn id(self, document: &Document, node: NodeId) -> &str {
        if self < Self::Draft2019 && document.get(node, "$ref").is_some() {
            return "";
        }
        let id = document
            .get_string(node, self.id_keyword())
            .unwrap_or_default();
        id.split_once('#').map_or(id, |(id, _)| id)
    }

    /// The subschemas directly below `node`.
    pub(crate) fn subschemas(self, document: &Document, node: NodeId) -> Vec<NodeId> {
        let mut subschemas = Vec::new();
        let entries = document.object(node).into_iter().flat_map(Entries::iter);
        for (keyword, value) in entries.filter(|(keyword, _)| SUBSCHEMA_MARKS & mark(keyword) != 0)
        {
            for (_, place, since) in SUBSCHEMAS.iter().filter(|(name, ..)| *name == keyword) {
                match (place, document.kind(value)) {
                    _ if *since > self => {}
                    (Place::Value, _) => subschemas.push(value),
                    (Place::Properties, Kind::Object(entries)) => {
                        subschemas.extend(entries.iter().map(|(_, v)| v));
                    }
                    (Place::Items, Kind::Array(items)) => subschemas.extend_from_slice(items),
                    _ => {}
                }
            }
        }
        subschemas
    }

    /// The start of the draft's vocabulary addresses; drafts before 2019-09 have none.
    pub(crate) fn vocabulary_prefix(self) -> &'static str {
        match self {
            Self::Draft2019 => "https://json-schema.org/draft/2019-09/vocab/",
            Self::Draft2020 => "https://json-schema.org/draft/2020-12/vocab/",
            _ => "",
        }
    }

    /// All vocabularies of the draft, in the order in which its metaschema lists them. The last
    /// flag tells those that count where a schema names no other metaschema.
    pub(crate) fn vocabularies(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::Draft2019 => &[
                ("core", true),
                ("applicator", true),
                ("validation", true),
                ("meta-data", false),
                ("format", false),
                ("content", false),
            ],
            Self::Draft2020 => &[
                ("core", true),
                ("applicator", true),
                ("unevaluated", true),
                ("validation", true),
                ("meta-data", false),
                ("format-annotation", false),
                ("content", false),
                ("format-assertion", false),
            ],
            _ => &[],
        }
    }

    pub(crate) fn has_vocabulary(self, name: &str) -> bool {
        self.vocabularies()
            .iter()
            .any(|(vocabulary, _)| *vocabulary == name)
    }
}

/// A draft, possibly with the vocabularies that a metaschema of one's own asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) draft: Draft,
    /// None: those of the draft.
    pub(crate) vocabularies: Option<Rc<[String]>>,
}

impl Dialect {
    /// Returns true if the keywords of vocabulary `name` count.
    pub(crate) fn has_vocabulary(&self, name: &str) -> bool {
        if name == "core" || self.draft < Draft::Draft2019 {
            return true;
        }
        match &self.vocabularies {
            Some(names) => names.iter().any(|n| n == name),
            None => self.draft.vocabularies().contains(&(name, true)),
        }
    }

    /// Returns true if `format` is checked and not only an annotation.
    pub(crate) fn asserts_format(&self) -> bool {
        match self.draft {
            Draft::Draft2019 => self.has_vocabulary("format"),
            Draft::Draft2020 => self.has_vocabulary("format-assertion"),
            _ => true,
        }
    }
}
