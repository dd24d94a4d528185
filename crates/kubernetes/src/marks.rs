//! The marks of an API in Helm's lint: the life cycle marks of `k8s.io/api` as the pinned Helms are linked
//! with it. They may tell another story than Kubernetes' own API servers.

use super::api::{minor, replacement};

/// The marks of a deprecated kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// The minor version of Kubernetes 1 that deprecates it.
    pub deprecated: u16,
    /// The minor version of Kubernetes 1 that removes it, if it is marked.
    pub removed: Option<u16>,
    /// The API version and the kind to use instead, if they are marked.
    pub replacement: Option<(&'static str, &'static str)>,
}

impl Marks {
    /// Reads `deprecated,removed,replacement`.
    pub(crate) fn parse(text: &'static str, kind: &'static str) -> Option<Marks> {
        let mut parts = text.splitn(3, ',');
        Some(Marks {
            deprecated: minor(parts.next()?)?,
            removed: minor(parts.next()?),
            replacement: replacement(parts.next()?, kind),
        })
    }
}
