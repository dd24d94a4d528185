//! Refusals: an API server refuses the new side and took the old one, by the rules of [`checks`].

use super::super::node::node;
use super::super::resource::Resource;
use super::Finding;
use checks::rules::REFUSED;
use engine::manifest::Scopes;
use goyaml::Kind;
use std::collections::BTreeSet;

/// The findings of a changed or new resource. It is whole: what is hidden would be none of what a field takes.
pub(in super::super) fn refused(old: Option<&mut Resource>, new: &mut Resource) -> Vec<Finding> {
    let now = problems(new);
    if now.is_empty() {
        return Vec::new();
    }
    let before = old.map(problems).unwrap_or_default();
    let before: BTreeSet<(&str, String)> = before
        .iter()
        .map(|finding| (finding.rule.id, finding.problem()))
        .collect();
    let is_new =
        |finding: &checks::Finding| !before.contains(&(finding.rule.id, finding.problem()));
    let findings = now.into_iter().filter(is_new).map(|finding| Finding {
        rule: finding.rule,
        pointer: None,
        message: finding.message,
    });
    findings.collect()
}

/// The problems of a resource. Its tree, which may be large, is lent and given back.
fn problems(resource: &mut Resource) -> Vec<checks::Finding> {
    let tree = std::mem::replace(&mut resource.node, node(Kind::Null));
    let mut resources = [checks::Resource::new(0, tree)];
    let mut findings = checks::find(&checks::Release {
        resources: &resources,
        is_complete: false,
        namespace: &resource.key.namespace,
        kube_version: "",
        minor: None,
        api_versions: &[],
        scopes: &Scopes::default,
        schemas: &checks::Schemas::default,
    });
    findings.retain(|finding| REFUSED.contains(&finding.rule));
    let [lent] = &mut resources;
    resource.node = std::mem::replace(&mut lent.node, node(Kind::Null));
    findings
}
