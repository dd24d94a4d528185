//! The objects of the server.

use std::io::{Read, Write};

use anyhow::{Context, Result};
use data_encoding::BASE64;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::super::server::Answer;
use super::{Place, answer, discovery, failure};

/// The type of Helm's Secrets.
const RECORD: &str = "helm.sh/release.v1";

#[derive(Default)]
pub(super) struct Objects(Vec<Value>);

impl Objects {
    /// The objects of entries.
    pub(super) fn new(entries: Vec<Value>) -> Result<Objects> {
        let objects = entries.into_iter().map(object).collect::<Result<_>>()?;
        Ok(Objects(objects))
    }

    /// The objects, one a line, records of Helm's unpacked.
    pub(super) fn text(&self) -> Result<String> {
        let mut lines = Vec::new();
        for object in &self.0 {
            let mut object = object.clone();
            unpack(&mut object)?;
            object.sort_all_objects();
            lines.push(format!("{object}\n"));
        }
        lines.sort();
        Ok(lines.concat())
    }

    pub(super) fn list(&self, place: &Place<'_>, query: &str) -> Answer {
        let selector = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("labelSelector="));
        let selector = selector.unwrap_or_default();
        let selector = selector.replace("%3D", "=").replace("%2C", ",");
        let has_labels = |object: &&Value| {
            let mut pairs = selector.split(',').filter_map(|pair| pair.split_once('='));
            pairs.all(|(label, value)| object["metadata"]["labels"][label] == value)
        };
        let items = self.0.iter().filter(|object| is_in(object, place));
        // As a real server: items do not say what they are.
        let items = items.filter(has_labels).map(|object| {
            let mut item = object.clone();
            if let Some(fields) = item.as_object_mut() {
                fields.retain(|key, _| key != "kind" && key != "apiVersion");
            }
            item
        });
        let items: Vec<Value> = items.collect();
        let kind = discovery::kind(place.resource).map_or("", |kind| kind.kind);
        answer(
            200,
            &json!({
                "kind": format!("{kind}List"),
                "apiVersion": "v1",
                "metadata": {"resourceVersion": "1"},
                "items": items,
            }),
        )
    }

    pub(super) fn get(&self, place: &Place<'_>) -> Answer {
        match self.position(place) {
            Some(at) => answer(200, &self.0[at]),
            None => missing(place),
        }
    }

    pub(super) fn create(&mut self, place: &Place<'_>, mut body: Value) -> Answer {
        let name = body["metadata"]["name"].as_str().unwrap_or_default();
        let name = name.to_owned();
        let created = Place {
            name: Some(&name),
            ..*place
        };
        if self.position(&created).is_some() {
            let message = format!("{} \"{name}\" already exists", place.resource);
            return failure(409, "AlreadyExists", &message);
        }
        if let Some(namespace) = place.namespace {
            body["metadata"]["namespace"] = namespace.into();
        }
        self.0.push(body.clone());
        answer(201, &body)
    }

    pub(super) fn replace(&mut self, place: &Place<'_>, mut body: Value) -> Answer {
        let Some(at) = self.position(place) else {
            return missing(place);
        };
        if let Some(namespace) = place.namespace {
            body["metadata"]["namespace"] = namespace.into();
        }
        self.0[at] = body.clone();
        answer(200, &body)
    }

    pub(super) fn patch(&mut self, place: &Place<'_>, body: &Value, content_type: &str) -> Answer {
        match self.position(place) {
            Some(at) => {
                merge(&mut self.0[at], body);
                answer(200, &self.0[at])
            }
            None if content_type.contains("apply") => self.create(place, body.clone()),
            None => missing(place),
        }
    }

    pub(super) fn delete(&mut self, place: &Place<'_>) -> Answer {
        match self.position(place) {
            Some(at) => {
                self.0.remove(at);
                let success = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"});
                answer(200, &success)
            }
            None => missing(place),
        }
    }

    fn position(&self, place: &Place<'_>) -> Option<usize> {
        let is_it = |object: &Value| {
            is_in(object, place) && object["metadata"]["name"].as_str() == place.name
        };
        self.0.iter().position(is_it)
    }
}

/// True for objects of the place's kind and namespace.
fn is_in(object: &Value, place: &Place<'_>) -> bool {
    let is_there = place
        .namespace
        .is_none_or(|name| object["metadata"]["namespace"] == name);
    let kind = discovery::kind(place.resource).map(|kind| kind.kind);
    is_there && object["kind"].as_str() == kind
}

fn missing(place: &Place<'_>) -> Answer {
    let name = place.name.unwrap_or_default();
    let message = format!("{} \"{name}\" not found", place.resource);
    failure(404, "NotFound", &message)
}

fn merge(object: &mut Value, patch: &Value) {
    let (Some(fields), Some(changes)) = (object.as_object_mut(), patch.as_object()) else {
        *object = patch.clone();
        return;
    };
    for (key, change) in changes {
        match change {
            Value::Null => {
                fields.remove(key);
            }
            change => merge(fields.entry(key).or_insert(Value::Null), change),
        }
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
        "type": RECORD,
    }))
}

/// Puts the JSON of a record into its Secret.
fn unpack(object: &mut Value) -> Result<()> {
    if object["type"] != RECORD || object["kind"] != "Secret" {
        return Ok(());
    }
    let release = object["data"]["release"].as_str().context("no record")?;
    let packed = BASE64.decode(&BASE64.decode(release.as_bytes())?)?;
    let mut json = Vec::new();
    GzDecoder::new(&*packed).read_to_end(&mut json)?;
    object["data"]["release"] = serde_json::from_slice(&json)?;
    Ok(())
}
