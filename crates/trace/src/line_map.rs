//! From a line of the output to the template line that made it, the calls that led there and the values
//! that were read for it.

use super::enclosing::{self, Around, Enclosing};
pub use super::flow::Read;
use super::flow::{Flow, ReadsAndUses};
use crate::usage::{Object, Path, UsageRecorder, Use};
use engine::render::template_order;
use engine::values::Prepared;
use gostd::text::LineOrigin;
use gotemplate::Site;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Resolves the line origins of one render.
pub struct LineMap<'r> {
    templates: Vec<String>,
    /// Of each template, in the same order.
    enclosing: Vec<Enclosing>,
    reads: &'r UsageRecorder,
    /// By the line that is printed.
    lines: FxHashMap<LineOrigin, Line<'r>>,
    flow: Flow<'r>,
}

/// The facts about the output of a template line.
#[derive(Default)]
struct Line<'r> {
    reads: FxHashSet<Read<'r>>,
    uses: FxHashSet<&'r Use>,
}

/// A call that led to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The name of the template that was called; none for a text that `tpl` was given.
    pub name: Option<String>,
    /// The template that called it (`chart/templates/x.yaml`), if it is a file.
    pub template: Option<String>,
    /// The line there, counted from 1.
    pub line: u32,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "in {}", gostd::strconv::quote(name.as_bytes()))?,
            None => f.write_str("in a string given to tpl")?,
        }
        match &self.template {
            Some(template) => write!(f, ", called at {template}:{}", self.line),
            None => write!(f, ", called at line {} of a string given to tpl", self.line),
        }
    }
}

impl<'r> LineMap<'r> {
    /// A map of the lines of a render that `reads` watched: it must have followed calls
    /// ([`UsageRecorder::following_calls`]).
    pub fn new(prepared: &Prepared<'_>, reads: &'r UsageRecorder) -> Self {
        let templates = template_order(prepared).into_iter();
        let (templates, enclosing) = templates
            .map(|(path, file)| {
                let enclosing = enclosing::of(&path, file);
                (path, enclosing)
            })
            .unzip();
        let mut map = LineMap {
            templates,
            enclosing,
            reads,
            lines: FxHashMap::default(),
            flow: Flow::new(reads),
        };
        for (path, how) in reads.reads() {
            map.note_all(&how.sites, Read::Value(path));
        }
        for (object, sites) in reads.objects() {
            map.note_all(sites, Read::Object(object));
        }
        for used in reads.uses() {
            for (site, is_called) in map.sites(used.at) {
                map.lines
                    .entry(site.printed())
                    .or_default()
                    .uses
                    .insert(used);
                map.flow.note_use(site, used, is_called);
            }
        }
        map
    }

