//! APIs that a version of Kubernetes calls deprecated (`rules/deprecations.go` and what it asks:
//! `k8s.io/apiserver`'s `deprecation` and the life cycle marks of `k8s.io/api`).

use super::Verdict;
use super::documents::ResourceHead;
use engine::render::KubeVersion;
use kubernetes::{Api, Marks};

/// The message about a resource of a deprecated API, in `kube_version` or else Kubernetes 1.`minor`.
pub(super) fn check(
    resource: &ResourceHead,
    kube_version: Option<&KubeVersion>,
    minor: u16,
) -> Verdict {
    let ResourceHead {
        api_version, kind, ..
    } = resource;
    // `/v1` is the core's v1 as well.
    let api_version = api_version.strip_prefix('/').unwrap_or(api_version);
    let marks = Api::find(api_version, kind).and_then(|api| api.lint_marks());
    let Some(marks) = marks else {
        return Ok(());
    };
    let current = match kube_version {
        Some(version) => (number(&version.major)?, number(&version.minor)?),
        None => (1, i64::from(minor)),
    };
    // Helm takes 0.0 for a version that it does not know.
    if current != (0, 0) && (1, i64::from(marks.deprecated)) > current {
        return Ok(());
    }
    Err(text(api_version, kind, &marks))
}

/// The message about a resource of a deprecated API.
fn text(api_version: &str, kind: &str, marks: &Marks) -> String {
    let deprecated = marks.deprecated;
    let mut text = format!("{api_version} {kind} is deprecated in v1.{deprecated}+");
    if let Some(removed) = marks.removed {
        text.push_str(&format!(", unavailable in v1.{removed}+"));
    }
    if let Some((api_version, kind)) = marks.replacement {
        text.push_str(&format!("; use {api_version} {kind}"));
    }
    text
}

/// Go's `strconv.Atoi`.
fn number(text: &str) -> Result<i64, String> {
    gostd::strconv::atoi(text.as_bytes()).map_err(|e| e.to_string())
}
