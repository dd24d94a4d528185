//! Diagnostics as SARIF 2.1.0, the form in which code scanners report to GitHub and others.

use super::base::{Base, Name};
use crate::rules::{self, RULES};
use crate::{Diagnostic, Marked, Place, Severity, Sources};
use serde_json::{Value, json};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The directory that paths are relative to.
const TOP: &str = "SRCROOT";

/// The whole log: one run with all rules. Paths are those from the repository's top on.
pub fn sarif(diagnostics: &[Diagnostic], sources: &Sources, base: &Base) -> String {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.summary },
                "fullDescription": { "text": rule.explanation },
                "defaultConfiguration": { "level": rule.severity.name(), "enabled": rules::condition(rule).is_empty() },
            })
        })
        .collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|d| result(d, sources, base))
        .collect();
    let mut log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "rhelm",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    if let Some(top) = base.top() {
        let top = format!("{}/", uri(&top.display().to_string()).trim_end_matches('/'));
        log["runs"][0]["originalUriBaseIds"] = json!({ TOP: { "uri": top } });
    }
    // Texts and numbers under texts: nothing that JSON lacks.
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn result(diagnostic: &Diagnostic, sources: &Sources, base: &Base) -> Value {
    let index = RULES.iter().position(|rule| rule.id == diagnostic.rule.id);
    let level = match diagnostic.rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let mut result = json!({
        "ruleId": diagnostic.rule.id,
        "level": level,
        "message": { "text": diagnostic.plain() },
        "locations": location(&diagnostic.place, sources, base).into_iter().collect::<Vec<_>>(),
    });
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    let related = diagnostic.related.iter().filter_map(|(place, label)| {
        let mut location = location(place, sources, base)?;
        location["message"] = json!({ "text": label });
        Some(location)
    });
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    result
}

fn location(place: &Place, sources: &Sources, base: &Base) -> Option<Value> {
    let Place::File { name, mark } = place else {
        return None;
    };
    let artifact = match base.name(name) {
        Name::Below(below) => json!({ "uri": uri(&below), "uriBaseId": TOP }),
        Name::Other(name) => json!({ "uri": uri(&name) }),
    };
    let mut physical = json!({ "artifactLocation": artifact });
    if mark.line > 0 {
        physical["region"] = json!({
            "startLine": mark.line,
            "startColumn": characters(name, *mark, sources) + 1,
        });
    }
    Some(json!({ "physicalLocation": physical }))
}

/// The characters of a line before a place.
fn characters(name: &str, mark: Marked, sources: &Sources) -> usize {
    let bytes = usize::try_from(mark.column).unwrap_or(1).saturating_sub(1);
    let line = sources.line(name, mark.line).unwrap_or_default();
    let before = line.get(..bytes).unwrap_or(line);
    String::from_utf8_lossy(before).chars().count()
}

/// A path as a URI reference.
fn uri(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    let mut uri = String::new();
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match plain(byte) {
            true => uri.push(char::from(byte)),
            false => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
