//! The plugin helm-diff's way to compare two manifests, byte for byte: `helm diff local` of version
//! 3.15.11.

mod json;
mod lcs;
mod manifest;
mod report;
mod secret;
mod structured;
mod text;

use super::Secrets;
use gostd::regexp::Regexp;
use report::Entry;

/// helm-diff's outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// Headlines and lines.
    #[default]
    Diff,
    /// Headlines and sums.
    Simple,
    /// A JSON list of what changed, which helm-diff writes by a template.
    Json,
    /// A JSON list with the fields that changed.
    Structured,
}

impl Output {
    /// A report that is written into `out`.
    fn begin(self, out: &mut Vec<u8>) -> Report<'_> {
        match self {
            Output::Diff => Report::Diff(out),
            Output::Simple => Report::Simple(text::Simple::new(out)),
            Output::Json => Report::Json(json::List::new(out)),
            Output::Structured => Report::Structured(structured::List::new(out)),
        }
    }
}

/// A report that is being written: entry by entry, so that no two of them need memory at once.
enum Report<'o> {
    Diff(&'o mut Vec<u8>),
    Simple(text::Simple<'o>),
    Json(json::List<'o>),
    Structured(structured::List<'o>),
}

impl Report<'_> {
    fn entry(&mut self, entry: &Entry<'_>, options: &Options, log: &mut Vec<String>) {
        match self {
            Report::Diff(out) => text::diff(entry, options, out),
            Report::Simple(simple) => simple.entry(entry, options),
            Report::Json(list) => list.entry(entry),
            Report::Structured(list) => list.entry(entry, options, log),
        }
    }

    fn end(self) {
        match self {
            Report::Diff(_) => {}
            Report::Simple(simple) => simple.end(),
            Report::Json(list) => list.end(),
            Report::Structured(list) => list.end(),
        }
    }
}

/// Settings of the comparison and the report.
#[derive(Debug, Default)]
pub struct Options {
    /// The namespace of documents that name none; helm-diff shows it as it was given.
    pub namespace: String,
    /// That of the new side, where it is another one.
    pub new_namespace: Option<String>,
    /// True if tests count.
    pub include_tests: bool,
    /// True if documents are paired by their templates, as `helm diff release` does.
    pub by_template: bool,
    /// True if style is no difference.
    pub normalize_manifests: bool,
    /// The visibility of secrets.
    pub secrets: Secrets,
    /// Kinds whose lines are not shown.
    pub suppressed_kinds: Vec<String>,
    /// Lines that are not shown.
    pub suppressed_lines: Vec<Regexp>,
    /// Lines shown around a change; all where there is no number.
    pub context: Option<usize>,
    /// True if `\r` at the end of a line is no difference.
    pub strip_trailing_cr: bool,
    /// The part of lines that may differ in something that was renamed; 0 looks for nothing.
    pub find_renames: f32,
    /// The output.
    pub output: Output,
    /// True if it is coloured.
    pub colour: bool,
}

impl Options {
    /// Returns true if changes of this kind are not shown.
    fn suppresses(&self, kind: &str) -> bool {
        self.suppressed_kinds
            .iter()
            .any(|suppressed| suppressed == kind)
    }
}

/// The output of helm-diff.
#[derive(Debug, Default)]
pub struct Printed {
    /// On stdout.
    pub text: Vec<u8>,
    /// On stderr, a line each, without the time.
    pub log: Vec<String>,
    /// True if anything changed, suppressed or not.
    pub changed: bool,
}

/// A manifest that cannot be read, in helm-diff's words.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] manifest::Error);

/// Compares what `helm template` printed for two charts.
pub fn compare(old: &[u8], new: &[u8], options: &Options) -> Result<Printed, Error> {
    let mut answer = Printed::default();
    let reading = manifest::Reading {
        namespace: &options.namespace,
        normalize: options.normalize_manifests,
        tests: options.include_tests,
    };
    let mut twice = |key: &str| {
        let key = gostd::strconv::quote(key.as_bytes());
        answer
            .log
            .push(format!("rhelm: Found duplicate key {key} in manifest"));
    };
    let mut old = reading.index(old, &mut twice)?;
    let reading = manifest::Reading {
        namespace: options.new_namespace.as_ref().unwrap_or(&options.namespace),
        ..reading
    };
    let mut new = reading.index(new, &mut twice)?;
    if options.by_template {
        (old, new) = (manifest::by_template(old), manifest::by_template(new));
    }
    let Printed { text, log, changed } = &mut answer;
    let mut output = options.output.begin(text);
    report::entries(old, new, options, &mut |entry| {
        *changed = true;
        output.entry(&entry, options, log);
    });
    output.end();
    Ok(answer)
}
