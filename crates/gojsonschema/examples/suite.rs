//! Runs the JSON Schema Test Suite: `cargo run --example suite PATH-OF-THE-SUITE`.
//!
//! Prints, for each draft, how many of its required tests give the verdict that the suite wants.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout
)]

use std::error::Error;
use std::fs;
use std::path::Path;

use gojsonschema::{Document, Draft, Kind, Loader, NodeId, Schema, SchemeLoader};

const DRAFTS: [(&str, Draft); 5] = [
    ("draft4", Draft::Draft4),
    ("draft6", Draft::Draft6),
    ("draft7", Draft::Draft7),
    ("draft2019-09", Draft::Draft2019),
    ("draft2020-12", Draft::Draft2020),
];

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: suite PATH-OF-THE-SUITE")?;
    let suite = Path::new(&path);
    let remotes = suite.join("remotes");
    let remote = move |url: &str| {
        let name = url
            .strip_prefix("http://localhost:1234/")
            .ok_or("no network")?;
        fs::read(remotes.join(name)).map_err(|e| e.to_string().into())
    };
    let loaders: [(&str, &dyn Loader); 1] = [("http", &remote)];
    for (name, draft) in DRAFTS {
        let (mut right, mut all) = (0, 0);
        for entry in fs::read_dir(suite.join("tests").join(name))? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let text = fs::read_to_string(&path)?;
            let groups = Document::parse(text.as_bytes())?;
            for &group in groups.array(NodeId::ROOT).unwrap_or_default() {
                for (title, as_wanted) in run(&text, &groups, group, draft, &loaders) {
                    all += 1;
                    right += usize::from(as_wanted);
                    if !as_wanted {
                        println!("{name} {}: {title}", path.display());
                    }
                }
            }
        }
        println!("{name}: {right} of {all}");
    }
    Ok(())
}

/// The titles of a group's tests, and whether the verdicts are those wanted.
fn run(
    text: &str,
    groups: &Document,
    group: NodeId,
    draft: Draft,
    loaders: &[(&str, &dyn Loader)],
) -> Vec<(String, bool)> {
    let Some(schema) = groups.get(group, "schema") else {
        return Vec::new();
    };
    let source = schema_text(text, groups, schema, draft);
    let schema = Schema::compile(
        "file:///suite.json",
        source.as_bytes(),
        &SchemeLoader(loaders),
    );
    let tests = groups
        .get(group, "tests")
        .and_then(|tests| groups.array(tests))
        .unwrap_or_default();
    let verdict = |test: &NodeId| {
        let title = groups
            .get_string(*test, "description")
            .unwrap_or_default()
            .to_owned();
        let is_valid = groups
            .get(*test, "valid")
            .map(|v| matches!(groups.kind(v), Kind::Bool(true)));
        let data = groups.get(*test, "data");
        let valid = match (&schema, data) {
            (Ok(schema), Some(data)) => Some(schema.validate(&groups.value(data)).is_ok()),
            _ => None,
        };
        (title, valid == is_valid)
    };
    tests.iter().map(verdict).collect()
}

/// The schema's own text, with the draft named where it names none.
fn schema_text(text: &str, groups: &Document, schema: NodeId, draft: Draft) -> String {
    let start = groups.offset(schema);
    let own = text.get(start..).unwrap_or_default();
    let own = own.get(..value_length(own)).unwrap_or_default();
    let dialect = format!("\"$schema\": \"{}\"", draft.url());
    match groups.object(schema) {
        Some(_) if groups.get(schema, "$schema").is_some() => own.to_owned(),
        Some(entries) if entries.is_empty() => format!("{{{dialect}}}"),
        Some(_) => format!("{{{dialect}, {}", own.get(1..).unwrap_or_default()),
        None => format!("{{{dialect}, \"allOf\": [{own}]}}"),
    }
}

/// The length of the JSON value that `text` starts with.
fn value_length(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for (at, b) in text.bytes().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}
