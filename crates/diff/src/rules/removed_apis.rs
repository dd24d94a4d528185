//! API versions that the new side's Kubernetes does not serve.

use super::super::resource::{Document, Key};
use super::{Problem, RuleInput};
use kubernetes::{Api, Presence};

/// Tells of new resources that Kubernetes would refuse: of kinds that it has no longer, or not yet.
pub(super) fn not_served(input: &RuleInput<'_>) -> Vec<Problem> {
    problems(input, |api, minor| match api.presence(minor) {
        Presence::Removed => Some(match api.removed() {
            Some(removed) => format!("was removed in Kubernetes 1.{removed}"),
            None => "was removed".into(),
        }),
        Presence::Future => Some(match api.introduced() {
            Some(introduced) => format!("does not exist before Kubernetes 1.{introduced}"),
            None => "does not exist yet".into(),
        }),
        Presence::Served { .. } => None,
    })
}

/// Tells of new resources that Kubernetes would refuse unless its API server is told otherwise.
pub(super) fn disabled(input: &RuleInput<'_>) -> Vec<Problem> {
    problems(input, |api, minor| match api.presence(minor) {
        Presence::Served {
            by_default: false, ..
        } if !api.is_among(input.api_versions) => Some(format!(
            "is switched off by default in Kubernetes 1.{minor}"
        )),
        _ => None,
    })
}

/// Collects the findings of `check` for the new side's kinds.
fn problems(input: &RuleInput<'_>, check: impl Fn(&Api, u16) -> Option<String>) -> Vec<Problem> {
    let Some(minor) = input.kube_minor else {
        return Vec::new();
    };
    let problem = |key: &Key, api_version: &str| {
        let api = Api::find(api_version, &key.kind)?;
        let mut message = format!("{api_version} {} {}", key.kind, check(&api, minor)?);
        if let Some(advice) = api.advice(minor) {
            message.push_str(&format!("; {advice}"));
        }
        Some(Problem {
            key: key.clone(),
            api_version: api_version.to_owned(),
            message,
        })
    };
    let [_, rest] = input.rest;
    let rest = rest.iter().map(|r| (&r.key, &r.api_version));
    let equal = input.suspects.get_or_init(|| suspects(input, minor));
    let equal = equal.iter().map(|(key, api_version)| (key, api_version));
    rest.chain(equal)
        .filter_map(|(key, api_version)| problem(key, api_version))
        .collect()
}

/// Keys and API versions of what is in suspect documents. Hardly any document is one: the others are not read.
fn suspects(input: &RuleInput<'_>, minor: u16) -> Vec<(Key, String)> {
    let [_, namespace] = input.namespaces;
    let documents = input.equal.iter();
    let documents = documents.filter(|document| is_suspect(document, minor));
    let resources = documents.flat_map(|document| document.resources(namespace));
    resources.map(|r| (r.key, r.api_version)).collect()
}

/// Returns true if a document may hold a resource that Kubernetes 1.`minor` does not serve by default.
fn is_suspect(document: &Document, minor: u16) -> bool {
    const KEY: &[u8] = b"apiVersion";
    memchr::memmem::find_iter(&document.text, KEY).any(|at| {
        let rest = document.text.get(at + KEY.len()..).unwrap_or_default();
        let is_around = |byte: &u8| matches!(byte, b' ' | b':' | b'"' | b'\'');
        let start = rest.iter().take_while(|byte| is_around(byte)).count();
        let rest = rest.get(start..).unwrap_or_default();
        let is_part =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-');
        let end = rest.iter().take_while(|byte| is_part(byte)).count();
        match std::str::from_utf8(rest.get(..end).unwrap_or_default()) {
            // A text on the next line, an alias and their like have to be read.
            Ok("") | Err(_) => true,
            Ok(api_version) => !kubernetes::serves_all(api_version, minor),
        }
    })
}
