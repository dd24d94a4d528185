//! The values that a render's templates read, their origins, and those nobody read.

mod uses;

pub use uses::{Holder, Object, Use};

use engine::render::Calls;
use engine::values::{NestingError, Prepared, Provenance, Source, nesting};
use gostd::text::LineOrigin;
use gostd::{Map, Origin, Value};
use gotemplate::{Observer, Site, Used, observe};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use uses::Uses;

/// A path of keys from the root chart's values on. Keys may hold any character, dots too.
pub type Path = Vec<String>;

/// A path as people write it: keys with dots between them, indexes in brackets, keys that hold dots
/// in quotes.
pub fn display_value_path(path: &[String]) -> String {
    let mut text = String::new();
    for key in path {
        let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == '/';
        if !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit()) {
            text.push_str(&format!("[{key}]"));
            continue;
        }
        if !text.is_empty() {
            text.push('.');
        }
        match !key.is_empty() && key.chars().all(plain) {
            true => text.push_str(key),
            false => text.push_str(&gostd::strconv::quote(key.as_bytes())),
        }
    }
    text
}

/// An [`Observer`] that notes the values that templates read.
///
/// Maps are told apart by identity: it must be made from the very values that are rendered, and
/// maps that templates make themselves are not followed.
#[derive(Debug)]
pub struct UsageRecorder {
    maps: FxHashMap<usize, Watched>,
    has_lines: bool,
    /// By path, once somebody asks for it.
    reads: OnceCell<BTreeMap<Path, Usage>>,
    calls: Option<Calls>,
    uses: Uses,
    missing_values: Vec<MissingValue>,
    /// The last value that was read and is none, with the line that it would be printed from.
    last_missing: Option<(Path, LineOrigin)>,
}

/// A map of the values, with what was read of it.
#[derive(Debug)]
struct Watched {
    path: Path,
    /// All of it, at once.
    whole: Option<Usage>,
    keys: FxHashMap<Box<[u8]>, Usage>,
}

/// The reads of one value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The origin; none if templates asked for a key that is not there.
    pub origin: Option<Origin>,
    /// True if the whole of it was used at once: printed, ranged over, given to a function.
    pub whole: bool,
    /// The template lines that read it.
    pub lines: BTreeSet<(u32, u32)>,
    /// The same with the calls that led there, where calls are followed.
    pub sites: BTreeSet<Site>,
}

/// A place where a template prints a value that is none, or makes a text of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingValue {
    /// The place.
    pub site: Site,
    /// The action, or the function's argument, as Go prints it (`.Values.image.tag`).
    pub text: String,
    /// The function that makes a text of it; none where the output is given it as it is.
    pub function: Option<String>,
    /// The value, where it is one of the chart's.
    pub path: Option<Path>,
}

impl UsageRecorder {
    /// An observer for one render of these values. Fails where they are too deep, or too many for their
    /// depth, to be followed by their paths.
    pub fn new(prepared: &Prepared<'_>) -> Result<Self, NestingError> {
        nesting::check(prepared)?;
        let mut maps = FxHashMap::default();
        if let Some(root) = prepared.root() {
            walk(&root.values, &mut Vec::new(), &mut |map, path| {
                maps.entry(map.identity()).or_insert_with(|| Watched {
                    path: path.to_vec(),
                    whole: None,
                    keys: FxHashMap::default(),
                });
            });
        }
        Ok(UsageRecorder {
            maps,
            has_lines: true,
            reads: OnceCell::new(),
            calls: None,
            uses: Uses::default(),
            missing_values: Vec::new(),
            last_missing: None,
        })
    }

    /// The same, but it does not ask for the lines that read, of which finding out takes time.
    pub fn without_lines(self) -> Self {
        UsageRecorder {
            has_lines: false,
            ..self
        }
    }

    /// The same, which tells apart the calls that led to a template line, too.
    pub fn following_calls(self) -> Self {
        UsageRecorder {
            calls: Some(Calls::default()),
            ..self
        }
    }

    /// The calls behind the call numbers of line origins, where calls are followed.
    pub fn calls(&self) -> Option<&Calls> {
        self.calls.as_ref()
    }

    /// The uses in templates of values that were read elsewhere, if calls are followed.
    pub fn uses(&self) -> &BTreeSet<Use> {
        self.uses.uses()
    }

    /// The reads in templates of what flags decide besides values, if calls are followed.
    pub fn objects(&self) -> &BTreeMap<Object, BTreeSet<Site>> {
        self.uses.objects()
    }

    /// The places where templates printed nothing, in the order of the render.
    pub fn missing_values(&self) -> &[MissingValue] {
        &self.missing_values
    }

    /// The reads, by path.
    pub fn reads(&self) -> &BTreeMap<Path, Usage> {
        self.reads.get_or_init(|| {
            let mut reads: BTreeMap<Path, Usage> = BTreeMap::new();
            for map in self.maps.values() {
                if let Some(whole) = &map.whole {
                    reads.entry(map.path.clone()).or_default().add(whole);
                }
                for (key, how) in &map.keys {
                    let mut path = map.path.clone();
                    path.push(String::from_utf8_lossy(key).into_owned());
                    reads.entry(path).or_default().add(how);
                }
            }
            reads
        })
    }

