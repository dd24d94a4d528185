//! One chart + values + release → rendered files: Helm's engine (`pkg/engine`).
//!
//! [`Request::render`] builds the context of every chart, parses all templates in Helm's order
//! into one set, executes them in the same order and hands each finished file to a sink, so that the
//! caller can work on it meanwhile. Files that define nothing for others are parsed meanwhile, too.

mod api_versions;
mod calls;
mod capabilities;
mod context;
mod error;
mod files;
mod functions;
mod helm_functions;
mod name_template;
mod order;
mod parallel_parse;
mod parse_cache;
mod request;
mod state;
mod values_type;

pub use calls::{Call, Calls};
pub use capabilities::{Capabilities, InvalidKubeVersion, KubeVersion, build_info};
pub use error::Error;
pub use error::author_message;
pub use functions::function_table;
pub use gostd::limits::Allowance;
pub use name_template::{TextTemplateError, name_from_template, text_from_template};
use parallel_parse::Parsing;
pub use parallel_parse::with_background_parsing;
pub use parse_cache::{NotParsed, Trees, template_trees};
pub use request::Request;

use crate::values::Prepared;
use background::{note_exhausted_stack, template_stack};
use chart::File;
use compat::notice::Notice;
use context::Renderable;
use gostd::limits::Budget;
use gostd::{Map, Text, Value};
use gotemplate::{Observer, Output, Run, TemplateSet};
use indexmap::IndexMap;
use state::RenderState;
use std::sync::Arc;

/// The value that templates see as `.Release`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The release's name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// True if it is an upgrade, not an install.
    pub is_upgrade: bool,
    /// True if it is an install.
    pub is_install: bool,
    /// Its revision, from 1.
    pub revision: i64,
}

impl Release {
    /// The first revision of a release, as `helm template` pretends.
    pub fn new(name: impl Into<String>, namespace: impl Into<String>) -> Self {
        Release {
            name: name.into(),
            namespace: namespace.into(),
            is_upgrade: false,
            is_install: true,
            revision: 1,
        }
    }

    fn value(&self) -> Value {
        let map: Map = [
            ("Name", Value::from(self.name.as_str())),
            ("Namespace", Value::from(self.namespace.as_str())),
            ("IsUpgrade", Value::Bool(self.is_upgrade)),
            ("IsInstall", Value::Bool(self.is_install)),
            ("Revision", Value::int(self.revision)),
            ("Service", Value::from("Helm")),
        ]
        .into_iter()
        .collect();
        Value::Map(map)
    }
}

/// A rendered file.
#[derive(Debug)]
pub struct RenderedFile<'p> {
    /// The template's path, from the root chart's name on (`chart/templates/x.yaml`).
    pub path: &'p str,
    /// The output of the template.
    pub text: Text,
    /// If lines are tracked, the lines on which a missing value was printed, counted from 1: Helm leaves
    /// nothing of it.
    pub without_value: Vec<u32>,
}

/// The templates of a render in Helm's order, with their paths: line origins count them from 1.
pub fn template_order<'c>(prepared: &Prepared<'c>) -> Vec<(String, &'c Arc<File>)> {
    // Of two templates with one path the later counts.
    let by_path: IndexMap<String, &Arc<File>> = context::in_order_of_charts(prepared).collect();
    let mut templates: Vec<_> = by_path.into_iter().collect();
    order::sort_templates(&mut templates, |(path, _)| path);
    templates
}

