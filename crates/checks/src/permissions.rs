//! Rules of roles: verbs, groups and resources that nobody has.

use crate::{Finding, Release, Resource, rules};
use diagnostics::suggest;
use engine::manifest::fields::items;
use goyaml::Node;
use kubernetes::Api;
use std::collections::BTreeSet;

const VERBS: [&str; 17] = [
    "approve",
    "attest",
    "bind",
    "create",
    "delete",
    "deletecollection",
    "escalate",
    "get",
    "impersonate",
    "list",
    "patch",
    "post",
    "put",
    "sign",
    "update",
    "use",
    "watch",
];

/// Groups that had resources once which are elsewhere now.
const OLD: [&str; 2] = ["extensions", "policy"];

/// Looks at what roles allow.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        if resource.group() != "rbac.authorization.k8s.io"
            || !matches!(&*resource.kind, "Role" | "ClusterRole")
        {
            continue;
        }
        for rule in resource.node.get("rules").map(items).unwrap_or_default() {
            let mut check = Check {
                resource,
                findings: &mut findings,
            };
            check.verbs(rule);
            check.resources(rule);
        }
    }
    findings
}

struct Check<'r> {
    resource: &'r Resource,
    findings: &'r mut Vec<Finding>,
}

impl Check<'_> {
    fn add(&mut self, node: &Node, problem: &str, help: String) {
        let message = format!("{} {problem}", self.resource.title());
        let at = self.resource.at(node.mark);
        let finding = Finding::new(&rules::UNKNOWN_PERMISSION, at, message).of(self.resource);
        self.findings.push(finding.suggest(help));
    }

    /// Returns true if some rule of the role allows a resource in a group.
    fn allows(&self, group: &str, resource: &str) -> bool {
        let has = |rule: &Node, field: &str, text: &str| {
            let list = rule.get(field).map(items).unwrap_or_default();
            list.iter().any(|one| one.as_str() == Some(text))
        };
        let rules = self.resource.node.get("rules").map(items);
        let mut rules = rules.unwrap_or_default().iter();
        rules.any(|rule| has(rule, "apiGroups", group) && has(rule, "resources", resource))
    }

    fn verbs(&mut self, rule: &Node) {
        for verb in rule.get("verbs").map(items).unwrap_or_default() {
            let text = verb.as_str().unwrap_or_default();
            if text.is_empty() || VERBS.contains(&text) || text == "*" {
                continue;
            }
            if let Some(near) = suggest::nearest(text, VERBS) {
                let problem = format!("allows the verb {text}, which nobody asks for");
                self.add(verb, &problem, suggest::did_you_mean(near));
            }
        }
    }

    fn resources(&mut self, rule: &Node) {
        let groups = rule.get("apiGroups").map(items).unwrap_or_default();
        let mut names: Vec<&str> = Vec::new();
        for group in groups {
            let text = group.as_str().unwrap_or_default();
            if let Some((name, version)) = text.split_once('/')
                && version.starts_with('v')
            {
                let problem = format!("names the group {text}, which has a version in it");
                self.add(group, &problem, format!("groups have none here: {name}"));
            }
            names.push(text);
        }
        let is_own = |group: &&str| {
            (group.is_empty() || kubernetes::has_group(group)) && !OLD.contains(group)
        };
        if names.is_empty() || !names.iter().all(is_own) {
            return;
        }
        for resource in rule.get("resources").map(items).unwrap_or_default() {
            let text = resource.as_str().unwrap_or_default();
            let base = text.split('/').next().unwrap_or_default();
            if base.is_empty() || base == "*" {
                continue;
            }
            let here: BTreeSet<String> = names.iter().copied().flat_map(plurals).collect();
            if here.contains(base) {
                continue;
            }
            if let Some(near) = meant(base, &here) {
                let problem = format!("allows {text}, which its groups do not have");
                self.add(resource, &problem, suggest::did_you_mean(near));
            } else if let Some(group) = groups_of(base).first()
                && !self.allows(group, base)
            {
                let problem = format!("allows {text}, which its groups do not have");
                let name = if group.is_empty() { "\"\"" } else { group };
                self.add(resource, &problem, format!("it is in the group {name}"));
            }
        }
    }
}

/// The resource that is meant: its plural, in lower case.
fn meant<'h>(base: &str, here: &'h BTreeSet<String>) -> Option<&'h str> {
    let plain = base.to_lowercase();
    let same = here
        .iter()
        .find(|name| **name == plain || **name == plural(&plain));
    same.map(String::as_str)
        .or_else(|| suggest::nearest(base, here.iter().map(String::as_str)))
}

/// The resources of a group.
fn plurals(group: &str) -> impl Iterator<Item = String> + use<'_> {
    let apis = Api::all().filter(move |api| kubernetes::group_of(api.api_version()) == group);
    apis.map(|api| plural(&api.kind().to_lowercase()))
}

fn groups_of(resource: &str) -> Vec<&'static str> {
    let apis = Api::all().filter(|api| plural(&api.kind().to_lowercase()) == resource);
    let groups = apis.map(|api| kubernetes::group_of(api.api_version()));
    groups.filter(|group| !OLD.contains(group)).collect()
}

/// The name of a kind's resource.
fn plural(kind: &str) -> String {
    match kind {
        "endpoints" => kind.to_owned(),
        _ if kind.ends_with("ay") || kind.ends_with("ey") => format!("{kind}s"),
        _ => match kind.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None if kind.ends_with(['s', 'x']) => format!("{kind}es"),
            None => format!("{kind}s"),
        },
    }
}
