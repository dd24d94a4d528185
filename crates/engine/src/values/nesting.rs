//! Limits of depth and size for values that are each followed by a path: a path for each value
//! takes memory as the square of the depth.

use super::{Prepared, Source};
use chart::display_path;
use gostd::limits::LIMITS;
use gostd::{Map, Origin, Value};
use goyaml::{Kind, Mark, Node};

/// Levels of maps and lists, one in the other. Charts have fewer than twenty.
pub const MOST_LEVELS: usize = LIMITS.followed_levels;
/// The keys and indexes in the paths of all values together.
const MOST_STEPS: usize = LIMITS.followed_keys;

/// Values that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NestingError {
    /// Maps and lists are nested too deep.
    #[error("{place}: cannot follow values that are nested more than {MOST_LEVELS} levels deep")]
    Deep {
        /// The source: a file, a line and, where it is known, a column, or a flag.
        place: String,
    },
    /// There are too many of them for their depth.
    #[error("cannot follow so many values: their paths have more than {MOST_STEPS} keys together")]
    Large,
}

/// Checks the values of a chart that is ready to be rendered, and the defaults of all its charts.
pub fn check(prepared: &Prepared<'_>) -> Result<(), NestingError> {
    let mut steps = Steps::default();
    for chart in &prepared.charts {
        if let Err(mark) = steps.node(&chart.chart.values, 0) {
            let file = chart.chart.values_yaml.as_ref();
            let name = file
                .and_then(|file| file.path())
                .map_or_else(|| format!("{}/values.yaml", chart.full_path), display_path);
            return Err(deep(&name, mark));
        }
        steps.check()?;
    }
    let Some(root) = prepared.root() else {
        return Ok(());
    };
    if let Err(origin) = steps.map(&root.values, 0, Origin::COMPUTED) {
        let provenance = prepared.origins.get(origin);
        return Err(match provenance.source {
            Source::File { name } => deep(name, provenance.mark),
            Source::Flag { flag, .. } => NestingError::Deep {
                place: format!("--{}", flag.name()),
            },
            Source::Chart { chart, .. } => deep(&format!("values of {chart}"), Mark::default()),
            Source::Computed => deep("values", Mark::default()),
        });
    }
    steps.check()
}

/// Checks the documents of a values file.
pub fn check_file(name: &str, documents: &[Node]) -> Result<(), NestingError> {
    let mut steps = Steps::default();
    for document in documents {
        steps.node(document, 0).map_err(|mark| deep(name, mark))?;
    }
    steps.check()
}

fn deep(name: &str, mark: Mark) -> NestingError {
    let place = match (mark.line, mark.column) {
        (0, _) => name.to_owned(),
        (line, 0) => format!("{name}:{line}"),
        (line, column) => format!("{name}:{line}:{column}"),
    };
    NestingError::Deep { place }
}

/// Counts the keys in the paths of all values.
#[derive(Default)]
struct Steps(usize);

impl Steps {
    fn check(&self) -> Result<(), NestingError> {
        match self.0 > MOST_STEPS {
            true => Err(NestingError::Large),
            false => Ok(()),
        }
    }

    /// Counts what is in a node, until there are too many. Fails with the place of what is too deep.
    fn node(&mut self, node: &Node, depth: usize) -> Result<(), Mark> {
        if depth > MOST_LEVELS {
            return Err(node.mark);
        }
        self.0 = self.0.saturating_add(depth);
        if self.0 > MOST_STEPS {
            return Ok(());
        }
        match &node.kind {
            Kind::Map(entries) => entries
                .iter()
                .try_for_each(|entry| self.node(&entry.value, depth + 1)),
            Kind::Seq(items) => items.iter().try_for_each(|item| self.node(item, depth + 1)),
            _ => Ok(()),
        }
    }

    /// The same of a map. Fails with the origin of what is too deep.
    fn map(&mut self, map: &Map, depth: usize, origin: Origin) -> Result<(), Origin> {
        for entry in map.borrow().values() {
            let origin = match entry.origin {
                Origin::COMPUTED => origin,
                own => own,
            };
            self.value(&entry.value, depth + 1, origin)?;
        }
        Ok(())
    }

    fn value(&mut self, value: &Value, depth: usize, origin: Origin) -> Result<(), Origin> {
        if depth > MOST_LEVELS {
            return Err(origin);
        }
        self.0 = self.0.saturating_add(depth);
        if self.0 > MOST_STEPS {
            return Ok(());
        }
        match value.underlying() {
            Value::Map(map) => self.map(map, depth, origin),
            Value::List(list) => {
                let items = list.snapshot();
                items
                    .iter()
                    .try_for_each(|item| self.value(item, depth + 1, origin))
            }
            _ => Ok(()),
        }
    }
}
