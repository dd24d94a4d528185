//! Custom resources beside the schemas of their definitions: what an API server checks by `openAPIV3Schema` (structural
//! schemas). Rules in CEL (`x-kubernetes-validations`) and parts under `allOf`, `anyOf`, `oneOf` and `not` are not evaluated.

use crate::{Finding, Release, Resource, rules};
use compat::profile::Profile;
use diagnostics::{Rule, kind_name, suggest};
use engine::manifest::fields::{at, entries, items, text_at};
use engine::manifest::split;
use gostd::regexp::Regexp;
use goyaml::{Kind, Mark, Node};
use std::collections::BTreeMap;
use trace::usage::display_value_path;

/// The schemas of custom resources, by API version and kind.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    schemas: BTreeMap<(String, String), Node>,
}

impl Schemas {
    /// Adds what the CustomResourceDefinitions among a text's documents say. What is no YAML is passed over; of two
    /// definitions of a kind the first one counts.
    pub fn add_text(&mut self, text: &[u8]) {
        const KIND: &[u8] = b"CustomResourceDefinition";
        if memchr::memmem::find(text, KIND).is_none() {
            return;
        }
        for document in split(text, &Profile::helm4()) {
            if memchr::memmem::find(document, KIND).is_some()
                && let Ok(node) = goyaml::parse(document)
            {
                self.add(&node);
            }
        }
    }

    fn add(&mut self, node: &Node) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if let Some(list) = node.get("items") {
                open.extend(items(list));
            }
            if text_at(node, &["kind"]) != "CustomResourceDefinition" {
                continue;
            }
            let (group, kind) = (
                text_at(node, &["spec", "group"]),
                text_at(node, &["spec", "names", "kind"]),
            );
            for version in at(node, &["spec", "versions"])
                .map(items)
                .unwrap_or_default()
            {
                let name = text_at(version, &["name"]);
                if let Some(schema) = at(version, &["schema", "openAPIV3Schema"]) {
                    let key = (format!("{group}/{name}"), kind.to_owned());
                    self.schemas.entry(key).or_insert_with(|| schema.clone());
                }
            }
        }
    }

    /// Returns true if there is a definition of a kind.
    pub(crate) fn has(&self, api_version: &str, kind: &str) -> bool {
        let key = (api_version.to_owned(), kind.to_owned());
        self.schemas.contains_key(&key)
    }

    /// All kinds, each with its API version.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = self.schemas.keys();
        keys.map(|(api_version, kind)| (&**api_version, &**kind))
    }

    fn get(&self, resource: &Resource) -> Option<&Node> {
        let key = (resource.api_version.clone(), resource.kind.clone());
        self.schemas.get(&key)
    }
}

/// Looks at all custom resources whose definition is known.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let is_custom = |resource: &&Resource| {
        resource.group().contains('.') && !kubernetes::has_group(resource.group())
    };
    let mut findings = Vec::new();
    if !release.resources.iter().any(|one| is_custom(&one)) {
        return findings;
    }
    // Definitions are large: they are read only now.
    let schemas = (release.schemas)();
    for resource in release.resources.iter().filter(is_custom) {
        let Some(schema) = schemas.get(resource) else {
            continue;
        };
        let mut check = Check {
            resource,
            path: Vec::new(),
            findings: &mut findings,
        };
        check.value(&resource.node, schema);
    }
    findings
}

struct Check<'r> {
    resource: &'r Resource,
    path: Vec<String>,
    findings: &'r mut Vec<Finding>,
}

