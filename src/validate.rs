//! Values checked, and what they render to: diagnostics with rule, place and suggestion, for people
//! at a terminal and for CI.
//!
//! [`validate`] reads the values as Helm would, looks at each file's text, prepares the chart, checks
//! schemas, renders with an observer, checks what comes out, and compares what was given with what was
//! read. What stops Helm stops only the checks that need what is missing. [`RULES`](rules::RULES) is the table of all
//! checks, [`Selection`] says whose findings count, [`report`] writes them.

mod context;
mod defaults;
mod diagnostic;
mod dropped;
mod failure;
mod kinds;
mod mentions;
mod missing;
mod output;
pub mod report;
pub mod rules;
mod scalars;
mod schema;
mod schema_names;
mod selection;
mod sources;
mod suggest;
mod unknown;
mod values_file;
mod words;

use values_file::kind_name;

pub use crate::config_error::ConfigError;
pub use diagnostic::{Diagnostic, Marked, Place};
pub use rules::{Rule, Severity};
pub use selection::{CONFIG_FILE, Selection, UnknownRule, rule_id};
pub use sources::Sources;

use crate::action::{self, Manifests, Request};
use crate::chart::Chart;
use crate::notice::Notice;
use crate::profile::Profile;
use crate::reads::ReadSet;
use crate::values::{self, Layers, Prepared, ReadFile, Supplied};
use context::Context;
use goyaml::Node;
use mentions::Mentions;
use output::Written;
use sources::Remembering;
use std::collections::{BTreeMap, BTreeSet};

/// What a run found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What is wrong, by place; each only once.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that places are in.
    pub sources: Sources,
}

impl Report {
    /// Adds what another run found, each only once.
    pub fn merge(&mut self, other: Report) {
        self.diagnostics.extend(other.diagnostics);
        self.sources.merge(other.sources);
        self.sort();
    }

    fn sort(&mut self) {
        self.diagnostics.sort_by(|a, b| key(a).cmp(&key(b)));
        self.diagnostics.dedup_by(|a, b| key(a) == key(b));
    }
}

/// Why nothing could be checked: Helm's text, or that of the system.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotChecked(String);

/// Checks values for a chart, and renders it with them. The request's `skip_schema_validation` holds;
/// lines are tracked whatever it says.
///
/// Call it on a thread with a large stack (see [`with_large_stack`](crate::stack::with_large_stack)).
/// Fails where a values file cannot be read at all, or a file of the chart.
pub fn validate(
    chart: &Chart,
    layers: &Layers,
    reader: &mut dyn ReadFile,
    request: &Request<'_>,
    selection: &Selection,
) -> Result<Report, NotChecked> {
    let mut run = Run {
        chart,
        request,
        selection,
        report: Report::default(),
        files: BTreeMap::new(),
    };
    run.report.sources.add_defaults(chart, chart.name());
    run.check(layers, &mut Remembering::new(reader))?;
    let Report {
        diagnostics,
        sources,
    } = &mut run.report;
    share_suggestions(diagnostics);
    diagnostics.retain(|diagnostic| selection.keeps(diagnostic, sources));
    tell_once(diagnostics);
    run.report.sort();
    Ok(run.report)
}

/// Whether what is told of a value says that nobody knows it, too: a schema does not have it, or YAML
/// made another key of it.
fn tells_unknown(found: &Diagnostic) -> bool {
    [rules::SCHEMA.id, rules::BOOLEAN_KEY.id].contains(&found.rule.id) && found.path.is_some()
}

/// What was meant by a value that nobody reads is told where a schema refuses it, too.
fn share_suggestions(diagnostics: &mut [Diagnostic]) {
    let unknown = diagnostics
        .iter()
        .filter(|found| found.rule.id == rules::UNKNOWN_VALUE.id);
    let meant: BTreeMap<Option<String>, Option<String>> = unknown
        .map(|found| (found.path.clone(), found.suggestion.clone()))
        .collect();
    for found in diagnostics.iter_mut().filter(|found| tells_unknown(found)) {
        if found.suggestion.is_none() {
            found.suggestion = meant.get(&found.path).cloned().flatten();
        }
    }
}

/// Nobody needs to be told twice that a value is not known.
fn tell_once(diagnostics: &mut Vec<Diagnostic>) {
    let told = diagnostics.iter().filter(|found| tells_unknown(found));
    let told: BTreeSet<Option<String>> = told.map(|found| found.path.clone()).collect();
    diagnostics
        .retain(|found| found.rule.id != rules::UNKNOWN_VALUE.id || !told.contains(&found.path));
}

/// Files by name, flags, what is nowhere; each by place, rule and message.
fn key(diagnostic: &Diagnostic) -> (&Place, &str, &str) {
    (&diagnostic.place, diagnostic.rule.id, &diagnostic.message)
}

struct Run<'r> {
    chart: &'r Chart,
    request: &'r Request<'r>,
    selection: &'r Selection,
    report: Report,
    files: BTreeMap<String, Vec<Node>>,
}

