//! What lives of a manifest's objects, as far as the manifest speaks of it: the rest is the server's, or somebody else's.

use super::cluster::{Cluster, ClusterError, Resource, Verb};
use data_encoding::BASE64;
use kubernetes::merge_keys::{self, MergeKey};
use serde_json::{Map, Value};

/// An object of a manifest, and the template that it comes from.
struct Object {
    resource: Resource,
    source: Option<String>,
}

/// The manifest of what the cluster has of the objects of some manifests: each object with the fields that any of them
/// sets. Objects that are not there are left out; so are those of kinds that the server does not know. `namespace` is the
/// release's.
///
/// # Errors
/// A manifest that cannot be read, and what the server refuses to show.
pub fn live_manifest(
    cluster: &dyn Cluster,
    namespace: &str,
    manifests: &[&str],
) -> Result<String, ClusterError> {
    let mut objects: Vec<Object> = Vec::new();
    for manifest in manifests {
        for object in objects_of(cluster, namespace, manifest)? {
            let same = objects
                .iter_mut()
                .find(|other| other.resource.is_same_object(&object.resource));
            match same {
                Some(same) => {
                    let both = union(&same.resource.object, &object.resource.object, "");
                    same.resource.object = both;
                }
                None => objects.push(object),
            }
        }
    }
    let named = objects.iter().filter(|one| !one.resource.name.is_empty());
    let named: Vec<&Object> = named.collect();
    let requests: Vec<(&Resource, Verb)> =
        named.iter().map(|one| (&one.resource, Verb::Get)).collect();
    let mut text = String::new();
    for (object, answer) in named.iter().zip(cluster.send(&requests)) {
        let live = match answer {
            Ok(live) => live,
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        let shown = set_fields(&object.resource.object, &live);
        text.push_str("---\n");
        if let Some(source) = &object.source {
            text.push_str(&format!("# Source: {source}\n"));
        }
        // JSON is YAML.
        text.push_str(&shown.to_string());
        text.push('\n');
    }
    Ok(text)
}

/// The objects of a manifest whose kinds the server knows.
fn objects_of(
    cluster: &dyn Cluster,
    namespace: &str,
    manifest: &str,
) -> Result<Vec<Object>, ClusterError> {
    let mut objects = Vec::new();
    for document in goyaml::documents(manifest.as_bytes()) {
        let document = document.map_err(|error| ClusterError::new(error.to_string()))?;
        let text = String::from_utf8_lossy(&document.text);
        let built = match cluster.build(&text, false) {
            Ok(built) => built,
            Err(error) if error.message.contains("no matches for kind") => continue,
            Err(error) => return Err(error),
        };
        let names_namespace = names_namespace(&document.text);
        for mut resource in built {
            // The builder fills it in.
            if !names_namespace
                && resource.namespace == namespace
                && let Some(metadata) = resource.object.get_mut("metadata")
                && let Some(metadata) = metadata.as_object_mut()
            {
                metadata.remove("namespace");
            }
            objects.push(Object {
                resource,
                source: source(&text),
            });
        }
    }
    Ok(objects)
}

/// Returns true if a document names its object's namespace itself.
fn names_namespace(document: &[u8]) -> bool {
    let Ok(node) = goyaml::parse(document) else {
        return false;
    };
    let metadata = node.get("metadata");
    metadata.is_some_and(|metadata| metadata.get("namespace").is_some())
}

/// The template that a document's comment tells of.
fn source(document: &str) -> Option<String> {
    let mut lines = document.lines();
    let source = lines.find_map(|line| line.strip_prefix("# Source: "))?;
    Some(source.trim().to_owned())
}

/// The live object with the fields that `manifest` sets and no others. Items of lists that Kubernetes merges by a key are
/// those that the manifest has; what the server drops because it says nothing (`false`, `""`, `{}`) is there all the same.
pub fn set_fields(manifest: &Value, live: &Value) -> Value {
    let is_secret = manifest.get("kind").and_then(Value::as_str) == Some("Secret");
    let given = manifest.get("stringData").and_then(Value::as_object);
    match (given, is_secret) {
        (Some(given), true) => {
            let mut live = live.clone();
            if let Some(object) = live.as_object_mut() {
                let texts = plain_texts(given, object.get("data"));
                object.insert("stringData".into(), Value::Object(texts));
            }
            fields(manifest, &live, "")
        }
        _ => fields(manifest, live, ""),
    }
}

/// The `stringData` that would make a Secret's `data`.
fn plain_texts(given: &Map<String, Value>, data: Option<&Value>) -> Map<String, Value> {
    let text = |key: &String| {
        let encoded = data?.get(key)?.as_str()?;
        let bytes = BASE64.decode(encoded.as_bytes()).ok()?;
        Some((key.clone(), String::from_utf8(bytes).ok()?.into()))
    };
    given.keys().filter_map(text).collect()
}

/// `key` is the key of the map that the value is in.
fn fields(manifest: &Value, live: &Value, key: &str) -> Value {
    match (manifest, live) {
        (Value::Object(given), Value::Object(there)) => {
            let fields = given.iter().filter_map(|(key, value)| {
                let shown = match there.get(key) {
                    Some(live) => fields(value, live, key),
                    None if says_nothing(value) => value.clone(),
                    None => return None,
                };
                Some((key.clone(), shown))
            });
            Value::Object(fields.collect())
        }
        (Value::Array(given), Value::Array(there)) => Value::Array(items(given, there, key)),
        (given, there) if text(given) == text(there) => given.clone(),
        (_, there) => there.clone(),
    }
}

fn items(given: &[Value], there: &[Value], key: &str) -> Vec<Value> {
    if let Some((given_names, names)) = names(given, there, key) {
        let items = given.iter().zip(&given_names).filter_map(|(item, name)| {
            let at = names.iter().position(|other| other == name)?;
            Some(fields(item, there.get(at)?, ""))
        });
        return items.collect();
    }
    let items = there.iter().enumerate();
    let items = items.map(|(at, live)| match given.get(at) {
        Some(item) => fields(item, live, ""),
        None => live.clone(),
    });
    items.collect()
}

/// What either manifest sets; where both do, the second one.
fn union(one: &Value, other: &Value, key: &str) -> Value {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let mut both = one.clone();
            for (key, value) in other {
                let value = match one.get(key) {
                    Some(own) => union(own, value, key),
                    None => value.clone(),
                };
                both.insert(key.clone(), value);
            }
            Value::Object(both)
        }
        (Value::Array(one), Value::Array(other)) => {
            let Some((own, names)) = names(one, other, key) else {
                return Value::Array(other.clone());
            };
            let mut both = one.clone();
            for (item, name) in other.iter().zip(&names) {
                let at = own.iter().position(|one| one == name);
                match at.and_then(|at| both.get_mut(at)) {
                    Some(same) => *same = union(same, item, ""),
                    None => both.push(item.clone()),
                }
            }
            Value::Array(both)
        }
        (_, other) => other.clone(),
    }
}

