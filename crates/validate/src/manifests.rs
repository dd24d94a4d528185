//! Checks a chart's output: that it is YAML, and resources that Kubernetes takes.
//!
//! Findings stand at lines of the output; [`placed`] places them at the template lines that made those.

mod blame;
mod documents;
mod places;
mod unprintable;

pub(super) use blame::Blame;

use super::diagnostic::{Diagnostic, Place};
use super::sources::Sources;
use chart::File;
use checks::{At, Finding, Schemas};
use compat::profile::Profile;
use engine::manifest::Scopes;
use engine::render::{KubeVersion, RenderedFile};
use engine::values::Prepared;
use gostd::text::LineOrigin;
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
    /// The texts of definitions that the user names.
    pub(super) given_definitions: &'a [Vec<u8>],
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

    /// The schemas of custom resources: what the user gives counts first.
    fn schemas(&self) -> Schemas {
        let mut schemas = Schemas::default();
        self.given_definitions
            .iter()
            .for_each(|text| schemas.add_text(text));
        let definitions = self.definitions.iter().filter_map(|file| file.bytes().ok());
        definitions.for_each(|text| schemas.add_text(text));
        self.files
            .iter()
            .for_each(|file| schemas.add_text(&file.text));
        schemas
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

/// The findings in the output.
pub(super) fn findings(release: &Release<'_>) -> Vec<Finding> {
    let (resources, mut found) = documents::read(release);
    found.extend(checks::find(&checks::Release {
        resources: &resources,
        is_complete: release.is_complete,
        namespace: release.namespace,
        kube_version: &release.kube_version.version,
        minor: release.kube_version.minor_number(),
        api_versions: release.api_versions,
        scopes: &|| release.scopes(),
        schemas: &|| release.schemas(),
    }));
    found.extend(unprintable::check(release));
    found
}

/// The number of findings of a rule that are placed and shown. A range over many items may repeat a mistake without
/// end.
const MOST: usize = 200;

/// Findings as diagnostics at the template lines that made those of `files`, if these were tracked. Of
/// findings that differ only in the resource, there is the first, with how many there are. `blame` moves those that a value
/// brought to where that was given.
pub(super) fn placed(
    findings: Vec<Finding>,
    files: &[OutputFile],
    prepared: &Prepared<'_>,
    sources: &mut Sources,
    blame: &Blame<'_, '_>,
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
        let (at, related) = (finding.at, finding.related.as_ref().map(|(at, _)| *at));
        let mut diagnostic = places.diagnostic(finding);
        if let Some(file) = files.get(at.file) {
            blame.apply(&mut diagnostic, (at, related), file);
        }
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
