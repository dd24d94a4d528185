//! Records as JSON: the fields in the order of Helm's structs, and what each major leaves out.

use super::record::{Chart, Dependency, Execution, File, Hook, Info, Record, Summary};
use super::time::Timestamp;
use compat::profile::Profile;
use gostd::json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// An object that is being written.
struct Object {
    text: Vec<u8>,
}

impl Object {
    fn new() -> Object {
        Object {
            text: b"{".to_vec(),
        }
    }

    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if self.text.len() > 1 {
            self.text.push(b',');
        }
        json::append_string(&mut self.text, key.as_bytes(), true);
        self.text.push(b':');
        &mut self.text
    }

    fn json(&mut self, key: &str, json: &[u8]) {
        self.key(key).extend_from_slice(json);
    }

    fn text(&mut self, key: &str, text: &str) {
        json::append_string(self.key(key), text.as_bytes(), true);
    }

    /// Go's `omitempty`.
    fn some_text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.text(key, text);
        }
    }

    fn some_number(&mut self, key: &str, number: i64) {
        if number != 0 {
            self.json(key, number.to_string().as_bytes());
        }
    }

    fn some_texts(&mut self, key: &str, texts: &[String]) {
        if !texts.is_empty() {
            let texts = texts.iter().map(|text| {
                let mut quoted = Vec::new();
                json::append_string(&mut quoted, text.as_bytes(), true);
                quoted
            });
            let list = list(texts);
            self.json(key, &list);
        }
    }

    /// Helm 3 writes no time as an empty text, Helm 4 leaves it out.
    fn time(&mut self, key: &str, time: &Timestamp, profile: &Profile) {
        match time.json() {
            Some(text) => self.text(key, &text),
            None if profile.records_are_of_helm_3 => self.text(key, ""),
            None => {}
        }
    }

    fn some_map(&mut self, key: &str, map: &BTreeMap<String, String>) {
        if !map.is_empty() {
            let mut object = Object::new();
            for (name, value) in map {
                object.text(name, value);
            }
            self.json(key, &object.end());
        }
    }

    fn end(mut self) -> Vec<u8> {
        self.text.push(b'}');
        self.text
    }
}

fn list(items: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut text = b"[".to_vec();
    for (at, item) in items.enumerate() {
        if at > 0 {
            text.push(b',');
        }
        text.extend(item);
    }
    text.push(b']');
    text
}

/// JSON that was read, as Go writes it again: sorted keys, Go's numbers. What Go cannot read stays as it is.
fn again(raw: Option<&RawValue>) -> Vec<u8> {
    let Some(raw) = raw else {
        return b"null".to_vec();
    };
    let value = json::decode(raw.get().as_bytes());
    let written = value.and_then(|value| json::encode(&value, json::Options::COMPACT));
    written.unwrap_or_else(|_| raw.get().as_bytes().to_vec())
}

/// An object as Go writes a map.
fn sorted(value: &serde_json::Value) -> Vec<u8> {
    let text = value.to_string();
    let value = json::decode(text.as_bytes());
    let written = value.and_then(|value| json::encode(&value, json::Options::COMPACT));
    written.unwrap_or_else(|_| text.into_bytes())
}

/// JSON that was read, as it was: structs, whose fields have an order.
fn as_is(raw: Option<&RawValue>) -> &[u8] {
    raw.map_or(b"null", |raw| raw.get().as_bytes())
}

impl Record {
    /// The record's JSON as a version of Helm writes it.
    pub fn json(&self, profile: &Profile) -> Vec<u8> {
        let mut object = Object::new();
        object.some_text("name", &self.name);
        object.json("info", &info(&self.info, profile));
        if let Some(record) = &self.chart {
            object.json("chart", &chart(record, profile));
        }
        let config = again(self.config.as_deref());
        if config != b"null" && config != b"{}" {
            object.json("config", &config);
        }
        object.some_text("manifest", &self.manifest);
        if !self.hooks.is_empty() {
            let hooks = self.hooks.iter().map(|one| hook(one, profile));
            object.json("hooks", &list(hooks));
        }
        object.some_number("version", self.version);
        object.some_text("namespace", &self.namespace);
        if !profile.records_are_of_helm_3 {
            object.some_text("apply_method", &self.apply_method.0);
        }
        object.end()
    }
}

