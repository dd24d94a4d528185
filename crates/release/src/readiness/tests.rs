//! States of objects beside what the packages of kstatus and Helm say of them (`scripts/record-releases.sh`).
//! `RHELM_STATE_VECTORS` names another file of them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

use super::*;
use crate::Resource;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    object: Value,
    #[serde(default)]
    others: Vec<Value>,
    status: String,
    message: String,
    legacy: String,
}

#[test]
fn states_are_those_of_go() {
    let path = std::env::var("RHELM_STATE_VECTORS").unwrap_or_else(|_| {
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/releases/states.jsonl"
        )
        .into()
    });
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let vector: Vector = serde_json::from_str(line).unwrap();
        count += 1;
        let readiness = Readiness::of(&vector.object, 1_700_000_000);
        let status = match readiness.state {
            State::Unknown => String::new(),
            state => state.to_string(),
        };
        let text = |key: &str| vector.object[key].as_str().unwrap_or_default().to_owned();
        let (group, version) = text("apiVersion")
            .split_once('/')
            .map(|(group, version)| (group.to_owned(), version.to_owned()))
            .unwrap_or((String::new(), text("apiVersion")));
        let resource = Resource {
            group,
            version,
            kind: text("kind"),
            ..Resource::default()
        };
        let checks = LegacyChecks { jobs: true };
        let ready = match checks.checks(&resource) {
            true => checks.is_ready(&vector.object, &mut |_| Ok(vector.others.clone())),
            false => Ok(true),
        };
        let legacy = match ready {
            Ok(true) => "ready".to_owned(),
            Ok(false) => "not ready".to_owned(),
            Err(error) => error.message,
        };
        let made = (&*status, &*readiness.message, &*legacy);
        let expected = (&*vector.status, &*vector.message, &*vector.legacy);
        if made != expected {
            wrong.push(format!("{line}\n  go:    {expected:?}\n  rhelm: {made:?}"));
        }
    }
    assert!(count > 100, "{count}");
    let shown: Vec<&str> = wrong.iter().take(12).map(String::as_str).collect();
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        shown.join("\n")
    );
}
