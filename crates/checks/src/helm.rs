//! Helm's own annotations: hooks and what is kept (`helm.sh/helm`'s `pkg/release` and `pkg/kube`).

use crate::{Finding, Release, Resource, rules};
use diagnostics::suggest;
use engine::manifest::fields::{at, entries};
use goyaml::Entry;

const EVENTS: &[&str] = &[
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

const DELETE_POLICIES: &[&str] = &["before-hook-creation", "hook-succeeded", "hook-failed"];

const LOG_POLICIES: &[&str] = &["hook-succeeded", "hook-failed"];

/// The annotations that Helm reads, without what they share.
const NAMES: &[&str] = &[
    "hook",
    "hook-delete-policy",
    "hook-output-log-policy",
    "hook-weight",
    "resource-policy",
];

/// Looks at annotations.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        let annotations = at(&resource.node, &["metadata", "annotations"]);
        for entry in annotations.map(entries).unwrap_or_default() {
            if let Some(name) = entry.key.strip_prefix("helm.sh/") {
                findings.extend(annotation(resource, entry, name));
            }
        }
    }
    findings
}

fn annotation(resource: &Resource, entry: &Entry, name: &str) -> Option<Finding> {
    // A value of another kind is another rule's finding.
    let value = entry.value.as_str().unwrap_or_default();
    let title = resource.title();
    let (rule, message, help) = match name {
        "hook" => {
            let (event, near) = unknown(value, EVENTS)?;
            let message = format!(
                "{title} has the hook {event}, which Helm does not know, so that Helm neither runs nor installs it"
            );
            (&rules::UNKNOWN_HOOK, message, near)
        }
        "hook-weight" if !value.is_empty() && value.parse::<i64>().is_err() => {
            let message = format!("the hook weight of {title} is {value:?}, which counts as 0");
            let help = "a weight is a whole number, in quotes".to_owned();
            (&rules::INVALID_HOOK_SETTING, message, Some(help))
        }
        "hook-delete-policy" => {
            let (policy, near) = unknown(value, DELETE_POLICIES)?;
            let message = format!(
                "{title} has the delete policy {policy}, which Helm does not know: the hook is never deleted by it"
            );
            (&rules::INVALID_HOOK_SETTING, message, near)
        }
        "hook-output-log-policy" => {
            let (policy, near) = unknown(value, LOG_POLICIES)?;
            let message = format!("{title} has the log policy {policy}, which Helm does not know");
            (&rules::INVALID_HOOK_SETTING, message, near)
        }
        "resource-policy" if !value.trim().eq_ignore_ascii_case("keep") && !value.is_empty() => {
            let message = format!(
                "{title} has the resource policy {value:?}, which Helm does not know: it is deleted with the release"
            );
            let help = "the only policy is keep".to_owned();
            (&rules::INVALID_RESOURCE_POLICY, message, Some(help))
        }
        other if NAMES.contains(&other) => return None,
        other => {
            let near = suggest::nearest(other, NAMES.iter().copied())?;
            let message = format!("Helm reads no annotation {} (of {title})", entry.key);
            let help = format!("did you mean helm.sh/{near}?");
            (&rules::UNKNOWN_HELM_ANNOTATION, message, Some(help))
        }
    };
    let finding = Finding::new(rule, resource.at(entry.value.mark), message);
    Some(finding.of(resource).suggest_if(help))
}

/// The first part of a list that is not among those that there are, and the one that was meant.
fn unknown<'v>(value: &'v str, all: &[&str]) -> Option<(&'v str, Option<String>)> {
    let mut parts = value.split(',').map(str::trim);
    let part = parts.find(|part| !part.is_empty() && !all.contains(&&*part.to_lowercase()))?;
    let near = suggest::nearest(part, all.iter().copied());
    Some((part, near.map(suggest::did_you_mean)))
}
