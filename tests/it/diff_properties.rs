//! Random edits of manifests: what `rhelm diff` reports is all that changed, and nothing of a secret.
//!
//! `RHELM_DIFF_SEED` makes other edits, `RHELM_DIFF_EDITS` more of them.

#![allow(clippy::expect_used)]

use rhelm::diff::formats::{self, View};
use rhelm::diff::{self, Comparison, Input, Options};
use serde_json::{Map, Value, json};

/// Edits that are tried.
const EDITS: u64 = 10_000;

#[test]
fn random_edits() {
    let number = |name: &str, default| match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or(default),
        Err(_) => default,
    };
    let seed = number("RHELM_DIFF_SEED", 0);
    for edit in 0..number("RHELM_DIFF_EDITS", EDITS) {
        let mut random = Random::new(seed.wrapping_mul(1 << 32).wrapping_add(edit));
        let old = random.manifest();
        let new = random.edited(&old);
        check(&old, &new, &random.secrets, edit);
    }
}

/// Checks one pair of manifests.
fn check(old: &[Value], new: &[Value], secrets: &[String], edit: u64) {
    let changes = compare(old, new, Options::default());
    for (format, text) in formats(&changes) {
        for secret in secrets {
            let encoded = base64(secret.as_bytes());
            let leaks =
                text.contains(secret.as_str()) || text.contains(encoded.trim_end_matches('='));
            assert!(!leaks, "edit {edit}: {format} shows {secret}\n{text}");
        }
    }
    let open = Options {
        redaction: diff::Redaction {
            secrets: diff::Secrets::Show,
            names: Vec::new(),
        },
        ..Options::default()
    };
    let comparison = compare(old, new, open);
    let report: Value = serde_json::from_slice(&json(&comparison)).expect("JSON");
    assert_eq!(
        applied(old, new, &report),
        canonical(new),
        "edit {edit}\n{report:#}"
    );
    for resource in report["resources"].as_array().into_iter().flatten() {
        let id = key_of_report(resource);
        let find = |side: &[Value]| side.iter().find(|r| key(r) == id).map(sorted);
        let (before, after) = (find(old), find(new));
        assert_ne!(before, after, "edit {edit}: {id} is reported, but equal");
        let is_changed = resource["change"] == "changed";
        assert_eq!(
            is_changed,
            before.is_some() && after.is_some(),
            "edit {edit}"
        );
        for field in resource["fields"].as_array().into_iter().flatten() {
            assert_ne!(field.get("old"), field.get("new"), "edit {edit}: {field}");
        }
    }
    // Hidden or not, the same resources change.
    let names = |c: &Comparison| {
        c.changes
            .iter()
            .map(|c| c.title.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&changes), names(&comparison), "edit {edit}");
    let same = compare(new, new, Options::default());
    assert!(same.changes.is_empty(), "edit {edit}: nothing changed");
}

/// The old resources with the changes that a JSON report tells of, in a canonical form.
fn applied(old: &[Value], new: &[Value], report: &Value) -> Vec<Value> {
    let mut resources = old.to_vec();
    for resource in report["resources"].as_array().into_iter().flatten() {
        let id = key_of_report(resource);
        let old_id = match &resource["old"]["name"] {
            Value::String(name) => {
                format!("{}/{name}", resource["kind"].as_str().unwrap_or_default())
            }
            _ => id.clone(),
        };
        match resource["change"].as_str() {
            Some("removed") => resources.retain(|r| key(r) != id),
            Some("added") => resources.extend(new.iter().find(|r| key(r) == id).cloned()),
            _ => {
                let fields = resource["fields"].as_array().cloned().unwrap_or_default();
                let resource = resources
                    .iter_mut()
                    .find(|r| key(r) == old_id)
                    .expect("a resource");
                *resource = apply(resource, &fields, 0);
            }
        }
    }
    canonical(&resources)
}

