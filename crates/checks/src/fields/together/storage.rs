//! Volumes, claims, and what is in Secrets (`pkg/apis/core/validation`).

use super::super::Check;
use super::{is_set, mark_of};
use crate::rules;
use engine::manifest::fields::{at, text_at};
use goyaml::Node;

/// Types of Secrets, and the keys that one must have; several where one of them is enough.
const SECRETS: &[(&str, &[&[&str]])] = &[
    ("kubernetes.io/tls", &[&["tls.crt"], &["tls.key"]]),
    ("kubernetes.io/dockerconfigjson", &[&[".dockerconfigjson"]]),
    ("kubernetes.io/dockercfg", &[&[".dockercfg"]]),
    ("kubernetes.io/basic-auth", &[&["username", "password"]]),
    ("kubernetes.io/ssh-auth", &[&["ssh-privatekey"]]),
];

/// A path that must not lead out of where it begins.
fn is_below(path: &str) -> bool {
    !path.starts_with('/') && !path.split('/').any(|part| part == "..")
}

fn path_below<'r>(check: &mut Check<'r>, node: &'r Node, field: &str) {
    let Some(value) = node.get(field) else { return };
    let path = value.as_str().unwrap_or_default();
    if !is_below(path) {
        let problem = format!("is {path:?}: it must be relative, without ..");
        check.problem_of(
            &rules::INVALID_PATH,
            value.mark,
            Some(field),
            &problem,
            None,
        );
    }
}

pub(super) fn mount<'r>(check: &mut Check<'r>, node: &'r Node) {
    path_below(check, node, "subPath");
    path_below(check, node, "subPathExpr");
    if is_set(node, "subPath") && is_set(node, "subPathExpr") {
        let mark = mark_of(node, "subPathExpr");
        check.problem(
            &rules::EXCLUSIVE_FIELDS,
            mark,
            "has both subPath and subPathExpr",
        );
    }
}

pub(super) fn key_path<'r>(check: &mut Check<'r>, node: &'r Node) {
    path_below(check, node, "path");
}

pub(super) fn claim<'r>(check: &mut Check<'r>, node: &'r Node) {
    if at(node, &["resources", "requests", "storage"]).is_none() {
        let problem = "asks for no storage: it has no resources.requests.storage";
        check.problem(&rules::MISSING_FIELD, node.mark, problem);
    }
}

pub(super) fn secret<'r>(check: &mut Check<'r>, node: &'r Node) {
    let kind = text_at(node, &["type"]);
    let Some((_, wanted)) = SECRETS.iter().find(|(of, _)| *of == kind) else {
        return;
    };
    let has = |key: &str| {
        let mut parts = ["data", "stringData"].into_iter();
        parts.any(|part| node.get(part).is_some_and(|data| data.get(key).is_some()))
    };
    for keys in *wanted {
        if !keys.iter().any(|key| has(key)) {
            let problem = format!("is of the type {kind} and has no {}", keys.join(" and no "));
            let mark = node.get("type").map_or(node.mark, |kind| kind.mark);
            check.problem(&rules::MISSING_FIELD, mark, &problem);
        }
    }
}
