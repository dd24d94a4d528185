//! Explains a value by its sources and its readers, and a line of the output by the template line that made it.
//!
//! [`value`] follows one path through all layers of values, the last of which counts; [`lines`] finds
//! lines of what a chart renders to.

mod annotate;
pub mod formats;
mod hide;
mod layers;
mod lines;
mod missing;
mod no_line;
mod path;
mod source_map;

pub use annotate::annotate;
pub use layers::{Effect, Layer, Place};
pub use lines::{Line, LineSelection, Through, Used, What};
pub use missing::{Missing, missing};
pub use no_line::NoLine;
pub use path::{PathError, parse as parse_path};
pub use source_map::source_map;
pub use trace::line_map::{Frame, LineMap, Read};

use chart::Chart;
use diagnostics::secrets::Visibility;
use engine::action::{self, Request};
use engine::values::{self, Layers, Prepared, ReadFile, Source, UserValues, Via};
use hide::Hide;
use lines::Lookup;
use std::collections::BTreeSet;
use trace::usage::{Path, UsageRecorder};
use validate::Misspelling;

/// The explanation of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Everything that had a say, in the order in which Helm applies it.
    pub layers: Vec<Layer>,
    /// Go's type of the value that templates see; none where there is no value.
    pub go_type: Option<String>,
    /// The value as JSON, in one line.
    pub value: Option<String>,
    /// The text that `{{ }}` prints of it.
    pub printed: Option<String>,
    /// The template lines that read it (`chart/templates/x.yaml:3`), or read all of what it is in.
    pub readers: BTreeSet<Reader>,
    /// The reason why the chart did not render, where it did not: readers may be missing then.
    pub failure: Option<String>,
    /// The problem with the path, where nobody knows such a value.
    pub misspelling: Option<Misspelling>,
}

impl Explanation {
    /// Returns true if there is nothing to tell of the value: nobody set it, and nobody could read it.
    pub fn is_empty(&self) -> bool {
        self.misspelling.is_some() && self.value.is_none() && self.layers.is_empty()
    }
}

/// A template line that reads a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reader {
    /// The template's path (`chart/templates/x.yaml`).
    pub template: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The path of the value that was read as a whole there, with this one in it; none if this one itself was read.
    pub whole: Option<Path>,
}

/// Values that cannot be read or prepared, or a chart that does not render: Helm's text, secrets hidden.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    fn new(cause: impl std::fmt::Display) -> Error {
        Error(cause.to_string())
    }
}

/// Explains the value at a path. Fails where values cannot be read or prepared.
///
/// Call it on a thread with a large stack (`background::with_large_stack`).
pub fn value(
    chart: &Chart,
    path: &[String],
    layers: &Layers,
    reader: &mut dyn ReadFile,
    request: &Request<'_>,
    secrets: Visibility,
) -> Result<Explanation, Error> {
    let read = read(layers, reader, request);
    let (supplied, singles) =
        read.map_err(|e| Error(hide::error(&e.to_string(), layers, reader, secrets)))?;
    let prepared = prepare(chart, &supplied, request)?;
    let mut reads = follow(&prepared)?;
    let hide = Hide::new(secrets, &supplied, &prepared, path);
    let mut all = Vec::new();
    for (above, level) in layers::levels(path).iter().enumerate() {
        let mut here = layers::of_charts(&prepared, level, &hide);
        let effects =
            |(alone, source): &(UserValues, Source)| layers::effect(alone, level, source, &hide);
        here.extend(singles.iter().filter_map(effects));
        if above > 0 {
            here.iter_mut().for_each(|layer| layer.via = Via::Global);
        }
        all.append(&mut here);
    }
    let final_value = lines::entry_at(&prepared, path).map(|entry| hide.value(path, entry.value));
    let is_gone = final_value.as_ref().is_none_or(gostd::Value::is_nil);
    if is_gone {
        layers::nulls_remove(&mut all);
    }
    let printed_text = final_value
        .as_ref()
        .and_then(|value| gostd::fmt::value_text(value).ok());
    let value = final_value.as_ref().map(layers::json);
    let go_type = final_value
        .as_ref()
        .map(|value| value.type_name().into_owned());
    let rendered = action::render(chart, &prepared, request, Some(&mut reads), &mut Vec::new());
    let readers = readers(&prepared, &reads, path);
    let misspelling = match readers.is_empty() {
        true => validate::misspelling(&prepared, &reads, request.functions, path),
        false => None,
    };
    Ok(Explanation {
        layers: all,
        go_type,
        value,
        printed: printed_text.map(|text| text.to_string()),
        readers,
        failure: rendered.err().map(|error| hide.text(&error.to_string())),
        misspelling,
    })
}

