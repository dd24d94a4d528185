//! Reading compared with sigs.k8s.io/yaml v1.6.0: `read.jsonl` has a text a line, with the JSON or
//! the error that `Unmarshal` (`UnmarshalStrict` where it says so) gave for it.

#![allow(clippy::unwrap_used)]

use goyaml::{Error, Kind, Node, parse, parse_strict};
use serde_json::{Map, Value};

fn json(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(b) => Value::from(*b),
        Kind::Int(n) => Value::from(*n),
        Kind::Uint(n) => Value::from(*n),
        Kind::Float(f) => Value::from(*f),
        Kind::Str(text) => Value::from(&**text),
        Kind::Seq(items) => items.iter().map(json).collect(),
        Kind::Map(entries) => {
            let entries = entries.iter().map(|e| (e.key.to_string(), json(&e.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x == y || x.as_f64() == y.as_f64(),
        (Value::Array(x), Value::Array(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y))
        }
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len()
                && x.iter()
                    .all(|(key, x)| y.get(key).is_some_and(|y| same(x, y)))
        }
        _ => a == b,
    }
}

/// Returns true if reading some keys gave what reading all and dropping the others gives.
fn is_same_part(whole: &Result<Node, Error>, part: Result<Node, Error>) -> bool {
    let mut whole = whole.clone();
    if let Ok(Node {
        kind: Kind::Map(entries),
        ..
    }) = &mut whole
    {
        entries.retain(|entry| entry.key.len() != 1);
    }
    // Not-a-number differs from itself, but never gets here.
    whole == part
}

#[test]
fn reads_as_go_does() {
    let mut failures = Vec::new();
    for line in include_str!("read.jsonl").lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        let text = vector["yaml"].as_str().unwrap().as_bytes();
        let result = match vector.get("strict") {
            Some(_) => parse_strict(text),
            None => parse(text),
        };
        let is_same = match (&result, vector.get("error")) {
            (Ok(node), None) => same(&json(node), &vector["json"]),
            (Err(error), Some(text)) => text == &Value::from(error.to_string()),
            _ => false,
        };
        let part = match vector.get("strict") {
            Some(_) => true,
            None => is_same_part(&result, goyaml::parse_keys(text, |key| key.len() != 1)),
        };
        if !is_same || !part {
            failures.push(format!(
                "{line}\n  gave {:?}",
                result.map(|node| json(&node).to_string())
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
