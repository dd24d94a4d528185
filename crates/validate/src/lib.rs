//! Values checked, and what they render to: diagnostics with rule, place and suggestion, for people
//! at a terminal and for CI.
//!
//! [`validate`] reads the values as Helm would, looks at each file's text, prepares the chart, checks
//! schemas, renders with an observer, checks what comes out, and compares what was given with what was
//! read. What stops Helm stops only the checks that need what is missing. [`RULES`](rules::RULES) is the table of all
//! checks, [`Selection`] says whose findings count, [`formats`] writes them.

mod branches;
mod context;
mod defaults;
mod diagnostic;
mod failure;
pub mod formats;
mod hidden;
mod kinds;
mod layers;
mod manifests;
pub mod matrix;
mod missing;
pub mod rules;
mod scalars;
mod schema;
mod schema_names;
mod selection;
mod sources;
mod unknown;
mod value_flow;
mod values_file;
mod words;

use values_file::Documents;

pub use diagnostic::{Diagnostic, Marked, Place, Runs};
pub use diagnostics::ConfigError;
pub use diagnostics::{FailOn, Severity};
pub use rules::Rule;
pub use selection::{Selection, UnknownRule, parse_fail_on, rule_id};
pub use sources::Sources;
pub use unknown::Misspelling;

use background::join;
use chart::Chart;
use checks::Finding;
use compat::notice::Notice;
use compat::profile::Profile;
use context::Context;
use diagnostics::secrets::Secrets;
use engine::action::{self, Manifests, Request};
use engine::render::with_background_parsing;
use engine::values::{self, Layers, Prepared, ReadFile, UserValues};
use gotemplate::FunctionTable;
use layers::Given;
use manifests::{Blame, OutputFile};
use schema_names::SchemaNames;
use sources::CachingReader;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use trace::line_map::LineMap;
use trace::usage::UsageRecorder;
use value_flow::ValueFlow;

/// The findings of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The findings, by place, each once.
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

/// The reason why nothing could be checked: Helm's text, or that of the system.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotChecked(String);

/// Checks values for a chart, and renders it with them. The request's `skip_schema_validation` holds;
/// whether lines are tracked does not depend on it. `definitions` are texts of CustomResourceDefinitions besides those of
/// the chart.
///
/// Call it on a thread with a large stack (see [`with_large_stack`](background::with_large_stack)).
/// Fails where a values file cannot be read at all, or a file of the chart.
pub fn validate(
    chart: &Chart,
    layers: &Layers,
    reader: &mut dyn ReadFile,
    request: &Request<'_>,
    selection: &Selection,
    definitions: &[Vec<u8>],
) -> Result<Report, NotChecked> {
    let mut run = Run {
        chart,
        request,
        selection,
        definitions,
        report: Report::default(),
        secrets: Secrets::default(),
        files: BTreeMap::new(),
    };
    run.report.sources.add_defaults(chart, chart.name());
    run.check(layers, &mut CachingReader::new(reader))?;
    let Report {
        diagnostics,
        sources,
    } = &mut run.report;
    copy_suggestions(diagnostics);
    diagnostics.retain(|diagnostic| selection.keeps(diagnostic, sources));
    dedup_unknown(diagnostics);
    let misspelt = hidden::misspelt_names(diagnostics);
    if !misspelt.is_empty() {
        for name in run.files.keys() {
            let text = sources.text(name).unwrap_or_default();
            run.secrets.add_text(text, &misspelt);
        }
    }
    hidden::hide(&run.secrets, diagnostics, &misspelt);
    sources.hide_names(misspelt);
    sources.hide_values(run.secrets.mask(&[]));
    run.report.sort();
    Ok(run.report)
}

/// The values that were supplied and that a render did not read, whether its templates could or not; where
/// nothing can be said of a value, nothing is.
pub fn unread(
    prepared: &Prepared<'_>,
    reads: &UsageRecorder,
    functions: &FunctionTable,
) -> Vec<Diagnostic> {
    with_key_index(prepared, reads, functions, unknown::diagnostics)
}

/// The problem with a path of values, if no default, schema or template of the charts knows it, after a render
/// that `reads` watched.
pub fn misspelling(
    prepared: &Prepared<'_>,
    reads: &UsageRecorder,
    functions: &FunctionTable,
    path: &[String],
) -> Option<Misspelling> {
    with_key_index(prepared, reads, functions, |context, index| {
        unknown::misspelling(context, index, path)
    })
}