impl Check<'_> {
    fn add(&mut self, rule: &'static Rule, mark: Mark, problem: &str) -> Option<&mut Finding> {
        let (path, title) = (display_value_path(&self.path), self.resource.title());
        let message = match path.is_empty() {
            true => format!("{title} {problem}"),
            false => format!("{path} of {title} {problem}"),
        };
        let finding = Finding::new(rule, self.resource.at(mark), message);
        self.findings.push(finding.of(self.resource));
        self.findings.last_mut()
    }

    fn below(&mut self, step: &str, node: &Node, schema: &Node) {
        self.path.push(step.to_owned());
        self.value(node, schema);
        self.path.pop();
    }

    fn value(&mut self, node: &Node, schema: &Node) {
        if matches!(node.kind, Kind::Null) || !self.is_of_type(node, schema) {
            return;
        }
        self.options(node, schema);
        match &node.kind {
            Kind::Map(_) => self.map(node, schema),
            Kind::Seq(list) => {
                self.count(
                    node.mark,
                    list.len(),
                    schema,
                    ["minItems", "maxItems"],
                    "items",
                );
                if let Some(of) = schema.get("items") {
                    for (index, item) in list.iter().enumerate() {
                        self.below(&index.to_string(), item, of);
                    }
                }
                self.repeated(list, schema);
            }
            Kind::Str(text) => {
                let length = text.chars().count();
                self.count(
                    node.mark,
                    length,
                    schema,
                    ["minLength", "maxLength"],
                    "characters",
                );
                self.pattern(node.mark, text, schema);
            }
            Kind::Int(number) => self.range(node.mark, *number as f64, schema),
            Kind::Uint(number) => self.range(node.mark, *number as f64, schema),
            Kind::Float(number) => self.range(node.mark, *number, schema),
            _ => {}
        }
    }

    /// Tells of a value of another type than a schema has.
    fn is_of_type(&mut self, node: &Node, schema: &Node) -> bool {
        let is_number = matches!(node.kind, Kind::Int(_) | Kind::Uint(_) | Kind::Float(_));
        if is_true(schema, "x-kubernetes-int-or-string") {
            return is_number || matches!(node.kind, Kind::Str(_));
        }
        let (is_it, type_text) = match text_at(schema, &["type"]) {
            "object" => (matches!(node.kind, Kind::Map(_)), "a map"),
            "array" => (matches!(node.kind, Kind::Seq(_)), "a list"),
            "string" => (matches!(node.kind, Kind::Str(_)), "a string"),
            "boolean" => (matches!(node.kind, Kind::Bool(_)), "a boolean"),
            "number" => (is_number, "a number"),
            "integer" => {
                let is_whole = match node.kind {
                    Kind::Float(number) => number.fract() == 0.0,
                    _ => is_number,
                };
                (is_whole, "a whole number")
            }
            _ => return true,
        };
        if !is_it {
            let problem = format!(
                "is {}, where its definition takes {type_text}",
                kind_name(&node.kind)
            );
            let help = match (type_text, &node.kind) {
                ("a string", Kind::Bool(_)) => Some("quote it, or use quote in the template"),
                ("a string", _) if is_number => Some("quote it, or use quote in the template"),
                _ => None,
            };
            if let Some(finding) = self.add(&rules::FIELD_TYPE, node.mark, &problem) {
                finding.suggestion = help.map(str::to_owned);
            }
        }
        is_it
    }

    fn options(&mut self, node: &Node, schema: &Node) {
        let Some(options) = schema.get("enum").map(items) else {
            return;
        };
        let Some(text) = node.coerced_text() else {
            return;
        };
        let texts: Vec<String> = options
            .iter()
            .filter_map(|option| Some(option.coerced_text()?.into_owned()))
            .collect();
        if texts.iter().any(|option| **option == *text) {
            return;
        }
        let problem = format!("is {text:?}, which is none of {}", texts.join(", "));
        let near = suggest::nearest(&text, texts.iter().map(String::as_str));
        let near = near.map(suggest::did_you_mean);
        if let Some(finding) = self.add(&rules::INVALID_OPTION, node.mark, &problem) {
            finding.suggestion = near;
        }
    }

    fn map(&mut self, node: &Node, schema: &Node) {
        let fields = schema.get("properties");
        let others = schema.get("additionalProperties");
        // Every object, and what is one in another, has these.
        let is_object = self.path.is_empty() || is_true(schema, "x-kubernetes-embedded-resource");
        let keeps_all = is_true(schema, "x-kubernetes-preserve-unknown-fields")
            || others.is_some_and(|node| node.kind == Kind::Bool(true))
            || fields.is_none() && others.is_none();
        for entry in entries(node) {
            if is_object && matches!(&*entry.key, "apiVersion" | "kind" | "metadata") {
                continue;
            }
            match (fields.and_then(|fields| fields.get(&entry.key)), others) {
                (Some(of), _) => self.below(&entry.key, &entry.value, of),
                (None, Some(of)) => self.below(&entry.key, &entry.value, of),
                (None, None) if keeps_all => {}
                (None, None) => self.unknown(entry, fields),
            }
        }
        for name in schema.get("required").map(items).unwrap_or_default() {
            let Some(name) = name.as_str() else { continue };
            let has_default = at(schema, &["properties", name, "default"]).is_some();
            let is_there = node
                .get(name)
                .is_some_and(|node| !matches!(node.kind, Kind::Null));
            let is_common = is_object && matches!(name, "metadata" | "apiVersion" | "kind");
            if !(is_there || has_default || is_common) {
                self.add(&rules::MISSING_FIELD, node.mark, &format!("has no {name}"));
            }
        }
    }

    fn unknown(&mut self, entry: &goyaml::Entry, fields: Option<&Node>) {
        let names = fields.map(entries).unwrap_or_default();
        let near = suggest::nearest(&entry.key, names.iter().map(|field| &*field.key));
        let near = near.map(suggest::did_you_mean);
        let problem = format!("has {}, which its definition does not know", entry.key);
        if let Some(finding) = self.add(&rules::UNKNOWN_FIELD, entry.mark, &problem) {
            finding.suggestion = near;
        }
    }

    fn count(&mut self, mark: Mark, count: usize, schema: &Node, keys: [&str; 2], what: &str) {
        let [least, most] = keys.map(|key| number(schema, key));
        let is = count as f64;
        let bound = match (least, most) {
            (Some(least), _) if is < least => format!("at least {least}"),
            (_, Some(most)) if is > most => format!("at most {most}"),
            _ => return,
        };
        let problem = format!("has {count} {what}, where its definition takes {bound}");
        self.add(&rules::OUT_OF_RANGE, mark, &problem);
    }

    fn range(&mut self, mark: Mark, is: f64, schema: &Node) {
        let (least, most) = (number(schema, "minimum"), number(schema, "maximum"));
        let excludes = |key, end: f64| is_true(schema, key) && is == end;
        let bound = match (least, most) {
            (Some(least), _) if is < least || excludes("exclusiveMinimum", least) => {
                format!("at least {least}")
            }
            (_, Some(most)) if is > most || excludes("exclusiveMaximum", most) => {
                format!("at most {most}")
            }
            _ => return,
        };
        let problem = format!("is {is}, where its definition takes {bound}");
        self.add(&rules::OUT_OF_RANGE, mark, &problem);
    }

    fn pattern(&mut self, mark: Mark, text: &str, schema: &Node) {
        let Some(pattern) = schema.get("pattern").and_then(Node::as_str) else {
            return;
        };
        // An API server takes no definition with another pattern.
        if let Ok(regexp) = Regexp::compile(pattern)
            && !regexp.is_match(text.as_bytes())
        {
            let problem = format!("does not match its definition's pattern {pattern}");
            self.add(&rules::INVALID_OPTION, mark, &problem);
        }
    }

    /// Items of the same key in a list whose items have keys.
    fn repeated(&mut self, list: &[Node], schema: &Node) {
        if text_at(schema, &["x-kubernetes-list-type"]) != "map" {
            return;
        }
        let keys = schema
            .get("x-kubernetes-list-map-keys")
            .map(items)
            .unwrap_or_default();
        let keys: Vec<&str> = keys.iter().filter_map(Node::as_str).collect();
        let mut keys_before: Vec<Vec<String>> = Vec::new();
        for (index, item) in list.iter().enumerate() {
            let key = keys.iter().map(|key| {
                let text = item.get(key).and_then(Node::coerced_text);
                text.unwrap_or_default().into_owned()
            });
            let key: Vec<String> = key.collect();
            // A default may tell items apart that leave a key out.
            if key.iter().any(String::is_empty) {
                continue;
            }
            if keys_before.contains(&key) {
                self.path.push(index.to_string());
                let problem = format!("is the second item with the key {}", key.join(", "));
                self.add(&rules::DUPLICATE_ITEM, item.mark, &problem);
                self.path.pop();
            }
            keys_before.push(key);
        }
    }
}

fn is_true(schema: &Node, key: &str) -> bool {
    schema
        .get(key)
        .is_some_and(|node| node.kind == Kind::Bool(true))
}

fn number(schema: &Node, key: &str) -> Option<f64> {
    match schema.get(key)?.kind {
        Kind::Int(number) => Some(number as f64),
        Kind::Uint(number) => Some(number as f64),
        Kind::Float(number) => Some(number),
        _ => None,
    }
}
