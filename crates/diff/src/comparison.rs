//! The result of a comparison: the changes of resources, and what rules find in them.

use super::fields::Change;
use super::lines::Line;
use super::resource::{Key, Resource};
use super::rules::{self, Finding};
use diagnostics::Severity;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The change of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It has other contents.
    Changed,
    /// It has another name, and nearly the same contents.
    Renamed,
    /// It went.
    Removed,
    /// It came.
    Added,
}

/// The origin of a side of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `apiVersion`.
    pub api_version: String,
    /// The template, if that is known.
    pub source: Option<String>,
}

/// A resource that changed, came or went, with nothing secret in it.
#[derive(Clone, Debug)]
pub struct ResourceChange {
    /// The resource.
    pub key: Key,
    /// Its key as it is shown.
    pub title: String,
    /// Its namespace, the release's where it names none; empty where its kind is in none.
    pub namespace: String,
    /// Its change.
    pub kind: Kind,
    /// Its key on the old side and that key as it is shown, where it is renamed.
    pub former: Option<(Key, String)>,
    /// The old side.
    pub old: Option<Origin>,
    /// The new side.
    pub new: Option<Origin>,
    /// Field by field what changed, where both sides are there.
    pub fields: Vec<Change>,
    /// The line diff of both sides' YAML.
    pub lines: Vec<Line>,
    /// What changes in the schemas of a CustomResourceDefinition, line by line, where both sides are there.
    pub schema: Option<Vec<Line>>,
    /// The number of places of it that changed that do not count.
    pub ignored: usize,
    /// True if what changed is not to be shown.
    pub suppressed: bool,
    /// True if it differs only in the chart's labels and in checksums, and no rule finds more than that pods restart.
    pub is_relabelled: bool,
    /// The findings, the worst first.
    pub findings: Vec<Finding>,
}

impl ResourceChange {
    /// The place in a report: less comes first.
    fn rank(&self) -> (Group, Reverse<Option<Severity>>, bool) {
        let worst = self
            .findings
            .iter()
            .map(|finding| finding.rule.severity)
            .max();
        let worst = worst.filter(|severity| *severity > Severity::Info);
        (self.group(), Reverse(worst), !self.is_workload())
    }

    /// The part of a report that it is in.
    pub(super) fn group(&self) -> Group {
        let is_loud = |finding: &Finding| finding.rule.severity > Severity::Info;
        match self.is_workload() {
            _ if self.is_definition() => Group::Definitions,
            _ if self.findings.iter().any(is_loud) => Group::Findings,
            _ if self.is_relabelled => Group::Relabelled,
            true => Group::Workloads,
            false => Group::Others,
        }
    }

    /// Returns true if it defines a kind of custom resources.
    pub(super) fn is_definition(&self) -> bool {
        self.key.kind == "CustomResourceDefinition"
    }

    /// Returns true if it runs pods.
    pub(super) fn is_workload(&self) -> bool {
        matches!(
            &*self.key.kind,
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" | "CronJob" | "Pod"
        )
    }
}

/// The parts of a report, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// Resources with an error or a warning.
    Findings,
    /// Other workloads.
    Workloads,
    /// Other resources.
    Others,
    /// Those that differ only in the chart's labels and in checksums.
    Relabelled,
    /// CustomResourceDefinitions, with findings or without.
    Definitions,
}

/// Changes between two sides.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The resources: those with the worst findings first, then workloads, then the rest, then what differs only in labels, at
    /// last definitions; each what changed, what was renamed, what went, what came, by key.
    pub changes: Vec<ResourceChange>,
    /// Findings about resources that did not change: their keys as they are shown.
    pub findings_on_unchanged: Vec<(String, Finding)>,
    /// The number of resources that did not change; those of equal lists count as one.
    pub unchanged: usize,
    /// The number of resources that changed in nothing that counts.
    pub ignored_resources: usize,
    /// The number of changed places that do not count.
    pub ignored_places: usize,
    /// Notices about the sides.
    pub notices: Vec<String>,
}

impl Comparison {
    /// The resources that go.
    pub(super) fn removed(&self) -> Vec<Key> {
        let changes = self.changes.iter();
        let removed = changes.filter_map(|change| match (change.kind, &change.former) {
            (Kind::Removed, _) => Some(&change.key),
            (_, Some((former, _))) => Some(former),
            _ => None,
        });
        removed.cloned().collect()
    }

    /// The keys of ConfigMaps and Secrets that go, while these stay.
    pub(super) fn removed_keys(&self) -> Vec<(Key, Box<str>)> {
        let is_data =
            |change: &&ResourceChange| matches!(&*change.key.kind, "ConfigMap" | "Secret");
        let changes = self.changes.iter().filter(is_data);
        let keys = changes.flat_map(|change| {
            let gone = change.fields.iter().filter(|field| field.new.is_none());
            gone.filter_map(|field| {
                let keys: Vec<&str> = field.path.keys().collect();
                let ["data" | "stringData" | "binaryData", key] = keys[..] else {
                    return None;
                };
                Some((change.key.clone(), key.into()))
            })
        });
        keys.collect()
    }

