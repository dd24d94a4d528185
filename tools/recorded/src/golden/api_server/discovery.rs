//! What the server tells of itself.

use serde_json::{Value, json};

use super::super::server::Answer;
use super::answer as json_answer;

/// A kind that the server serves.
pub(super) struct Kind {
    group: &'static str,
    pub(super) resource: &'static str,
    pub(super) kind: &'static str,
    is_namespaced: bool,
}

const fn kind_of(
    group: &'static str,
    resource: &'static str,
    kind: &'static str,
    is_namespaced: bool,
) -> Kind {
    Kind {
        group,
        resource,
        kind,
        is_namespaced,
    }
}

/// All of version 1.
const KINDS: &[Kind] = &[
    kind_of("", "configmaps", "ConfigMap", true),
    kind_of("", "namespaces", "Namespace", false),
    kind_of("", "secrets", "Secret", true),
    kind_of("", "serviceaccounts", "ServiceAccount", true),
    kind_of("", "services", "Service", true),
    kind_of("example.com", "widgets", "Widget", true),
];

const GROUP: &str = "example.com";

/// The kind of a resource.
pub(super) fn kind(resource: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.resource == resource)
}

/// The answer to a question about the server itself.
pub(super) fn answer(path: &str) -> Option<Answer> {
    let body = match path {
        "version" => json!({"major": "1", "minor": "36", "gitVersion": "v1.36.0"}),
        "api" => json!({"kind": "APIVersions", "versions": ["v1"]}),
        "apis" => {
            let version = json!({"groupVersion": format!("{GROUP}/v1"), "version": "v1"});
            let group = json!({"name": GROUP, "versions": [version], "preferredVersion": version});
            json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": [group]})
        }
        "api/v1" => kinds("", "v1"),
        "apis/example.com/v1" => kinds(GROUP, "example.com/v1"),
        "openapi/v3" => {
            let path = |path: &str| json!({"serverRelativeURL": format!("/openapi/v3/{path}")});
            json!({"paths": {"api/v1": path("api/v1"), "apis/example.com/v1": path("apis/example.com/v1")}})
        }
        "openapi/v3/api/v1" => schemas("", "api/v1"),
        "openapi/v3/apis/example.com/v1" => schemas(GROUP, "apis/example.com/v1"),
        _ => return None,
    };
    Some(json_answer(200, &body))
}

fn of_group(group: &str) -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(move |kind| kind.group == group)
}

fn kinds(group: &str, group_version: &str) -> Value {
    let kinds = of_group(group).map(|kind| {
        json!({
            "name": kind.resource,
            "singularName": "",
            "namespaced": kind.is_namespaced,
            "kind": kind.kind,
            "verbs": ["create", "delete", "get", "list", "patch", "update"],
        })
    });
    json!({
        "kind": "APIResourceList",
        "groupVersion": group_version,
        "resources": kinds.collect::<Vec<_>>(),
    })
}

/// That the server checks fields itself, which is all that clients look for.
fn schemas(group: &str, base: &str) -> Value {
    let mut paths = json!({});
    for kind in of_group(group) {
        let path = match kind.is_namespaced {
            true => format!(
                "/{base}/namespaces/{{namespace}}/{}/{{name}}",
                kind.resource
            ),
            false => format!("/{base}/{}/{{name}}", kind.resource),
        };
        paths[path] = json!({"patch": {
            "parameters": [{"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}],
            "responses": {},
            "x-kubernetes-group-version-kind": {"group": group, "version": "v1", "kind": kind.kind},
        }});
    }
    json!({"openapi": "3.0.0", "info": {"title": "t", "version": "v"}, "paths": paths})
}