impl Record {
    /// What `helm get metadata` tells, as JSON.
    pub fn metadata_json(&self, profile: &Profile) -> Vec<u8> {
        let chart = self.chart_metadata().unwrap_or_default();
        let mut object = Object::new();
        object.text("name", &self.name);
        object.text("chart", &chart.name);
        object.text("version", &chart.version);
        object.text("appVersion", &chart.app_version);
        object.some_map("annotations", &chart.annotations);
        if !profile.records_are_of_helm_3 {
            object.some_map("labels", &self.labels);
        }
        if !chart.dependencies.is_empty() {
            let dependencies = chart.dependencies.iter().map(Dependency::json);
            object.json("dependencies", &list(dependencies));
        }
        object.text("namespace", &self.namespace);
        object.json("revision", self.version.to_string().as_bytes());
        object.text("status", self.info.status.as_str());
        object.text("deployedAt", &self.info.last_deployed.rfc_3339());
        if !profile.records_are_of_helm_3 {
            object.some_text("applyMethod", &self.apply_method.0);
        }
        object.end()
    }
}

impl Summary {
    /// What `helm history` tells of some revisions, as JSON.
    pub fn history_json(revisions: &[Summary], profile: &Profile) -> Vec<u8> {
        list(revisions.iter().map(|one| {
            let mut object = Object::new();
            object.json("revision", one.version.to_string().as_bytes());
            object.time("updated", &one.info.last_deployed, profile);
            object.text("status", one.info.status.as_str());
            object.text("chart", &one.chart_name());
            object.text("app_version", one.app_version());
            object.text("description", &one.info.description);
            object.end()
        }))
    }
}

impl Dependency {
    /// The JSON of one in Chart.yaml.
    fn json(&self) -> Vec<u8> {
        let mut object = Object::new();
        object.text("name", &self.name);
        object.some_text("version", &self.version);
        object.text("repository", &self.repository);
        object.some_text("condition", &self.condition);
        object.some_texts("tags", &self.tags);
        if self.enabled {
            object.json("enabled", b"true");
        }
        if let Some(values) = self
            .import_values
            .as_deref()
            .filter(|raw| raw.get() != "[]")
        {
            object.json("import-values", &again(Some(values)));
        }
        object.some_text("alias", &self.alias);
        object.end()
    }
}

fn info(info: &Info, profile: &Profile) -> Vec<u8> {
    let mut object = Object::new();
    object.time("first_deployed", &info.first_deployed, profile);
    object.time("last_deployed", &info.last_deployed, profile);
    object.time("deleted", &info.deleted, profile);
    object.some_text("description", &info.description);
    object.some_text("status", info.status.as_str());
    object.some_text("notes", &info.notes);
    if !info.resources.is_empty() {
        let mut resources = Object::new();
        for (kind, objects) in &info.resources {
            let objects = objects.iter().map(sorted);
            resources.json(kind, &list(objects));
        }
        object.json("resources", &resources.end());
    }
    object.end()
}

fn hook(hook: &Hook, profile: &Profile) -> Vec<u8> {
    let mut object = Object::new();
    object.some_text("name", &hook.name);
    object.some_text("kind", &hook.kind);
    object.some_text("path", &hook.path);
    object.some_text("manifest", &hook.manifest);
    object.some_texts("events", &hook.events);
    object.json("last_run", &execution(&hook.last_run, profile));
    object.some_number("weight", hook.weight);
    object.some_texts("delete_policies", &hook.delete_policies);
    object.some_texts("output_log_policies", &hook.output_log_policies);
    object.end()
}

fn execution(run: &Execution, profile: &Profile) -> Vec<u8> {
    let mut object = Object::new();
    object.time("started_at", &run.started_at, profile);
    object.time("completed_at", &run.completed_at, profile);
    object.text("phase", &run.phase);
    object.end()
}

fn chart(chart: &Chart, profile: &Profile) -> Vec<u8> {
    let has_times = !profile.records_are_of_helm_3;
    let files = |files: &Option<Vec<File>>| match files {
        None => b"null".to_vec(),
        Some(files) => list(files.iter().map(|one| file(one, has_times))),
    };
    let mut object = Object::new();
    object.json("metadata", as_is(chart.metadata.as_deref()));
    object.json("lock", as_is(chart.lock.as_deref()));
    object.json("templates", &files(&chart.templates));
    object.json("values", &again(chart.values.as_deref()));
    object.json("schema", as_is(chart.schema.as_deref()));
    if has_times {
        // Go's zero time.
        let zero: &[u8] = b"\"0001-01-01T00:00:00Z\"";
        let time = chart.schema_modified.as_deref();
        object.json("schemamodtime", time.map_or(zero, |raw| as_is(Some(raw))));
    }
    object.json("files", &files(&chart.files));
    if has_times && let Some(time) = &chart.modified {
        object.json("modtime", as_is(Some(time)));
    }
    object.end()
}

fn file(file: &File, has_times: bool) -> Vec<u8> {
    let mut object = Object::new();
    object.text("name", &file.name);
    object.json("data", as_is(file.data.as_deref()));
    if has_times && let Some(time) = &file.modified {
        object.json("modtime", as_is(Some(time)));
    }
    object.end()
}
