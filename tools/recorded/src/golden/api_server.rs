//! A small Kubernetes API server, at `$SERVER/cluster`: objects without any rules about them.
//!
//! What is in it before, `cluster.json` in the case's `www` says: a list of objects, of which one with a `record` is the Secret (or with
//! `"kind": "ConfigMap"` the ConfigMap) of that record of Helm's. It serves `/version`, the discovery of these kinds, and reads of Secrets and ConfigMaps, by
//! name or by labels that are equal. A request for the namespace `NNN` is answered with that status.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use data_encoding::BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::server::{Answer, Request};

/// The file that lists the objects.
const OBJECTS: &str = "cluster.json";
/// The first part of paths.
const PREFIX: &str = "/cluster/";

/// The resources that it serves, and their kinds.
const KINDS: [(&str, &str); 2] = [("configmaps", "ConfigMap"), ("secrets", "Secret")];

/// The objects by namespace and resource.
pub(super) struct ApiServer {
    objects: Vec<Value>,
}

impl ApiServer {
    /// The API server of the objects that a directory lists, if it has a file of them.
    pub(super) fn load(root: &Path) -> Result<ApiServer> {
        let path = root.join(OBJECTS);
        if !path.exists() {
            return Ok(ApiServer {
                objects: Vec::new(),
            });
        }
        let text = fs::read(&path)?;
        let given: Vec<Value> = serde_json::from_slice(&text)
            .with_context(|| format!("{} is no list of objects", path.display()))?;
        let objects = given.into_iter().map(object).collect::<Result<_>>()?;
        Ok(ApiServer { objects })
    }

    /// The answer, if the request is for this server.
    pub(super) fn answer(&self, request: &Request) -> Option<Answer> {
        let path = request.path.strip_prefix(PREFIX)?;
        let parts: Vec<&str> = path.split('/').collect();
        Some(match *parts.as_slice() {
            ["version"] => answer(
                200,
                &json!({"major": "1", "minor": "36", "gitVersion": "v1.36.0"}),
            ),
            ["api"] => answer(200, &json!({"kind": "APIVersions", "versions": ["v1"]})),
            ["apis"] => answer(
                200,
                &json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": []}),
            ),
            ["api", "v1"] => answer(
                200,
                &json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": KINDS
                .iter()
                .map(|(name, kind)| json!({
                    "name": name,
                    "singularName": "",
                    "namespaced": true,
                    "kind": kind,
                    "verbs": ["create", "delete", "get", "list", "patch", "update"],
                }))
                .collect::<Vec<_>>()}),
            ),
            ["api", "v1", "namespaces", namespace, ..]
                if namespace.parse::<u16>().is_ok_and(|status| status >= 400) =>
            {
                Answer::new(namespace.parse().unwrap_or(500), "no\n")
            }
            ["api", "v1", "namespaces", "forbidden", resource, ..] => {
                let message =
                    format!("{resource} is forbidden: User \"alice\" cannot list resource");
                failure(403, "Forbidden", &message)
            }
            ["api", "v1", "namespaces", namespace, resource] => {
                self.list(Some(namespace), resource, &request.query)
            }
            ["api", "v1", resource] => self.list(None, resource, &request.query),
            ["api", "v1", "namespaces", namespace, resource, name] => {
                let found = self.of(Some(namespace), resource);
                let found = found
                    .into_iter()
                    .find(|object| object["metadata"]["name"] == name);
                let message = format!("{resource} \"{name}\" not found");
                found.map_or_else(
                    || failure(404, "NotFound", &message),
                    |one| answer(200, one),
                )
            }
            _ => Answer::new(404, "404 page not found\n"),
        })
    }

    fn of(&self, namespace: Option<&str>, resource: &str) -> Vec<&Value> {
        let objects = self.objects.iter();
        let matches = |object: &&Value| {
            let is_there = namespace.is_none_or(|name| object["metadata"]["namespace"] == name);
            let kind = object["kind"].as_str().unwrap_or_default();
            is_there && format!("{}s", kind.to_lowercase()) == resource
        };
        objects.filter(matches).collect()
    }

    fn list(&self, namespace: Option<&str>, resource: &str, query: &str) -> Answer {
        let selector = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("labelSelector="));
        let selector = selector.unwrap_or_default();
        let selector = selector.replace("%3D", "=").replace("%2C", ",");
        let mut items = self.of(namespace, resource);
        items.retain(|object| {
            let mut pairs = selector.split(',').filter_map(|pair| pair.split_once('='));
            pairs.all(|(label, value)| object["metadata"]["labels"][label] == value)
        });
        let kind = match resource {
            "secrets" => "SecretList",
            _ => "ConfigMapList",
        };
        answer(
            200,
            &json!({"kind": kind, "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items}),
        )
    }
}

/// The object of an entry.
fn object(mut entry: Value) -> Result<Value> {
    let Some(map) = entry.as_object_mut() else {
        return Ok(entry);
    };
    let Some(record) = map.remove("record") else {
        return Ok(entry);
    };
    let kind = map
        .get("kind")
        .and_then(Value::as_str)
        .unwrap_or("Secret")
        .to_owned();
    let text = match &record {
        // What is no record.
        Value::String(text) => text.clone(),
        record => {
            let mut packed = GzEncoder::new(Vec::new(), Compression::best());
            packed.write_all(&serde_json::to_vec(record)?)?;
            BASE64.encode(&packed.finish()?)
        }
    };
    let text = match &*kind {
        "Secret" => BASE64.encode(text.as_bytes()),
        _ => text,
    };
    let text_of = |pointer: &str| record.pointer(pointer).and_then(Value::as_str);
    let name = text_of("/name").unwrap_or("broken");
    let version = record
        .pointer("/version")
        .and_then(Value::as_i64)
        .unwrap_or(1)
        .to_string();
    let mut labels = json!({
        "name": name,
        "owner": "helm",
        "status": text_of("/info/status").unwrap_or("unknown"),
        "version": version,
        "modifiedAt": "1796002619",
    });
    let own = map.get("labels").and_then(Value::as_object).cloned();
    for (label, value) in own.into_iter().flatten() {
        labels[&label] = value;
    }
    Ok(json!({
        "kind": kind,
        "apiVersion": "v1",
        "metadata": {
            "name": format!("sh.helm.release.v1.{name}.v{version}"),
            "namespace": text_of("/namespace").unwrap_or("default"),
            "labels": labels,
        },
        "data": {"release": text},
    }))
}

fn answer(status: u16, body: &Value) -> Answer {
    Answer::new(status, body.to_string()).with("Content-Type", "application/json")
}

fn failure(status: u16, reason: &str, message: &str) -> Answer {
    answer(
        status,
        &json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": status,
        }),
    )
}
