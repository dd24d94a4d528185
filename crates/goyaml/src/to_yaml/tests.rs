//! Values with types of their own, cycles and line origins; the rest is in `tests/write.rs`.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use super::{to_yaml, to_yaml_pretty, to_yaml_with_origins};
use gostd::text::LineOrigin;
use gostd::types::{Field, GoType, IntType, Method, MethodCall, NamedType, StructType};
use gostd::value::{Struct, Value};
use gostd::{List, Map, Text};
use std::rc::Rc;

const INSTANT: &str = "2024-01-02T03:04:05.678Z";

const fn method(name: &'static str, call: MethodCall) -> Method {
    Method {
        name,
        pointer: false,
        params: &[],
        variadic: false,
        result: GoType::BYTES,
        more_results: &[],
        call,
    }
}

static TIME: StructType = StructType {
    name: "time.Time",
    fields: &[],
    methods: &[
        method("MarshalJSON", |_, _| {
            Ok(Value::Bytes(format!("\"{INSTANT}\"").into()))
        }),
        method("MarshalText", |_, _| Ok(Value::Bytes(INSTANT.into()))),
    ],
};

static DURATION: NamedType = NamedType {
    name: "time.Duration",
    methods: &[method("String", |_, _| Ok("1m30s".into()))],
};

static META: StructType = StructType {
    name: "main.Meta",
    fields: &[
        Field::omit_empty("Name", GoType::String, "name"),
        Field::omit_empty("Sources", GoType::STRINGS, "sources"),
        Field::new("Version", GoType::String, "version"),
        Field::new("Hidden", GoType::String, ""),
    ],
    methods: &[],
};

static CHART: StructType = StructType {
    name: "main.Chart",
    fields: &[
        Field {
            embedded: true,
            ..Field::new("Meta", GoType::Named("main.Meta"), "")
        },
        Field::new("IsRoot", GoType::Bool, "IsRoot"),
        Field::new("secret", GoType::INT, ""),
        Field::new("When", GoType::Named("time.Time"), "When"),
        Field::new("Took", GoType::Named("time.Duration"), "Took"),
        Field::new("Data", GoType::BYTES, "Data"),
    ],
    methods: &[],
};

fn structure(struct_type: &'static StructType, fields: Vec<Value>) -> Rc<Struct> {
    Rc::new(Struct {
        struct_type,
        fields,
        native: None,
    })
}

fn chart() -> Rc<Struct> {
    let sources = List::nil(GoType::String);
    let meta = vec!["".into(), sources.into(), "1".into(), "x".into()];
    let fields = vec![
        Value::Struct(structure(&META, meta)),
        true.into(),
        Value::int(3),
        Value::Struct(structure(&TIME, Vec::new())),
        Value::named(&DURATION, Value::int64(90_000_000_000)),
        Value::Bytes("hi".into()),
    ];
    structure(&CHART, fields)
}

fn v2(value: &Value) -> String {
    match to_yaml(value) {
        Ok(bytes) => String::from_utf8(bytes).unwrap(),
        Err(error) => error.to_string(),
    }
}

