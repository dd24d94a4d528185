//! YAML of many values, as sigs.k8s.io/yaml and go-yaml v3 wrote it.
//!
//! A line of `write/cases.tsv` has three JSON texts: the value, and what Go gave for `toYaml` and for
//! `toYamlPretty`. In a value, objects are `{"map": {…}}`, numbers `{"int": "1"}`, `{"uint": "1"}` or
//! `{"float": "1e6"}`, and strings that are no UTF-8 `{"bytes": "<hex>"}`; an error is
//! `{"error": "<text>"}`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use gostd::types::IntType;
use gostd::{List, Map, Text, Value};
use goyaml::write::WriteError;
use serde_json::Value as Json;

const CASES: &str = include_str!("write/cases.tsv");

fn value(json: &Json) -> Value {
    let object = match json {
        Json::Null => return Value::Nil,
        Json::Bool(b) => return Value::Bool(*b),
        Json::String(text) => return text.as_str().into(),
        Json::Array(items) => return items.iter().map(value).collect::<List>().into(),
        Json::Number(_) => panic!("a number without type"),
        Json::Object(object) => object,
    };
    let (kind, content) = object.iter().next().unwrap();
    let text = || content.as_str().unwrap();
    match kind.as_str() {
        "map" => {
            let entries = content.as_object().unwrap().iter();
            let entries = entries.map(|(k, v)| (k.as_str(), value(v)));
            entries.collect::<Map>().into()
        }
        "int" => Value::int64(text().parse().unwrap()),
        "uint" => Value::Int(IntType::Uint64, text().parse::<u64>().unwrap() as i64),
        "float" => Value::Float64(text().parse().unwrap()),
        "bytes" => {
            let hex = text();
            let byte = |i: usize| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap();
            Text::new((0..hex.len() / 2).map(byte).collect()).into()
        }
        other => panic!("{other}"),
    }
}

/// Go's error texts name a line in the JSON that U+0085 makes go-yaml count; ours do not.
fn without_line(text: &str) -> String {
    (1..9).fold(text.to_owned(), |text, n| {
        text.replace(&format!("yaml: line {n}: "), "yaml: ")
    })
}

fn outcome(result: Result<Vec<u8>, WriteError>) -> Json {
    match result {
        Ok(bytes) => Json::String(String::from_utf8(bytes).unwrap()),
        Err(error) => serde_json::json!({ "error": error.to_string() }),
    }
}

#[test]
fn writes_what_go_writes() {
    let mut wrong = Vec::new();
    for line in CASES.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let &[input, v2, v3] = columns.as_slice() else {
            panic!("{line}");
        };
        let value = value(&serde_json::from_str(input).unwrap());
        for (name, got, expected) in [
            ("toYaml", goyaml::to_yaml(&value), v2),
            ("toYamlPretty", goyaml::to_yaml_pretty(&value), v3),
        ] {
            let mut expected: Json = serde_json::from_str(expected).unwrap();
            if let Some(Json::String(text)) = expected.get_mut("error") {
                *text = without_line(text);
            }
            let got = outcome(got);
            if got != expected {
                wrong.push(format!(
                    "{name} of {input}\n  want {expected}\n  got  {got}"
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
