//! Several runs of the checks in one report: charts, values files, versions of Kubernetes. Each finding is there once, and
//! names the runs that have it.

use super::{Diagnostic, Place, Report, Runs};
use std::collections::{BTreeMap, BTreeSet};

/// Names that a message has at most; the rest is counted.
const MOST_NAMES: usize = 5;

/// One run: the indexes of its chart, its values file and its version of Kubernetes, where there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// The chart.
    pub chart: Option<usize>,
    /// The values file.
    pub file: Option<usize>,
    /// The version of Kubernetes.
    pub version: Option<usize>,
}

/// The names of what runs differ in.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The charts, as the user names them.
    pub charts: Vec<String>,
    /// The values files.
    pub files: Vec<String>,
    /// The versions of Kubernetes: each as messages have it (`v1.36.0`), and as people write it (`1.36`), in their order.
    pub versions: Vec<(String, String)>,
}

/// A finding without the version that its message may name.
type Key = (Place, &'static str, String);

/// The findings of all runs.
#[derive(Debug)]
pub struct Matrix {
    names: Names,
    /// The runs that came to an end.
    ended: BTreeSet<Run>,
    findings: BTreeMap<Key, (Diagnostic, BTreeSet<Run>)>,
    report: Report,
}

/// Indexes of one dimension; nothing for all that there were.
type Part = Option<BTreeSet<usize>>;

impl Matrix {
    /// No run has ended yet.
    pub fn new(names: Names) -> Matrix {
        Matrix {
            names,
            ended: BTreeSet::new(),
            findings: BTreeMap::new(),
            report: Report::default(),
        }
    }

    /// Adds what a run found. Runs may end in any order.
    pub fn add(&mut self, run: Run, report: Report) {
        self.ended.insert(run);
        let version = run.version.and_then(|at| self.names.versions.get(at));
        let version = version.map_or("", |(whole, _)| whole);
        for diagnostic in report.diagnostics {
            let problem = match version {
                "" => diagnostic.message.clone(),
                version => diagnostic.message.replace(version, ""),
            };
            let key = (diagnostic.place.clone(), diagnostic.rule.id, problem);
            let entry = self.findings.entry(key);
            let (first, runs) = entry.or_insert_with(|| (diagnostic.clone(), BTreeSet::new()));
            // The earliest run's words count.
            if runs.first().is_some_and(|other| run < *other) {
                *first = diagnostic;
            }
            runs.insert(run);
        }
        self.report.sources.merge(report.sources);
    }

    /// All findings; one that not all runs have names those that do.
    pub fn finish(mut self) -> Report {
        let findings = std::mem::take(&mut self.findings);
        for (mut diagnostic, runs) in findings.into_values() {
            let mut groups = self.groups(&runs);
            self.leave_out_places(&mut groups, &diagnostic.place);
            let texts: Vec<String> = groups.iter().map(|group| self.text(group)).collect();
            let texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
            if !texts.is_empty() {
                let note = format!(" ({})", texts.join("; "));
                diagnostic.message.push_str(&note);
                diagnostic.runs = groups.iter().map(|group| self.runs(group)).collect();
            }
            self.report.diagnostics.push(diagnostic);
        }
        self.report.sort();
        self.report
    }

    /// The runs as few products of charts, files and versions.
    fn groups(&self, runs: &BTreeSet<Run>) -> Vec<(Part, Part, Part)> {
        let versions =
            |of: &BTreeSet<Run>| fold(of.iter().map(|run| ((run.chart, run.file), run.version)));
        let (found, ended) = (versions(runs), versions(&self.ended));
        let with_versions = found
            .into_iter()
            .map(|(at, set)| (at, part(set, ended.get(&at))));
        let files = fold(with_versions.map(|((chart, file), versions)| ((chart, versions), file)));
        let ended = fold(self.ended.iter().map(|run| (run.chart, run.file)));
        let with_files = files
            .into_iter()
            .map(|((chart, versions), set)| ((part(set, ended.get(&chart)), versions), chart));
        let charts = fold(with_files);
        let ended = self.ended.iter().map(|run| run.chart).collect();
        let groups = charts
            .into_iter()
            .map(|((files, versions), set)| (part(set, Some(&ended)), files, versions));
        groups.collect()
    }

    /// A place in a values file or a chart says itself which one it is.
    fn leave_out_places(&self, groups: &mut [(Part, Part, Part)], place: &Place) {
        let ([(charts, files, _)], Place::File { name, .. }) = (groups, place) else {
            return;
        };
        if let Some(file) = only(files, &self.names.files)
            && file == name
        {
            *files = None;
        }
        if let Some(chart) = only(charts, &self.names.charts)
            && name
                .strip_prefix(chart)
                .is_some_and(|rest| rest.starts_with('/'))
        {
            *charts = None;
        }
    }

    /// A group as people write it: `in web with a.yaml, b.yaml and Kubernetes 1.28 to 1.30`.
    fn text(&self, (charts, files, versions): &(Part, Part, Part)) -> String {
        let charts = charts.as_ref().map(|set| list(set, &self.names.charts));
        let files = files.as_ref().map(|set| list(set, &self.names.files));
        let versions = versions
            .as_ref()
            .map(|set| format!("Kubernetes {}", ranges(set, &self.names.versions)));
        let with: Vec<String> = files.into_iter().chain(versions).collect();
        let charts = charts.map(|charts| format!("in {charts}"));
        let with = (!with.is_empty()).then(|| format!("with {}", with.join(" and ")));
        let parts: Vec<String> = charts.into_iter().chain(with).collect();
        parts.join(" ")
    }

    fn runs(&self, (charts, files, versions): &(Part, Part, Part)) -> Runs {
        let names = |part: &Part, names: &[String]| {
            let indexes = part.iter().flatten();
            indexes.filter_map(|at| names.get(*at).cloned()).collect()
        };
        let minors = versions.iter().flatten();
        let minors = minors.filter_map(|at| Some(self.names.versions.get(*at)?.1.clone()));
        Runs {
            charts: names(charts, &self.names.charts),
            files: names(files, &self.names.files),
            versions: minors.collect(),
        }
    }
}

/// What belongs to each key.
fn fold<K: Ord, T: Ord>(pairs: impl Iterator<Item = (K, T)>) -> BTreeMap<K, BTreeSet<T>> {
    let mut sets: BTreeMap<K, BTreeSet<T>> = BTreeMap::new();
    for (key, item) in pairs {
        sets.entry(key).or_default().insert(item);
    }
    sets
}

/// Nothing for all that there were.
fn part(set: BTreeSet<Option<usize>>, all: Option<&BTreeSet<Option<usize>>>) -> Part {
    (all != Some(&set)).then(|| set.into_iter().flatten().collect())
}

fn only<'n>(part: &Part, names: &'n [String]) -> Option<&'n str> {
    let set = part.as_ref().filter(|set| set.len() == 1)?;
    names.get(*set.first()?).map(String::as_str)
}

