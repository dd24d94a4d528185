//! The metaschemas of all drafts, as one table of keywords and rules.
//!
//! The table serves twice. [`conforms`] walks a schema along it, which takes microseconds, and
//! settles nearly every case. Only a schema that fails there is validated against the real
//! metaschema, built as JSON text by [`document`], because the library's error text is that of
//! such a validation.

mod check;
mod text;

pub(crate) use check::conforms;
pub(crate) use text::document;

use crate::draft::Draft;
use Draft::{Draft4 as D4, Draft6 as D6, Draft7 as D7, Draft2019 as D19, Draft2020 as D20};
use Rule::*;

/// A metaschema's rule for a keyword's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Any,
    Schema,
    SchemaOrBoolean,
    SchemaArray,
    SchemaOrArray,
    SchemaMap,
    /// A schema map whose keys are regular expressions.
    PatternMap,
    Dependencies,
    StringArray,
    StringArrayMap,
    String,
    Uri,
    UriReference,
    /// A reference without fragment, but for an empty one.
    Id,
    Anchor,
    Regex,
    Boolean,
    Number,
    Positive,
    /// A whole number from 0 on.
    Count,
    /// The same, by way of a definition of its own that has a default.
    CountFromZero,
    Type,
    Enum,
    Array,
    Vocabulary,
}

/// Keyword, rule, first and last draft that has it, vocabulary from draft 2019-09 on (empty: the
/// metaschema's own properties).
pub(crate) const KEYWORDS: &[(&str, Rule, Draft, Draft, &str)] = &[
    ("$anchor", Anchor, D19, D20, "core"),
    ("$comment", String, D7, D20, "core"),
    ("$defs", SchemaMap, D19, D20, "core"),
    ("$dynamicAnchor", Anchor, D20, D20, "core"),
    ("$dynamicRef", UriReference, D20, D20, "core"),
    ("$id", UriReference, D6, D7, ""),
    ("$id", Id, D19, D20, "core"),
    ("$recursiveAnchor", Boolean, D19, D19, "core"),
    ("$recursiveAnchor", Anchor, D20, D20, ""),
    ("$recursiveRef", UriReference, D19, D19, "core"),
    ("$recursiveRef", UriReference, D20, D20, ""),
    ("$ref", String, D4, D4, ""),
    ("$ref", UriReference, D6, D20, "core"),
    ("$schema", Uri, D4, D20, "core"),
    ("$vocabulary", Vocabulary, D19, D20, "core"),
    ("additionalItems", SchemaOrBoolean, D4, D4, ""),
    ("additionalItems", Schema, D6, D19, "applicator"),
    ("additionalProperties", SchemaOrBoolean, D4, D4, ""),
    ("additionalProperties", Schema, D6, D20, "applicator"),
    ("allOf", SchemaArray, D4, D20, "applicator"),
    ("anyOf", SchemaArray, D4, D20, "applicator"),
    ("const", Any, D6, D20, "validation"),
    ("contains", Schema, D6, D20, "applicator"),
    ("contentEncoding", String, D7, D20, "content"),
    ("contentMediaType", String, D7, D20, "content"),
    ("contentSchema", Schema, D19, D20, "content"),
    ("default", Any, D4, D20, "meta-data"),
    ("definitions", SchemaMap, D4, D20, ""),
    ("dependencies", Dependencies, D4, D20, ""),
    ("dependentRequired", StringArrayMap, D19, D20, "validation"),
    ("dependentSchemas", SchemaMap, D19, D20, "applicator"),
    ("deprecated", Boolean, D19, D20, "meta-data"),
    ("description", String, D4, D20, "meta-data"),
    ("else", Schema, D7, D20, "applicator"),
    ("enum", Enum, D4, D20, "validation"),
    ("examples", Array, D7, D20, "meta-data"),
    ("exclusiveMaximum", Boolean, D4, D4, ""),
    ("exclusiveMaximum", Number, D6, D20, "validation"),
    ("exclusiveMinimum", Boolean, D4, D4, ""),
    ("exclusiveMinimum", Number, D6, D20, "validation"),
    ("format", String, D4, D7, ""),
    ("format", String, D19, D19, "format"),
    ("format", String, D20, D20, "format-annotation"),
    ("format", String, D20, D20, "format-assertion"),
    ("id", String, D4, D4, ""),
    ("if", Schema, D7, D20, "applicator"),
    ("items", SchemaOrArray, D4, D19, "applicator"),
    ("items", Schema, D20, D20, "applicator"),
    ("maxContains", Count, D19, D20, "validation"),
    ("maxItems", Count, D4, D20, "validation"),
    ("maxLength", Count, D4, D20, "validation"),
    ("maxProperties", Count, D4, D20, "validation"),
    ("maximum", Number, D4, D20, "validation"),
    ("minContains", Count, D19, D20, "validation"),
    ("minItems", CountFromZero, D4, D20, "validation"),
    ("minLength", CountFromZero, D4, D20, "validation"),
    ("minProperties", CountFromZero, D4, D20, "validation"),
    ("minimum", Number, D4, D20, "validation"),
    ("multipleOf", Positive, D4, D20, "validation"),
    ("not", Schema, D4, D20, "applicator"),
    ("oneOf", SchemaArray, D4, D20, "applicator"),
    ("pattern", Regex, D4, D20, "validation"),
    ("patternProperties", SchemaMap, D4, D6, ""),
    ("patternProperties", PatternMap, D7, D20, "applicator"),
    ("prefixItems", SchemaArray, D20, D20, "applicator"),
    ("properties", SchemaMap, D4, D20, "applicator"),
    ("propertyNames", Schema, D6, D20, "applicator"),
    ("readOnly", Boolean, D7, D20, "meta-data"),
    ("required", StringArray, D4, D20, "validation"),
    ("then", Schema, D7, D20, "applicator"),
    ("title", String, D4, D20, "meta-data"),
    ("type", Type, D4, D20, "validation"),
    ("unevaluatedItems", Schema, D19, D19, "applicator"),
    ("unevaluatedItems", Schema, D20, D20, "unevaluated"),
    ("unevaluatedProperties", Schema, D19, D19, "applicator"),
    ("unevaluatedProperties", Schema, D20, D20, "unevaluated"),
    ("uniqueItems", Boolean, D4, D20, "validation"),
    ("writeOnly", Boolean, D7, D20, "meta-data"),
];

/// The names `type` may have.
pub(crate) const TYPES: [&str; 7] = [
    "array", "boolean", "integer", "null", "number", "object", "string",
];
