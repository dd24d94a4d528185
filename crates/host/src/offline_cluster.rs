//! Objects of a cluster out of files, for `lookup` to find: Helm's `newLookupFunction` against an API
//! server that has these and no others.

use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use gostd::map::Entries;
use gostd::{GoType, List, Map, Origin, Text, Value};
use goyaml::{Entry, Kind, Node};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The objects that a cluster has.
#[derive(Clone, Debug, Default)]
pub struct OfflineCluster {
    objects: BTreeMap<Key, Node>,
    /// True if there is a cluster at all.
    is_cluster: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    api_version: String,
    kind: String,
    /// Empty for what is in no namespace, or does not say in which.
    namespace: String,
    name: String,
}

/// The problem with a file of objects.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct OfflineClusterError {
    /// The file, and the line where there is one.
    pub place: String,
    /// The problem.
    pub problem: String,
}

impl OfflineCluster {
    /// A cluster that has nothing yet.
    pub fn empty_cluster() -> OfflineCluster {
        OfflineCluster {
            objects: BTreeMap::new(),
            is_cluster: true,
        }
    }

    /// Adds the objects of a file, or of the `.yaml`, `.yml` and `.json` files of a directory in the order
    /// of their names. Of two objects with the same name the later counts.
    pub fn add(&mut self, path: &Path) -> Result<(), OfflineClusterError> {
        for file in files(path).map_err(|error| unread(path, &error))? {
            let text = input::read(&file, NamedBy::User, LIMITS.manifest_bytes);
            let text = text.map_err(|error| unread(&file, &error))?;
            self.add_text(&file.display().to_string(), &text)?;
        }
        Ok(())
    }

    /// Adds the objects of a text: YAML documents or JSON, `List`s and the lists of one kind too. `name`
    /// appears in errors.
    pub fn add_text(&mut self, name: &str, text: &[u8]) -> Result<(), OfflineClusterError> {
        self.is_cluster = true;
        for document in goyaml::documents(text) {
            let document = document.map_err(|error| OfflineClusterError {
                place: format!("{name}:{}", error.line),
                problem: error.to_string(),
            })?;
            let node = goyaml::parse(&document.text).map_err(|error| OfflineClusterError {
                place: name.into(),
                problem: format!(
                    "the document after line {} is not YAML: {error}",
                    document.lines_before
                ),
            })?;
            let place = |node: &Node| {
                let line = document.lines_before.saturating_add(node.mark.line);
                format!("{name}:{line}")
            };
            self.add_node(node, &place)?;
        }
        Ok(())
    }

    /// Adds objects of another cluster, which win over those of the same name here.
    pub fn extend(&mut self, others: &OfflineCluster) {
        self.is_cluster |= others.is_cluster;
        let others = others.objects.iter();
        self.objects
            .extend(others.map(|(key, node)| (key.clone(), node.clone())));
    }

    fn add_node(
        &mut self,
        node: Node,
        place: &dyn Fn(&Node) -> String,
    ) -> Result<(), OfflineClusterError> {
        if node.kind == Kind::Null {
            return Ok(());
        }
        let text = |key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default();
        let (api_version, kind) = (text("apiVersion").to_owned(), text("kind").to_owned());
        let Some(Kind::Seq(items)) = node.get("items").map(|items| &items.kind) else {
            return self.add_object(node, place);
        };
        let Some(item_kind) = kind.strip_suffix("List") else {
            return self.add_object(node, place);
        };
        for item in items {
            let mut item = item.clone();
            // Items of a list of one kind do not say what they are.
            if !item_kind.is_empty() {
                default_text(&mut item, "kind", item_kind);
                default_text(&mut item, "apiVersion", &api_version);
            }
            self.add_node(item, place)?;
        }
        Ok(())
    }

