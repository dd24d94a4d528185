//! The table of rules and its documentation.
#![allow(clippy::unwrap_used)]

use rhelm::validate::rules::{DUPLICATE_KEY, RULES, condition};
use rhelm::validate::{Diagnostic, Marked, Place, Sources, formats};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn every_rule_is_documented_once() {
    let page = include_str!("../../docs/validate.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let documented: Vec<String> = rows.map(str::to_owned).collect();
    let table = RULES.iter().map(|rule| {
        let strict = condition(rule);
        let severity = rule.severity.name();
        // No element of HTML.
        let summary = rule.summary.replace('<', "\\<");
        format!("| `{}` | {severity}{strict} | {summary} |", rule.id)
    });
    assert_eq!(documented, table.collect::<Vec<_>>());
}

#[test]
fn rules_have_names_of_their_own() {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
    for rule in RULES {
        assert!(
            rule.id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit())
        );
        assert!(rule.explanation.ends_with('.') && !rule.summary.ends_with('.'));
    }
}

/// GitHub's requirements of a log: rules by number, places, levels.
#[test]
fn a_sarif_log_has_all_rules_and_places_its_results() {
    let mark = Marked { line: 4, column: 3 };
    let place = Place::file("a b.yaml", mark);
    let diagnostic = Diagnostic::new(&DUPLICATE_KEY, place, "twice").suggest("once");
    let text = formats::sarif(
        &[diagnostic],
        &Sources::default(),
        &formats::Base::default(),
    );
    let log: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    let result = &run["results"][0];
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(rules[index]["id"], result["ruleId"]);
    assert_eq!(result["level"], "warning");
    assert_eq!(result["message"]["text"], "twice: once");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b.yaml");
    assert_eq!(place["region"]["startLine"], 4);
}
