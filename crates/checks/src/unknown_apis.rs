//! API versions and kinds that nobody has, though something has nearly that name.

use crate::custom::Schemas;
use crate::{Finding, Release, Resource, rules};
use diagnostics::suggest;
use kubernetes::{Api, group_of};
use std::cell::OnceCell;

/// Looks at API versions and kinds.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let schemas: OnceCell<Schemas> = OnceCell::new();
    let mut findings = Vec::new();
    for resource in release.resources {
        let is_whole = !resource.kind.is_empty() && !resource.api_version.is_empty();
        let is_known = Api::find(&resource.api_version, &resource.kind).is_some();
        if !is_whole || is_known || resource.kind.ends_with("List") {
            continue;
        }
        let group = resource.group();
        let help = match group.is_empty() || kubernetes::has_group(group) {
            true => own(resource),
            false => {
                let schemas = schemas.get_or_init(|| (release.schemas)());
                match schemas.has(&resource.api_version, &resource.kind) {
                    true => None,
                    false => misspelt_group(resource).or_else(|| custom(resource, schemas)),
                }
            }
        };
        if let Some((key, help)) = help {
            let message = format!(
                "{} is of a kind that nobody has ({} {})",
                resource.title(),
                resource.api_version,
                resource.kind
            );
            let node = resource.node.get(key).unwrap_or(&resource.node);
            let finding = Finding::new(&rules::UNKNOWN_API, resource.at(node.mark), message);
            findings.push(finding.of(resource).suggest(help));
        }
    }
    findings
}

/// The key that is wrong, and advice.
type Help = (&'static str, String);

/// A kind that a group of Kubernetes' own does not have, or not in this version.
fn own(resource: &Resource) -> Option<Help> {
    let kind = &*resource.kind;
    if let Some(api_version) = newest(|api| api.kind() == kind) {
        return Some(("apiVersion", format!("use {api_version}")));
    }
    let kinds = || Api::all().map(|api| api.kind());
    let same = kinds().find(|other| other.eq_ignore_ascii_case(kind));
    let near = same.or_else(|| suggest::nearest(kind, kinds()))?;
    Some(("kind", suggest::did_you_mean(near)))
}

/// A kind of Kubernetes' own under a group that is nearly its own.
fn misspelt_group(resource: &Resource) -> Option<Help> {
    let group = resource.group();
    let api_version = newest(|api| {
        let own = group_of(api.api_version());
        let is_part = own.split('.').next() == Some(group);
        api.kind() == resource.kind
            && !own.is_empty()
            && (is_part || own.eq_ignore_ascii_case(group) || is_slip(group, own))
    })?;
    Some(("apiVersion", format!("use {api_version}")))
}

/// Names of groups differ in a letter or two.
fn is_slip(group: &str, own: &str) -> bool {
    group.len().abs_diff(own.len()) <= 2 && suggest::nearest(group, [own]).is_some()
}

/// A kind of a definition that is known, under another name.
fn custom(resource: &Resource, schemas: &Schemas) -> Option<Help> {
    let (group, kind) = (resource.group(), &*resource.kind);
    let all = || schemas.kinds();
    let same = |(version, of): &(&str, &str)| group_of(version) == group && *of == kind;
    if let Some((api_version, _)) = all().find(same) {
        return Some(("apiVersion", format!("its definition has {api_version}")));
    }
    let kinds = all().filter(|(version, _)| group_of(version) == group);
    let mut kinds = kinds
        .map(|(_, kind)| kind)
        .filter(|other| suggest::is_near(kind, other));
    if let Some(near) = kinds.next() {
        return Some(("kind", suggest::did_you_mean(near)));
    }
    let mut versions = all().filter(|(_, of)| *of == kind);
    let (near, _) = versions.find(|(version, _)| is_slip(group, group_of(version)))?;
    Some(("apiVersion", suggest::did_you_mean(near)))
}

/// The API version that is there the longest of those that something holds for.
fn newest(is: impl Fn(&Api) -> bool) -> Option<&'static str> {
    let apis = Api::all().filter(|api| is(api));
    let best =
        apis.max_by_key(|api| (api.removed().is_none(), !api.api_version().contains("beta")));
    best.map(|api| api.api_version())
}
