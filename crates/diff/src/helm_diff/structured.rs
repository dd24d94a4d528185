//! helm-diff's output `structured`: the fields that changed, as a JSON merge patch finds them.

use super::Options;
use super::json::Key;
use super::report::{Change, Entry};
use crate::node::{Json, by_key, entries as pairs, items, map, node, same, text_at};
use goyaml::{Kind, Node};
use serde::Serialize;

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct StructuredResource {
    #[serde(skip_serializing_if = "String::is_empty")]
    api_version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    namespace: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    change_type: &'static str,
    resource_status: Status,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Field>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    changes_suppressed: bool,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Status {
    old_exists: bool,
    new_exists: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Field {
    #[serde(skip_serializing_if = "String::is_empty")]
    path: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    field: String,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_value: Option<Sorted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_value: Option<Sorted>,
}

/// A value whose maps are written in byte order of their keys.
struct Sorted(Node);

impl Serialize for Sorted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.kind {
            Kind::Map(entries) => {
                let sorted = by_key(entries);
                let pairs = sorted.iter().map(|e| (&*e.key, Sorted(e.value.clone())));
                serializer.collect_map(pairs)
            }
            Kind::Seq(items) => serializer.collect_seq(items.iter().cloned().map(Sorted)),
            _ => Json(&self.0).serialize(serializer),
        }
    }
}

/// The list, as Go writes JSON.
pub(super) struct List<'o> {
    out: &'o mut Vec<u8>,
    resources: Vec<StructuredResource>,
}

impl<'o> List<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> List<'o> {
        List {
            out,
            resources: Vec::new(),
        }
    }

    pub(super) fn entry(&mut self, entry: &Entry<'_>, options: &Options, log: &mut Vec<String>) {
        self.resources.extend(resource(entry, options, log));
    }

    pub(super) fn end(self) {
        let json = serde_json::to_string_pretty(&self.resources).unwrap_or_default();
        for c in json.chars() {
            match c {
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    let escaped = format!("\\u{:04x}", u32::from(c));
                    self.out.extend_from_slice(escaped.as_bytes());
                }
                c => {
                    let mut bytes = [0; 4];
                    self.out
                        .extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
                }
            }
        }
        self.out.push(b'\n');
    }
}

/// The changes in a document; nothing where only its style changed.
fn resource(
    entry: &Entry<'_>,
    options: &Options,
    log: &mut Vec<String>,
) -> Option<StructuredResource> {
    let change_type = match entry.change {
        Change::Add => "ADD",
        Change::Remove => "REMOVE",
        Change::Modify | Change::ModifySuppressed => "MODIFY",
    };
    let suppressed = options.suppresses(entry.kind);
    let exists = |side: Option<&[u8]>| side.is_some_and(|text| !text.is_empty());
    let [old, new] = entry.sides;
    let mut resource = StructuredResource {
        change_type,
        changes_suppressed: suppressed,
        resource_status: Status {
            old_exists: exists(old),
            new_exists: exists(new),
        },
        ..StructuredResource::default()
    };
    // helm-diff names a document that it cannot take apart, and tells why.
    let mut give_up = |problem: String| {
        let Entry { key, kind, .. } = entry;
        log.push(format!(
            "Warning: failed to build structured entry for {key} (kind: {kind}, changeType: \
             {change_type}): {problem}"
        ));
        Some(StructuredResource {
            name: entry.key.to_owned(),
            change_type,
            ..StructuredResource::default()
        })
    };
    let parse = |side: Option<&[u8]>| goyaml::parse(side.unwrap_or_default());
    let (old, new) = match (parse(old), parse(new)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(error), _) => return give_up(format!("convert old manifest: {}", error.bare())),
        (_, Err(error)) => return give_up(format!("convert new manifest: {}", error.bare())),
    };
    resource.name_it(entry.key, [&old, &new]);
    if suppressed || change_type != "MODIFY" {
        return Some(resource);
    }
    let mut tokens = Vec::new();
    let patch = merge_patch(&old, &new);
    let walked = Walk(&mut resource.changes).patch(&mut tokens, &patch, Some(&old), Some(&new));
    match walked {
        Ok(()) if resource.changes.is_empty() => None,
        Ok(()) => Some(resource),
        Err(NoObjects) => give_up("Invalid JSON Document".into()),
    }
}

impl StructuredResource {
    /// The document's own identity; its key says the rest.
    fn name_it(&mut self, key: &str, sides: [&Node; 2]) {
        let of = |path: &[&str]| {
            let texts = sides.map(|side| text_at(side, path));
            let name = texts.into_iter().find(|text| !text.is_empty());
            name.unwrap_or_default().to_owned()
        };
        self.api_version = of(&["apiVersion"]);
        self.kind = of(&["kind"]);
        self.name = of(&["metadata", "name"]);
        self.namespace = of(&["metadata", "namespace"]);
        let Some(key) = Key::read(key) else { return };
        for (field, part) in [
            (&mut self.api_version, key.api),
            (&mut self.kind, key.kind),
            (&mut self.name, key.name),
            (&mut self.namespace, key.namespace),
        ] {
            if field.is_empty() {
                *field = part.to_owned();
            }
        }
    }
}