/// Asks something of what is known of values without the user's files.
fn with_key_index<T>(
    prepared: &Prepared<'_>,
    reads: &UsageRecorder,
    functions: &FunctionTable,
    ask: impl FnOnce(&Context<'_, '_>, &unknown::KeyIndex<'_>) -> T,
) -> T {
    let context = Context {
        prepared,
        files: &BTreeMap::new(),
        sources: &Sources::default(),
    };
    let value_flow = LazyCell::new(|| ValueFlow::of(prepared, functions, []));
    let schemas = SchemaNames::of(prepared);
    let index = unknown::KeyIndex {
        reads,
        value_flow: &value_flow,
        schemas: &schemas,
    };
    ask(&context, &index)
}

/// Returns true if what is told of a value says that nobody knows it, too: a schema does not have it, or YAML
/// made another key of it.
fn covers_unknown(diagnostic: &Diagnostic) -> bool {
    [rules::SCHEMA.id, rules::BOOLEAN_KEY.id].contains(&diagnostic.rule.id)
        && diagnostic.path.is_some()
}

/// Copies suggestions: what was meant by a value that nobody reads is told where a schema refuses it, too.
fn copy_suggestions(diagnostics: &mut [Diagnostic]) {
    let unknown = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.rule.id == rules::UNKNOWN_VALUE.id);
    let suggestions: BTreeMap<Option<String>, Option<String>> = unknown
        .map(|diagnostic| (diagnostic.path.clone(), diagnostic.suggestion.clone()))
        .collect();
    for diagnostic in diagnostics
        .iter_mut()
        .filter(|diagnostic| covers_unknown(diagnostic))
    {
        if diagnostic.suggestion.is_none() {
            diagnostic.suggestion = suggestions.get(&diagnostic.path).cloned().flatten();
        }
    }
}

/// Each unknown value is reported once.
fn dedup_unknown(diagnostics: &mut Vec<Diagnostic>) {
    let paths = diagnostics
        .iter()
        .filter(|diagnostic| covers_unknown(diagnostic));
    let paths: BTreeSet<Option<String>> = paths.map(|diagnostic| diagnostic.path.clone()).collect();
    diagnostics.retain(|diagnostic| {
        diagnostic.rule.id != rules::UNKNOWN_VALUE.id || !paths.contains(&diagnostic.path)
    });
}

/// Files by name, flags, what is nowhere; each by place, rule and message.
fn key(diagnostic: &Diagnostic) -> (&Place, &str, &str) {
    (&diagnostic.place, diagnostic.rule.id, &diagnostic.message)
}

/// Rules that need to know which template line reads or prints a value, found or not. Lines take time, so
/// without these rules they are followed only when there is something to place at one.
const LINE_RULES: [&Rule; 2] = [&rules::NO_VALUE, &rules::MISSING_KEY];

/// A render, with all that is known of it.
struct Rendered {
    /// The output of templates, also before an error.
    files: Vec<OutputFile>,
    reads: UsageRecorder,
    manifests: Result<Manifests, action::Error>,
}

impl Rendered {
    fn release<'a>(
        &'a self,
        prepared: &'a Prepared<'_>,
        request: &'a Request<'_>,
        given_definitions: &'a [Vec<u8>],
    ) -> manifests::Release<'a> {
        manifests::Release {
            files: &self.files,
            is_complete: self.manifests.is_ok(),
            profile: &request.profile,
            namespace: &request.release.namespace,
            kube_version: &request.capabilities.kube_version,
            api_versions: request.capabilities.given_api_versions(&request.profile),
            definitions: prepared
                .charts
                .iter()
                .flat_map(|chart| chart.chart.crds())
                .map(|file| &**file)
                .collect(),
            given_definitions,
        }
    }
}

struct Run<'r> {
    chart: &'r Chart,
    request: &'r Request<'r>,
    selection: &'r Selection,
    definitions: &'r [Vec<u8>],
    report: Report,
    secrets: Secrets,
    files: BTreeMap<String, Documents>,
}

impl<'r> Run<'r> {
    fn profile(&self) -> &Profile {
        &self.request.profile
    }

    fn add(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.report.diagnostics.extend(diagnostics);
    }

