//! A diagnostic: one thing that is wrong, where it is, and what to do about it.

use super::rules::Rule;
use diagnostics::secrets::mask_argument;
use engine::values::{Flag, Provenance, Source};
use goyaml::Mark;

/// Something that a rule found.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// The problem, in one sentence without a full stop.
    pub message: String,
    /// The place.
    pub place: Place,
    /// The value that it is about, as people write its path (`image.tag`).
    pub path: Option<String>,
    /// The advice, where it is known.
    pub suggestion: Option<String>,
    /// Other places that explain this one, with what they show.
    pub related: Vec<(Place, String)>,
    /// The runs that have it, where there were several and not all have it.
    pub runs: Vec<Runs>,
}

/// Some of several runs of the checks: each of these charts with each of these files and versions. An empty list means all
/// that there were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// Charts, as the user names them.
    pub charts: Vec<String>,
    /// Values files.
    pub files: Vec<String>,
    /// Minor versions of Kubernetes (`1.36`).
    pub versions: Vec<String>,
}

/// The place that a diagnostic points to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Place {
    /// A place in a text that the run read.
    File {
        /// The file's name as it is shown.
        name: String,
        /// The place in it.
        mark: Marked,
    },
    /// A flag of the command line.
    Flag {
        /// Its name, without `--`.
        name: &'static str,
        /// Its argument, secrets hidden.
        argument: String,
    },
    /// Nowhere in particular.
    Nowhere,
}

/// The label of the template line that shows the value which a finding is about.
pub(super) const RENDERED_HERE: &str = "rendered here";

/// A place in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marked {
    /// Line, counted from 1; 0 where only the file is known.
    pub line: u32,
    /// Column in bytes, counted from 1.
    pub column: u32,
}

impl Marked {
    /// The place of a byte in a text.
    pub fn at(text: &[u8], offset: usize) -> Marked {
        let before = text.get(..offset).unwrap_or(text);
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Marked {
            line: count(memchr::memchr_iter(b'\n', before).count()).saturating_add(1),
            column: count(before.len() - start).saturating_add(1),
        }
    }
}

impl From<Mark> for Marked {
    fn from(mark: Mark) -> Self {
        Marked {
            line: mark.line,
            column: mark.column,
        }
    }
}

impl Place {
    /// A place in a file.
    pub fn file(name: &str, mark: impl Into<Marked>) -> Place {
        Place::File {
            name: name.into(),
            mark: mark.into(),
        }
    }

    /// A flag, without the secrets that its argument has.
    pub fn flag(flag: Flag, argument: &str) -> Place {
        Place::Flag {
            name: flag.name(),
            argument: mask_argument(argument, &[]),
        }
    }

    /// The place that a value came from; `chart_file` gives the shown name of a chart's values.yaml.
    pub fn of(provenance: &Provenance<'_>, chart_file: impl Fn(&str) -> Option<String>) -> Place {
        match provenance.source {
            Source::Computed => Place::Nowhere,
            Source::Chart { chart, .. } => match chart_file(chart) {
                Some(name) => Place::file(&name, provenance.mark),
                None => Place::Nowhere,
            },
            Source::File { name } => Place::file(name, provenance.mark),
            Source::Flag { flag, argument } => Place::flag(*flag, argument),
        }
    }
}

impl Diagnostic {
    /// A diagnostic with nothing but these.
    pub fn new(rule: &'static Rule, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule,
            message: message.into(),
            place,
            path: None,
            suggestion: None,
            related: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// The whole of it as text, without its place: the message, the flag that it is about, what to do.
    pub fn plain(&self) -> String {
        let mut text = self.message.clone();
        if let Place::Flag { name, argument } = &self.place {
            text.push_str(&format!(" (set by --{name} {argument})"));
        }
        if let Some(suggestion) = &self.suggestion {
            text.push_str(": ");
            text.push_str(suggestion);
        }
        text
    }

    /// The same, about a value.
    pub fn about(mut self, path: impl Into<String>) -> Diagnostic {
        self.path = Some(path.into());
        self
    }

    /// The same with a suggestion.
    pub fn suggest(mut self, suggestion: impl Into<String>) -> Diagnostic {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// The same with another place that explains it.
    pub fn relate(mut self, place: Place, label: impl Into<String>) -> Diagnostic {
        if place != Place::Nowhere {
            self.related.push((place, label.into()));
        }
        self
    }
}
