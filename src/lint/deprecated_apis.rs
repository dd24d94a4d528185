//! APIs that a version of Kubernetes calls deprecated (`rules/deprecations.go` and what it asks:
//! `k8s.io/apiserver`'s `deprecation` and the life cycle marks of `k8s.io/api`).

use super::Verdict;
use super::documents::Resource;
use crate::render::KubeVersion;

/// One API a line, made by `scripts/list-deprecated-apis.sh`: API version, kind, the versions of
/// Kubernetes that deprecate and remove it, its replacement; what there is not is `-`.
const TABLE: &str = include_str!("deprecated_apis.txt");

/// The life of an API: versions of Kubernetes as `1.22`.
pub(crate) struct LifeCycle {
    /// The first version that calls it deprecated.
    pub(crate) deprecated: &'static str,
    /// The first version that has it no longer, if that is known.
    pub(crate) removed: Option<&'static str>,
    /// What to use instead: API version and kind.
    pub(crate) replacement: Option<(&'static str, &'static str)>,
}

/// The life of an API; none where it is not deprecated.
pub(crate) fn life_cycle(api_version: &str, kind: &str) -> Option<LifeCycle> {
    let row = row(api_version, kind)?;
    let [deprecated, removed, replacement @ ..] = row.as_slice() else {
        return None;
    };
    Some(LifeCycle {
        deprecated,
        removed: Some(*removed).filter(|removed| *removed != "-"),
        replacement: match replacement {
            [api_version, kind] => Some((*api_version, *kind)),
            _ => None,
        },
    })
}

impl LifeCycle {
    /// What there is to say of a resource of this API.
    pub(crate) fn text(&self, api_version: &str, kind: &str) -> String {
        let mut text = format!(
            "{api_version} {kind} is deprecated in v{}+",
            self.deprecated
        );
        if let Some(removed) = self.removed {
            text.push_str(&format!(", unavailable in v{removed}+"));
        }
        if let Some((api_version, kind)) = self.replacement {
            text.push_str(&format!("; use {api_version} {kind}"));
        }
        text
    }
}

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
    let Some(life) = life_cycle(api_version, kind) else {
        return Ok(());
    };
    let current = match kube_version {
        Some(version) => (number(&version.major)?, number(&version.minor)?),
        None => (1, i64::from(minor)),
    };
    // Helm takes 0.0 for a version that it does not know.
    if current != (0, 0) && version(life.deprecated)? > current {
        return Ok(());
    }
    Err(life.text(api_version, kind))
}

/// A version of Kubernetes, `1.22`, as numbers.
pub(crate) fn version(text: &str) -> Result<(i64, i64), String> {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    Ok((number(major)?, number(minor)?))
}

/// The rest of an API's line.
fn row(api_version: &str, kind: &str) -> Option<Vec<&'static str>> {
    let mut lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.find_map(|line| {
        let rest = line.strip_prefix(api_version)?.strip_prefix(' ')?;
        let rest = rest.strip_prefix(kind)?.strip_prefix(' ')?;
        Some(rest.split(' ').collect())
    })
}

/// Go's `strconv.Atoi`.
fn number(text: &str) -> Result<i64, String> {
    gostd::strconv::atoi(text.as_bytes()).map_err(|e| e.to_string())
}
