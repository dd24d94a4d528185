//! Metaschemas as JSON texts. Titles, comments and defaults, which no validation sees, are left out.

use super::{KEYWORDS, Rule, TYPES};
use crate::draft::Draft;

/// The metaschema at `url`.
pub(crate) fn document(url: &str) -> Option<String> {
    let (draft, vocabulary) = locate(url)?;
    let text = match vocabulary {
        Some(name) => vocabulary_document(draft, name),
        None if draft < Draft::Draft2019 => early_document(draft),
        None => umbrella_document(draft),
    };
    Some(text)
}

/// The draft, and the vocabulary for one of its parts.
fn locate(url: &str) -> Option<(Draft, Option<&'static str>)> {
    let strip = |url| {
        str::strip_prefix(url, "http://json-schema.org/")
            .or_else(|| str::strip_prefix(url, "https://json-schema.org/"))
    };
    let path = strip(url)?;
    if path == "schema" {
        return Some((Draft::Draft2020, None));
    }
    let part = |draft: Draft| {
        let own = strip(draft.url())?;
        if own == path {
            return Some((draft, None));
        }
        let name = path
            .strip_prefix(own.strip_suffix("schema")?)?
            .strip_prefix("meta/")?;
        let (name, _) = draft
            .vocabularies()
            .iter()
            .find(|(part_name, _)| *part_name == name)?;
        Some((draft, Some(*name)))
    };
    Draft::ALL.into_iter().find_map(part)
}