fn v3(value: &Value) -> String {
    match to_yaml_pretty(value) {
        Ok(bytes) => String::from_utf8(bytes).unwrap(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn structs() {
    for chart in [Value::Struct(chart()), Value::Ptr(chart())] {
        assert_eq!(
            v2(&chart),
            "Data: aGk=\nIsRoot: true\nTook: 90000000000\n\
             When: \"2024-01-02T03:04:05.678Z\"\nversion: \"1\"\n"
        );
        assert_eq!(
            v3(&chart),
            "meta:\n  name: \"\"\n  sources: []\n  version: \"1\"\n  hidden: x\nisroot: true\n\
             when: 2024-01-02T03:04:05.678Z\ntook: 1m30s\ndata:\n  - 104\n  - 105\n"
        );
    }
}

#[test]
fn nil_containers() {
    let strings: Value = List::nil(GoType::String).into();
    let map: Value = Map::nil(GoType::Interface).into();
    assert_eq!(
        (v2(&strings), v3(&strings)),
        ("null\n".into(), "[]\n".into())
    );
    assert_eq!((v2(&map), v3(&map)), ("null\n".into(), "{}\n".into()));
    let bytes = Value::Bytes(Text::default());
    assert_eq!((v2(&bytes), v3(&bytes)), ("\"\"\n".into(), "[]\n".into()));
}

#[test]
fn what_json_lacks() {
    let nan: Value = [f64::NAN].into_iter().collect::<List>().into();
    assert_eq!(
        v2(&nan),
        "error marshaling into JSON: json: unsupported value: NaN"
    );
    assert_eq!(v3(&nan), "- .nan\n");
    let infinity = Value::Float64(f64::NEG_INFINITY);
    assert_eq!(
        v2(&infinity),
        "error marshaling into JSON: json: unsupported value: -Inf"
    );
    assert_eq!(v3(&infinity), "-.inf\n");
    let imaginary = Value::Complex128(Rc::new((0.0, 1.0)));
    assert_eq!(
        v2(&imaginary),
        "error marshaling into JSON: json: unsupported type: complex128"
    );
    assert_eq!(v3(&imaginary), "cannot marshal type: complex128");
    assert_eq!(v3(&Value::Int(IntType::Uint8, 200)), "200\n");
}

/// Runs on a stack like the one that renders.
fn deeply(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(256 << 20);
    thread.spawn(test).unwrap().join().unwrap();
}

#[test]
fn cycles() {
    deeply(|| {
        let map = Map::new();
        let list: List = [Value::from(map.clone())].into_iter().collect();
        map.insert("a".into(), list.clone().into()).unwrap();
        let cycle = "error marshaling into JSON: json: unsupported value: encountered a cycle via ";
        assert_eq!(
            v2(&map.clone().into()),
            format!("{cycle}map[string]interface {{}}")
        );
        assert_eq!(v2(&list.into()), format!("{cycle}[]interface {{}}"));
        assert_eq!(v3(&map.clone().into()), "yaml: exceeded max depth of 10000");
        map.remove(b"a");
    });
}

#[test]
fn depth() {
    deeply(|| {
        for (depth, length) in [(9_999, 20_000), (10_000, 20_002)] {
            assert_eq!(v2(&nested(depth)).len(), length);
        }
        assert_eq!(v2(&nested(10_001)), "yaml: exceeded max depth of 10000");
        assert_eq!(v2(&nested(50_000)), "yaml: exceeded max depth of 10000");
    });
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(Value::from("x"), |value, _| List::new(vec![value]).into())
}

#[test]
fn equal_keys_after_replacement() {
    let keys = [(&b"\xff"[..], 1), (b"\xfe", 2), ("\u{fffd}".as_bytes(), 3)];
    let map: Map = keys.iter().map(|(k, n)| (*k, Value::int(*n))).collect();
    assert_eq!(v2(&map.into()), "\u{fffd}: 1\n");
}

#[test]
fn lines_keep_their_origin() {
    let at = |line| LineOrigin {
        template: 1,
        line,
        call: 0,
    };
    let block = Text::with_lines(b"a\nb\n".to_vec(), [at(5), at(6), at(7)].into());
    let word = Text::with_lines(b"word".to_vec(), [at(9)].into());
    let value: Map = [
        ("block", Value::from(block)),
        ("n", Value::int(1)),
        ("word", word.into()),
    ]
    .into_iter()
    .collect();
    let yaml = to_yaml_with_origins(&value.into()).unwrap();
    assert_eq!(yaml.bytes, b"block: |\n  a\n  b\n\"n\": 1\nword: word\n");
    let none = LineOrigin::default();
    assert_eq!(
        yaml.lines.unwrap().as_ref(),
        [at(5), at(5), at(6), none, at(9), none]
    );
}
