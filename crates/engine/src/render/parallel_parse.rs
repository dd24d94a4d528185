//! Parsing all templates of a render, with the [worker](background::worker) where there are many.
//!
//! Most files of a chart are executed and define nothing for others. Where there are many, those that do
//! define something are parsed first; the others are parsed by the worker, in the order in which they are
//! executed, while this thread executes them. Which of two definitions of a name counts is known by then,
//! and a mistake in a file still comes before all that executing finds. The worker begins with what it
//! knows while values are still being prepared.

use super::context::Renderable;
use super::parse_cache::{self, NotParsed};
use super::{Error, helm_functions, order};
use chart::{Chart, File};
use gotemplate::ast::Tree;
use gotemplate::{FunctionNames, FunctionTable, LateTemplates, TemplateSet, may_define};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// From this many templates on the worker parses some. To wake it takes as long as parsing a handful.
const MANY: usize = 24;

/// The templates of a render on their way into a set.
pub(super) struct Parsing<'t> {
    /// In Helm's order; line origins count from 1.
    files: Vec<(&'t str, &'t Arc<File>)>,
    functions: &'t Arc<FunctionNames>,
    /// The numbers of the files that are parsed while others are executed.
    waiting: Vec<u32>,
    /// The number of those that this thread has looked at for want of something else to do.
    looked_at: Cell<usize>,
    /// The task of the worker, unless there was nothing to give it.
    background: Option<BackgroundParse>,
}

impl<'t> Parsing<'t> {
    /// Parses what cannot wait: everything, unless files may wait and there are many.
    ///
    /// Mistakes are left to whoever needs the template.
    pub(super) fn begin(
        templates: &'t [Renderable<'t>],
        functions: &'t FunctionTable,
        may_wait: bool,
    ) -> Self {
        let files: Vec<_> = templates.iter().map(|t| (&*t.path, t.file)).collect();
        let mut parsing = Parsing {
            files,
            functions: functions.names(),
            waiting: Vec::new(),
            looked_at: Cell::new(0),
            background: None,
        };
        if templates.len() >= MANY {
            parsing.parse_ahead(may_wait);
            if may_wait {
                parsing.waiting = parsing.unparsed();
            }
        }
        parsing
    }

    /// The files with their numbers.
    fn numbered(&self) -> impl Iterator<Item = (u32, &'t str, &'t Arc<File>)> {
        let files = (1..).zip(&self.files);
        files.map(|(number, (path, file))| (number, *path, *file))
    }

    /// The numbers of the files that are not parsed yet.
    fn unparsed(&self) -> Vec<u32> {
        let unparsed =
            |path: &str, file: &File| parse_cache::find_trees(file, path, self.functions).is_none();
        let files = self.numbered();
        let files = files.filter(|(_, path, file)| unparsed(path, file));
        files.map(|(number, ..)| number).collect()
    }

    /// Has the templates parsed and kept with their files; where others may wait, those that define
    /// something.
    fn parse_ahead(&mut self, others_wait: bool) {
        if !self.is_in_background() && self.unparsed().len() >= MANY {
            let files = self.files.iter();
            let files = files.map(|(path, file)| ((*path).to_owned(), Arc::clone(file)));
            self.background = Some(BackgroundParse::begin(files.collect(), self.functions));
        }
        let is_first = |file: &File| !others_wait || file.bytes().is_ok_and(may_define);
        for (path, file) in &self.files {
            // What the worker is at is not waited for yet, not even to see what is in it.
            if !parse_cache::is_being_parsed(file, path, self.functions) && is_first(file) {
                parse_cache::parse_unless_claimed(file, path, self.functions);
            }
        }
        for (path, file) in &self.files {
            if parse_cache::is_being_parsed(file, path, self.functions) && is_first(file) {
                let _ = parse_cache::template_trees(file, path, self.functions);
            }
        }
    }

    /// Returns true if the worker is at work on the templates, as it is from [`with_background_parsing`] on. It may be
    /// taken to be at none between two files; then it is given them once more.
    fn is_in_background(&self) -> bool {
        let mut files = self.files.iter();
        files.any(|(path, file)| parse_cache::is_being_parsed(file, path, self.functions))
    }

    /// All templates as one set.
    ///
    /// # Errors
    /// The first template in Helm's order that cannot be read or parsed, but for those that wait.
    pub(super) fn set(&self) -> Result<TemplateSet<'_>, Error> {
        let mut set = TemplateSet::new(helm_functions::ROOT);
        let mut waiting = Vec::new();
        let mut numbers = self.waiting.iter().peekable();
        for (number, path, file) in self.numbered() {
            if numbers.next_if_eq(&&number).is_some() {
                waiting.push((number, path.as_bytes()));
                continue;
            }
            self.add(&mut set, number, path, file)?;
        }
        if waiting.iter().any(|(_, name)| set.lookup(name).is_some()) {
            // Something else has the name of a file: only the order of all tells which one counts.
            set = TemplateSet::new(helm_functions::ROOT);
            for (number, path, file) in self.numbered() {
                self.add(&mut set, number, path, file)?;
            }
            return Ok(set);
        }
        for (number, name) in waiting {
            set.add_late(name, number, self);
        }
        Ok(set)
    }

    fn add(
        &self,
        set: &mut TemplateSet<'_>,
        number: u32,
        path: &str,
        file: &File,
    ) -> Result<(), Error> {
        let trees = parse_cache::template_trees(file, path, self.functions);
        let trees = trees.map_err(|cause| mistake(path, cause))?;
        trees
            .iter()
            .for_each(|tree| set.add(Arc::clone(tree), number));
        Ok(())
    }

    /// Does `work`, which executes templates, while those that wait are parsed.
    ///
    /// # Errors
    /// The first mistake in Helm's order that any template has, whatever `work` came to.
    pub(super) fn finish_while<R>(
        &self,
        work: impl FnOnce() -> Result<R, Error>,
    ) -> Result<R, Error> {
        if self.waiting.is_empty() {
            return work();
        }
        let result = work();
        while self.parse_next() {}
        for number in &self.waiting {
            if let Some((path, file)) = self.file(*number) {
                let trees = parse_cache::template_trees(file, path, self.functions);
                trees.map_err(|cause| mistake(path, cause))?;
            }
        }
        result
    }

    fn file(&self, number: u32) -> Option<&(&'t str, &'t Arc<File>)> {
        self.files.get(number as usize - 1)
    }

    /// Parses the next file that waits and that no thread parses; false if there is none.
    fn parse_next(&self) -> bool {
        loop {
            let next = self.looked_at.replace(self.looked_at.get() + 1);
            let Some(number) = self.waiting.get(next) else {
                return false;
            };
            let next = self.file(*number);
            if next.is_some_and(|(path, file)| {
                parse_cache::parse_unless_claimed(file, path, self.functions)
            }) {
                return true;
            }
        }
    }
}

