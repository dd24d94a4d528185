//! Patches of random changes, as Kubernetes' Go packages made them (`scripts/record-releases.sh`). `RHELM_PATCH_VECTORS` names
//! another file of them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

use super::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Vector {
    original: Value,
    modified: Value,
    current: Value,
    r#type: String,
    #[serde(default)]
    patch: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    take_ownership: bool,
}

fn resource(object: &Value) -> Resource {
    let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
    let api_version = text("apiVersion");
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    Resource {
        group: group.to_owned(),
        version: version.to_owned(),
        kind: text("kind"),
        ..Resource::default()
    }
}

#[test]
fn patches_are_those_of_go() {
    let path = std::env::var("RHELM_PATCH_VECTORS").unwrap_or_else(|_| {
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/releases/patches.jsonl"
        )
        .into()
    });
    let vectors = std::fs::read_to_string(path).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in vectors.lines() {
        let vector: Vector = serde_json::from_str(line).unwrap();
        count += 1;
        let made = create(
            &resource(&vector.modified),
            &vector.original,
            &vector.modified,
            &vector.current,
            vector.take_ownership,
        );
        let (kind, patch, error) = match made {
            Ok(patch) => {
                let kind = match patch.patch {
                    PatchType::Strategic => "strategic",
                    _ => "merge",
                };
                (kind, String::from_utf8(patch.body).unwrap(), String::new())
            }
            Err(error) => (&*vector.r#type, String::new(), error.0),
        };
        if (kind, &*patch, &*error) != (&*vector.r#type, &*vector.patch, &*vector.error) {
            wrong.push(format!(
                "{line}\n  go:    {}{}\n  rhelm: {kind} {patch}{error}",
                vector.patch, vector.error
            ));
        }
    }
    assert!(count > 100, "{count}");
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong
            .iter()
            .take(5)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n")
    );
}
