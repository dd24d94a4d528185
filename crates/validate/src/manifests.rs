//! Checks a chart's output: that it is YAML, and resources that Kubernetes takes.
//!
//! Each check is a function from all that was rendered to findings, which stand at lines of the output;
//! [`placed`] places them at the template lines that made those.

mod apis;
mod documents;
mod duplicates;
mod fields;
mod images;
mod labels;
mod names;
mod places;
mod required;
mod selectors;
mod unprintable;

use super::diagnostic::{Diagnostic, Place};
use super::rules::Rule;
use super::sources::Sources;
use chart::File;
use compat::profile::Profile;
use documents::OutputResource;
use engine::manifest::Scopes;
use engine::render::{KubeVersion, RenderedFile};
use engine::values::Prepared;
use gostd::text::LineOrigin;
use goyaml::Mark;
use places::Places;
use std::collections::BTreeMap;

/// The output of a template.
pub(super) struct OutputFile {
    /// The template's path (`chart/templates/x.yaml`).
    path: String,
    text: Vec<u8>,
    /// The origin of each line, if that was asked for.
    origins: Option<Box<[LineOrigin]>>,
    /// The lines that a missing value was printed on, counted from 1.
    without_value: Vec<u32>,
}

impl OutputFile {
    pub(super) fn new(file: &RenderedFile<'_>) -> OutputFile {
        OutputFile {
            path: file.path.into(),
            text: file.text.as_bytes().to_vec(),
            origins: file.text.lines().map(Into::into),
            without_value: file.without_value.clone(),
        }
    }

    /// A line, counted from 1.
    fn line(&self, line: u32) -> &[u8] {
        let at = usize::try_from(line).unwrap_or(0).saturating_sub(1);
        let mut lines = self.text.split(|b| *b == b'\n');
        lines.nth(at).unwrap_or_default()
    }

    /// Returns true if Helm reads it as resources.
    fn is_manifest(&self) -> bool {
        let base = self.path.rsplit('/').next().unwrap_or_default();
        !base.starts_with('_') && !self.path.ends_with("NOTES.txt")
    }
}

/// All that was rendered, and for whom.
pub(super) struct Release<'a> {
    /// The output of templates, in the order of their execution.
    pub(super) files: &'a [OutputFile],
    /// True if nothing is missing: no template failed.
    pub(super) is_complete: bool,
    pub(super) profile: &'a Profile,
    pub(super) namespace: &'a str,
    pub(super) kube_version: &'a KubeVersion,
    /// API versions that the user says Kubernetes has, besides those that Helm knows.
    pub(super) api_versions: &'a [String],
    /// The files of charts' `crds/`.
    pub(super) definitions: Vec<&'a File>,
}

/// The input of checks.
struct Output<'a> {
    release: &'a Release<'a>,
    resources: Vec<OutputResource>,
}

impl Output<'_> {
    /// The namespace of a resource, if its kind is in namespaces: its own, or the release's.
    fn namespace_of<'a>(&'a self, resource: &'a OutputResource) -> &'a str {
        match &*resource.namespace {
            "" => self.release.namespace,
            own => own,
        }
    }
}

impl Release<'_> {
    /// The scopes of kinds. Definitions are large: ask only where it matters.
    fn scopes(&self) -> Scopes {
        let mut scopes = Scopes::default();
        // A file that cannot be read tells nothing.
        let definitions = self.definitions.iter().filter_map(|file| file.bytes().ok());
        definitions.for_each(|text| scopes.add_text(text));
        self.files
            .iter()
            .for_each(|file| scopes.add_text(&file.text));
        scopes
    }

    /// A line of the output, for people; nothing of what may be a secret.
    fn became(&self, at: At) -> Option<String> {
        const SHOWN: usize = 100;
        let file = self.files.get(at.file)?;
        if memchr::memmem::find(&file.text, b"kind: Secret").is_some() {
            return None;
        }
        let line = file.line(at.mark.line);
        let line = String::from_utf8_lossy(line);
        let line = line.trim();
        let cut: String = line.chars().take(SHOWN).collect();
        let more = if cut.len() < line.len() { "…" } else { "" };
        Some(format!("the line became: {cut}{more}"))
    }
}

