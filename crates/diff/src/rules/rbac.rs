//! Roles and bindings that allow more than before.

use super::super::node::{at, items, text_at};
use super::super::resource::Resource;
use super::{Pair, Problems};
use goyaml::Node;
use std::collections::BTreeSet;

const GROUP: &str = "rbac.authorization.k8s.io";
/// The permissions of a role that are looked at: beyond, nobody reads them.
const MOST: usize = 10_000;
/// The permissions that a message names.
const NAMED: usize = 5;

/// Tells of permissions and subjects that came.
pub(super) fn widened(pair: &Pair<'_>, problems: &mut Problems) {
    let Some(new) = pair.new.filter(|new| new.key.group == GROUP) else {
        return;
    };
    match &*new.key.kind {
        "Role" | "ClusterRole" => {
            let before = pair.old.map(rules).unwrap_or_default();
            let now = rules(new);
            let more = now.iter().flat_map(Rule::permissions).take(MOST);
            let more: BTreeSet<Permission<'_>> = more
                .filter(|permission| !before.iter().any(|rule| rule.allows(permission)))
                .collect();
            if !more.is_empty() {
                let texts: Vec<String> = more.iter().take(NAMED).map(Permission::text).collect();
                let rest = more.len().saturating_sub(NAMED);
                let and = if rest > 0 {
                    format!(" and {rest} more")
                } else {
                    String::new()
                };
                let since = if pair.old.is_some() {
                    "now also allows"
                } else {
                    "is new and allows"
                };
                let kind = &new.key.kind;
                problems.add(format!("this {kind} {since}: {}{and}", texts.join(", ")));
            }
        }
        "RoleBinding" | "ClusterRoleBinding" => {
            let subjects = |side: &'_ Resource| -> Vec<Node> {
                let list = at(&side.node, &["subjects"]).map(items);
                list.unwrap_or_default().to_vec()
            };
            let before = pair.old.map(subjects).unwrap_or_default();
            for subject in subjects(new) {
                if !before.iter().any(|other| is_same(other, &subject)) {
                    let kind = text_at(&subject, &["kind"]);
                    let name = text_at(&subject, &["name"]);
                    let role = text_at(&new.node, &["roleRef", "name"]);
                    problems.add(format!("{kind} {name} gets the role {role}"));
                }
            }
        }
        _ => {}
    }
}

/// Returns true if two subjects are the same: what is left out is what Kubernetes takes it for.
fn is_same(a: &Node, b: &Node) -> bool {
    let parts = |subject: &'_ Node| -> [String; 4] {
        let text = |key| text_at(subject, &[key]).to_owned();
        let kind = text("kind");
        let group = match (&*text("apiGroup"), &*kind) {
            ("", "User" | "Group") => GROUP.to_owned(),
            (group, _) => group.to_owned(),
        };
        [kind, group, text("name"), text("namespace")]
    };
    parts(a) == parts(b)
}

/// A rule of a role: lists, in which `*` stands for all.
#[derive(Debug, Default)]
struct Rule {
    groups: Vec<String>,
    resources: Vec<String>,
    names: Vec<String>,
    urls: Vec<String>,
    verbs: Vec<String>,
}

/// One thing that a rule allows: a verb on a resource, or on a path of the API server.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Permission<'r> {
    verb: &'r str,
    resource: &'r str,
    group: &'r str,
    /// The object; all where there is none.
    name: Option<&'r str>,
    url: Option<&'r str>,
}

fn rules(role: &Resource) -> Vec<Rule> {
    let list = at(&role.node, &["rules"]).map(items).unwrap_or_default();
    let rule = |node: &Node| {
        let texts = |key: &str| -> Vec<String> {
            let list = at(node, &[key]).map(items).unwrap_or_default();
            let texts = list.iter().filter_map(Node::as_str);
            texts.map(str::to_owned).collect()
        };
        Rule {
            groups: texts("apiGroups"),
            resources: texts("resources"),
            names: texts("resourceNames"),
            urls: texts("nonResourceURLs"),
            verbs: texts("verbs"),
        }
    };
    list.iter().map(rule).collect()
}

impl Rule {
    fn permissions(&self) -> impl Iterator<Item = Permission<'_>> {
        let names = || -> Vec<Option<&str>> {
            match self.names.is_empty() {
                true => vec![None],
                false => self.names.iter().map(|name| Some(&**name)).collect(),
            }
        };
        let on_resources = self.verbs.iter().flat_map(move |verb| {
            self.groups.iter().flat_map(move |group| {
                self.resources.iter().flat_map(move |resource| {
                    names().into_iter().map(move |name| Permission {
                        verb,
                        group,
                        resource,
                        name,
                        url: None,
                    })
                })
            })
        });
        let on_urls = self.verbs.iter().flat_map(move |verb| {
            self.urls.iter().map(move |url| Permission {
                verb,
                group: "",
                resource: "",
                name: None,
                url: Some(url),
            })
        });
        on_resources.chain(on_urls)
    }

    fn allows(&self, permission: &Permission<'_>) -> bool {
        let has = |list: &[String], one: &str| list.iter().any(|item| item == "*" || item == one);
        if !has(&self.verbs, permission.verb) {
            return false;
        }
        if let Some(url) = permission.url {
            return self.urls.iter().any(|own| match own.strip_suffix('*') {
                Some(start) => url.starts_with(start),
                None => own == url,
            });
        }
        let names_match = self.names.is_empty()
            || permission
                .name
                .is_some_and(|name| self.names.iter().any(|own| own == name));
        // `*/scale` are the subresources of this name of all resources.
        let of_all =
            |own: &String| match (own.strip_prefix("*/"), permission.resource.split_once('/')) {
                (Some(own), Some((_, other))) => own == other,
                _ => false,
            };
        let is_resource =
            has(&self.resources, permission.resource) || self.resources.iter().any(of_all);
        names_match && has(&self.groups, permission.group) && is_resource
    }
}

impl Permission<'_> {
    fn text(&self) -> String {
        let mut text = format!("{} {}", self.verb, self.url.unwrap_or(self.resource));
        if !self.group.is_empty() {
            text.push('.');
            text.push_str(self.group);
        }
        if let Some(name) = self.name {
            text.push('/');
            text.push_str(name);
        }
        text
    }
}