    /// The ConfigMaps and Secrets whose contents change.
    pub(super) fn changed_data(&self) -> Vec<(Key, String)> {
        let is_data = |change: &&ResourceChange| {
            let mut fields = change.fields.iter();
            change.kind == Kind::Changed
                && matches!(&*change.key.kind, "ConfigMap" | "Secret")
                && (change.suppressed
                    || fields.any(|field| {
                        let first = field.path.keys().next();
                        matches!(first, Some("data" | "stringData" | "binaryData"))
                    }))
        };
        let changes = self.changes.iter().filter(is_data);
        let data = changes.filter_map(|change| {
            Some((change.key.clone(), change.new.as_ref()?.api_version.clone()))
        });
        data.collect()
    }

    /// The workloads among resources whose pods restart.
    pub(super) fn restarts(&self, sides: &[&[Resource]], namespace: &str) -> BTreeSet<Key> {
        let restart = |finding: &Finding| finding.rule.id == "pods-restart";
        let titles: BTreeSet<&str> = self
            .findings()
            .filter(|(_, finding)| restart(finding))
            .map(|(title, _)| title)
            .collect();
        let resources = sides.iter().flat_map(|side| side.iter());
        let restarts =
            resources.filter(|one| titles.contains(&*one.key.title(namespace, &one.api_version)));
        restarts.map(|one| one.key.clone()).collect()
    }

    /// Adds findings to the changes of their resources; those of resources that did not change stand apart.
    pub(super) fn add_findings(&mut self, findings: Vec<rules::RuleFinding>, namespace: &str) {
        let places = self.changes.iter().zip(0..);
        let places: FxHashMap<Key, usize> = places.map(|(c, at)| (c.key.clone(), at)).collect();
        for about in findings {
            let place = places.get(&about.key);
            match place.and_then(|at| self.changes.get_mut(*at)) {
                Some(change) => change.findings.push(about.finding),
                None => {
                    let title = about.key.title(namespace, &about.api_version);
                    self.findings_on_unchanged.push((title, about.finding));
                }
            }
        }
    }

    /// Puts the worst findings first, and the resources in the order of [`Comparison::changes`].
    pub(super) fn sort(&mut self) {
        for change in &mut self.changes {
            let worst_first = |finding: &Finding| Reverse(finding.rule.severity);
            change.findings.sort_by_key(worst_first);
            let mut findings = change.findings.iter();
            let has_warning = findings.any(|finding| finding.rule.severity > Severity::Info);
            change.is_relabelled &= !has_warning;
        }
        let rank = |change: &ResourceChange| change.rank();
        self.changes
            .sort_by(|a, b| (rank(a), a.kind, &a.key).cmp(&(rank(b), b.kind, &b.key)));
    }

    /// Adds findings that are not about one resource, before the others.
    pub fn add_general(&mut self, about: &str, findings: Vec<Finding>) {
        let findings = findings
            .into_iter()
            .map(|finding| (about.to_owned(), finding));
        self.findings_on_unchanged.splice(0..0, findings);
    }

    /// The number of resources with a kind of change.
    pub fn count(&self, kind: Kind) -> usize {
        self.changes
            .iter()
            .filter(|change| change.kind == kind)
            .count()
    }

    /// All findings, with the key of their resource as it is shown.
    pub fn findings(&self) -> impl Iterator<Item = (&str, &Finding)> {
        let of_changes = self.changes.iter().flat_map(|change| {
            let findings = change.findings.iter();
            findings.map(|finding| (&*change.title, finding))
        });
        of_changes.chain(
            self.findings_on_unchanged
                .iter()
                .map(|(key, finding)| (&**key, finding)),
        )
    }

    /// The sum in words: `1 to add, 2 to change, 0 to remove`.
    pub fn summary(&self) -> String {
        let mut text = format!(
            "{} to add, {} to change, {} to remove",
            self.count(Kind::Added),
            self.count(Kind::Changed),
            self.count(Kind::Removed)
        );
        match self.count(Kind::Renamed) {
            0 => {}
            count => text.push_str(&format!(", {count} to rename")),
        }
        let count = |severity| {
            self.findings()
                .filter(|(_, f)| f.rule.severity == severity)
                .count()
        };
        for (severity, name) in [(Severity::Error, "error"), (Severity::Warning, "warning")] {
            match count(severity) {
                0 => {}
                1 => text.push_str(&format!(", 1 {name}")),
                n => text.push_str(&format!(", {n} {name}s")),
            }
        }
        text
    }

    /// The ignored changes in words: `1 resource and 3 fields ignored`; nothing if there is nothing.
    pub fn ignored(&self) -> Option<String> {
        let counts = [
            (self.ignored_resources, "resource"),
            (self.ignored_places, "field"),
        ];
        let parts: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}{}", if *count == 1 { "" } else { "s" }))
            .collect();
        (!parts.is_empty()).then(|| format!("{} ignored", parts.join(" and ")))
    }
}