/// A value with changes of fields below it: `depth` steps of their pointers lead to it.
fn apply(value: &Value, fields: &[Value], depth: usize) -> Value {
    let steps = |field: &Value, name: &str| -> Vec<String> {
        let pointer = field[name]
            .as_str()
            .or(field["path"].as_str())
            .unwrap_or_default();
        let steps = pointer.split('/').skip(1);
        steps
            .map(|step| step.replace("~1", "/").replace("~0", "~"))
            .collect()
    };
    if let Some(field) = fields.iter().find(|f| steps(f, "path").len() == depth) {
        return field["new"].clone();
    }
    let below = |step: &str, name: &str| -> Vec<Value> {
        let own = fields
            .iter()
            .filter(|f| steps(f, name).get(depth).is_some_and(|s| s == step));
        own.cloned().collect()
    };
    let ends =
        |field: &&Value, op: &str| field["op"] == op && steps(field, "path").len() == depth + 1;
    match value {
        Value::Object(map) => {
            let mut result = Map::new();
            for (key, inner) in map {
                let own = below(key, "oldPath");
                if !own.iter().any(|f| ends(&f, "remove")) {
                    result.insert(key.clone(), apply(inner, &own, depth + 1));
                }
            }
            for field in fields.iter().filter(|f| ends(f, "add")) {
                let key = steps(field, "path").pop().expect("a step");
                result.insert(key, field["new"].clone());
            }
            Value::Object(result)
        }
        Value::Array(list) => {
            let added: Vec<&Value> = fields.iter().filter(|f| ends(f, "add")).collect();
            let mut remaining = list.iter().enumerate().filter_map(|(at, item)| {
                let own = below(&at.to_string(), "oldPath");
                let own: Vec<Value> = own.into_iter().filter(|f| !ends(&f, "add")).collect();
                let goes = own.iter().any(|f| ends(&f, "remove"));
                (!goes).then(|| apply(item, &own, depth + 1))
            });
            let mut result = Vec::new();
            loop {
                let place = result.len().to_string();
                let came = added
                    .iter()
                    .find(|f| steps(f, "path").last() == Some(&place));
                match came.map(|f| f["new"].clone()).or_else(|| remaining.next()) {
                    Some(item) => result.push(item),
                    None => break,
                }
            }
            // Named lists keep the old order: what came may be further on than there is room.
            let places = added.iter().filter(|f| {
                let place = steps(f, "path").pop().and_then(|step| step.parse().ok());
                place.is_some_and(|place: usize| place >= result.len())
            });
            let rest: Vec<Value> = places.map(|f| f["new"].clone()).collect();
            result.extend(rest);
            Value::Array(result)
        }
        other => other.clone(),
    }
}