fn early_document(draft: Draft) -> String {
    let url = draft.url();
    let (id, types, extra) = match draft {
        Draft::Draft4 => (
            String::new(),
            r#""object""#,
            r#","dependencies":{"exclusiveMaximum":["maximum"],"exclusiveMinimum":["minimum"]}"#,
        ),
        _ => (format!(r#""$id":"{url}#","#), r#"["object","boolean"]"#, ""),
    };
    let properties = properties(draft, "");
    let definitions = definitions(draft);
    format!(
        r##"{{"$schema":"{url}#",{id}"type":{types},"definitions":{{{definitions}}},"properties":{{{properties}}}{extra}}}"##
    )
}

fn umbrella_document(draft: Draft) -> String {
    let parts = draft
        .vocabularies()
        .iter()
        .filter(|(name, _)| *name != "format-assertion");
    let parts: Vec<_> = parts.map(|(name, _)| *name).collect();
    let all_of: Vec<_> = parts
        .iter()
        .map(|name| format!(r#"{{"$ref":"meta/{name}"}}"#))
        .collect();
    let required = |name: &&str| *name != "format";
    let body = format!(
        r#""allOf":[{}],"properties":{{{}}}"#,
        all_of.join(","),
        properties(draft, "")
    );
    let vocabularies: Vec<_> = parts.iter().map(|name| (*name, required(name))).collect();
    modern_document(draft, draft.url(), &vocabularies, &body)
}

fn vocabulary_document(draft: Draft, name: &str) -> String {
    let base = draft.url().strip_suffix("schema").unwrap_or_default();
    let definitions = match name {
        "applicator" => one_definition("schemaArray", schema_array(draft)),
        "validation" => definitions(draft),
        "core" if draft == Draft::Draft2020 => [
            one_definition("anchorString", anchor(draft)),
            one_definition(
                "uriString",
                r#"{"type":"string","format":"uri"}"#.to_owned(),
            ),
            one_definition("uriReferenceString", URI_REFERENCE.to_owned()),
        ]
        .join(","),
        _ => String::new(),
    };
    let body = format!(
        r#""properties":{{{}}},"$defs":{{{definitions}}}"#,
        properties(draft, name)
    );
    modern_document(draft, &format!("{base}meta/{name}"), &[(name, true)], &body)
}

fn modern_document(draft: Draft, id: &str, vocabularies: &[(&str, bool)], body: &str) -> String {
    let (url, prefix) = (draft.url(), draft.vocabulary_prefix());
    let entry = |(name, required): &(&str, bool)| format!(r#""{prefix}{name}":{required}"#);
    let vocabularies: Vec<_> = vocabularies.iter().map(entry).collect();
    let anchor = match draft {
        Draft::Draft2019 => r#""$recursiveAnchor":true"#,
        _ => r#""$dynamicAnchor":"meta""#,
    };
    format!(
        r#"{{"$schema":"{url}","$id":"{id}","$vocabulary":{{{}}},{anchor},"type":["object","boolean"],{body}}}"#,
        vocabularies.join(",")
    )
}

fn properties(draft: Draft, vocabulary: &str) -> String {
    let modern = draft >= Draft::Draft2019;
    let rows = KEYWORDS.iter().filter(|(_, _, from, to, part)| {
        (*from..=*to).contains(&draft) && (!modern || *part == vocabulary)
    });
    let entries: Vec<_> = rows
        .map(|(name, rule, ..)| one_definition(name, rule_schema(*rule, draft, vocabulary)))
        .collect();
    entries.join(",")
}

fn one_definition(name: &str, schema: String) -> String {
    format!(r#""{name}":{schema}"#)
}

const URI_REFERENCE: &str = r#"{"type":"string","format":"uri-reference"}"#;

/// The reference to the whole metaschema.
fn schema(draft: Draft) -> &'static str {
    match draft {
        Draft::Draft2019 => r##"{"$recursiveRef":"#"}"##,
        Draft::Draft2020 => r##"{"$dynamicRef":"#meta"}"##,
        _ => r##"{"$ref":"#"}"##,
    }
}

fn schema_array(draft: Draft) -> String {
    format!(
        r#"{{"type":"array","minItems":1,"items":{}}}"#,
        schema(draft)
    )
}

fn anchor(draft: Draft) -> String {
    let pattern = match draft {
        Draft::Draft2019 => "^[A-Za-z][-A-Za-z0-9.:_]*$",
        _ => "^[A-Za-z_][-A-Za-z0-9._]*$",
    };
    format!(r#"{{"type":"string","pattern":"{pattern}"}}"#)
}

/// The shared definitions: of the whole draft, or of the validation vocabulary.
fn definitions(draft: Draft) -> String {
    let modern = draft >= Draft::Draft2019;
    let count = count_name(draft);
    let from_zero = match modern {
        true => format!(r##"{{"$ref":"#/$defs/{count}"}}"##),
        false => format!(r##"{{"allOf":[{{"$ref":"#/definitions/{count}"}},{{}}]}}"##),
    };
    let strings = match draft {
        Draft::Draft4 => {
            r#"{"type":"array","items":{"type":"string"},"minItems":1,"uniqueItems":true}"#
        }
        _ => r#"{"type":"array","items":{"type":"string"},"uniqueItems":true}"#,
    };
    let mut all = vec![
        one_definition(count, r#"{"type":"integer","minimum":0}"#.to_owned()),
        one_definition(&format!("{count}Default0"), from_zero),
        one_definition("simpleTypes", format!(r#"{{"enum":{TYPES:?}}}"#)),
        one_definition("stringArray", strings.to_owned()),
    ];
    if !modern {
        all.push(one_definition("schemaArray", schema_array(draft)));
    }
    all.join(",")
}

fn count_name(draft: Draft) -> &'static str {
    if draft == Draft::Draft4 {
        "positiveInteger"
    } else {
        "nonNegativeInteger"
    }
}

fn rule_schema(rule: Rule, draft: Draft, vocabulary: &str) -> String {
    let modern = draft >= Draft::Draft2019;
    let root = if modern { "#/$defs" } else { "#/definitions" };
    let reference = |name: &str| format!(r#"{{"$ref":"{root}/{name}"}}"#);
    let typed = |name: &str| format!(r#"{{"type":"{name}"}}"#);
    let map = |value: &str| format!(r#"{{"type":"object","additionalProperties":{value}}}"#);
    let schema = schema(draft);
    // Draft 2020-12 keeps the shapes of its core keywords in definitions.
    let core = |name: &str, inline: String| match (draft, vocabulary) {
        (Draft::Draft2020, "core") => reference(name),
        (Draft::Draft2020, _) => format!(r##"{{"$ref":"meta/core#/$defs/{name}"}}"##),
        _ => inline,
    };
    match rule {
        Rule::Any => if draft < Draft::Draft7 { "{}" } else { "true" }.to_owned(),
        Rule::Schema => schema.to_owned(),
        Rule::SchemaOrBoolean => format!(r#"{{"anyOf":[{{"type":"boolean"}},{schema}]}}"#),
        Rule::SchemaArray => reference("schemaArray"),
        Rule::SchemaOrArray => format!(r#"{{"anyOf":[{schema},{}]}}"#, reference("schemaArray")),
        Rule::SchemaMap => map(schema),
        Rule::PatternMap => format!(
            r#"{{"type":"object","additionalProperties":{schema},"propertyNames":{{"format":"regex"}}}}"#
        ),
        Rule::Dependencies => {
            let strings = match modern {
                true => r##"{"$ref":"meta/validation#/$defs/stringArray"}"##.to_owned(),
                false => reference("stringArray"),
            };
            map(&format!(r#"{{"anyOf":[{schema},{strings}]}}"#))
        }
        Rule::StringArray => reference("stringArray"),
        Rule::StringArrayMap => map(&reference("stringArray")),
        Rule::String => typed("string"),
        Rule::Uri => core(
            "uriString",
            r#"{"type":"string","format":"uri"}"#.to_owned(),
        ),
        Rule::UriReference => core("uriReferenceString", URI_REFERENCE.to_owned()),
        Rule::Id => {
            let pattern = r##""pattern":"^[^#]*#?$""##;
            match draft {
                Draft::Draft2020 => format!(r#"{{"$ref":"{root}/uriReferenceString",{pattern}}}"#),
                _ => format!(r#"{{"type":"string","format":"uri-reference",{pattern}}}"#),
            }
        }
        Rule::Anchor => core("anchorString", anchor(draft)),
        Rule::Regex => r#"{"type":"string","format":"regex"}"#.to_owned(),
        Rule::Boolean => typed("boolean"),
        Rule::Number => typed("number"),
        Rule::Positive => match draft {
            Draft::Draft4 => r#"{"type":"number","minimum":0,"exclusiveMinimum":true}"#.to_owned(),
            _ => r#"{"type":"number","exclusiveMinimum":0}"#.to_owned(),
        },
        Rule::Count => reference(count_name(draft)),
        Rule::CountFromZero => reference(&format!("{}Default0", count_name(draft))),
        Rule::Type => {
            let types = reference("simpleTypes");
            format!(
                r#"{{"anyOf":[{types},{{"type":"array","items":{types},"minItems":1,"uniqueItems":true}}]}}"#
            )
        }
        Rule::Enum if modern => typed("array"),
        Rule::Enum => r#"{"type":"array","minItems":1,"uniqueItems":true}"#.to_owned(),
        Rule::Array => typed("array"),
        Rule::Vocabulary => {
            let uri = core(
                "uriString",
                r#"{"type":"string","format":"uri"}"#.to_owned(),
            );
            format!(
                r#"{{"type":"object","propertyNames":{uri},"additionalProperties":{{"type":"boolean"}}}}"#
            )
        }
    }
}
