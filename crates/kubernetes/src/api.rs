//! One kind of an API version: its scope and its life.

use super::{Marks, table};

/// The scope of a kind's resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// They are in a namespace.
    Namespaced,
    /// They belong to the whole cluster.
    Cluster,
}

/// The state of a kind in a version of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It does not have it yet.
    Future,
    /// It has it.
    Served {
        /// True if its API server serves it without being told to (`--runtime-config`).
        by_default: bool,
        /// True if it warns of it.
        deprecated: bool,
    },
    /// It has it no longer.
    Removed,
}

/// A kind of an API version of Kubernetes' own, with its life. Versions of Kubernetes are the minor
/// versions of Kubernetes 1, from 16 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Api {
    api_version: &'static str,
    kind: &'static str,
    scope: Option<Scope>,
    by_default: bool,
    introduced: Option<u16>,
    deprecated: Option<u16>,
    removed: Option<u16>,
    replacement: Option<(&'static str, &'static str)>,
    marks: Option<Marks>,
}

impl Api {
    /// The kind of that name in an API version (`apps/v1`, `v1`).
    pub fn find(api_version: &str, kind: &str) -> Option<Api> {
        table::find(api_version, kind)
    }

    /// All kinds, by API version and kind.
    pub fn all() -> impl Iterator<Item = Api> {
        table::all()
    }

    /// The API version: `apps/v1`.
    pub fn api_version(&self) -> &'static str {
        self.api_version
    }

    /// Returns true if one of these is its API version, alone or with its kind (`apps/v1`, `apps/v1/Deployment`).
    pub fn is_among<T: AsRef<str>>(&self, api_versions: &[T]) -> bool {
        api_versions.iter().any(|version| {
            let rest = version.as_ref().strip_prefix(self.api_version);
            rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('/') == Some(self.kind))
        })
    }

    /// The kind: `Deployment`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The scope; none of what is no resource, such as `DeploymentList`.
    pub fn scope(&self) -> Option<Scope> {
        self.scope
    }

    /// The version of Kubernetes that has it first; none where that was 1.16 or before.
    pub fn introduced(&self) -> Option<u16> {
        self.introduced
    }

    /// The first version of Kubernetes that calls it deprecated, if that is known; it may come yet.
    pub fn deprecated(&self) -> Option<u16> {
        self.deprecated
    }

    /// The first version of Kubernetes that has it no longer, if that is known; it may come yet.
    pub fn removed(&self) -> Option<u16> {
        self.removed
    }

    /// Helm's lint mark of it, if it is deprecated some day.
    pub fn lint_marks(&self) -> Option<Marks> {
        self.marks
    }

    /// Its state in Kubernetes 1.`minor`.
    pub fn presence(&self, minor: u16) -> Presence {
        if self.removed.is_some_and(|removed| removed <= minor) {
            return Presence::Removed;
        }
        if self.introduced.is_some_and(|introduced| introduced > minor) {
            return Presence::Future;
        }
        Presence::Served {
            by_default: self.by_default,
            deprecated: self.deprecated.is_some_and(|since| since <= minor),
        }
    }

    /// The replacement in Kubernetes 1.`minor`, as API version and kind: nothing that this version
    /// does not serve by default.
    pub fn replacement(&self, minor: u16) -> Option<(&'static str, &'static str)> {
        let serves = |api: &Api| {
            let presence = api.presence(minor);
            matches!(
                presence,
                Presence::Served {
                    by_default: true,
                    ..
                }
            )
        };
        // What replaces the replacement where that is gone too. No chain is that long.
        let mut next = self.replacement;
        for _ in 0..8 {
            let Some((api_version, kind)) = next else {
                break;
            };
            match Api::find(api_version, kind) {
                Some(api) if serves(&api) => return next,
                Some(api) => next = api.replacement,
                // Kinds that are in no table: lists, and parts of other resources.
                None => return next,
            }
        }
        // Another version that is there already, or still.
        let others = table::group(self.api_version).filter(|api| {
            api.kind == self.kind && api.api_version != self.api_version && serves(api)
        });
        let is_future = self.presence(minor) == Presence::Future;
        let others = others.filter(|api| is_future || stability(api) > stability(self));
        others
            .max_by_key(stability)
            .map(|api| (api.api_version, api.kind))
    }

    /// Advice for Kubernetes 1.`minor`, in words: `use batch/v1`, `use discovery.k8s.io/v1 EndpointSlice`.
    pub fn advice(&self, minor: u16) -> Option<String> {
        let (api_version, kind) = self.replacement(minor)?;
        Some(match kind == self.kind {
            true => format!("use {api_version}"),
            false => format!("use {api_version} {kind}"),
        })
    }

    /// Reads a line of the table.
    pub(crate) fn parse(line: &'static str) -> Option<Api> {
        if line.starts_with('#') {
            return None;
        }
        let mut fields = line.split(' ');
        let mut next = || fields.next();
        let (api_version, kind) = (next()?, next()?);
        let scope = match next()? {
            "namespaced" => Some(Scope::Namespaced),
            "cluster" => Some(Scope::Cluster),
            _ => None,
        };
        let by_default = next()? == "on";
        let [introduced, deprecated, removed] = [next()?, next()?, next()?].map(minor);
        let replacement = replacement(next()?, kind);
        let marks = match next()? {
            "-" => None,
            "=" => deprecated.map(|deprecated| Marks {
                deprecated,
                removed,
                replacement,
            }),
            other => Marks::parse(other, kind),
        };
        Some(Api {
            api_version,
            kind,
            scope,
            by_default,
            introduced,
            deprecated,
            removed,
            replacement,
            marks,
        })
    }
}

