//! Resources that are there twice.

use crate::{Finding, Release, Resource, rules};
use kubernetes::Scope;
use rustc_hash::FxHashMap;
use std::cell::LazyCell;

/// Looks for resources of the same kind, namespace (where the kind is in one) and name. Hooks come and go by themselves.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut firsts: FxHashMap<(&str, &str, &str, &str), &Resource> = FxHashMap::default();
    let mut findings = Vec::new();
    let installed = || {
        release.resources.iter().filter(|resource| {
            resource.hook.is_none() && !resource.name.is_empty() && !resource.kind.is_empty()
        })
    };
    let mut counts: FxHashMap<(&str, &str, &str), usize> = FxHashMap::default();
    for resource in installed() {
        *counts.entry(without_namespace(resource)).or_default() += 1;
    }
    let repeated = |resource: &&Resource| {
        let count = counts.get(&without_namespace(resource));
        count.is_some_and(|count| *count > 1)
    };
    let scopes = LazyCell::new(|| (release.scopes)());
    for resource in installed().filter(repeated) {
        let table_scope = kubernetes::scope(&resource.api_version, &resource.kind);
        let is_cluster_scoped = match table_scope {
            Some(scope) => scope == Scope::Cluster,
            None => scopes.defines_cluster_scoped(resource.group(), &resource.kind),
        };
        let namespace = match is_cluster_scoped {
            true => "",
            false => release.namespace_of(resource),
        };
        let key = (
            resource.group(),
            &*resource.kind,
            namespace,
            &*resource.name,
        );
        let Some(first) = firsts.get(&key) else {
            firsts.insert(key, resource);
            continue;
        };
        let message = format!("{} occurs twice", resource.title());
        let at = resource.at(resource.node.mark);
        let mut finding = Finding::new(&rules::DUPLICATE_RESOURCE, at, message);
        finding.related = Some((first.at(first.node.mark), "the first one"));
        findings.push(finding);
    }
    findings
}

/// The common part of resources with the same name in different namespaces.
fn without_namespace(resource: &Resource) -> (&str, &str, &str) {
    (resource.group(), &resource.kind, &resource.name)
}
