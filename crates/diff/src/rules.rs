//! Rules over changed resources, each with an id.

mod amounts;
mod availability;
mod crds;
mod dangling;
mod data;
mod defaults;
mod images;
mod immutable;
mod label_index;
mod lifecycle;
mod pods;
mod rbac;
mod references;
mod refused;
mod removed_apis;
mod retention;
mod routes;
mod safety;
mod scaling;
mod scheduling;
mod selectors;
mod services;
mod table;
mod traffic;
mod users;
mod workloads;

pub(super) use defaults::says_the_same;
pub(super) use refused::refused;

use super::fields::Change;
use super::node::node;
use super::path::Path;
use super::resource::{Document, Resource};
use diagnostics::{FailOn, Rule, Severity};
use goyaml::Kind;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use table::CHECKS;
use users::Users;

/// The way in which a rule looks.
enum Check {
    /// At fields that Kubernetes does not let change ([`immutable::FIELDS`]).
    Immutable,
    /// At one changed resource.
    Resource(fn(&Pair<'_>, &mut Problems)),
    /// At what templates of workloads and Services say together.
    Selectors,
    /// At the values of two charts, which the command knows.
    Values,
    /// At all resources together.
    All(fn(&RuleInput<'_>) -> Vec<Problem>),
}

/// A resource that changed, came or went; secrets are hidden already.
pub(super) struct Pair<'p> {
    /// The old side.
    pub(super) old: Option<&'p Resource>,
    /// The new side.
    pub(super) new: Option<&'p Resource>,
    /// The changes where both are there, without the ignored ones.
    pub(super) fields: &'p [Change],
    /// The places of ignored changes.
    pub(super) hidden: &'p [Path],
    /// True if there is nothing on the old side: the release is installed.
    pub(super) is_first: bool,
    /// The findings of what Kubernetes refuses of the new side and did not of the old one.
    pub(super) refused: &'p [Finding],
}

impl<'p> Pair<'p> {
    /// Returns true if the sides have different names: the one goes, and the other comes.
    pub(super) fn is_rename(&self) -> bool {
        let name = |side: &'p Resource| (&side.key.name, &side.key.namespace);
        matches!((self.old, self.new), (Some(old), Some(new)) if name(old) != name(new))
    }

    /// Both sides of a resource that is the same object before and after.
    fn kept(&self) -> Option<(&'p Resource, &'p Resource)> {
        self.old.zip(self.new).filter(|_| !self.is_rename())
    }

    /// A resource that goes, and what takes its place under another name.
    fn gone(&self) -> Option<(&'p Resource, Option<&'p Resource>)> {
        let old = self.old?;
        (self.new.is_none() || self.is_rename()).then_some((old, self.new))
    }
}

/// The findings of one rule in one resource: a place, if there is one, and a message.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<(Option<String>, String)>);

impl Problems {
    fn add(&mut self, message: impl Into<String>) {
        self.0.push((None, message.into()));
    }

    fn at(&mut self, path: &Path, message: impl Into<String>) {
        self.0.push((Some(path.new_pointer()), message.into()));
    }
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The place, as a JSON Pointer in the new resource (in the old one, if it went).
    pub pointer: Option<String>,
    /// The message.
    pub message: String,
}

impl Finding {
    /// Returns true if it tells what an upgrade does to the cluster, whatever of the change is shown.
    pub(super) fn is_effect(&self) -> bool {
        self.rule.severity == Severity::Error
            || matches!(self.rule.id, "pods-restart" | "crds-not-upgraded")
    }
}

/// A finding about a resource that may not have changed itself.
pub(super) struct RuleFinding {
    /// The resource's key.
    pub(super) key: super::Key,
    /// Its apiVersion.
    pub(super) api_version: String,
    /// The message.
    pub(super) finding: Finding,
}

/// Applies the rules that look at one resource.
pub(super) fn check(pair: &Pair<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (rule, check) in CHECKS {
        let mut problems = Problems::default();
        match check {
            Check::Immutable => immutable::check(rule.id, pair, &mut problems),
            Check::Resource(check) => check(pair, &mut problems),
            Check::Selectors | Check::All(_) | Check::Values => {}
        }
        let problems = problems.0.into_iter();
        findings.extend(problems.map(|(pointer, message)| Finding {
            rule,
            pointer,
            message,
        }));
    }
    findings.extend_from_slice(pair.refused);
    findings
}

/// The parts of a resource that rules over all resources need: its key, and the tree of those few kinds
/// whose fields they read. All trees of two sides would be most of the memory of a comparison.
pub(super) fn for_rules(resource: &Resource) -> Resource {
    let matters =
        selectors::matters(resource) || references::matters(resource) || scaling::matters(resource);
    let node = match matters {
        true => resource.node.clone(),
        false => node(Kind::Null),
    };
    Resource {
        key: resource.key.clone(),
        api_version: resource.api_version.clone(),
        source: None,
        node,
    }
}

/// All documents of both sides, read or not.
pub(super) struct RuleInput<'d> {
    /// Documents that are the same on both sides.
    pub(super) equal: &'d [Document],
    /// The other resources of each side, as they are [`for_rules`] makes them.
    pub(super) rest: [&'d [Resource]; 2],
    /// The release's namespace on each side.
    pub(super) namespaces: [&'d str; 2],
    /// The minor version of Kubernetes that the new side is for.
    pub(super) kube_minor: Option<u16>,
    /// API versions that it serves, too, as the user says.
    pub(super) api_versions: &'d [String],
    /// The resources that the upgrade deletes.
    pub(super) removed: &'d [super::Key],
    /// The keys of ConfigMaps and Secrets that go, while these stay.
    pub(super) removed_keys: &'d [(super::Key, Box<str>)],
    /// The ConfigMaps and Secrets whose contents change, with their API versions.
    pub(super) changed_data: &'d [(super::Key, String)],
    /// The workloads whose pods restart.
    pub(super) restarts: &'d BTreeSet<super::Key>,
    /// The resources of documents that both sides have and whose kind this Kubernetes may not serve by
    /// default: keys and API versions, found once for several rules.
    pub(super) suspects: OnceCell<Vec<(super::Key, String)>>,
    /// Who names what on each side.
    pub(super) users: [OnceCell<Users<'d>>; 2],
}

impl<'d> RuleInput<'d> {
    /// Who names what on the old side.
    fn old_users(&self) -> &Users<'d> {
        let [(rest, namespace), _] = self.sides();
        let [users, _] = &self.users;
        users.get_or_init(|| Users::new(rest, self.equal, namespace))
    }

    /// Who names what on the new side.
    fn new_users(&self) -> &Users<'d> {
        let [_, (rest, namespace)] = self.sides();
        let [_, users] = &self.users;
        users.get_or_init(|| Users::new(rest, self.equal, namespace))
    }

    /// The resources that differ and the release's namespace, of each side.
    fn sides(&self) -> [(&'d [Resource], &'d str); 2] {
        let ([old, new], [old_namespace, new_namespace]) = (self.rest, self.namespaces);
        [(old, old_namespace), (new, new_namespace)]
    }
}

/// Applies the rules that look at all resources together.
pub(super) fn check_all(input: &RuleInput<'_>) -> Vec<RuleFinding> {
    let mut findings = Vec::new();
    for (rule, check) in CHECKS {
        let problems = match check {
            Check::Selectors => selectors::mismatches(input),
            Check::All(check) => check(input),
            Check::Immutable | Check::Resource(_) | Check::Values => continue,
        };
        findings.extend(problems.into_iter().map(|problem| RuleFinding {
            finding: Finding {
                rule,
                pointer: None,
                message: problem.message,
            },
            key: problem.key,
            api_version: problem.api_version,
        }));
    }
    findings
}

/// A finding of a rule that looks at everything.
struct Problem {
    key: super::Key,
    api_version: String,
    message: String,
}

/// A name that is neither a rule nor a severity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule is called {0:?}; there are error, warning, info and {rules}", rules = all_ids())]
pub struct UnknownRule(String);

/// All rules: those about what changes, and those of [`checks`] about what Kubernetes refuses.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let own = CHECKS.iter().map(|(rule, _)| rule);
    own.chain(checks::rules::REFUSED.iter().copied())
}

/// The rule of an id.
pub fn find(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

fn all_ids() -> String {
    let ids: Vec<&str> = rules().map(|rule| rule.id).collect();
    ids.join(", ")
}

/// Reads a rule's id, or `error`, `warning`, `info`.
///
/// # Errors
/// Any other name.
pub fn parse_fail_on(text: &str) -> Result<FailOn, UnknownRule> {
    if let Some(severity) = Severity::from_name(text) {
        return Ok(FailOn::Severity(severity));
    }
    let rule = find(text).ok_or_else(|| UnknownRule(text.into()))?;
    Ok(FailOn::Rule(rule.id))
}
