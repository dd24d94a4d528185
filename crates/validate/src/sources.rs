//! The texts that a run read, by the names that are shown: diagnostics quote their lines.

use chart::{Chart, File, display_path};
use diagnostics::secrets::{Mask, secret_ranges};
use engine::values::{ReadError, ReadFile};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Texts by name.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    texts: BTreeMap<String, Arc<Lines>>,
    /// Parts of names of secrets besides the usual ones.
    secret_names: Vec<String>,
    /// The masks for the secrets of the user's values, of each run.
    secret_values: Vec<Arc<Mask<'static>>>,
    /// The shown name of each chart's values.yaml, by the chart's path of names (`parent.child`).
    defaults: BTreeMap<String, String>,
}

/// A text, and where its lines end: thousands of diagnostics ask for lines.
#[derive(Debug)]
struct Lines {
    text: Vec<u8>,
    ends: OnceLock<Vec<usize>>,
    /// The secrets in the text, once somebody quotes it.
    secrets: OnceLock<Vec<Range<usize>>>,
}

impl Lines {
    /// A line, counted from 0, without its newline.
    fn get(&self, at: usize) -> Option<&[u8]> {
        let line = self.text.get(self.range(at)?)?;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }

    fn range(&self, at: usize) -> Option<Range<usize>> {
        let text = self.text.strip_suffix(b"\n").unwrap_or(&self.text);
        let ends = self.ends.get_or_init(|| {
            let newlines = memchr::memchr_iter(b'\n', text);
            newlines.chain([text.len()]).collect()
        });
        let start = match at.checked_sub(1) {
            Some(before) => ends.get(before)? + 1,
            None => 0,
        };
        Some(start..*ends.get(at)?)
    }

    /// The secrets in a line.
    fn secrets(&self, at: usize, more: &[String]) -> Option<Vec<Range<usize>>> {
        let line = self.range(at)?;
        let all = self.secrets.get_or_init(|| secret_ranges(&self.text, more));
        let first = all.partition_point(|range| range.end <= line.start);
        let here = all.iter().skip(first);
        let here = here.take_while(|range| range.start < line.end);
        let within = |at: usize| at.clamp(line.start, line.end) - line.start;
        Some(
            here.map(|range| within(range.start)..within(range.end))
                .collect(),
        )
    }
}

impl Sources {
    /// The text of a file.
    pub fn text(&self, name: &str) -> Option<&[u8]> {
        self.texts.get(name).map(|lines| lines.text.as_slice())
    }

    /// A line of a file, counted from 1, without its newline.
    pub fn line(&self, name: &str, line: u32) -> Option<&[u8]> {
        let at = usize::try_from(line).ok()?.checked_sub(1)?;
        self.texts.get(name)?.get(at)
    }

    /// The secret ranges of a line: they are not to be shown.
    pub fn secrets(&self, name: &str, line: u32) -> Vec<Range<usize>> {
        let at = usize::try_from(line)
            .ok()
            .and_then(|line| line.checked_sub(1));
        let lines = self.texts.get(name);
        let secrets = at.and_then(|at| lines?.secrets(at, &self.secret_names));
        let mut secrets = secrets.unwrap_or_default();
        let text = self.line(name, line).unwrap_or_default();
        for mask in &self.secret_values {
            let ranges = mask.ranges(text).into_iter();
            let is_new = |new: &Range<usize>| {
                secrets
                    .iter()
                    .all(|range| range.end <= new.start || new.end <= range.start)
            };
            let ranges: Vec<Range<usize>> = ranges.filter(is_new).collect();
            secrets.extend(ranges);
        }
        secrets.sort_unstable_by_key(|range| range.start);
        secrets
    }

    /// Hides values wherever they stand.
    pub(super) fn hide_values(&mut self, mask: Mask<'static>) {
        self.secret_values.push(Arc::new(mask));
    }

    /// Makes the values of keys with other names secrets, too.
    pub(super) fn hide_names(&mut self, names: Vec<String>) {
        self.secret_names.extend(names);
    }

    /// Adds the texts of another run.
    pub fn merge(&mut self, other: Sources) {
        self.texts.extend(other.texts);
        self.defaults.extend(other.defaults);
        self.secret_names.extend(other.secret_names);
        self.secret_values.extend(other.secret_values);
    }

    /// The shown name of the values.yaml of a chart (`parent.child`).
    pub fn defaults_of(&self, chart: &str) -> Option<String> {
        self.defaults.get(chart).cloned()
    }

    /// The shown name of a chart's values.yaml, where that is on disk.
    pub(super) fn values_yaml(&self, chart: &Chart) -> Option<String> {
        let name = display_path(chart.values_yaml.as_ref()?.path()?);
        self.texts.contains_key(&name).then_some(name)
    }

    /// Adds a text.
    pub(super) fn add(&mut self, name: &str, text: &[u8]) {
        let lines = Lines {
            text: text.to_vec(),
            ends: OnceLock::new(),
            secrets: OnceLock::new(),
        };
        self.texts.insert(name.into(), Arc::new(lines));
    }

    /// Adds a file of a chart, if it can be read, and gives its shown name; `path` names it where it
    /// is not on disk.
    pub(super) fn add_file(&mut self, file: &File, path: &str) -> Option<String> {
        let name = match file.path() {
            Some(path) => display_path(path),
            None => path.into(),
        };
        if !self.texts.contains_key(&name) {
            self.add(&name, file.bytes().ok()?);
        }
        Some(name)
    }

    /// Adds the values.yaml of a chart and of all charts in it.
    pub(super) fn add_defaults(&mut self, chart: &Chart, path: &str) {
        let file = chart.values_yaml.as_ref();
        let in_chart = format!("{}/values.yaml", path.replace('.', "/charts/"));
        if let Some(name) = file.and_then(|file| self.add_file(file, &in_chart)) {
            self.defaults.insert(path.into(), name);
        }
        for inner in &chart.dependencies {
            self.add_defaults(inner, &format!("{path}.{}", inner.name()));
        }
    }
}

/// Reads files through another reader, each once, and keeps their texts: standard input has nothing
/// left at a second reading.
pub(super) struct CachingReader<'r> {
    reader: &'r mut dyn ReadFile,
    read: BTreeMap<String, Result<Vec<u8>, ReadError>>,
}

impl<'r> CachingReader<'r> {
    pub(super) fn new(reader: &'r mut dyn ReadFile) -> Self {
        CachingReader {
            reader,
            read: BTreeMap::new(),
        }
    }
}

impl ReadFile for CachingReader<'_> {
    fn read(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        if let Some(bytes) = self.read.get(name) {
            return bytes.clone();
        }
        let text = self.reader.read(name);
        self.read.insert(name.into(), text.clone());
        text
    }
}
