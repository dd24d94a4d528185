//! Errors recorded from santhosh-tekuri's jsonschema 6.0.2 (with its walks over Go maps sorted).
//!
//! `vectors.txt` holds cases of: `### ` and a schema, an instance on a line, the outcome.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use gojsonschema::{
    CompileError, Document, LoadError, Loader, NodeId, Schema, SchemeLoader, ValidateError,
    instance_pointer,
};

const URL: &str = "file:///values.schema.json";

fn permissive(_: &str) -> Result<Vec<u8>, LoadError> {
    Ok(b"true".to_vec())
}

fn offline(_: &str) -> Result<Vec<u8>, LoadError> {
    Err("no network".into())
}

fn compile(schema: &str) -> Result<Schema, CompileError> {
    let loaders: [(&str, &dyn Loader); 3] = [
        ("urn", &permissive),
        ("http", &offline),
        ("https", &offline),
    ];
    Schema::compile(URL, schema.as_bytes(), &SchemeLoader(&loaders))
}

fn outcome(schema: &str, instance: &str) -> String {
    let stopped = |why| format!("unable to validate schema: {why}");
    let schema = match compile(schema) {
        Ok(schema) => schema,
        Err(CompileError::Stopped(why)) => return stopped(why),
        Err(error) => return error.to_string(),
    };
    let instance = Document::parse(instance.as_bytes()).unwrap();
    match schema.validate(&instance.value(NodeId::ROOT)) {
        Ok(()) => "OK".to_owned(),
        Err(ValidateError::Stopped(why)) => stopped(why),
        Err(error) => error.to_string(),
    }
}

#[test]
fn recorded() {
    let cases = include_str!("vectors.txt").strip_prefix("### ").unwrap();
    let mut count = 0;
    for case in cases.split("\n### ") {
        let mut parts = case.splitn(3, '\n');
        let (schema, instance) = (parts.next().unwrap(), parts.next().unwrap());
        let expected = parts.next().unwrap();
        assert_eq!(
            outcome(schema, instance),
            expected.trim_end_matches('\n'),
            "{schema}\n{instance}"
        );
        count += 1;
    }
    assert!(count > 100);
}

#[test]
fn violations_tell_places() {
    let text =
        "{\"properties\": {\n  \"a\": {\"prefixItems\": [true], \"items\": {\"maximum\": 1}}}}";
    let schema = compile(text).unwrap();
    let instance = Document::parse(br#"{"a": [0, 1, 2]}"#).unwrap();
    let Err(ValidateError::Invalid(error)) = schema.validate(&instance.value(NodeId::ROOT)) else {
        panic!("valid");
    };
    let leaves = error.leaves();
    let violation = leaves.first().unwrap();
    assert_eq!(
        violation.keyword_location(),
        format!("{URL}#/properties/a/items/maximum")
    );
    assert_eq!(violation.schema_offset(), text.find("1}}}}"));
    // The message counts items behind the prefix from 0; the place is the real one.
    assert_eq!(instance_pointer(violation.instance_location()), b"/a/1");
    let real = gojsonschema::Token::Index { label: 1, real: 2 };
    assert_eq!(violation.instance_location().last(), Some(&real));
}

/// Values and schemas nested as deep as texts may be, and references that multiply, end in an
/// error and within an ordinary stack.
#[test]
fn hostile_schemas_end() {
    let deep = format!("{}true{}", "{\"not\":".repeat(9_000), "}".repeat(9_000));
    assert!(matches!(compile(&deep), Err(CompileError::Stopped(_))));
    let text = r##"{"$defs":{"n":{"items":{"$ref":"#/$defs/n"}}},"$ref":"#/$defs/n"}"##;
    let values = format!("{}{}", "[".repeat(9_000), "]".repeat(9_000));
    assert!(outcome(text, &values).ends_with("nested too deeply"));
    assert_eq!(
        outcome(text, &format!("{}{}", "[".repeat(300), "]".repeat(300))),
        "OK"
    );
    assert!(outcome(r#"{"uniqueItems":true}"#, &format!("[{values},{values}]")).contains("deeply"));
    let definition = |i: usize| {
        format!(
            r##""d{i}":{{"anyOf":[{{"$ref":"#/$defs/d{0}"}},{{"$ref":"#/$defs/d{0}"}}]}}"##,
            i + 1
        )
    };
    let definitions: Vec<_> = (0..40).map(definition).collect();
    let text = format!(
        r##"{{"$ref":"#/$defs/d0","$defs":{{{},"d40":false}}}}"##,
        definitions.join(",")
    );
    assert!(outcome(&text, "1").ends_with("too many steps"));
}
