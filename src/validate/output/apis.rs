//! API versions that the release's Kubernetes does not have, or will not have for long.

use super::{Finding, Output};
use crate::lint::deprecated_apis::{life_cycle, version};
use crate::validate::rules;

/// Looks at API versions.
pub(super) fn check(output: &Output<'_>) -> Vec<Finding> {
    let kube_version = output.release.kube_version;
    let Ok(current) = version(&format!("{}.{}", kube_version.major, kube_version.minor)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for resource in &output.resources {
        let Some(life) = life_cycle(&resource.api_version, &resource.kind) else {
            continue;
        };
        let is_since = |text: &str| version(text).is_ok_and(|since| since <= current);
        let (rule, what) = match life.removed {
            Some(removed) if is_since(removed) => (
                &rules::REMOVED_API,
                format!("does not exist in Kubernetes {}", kube_version.version),
            ),
            _ if is_since(life.deprecated) => (
                &rules::DEPRECATED_API,
                match life.removed {
                    Some(removed) => {
                        format!(
                            "is deprecated and goes with Kubernetes 1.{}",
                            minor(removed)
                        )
                    }
                    None => "is deprecated".into(),
                },
            ),
            _ => continue,
        };
        let message = format!(
            "{} {what} ({} {})",
            resource.shown(),
            resource.api_version,
            resource.kind
        );
        let place = resource.node.get("apiVersion").unwrap_or(&resource.node);
        let finding = Finding::new(rule, resource.at(place.mark), message).of(resource);
        found.push(match life.replacement {
            Some((api_version, kind)) if kind == resource.kind => {
                finding.suggest(format!("use {api_version}"))
            }
            Some((api_version, kind)) => finding.suggest(format!("use {api_version} {kind}")),
            None => finding,
        });
    }
    found
}

fn minor(version: &str) -> &str {
    version.split_once('.').map_or(version, |(_, minor)| minor)
}