impl LateTemplates for Parsing<'_> {
    fn tree(&self, number: u32) -> Option<Arc<Tree>> {
        let (path, file) = self.file(number)?;
        // While the worker parses what is asked for, this thread parses what comes next.
        while parse_cache::is_being_parsed(file, path, self.functions) && self.parse_next() {}
        let trees = parse_cache::template_trees(file, path, self.functions).ok()?;
        trees.first().cloned()
    }
}

fn mistake(path: &str, cause: NotParsed) -> Error {
    match cause {
        NotParsed::Unread(cause) => Error::Chart(cause),
        NotParsed::Invalid(cause) => Error::parse(path, cause),
    }
}

/// Does `work`, which prepares values and renders, while the worker parses a chart's templates, those of a
/// dependency with several aliases under the first.
///
/// Parsing in vain, for disabled dependencies, delays nobody; on
/// bitnami's airflow, whose schema takes 3 ms, a tenth of the render is won.
pub fn with_background_parsing<T>(
    chart: &Chart,
    functions: &FunctionTable,
    work: impl FnOnce() -> T,
) -> T {
    let mut files = Vec::new();
    collect(chart, chart.name(), &mut files);
    if files.len() < MANY {
        return work();
    }
    let _background = BackgroundParse::begin(files, functions.names());
    work()
}

/// Templates with their paths.
type Files = Vec<(String, Arc<File>)>;

/// Lets the worker parse templates until it is dropped.
struct BackgroundParse {
    is_over: Arc<AtomicBool>,
}

impl BackgroundParse {
    /// Gives the worker templates, of which it takes those first that define something for others, and then each
    /// in the order in which they are executed.
    fn begin(mut files: Files, functions: &Arc<FunctionNames>) -> BackgroundParse {
        let functions = Arc::clone(functions);
        let is_over = Arc::new(AtomicBool::new(false));
        let is_unwanted = Arc::clone(&is_over);
        let mut sorted = None;
        background::spawn_pieces(move || {
            if is_unwanted.load(Ordering::Relaxed) {
                return false;
            }
            let sorted = sorted.get_or_insert_with(|| {
                let mut files = std::mem::take(&mut files);
                order::sort_templates(&mut files, |(path, _)| path);
                files.sort_by_key(|(_, file)| !is_partial(file));
                files.into_iter()
            });
            let next = sorted.next();
            next.map(|(path, file)| parse_cache::parse_unless_claimed(&file, &path, &functions))
                .is_some()
        });
        BackgroundParse { is_over }
    }
}

impl Drop for BackgroundParse {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// Returns true if the file's name says that it defines templates for others.
fn is_partial(file: &File) -> bool {
    let base = file.name().rsplit('/').next();
    base.is_some_and(|name| name.starts_with('_'))
}

/// The name of a dependency in its chart: the first alias, if it has any.
fn name_in<'c>(chart: &'c Chart, dependency: &'c Chart) -> &'c str {
    let name = dependency.name();
    let declared = chart.metadata.dependencies.iter().flatten().flatten();
    let version = &dependency.metadata.version;
    let mut fitting = declared.filter(|declared| {
        declared.name == name && gosemver::is_compatible_range(&declared.version, version)
    });
    match fitting.next() {
        Some(declared) if !declared.alias.is_empty() => &declared.alias,
        _ => name,
    }
}

/// Adds the templates of a chart and its dependencies.
fn collect(chart: &Chart, full_path: &str, files: &mut Files) {
    let templates = chart.templates.iter();
    let with_path = |file: &Arc<File>| (format!("{full_path}/{}", file.name()), Arc::clone(file));
    files.extend(templates.map(with_path));
    for dependency in &chart.dependencies {
        let full_path = format!("{full_path}/charts/{}", name_in(chart, dependency));
        collect(dependency, &full_path, files);
    }
}
