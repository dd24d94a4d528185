//! Errors that list the same share the list: a long enumeration that thousands of values miss is in memory once.
#![allow(clippy::unwrap_used)]

use gojsonschema::{Document, ErrorKind, NoLoader, NodeId, Schema, ValidateError};
use std::sync::Arc;

const URL: &str = "file:///values.schema.json";

/// Counts the violations of values, each with its list.
fn lists(schema: &str, values: &str) -> Vec<Arc<[String]>> {
    let schema = Schema::compile(URL, schema.as_bytes(), &NoLoader).unwrap();
    let document = Document::parse(values.as_bytes()).unwrap();
    let Err(ValidateError::Invalid(error)) = schema.validate(&document.value(NodeId::ROOT)) else {
        return Vec::new();
    };
    let list = |kind: &ErrorKind| match kind {
        ErrorKind::Enum(Some(list)) | ErrorKind::Required(list) => Some(Arc::clone(list)),
        _ => None,
    };
    let leaves = error.leaves();
    leaves.iter().filter_map(|leaf| list(leaf.kind())).collect()
}

fn are_one(lists: &[Arc<[String]>]) -> bool {
    lists.windows(2).all(|pair| Arc::ptr_eq(&pair[0], &pair[1]))
}

#[test]
fn lists_are_shared() {
    let items: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    let schema = format!(r#"{{"items": {{"enum": [{}]}}}}"#, items.join(","));
    let counts = lists(&schema, r#"["a", "b", "c"]"#);
    assert_eq!(counts.len(), 3);
    assert!(counts[0].len() == 100 && are_one(&counts));

    let counts = lists(
        r#"{"items": {"required": ["a", "b"]}}"#,
        "[{}, {}, {\"a\": 1}, {}]",
    );
    let lengths: Vec<usize> = counts.iter().map(|list| list.len()).collect();
    assert_eq!(lengths, [2, 2, 1, 2]);
    assert!(are_one(&counts[..2]));
}