    /// The values that a user supplied and that were neither read nor part of anything that was
    /// read as a whole, with where they came from.
    pub fn unread<'p>(&self, prepared: &'p Prepared<'_>) -> Vec<(Path, Provenance<'p>)> {
        let mut unread = Vec::new();
        let Some(root) = prepared.root() else {
            return unread;
        };
        walk(&root.values, &mut Vec::new(), &mut |map, path| {
            for (key, entry) in map.borrow().iter() {
                let provenance = prepared.origins.get(entry.origin);
                let supplied =
                    matches!(provenance.source, Source::File { .. } | Source::Flag { .. });
                let leaf = entry.value.as_map().is_none_or(Map::is_empty);
                let mut path = path.to_vec();
                path.push(key.to_string());
                if supplied && leaf && !self.is_read(&path) {
                    unread.push((path, provenance));
                }
            }
        });
        unread
    }

    fn is_read(&self, path: &[String]) -> bool {
        let whole = |len: usize| {
            let above = path.get(..len).and_then(|path| self.reads().get(path));
            above.is_some_and(|reads| reads.whole)
        };
        self.reads().contains_key(path) || (0..path.len()).any(whole) || self.is_read_below(path)
    }

    /// Returns true if a global was read by a subchart, which has a copy of it.
    fn is_read_below(&self, path: &[String]) -> bool {
        let Some(at) = path.iter().position(|key| key == "global") else {
            return false;
        };
        let global = path.get(at..).unwrap_or_default();
        self.reads().iter().any(|(read, how)| {
            let start = read.iter().position(|key| key == "global");
            let read = start.and_then(|at| read.get(at..)).unwrap_or_default();
            read == global || how.whole && !read.is_empty() && global.starts_with(read)
        })
    }
}

impl Usage {
    fn add(&mut self, other: &Usage) {
        self.origin = self.origin.or(other.origin);
        self.whole |= other.whole;
        self.lines.extend(&other.lines);
        self.sites.extend(&other.sites);
    }
}

/// The notes of an observer on the place of a read.
#[derive(Clone, Copy)]
struct Noting {
    lines: bool,
    calls: bool,
}

impl Noting {
    fn note(self, reads: &mut Usage, site: Site) {
        if self.lines {
            reads.lines.insert((site.at.template, site.at.line));
        }
        if self.calls {
            reads.sites.insert(site);
        }
    }
}

impl UsageRecorder {
    fn noting(&self) -> Noting {
        Noting {
            lines: self.has_lines,
            calls: self.calls.is_some(),
        }
    }
}

impl Observer for UsageRecorder {
    fn wants_lines(&self) -> bool {
        self.has_lines
    }

    fn read(&mut self, map: &Map, key: &[u8], origin: Option<Origin>, at: Site) {
        let noting = self.noting();
        let Some(watched) = self.maps.get_mut(&map.identity()) else {
            if noting.calls {
                self.uses.note_other(map, key, at);
            }
            return;
        };
        self.uses.note_value();
        self.reads.take();
        if self.has_lines && matches!(map.get(key), None | Some(Value::Nil)) {
            let mut path = watched.path.clone();
            path.push(String::from_utf8_lossy(key).into_owned());
            self.last_missing = Some((path, at.printed()));
        }
        let reads = match watched.keys.get_mut(key) {
            Some(reads) => reads,
            None => watched.keys.entry(key.into()).or_default(),
        };
        noting.note(reads, at);
        reads.origin = reads.origin.or(origin);
    }

    fn wants_uses(&self) -> bool {
        self.calls.is_some()
    }

    fn progress(&self) -> u64 {
        self.uses.known_reads()
    }

    fn assigned(&mut self, variable: usize, at: Site) {
        self.uses.assigned(variable, at);
    }

    fn used(&mut self, what: Used<'_>, before: u64, at: Site) {
        if let Some(calls) = &self.calls {
            self.uses.used(what, before, at, calls);
        }
    }

    fn member(&mut self, object: &Value, name: &str, arguments: &[Value], at: Site) {
        self.uses.note_member(object, name, arguments, at);
    }

    fn called(&mut self, name: &[u8], at: Site) -> u32 {
        self.calls
            .as_mut()
            .map_or(0, |calls| calls.number(name, at))
    }

    fn missing_value(&mut self, to: observe::Receiver<'_>, site: Site, text: &dyn Fn() -> String) {
        if !self.has_lines {
            return;
        }
        let function = match to {
            observe::Receiver::Given(name) => Some(name.to_owned()),
            observe::Receiver::Printed => None,
        };
        let missing = self.last_missing.as_ref();
        let missing = missing.filter(|(_, printed)| *printed == site.printed());
        self.missing_values.push(MissingValue {
            site,
            text: text(),
            function,
            path: missing.map(|(path, _)| path.clone()),
        });
    }

    fn read_whole(&mut self, value: &Value, at: Site) {
        let noting = self.noting();
        match value.underlying() {
            Value::Map(map) => {
                if let Some(watched) = self.maps.get_mut(&map.identity()) {
                    self.reads.take();
                    let reads = watched.whole.get_or_insert_default();
                    noting.note(reads, at);
                    reads.whole = true;
                }
            }
            Value::List(list) => {
                for item in list.snapshot() {
                    if item.as_map().is_some() {
                        self.read_whole(&item, at);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Visits a map and every map in it, also those in lists, with their paths.
fn walk(map: &Map, path: &mut Path, visit: &mut dyn FnMut(&Map, &[String])) {
    visit(map, path);
    for (key, value) in map.snapshot() {
        path.push(key.to_string());
        walk_value(&value, path, visit);
        path.pop();
    }
}

fn walk_value(value: &Value, path: &mut Path, visit: &mut dyn FnMut(&Map, &[String])) {
    match value.underlying() {
        Value::Map(map) => walk(map, path, visit),
        Value::List(list) => {
            for (index, item) in list.snapshot().iter().enumerate() {
                if matches!(item.underlying(), Value::Map(_) | Value::List(_)) {
                    path.push(index.to_string());
                    walk_value(item, path, visit);
                    path.pop();
                }
            }
        }
        _ => {}
    }
}
