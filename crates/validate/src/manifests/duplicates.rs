//! Resources that are there twice.

use super::documents::OutputResource;
use super::{Finding, Output};
use crate::rules;
use kubernetes::Scope;
use rustc_hash::FxHashMap;

fn is_cluster_scoped(resource: &OutputResource) -> bool {
    kubernetes::scope(&resource.api_version, &resource.kind) == Some(Scope::Cluster)
}

/// Looks for resources of the same kind, namespace (where the kind is in one) and name. Hooks come and go by themselves.
pub(super) fn check(output: &Output<'_>) -> Vec<Finding> {
    let mut seen: FxHashMap<(&str, &str, &str, &str), &OutputResource> = FxHashMap::default();
    let mut found = Vec::new();
    let installed = output.resources.iter().filter(|resource| {
        resource.hook.is_none() && !resource.name.is_empty() && !resource.kind.is_empty()
    });
    for resource in installed {
        let namespace = match &*resource.namespace {
            _ if is_cluster_scoped(resource) => "",
            "" => output.release.namespace,
            own => own,
        };
        let key = (
            resource.group(),
            &*resource.kind,
            namespace,
            &*resource.name,
        );
        let Some(first) = seen.get(&key) else {
            seen.insert(key, resource);
            continue;
        };
        let message = format!("{} is there twice", resource.shown());
        let at = resource.at(resource.node.mark);
        let mut finding = Finding::new(&rules::DUPLICATE_RESOURCE, at, message);
        finding.related = Some((first.at(first.node.mark), "the first one"));
        found.push(finding);
    }
    found
}
