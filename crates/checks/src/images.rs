//! Images of containers: references that are none, and those without a version.

use crate::required::pod_spec;
use crate::{Finding, Release, Resource, rules};
use diagnostics::Rule;
use engine::manifest::fields::items;
use goyaml::{Kind, Node};

/// Looks at the images of containers.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        let Some(spec) = pod_spec(resource) else {
            continue;
        };
        for kind in ["containers", "initContainers"] {
            for container in spec.get(kind).map(items).unwrap_or_default() {
                findings.extend(container_image(resource, container));
            }
        }
    }
    findings
}

fn container_image(resource: &Resource, container: &Node) -> Option<Finding> {
    let image = container.get("image")?;
    let text = match &image.kind {
        Kind::Str(text) => text.trim(),
        Kind::Null => "",
        _ => return None,
    };
    let (rule, what) = problem(text)?;
    // A test is run and thrown away: which version of it matters little.
    let is_test = resource
        .hook
        .as_ref()
        .is_some_and(|hook| hook.contains("test"));
    if is_test && rule.id == rules::UNTAGGED_IMAGE.id {
        return None;
    }
    let message = format!("the image {text:?} of {} {what}", resource.title());
    Some(Finding::new(rule, resource.at(image.mark), message).of(resource))
}

/// The problem with a reference; nothing where it names a version.
fn problem(image: &str) -> Option<(&'static Rule, &'static str)> {
    let invalid = |what| Some((&rules::INVALID_IMAGE, what));
    if image.is_empty() {
        return invalid("is empty");
    }
    // What admission controllers replace, or is filled in later, is no reference yet.
    if image.contains(['$', '{', '<']) || image == "auto" {
        return None;
    }
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let path = name.rsplit('/').next().unwrap_or(name);
    let (base, tag) = match path.split_once(':') {
        Some((base, tag)) => (base, Some(tag)),
        None => (path, None),
    };
    match (tag, digest) {
        _ if base.is_empty() => invalid("has no name before its tag"),
        _ if name.starts_with('/') || name.contains("//") => invalid("has an empty part"),
        _ if image.contains(char::is_whitespace) => invalid("has a blank in it"),
        (Some(""), _) => invalid("has nothing behind the colon"),
        (_, Some("")) => invalid("has nothing behind the @"),
        (Some(tag), _) if tag.contains(':') => invalid("has two tags"),
        (None, None) => Some((&rules::UNTAGGED_IMAGE, "has neither tag nor digest")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_need_a_version() {
        let rule = |image| problem(image).map_or("", |(rule, _)| rule.id);
        for (image, id) in [
            ("nginx:1.27", ""),
            ("registry:5000/a/b@sha256:0", ""),
            ("registry:5000/a/b:1@sha256:0", ""),
            ("registry:5000/a/b", "untagged-image"),
            ("nginx", "untagged-image"),
            ("nginx:", "invalid-image"),
            (":1", "invalid-image"),
            ("/nginx:1", "invalid-image"),
            ("a//b:1", "invalid-image"),
            ("a:1:2", "invalid-image"),
            ("", "invalid-image"),
            ("auto", ""),
        ] {
            assert_eq!(rule(image), id, "{image}");
        }
    }
}