    fn check(&mut self, layers: &Layers, reader: &mut dyn ReadFile) -> Result<(), NotChecked> {
        self.add(layers::json_text(layers));
        let mut readable = layers.clone();
        readable.files.clear();
        for name in &layers.files {
            let text = reader
                .read(name)
                .map_err(|error| NotChecked(error.to_string()))?;
            self.report.sources.add(name, &text);
            self.secrets.add_text(&text, &[]);
            let file = values_file::check(name, &text, self.profile());
            values::nesting::check_file(name, &file.documents)
                .map_err(|e| NotChecked(e.to_string()))?;
            self.add(file.diagnostics);
            if !file.refused {
                readable.files.push(name.clone());
            }
            self.files.insert(name.clone(), file.documents.into());
            if let Some(documents) = self.files.get(name) {
                documents
                    .iter()
                    .for_each(|node| self.secrets.add_document(node));
            }
        }
        let complete = readable.files.len() == layers.files.len();
        let supplied = match readable.read(reader, self.profile()) {
            Ok(supplied) => supplied,
            Err(error) => {
                let diagnostic =
                    Diagnostic::new(&rules::INVALID_FLAG, Place::Nowhere, error.to_string());
                self.add([diagnostic]);
                return Ok(());
            }
        };
        let given = Given::read(&readable, reader, self.profile());
        self.add(given.dropped());
        // What is missing from half of the values is nobody's mistake.
        if complete {
            self.check_chart(&supplied, &given)?;
        }
        Ok(())
    }

    fn check_chart(&mut self, supplied: &UserValues, given: &Given) -> Result<(), NotChecked> {
        self.secrets.add_values(&supplied.values);
        let (chart, functions) = (self.chart, self.request.functions);
        let has_lines = LINE_RULES.iter().any(|rule| self.selection.wants(rule));
        let render = || {
            let Some(mut prepared) = self.prepare(supplied)? else {
                return Ok(None);
            };
            self.check_schemas(&mut prepared)?;
            let rendered = self.render(&prepared, has_lines)?;
            Ok(Some((prepared, rendered)))
        };
        let Some((mut prepared, mut rendered)) = with_background_parsing(chart, functions, render)?
        else {
            return Ok(());
        };
        // Where every value was read, nobody asks what templates could read.
        let is_wanted = !rendered.reads.unread(&prepared).is_empty();
        let value_flow = || {
            let documents = self.files.values().flat_map(Documents::iter);
            is_wanted.then(|| ValueFlow::of(&prepared, self.request.functions, documents))
        };
        let release = rendered.release(&prepared, self.request, self.definitions);
        let (mut findings, value_flow) = join(|| manifests::findings(&release), value_flow);
        let has_places = rendered.manifests.is_err()
            || findings
                .iter()
                .any(|diagnostic| self.selection.wants(diagnostic.rule));
        if has_places && !has_lines {
            // Templates may have changed the values.
            let Some(again) = self.prepare(supplied)? else {
                return Ok(());
            };
            prepared = again;
            rendered = self.render(&prepared, true)?;
            findings =
                manifests::findings(&rendered.release(&prepared, self.request, self.definitions));
        }
        self.check_rendered(&prepared, &rendered, findings);
        self.check_values(&prepared, (supplied, given), &rendered, value_flow);
        Ok(())
    }

