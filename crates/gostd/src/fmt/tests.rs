//! The printer against `testdata/fmt.tsv`, recorded from Go 1.26: function (f for Sprintf, p for
//! Sprint, l for Sprintln), format, operands and result.
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
use crate::test_vectors::read_all;

#[test]
fn prints_as_go_does() {
    let mut wrong = Vec::new();
    for line in include_str!("../../testdata/fmt.tsv").lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [function, format, operands, expected] = columns[..] else {
            panic!("bad line: {line}")
        };
        let args = read_all(operands);
        let got = match function {
            "p" => sprint(&args),
            "l" => sprintln(&args),
            _ => sprintf(&strconv::unquote(format.as_bytes()).unwrap(), &args),
        };
        let got = strconv::quote_to_ascii(&got.unwrap());
        if got != expected {
            wrong.push(format!(
                "{function} {format} {operands}\n  Go    {expected}\n  rhelm {got}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn a_map_that_contains_itself_is_an_error() {
    let run = || {
        let map = Map::new();
        map.insert("me".into(), Value::Map(map.clone())).unwrap();
        map.insert("too".into(), Value::Map(map.clone())).unwrap();
        let value = Value::Map(map.clone());
        assert_eq!(value_text(&value), Err(FormatError::TooDeep));
        map.remove(b"me");
        map.remove(b"too");
    };
    let thread = std::thread::Builder::new().stack_size(8 << 20);
    thread.spawn(run).unwrap().join().unwrap();
}

#[test]
fn an_exponential_text_is_an_error() {
    let mut value = Value::from("x".repeat(1000));
    for _ in 0..40 {
        value = List::new(vec![value.clone(), value]).into();
    }
    assert_eq!(value_text(&value), Err(FormatError::TooLong));
    let format = "%1000000d".repeat(1000);
    let args = vec![Value::int(1); 1000];
    assert_eq!(sprintf(format.as_bytes(), &args), Err(FormatError::TooLong));
}