impl Request<'_> {
    /// Renders every template of a chart and its subcharts. Files reach `sink` in the order of
    /// execution; after an error, those that came before have already been there, even where the error is a
    /// template that does not parse.
    pub fn render(
        &self,
        prepared: &Prepared<'_>,
        observer: Option<&mut dyn Observer>,
        sink: impl FnMut(RenderedFile<'_>),
    ) -> Result<(), Error> {
        self.render_with_notices(prepared, observer, sink, &mut Vec::new())
    }

    /// As [`Request::render`]; what Helm says meanwhile is added to `notices`, whatever happens: what
    /// lint mode let pass.
    pub fn render_with_notices(
        &self,
        prepared: &Prepared<'_>,
        observer: Option<&mut dyn Observer>,
        mut sink: impl FnMut(RenderedFile<'_>),
        notices: &mut Vec<Notice>,
    ) -> Result<(), Error> {
        let work = |run: &mut Run<'_>, set: &TemplateSet<'_>, templates: &[Renderable<'_>]| {
            for template in templates.iter().filter(|template| !template.is_partial()) {
                let text = self.execute(run, set, template)?;
                let without_value = match self.track_lines {
                    true => helm_functions::lines_without_value(&text),
                    false => Vec::new(),
                };
                sink(RenderedFile {
                    path: &template.path,
                    text: helm_functions::without_no_value(text),
                    without_value,
                });
            }
            Ok(())
        };
        self.with_templates(prepared, observer, notices, work)
    }

    /// Renders one template. Those that Helm executes before it are executed too, since they may
    /// change values that it sees; what they write and whether they fail does not matter.
    ///
    /// Gives nothing when no template has this path (`chart/templates/x.yaml`).
    pub fn render_one(&self, prepared: &Prepared<'_>, path: &str) -> Result<Option<Text>, Error> {
        let work = |run: &mut Run<'_>, set: &TemplateSet<'_>, templates: &[Renderable<'_>]| {
            for template in templates {
                if template.path == path {
                    let text = self.execute(run, set, template)?;
                    return Ok(Some(helm_functions::without_no_value(text)));
                }
                if !template.is_partial() {
                    let _ = self.execute(run, set, template);
                }
            }
            Ok(None)
        };
        self.with_templates(prepared, None, &mut Vec::new(), work)
    }

    /// Parses all templates in Helm's order, and hands them over ready to be executed.
    fn with_templates<R>(
        &self,
        prepared: &Prepared<'_>,
        observer: Option<&mut dyn Observer>,
        notices: &mut Vec<Notice>,
        work: impl FnOnce(&mut Run<'_>, &TemplateSet<'_>, &[Renderable<'_>]) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let templates = context::templates(prepared, self);
        // Who watches is told nothing of a render that is none.
        let may_wait = observer.is_none() && !self.lint;
        let parsing = Parsing::begin(&templates, self.functions, may_wait);
        let set = parsing.set()?;
        let mut state = RenderState {
            lint: self.lint,
            enable_dns: self.enable_dns,
            ..RenderState::default()
        };
        let mut run = Run::new(self.functions, self.host, &mut state, template_stack());
        run.observer = match observer {
            Some(observer) => Some(observer),
            None => None,
        };
        run.track_lines = self.track_lines;
        run.budget = Budget::new(self.allowance.clone());
        let result = parsing.finish_while(|| work(&mut run, &set, &templates));
        notices.extend(state.passed.into_iter().map(|p| p.notice(&self.profile)));
        result
    }

    /// The output of a template, `<no value>` too.
    fn execute(
        &self,
        run: &mut Run<'_>,
        set: &TemplateSet<'_>,
        template: &Renderable<'_>,
    ) -> Result<Text, Error> {
        template.set_current(&self.profile);
        run.call = 0;
        run.host.begin(&template.path);
        let mut out = Output::new(self.track_lines);
        let data = values_type::values(template.context.clone(), &self.profile);
        let name = template.path.as_bytes();
        match gotemplate::execute(run, set, name, data, &mut out) {
            Ok(()) => Ok(out.into_text()),
            Err(cause) => {
                if run.has_exhausted_stack() {
                    note_exhausted_stack();
                }
                let refusal = run.budget.refusal();
                let path = &template.path;
                Err(Error::execute(path, cause, refusal, &self.profile))
            }
        }
    }
}
