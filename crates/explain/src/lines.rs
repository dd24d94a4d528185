//! Lines of what a chart renders to, and the template lines that made them.

use super::hide::Hide;
use super::layers::{self, Place};
use diagnostics::secrets::{is_secret_path, secret_ranges};
use engine::action::Request;
use engine::values::Prepared;
use gostd::text::LineOrigin;
use gostd::{Entry, GoType, List, Origin, Text, Value};
use std::cell::LazyCell;
use std::ops::Range;
use trace::line_map::Read;
use trace::line_map::{Frame, LineMap};
use trace::usage::{Holder, Object, Path, Use};

/// Selects output lines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineSelection {
    /// A line of what one template renders to: the template's path, whole or its end, and the line,
    /// counted from 1.
    At(String, usize),
    /// Lines that hold a text.
    Holding(String),
}

/// A line of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The template that was executed (`chart/templates/x.yaml`).
    pub file: String,
    /// The line in what it wrote, counted from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// The template line that made it, where that is known: a path and a line counted from 1.
    pub template: Option<(String, u32)>,
    /// The calls that led there, the last one first.
    pub stack: Vec<Frame>,
    /// The value or object that was read for it.
    pub values: Vec<Used>,
}

/// Something that was read for a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// The subject.
    pub what: What,
    /// Its value, as JSON in one line; none where there is no value.
    pub value: Option<String>,
    /// The file and line or the flag that a value comes from, where anybody wrote it.
    pub place: Option<Place>,
    /// The way from the read to the line: the step nearest to the line first; nothing where
    /// it was read for the line itself.
    pub through: Vec<Through>,
}

/// A value or object that can be read for a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// A value, by its path.
    Value(Path),
    /// Something of `.Release` or `.Capabilities`.
    Object(Object),
}

/// The holder of a value between where it is read and where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Through {
    /// A variable (`$tag`); none for what a named template was called with.
    pub variable: Option<String>,
    /// The template that gave it its value (`chart/templates/x.yaml`) and the line there, if it is a file.
    pub template: Option<(String, u32)>,
}

/// A line before its template's number has become a path.
pub(super) struct Raw {
    file: String,
    line: usize,
    text: Vec<u8>,
    /// The parts of it that are secret.
    secrets: Vec<Range<usize>>,
    origin: LineOrigin,
}

/// The wanted lines of what a template wrote.
pub(super) fn in_file(path: &str, text: &Text, selection: &LineSelection) -> Vec<Raw> {
    if !selection.is_of(path) {
        return Vec::new();
    }
    let origins = text.lines().unwrap_or_default();
    let lines = split(text);
    let secrets = LazyCell::new(|| secret_ranges(text.as_bytes(), &[]));
    let mut matches = Vec::new();
    let mut start = 0;
    for (at, bytes) in lines.enumerate() {
        let is_wanted = match selection {
            LineSelection::At(_, line) => *line == at + 1,
            LineSelection::Holding(part) => memchr::memmem::find(bytes, part.as_bytes()).is_some(),
        };
        if is_wanted {
            matches.push(Raw {
                file: path.into(),
                line: at + 1,
                text: bytes.into(),
                secrets: within(&secrets, start..start + bytes.len()),
                origin: origins.get(at).copied().unwrap_or_default(),
            });
        }
        start += bytes.len() + 1;
    }
    matches
}

/// The lines of a text: none comes after the last newline.
pub(super) fn split(text: &Text) -> impl Iterator<Item = &[u8]> {
    let bytes = text.as_bytes();
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.split(|byte| *byte == b'\n')
}

/// The parts of a line in which sorted ranges are, from its start on.
fn within(ranges: &[Range<usize>], line: Range<usize>) -> Vec<Range<usize>> {
    let first = ranges.partition_point(|range| range.end <= line.start);
    let here = ranges.iter().skip(first);
    let here = here.take_while(|range| range.start < line.end);
    let inside = |at: usize| at.clamp(line.start, line.end) - line.start;
    here.map(|range| inside(range.start)..inside(range.end))
        .collect()
}

