//! `--kube-versions`: the same checks with several versions of Kubernetes, in one report.

use crate::cli::terminal::CliError;
use crate::profile::Profile;
use crate::render::KubeVersion;
use crate::validate::{Diagnostic, Place, Report};
use std::collections::{BTreeMap, BTreeSet};

/// The number of versions that are checked at most.
const MOST: u16 = 50;

/// Reads `1.28..1.36`: all minor versions from one to the other.
pub(super) fn parse(range: &str, profile: &Profile) -> Result<Vec<KubeVersion>, CliError> {
    let wrong = |what: &str| {
        CliError::new(format!(
            "--kube-versions {range}: {what}; it takes two minor versions of Kubernetes 1, as in 1.28..1.36"
        ))
    };
    let (first, last) = range.split_once("..").ok_or_else(|| wrong("no range"))?;
    let minor = |text: &str| {
        let minor = text.trim_start_matches('v').strip_prefix("1.")?;
        minor.parse::<u16>().ok()
    };
    let (first, last) = minor(first)
        .zip(minor(last))
        .ok_or_else(|| wrong("not a range of versions"))?;
    if first > last {
        return Err(wrong("the first version is the later one"));
    }
    if last - first >= MOST {
        return Err(wrong(&format!("more than {MOST} versions")));
    }
    let versions = (first..=last).map(|minor| {
        let version = KubeVersion::parse(&format!("v1.{minor}.0"), profile);
        version.map_err(|error| wrong(&error.to_string()))
    });
    versions.collect()
}

/// A finding without the version that its message may name.
type Key = (Place, &'static str, String);

/// The findings of all versions, each once.
pub(super) struct Matrix<'v> {
    versions: &'v [KubeVersion],
    /// Each finding with the versions that it holds for.
    findings: BTreeMap<Key, (Diagnostic, BTreeSet<usize>)>,
}

impl<'v> Matrix<'v> {
    pub(super) fn new(versions: &'v [KubeVersion]) -> Matrix<'v> {
        Matrix {
            versions,
            findings: BTreeMap::new(),
        }
    }

    /// Adds the findings with a version; those without one go into the report as they are.
    pub(super) fn add(&mut self, version: Option<usize>, mut report: Report, all: &mut Report) {
        if let Some(at) = version {
            let name = self.versions.get(at).map_or("", |version| &version.version);
            for diagnostic in report.diagnostics.drain(..) {
                let problem = diagnostic.message.replace(name, "");
                let key = (diagnostic.place.clone(), diagnostic.rule.id, problem);
                let entry = self.findings.entry(key);
                let (first, versions) =
                    entry.or_insert_with(|| (diagnostic.clone(), BTreeSet::new()));
                // Reports come in any order: the earliest version's words count.
                if versions.first().is_some_and(|other| at < *other) {
                    *first = diagnostic;
                }
                versions.insert(at);
            }
        }
        all.merge(report);
    }

    /// Puts the findings into the report; one that not all versions have names those that do.
    pub(super) fn finish(self, all: &mut Report) {
        let mut report = Report::default();
        for (mut diagnostic, versions) in self.findings.into_values() {
            if versions.len() < self.versions.len() {
                let names = ranges(&versions, self.versions);
                diagnostic
                    .message
                    .push_str(&format!(" (with Kubernetes {names})"));
            }
            report.diagnostics.push(diagnostic);
        }
        all.merge(report);
    }
}

/// Indexes of versions as people write them: `1.28 to 1.30, 1.33`.
fn ranges(indexes: &BTreeSet<usize>, versions: &[KubeVersion]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for index in indexes {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *index => *last = *index,
            _ => runs.push((*index, *index)),
        }
    }
    let name = |at: usize| match versions.get(at) {
        Some(version) => format!("{}.{}", version.major, version.minor),
        None => String::new(),
    };
    let runs = runs.iter().map(|(first, last)| match first == last {
        true => name(*first),
        false => format!("{} to {}", name(*first), name(*last)),
    });
    runs.collect::<Vec<_>>().join(", ")
}