impl Run<'_> {
    fn profile(&self) -> &Profile {
        &self.request.profile
    }

    fn add(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.report.diagnostics.extend(diagnostics);
    }

    fn check(&mut self, layers: &Layers, reader: &mut dyn ReadFile) -> Result<(), NotChecked> {
        let mut readable = layers.clone();
        readable.files.clear();
        for name in &layers.files {
            let text = reader.read(name).map_err(NotChecked)?;
            self.report.sources.add(name, &text);
            let file = values_file::check(name, &text, self.profile());
            self.add(file.diagnostics);
            if !file.refused {
                readable.files.push(name.clone());
            }
            self.files.insert(name.clone(), file.documents);
        }
        let complete = readable.files.len() == layers.files.len();
        let supplied = match readable.read(reader, self.profile()) {
            Ok(supplied) => supplied,
            Err(error) => {
                let found =
                    Diagnostic::new(&rules::INVALID_FLAG, Place::Nowhere, error.to_string());
                self.add([found]);
                return Ok(());
            }
        };
        self.add(dropped::diagnostics(&readable, reader, self.profile()));
        // What is missing from half of the values is nobody's mistake.
        if complete {
            self.check_chart(&supplied)?;
        }
        Ok(())
    }

    fn check_chart(&mut self, supplied: &Supplied) -> Result<(), NotChecked> {
        let options = values::Options {
            skip_schema_validation: true,
        };
        let chart = self.chart;
        let mut prepared = match values::prepare(chart, supplied, options, self.profile()) {
            Ok(prepared) => prepared,
            Err(values::Error::Chart(error)) => return Err(NotChecked(error.to_string())),
            Err(error) => {
                let found =
                    Diagnostic::new(&rules::RENDER_ERROR, Place::Nowhere, error.to_string());
                self.add([found]);
                return Ok(());
            }
        };
        self.check_schemas(&mut prepared)?;
        let (reads, rendered) = self.render(&prepared);
        self.check_values(&prepared, supplied, &reads, rendered.as_ref());
        Ok(())
    }

    /// What was given is compared with what is read. A render that failed has read less than it
    /// would, but templates tell what they could.
    fn check_values(
        &mut self,
        prepared: &Prepared<'_>,
        supplied: &Supplied,
        reads: &ReadSet,
        rendered: Option<&Manifests>,
    ) {
        let mut mentions = Mentions::of(prepared, self.request.functions);
        for documents in self.files.values() {
            mentions.add_supplied(documents, prepared, self.request.functions);
        }
        let context = Context {
            prepared,
            files: &self.files,
            sources: &self.report.sources,
        };
        let known = unknown::Known {
            reads,
            mentions: &mentions,
        };
        let mut found = unknown::diagnostics(&context, &known);
        found.extend(kinds::diagnostics(&supplied.values, &context, &mentions));
        for (name, documents) in &self.files {
            found.extend(scalars::diagnostics(name, documents, &context, rendered));
        }
        if self.selection.wants(&rules::MISSING_KEY) {
            let functions = self.request.functions;
            let mut sources = self.report.sources.clone();
            found.extend(missing::diagnostics(
                &context,
                reads,
                functions,
                &mut sources,
            ));
            self.report.sources = sources;
        }
        self.add(found);
    }

    fn check_schemas(&mut self, prepared: &mut Prepared<'_>) -> Result<(), NotChecked> {
        if self.request.skip_schema_validation {
            return Ok(());
        }
        let failures = values::schema_failures(prepared, self.profile());
        let failures = failures.map_err(|e| NotChecked(e.to_string()))?;
        let mut sources = std::mem::take(&mut self.report.sources);
        let named = sources.clone();
        let context = Context {
            prepared,
            files: &self.files,
            sources: &named,
        };
        let found = schema::diagnostics(&failures, &context, &mut sources);
        self.report.sources = sources;
        self.add(found);
        Ok(())
    }

    /// Renders, and gives what templates read on the way.
    fn render(&mut self, prepared: &Prepared<'_>) -> (ReadSet, Option<Manifests>) {
        let mut reads = ReadSet::new(prepared);
        let mut notices: Vec<Notice> = Vec::new();
        let observer = Some(&mut reads as &mut dyn gotemplate::Observer);
        let mut files: Vec<Written> = Vec::new();
        let request = Request {
            release: self.request.release.clone(),
            capabilities: self.request.capabilities.clone(),
            track_lines: true,
            ..*self.request
        };
        let rendered = action::render_watched(
            self.chart,
            prepared,
            &request,
            observer,
            &mut notices,
            &mut |file| files.push(Written::new(file)),
        );
        let found = self.check_output(&files, rendered.is_ok(), prepared);
        let told = found
            .iter()
            .any(|found| found.rule.id == rules::OUTPUT_NOT_YAML.id);
        self.add(found);
        match rendered {
            Ok(manifests) => (reads, Some(manifests)),
            // The documents that stopped Helm have been told of, each at its place.
            Err(action::Error::Manifest { .. }) if told => (reads, None),
            Err(error) => {
                let sources = &mut self.report.sources;
                let mut found = failure::diagnostic(&error, prepared, sources);
                found.suggestion = failure::values_read(&found.place, prepared, &reads, sources);
                self.add([found]);
                (reads, None)
            }
        }
    }

    fn check_output(
        &mut self,
        files: &[Written],
        is_complete: bool,
        prepared: &Prepared<'_>,
    ) -> Vec<Diagnostic> {
        let release = output::Release {
            files,
            is_complete,
            profile: &self.request.profile,
            namespace: &self.request.release.namespace,
            kube_version: &self.request.capabilities.kube_version,
        };
        output::diagnostics(&release, prepared, &mut self.report.sources)
    }
}
