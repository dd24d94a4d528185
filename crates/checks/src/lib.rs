//! Rules about resources, one by one and among each other: what an API server refuses, what it drops without a word,
//! and what cannot run.
//!
//! [`find`] asks all rules of a [`Release`]; [`rules`] says what each finds.
#![forbid(unsafe_code)]

mod amounts;
mod apis;
mod bindings;
mod custom;
mod disruptions;
mod duplicates;
mod fields;
mod helm;
mod images;
mod labels;
mod misspelt;
mod monitors;
mod names;
mod permissions;
mod pods;
mod references;
mod required;
mod resource;
pub mod rules;
mod selectors;
mod unknown_apis;

pub use custom::Schemas;
pub use resource::Resource;

use diagnostics::Rule;
use engine::manifest::Scopes;
use goyaml::Mark;

/// All resources of a release, and the Kubernetes that they are for.
pub struct Release<'a> {
    /// The resources, in the order of their texts.
    pub resources: &'a [Resource],
    /// True if no resource is missing: rules that compare resources look at nothing else.
    pub is_complete: bool,
    /// The namespace of resources that name none.
    pub namespace: &'a str,
    /// The version of Kubernetes, as people write it (`v1.36.0`).
    pub kube_version: &'a str,
    /// The same as the minor version of Kubernetes 1, where it is one.
    pub minor: Option<u16>,
    /// API versions that the user says Kubernetes has, besides those that are on by default.
    pub api_versions: &'a [String],
    /// Tells which kinds of custom resources are in no namespace. Definitions are large: it is asked only where
    /// it matters.
    pub scopes: &'a dyn Fn() -> Scopes,
    /// Tells the schemas of custom resources. It is asked only where there are some.
    pub schemas: &'a dyn Fn() -> Schemas,
}

impl Release<'_> {
    /// The namespace of a resource, if its kind is in namespaces: its own, or the release's.
    fn namespace_of<'a>(&'a self, resource: &'a Resource) -> &'a str {
        match &*resource.namespace {
            "" => self.namespace,
            own => own,
        }
    }

    /// The minor version whose types count: that of the release, or the newest.
    fn types(&self) -> u16 {
        self.minor.unwrap_or(kubernetes::fields::MINORS.1)
    }
}

/// A place in one of the texts that resources were read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// The text's index, as [`Resource`] has it.
    pub file: usize,
    /// Line and column there; without a column the whole line is meant.
    pub mark: Mark,
}

/// Something that is wrong with a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// The place.
    pub at: At,
    /// The problem, in one sentence without a full stop.
    pub message: String,
    /// The message's name for the resource: findings in which only this differs are one mistake.
    pub subject: String,
    /// The advice, where it is known.
    pub suggestion: Option<String>,
    /// Another place that explains it, with what it shows.
    pub related: Option<(At, &'static str)>,
}

impl Finding {
    /// A finding with neither advice nor a place that explains it.
    pub fn new(rule: &'static Rule, at: At, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            at,
            message: message.into(),
            subject: String::new(),
            suggestion: None,
            related: None,
        }
    }

    fn of(mut self, resource: &Resource) -> Finding {
        self.subject = resource.title();
        self
    }

    fn suggest(mut self, suggestion: impl Into<String>) -> Finding {
        self.suggestion = Some(suggestion.into());
        self
    }

    fn suggest_if(mut self, suggestion: Option<impl Into<String>>) -> Finding {
        self.suggestion = suggestion.map(Into::into);
        self
    }

    fn relate(mut self, at: At, label: &'static str) -> Finding {
        self.related = Some((at, label));
        self
    }

    /// The message without what it is about.
    pub fn problem(&self) -> String {
        match &*self.subject {
            "" => self.message.clone(),
            subject => self.message.replacen(subject, "", 1),
        }
    }
}

/// A check of everything.
type Check = fn(&Release<'_>) -> Vec<Finding>;

/// The checks that look at single resources.
const OF_PARTS: &[Check] = &[
    required::check,
    fields::check,
    custom::check,
    names::check,
    labels::check,
    apis::check,
    images::check,
    selectors::own,
    pods::check,
    helm::check,
    unknown_apis::check,
    amounts::check,
    misspelt::check,
    permissions::check,
];

/// The checks that compare resources: they need all of them.
const OF_ALL: &[Check] = &[
    duplicates::check,
    selectors::others,
    references::check,
    bindings::check,
    disruptions::check,
    monitors::check,
];

/// The findings of all rules.
pub fn find(release: &Release<'_>) -> Vec<Finding> {
    let of_all = OF_ALL.iter().filter(|_| release.is_complete);
    let checks = OF_PARTS.iter().chain(of_all);
    checks.flat_map(|check| check(release)).collect()
}