/// Something that is wrong with the output.
pub(super) struct Finding {
    pub(super) rule: &'static Rule,
    at: At,
    message: String,
    /// The resource's name in the message: of several where only this differs, one is shown.
    subject: String,
    suggestion: Option<String>,
    /// Another place that explains it, with what it shows.
    related: Option<(At, &'static str)>,
}

/// A place in the output.
#[derive(Clone, Copy, Debug)]
struct At {
    /// Index of the file.
    file: usize,
    /// Line and column there; without a column the line's first action is meant.
    mark: Mark,
}

impl Finding {
    fn new(rule: &'static Rule, at: At, message: String) -> Finding {
        Finding {
            rule,
            at,
            message,
            subject: String::new(),
            suggestion: None,
            related: None,
        }
    }

    fn of(mut self, resource: &OutputResource) -> Finding {
        self.subject = resource.title();
        self
    }

    /// The message without what it is about.
    fn problem(&self) -> String {
        match &*self.subject {
            "" => self.message.clone(),
            subject => self.message.replacen(subject, "", 1),
        }
    }

    fn suggest(mut self, suggestion: impl Into<String>) -> Finding {
        self.suggestion = Some(suggestion.into());
        self
    }
}

/// A check of everything.
type Check = fn(&Output<'_>) -> Vec<Finding>;

/// The checks that look at single resources or lines.
const OF_PARTS: &[Check] = &[
    required::check,
    fields::check,
    names::check,
    labels::check,
    apis::check,
    images::check,
    unprintable::check,
    selectors::own,
];

/// The checks that compare resources: they need all of them.
const OF_ALL: &[Check] = &[duplicates::check, selectors::others];

/// The findings in the output.
pub(super) fn findings(release: &Release<'_>) -> Vec<Finding> {
    let (resources, mut findings) = documents::read(release);
    let output = Output { release, resources };
    findings.extend(OF_PARTS.iter().flat_map(|check| check(&output)));
    if release.is_complete {
        findings.extend(OF_ALL.iter().flat_map(|check| check(&output)));
    }
    findings
}

/// The number of findings of a rule that are placed and shown. A range over many items may repeat a mistake without
/// end.
const MOST: usize = 200;

/// Findings as diagnostics at the template lines that made those of `files`, if these were tracked. Of
/// findings that differ only in the resource, there is the first, with how many there are.
pub(super) fn placed(
    findings: Vec<Finding>,
    files: &[OutputFile],
    prepared: &Prepared<'_>,
    sources: &mut Sources,
) -> Vec<Diagnostic> {
    let mut places = Places::new(files, prepared, sources);
    let mut of_rule: BTreeMap<&str, usize> = BTreeMap::new();
    let mut first: BTreeMap<(Place, &str, String), usize> = BTreeMap::new();
    let mut diagnostics: Vec<(Diagnostic, usize)> = Vec::new();
    for finding in findings {
        let count = of_rule.entry(finding.rule.id).or_default();
        *count += 1;
        if *count > MOST {
            continue;
        }
        let problem = finding.problem();
        let diagnostic = places.diagnostic(finding);
        // A template line may have made lines of many resources.
        let key = (diagnostic.place.clone(), diagnostic.rule.id, problem);
        match first.get(&key).and_then(|at| diagnostics.get_mut(*at)) {
            Some((_, more)) => *more += 1,
            None => {
                first.insert(key, diagnostics.len());
                diagnostics.push((diagnostic, 0));
            }
        }
    }
    let placed = diagnostics.into_iter().map(|(mut diagnostic, more)| {
        match more {
            0 => {}
            1 => diagnostic.message.push_str(", and 1 other"),
            _ => diagnostic.message.push_str(&format!(", and {more} others")),
        }
        diagnostic
    });
    let mut told: Vec<Diagnostic> = placed.collect();
    for (rule, count) in of_rule {
        if let Some(last) = told.iter_mut().rfind(|d| d.rule.id == rule)
            && let Some(left_out) = count.checked_sub(MOST).filter(|n| *n > 0)
        {
            let text = format!(" ({left_out} more of this rule are not shown)");
            last.message.push_str(&text);
        }
    }
    told
}
