//! The table of rules and its documentation.
#![allow(clippy::unwrap_used)]

use rhelm::validate::rules::RULES;
use std::collections::BTreeSet;

#[test]
fn every_rule_is_documented_once() {
    let page = include_str!("../docs/validate.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let documented: Vec<String> = rows.map(str::to_owned).collect();
    let table = RULES.iter().map(|rule| {
        let strict = if rule.strict { ", strict" } else { "" };
        let severity = rule.severity.name();
        format!("| `{}` | {severity}{strict} | {} |", rule.id, rule.summary)
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
