//! APIs that a version of Kubernetes calls deprecated (`rules/deprecations.go` and what it asks:
//! `k8s.io/apiserver`'s `deprecation` and the life cycle marks of `k8s.io/api`).

use super::Verdict;
use super::documents::Resource;
use crate::render::KubeVersion;

/// One API a line, made by `scripts/list-deprecated-apis.sh`: API version, kind, the versions of
/// Kubernetes that deprecate and remove it, its replacement; what there is not is `-`.
const TABLE: &str = include_str!("deprecated_apis.txt");

/// What to say of a resource of a deprecated API, in `kube_version` or else Kubernetes 1.`minor`.
pub(super) fn check(
    resource: &Resource,
    kube_version: Option<&KubeVersion>,
    minor: u16,
) -> Verdict {
    let Resource {
        api_version, kind, ..
    } = resource;
    // `/v1` is the core's v1 as well.
    let api_version = api_version.strip_prefix('/').unwrap_or(api_version);
    let row = row(api_version, kind).unwrap_or_default();
    let [since, until, replacement @ ..] = row.as_slice() else {
        return Ok(());
    };
    let current = match kube_version {
        Some(version) => (number(&version.major)?, number(&version.minor)?),
        None => (1, i64::from(minor)),
    };
    let (major, minor) = since.split_once('.').unwrap_or((since, "0"));
    // Helm takes 0.0 for a version that it does not know.
    if current != (0, 0) && (number(major)?, number(minor)?) > current {
        return Ok(());
    }
    let mut text = format!("{api_version} {kind} is deprecated in v{since}+");
    if *until != "-" {
        text.push_str(&format!(", unavailable in v{until}+"));
    }
    if let [api_version, kind] = replacement {
        text.push_str(&format!("; use {api_version} {kind}"));
    }
    Err(text)
}

/// The rest of an API's line.
fn row(api_version: &str, kind: &str) -> Option<Vec<&'static str>> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let mut rows = lines.map(|line| line.split(' ').collect::<Vec<_>>());
    let row = rows.find(|row| row.first() == Some(&api_version) && row.get(1) == Some(&kind))?;
    row.get(2..).map(<[_]>::to_vec)
}

/// Go's `strconv.Atoi`.
fn number(text: &str) -> Result<i64, String> {
    gostd::strconv::atoi(text.as_bytes()).map_err(|e| e.to_string())
}