/// A minor version; none is `-`.
pub(crate) fn minor(text: &str) -> Option<u16> {
    text.parse().ok()
}

/// A replacement: an API version, with `:` and its kind where that is another one; none is `-`.
pub(crate) fn replacement(
    text: &'static str,
    kind: &'static str,
) -> Option<(&'static str, &'static str)> {
    match text.split_once(':') {
        None if text == "-" => None,
        None => Some((text, kind)),
        Some(parts) => Some(parts),
    }
}

/// The stability of a version: alpha, beta, stable; then the version itself.
fn stability(api: &Api) -> (u8, &'static str) {
    let version = api.api_version.rsplit('/').next().unwrap_or_default();
    let level = match version {
        _ if version.contains("alpha") => 0,
        _ if version.contains("beta") => 1,
        _ => 2,
    };
    (level, version)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// API version, kind, minor version, what to use.
    const ADVICE: &[(&str, &str, u16, Option<&str>)] = &[
        ("batch/v1beta1", "CronJob", 25, Some("use batch/v1")),
        ("batch/v1", "CronJob", 20, Some("use batch/v1beta1")),
        (
            "v1",
            "Endpoints",
            33,
            Some("use discovery.k8s.io/v1 EndpointSlice"),
        ),
        ("policy/v1beta1", "PodSecurityPolicy", 25, None),
        // Its mark names v1beta3, which is gone too.
        (
            "flowcontrol.apiserver.k8s.io/v1beta1",
            "FlowSchema",
            36,
            Some("use flowcontrol.apiserver.k8s.io/v1"),
        ),
        (
            "flowcontrol.apiserver.k8s.io/v1beta1",
            "FlowSchema",
            26,
            Some("use flowcontrol.apiserver.k8s.io/v1beta3"),
        ),
        // v1 comes with 1.30, and v1beta1 is off by default.
        (
            "admissionregistration.k8s.io/v1alpha1",
            "ValidatingAdmissionPolicy",
            29,
            None,
        ),
        (
            "admissionregistration.k8s.io/v1beta1",
            "ValidatingAdmissionPolicy",
            30,
            Some("use admissionregistration.k8s.io/v1"),
        ),
    ];

    #[test]
    fn advice_is_what_that_version_serves() {
        for (api_version, kind, minor, advice) in ADVICE {
            let api = Api::find(api_version, kind);
            let actual = api.and_then(|api| api.advice(*minor));
            assert_eq!(
                actual.as_deref(),
                *advice,
                "{api_version} {kind} at 1.{minor}"
            );
        }
    }

    #[test]
    fn a_life_has_an_order() {
        for api in Api::all() {
            let life = [api.introduced, api.deprecated, api.removed];
            let minors: Vec<u16> = life.into_iter().flatten().collect();
            assert!(minors.is_sorted(), "{api:?}");
            assert!(minors.iter().all(|minor| *minor > 0), "{api:?}");
        }
    }
}