/// The lines of a chart's output that are wanted, with the template lines that made them and what was read
/// there.
///
/// Call it on a thread with a large stack, as [`value`].
///
/// # Errors
/// Helm's text where the chart does not render, and where no line is the one that is wanted, why.
pub fn lines(
    chart: &Chart,
    selection: &LineSelection,
    layers: &Layers,
    reader: &mut dyn ReadFile,
    request: &Request<'_>,
    secrets: Visibility,
) -> Result<Vec<Line>, NoLine> {
    let supplied = layers.read(reader, &request.profile);
    let supplied =
        supplied.map_err(|e| Error(hide::error(&e.to_string(), layers, reader, secrets)))?;
    let prepared = prepare(chart, &supplied, request)?;
    let hide = Hide::new(secrets, &supplied, &prepared, &[]);
    let mut reads = follow(&prepared)?;
    let tracked = Request {
        track_lines: true,
        release: request.release.clone(),
        capabilities: request.capabilities.clone(),
        allowance: request.allowance.clone(),
        ..*request
    };
    let mut matches = Vec::new();
    let mut counts = Vec::new();
    let sink = |file: engine::render::RenderedFile<'_>| {
        matches.extend(lines::in_file(file.path, &file.text, selection));
        if selection.is_of(file.path) {
            counts.push((file.path.to_owned(), lines::split(&file.text).count()));
        }
    };
    let rendered = tracked.render(&prepared, Some(&mut reads), sink);
    rendered.map_err(|e| Error(hide.text(&e.to_string())))?;
    let map = LineMap::new(&prepared, &reads);
    if matches.is_empty() {
        return Err(NoLine::of(selection, counts, map.templates()));
    }
    let lookup = Lookup {
        map: &map,
        prepared: &prepared,
        request,
        hide: &hide,
    };
    let matches = matches.into_iter();
    Ok(matches.map(|raw| lookup.resolve(raw)).collect())
}

/// All user values, together and one by one for each file and flag, in Helm's order.
type AllAndEach = (UserValues, Vec<(UserValues, Source)>);

fn read(
    layers: &Layers,
    reader: &mut dyn ReadFile,
    request: &Request<'_>,
) -> Result<AllAndEach, values::Error> {
    let mut merged = Layers::default();
    let mut supplied = UserValues::default();
    let mut singles = Vec::new();
    for (single, source) in layers.split() {
        let alone = single.read(reader, &request.profile)?;
        singles.push((alone, source));
        merged.append(single);
        supplied = merged.read(reader, &request.profile)?;
    }
    Ok((supplied, singles))
}

fn prepare<'c>(
    chart: &'c Chart,
    supplied: &UserValues,
    request: &Request<'_>,
) -> Result<Prepared<'c>, Error> {
    let options = values::Options {
        skip_schema_validation: true,
        lint: false,
    };
    let notices = &mut Vec::new();
    values::prepare(chart, supplied, options, &request.profile, notices).map_err(Error::new)
}

fn follow(prepared: &Prepared<'_>) -> Result<UsageRecorder, Error> {
    let reads = UsageRecorder::new(prepared).map_err(Error::new)?;
    Ok(reads.following_calls())
}

fn readers(prepared: &Prepared<'_>, reads: &UsageRecorder, path: &[String]) -> BTreeSet<Reader> {
    let map = LineMap::new(prepared, reads);
    let mut readers = BTreeSet::new();
    for depth in 0..=path.len() {
        let Some(there) = path.get(..depth) else {
            break;
        };
        let Some(how) = reads.reads().get(there) else {
            continue;
        };
        if depth < path.len() && !how.whole {
            continue;
        }
        for site in &how.sites {
            let place = map.place(site.at);
            readers.insert(Reader {
                template: place.map_or("tpl", |(template, _)| template).to_owned(),
                line: place.map_or(site.at.line, |(_, line)| line),
                whole: (depth < path.len()).then(|| there.to_vec()),
            });
        }
    }
    readers
}