    fn add_object(
        &mut self,
        mut node: Node,
        place: &dyn Fn(&Node) -> String,
    ) -> Result<(), OfflineClusterError> {
        let wrong = |problem: &str| OfflineClusterError {
            place: place(&node),
            problem: problem.into(),
        };
        let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
        let metadata = |key: &str| {
            let value = node.get("metadata").and_then(|metadata| metadata.get(key));
            value.and_then(Node::as_str).map(str::to_owned)
        };
        let api_version = text("apiVersion").ok_or_else(|| wrong("an object has no apiVersion"))?;
        let kind = text("kind").ok_or_else(|| wrong("an object has no kind"))?;
        let name = metadata("name").ok_or_else(|| wrong("an object has no metadata.name"))?;
        let namespace = metadata("namespace").unwrap_or_default();
        if kind == "Secret" {
            merge_string_data(&mut node);
        }
        let key = Key {
            api_version,
            kind,
            namespace,
            name,
        };
        self.objects.insert(key, node);
        Ok(())
    }

    /// Returns the result of Helm's `lookup`: an object, or, without a name, the list of all in the namespace, or in
    /// all of them where none is named; empty where there is no such object. An object that says no
    /// namespace is in none, and so in every one that is asked for.
    pub fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Map {
        if !self.is_cluster {
            return Map::new();
        }
        let of_kind = self
            .objects
            .iter()
            .filter(|(key, _)| key.api_version == api_version && key.kind == kind);
        if !name.is_empty() {
            let mut of_name = of_kind.filter(|(key, _)| key.name == name);
            let object =
                of_name.find(|(key, _)| key.namespace.is_empty() || key.namespace == namespace);
            return object.map_or_else(Map::new, |(_, node)| object_value(node));
        }
        let selected = of_kind.filter(|(key, _)| {
            namespace.is_empty() || key.namespace.is_empty() || key.namespace == namespace
        });
        let items = selected.map(|(_, node)| Value::Map(object_value(node)));
        let metadata: Map = [("resourceVersion", Value::from(""))].into_iter().collect();
        [
            ("apiVersion", Value::from(api_version)),
            ("kind", Value::from(format!("{kind}List"))),
            ("metadata", Value::Map(metadata)),
            ("items", Value::List(List::new(items.collect()))),
        ]
        .into_iter()
        .collect()
    }
}

/// A copy of an object for templates to change as they like.
fn object_value(node: &Node) -> Map {
    match value(node) {
        Value::Map(map) => map,
        _ => Map::new(),
    }
}

/// A value as Kubernetes' own JSON reader gives it: numbers without a fraction are int64.
fn value(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::Nil,
        Kind::Bool(truth) => Value::Bool(*truth),
        Kind::Int(number) => Value::int64(*number),
        Kind::Uint(number) => Value::Float64(*number as f64),
        Kind::Float(number) => Value::Float64(*number),
        Kind::Str(text) => Value::from(&**text),
        Kind::Seq(items) => Value::List(List::new(items.iter().map(value).collect())),
        Kind::Map(entries) => {
            let mut values = Entries::new();
            for entry in entries {
                let value = gostd::Entry {
                    value: value(&entry.value),
                    origin: Origin::COMPUTED,
                };
                values.insert(Text::from(&*entry.key), value);
            }
            Value::Map(Map::from_entries(GoType::Interface, values))
        }
    }
}

/// Gives a map a key that it does not have.
fn default_text(node: &mut Node, key: &str, text: &str) {
    let mark = node.mark;
    if let Kind::Map(entries) = &mut node.kind
        && !entries.iter().any(|entry| &*entry.key == key)
    {
        let kind = Kind::Str(text.into());
        entries.push(Entry {
            key: key.into(),
            mark,
            value: Node { mark, kind },
        });
    }
}

