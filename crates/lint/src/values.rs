//! Rules on values.yaml, alone and against the chart's schema (`rules/values.go`).

use super::source::EntryKind;
use super::{Linter, Severity, Text, Verdict};
use chart::{CompiledSchema, Remote};
use engine::values::{Source, coalesce_tables, map_from_node, schema_problem};
use gostd::Map;
use std::sync::Arc;

const FILE: &str = "values.yaml";
const SCHEMA: &str = "values.schema.json";

pub(super) fn check(linter: &mut Linter<'_>) {
    if let EntryKind::Nothing(_) = linter.source.find(FILE) {
        linter.rule(Severity::Info, FILE, Err("file does not exist"));
        return;
    }
    let verdict = values(linter);
    linter.rule(Severity::Error, FILE, verdict);
}

fn values(linter: &mut Linter<'_>) -> Verdict<Text> {
    let coalesced = coalesced(linter).map_err(|e| format!("unable to parse YAML: {e}"))?;
    let skips = linter.request.render.skip_schema_validation
        && linter.profile().lint.values_honour_skipping;
    let (schema, text) = match linter.source.read(SCHEMA) {
        // Helm takes a schema that it cannot read for none.
        Err(_) => return Ok(()),
        Ok(text) if text.is_empty() || skips => return Ok(()),
        Ok(text) => {
            let remote = match &linter.request.fetch {
                Some(fetch) => Remote::Fetched(fetch),
                None => Remote::default(),
            };
            (CompiledSchema::compile(&text, remote), text)
        }
    };
    let mut notices = Vec::new();
    let problem = schema_problem(&schema, &text, &coalesced, linter.profile(), &mut notices);
    linter.note(notices);
    problem.map_or(Ok(()), |problem| Err(Text::Error(Arc::new(problem))))
}

/// A user's values over those of values.yaml, subcharts aside.
fn coalesced(linter: &mut Linter<'_>) -> Result<Map, String> {
    let profile = linter.request.render.profile;
    let text = linter.source.read(FILE).map_err(|e| e.to_string())?;
    let node = goyaml::parse(&text).map_err(|e| e.to_string())?;
    let target = format!("value of type {}", profile.values_type);
    let node = match node.kind {
        goyaml::Kind::Map(_) | goyaml::Kind::Null => node,
        _ => return Err(goyaml::Error::mismatch(&node, &target).to_string()),
    };
    let mut origins = linter.supplied.origins.clone();
    let source = origins.source(Source::Chart {
        chart: String::new(),
        file: None,
    });
    let defaults = map_from_node(&node, source, &mut origins);
    // Only the top of a user's values is copied: tables in them take up the defaults, as in Helm.
    let coalesced = linter.supplied.values.shallow_copy();
    coalesce_tables(&coalesced, &defaults, &profile, linter.notices);
    Ok(coalesced)
}
