//! The steps of `helm template` between a loaded chart and the finished text: names, dependencies,
//! values, schema, rendering, sorting (Helm's `action.Install` on a dry run).

mod lines;
mod name;
mod namespaces;
mod resources;
mod text;

pub use crate::render::Request;
pub use lines::{FileLines, PrintedLine, rearranged};
pub use name::{InvalidName, check_release_name};
pub use namespaces::{Objects, scopes};
pub use resources::{Error as ResourcesError, Format};
pub use text::{HookFilter, Manifests, write_with_source_header};

use crate::manifest::{self, Checked};
use crate::render;
use crate::values::{self, Prepared, UserValues};
use background::Task;
use chart::{self, Chart};
use compat::notice::{Level, Notice};
use compat::profile::Profile;
use gostd::unicode::trim_space;
use gotemplate::{FunctionTable, Observer};
use std::collections::BTreeMap;

/// The reason why a render failed. Its `Display` is Helm's text without `Error: `.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The release's name is none.
    #[error("{prefix}release name {}: {cause}", gostd::strconv::quote(.name.as_bytes()))]
    Name {
        /// The chosen Helm's text before it.
        prefix: &'static str,
        /// The name.
        name: String,
        /// The problem with it.
        cause: InvalidName,
    },
    /// Values, dependencies or schemas.
    #[error(transparent)]
    Values(#[from] values::Error),
    /// The chart is for other versions of Kubernetes.
    #[error(
        "chart requires kubeVersion: {constraint} which is incompatible with Kubernetes {actual}"
    )]
    KubeVersion {
        /// The chart's range.
        constraint: String,
        /// The version that templates would see.
        actual: String,
    },
    /// A template.
    #[error(transparent)]
    Render(#[from] render::Error),
    /// The output of a template.
    #[error("{cause}")]
    Manifest {
        /// The first document that could not be read.
        cause: manifest::Error,
        /// Everything that was rendered.
        files: Vec<Checked>,
    },
    /// A file of the chart could not be read.
    #[error(transparent)]
    Chart(#[from] chart::Error),
}

impl Error {
    /// Returns true if Helm had begun to render: then it hints at `--debug`.
    pub fn while_rendering(&self) -> bool {
        matches!(
            self,
            Error::KubeVersion { .. } | Error::Render(_) | Error::Manifest { .. }
        )
    }
}

impl Error {
    /// The text that `--debug` shows: all rendered files, in Helm's frame. Helm has them in random
    /// order.
    pub fn rendered(&self) -> Vec<u8> {
        let mut text = Vec::new();
        if let Error::Manifest { files, .. } = self {
            let has_text = |file: &&Checked| !trim_space(&file.text).is_empty();
            for file in files.iter().filter(has_text) {
                write_with_source_header(&mut text, &file.path, &file.text);
            }
        }
        let mut text = trim_space(&text).to_vec();
        text.push(b'\n');
        text
    }
}

/// Renders a chart and sorts what comes out: [`prepare`], then [`render()`]. Notices are added to
/// `notices`, whatever happens.
///
/// Call it on a thread with a large stack (see [`with_large_stack`](background::with_large_stack)).
pub fn template(
    chart: &Chart,
    supplied: &UserValues,
    request: &Request<'_>,
    notices: &mut Vec<Notice>,
) -> Result<Manifests, Error> {
    with_background_parsing(chart, request.functions, || {
        let prepared = prepare(chart, supplied, request, notices)?;
        render(chart, &prepared, request, None, notices)
    })
}

/// Does `work`, which prepares a chart and renders it, while a second thread parses the chart's templates, if
/// they are many.
pub fn with_background_parsing<T>(
    chart: &Chart,
    functions: &FunctionTable,
    work: impl FnOnce() -> T,
) -> T {
    render::with_background_parsing(chart, functions, work)
}

/// Does everything that Helm does before it renders: the check of the name, dependencies, values,
/// schemas. What comes of it is rendered with [`render()`], both best in [`with_background_parsing`].
pub fn prepare<'c>(
    chart: &'c Chart,
    supplied: &UserValues,
    request: &Request<'_>,
    notices: &mut Vec<Notice>,
) -> Result<Prepared<'c>, Error> {
    check_name(request, notices)?;
    let options = values::Options {
        skip_schema_validation: request.skip_schema_validation,
        lint: request.lint,
    };
    let prepared = values::prepare(chart, supplied, options, &request.profile, notices);
    prepared.map_err(|error| {
        if let values::Error::TypeMismatch { prefix, .. } = &error
            && !prefix.is_empty()
        {
            notices.push(failed_step("chart dependencies processing failed", &error));
        }
        error.into()
    })
}

/// Helm 4's log line about a step that fails; the error's text begins with the message.
fn failed_step(message: &'static str, error: &dyn std::fmt::Display) -> Notice {
    let text = error.to_string();
    let cause = text
        .strip_prefix(message)
        .and_then(|text| text.strip_prefix(": "));
    let cause = cause.unwrap_or(&text).to_owned();
    Notice::structured(Level::Error, message, vec![("error", cause)])
}

