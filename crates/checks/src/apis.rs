//! API versions that the release's Kubernetes does not have, or will not have for long.

use crate::{Finding, Release, Resource, rules};
use diagnostics::Rule;
use kubernetes::{Api, Presence};

/// Looks at API versions.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let Some(minor) = release.minor else {
        return Vec::new();
    };
    let version = release.kube_version;
    let findings = release.resources.iter().filter_map(|resource| {
        let api = Api::find(&resource.api_version, &resource.kind)?;
        let (rule, what) = problem(&api, minor, version, release.api_versions)?;
        Some(finding(resource, rule, &what, advice(&api, minor)))
    });
    findings.collect()
}

/// The problem with a kind in Kubernetes 1.`minor`, and the rule that finds it; `api_versions` are API versions that it
/// serves, too.
fn problem(
    api: &Api,
    minor: u16,
    version: &str,
    api_versions: &[String],
) -> Option<(&'static Rule, String)> {
    Some(match api.presence(minor) {
        Presence::Removed => (
            &rules::REMOVED_API,
            format!("does not exist in Kubernetes {version}"),
        ),
        Presence::Future => (
            &rules::FUTURE_API,
            match api.introduced() {
                Some(introduced) => {
                    format!("does not exist in Kubernetes {version}, but since 1.{introduced}")
                }
                None => format!("does not exist in Kubernetes {version} yet"),
            },
        ),
        Presence::Served {
            by_default: false, ..
        } if !api.is_among(api_versions) => (
            &rules::DISABLED_API,
            format!("is switched off by default in Kubernetes {version}"),
        ),
        Presence::Served {
            deprecated: true, ..
        } => (
            &rules::DEPRECATED_API,
            match api.removed() {
                Some(removed) => {
                    format!("is deprecated and will be removed in Kubernetes 1.{removed}")
                }
                None => "is deprecated".into(),
            },
        ),
        Presence::Served { .. } => return None,
    })
}

fn advice(api: &Api, minor: u16) -> Option<String> {
    api.advice(minor).or_else(|| match api.presence(minor) {
        Presence::Served {
            by_default: false, ..
        } => Some(format!(
            "switch it on with --runtime-config={}=true of the API server",
            api.api_version()
        )),
        _ => None,
    })
}

fn finding(
    resource: &Resource,
    rule: &'static Rule,
    what: &str,
    advice: Option<String>,
) -> Finding {
    let message = format!(
        "{} {what} ({} {})",
        resource.title(),
        resource.api_version,
        resource.kind
    );
    let place = resource.node.get("apiVersion").unwrap_or(&resource.node);
    let finding = Finding::new(rule, resource.at(place.mark), message).of(resource);
    match advice {
        Some(advice) => finding.suggest(advice),
        None => finding,
    }
}
