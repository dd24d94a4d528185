//! From a line of the output to the template line that made it, the calls that led there and the values
//! that were read for it.

use super::enclosing::{self, Enclosing};
use crate::reads::{Path, ReadSet};
use crate::render::template_order;
use crate::values::Prepared;
use gostd::text::LineOrigin;
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt;

/// Resolves the line origins of one render.
pub struct LineMap<'r> {
    templates: Vec<String>,
    /// Of each template, in the same order.
    enclosing: Vec<Enclosing>,
    reads: &'r ReadSet,
    /// The values that were read for what a line prints, by that line.
    values: FxHashMap<LineOrigin, FxHashSet<&'r Path>>,
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
            None => f.write_str("in a text given to tpl")?,
        }
        match &self.template {
            Some(template) => write!(f, ", called at {template}:{}", self.line),
            None => write!(f, ", called at line {} of a text given to tpl", self.line),
        }
    }
}

impl<'r> LineMap<'r> {
    /// A map of the lines of a render that `reads` watched: it must have followed calls
    /// ([`ReadSet::following_calls`]).
    pub fn new(prepared: &Prepared<'_>, reads: &'r ReadSet) -> Self {
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
            values: FxHashMap::default(),
        };
        for (path, how) in reads.reads() {
            for site in &how.sites {
                map.note(site.printed(), path);
                // What is read in a template is read for what the caller prints, too.
                for call in reads
                    .calls()
                    .into_iter()
                    .flat_map(|calls| calls.stack(site.at))
                {
                    map.note(call.site.printed(), path);
                }
            }
        }
        map
    }

    fn note(&mut self, printed: LineOrigin, path: &'r Path) {
        self.values.entry(printed).or_default().insert(path);
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

    /// The values that were read for the line and by the `range` and `with` actions around it, in order.
    /// What is read on the way to a value is not what the line is about.
    pub fn values(&self, origin: LineOrigin) -> Vec<&'r Path> {
        let origin = self.in_file(origin);
        let at = usize::try_from(origin.template).ok();
        let template = at.and_then(|at| self.enclosing.get(at.checked_sub(1)?));
        let around = template.and_then(|lines| lines.get(&origin.line));
        let around = around.into_iter().flatten();
        let around = around.map(|line| LineOrigin {
            line: *line,
            ..origin
        });
        let lines = std::iter::once(origin).chain(around);
        let found = lines.filter_map(|line| self.values.get(&line)).flatten();
        let mut paths: Vec<&Path> = found.copied().collect();
        paths.sort_unstable();
        paths.dedup();
        let is_way = |at: usize, path: &Path| {
            let next = paths.get(at + 1);
            next.is_some_and(|next| next.starts_with(path))
        };
        let found = paths.iter().enumerate();
        let found = found.filter(|(at, path)| !is_way(*at, path));
        found.map(|(_, path)| *path).collect()
    }
}
