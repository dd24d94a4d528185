#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
//! Values against what Helm 3.21.4 and 4.2.4 made of the same inputs.

use super::*;
use crate::profile::Profile;
use gostd::Value;

/// A value with Go's types, as the recordings show it.
fn show(value: &Value) -> String {
    match value {
        Value::Nil => "nil".into(),
        Value::Str(text) => gostd::strconv::quote(text.as_bytes()),
        Value::Map(map) => {
            let entries: Vec<_> = map
                .snapshot()
                .iter()
                .map(|(k, v)| format!("{}: {}", gostd::strconv::quote(k.as_bytes()), show(v)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::List(list) => {
            let items: Vec<_> = list.snapshot().iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        scalar => {
            let text = gostd::fmt::sprintf(b"%T(%v)", &[scalar.clone(), scalar.clone()]).unwrap();
            String::from_utf8(text).unwrap()
        }
    }
}

#[test]
fn layers() {
    let mut wrong = Vec::new();
    for line in include_str!("tests/layers.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let arguments = |kind: &str| -> Vec<String> {
            let list = case["in"][kind].as_array();
            let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
            list.into_iter().flatten().map(text).collect()
        };
        let layers = Layers {
            files: arguments("Files"),
            set_json: arguments("Json"),
            set: arguments("Set"),
            set_string: arguments("String"),
            set_file: arguments("File"),
            set_literal: arguments("Literal"),
        };
        for (profile, helm) in [(Profile::helm3(), "three"), (Profile::helm4(), "four")] {
            let got = match layers.read(&mut LocalFiles, &profile) {
                Ok(supplied) => show(&Value::Map(supplied.values)),
                Err(error) => format!("error: {error}"),
            };
            let expected = case[helm].as_str().unwrap();
            if got != expected {
                wrong.push(format!(
                    "{} {helm}\n  got  {got}\n  want {expected}",
                    case["in"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