/// Checks the release's name, which [`prepare`] does, too.
///
/// # Errors
/// [`Error::Name`], of which Helm 4 tells in its log, too.
pub fn check_name(request: &Request<'_>, notices: &mut Vec<Notice>) -> Result<(), Error> {
    let name = &request.release.name;
    let Err(cause) = check_release_name(name) else {
        return Ok(());
    };
    let mut prefix = "";
    if request.profile.error_prefixes {
        prefix = "release name check failed: ";
    }
    let error = Error::Name {
        prefix,
        name: name.clone(),
        cause,
    };
    if request.profile.error_prefixes {
        notices.push(failed_step("release name check failed", &error));
    }
    Err(error)
}

/// Renders a prepared chart and sorts what comes out; `observer` is told what templates read.
pub fn render(
    chart: &Chart,
    prepared: &Prepared<'_>,
    request: &Request<'_>,
    observer: Option<&mut dyn Observer>,
    notices: &mut Vec<Notice>,
) -> Result<Manifests, Error> {
    render_with(chart, prepared, request, observer, notices, &mut |_| {})
}

/// As [`render()`]; `on_file` is shown each file as a template wrote it, those before an error too.
pub fn render_with(
    chart: &Chart,
    prepared: &Prepared<'_>,
    request: &Request<'_>,
    observer: Option<&mut dyn Observer>,
    notices: &mut Vec<Notice>,
    on_file: &mut dyn FnMut(&render::RenderedFile<'_>),
) -> Result<Manifests, Error> {
    let profile = &request.profile;
    let constraint = &chart.metadata.kube_version;
    let actual = &request.capabilities.kube_version;
    if !constraint.is_empty() && !gosemver::is_compatible_range(constraint, actual.text()) {
        return Err(Error::KubeVersion {
            constraint: constraint.clone(),
            actual: actual.version.clone(),
        });
    }
    let TemplateOutput {
        mut files,
        notes,
        lines,
    } = render_and_check(prepared, request, observer, on_file)?;
    let sorted = match manifest::sort(&mut files, profile) {
        Ok(sorted) => sorted,
        Err(cause) => {
            let unknown = cause.unknown_hooks.iter();
            notices.extend(unknown.map(|names| unknown_hook(names, profile)));
            return Err(Error::Manifest { cause, files });
        }
    };
    let unknown = sorted.unknown_hooks.iter();
    notices.extend(unknown.map(|names| unknown_hook(names, profile)));
    let mut crds = Vec::new();
    if request.include_crds {
        for chart in &prepared.charts {
            for (path, file) in chart.crds() {
                crds.push((path, file.bytes()?.to_vec()));
            }
        }
    }
    Ok(Manifests {
        crds,
        manifests: sorted.manifests,
        hooks: sorted.hooks,
        notes,
        lines,
    })
}

fn unknown_hook(names: &str, profile: &Profile) -> Notice {
    match profile.notices {
        compat::profile::NoticeStyle::Structured => Notice::structured(
            Level::Info,
            "skipping unknown hooks",
            vec![("hookTypes", names.to_owned())],
        ),
        compat::profile::NoticeStyle::ShortFile => {
            let quoted = gostd::strconv::quote(names.as_bytes());
            Notice::log(
                "manifest_sorter.go:199",
                format!("info: skipping unknown hook: {quoted}"),
            )
        }
    }
}

/// Path and text of what a template wrote.
type RenderedFile = (String, Vec<u8>);

/// All that templates wrote.
struct TemplateOutput {
    files: Vec<Checked>,
    notes: Vec<RenderedFile>,
    /// The origins of lines, by path, if the request asks for them.
    lines: BTreeMap<String, FileLines>,
}

/// The end of the paths of notes. Notes are for people; Helm never parses them.
pub const NOTES: &str = "NOTES.txt";

/// The number of bytes of finished files that are handed over at a time: to wake a thread takes as long as checking a
/// kilobyte.
const BATCH: usize = 32 << 10;

/// Renders all templates; finished files are cut and read by the worker meanwhile, if they are many. When the
/// last template is done, this thread does what the worker has not begun. Notes come apart, by path.
fn render_and_check(
    prepared: &Prepared<'_>,
    request: &Request<'_>,
    observer: Option<&mut dyn Observer>,
    on_file: &mut dyn FnMut(&render::RenderedFile<'_>),
) -> Result<TemplateOutput, Error> {
    let profile = request.profile;
    let check = move |files: Vec<RenderedFile>| {
        let files = files.into_iter();
        let checked = files.map(|(path, text)| manifest::check(path, text, &profile));
        checked.collect::<Vec<_>>()
    };
    let (mut offers, mut batch, mut size) = (Vec::new(), Vec::new(), 0);
    let (mut notes, mut lines) = (Vec::new(), BTreeMap::new());
    request.render(prepared, observer, |file| {
        on_file(&file);
        if let Some(origins) = FileLines::of(&file.text) {
            lines.insert(file.path.to_owned(), origins);
        }
        let file = (file.path.to_owned(), file.text.into_bytes());
        if file.0.ends_with(NOTES) {
            notes.push(file);
            return;
        }
        size += file.1.len();
        batch.push(file);
        if size >= BATCH {
            let batch = std::mem::take(&mut batch);
            offers.push(Task::spawn(move || check(batch)));
            size = 0;
        }
    })?;
    offers.iter().for_each(Task::do_unless_begun);
    let last = check(batch);
    let checked = offers.into_iter().flat_map(Task::result);
    let files = checked.chain(last).collect();
    Ok(TemplateOutput {
        files,
        notes,
        lines,
    })
}
