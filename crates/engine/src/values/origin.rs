//! The sources of values: the table behind the origins that map entries carry.

use gostd::Origin;
use goyaml::Mark;
use std::path::PathBuf;
use std::rc::Rc;

/// A text that values came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nothing that anybody wrote: an empty map that Helm makes for a subchart, say.
    Computed,
    /// The values.yaml of a chart.
    Chart {
        /// The chart's path of names, with dots (`parent.child`).
        chart: String,
        /// The file, where it is on disk.
        file: Option<PathBuf>,
    },
    /// A file given with `-f`.
    File {
        /// Its name as given.
        name: String,
    },
    /// A flag.
    Flag {
        /// The flag.
        flag: Flag,
        /// Its argument, whole.
        argument: String,
    },
}

/// The flags that set values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Flag {
    SetJson,
    Set,
    SetString,
    SetFile,
    SetLiteral,
}

impl Flag {
    /// The flag's name without `--`.
    pub fn name(self) -> &'static str {
        match self {
            Flag::SetJson => "set-json",
            Flag::Set => "set",
            Flag::SetString => "set-string",
            Flag::SetFile => "set-file",
            Flag::SetLiteral => "set-literal",
        }
    }
}

/// The way of a value from its source to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Via {
    /// It stands there, or in the parent's values for that subchart.
    #[default]
    Direct,
    /// As one of the parent's globals.
    Global,
    /// By a dependency's `import-values`.
    Import,
}

/// The provenance of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provenance<'a> {
    /// The text.
    pub source: &'a Source,
    /// The place of the key there; zeros where the source has no lines.
    pub mark: Mark,
    /// The way it came from there.
    pub via: Via,
}

/// A source in a table of origins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceId(u32);

impl SourceId {
    /// A computed value.
    pub const COMPUTED: SourceId = SourceId(0);
}

/// The origins of one set of values. Copying copies the table.
#[derive(Clone, Debug)]
pub struct Origins {
    sources: Vec<Rc<Source>>,
    places: Vec<Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    source: SourceId,
    mark: Mark,
    via: Via,
}

impl Default for Origins {
    fn default() -> Self {
        let computed = Place {
            source: SourceId(0),
            mark: Mark::default(),
            via: Via::Direct,
        };
        Origins {
            sources: vec![Rc::new(Source::Computed)],
            places: vec![computed],
        }
    }
}

impl Origins {
    /// The provenance of an origin; one that the table does not have is computed.
    pub fn get(&self, origin: Origin) -> Provenance<'_> {
        let place = usize::try_from(origin.0)
            .ok()
            .and_then(|at| self.places.get(at));
        let source = place.and_then(|p| self.sources.get(usize::try_from(p.source.0).ok()?));
        Provenance {
            source: source.map_or(&Source::Computed, |source| source),
            mark: place.map_or_else(Mark::default, |p| p.mark),
            via: place.map_or(Via::Direct, |p| p.via),
        }
    }

    /// Adds a source.
    pub fn source(&mut self, source: Source) -> SourceId {
        self.sources.push(Rc::new(source));
        SourceId(u32::try_from(self.sources.len() - 1).unwrap_or(0))
    }

    /// The origin of what stands at `mark` of a source.
    pub fn at(&mut self, source: SourceId, mark: Mark) -> Origin {
        self.push(Place {
            source,
            mark,
            via: Via::Direct,
        })
    }

    /// The same place, reached another way.
    pub fn by(&mut self, origin: Origin, via: Via) -> Origin {
        let place = usize::try_from(origin.0)
            .ok()
            .and_then(|at| self.places.get(at));
        match place.copied() {
            Some(place) if origin != Origin::COMPUTED && place.via != via => {
                self.push(Place { via, ..place })
            }
            _ => origin,
        }
    }

    fn push(&mut self, place: Place) -> Origin {
        match u32::try_from(self.places.len()) {
            Ok(next) => {
                self.places.push(place);
                Origin(next)
            }
            Err(_) => Origin::COMPUTED,
        }
    }
}
