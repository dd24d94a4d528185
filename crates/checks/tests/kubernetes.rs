//! Rules beside a real API server: manifests with one mistake each, and what Kubernetes said of them.
//!
//! `cargo xtask cluster --record` writes `tests/kubernetes/verdicts.txt`.
#![allow(clippy::unwrap_used)]

use checks::{Finding, Release, Resource};
use engine::manifest::Scopes;
use goyaml::Node;

/// Rules that tell of what Kubernetes takes all the same.
const OTHERS: &[&str] = &[
    "invalid-image",
    "odd-quantity",
    "untagged-image",
    "unknown-port",
    "selects-nothing",
];

/// The least share of refused manifests in which something is found, in percent.
const FOUND: usize = 94;

fn findings(node: &Node) -> Vec<Finding> {
    let resources = [Resource::new(0, node.clone())];
    let findings = checks::find(&Release {
        resources: &resources,
        is_complete: false,
        namespace: "default",
        kube_version: "v1.36.0",
        minor: Some(mutants::MINOR),
        api_versions: &[],
        scopes: &|| Scopes::default(),
        schemas: &checks::Schemas::default,
    });
    let counts = |found: &Finding| !found.rule.strict && !OTHERS.contains(&found.rule.id);
    findings.into_iter().filter(counts).collect()
}

#[test]
fn rules_find_what_an_api_server_refuses_and_nothing_else() {
    let verdicts = mutants::verdicts().unwrap();
    let all = mutants::all().unwrap();
    assert_eq!(verdicts.len(), all.len(), "record the verdicts anew");
    let (mut missed, mut wrong, mut refused) = (Vec::new(), Vec::new(), 0);
    for mutant in &all {
        // A dry run gives out no ports of nodes, and does not look at those that are asked for.
        if mutant.name.contains(".nodePort = ") {
            continue;
        }
        let is_accepted = verdicts[&mutant.name];
        refused += usize::from(!is_accepted);
        match findings(&mutant.node).first() {
            None if !is_accepted => missed.push(&mutant.name),
            Some(found) if is_accepted => {
                wrong.push(format!(
                    "{} [{}]: {}",
                    mutant.name, found.rule.id, found.message
                ));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "false alarms:\n{}", wrong.join("\n"));
    let share = (refused - missed.len()) * 100 / refused;
    let list: Vec<&str> = missed.iter().map(|name| name.as_str()).collect();
    assert!(
        share >= FOUND,
        "{share} % of {refused}, missed:\n{}",
        list.join("\n")
    );
}

#[test]
fn what_does_not_fit_together_is_told_by_its_rule() {
    for refused in mutants::refused().unwrap() {
        let found = findings(&refused.node);
        let rules: Vec<&str> = found.iter().map(|one| one.rule.id).collect();
        let is_right = |rule: &&str| **rule == *refused.rule;
        assert!(
            !rules.is_empty() && rules.iter().all(is_right),
            "{rules:?}: {}",
            refused.text
        );
    }
}