/// The names of the items of two lists, where Kubernetes merges such lists by a key.
fn names(one: &[Value], other: &[Value], list: &str) -> Option<(Vec<String>, Vec<String>)> {
    merge_keys::of_list(list).find_map(|key| Some((unique(key, one)?, unique(key, other)?)))
}

fn unique(key: &MergeKey, items: &[Value]) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::with_capacity(items.len());
    for item in items {
        let mut parts = Vec::new();
        for (number, part) in key.keys.iter().enumerate() {
            let value = item.get(part).and_then(text);
            let value = value.or_else(|| merge_keys::default(part).map(str::to_owned));
            match value {
                None if number == 0 => return None,
                value => parts.push(value.unwrap_or_default()),
            }
        }
        let name = parts.join("/");
        if names.contains(&name) {
            return None;
        }
        names.push(name);
    }
    Some(names)
}

/// The text of a scalar: `1` of the number and of the text `"1"`.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Returns true if a server may leave a field out that has this value: Go's zero values.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(says_nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_fields_of_the_manifest_are_left() {
        let manifest = json!({
            "kind": "Deployment",
            "metadata": {"name": "web", "annotations": {}},
            "spec": {
                "replicas": 2, "paused": false,
                "template": {"spec": {
                    "hostNetwork": false,
                    "containers": [{"name": "app", "image": "web:1", "args": ["a"], "ports": [{"containerPort": 80}],
                        "resources": {"limits": {"cpu": 1}}}],
                }},
            },
        });
        let live = json!({
            "kind": "Deployment",
            "metadata": {"name": "web", "uid": "1", "managedFields": []},
            "spec": {
                "replicas": 5, "strategy": {"type": "RollingUpdate"},
                "template": {"spec": {
                    "dnsPolicy": "ClusterFirst",
                    "containers": [
                        {"name": "sidecar", "image": "proxy"},
                        {"name": "app", "image": "web:1", "args": ["a", "b"], "imagePullPolicy": "Always",
                            "ports": [{"containerPort": 80, "protocol": "TCP"}], "resources": {"limits": {"cpu": "1"}}},
                    ],
                }},
            },
            "status": {},
        });
        let mut expected = manifest.clone();
        expected["spec"]["replicas"] = json!(5);
        expected["spec"]["template"]["spec"]["containers"][0]["args"] = json!(["a", "b"]);
        assert_eq!(set_fields(&manifest, &live), expected);
    }

    #[test]
    fn texts_of_secrets_are_compared_as_they_are_given() {
        let manifest = json!({"kind": "Secret", "stringData": {"a": "x", "b": "y"}});
        let live = json!({"kind": "Secret", "data": {"a": BASE64.encode(b"x"), "c": ""}});
        let expected = json!({"kind": "Secret", "stringData": {"a": "x"}});
        assert_eq!(set_fields(&manifest, &live), expected);
    }

    #[test]
    fn fields_of_both_manifests_count() {
        let old = json!({"spec": {"a": 1, "ports": [{"port": 80, "name": "http"}]}});
        let new = json!({"spec": {"b": 2, "ports": [{"port": 80}, {"port": 443}]}});
        let both = json!({"spec": {"a": 1, "b": 2, "ports": [{"port": 80, "name": "http"}, {"port": 443}]}});
        assert_eq!(union(&old, &new, ""), both);
    }
}