    /// A place, and where the template that it is in was called from: what is read in a template is read
    /// for what the caller prints, too.
    fn sites(&self, site: Site) -> impl Iterator<Item = (Site, bool)> + use<'r> {
        let calls = self.reads.calls().into_iter();
        let calls = calls.flat_map(move |calls| calls.stack(site.at));
        let callers = calls.map(|call| (call.site, true));
        std::iter::once((site, false)).chain(callers)
    }

    fn note_all<'s>(&mut self, sites: impl IntoIterator<Item = &'s Site>, read: Read<'r>) {
        for site in sites {
            for (site, is_called) in self.sites(*site) {
                self.lines
                    .entry(site.printed())
                    .or_default()
                    .reads
                    .insert(read);
                self.flow.note(site, read, is_called);
            }
        }
    }

    /// The line in a file: where `tpl` printed a text, the line that gave it the text.
    fn in_file(&self, origin: LineOrigin) -> LineOrigin {
        let calls = self.reads.calls();
        calls.map_or(origin, |calls| calls.in_file(origin))
    }

    fn template(&self, number: u32) -> Option<&str> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.templates.get(at).map(String::as_str)
    }

    /// The templates that origins number, the first one with 1.
    pub fn templates(&self) -> &[String] {
        &self.templates
    }

    /// The template and its line, counted from 1; nothing where that is not known.
    pub fn place(&self, origin: LineOrigin) -> Option<(&str, u32)> {
        let origin = self.in_file(origin);
        Some((self.template(origin.template)?, origin.line))
    }

    /// The calls that led to the line, the last one first.
    pub fn stack(&self, origin: LineOrigin) -> Vec<Frame> {
        let calls = self.reads.calls().into_iter();
        let stack = calls.flat_map(|calls| calls.stack(self.in_file(origin)));
        stack
            .map(|call| {
                let name = call.name.as_ref();
                Frame {
                    name: name.map(|name| String::from_utf8_lossy(name).into_owned()),
                    template: self.template(call.site.at.template).map(str::to_owned),
                    line: call.site.at.line,
                }
            })
            .collect()
    }

    /// The values that were read for the line and by the `range` and `with` actions around it, in order,
    /// those behind variables too. What is read on the way to a value is not what the line is about.
    pub fn values(&self, origin: LineOrigin) -> Vec<&'r Path> {
        let reads = self.reads_of(origin).into_iter();
        let values = reads.filter_map(|(read, _)| match read {
            Read::Value(path) => Some(path),
            Read::Object(_) => None,
        });
        values.collect()
    }

    /// The reads for the line, as [`LineMap::values`], with the uses that led from the line to where it
    /// was read: none where that was done for the line itself. What `.Release` and `.Capabilities` have
    /// counts where an `if` around the line asks for it, too.
    pub fn reads_of(&self, origin: LineOrigin) -> BTreeMap<Read<'r>, Vec<&'r Use>> {
        let origin = self.in_file(origin);
        let own = Around {
            line: origin.line,
            gives_data: true,
        };
        let mut uses_by_read: BTreeMap<Read<'_>, Vec<&Use>> = BTreeMap::new();
        let mut uses = BTreeSet::new();
        for around in std::iter::once(own).chain(self.around(origin)) {
            let line = around.line;
            let Some(line) = self.lines.get(&LineOrigin { line, ..origin }) else {
                continue;
            };
            let is_data = |read: &&Read<'_>| around.gives_data || matches!(read, Read::Object(_));
            let reads = line.reads.iter().filter(is_data);
            uses_by_read.extend(reads.map(|read| (*read, Vec::new())));
            if around.gives_data {
                uses.extend(&line.uses);
            }
        }
        for (read, way) in self.flow.behind(uses, &|used| self.dot(used)) {
            uses_by_read.entry(read).or_insert(way);
        }
        // In their order, what something else was read on the way to comes just before that.
        let mut later = uses_by_read
            .keys()
            .copied()
            .skip(1)
            .collect::<Vec<_>>()
            .into_iter();
        uses_by_read.retain(|read, _| !later.next().is_some_and(|next| is_way(read, &next)));
        uses_by_read
    }

    /// The actions that a line stands in.
    fn around(&self, origin: LineOrigin) -> impl Iterator<Item = Around> {
        let at = usize::try_from(origin.template).ok();
        let template = at.and_then(|at| self.enclosing.get(at.checked_sub(1)?));
        let around = template.and_then(|lines| lines.get(&origin.line));
        around.into_iter().flatten().copied()
    }

    /// The reads and uses of the `with` and `range` around a use of their dot.
    fn dot(&self, used: &Use) -> ReadsAndUses<'r> {
        let (mut reads, mut uses) = (Vec::new(), Vec::new());
        let origin = used.at.printed();
        for around in self.around(origin).filter(|around| around.gives_data) {
            let line = around.line;
            if let Some(line) = self.lines.get(&LineOrigin { line, ..origin }) {
                reads.extend(&line.reads);
                uses.extend(&line.uses);
            }
        }
        uses.sort_unstable();
        (reads, uses)
    }

    /// Returns the place where a used value was assigned, for people: the template and line, if it is a file's.
    pub fn source(&self, used: &Use) -> Option<(&str, u32)> {
        self.place(used.source.at)
    }
}

/// Returns true if one thing is only read on the way to another.
fn is_way(read: &Read<'_>, other: &Read<'_>) -> bool {
    match (read, other) {
        (Read::Value(path), Read::Value(other)) => {
            other.len() > path.len() && other.starts_with(path)
        }
        (Read::Object(Object::ApiVersions), Read::Object(Object::ApiVersion(_))) => true,
        _ => false,
    }
}