/// A merge patch (RFC 7386) from one map to another.
fn merge_patch(old: &Node, new: &Node) -> Node {
    let mut patch = Vec::new();
    for entry in pairs(new) {
        let value = match old.get(&entry.key) {
            Some(was) => match (&was.kind, &entry.value.kind) {
                (Kind::Map(_), Kind::Map(_)) => {
                    let inner = merge_patch(was, &entry.value);
                    if pairs(&inner).is_empty() {
                        continue;
                    }
                    inner
                }
                _ if same(was, &entry.value) => continue,
                _ => entry.value.clone(),
            },
            None => entry.value.clone(),
        };
        patch.push((entry.key.clone(), value));
    }
    for entry in pairs(old) {
        if new.get(&entry.key).is_none() {
            patch.push((entry.key.clone(), node(Kind::Null)));
        }
    }
    map(patch)
}

/// Items of lists that are no objects have no merge patch: helm-diff gives up on the document.
struct NoObjects;

struct Walk<'c>(&'c mut Vec<Field>);

impl Walk<'_> {
    fn patch(
        &mut self,
        tokens: &mut Vec<String>,
        patch: &Node,
        old: Option<&Node>,
        new: Option<&Node>,
    ) -> Result<(), NoObjects> {
        let old = old.filter(|old| !matches!(old.kind, Kind::Null));
        match &patch.kind {
            Kind::Map(entries) => {
                for entry in by_key(entries) {
                    tokens.push(entry.key.to_string());
                    let [old, new] = [old, new].map(|side| side?.get(&entry.key));
                    self.patch(tokens, &entry.value, old, new)?;
                    tokens.pop();
                }
            }
            Kind::Seq(_) => return self.list(tokens, old, new),
            Kind::Null => self.push("remove", tokens, Some(old), None),
            _ => match (old, new) {
                (None, _) => self.push("add", tokens, None, Some(new)),
                (Some(was), Some(is)) if same(was, is) => {}
                _ => self.push("replace", tokens, Some(old), Some(new)),
            },
        }
        Ok(())
    }

    fn list(
        &mut self,
        tokens: &mut Vec<String>,
        old: Option<&Node>,
        new: Option<&Node>,
    ) -> Result<(), NoObjects> {
        let (old, new) = (old.map_or(&[][..], items), new.map_or(&[][..], items));
        for at in 0..old.len().max(new.len()) {
            let there = |list: &'_ [Node]| {
                let item = list.get(at).filter(|item| !matches!(item.kind, Kind::Null));
                item.cloned()
            };
            let (was, is) = (there(old), there(new));
            tokens.push(at.to_string());
            match (&was, &is) {
                (Some(a), Some(b)) if same(a, b) => {}
                (Some(a), Some(b)) if is_scalar(a) && is_scalar(b) => {
                    self.push("replace", tokens, Some(Some(a)), Some(Some(b)));
                }
                (Some(a), Some(b)) => {
                    if !matches!((&a.kind, &b.kind), (Kind::Map(_), Kind::Map(_))) {
                        return Err(NoObjects);
                    }
                    let patch = merge_patch(a, b);
                    match pairs(&patch).is_empty() {
                        true => self.push("replace", tokens, Some(Some(a)), Some(Some(b))),
                        false => self.patch(tokens, &patch, Some(a), Some(b))?,
                    }
                }
                (Some(a), None) => self.push("remove", tokens, Some(Some(a)), None),
                (None, Some(b)) => self.push("add", tokens, None, Some(Some(b))),
                (None, None) => {}
            }
            tokens.pop();
        }
        Ok(())
    }

    /// Adds a change; a side that is there without a value is left out, as Go leaves out nil.
    fn push(
        &mut self,
        change: &'static str,
        tokens: &[String],
        old: Option<Option<&Node>>,
        new: Option<Option<&Node>>,
    ) {
        let Some((field, above)) = tokens.split_last() else {
            return;
        };
        let value = |side: Option<Option<&Node>>| Some(Sorted(side.flatten()?.clone()));
        self.0.push(Field {
            path: path(above),
            field: field.clone(),
            change,
            old_value: value(old),
            new_value: value(new),
        });
    }
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.kind, Kind::Map(_) | Kind::Seq(_) | Kind::Null)
}

/// Keys with dots between them, numbers in brackets, whether of a list or of a map.
fn path(tokens: &[String]) -> String {
    let mut path = String::new();
    let mut first = true;
    for token in tokens.iter().filter(|token| !token.is_empty()) {
        if token.bytes().all(|b| b.is_ascii_digit()) {
            path.push_str(&format!("[{token}]"));
        } else {
            if !first {
                path.push('.');
            }
            path.push_str(token);
        }
        first = false;
    }
    path
}
