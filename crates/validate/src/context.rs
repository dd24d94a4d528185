//! The input of checks: a user's values, the prepared chart, and the places of everything.

use super::diagnostic::Place;
use super::sources::Sources;
use super::values_file::Documents;
use engine::values::{Origins, Prepared, Provenance, Source, Via};
use gostd::{Map, Origin, Value};
use std::collections::BTreeMap;

/// A chart prepared with a user's values.
pub(super) struct Context<'a, 'c> {
    /// The chart and its values, ready to be rendered, or rendered already.
    pub(super) prepared: &'a Prepared<'c>,
    /// The documents of each values file.
    pub(super) files: &'a BTreeMap<String, Documents>,
    /// The texts that places are in.
    pub(super) sources: &'a Sources,
}

/// The end of the way along a path.
pub(super) struct Position {
    /// The number of keys of the path that lead to something.
    pub(super) depth: usize,
    /// The origin of the deepest of it that anybody wrote.
    origin: Origin,
}

impl<'a> Context<'a, '_> {
    fn origins(&self) -> &'a Origins {
        &self.prepared.origins
    }

    /// The provenance of an origin.
    pub(super) fn provenance(&self, origin: Origin) -> Provenance<'a> {
        self.origins().get(origin)
    }

    /// The place of the key at the end of a path in the final values, or of the deepest one that is
    /// there.
    pub(super) fn key_place(&self, path: &[String]) -> Place {
        self.place(path, false)
    }

    /// The place of the value at the end of a path in the final values, where a file has it; of the
    /// key otherwise.
    pub(super) fn value_place(&self, path: &[String]) -> Place {
        self.place(path, true)
    }

    fn place(&self, path: &[String], of_value: bool) -> Place {
        let Some(root) = self.prepared.root() else {
            return Place::Nowhere;
        };
        let position = self.walk(&root.values, path);
        let provenance = self.provenance(position.origin);
        let there = path.get(..position.depth).unwrap_or(path);
        if let (Source::File { name }, Via::Direct) = (provenance.source, provenance.via)
            && let Some(documents) = self.files.get(name)
            && let Some((key, value)) = documents.find(there)
        {
            // The value of an empty key has no place of its own.
            let mark = match of_value && value.mark.line == key.line {
                true => value.mark,
                false => key,
            };
            return Place::file(name, mark);
        }
        self.origin_place(position.origin)
    }

    /// The source of the value at a path, if there is one.
    pub(super) fn source_at(&self, path: &[String]) -> Option<&'a Source> {
        let root = self.prepared.root()?;
        let position = self.walk(&root.values, path);
        (position.depth == path.len()).then(|| self.provenance(position.origin).source)
    }

    /// The place that an origin means.
    pub(super) fn origin_place(&self, origin: Origin) -> Place {
        let chart_file = |chart: &str| self.sources.defaults_of(chart);
        Place::of(&self.provenance(origin), chart_file)
    }

    fn walk(&self, values: &Map, path: &[String]) -> Position {
        let mut position = Position {
            depth: 0,
            origin: Origin::COMPUTED,
        };
        let mut current = Value::Map(values.clone());
        for key in path {
            let next = match current.underlying() {
                Value::Map(map) => map.entry(key.as_bytes()).map(|e| (e.value, e.origin)),
                Value::List(list) => {
                    let item = key.parse().ok().and_then(|index| list.get(index));
                    item.map(|item| (item, position.origin))
                }
                _ => None,
            };
            let Some((value, origin)) = next else { break };
            position.depth += 1;
            if !matches!(self.provenance(origin).source, Source::Computed) {
                position.origin = origin;
            }
            current = value;
        }
        position
    }
}
