//! TOML as BurntSushi wrote and read it.
//!
//! A line of `cases.tsv` has a letter and two JSON texts. After `w`: a value and what `toToml` made of
//! it. After `r`: a text and what `fromToml` made of it, as `%v` prints it and, after a `|`, with the
//! types. Objects are `{"map": {…}}`, numbers `{"int": "1"}`, `{"uint": "1"}` or `{"float": "1e6"}`,
//! bytes that are no UTF-8 `{"bytes": "<hex>"}`; an error is `{"error": "<text>"}`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{TomlError, from_toml, to_toml};
use gostd::host::Instant;
use gostd::types::IntType;
use gostd::{List, Map, Text, Value, fmt, json};

const CASES: &str = include_str!("cases.tsv");

fn epoch() -> Instant {
    Instant {
        seconds: 0,
        nanoseconds: 0,
    }
}

/// The value that a case describes.
fn described(notation: &Value) -> Value {
    if let Some(list) = notation.as_list() {
        return list
            .snapshot()
            .iter()
            .map(described)
            .collect::<List>()
            .into();
    }
    let Some(object) = notation.as_map() else {
        return notation.clone();
    };
    let (kind, content) = object.snapshot().remove(0);
    let text = || content.as_text().unwrap().as_str().unwrap().to_owned();
    match kind.as_str().unwrap() {
        "map" => {
            let entries = content.as_map().unwrap().snapshot().into_iter();
            let entries = entries.map(|(k, v)| (k, described(&v)));
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

fn types(value: &Value) -> String {
    let name = value.type_name();
    if let Some(map) = value.as_map() {
        let entries = map.snapshot().into_iter();
        let entries: Vec<_> = entries.map(|(k, v)| format!("{k}:{}", types(&v))).collect();
        return format!("{name}{{{}}}", entries.join(","));
    }
    if let Some(list) = value.as_list() {
        let items: Vec<_> = list.snapshot().iter().map(types).collect();
        return format!("{name}[{}]", items.join(","));
    }
    name.into_owned()
}

fn encode(value: &Value) -> Result<String, TomlError> {
    let toml = to_toml(value)?;
    Ok(String::from_utf8_lossy(&toml).into_owned())
}

fn read(text: &[u8]) -> Result<String, TomlError> {
    let value = Value::from(from_toml(text, &epoch)?);
    let text = fmt::sprintf(b"%v", std::slice::from_ref(&value)).unwrap();
    let text = String::from_utf8(text).unwrap();
    Ok(format!("{text}|{}", types(&value)))
}

#[test]
fn does_what_go_does() {
    let mut wrong = Vec::new();
    for line in CASES.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let &[kind, input, expected] = columns.as_slice() else {
            panic!("{line}");
        };
        let value = described(&json::decode(input.as_bytes()).unwrap());
        let result = match kind {
            "w" => encode(&value),
            _ => read(value.as_text().unwrap().as_bytes()),
        };
        let got: Value = match result {
            Ok(text) => text.into(),
            Err(error) => [("error", error.to_string())]
                .into_iter()
                .collect::<Map>()
                .into(),
        };
        let expected = json::decode(expected.as_bytes()).unwrap();
        let print =
            |v: &Value| String::from_utf8(fmt::sprintf(b"%#v", std::slice::from_ref(v)).unwrap());
        if print(&got) != print(&expected) {
            wrong.push(format!(
                "{input}\n  want {:?}\n  got  {:?}",
                print(&expected),
                print(&got)
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_panic_is_told_from_an_error() {
    assert!(to_toml(&Value::Nil).unwrap_err().panics());
    let table: Value = Map::new().into();
    let tables: Value = [table].into_iter().collect::<List>().into();
    assert!(!to_toml(&tables).unwrap_err().panics());
}

#[test]
fn dates_survive_the_round_trip() {
    for text in [
        "a = 1979-05-27T07:32:00.5+07:00\n",
        "a = 1979-05-27T07:32:00Z\n",
        "a = 1979-05-27T07:32:00.999\n",
        "a = 1979-05-27\n",
        "a = 07:32:00\n",
    ] {
        let map = from_toml(text.as_bytes(), &epoch).unwrap();
        assert_eq!(encode(&map.into()).unwrap(), text);
    }
}