    /// The chart with its values; nothing where Helm would not come to render it, which is told.
    fn prepare(&mut self, supplied: &UserValues) -> Result<Option<Prepared<'r>>, NotChecked> {
        let options = values::Options {
            skip_schema_validation: true,
            lint: false,
        };
        match values::prepare(
            self.chart,
            supplied,
            options,
            self.profile(),
            &mut Vec::new(),
        ) {
            Ok(prepared) => {
                values::nesting::check(&prepared).map_err(|e| NotChecked(e.to_string()))?;
                Ok(Some(prepared))
            }
            Err(values::Error::Chart(error)) => Err(NotChecked(error.to_string())),
            Err(error) => {
                let diagnostic =
                    Diagnostic::new(&rules::RENDER_ERROR, Place::Nowhere, error.to_string());
                self.add([diagnostic]);
                Ok(None)
            }
        }
    }

    /// Compares the user's values with what is read. A render that failed has read less than it
    /// would, but templates tell what they could: that is found out here, unless it is given.
    fn check_values(
        &mut self,
        prepared: &Prepared<'_>,
        (supplied, given): (&UserValues, &Given),
        rendered: &Rendered,
        value_flow: Option<ValueFlow>,
    ) {
        let reads = &rendered.reads;
        let manifests = rendered.manifests.as_ref().ok();
        let context = Context {
            prepared,
            files: &self.files,
            sources: &self.report.sources,
        };
        let schemas = SchemaNames::of(prepared);
        let documents = context.files.values().flat_map(Documents::iter);
        let value_flow = LazyCell::new(|| match value_flow {
            Some(value_flow) => value_flow,
            None => ValueFlow::of(prepared, self.request.functions, documents),
        });
        let index = unknown::KeyIndex {
            reads,
            value_flow: &value_flow,
            schemas: &schemas,
        };
        let mut diagnostics = unknown::diagnostics(&context, &index);
        let kinds = kinds::diagnostics(&supplied.values, &context, &value_flow, &schemas);
        diagnostics.extend(kinds);
        diagnostics.extend(given.diagnostics(&context, reads));
        diagnostics.extend(layers::ignored_nulls(&context));
        for (name, documents) in &self.files {
            diagnostics.extend(scalars::diagnostics(name, documents, &context, manifests));
        }
        let functions = self.request.functions;
        let mut sources = self.report.sources.clone();
        if self.selection.wants(&rules::MISSING_KEY) {
            let missing = missing::diagnostics(&context, reads, functions, &mut sources);
            diagnostics.extend(missing);
        }
        let all = self.selection.wants_branches();
        if all || self.selection.wants(&rules::MISSPELT_VALUE) {
            let branches = branches::diagnostics(&context, &index, functions, &mut sources, all);
            diagnostics.extend(branches);
        }
        self.report.sources = sources;
        self.add(diagnostics);
    }

    fn check_schemas(&mut self, prepared: &mut Prepared<'_>) -> Result<(), NotChecked> {
        if self.request.skip_schema_validation {
            return Ok(());
        }
        let failures = values::schema_failures(prepared, self.profile(), &mut Vec::new());
        let failures = failures.map_err(|e| NotChecked(e.to_string()))?;
        let mut sources = std::mem::take(&mut self.report.sources);
        let sources_by_name = sources.clone();
        let context = Context {
            prepared,
            files: &self.files,
            sources: &sources_by_name,
        };
        let diagnostics = schema::diagnostics(&failures, &context, &mut sources);
        self.report.sources = sources;
        self.add(diagnostics);
        Ok(())
    }

    /// Renders; `has_lines` tells whether it is followed which template lines read and write.
    fn render(&self, prepared: &Prepared<'_>, has_lines: bool) -> Result<Rendered, NotChecked> {
        let reads = UsageRecorder::new(prepared).map_err(|e| NotChecked(e.to_string()))?;
        let mut reads = match has_lines {
            true => reads.following_calls(),
            false => reads.without_lines(),
        };
        let request = Request {
            release: self.request.release.clone(),
            capabilities: self.request.capabilities.clone(),
            track_lines: has_lines,
            allowance: self.request.allowance.clone(),
            ..*self.request
        };
        let mut notices: Vec<Notice> = Vec::new();
        let mut files: Vec<OutputFile> = Vec::new();
        let manifests = action::render_with(
            self.chart,
            prepared,
            &request,
            Some(&mut reads),
            &mut notices,
            &mut |file| files.push(OutputFile::new(file)),
        );
        Ok(Rendered {
            files,
            reads,
            manifests,
        })
    }

    /// Adds the findings in the output, and why there is no more of it.
    fn check_rendered(
        &mut self,
        prepared: &Prepared<'_>,
        rendered: &Rendered,
        findings: Vec<Finding>,
    ) {
        let mut sources = std::mem::take(&mut self.report.sources);
        let sources_by_name = sources.clone();
        let context = Context {
            prepared,
            files: &self.files,
            sources: &sources_by_name,
        };
        let map = LineMap::new(prepared, &rendered.reads);
        let blame = Blame {
            context: &context,
            map: &map,
        };
        let mut diagnostics =
            manifests::placed(findings, &rendered.files, prepared, &mut sources, &blame);
        let is_told = |diagnostic: &Diagnostic| diagnostic.rule.id == rules::OUTPUT_NOT_YAML.id;
        match &rendered.manifests {
            Ok(_) => {}
            // The documents that stopped Helm have been told of, each at its place.
            Err(action::Error::Manifest { .. }) if diagnostics.iter().any(is_told) => {}
            Err(error) => {
                let mut error = failure::diagnostic(error, prepared, &mut sources);
                let reads = &rendered.reads;
                error.suggestion =
                    failure::values_read(&error.place, prepared, reads, &mut sources);
                diagnostics.push(error);
            }
        }
        self.report.sources = sources;
        self.add(diagnostics);
    }
}