impl LineSelection {
    /// Returns true if lines of a template are wanted.
    pub(super) fn is_of(&self, path: &str) -> bool {
        match self {
            LineSelection::At(file, _) => path == file || path.ends_with(&format!("/{file}")),
            LineSelection::Holding(_) => true,
        }
    }
}

/// The source that lines are looked up in.
pub(super) struct Lookup<'a> {
    pub(super) map: &'a LineMap<'a>,
    pub(super) prepared: &'a Prepared<'a>,
    pub(super) request: &'a Request<'a>,
    pub(super) hide: &'a Hide,
}

impl Lookup<'_> {
    /// The line with its template, calls and values.
    pub(super) fn resolve(&self, raw: Raw) -> Line {
        let place = self.map.place(raw.origin);
        let reads = self.map.reads_of(raw.origin);
        let values = reads.keys().filter_map(|read| match read {
            Read::Value(path) => self.secret_at(path),
            Read::Object(_) => None,
        });
        let secrets: Vec<Value> = values.collect();
        Line {
            text: self.hide.line(&raw.text, &raw.secrets, &secrets),
            file: raw.file,
            line: raw.line,
            template: place.map(|(path, line)| (path.to_owned(), line)),
            stack: self.map.stack(raw.origin),
            values: reads
                .into_iter()
                .map(|(read, way)| self.used(read, &way))
                .collect(),
        }
    }

    /// The value at a path, if it is a secret.
    fn secret_at(&self, path: &Path) -> Option<Value> {
        let values = &self.prepared.root()?.values;
        let entry = entry_at(self.prepared, path)?;
        is_secret_path(values, path).then_some(entry.value)
    }

    fn used(&self, read: Read<'_>, way: &[&Use]) -> Used {
        let through = way.iter().map(|used| Through {
            variable: match &used.holder {
                Holder::Variable(name) => Some(name.to_string()),
                Holder::Argument | Holder::Dot => None,
            },
            template: self
                .map
                .source(used)
                .map(|(path, line)| (path.to_owned(), line)),
        });
        let (what, value, place) = match read {
            Read::Value(path) => {
                let entry = entry_at(self.prepared, path);
                let place = entry.as_ref().and_then(|entry| {
                    let provenance = self.prepared.origins.get(entry.origin);
                    layers::place(&provenance, self.hide)
                });
                let is_secret = self.secret_at(path).is_some();
                let value = entry.map(|entry| self.hide.secret(entry.value, is_secret));
                (What::Value(path.clone()), value, place)
            }
            Read::Object(object) => {
                let value = self.object(object);
                (What::Object(object.clone()), Some(value), None)
            }
        };
        Used {
            what,
            value: value.map(|value| layers::json(&value)),
            place,
            through: through.collect(),
        }
    }

    fn object(&self, object: &Object) -> Value {
        let (release, capabilities) = (&self.request.release, &self.request.capabilities);
        let versions = &capabilities.api_versions;
        match object {
            Object::ReleaseName => Value::from(release.name.as_str()),
            Object::ReleaseNamespace => Value::from(release.namespace.as_str()),
            Object::IsUpgrade => Value::Bool(release.is_upgrade),
            Object::IsInstall => Value::Bool(release.is_install),
            Object::KubeVersion => Value::from(capabilities.kube_version.version.as_str()),
            Object::ApiVersions => {
                let versions = versions.iter().map(|version| Value::from(version.as_str()));
                Value::List(List::of(GoType::String, versions.collect()))
            }
            Object::ApiVersion(version) => Value::Bool(versions.contains(version)),
        }
    }
}

/// The entry at a path of the final values; of an item of a list, with its list's origin.
pub(super) fn entry_at(prepared: &Prepared<'_>, path: &[String]) -> Option<Entry> {
    let mut entry = Entry {
        value: Value::Map(prepared.root()?.values.clone()),
        origin: Origin::COMPUTED,
    };
    for key in path {
        entry = match entry.value.underlying() {
            Value::Map(map) => map.entry(key.as_bytes())?,
            Value::List(list) => Entry {
                value: list.get(key.parse().ok()?)?,
                ..entry
            },
            _ => return None,
        };
    }
    Some(entry)
}
