//! Parsing all templates of a render, on two threads where there are many.

use super::Error;
use super::scope::Renderable;
use crate::chart::{Chart, File, NotParsed};
use gotemplate::{FunctionTable, TemplateSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// From this many templates on a second thread helps. One costs about 0.1 ms, as much as parsing
/// a handful of templates.
const MANY: usize = 24;

/// Parses the templates in Helm's order into one set.
///
/// # Errors
/// The first template in that order that cannot be read or parsed.
pub(super) fn parse(
    set: &mut TemplateSet<'_>,
    templates: &[Renderable<'_>],
    functions: &FunctionTable,
) -> Result<(), Error> {
    if templates.len() >= MANY {
        parse_ahead(templates, functions);
    }
    for (index, template) in templates.iter().enumerate() {
        let trees = template.file.parsed(&template.path, functions);
        let trees = trees.map_err(|cause| match cause {
            NotParsed::Unread(cause) => Error::Chart(cause),
            NotParsed::Invalid(cause) => Error::parse(&template.path, cause),
        })?;
        for tree in trees.iter() {
            set.add(tree.clone(), index as u32 + 1);
        }
    }
    Ok(())
}

/// Has every template parsed and kept with its file. Mistakes are left to whoever parses the template
/// next.
///
/// Half of a cold render is parsing. Two threads take templates from one row: with
/// kube-prometheus-stack's 170 that wins 4 ms of 25.
fn parse_ahead(templates: &[Renderable<'_>], functions: &FunctionTable) {
    let files: Vec<(&str, &File)> = templates
        .iter()
        .map(|template| (&*template.path, template.file))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some((path, file)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let _ = file.parsed(path, functions);
        }
    };
    thread::scope(|scope| {
        // Without a second thread, this one does it all.
        let _ = thread::Builder::new()
            .name("parse".into())
            .spawn_scoped(scope, work);
        work();
    });
}

/// Does `work`, which comes before parsing, while a second thread begins to parse a chart's templates
/// under the names that they have unless a dependency has an alias. It stops when `work` is done.
///
/// What it parses in vain, for dependencies that are disabled, costs nothing that is waited for; on
/// bitnami's airflow, whose schema takes 3 ms, a tenth of the render is won.
pub(crate) fn parse_while<T>(
    chart: &Chart,
    functions: &FunctionTable,
    work: impl FnOnce() -> T,
) -> T {
    let mut files = Vec::new();
    collect(chart, chart.name(), &mut files);
    if files.len() < MANY {
        return work();
    }
    let is_done = AtomicBool::new(false);
    let parse = || {
        for (path, file) in &files {
            if is_done.load(Ordering::Relaxed) {
                return;
            }
            let _ = file.parsed(path, functions);
        }
    };
    thread::scope(|scope| {
        // Without a second thread, everything is parsed later.
        let _ = thread::Builder::new()
            .name("parse".into())
            .spawn_scoped(scope, parse);
        let result = work();
        is_done.store(true, Ordering::Relaxed);
        result
    })
}

/// Adds the templates of a chart and its dependencies.
fn collect<'c>(chart: &'c Chart, full_path: &str, files: &mut Vec<(String, &'c File)>) {
    let templates = chart.templates.iter();
    files.extend(templates.map(|file| (format!("{full_path}/{}", file.name()), file)));
    for dependency in &chart.dependencies {
        let full_path = format!("{full_path}/charts/{}", dependency.name());
        collect(dependency, &full_path, files);
    }
}
