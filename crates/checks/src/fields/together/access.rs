//! Bindings of roles, and webhooks (`pkg/apis/rbac/validation`, `pkg/apis/admissionregistration/validation`).

use super::super::Check;
use super::{is_set, mark_of};
use crate::rules;
use engine::manifest::fields::{at, items, text_at};
use goyaml::Node;

pub(super) fn subject<'r>(check: &mut Check<'r>, node: &'r Node) {
    let group = text_at(node, &["apiGroup"]);
    let problem = match text_at(node, &["kind"]) {
        "ServiceAccount" if !group.is_empty() => {
            "is of a ServiceAccount, which is in Kubernetes' core: leave it out"
        }
        "User" | "Group" if !matches!(group, "" | "rbac.authorization.k8s.io") => {
            "is not rbac.authorization.k8s.io"
        }
        _ => return,
    };
    let mark = mark_of(node, "apiGroup");
    check.problem_of(
        &rules::INVALID_OPTION,
        mark,
        Some("apiGroup"),
        problem,
        None,
    );
}

pub(super) fn cluster_binding<'r>(check: &mut Check<'r>, node: &'r Node) {
    if let Some(role) = node.get("roleRef")
        && text_at(role, &["kind"]) == "Role"
    {
        let help = Some("a RoleBinding takes a Role".to_owned());
        let problem = "is Role, where a ClusterRoleBinding takes ClusterRole";
        let mark = role.get("kind").map_or(role.mark, |kind| kind.mark);
        check.problem_of(
            &rules::INVALID_OPTION,
            mark,
            Some("roleRef.kind"),
            problem,
            help,
        );
    }
    for subject in node.get("subjects").map(items).unwrap_or_default() {
        if text_at(subject, &["kind"]) == "ServiceAccount" && !is_set(subject, "namespace") {
            let name = text_at(subject, &["name"]);
            let problem =
                format!("binds the ServiceAccount {name} and does not name its namespace");
            check.problem(&rules::MISSING_FIELD, subject.mark, &problem);
        }
    }
}

pub(super) fn webhook<'r>(check: &mut Check<'r>, node: &'r Node) {
    let name = text_at(node, &["name"]);
    if !name.is_empty() && name.split('.').count() < 3 {
        let mark = at(node, &["name"]).map_or(node.mark, |name| name.mark);
        let problem = format!("is {name:?}: it must be a domain of at least three parts");
        check.problem_of(&rules::INVALID_NAME, mark, Some("name"), &problem, None);
    }
}

pub(super) fn service<'r>(check: &mut Check<'r>, node: &'r Node) {
    let path = text_at(node, &["path"]);
    if !path.is_empty() && !path.starts_with('/') {
        let mark = at(node, &["path"]).map_or(node.mark, |path| path.mark);
        let problem = format!("is {path:?}: it must begin with /");
        check.problem_of(&rules::INVALID_PATH, mark, Some("path"), &problem, None);
    }
}
