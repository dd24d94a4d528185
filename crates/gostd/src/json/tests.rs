//! JSON against `testdata/json.tsv`, recorded from Go 1.26: what is done, the value or text, the
//! result and the error.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use super::*;
use crate::list::List;
use crate::map::Map;
use crate::strconv;
use crate::test_vectors::{notation, read_all};

/// Does one recorded thing; gives the result as the table writes it, and the error.
fn run(what: &str, input: &str) -> (String, String) {
    let write = |options| {
        let value = read_all(input).remove(0);
        match encode(&value, options) {
            Ok(json) => (strconv::quote_to_ascii(&json), String::new()),
            Err(error) => ("\"\"".into(), error.to_string()),
        }
    };
    let text = || strconv::unquote(input.as_bytes()).unwrap();
    let error_text = |error: Option<Error>| error.map(|e| e.to_string()).unwrap_or_default();
    match what {
        "compact" => write(Options::COMPACT),
        "pretty" => write(Options::PRETTY),
        "raw" => write(Options::RAW),
        "any" => match decode(&text()) {
            Ok(value) => (notation(&value), String::new()),
            Err(error) => ("nil".into(), error.to_string()),
        },
        "map" => {
            let (map, error) = decode_map(&text());
            (notation(&map.into()), error_text(error))
        }
        "list" => {
            let (list, error) = decode_list(&text());
            (notation(&list.into()), error_text(error))
        }
        other => panic!("{other}"),
    }
}

#[test]
fn reads_and_writes_as_go_does() {
    let mut wrong = Vec::new();
    for line in include_str!("../../testdata/json.tsv").lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [what, input, result, error] = columns[..] else {
            panic!("bad line: {line}")
        };
        let (got, got_error) = run(what, input);
        let got_error = strconv::quote_to_ascii(got_error.as_bytes());
        if (got.as_str(), got_error.as_str()) != (result, error) {
            wrong.push(format!(
                "{what} {input}\n  Go    {result} {error}\n  rhelm {got} {got_error}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn a_value_that_contains_itself_is_an_error() {
    let run = || {
        let map = Map::new();
        let list = List::new(vec![Value::Map(map.clone())]);
        map.insert("me".into(), Value::List(list)).unwrap();
        let error = encode(&Value::Map(map.clone()), Options::COMPACT).unwrap_err();
        assert_eq!(
            error.to_string(),
            "json: unsupported value: encountered a cycle via map[string]interface {}"
        );
        map.remove(b"me");
    };
    on_a_large_stack(run);
}

fn on_a_large_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(8 << 20);
    thread.spawn(run).unwrap().join().unwrap();
}

#[test]
fn nesting_ends_where_go_ends() {
    on_a_large_stack(|| {
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        let deepest = nested(10_000);
        let value = decode(&deepest).unwrap();
        assert_eq!(encode(&value, Options::COMPACT).unwrap(), deepest);
        let mut objects = br#"{"a":"#.repeat(10_001);
        objects.push(b'1');
        let text = |error: Error| error.to_string();
        assert_eq!(
            decode(&nested(10_001)).map_err(text).unwrap_err(),
            "invalid character '[' exceeded max depth"
        );
        assert_eq!(
            decode(&objects).map_err(text).unwrap_err(),
            "invalid character '{' exceeded max depth"
        );
        let deeper = Value::from(List::new(vec![value]));
        assert_eq!(
            encode(&deeper, Options::PRETTY).map_err(text).unwrap_err(),
            "invalid character '[' exceeded max depth"
        );
    });
}

#[test]
fn an_exponential_text_is_an_error() {
    let mut value = Value::from("x".repeat(1000));
    for _ in 0..40 {
        value = List::new(vec![value.clone(), value]).into();
    }
    assert_eq!(encode(&value, Options::COMPACT), Err(Error::TooLong));
}
