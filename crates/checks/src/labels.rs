//! Labels, selectors' labels and annotations' keys (`k8s.io/apimachinery`'s `IsQualifiedName` and
//! `IsValidLabelValue`).

use crate::{Finding, Release, Resource, rules};
use engine::manifest::fields::{at, entries};
use engine::manifest::selectors::pod_metadata;
use goyaml::{Entry, Node};
use kubernetes::names::subdomain;

/// Looks at labels.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        for (node, what) in maps(resource, release.types()) {
            let has_values = what != "the annotation";
            for entry in entries(node) {
                if let Some(wrong) = problem(entry, has_values) {
                    let message = format!("{what} {} of {}: {wrong}", entry.key, resource.title());
                    let at = resource.at(entry.mark);
                    findings.push(Finding::new(&rules::INVALID_LABEL, at, message).of(resource));
                }
            }
        }
    }
    findings
}

/// The maps of a resource that hold labels or annotations, with what people call an entry.
fn maps(resource: &Resource, minor: u16) -> Vec<(&Node, &'static str)> {
    let mut result = Vec::new();
    let mut metadata = vec![at(&resource.node, &["metadata"])];
    if kubernetes::fields::resource(&resource.api_version, &resource.kind, minor).is_some() {
        let selector = match &*resource.kind {
            "Service" | "ReplicationController" => at(&resource.node, &["spec", "selector"]),
            _ => at(&resource.node, &["spec", "selector", "matchLabels"]),
        };
        result.extend(selector.map(|node| (node, "the selector's label")));
        if resource.kind != "Pod" {
            metadata.push(at(&resource.node, pod_metadata(&resource.kind)));
        }
    }
    for metadata in metadata.into_iter().flatten() {
        let kinds = [("labels", "the label"), ("annotations", "the annotation")];
        let maps = kinds.map(|(key, what)| Some((metadata.get(key)?, what)));
        result.extend(maps.into_iter().flatten());
    }
    result
}

fn problem(entry: &Entry, has_value: bool) -> Option<String> {
    // Kubernetes takes annotations' keys in any case.
    let key = match has_value {
        true => entry.key.to_string(),
        false => entry.key.to_lowercase(),
    };
    if let Some(wrong) = wrong_key(&key) {
        return Some(format!("its key {wrong}"));
    }
    // A value of another kind is another rule's finding.
    let value = entry.value.as_str().filter(|_| has_value)?;
    let wrong = match value {
        "" => return None,
        _ if value.len() > 63 => "has more than 63 characters",
        _ if !is_word(value) => {
            "must be letters, digits, '-', '_' and '.', with letters or digits at both ends"
        }
        _ => return None,
    };
    let quoted = gostd::strconv::quote(value.as_bytes());
    Some(format!("its value {quoted} {wrong}"))
}

fn wrong_key(key: &str) -> Option<String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if name.contains('/') {
        return Some("has more than one /".into());
    }
    match prefix {
        Some("") => return Some("has nothing before the /".into()),
        Some(prefix) if !subdomain(prefix).is_empty() => {
            return Some("has something before the / that is not a domain in lower case".into());
        }
        _ => {}
    }
    match name {
        "" => Some("has no name".into()),
        _ if name.len() > 63 => Some("has a name of more than 63 characters".into()),
        _ if !is_word(name) => Some(
            "must be letters, digits, '-', '_' and '.', with letters or digits at both ends".into(),
        ),
        _ => None,
    }
}

fn is_word(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let is_end = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    text.bytes().all(inner) && is_end(text.bytes().next()) && is_end(text.bytes().last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_names_behind_domains() {
        for good in [
            "app",
            "a.b_c-d",
            "example.com/app",
            "A/B".to_lowercase().as_str(),
        ] {
            assert_eq!(wrong_key(good), None, "{good}");
        }
        let long = "x".repeat(64);
        for bad in ["", "/a", "a/", "a/b/c", "a b", "-a", "Ex.com/a", &long] {
            assert!(wrong_key(bad).is_some(), "{bad}");
        }
    }
}