fn list(set: &BTreeSet<usize>, names: &[String]) -> String {
    let all: Vec<&str> = set
        .iter()
        .filter_map(|at| names.get(*at).map(String::as_str))
        .collect();
    match all.get(MOST_NAMES..) {
        Some(rest) if rest.len() > 1 => {
            let first = all.get(..MOST_NAMES).unwrap_or_default();
            format!("{} and {} more", first.join(", "), rest.len())
        }
        _ => all.join(", "),
    }
}

/// Indexes of versions as people write them: `1.28 to 1.30, 1.33`.
fn ranges(indexes: &BTreeSet<usize>, versions: &[(String, String)]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for index in indexes {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *index => *last = *index,
            _ => runs.push((*index, *index)),
        }
    }
    let name = |at: usize| versions.get(at).map_or("", |(_, name)| name);
    let runs = runs.iter().map(|(first, last)| match first == last {
        true => name(*first).to_owned(),
        false => format!("{} to {}", name(*first), name(*last)),
    });
    runs.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::UNKNOWN_VALUE;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// The messages after runs with two charts, three files and two versions, of which those found something that `has` says.
    fn messages(
        place: &Place,
        has: impl Fn(usize, usize, usize) -> bool,
        fails: &[usize],
    ) -> Vec<String> {
        let versions = ["1.30", "1.31"].map(|minor| (format!("v{minor}.0"), minor.to_owned()));
        let mut matrix = Matrix::new(Names {
            charts: names(&["web", "api"]),
            files: names(&["a.yaml", "b.yaml", "c.yaml"]),
            versions: versions.to_vec(),
        });
        for (chart, file, version) in (0..12).map(|n| (n / 6, n / 2 % 3, n % 2)).rev() {
            let run = Run {
                chart: Some(chart),
                file: Some(file),
                version: Some(version),
            };
            let mut report = Report::default();
            if has(chart, file, version) {
                let message = format!("no v1.3{version}.0");
                report
                    .diagnostics
                    .push(Diagnostic::new(&UNKNOWN_VALUE, place.clone(), message));
            }
            if !fails.contains(&file) {
                matrix.add(run, report);
            }
        }
        matrix
            .finish()
            .diagnostics
            .into_iter()
            .map(|d| d.message)
            .collect()
    }

    #[test]
    fn a_finding_names_the_runs_that_have_it() {
        let nowhere = &Place::Nowhere;
        assert_eq!(messages(nowhere, |_, _, _| true, &[]), ["no v1.30.0"]);
        assert_eq!(
            messages(nowhere, |_, file, version| file < 2 && version == 1, &[]),
            ["no v1.31.0 (with a.yaml, b.yaml and Kubernetes 1.31)"]
        );
        assert_eq!(
            messages(
                nowhere,
                |chart, file, version| chart == 0 && (file == 0) == (version == 0),
                &[]
            ),
            [
                "no v1.30.0 (in web with a.yaml and Kubernetes 1.30; in web with b.yaml, c.yaml and Kubernetes 1.31)"
            ]
        );
        assert_eq!(
            messages(nowhere, |chart, file, _| chart == 1 || file == 2, &[]),
            ["no v1.30.0 (in api; in web with c.yaml)"]
        );
    }

    #[test]
    fn a_file_that_cannot_be_read_does_not_count() {
        let nowhere = &Place::Nowhere;
        assert_eq!(messages(nowhere, |_, _, _| true, &[1]), ["no v1.30.0"]);
        let text = messages(nowhere, |_, file, _| file == 0, &[1]);
        assert_eq!(text, ["no v1.30.0 (with a.yaml)"]);
    }

    #[test]
    fn a_place_says_itself_in_which_file_or_chart_it_is() {
        let file = |name: &str| Place::file(name, crate::Marked::default());
        let text = messages(&file("a.yaml"), |_, file, _| file == 0, &[]);
        assert_eq!(text, ["no v1.30.0"]);
        let text = messages(&file("web/values.yaml"), |chart, _, _| chart == 0, &[]);
        assert_eq!(text, ["no v1.30.0"]);
        let text = messages(&file("web2/values.yaml"), |chart, _, _| chart == 0, &[]);
        assert_eq!(text, ["no v1.30.0 (in web)"]);
    }
}
