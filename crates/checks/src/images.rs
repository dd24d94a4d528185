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
        (_, Some(digest)) if !is_digest(digest) => invalid("has no digest behind the @"),
        _ if has_capitals(name) => invalid("has capital letters in its name"),
        (None, None) => Some((&rules::UNTAGGED_IMAGE, "has neither tag nor digest")),
        _ => None,
    }
}

/// `sha256:` and its 64 digits; other algorithms have others.
fn is_digest(digest: &str) -> bool {
    match digest.split_once(':') {
        Some(("sha256", digits)) => {
            digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        Some((algorithm, digits)) => !algorithm.is_empty() && digits.len() >= 32,
        None => false,
    }
}

/// The host may have capital letters, what is behind it not.
fn has_capitals(name: &str) -> bool {
    let (host, path) = name.split_once('/').unwrap_or(("", name));
    let is_host = host.contains(['.', ':']) || host == "localhost";
    let path = if is_host { path } else { name };
    let path = path.rsplit_once(':').map_or(path, |(path, _)| path);
    path.bytes().any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_need_a_version() {
        let rule = |image| problem(image).map_or("", |(rule, _)| rule.id);
        for (image, id) in [
            ("nginx:1.27", ""),
            (&format!("registry:5000/a/b@sha256:{:064}", 0), ""),
            (&format!("registry:5000/a/b:1@sha256:{:064}", 0), ""),
            ("a/b@sha256:0", "invalid-image"),
            ("a/b@1.2", "invalid-image"),
            ("a/Web:1", "invalid-image"),
            ("Registry.example.com/web:RC1", ""),
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