/// Resources in order of their key, without nulls, named lists in order of name.
fn canonical(resources: &[Value]) -> Vec<Value> {
    let mut resources: Vec<Value> = resources.iter().map(sorted).collect();
    resources.sort_by_key(key);
    resources
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let pairs = map.iter().filter(|(_, value)| !value.is_null());
            let mut pairs: Vec<(String, Value)> = pairs
                .map(|(key, value)| match (key.as_str(), value) {
                    ("containers" | "env" | "volumes", Value::Array(list)) => {
                        let mut list: Vec<Value> = list.iter().map(sorted).collect();
                        list.sort_by_key(|item| item["name"].to_string());
                        (key.clone(), Value::Array(list))
                    }
                    _ => (key.clone(), sorted(value)),
                })
                .collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(pairs.into_iter().collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

fn key(resource: &Value) -> String {
    let name = resource["metadata"]["name"].as_str().unwrap_or_default();
    format!("{}/{name}", resource["kind"].as_str().unwrap_or_default())
}

fn key_of_report(resource: &Value) -> String {
    let text = |key: &str| resource[key].as_str().unwrap_or_default().to_owned();
    format!("{}/{}", text("kind"), text("name"))
}

fn compare(old: &[Value], new: &[Value], options: Options) -> Comparison {
    let input = |resources: &[Value]| {
        let texts: Vec<String> = resources.iter().map(Value::to_string).collect();
        Input {
            documents: diff::documents(texts.join("\n---\n").as_bytes()),
            definitions: Vec::new(),
            namespace: "default".into(),
        }
    };
    diff::compare(input(old), input(new), &options).expect("both sides are YAML")
}

fn view() -> View {
    View {
        is_unfolded: true,
        max_bytes: None,
        old: "old".into(),
        new: "new".into(),
        context: None,
        colour: false,
    }
}

fn json(comparison: &Comparison) -> Vec<u8> {
    let mut report = Vec::new();
    formats::json(comparison, &view(), &mut report).expect("the report");
    report
}

fn formats(comparison: &Comparison) -> Vec<(&'static str, String)> {
    let view = view();
    let mut page = Vec::new();
    formats::html(comparison, &view, &mut page).expect("the page");
    let all = [
        ("text", formats::text(comparison, &view)),
        ("unified", formats::unified(comparison, &view)),
        ("json", json(comparison)),
        ("markdown", formats::markdown(comparison, &view)),
        ("html", page),
    ];
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    all.into_iter()
        .map(|(name, bytes)| (name, text(bytes)))
        .collect()
}

fn base64(bytes: &[u8]) -> String {
    gostd::base64::encode(bytes)
}

/// Makes manifests and edits them.
struct Random {
    rng: fastrand::Rng,
    /// Every secret that was ever in a manifest.
    secrets: Vec<String>,
}

impl Random {
    fn new(seed: u64) -> Random {
        Random {
            rng: fastrand::Rng::with_seed(seed),
            secrets: Vec::new(),
        }
    }

    fn manifest(&mut self) -> Vec<Value> {
        let count = self.rng.usize(1..4);
        (0..count).map(|at| self.resource(at)).collect()
    }

    /// A text that is nowhere else; its length makes its base64 free of what is around it.
    fn secret(&mut self) -> String {
        let letters = (0..21).map(|_| self.rng.alphanumeric());
        let secret: String = letters.collect();
        self.secrets.push(secret.clone());
        secret
    }

    fn resource(&mut self, at: usize) -> Value {
        let name = format!("r{at}");
        match self.rng.u32(0..4) {
            0 => {
                let (a, b) = (self.secret(), self.secret());
                json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name},
                    "data": {"a": base64(a.as_bytes()), "bad": format!("{b}!")},
                    "stringData": {"c": self.secret(), "n": 7}})
            }
            1 => {
                let applied =
                    json!({"apiVersion": "v1", "kind": "Secret", "data": {"k": self.secret()}});
                json!({"apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": {"name": name, "annotations":
                        {"kubectl.kubernetes.io/last-applied-configuration": applied.to_string()}},
                    "data": {"db-password": self.secret(), "mode": "plain", "text": "a\nb\nc\n"}})
            }
            2 => {
                json!({"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": name},
                "spec": self.value(3)})
            }
            _ => {
                let env: Vec<Value> = (0..self.rng.usize(0..4))
                    .map(|at| match at % 2 {
                        0 => json!({"name": format!("V{at}"), "value": "x"}),
                        _ => json!({"name": format!("API_TOKEN{at}"), "value": self.secret()}),
                    })
                    .collect();
                let containers: Vec<Value> = (0..self.rng.usize(1..4))
                    .map(|at| {
                        json!({"name": format!("c{at}"), "image": self.word(), "env": env,
                        "args": self.value(1), "ports": [{"containerPort": 80 + at}]})
                    })
                    .collect();
                json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
                    "spec": {"replicas": self.rng.u32(0..4), "selector": {"matchLabels": {"a": "b"}},
                        "template": {"metadata": {"labels": {"a": "b"}},
                            "spec": {"containers": containers}}}})
            }
        }
    }

    fn word(&mut self) -> String {
        let words = [
            "web",
            "db",
            "0x1f",
            "yes",
            "a/b~c",
            "é",
            "",
            "line\nline",
            "1e3",
            "<b>",
            "```",
            "*",
        ];
        self.rng.choice(words).unwrap_or_default().into()
    }

    fn value(&mut self, depth: u32) -> Value {
        match self.rng.u32(0..if depth == 0 { 6 } else { 9 }) {
            0 => json!(self.rng.i32(-9..99)),
            1 => json!(self.rng.f32() > 0.5),
            2 => json!(1.5),
            3 => Value::Null,
            4 | 5 => json!(self.word()),
            6 => (0..self.rng.usize(0..5))
                .map(|_| self.value(depth - 1))
                .collect(),
            _ => {
                let keys = ["a", "b", "c/d", "e~f", "name", "10", "9"];
                let count = self.rng.usize(0..4);
                let pairs = (0..count).map(|_| {
                    let key = self.rng.choice(keys).unwrap_or_default().to_owned();
                    (key, self.value(depth - 1))
                });
                Value::Object(pairs.collect())
            }
        }
    }

    /// The manifest after some edits.
    fn edited(&mut self, old: &[Value]) -> Vec<Value> {
        let mut new = old.to_vec();
        for _ in 0..self.rng.usize(0..5) {
            match self.rng.u32(0..8) {
                0 => new.push(self.resource(10 + new.len() + old.len())),
                1 if new.len() > 1 => drop(new.remove(self.rng.usize(0..new.len()))),
                2 => self.rng.shuffle(&mut new),
                _ => {
                    if let Some(at) = (!new.is_empty()).then(|| self.rng.usize(0..new.len())) {
                        let name = if new[at]["kind"] == "Secret" {
                            "data"
                        } else {
                            "spec"
                        };
                        let parts = [name, "stringData", "data", "metadata"];
                        let part = self.rng.choice(parts).unwrap_or_default();
                        let kind = new[at]["kind"].as_str().unwrap_or_default();
                        let hidden = matches!(
                            (kind, part),
                            ("Secret", "data" | "stringData") | ("ConfigMap", "data")
                        );
                        if let Some(part) = new[at].get_mut(part) {
                            self.edit(part, 4, hidden);
                        }
                    }
                }
            }
        }
        // Two keys of one kind may have come to the same name.
        let mut names = std::collections::BTreeSet::new();
        new.retain(|resource| names.insert(key(resource)));
        new
    }

    /// Changes something in a value or below; names stay, since they tell resources apart. What
    /// comes below `hidden` values is secret.
    fn edit(&mut self, value: &mut Value, depth: u32, hidden: bool) {
        match value {
            Value::Object(map) if !map.is_empty() && depth > 0 => {
                let keys: Vec<String> = map.keys().filter(|key| *key != "name").cloned().collect();
                let Some(key) = self.rng.choice(&keys).cloned() else {
                    return;
                };
                match self.rng.u32(0..5) {
                    0 => drop(map.remove(&key)),
                    1 if hidden => {
                        map.insert(format!("secret-{}", self.rng.u32(0..3)), self.fresh());
                    }
                    1 => drop(map.insert(format!("key-{}", self.rng.u32(0..3)), self.value(1))),
                    _ => self.edit(&mut map[&key], depth - 1, hidden),
                }
            }
            Value::Array(list) if !list.is_empty() && depth > 0 => {
                let at = self.rng.usize(0..list.len());
                match self.rng.u32(0..5) {
                    0 => drop(list.remove(at)),
                    1 => self.rng.shuffle(list),
                    2 if !list[at].is_object() => list.insert(at, self.value(1)),
                    _ => self.edit(&mut list[at], depth - 1, hidden),
                }
            }
            // Values next to secrets are new secrets: they must not be told either.
            Value::String(text) if text.len() > 20 => *value = self.fresh(),
            other => *other = self.value(1),
        }
    }

    fn fresh(&mut self) -> Value {
        Value::String(self.secret())
    }
}
