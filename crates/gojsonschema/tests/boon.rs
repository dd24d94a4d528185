//! Random schemas and instances, judged here and by boon, whose author wrote Helm's validator too:
//! the same verdict, and something wrong at the same places.

use std::collections::BTreeSet;

use boon::{Compiler, Schemas};
use fastrand::Rng;
use gojsonschema::{Document, NoLoader, NodeId, Schema, ValidateError, instance_pointer};
use serde_json::{Map, Value, json};

const URL: &str = "file:///values.schema.json";

const DRAFTS: [&str; 5] = [
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

/// The number of schemas, each with five instances.
const ROUNDS: u64 = 1_500;

#[test]
fn boon_agrees() {
    let mut judged = 0;
    for round in 0..ROUNDS {
        let mut rng = Rng::with_seed(round);
        let schema = whole_schema(&mut rng);
        let instances: Vec<Value> = (0..5).map(|_| instance(&mut rng, 2)).collect();
        let ours = Schema::compile(URL, schema.to_string().as_bytes(), &NoLoader);
        let mut theirs = Schemas::new();
        let mut compiler = Compiler::new();
        let compiled = compiler
            .add_resource(URL, schema.clone())
            .map_err(|e| e.to_string())
            .and_then(|()| {
                compiler
                    .compile(URL, &mut theirs)
                    .map_err(|e| e.to_string())
            });
        assert_eq!(
            ours.as_ref().err().map(ToString::to_string).is_some(),
            compiled.as_ref().err().is_some(),
            "{schema}\nhere {ours:?}\nboon {compiled:?}"
        );
        let (Ok(ours), Ok(index)) = (ours, compiled) else {
            continue;
        };
        for instance in instances {
            let answer = match theirs.validate(&instance, index) {
                Ok(()) => BTreeSet::new(),
                Err(error) => their_places(&error),
            };
            assert_eq!(our_places(&ours, &instance), answer, "{schema}\n{instance}");
            judged += 1;
        }
    }
    assert!(judged > 5_000, "only {judged} instances were judged");
}

/// The places of the violations that have no causes of their own.
fn our_places(schema: &Schema, instance: &Value) -> BTreeSet<String> {
    let text = instance.to_string();
    let Ok(document) = Document::parse(text.as_bytes()) else {
        return BTreeSet::from(["no JSON".into()]);
    };
    match schema.validate(&document.value(NodeId::ROOT)) {
        Ok(()) => BTreeSet::new(),
        Err(ValidateError::Invalid(error)) => {
            let places = error.leaves().into_iter();
            places
                .map(|leaf| instance_pointer(leaf.instance_location()))
                .map(|pointer| String::from_utf8_lossy(&pointer).into_owned())
                .collect()
        }
        Err(error) => BTreeSet::from([error.to_string()]),
    }
}

fn their_places(error: &boon::ValidationError) -> BTreeSet<String> {
    if error.causes.is_empty() {
        return BTreeSet::from([error.instance_location.to_string()]);
    }
    error.causes.iter().flat_map(their_places).collect()
}

fn whole_schema(rng: &mut Rng) -> Value {
    let draft = *rng.choice(&DRAFTS).unwrap_or(&DRAFTS[4]);
    let four = draft == DRAFTS[0];
    let mut map = object_schema(rng, 3, four);
    map.insert("$schema".into(), draft.into());
    let definitions = json!({"x": subschema(rng, 1, four), "y": subschema(rng, 1, four)});
    map.insert("definitions".into(), definitions);
    Value::Object(map)
}

fn subschema(rng: &mut Rng, depth: u32, four: bool) -> Value {
    match rng.u32(0..12) {
        0 if !four => rng.bool().into(),
        1 => json!({"$ref": rng.choice(["#/definitions/x", "#/definitions/y"])}),
        _ => Value::Object(object_schema(rng, depth, four)),
    }
}

fn object_schema(rng: &mut Rng, depth: u32, four: bool) -> Map<String, Value> {
    let mut map = Map::new();
    for _ in 0..rng.usize(1..=3) {
        keyword(rng, depth, four, &mut map);
    }
    map
}

fn keyword(rng: &mut Rng, depth: u32, four: bool, map: &mut Map<String, Value>) {
    let types = [
        "string", "number", "integer", "boolean", "null", "object", "array",
    ];
    let key = |rng: &mut Rng| rng.choice(["a", "b", "c", "ab"]).unwrap_or("a");
    let (name, value): (&str, Value) = match rng.u32(0..if depth == 0 { 12 } else { 26 }) {
        0 | 1 => ("type", rng.choice(types).into()),
        2 => (
            "type",
            json!(["string", rng.choice(["null", "array", "number"])]),
        ),
        3 => ("enum", json!([scalar(rng), "x", 3])),
        4 if !four => ("const", scalar(rng)),
        5 => ("minimum", json!(rng.i32(-2..4))),
        6 => ("maximum", json!(rng.i32(-2..4))),
        7 => ("multipleOf", json!(rng.u32(1..4))),
        8 => ("minLength", json!(rng.u32(0..4))),
        9 => ("maxLength", json!(rng.u32(0..4))),
        10 => (
            "pattern",
            json!(rng.choice(["^a", "b$", "[a-c]+", "^.{2}$", "é"])),
        ),
        11 => ("required", json!([key(rng)])),
        12 | 13 => {
            let (a, b) = (
                subschema(rng, depth - 1, four),
                subschema(rng, depth - 1, four),
            );
            ("properties", json!({"a": a, "b": b}))
        }
        14 => ("additionalProperties", subschema(rng, depth - 1, four)),
        15 => (
            "patternProperties",
            json!({"^a": subschema(rng, depth - 1, four)}),
        ),
        16 => ("items", subschema(rng, depth - 1, four)),
        17 => ("minItems", json!(rng.u32(0..3))),
        18 => ("maxItems", json!(rng.u32(0..3))),
        19 => ("uniqueItems", true.into()),
        20 => (
            "allOf",
            json!([
                subschema(rng, depth - 1, four),
                subschema(rng, depth - 1, four)
            ]),
        ),
        21 => (
            "anyOf",
            json!([
                subschema(rng, depth - 1, four),
                subschema(rng, depth - 1, four)
            ]),
        ),
        22 => (
            "oneOf",
            json!([
                subschema(rng, depth - 1, four),
                subschema(rng, depth - 1, four)
            ]),
        ),
        23 => ("not", subschema(rng, depth - 1, four)),
        24 if !four => ("contains", subschema(rng, depth - 1, four)),
        25 if !four => ("propertyNames", subschema(rng, depth - 1, four)),
        _ => ("minProperties", json!(rng.u32(0..3))),
    };
    map.insert(name.into(), value);
}

fn scalar(rng: &mut Rng) -> Value {
    let scalars = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(2.5),
        json!(3),
        json!(-1),
        json!(6.0),
        json!(""),
        json!("a"),
        json!("ab"),
        json!("abc"),
        json!("é"),
        json!("x"),
    ];
    rng.choice(scalars).unwrap_or_default()
}

fn instance(rng: &mut Rng, depth: u32) -> Value {
    match rng.u32(0..if depth == 0 { 3 } else { 8 }) {
        0..=2 => scalar(rng),
        3 | 4 => (0..rng.usize(0..4))
            .map(|_| instance(rng, depth - 1))
            .collect(),
        _ => {
            let mut map = Map::new();
            for _ in 0..rng.usize(0..4) {
                let key = rng.choice(["a", "b", "c", "ab", "é"]).unwrap_or("a");
                map.insert(key.into(), instance(rng, depth - 1));
            }
            Value::Object(map)
        }
    }
}