/// An API server puts `stringData` into `data` and does not keep it.
fn merge_string_data(node: &mut Node) {
    let mark = node.mark;
    let Kind::Map(fields) = &mut node.kind else {
        return;
    };
    let Some(at) = fields.iter().position(|entry| &*entry.key == "stringData") else {
        return;
    };
    let Kind::Map(string_data) = fields.remove(at).value.kind else {
        return;
    };
    if !fields.iter().any(|entry| &*entry.key == "data") {
        fields.push(Entry {
            key: "data".into(),
            mark,
            value: Node {
                mark,
                kind: Kind::Map(Vec::new()),
            },
        });
    }
    let data = fields.iter_mut().find(|entry| &*entry.key == "data");
    let Some(Kind::Map(data)) = data.map(|entry| &mut entry.value.kind) else {
        return;
    };
    for mut entry in string_data {
        let text = entry.value.coerced_text().unwrap_or_default();
        let encoded = gostd::base64::encode(text.as_bytes());
        entry.value.kind = Kind::Str(encoded.into());
        data.retain(|other| other.key != entry.key);
        data.push(entry);
    }
}

fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries: Result<Vec<_>, _> = fs::read_dir(path)?.collect();
    let is_manifest = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        path.is_file() && matches!(extension, Some("yaml" | "yml" | "json"))
    };
    let paths = entries?.into_iter().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = paths.filter(is_manifest).collect();
    files.sort();
    Ok(files)
}

fn unread(path: &Path, error: &std::io::Error) -> OfflineClusterError {
    OfflineClusterError {
        place: path.display().to_string(),
        problem: files::reason(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn objects(text: &str) -> OfflineCluster {
        let mut objects = OfflineCluster::default();
        objects.add_text("o.yaml", text.as_bytes()).unwrap();
        objects
    }

    fn json(map: Map) -> String {
        let text = gostd::json::encode(&Value::Map(map), gostd::json::Options::RAW).unwrap();
        String::from_utf8(text).unwrap()
    }

    const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: ns}\n\
                          data: {k: eA==}\nstringData: {k: z, l: 1}\n";

    #[test]
    fn one_object_or_a_list() {
        let secrets = objects(SECRET);
        assert_eq!(
            json(secrets.lookup("v1", "Secret", "ns", "a")),
            r#"{"apiVersion":"v1","data":{"k":"eg==","l":"MQ=="},"kind":"Secret","metadata":{"name":"a","namespace":"ns"}}"#
        );
        assert!(secrets.lookup("v1", "Secret", "", "a").is_empty());
        assert!(secrets.lookup("v1", "Secret", "m", "a").is_empty());
        assert!(secrets.lookup("v2", "Secret", "ns", "a").is_empty());
        let all = json(secrets.lookup("v1", "Secret", "", ""));
        assert!(all.starts_with(r#"{"apiVersion":"v1","items":[{"apiVersion":"v1","data""#));
        assert!(all.ends_with(r#"],"kind":"SecretList","metadata":{"resourceVersion":""}}"#));
        let none = json(secrets.lookup("v1", "Secret", "m", ""));
        assert!(none.contains(r#""items":[]"#));
        assert!(
            OfflineCluster::default()
                .lookup("v1", "Secret", "", "")
                .is_empty()
        );
    }

    #[test]
    fn items_of_a_list_of_one_kind_are_of_that_kind() {
        let nodes =
            objects("apiVersion: v1\nkind: NodeList\nitems: [{metadata: {name: a}, size: 1}]\n");
        assert_eq!(
            json(nodes.lookup("v1", "Node", "any", "a")),
            r#"{"apiVersion":"v1","kind":"Node","metadata":{"name":"a"},"size":1}"#
        );
    }

    #[test]
    fn what_is_no_object_has_a_place() {
        let error = |text: &str| {
            let mut objects = OfflineCluster::default();
            let added = objects.add_text("o.yaml", text.as_bytes());
            added.unwrap_err().to_string()
        };
        assert_eq!(
            error("---\n# c\n---\napiVersion: v1\nkind: A\n"),
            "o.yaml:4: an object has no metadata.name"
        );
        assert_eq!(error("1"), "o.yaml:1: an object has no apiVersion");
    }
}
