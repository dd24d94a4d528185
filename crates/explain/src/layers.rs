//! The layers of values that touch a path: defaults, files, flags.

use super::hide::Hide;
use chart::{Chart, ImportValues, display_path};
use engine::values::{Prepared, PreparedChart, Provenance, Source, UserValues, Via};
use gostd::{Map, Value};
use goyaml::{Kind, Mark, Node};
use std::fmt;
use trace::usage::Path;

/// A layer that had a say on a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// A file, a chart's values.yaml or a flag, as it is shown.
    pub source: String,
    /// The place in the file; zeros where there is none.
    pub mark: Mark,
    /// The way from there to the path.
    pub via: Via,
    /// Its effect.
    pub effect: Effect,
}

/// The effect of a layer on a path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// It has this value there (JSON).
    Value(String),
    /// It has null there, which removes what was before.
    Null,
    /// A chart's defaults have null there, which removes nothing of a chart below.
    NullDefault,
    /// It has something else than a map where the path goes on: the path up to there, and the value.
    Cut(Path, String),
}

/// A value as JSON in one line.
pub(super) fn json(value: &Value) -> String {
    let text = gostd::json::encode(value, gostd::json::Options::RAW).unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}

/// The place of a value: a file and line, or a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's name, or the flag with its argument.
    pub source: String,
    /// The line, counted from 1; none where there are no lines.
    pub line: Option<u32>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        match self.line {
            Some(line) => write!(f, ":{line}"),
            None => Ok(()),
        }
    }
}

/// The paths that a value comes from: its own, and for a subchart's global those of the globals of each
/// chart above, the root's last. What is there counts over all that is at the paths before it.
pub(super) fn levels(path: &[String]) -> Vec<Path> {
    let mut levels = vec![path.to_vec()];
    if let Some(at) = path.iter().position(|key| key == "global") {
        for above in (0..at).rev() {
            let (above, global) = (path.get(..above), path.get(at..));
            levels.push([above.unwrap_or_default(), global.unwrap_or_default()].concat());
        }
    }
    levels
}

/// The defaults of charts that touch a path, as Helm puts them together: what counts least first.
pub(super) fn of_charts(prepared: &Prepared<'_>, path: &[String], hide: &Hide) -> Vec<Layer> {
    let mut defaults = Defaults {
        prepared,
        hide,
        layers: Vec::new(),
    };
    if let Some(root) = prepared.root() {
        defaults.add(root, path, Via::Direct);
    }
    defaults.layers
}

/// The defaults that touch a path, as far as they are known.
struct Defaults<'a, 'c> {
    prepared: &'a Prepared<'c>,
    hide: &'a Hide,
    layers: Vec<Layer>,
}

impl<'c> Defaults<'_, 'c> {
    fn add(&mut self, chart: &PreparedChart<'c>, path: &[String], via: Via) {
        if via == Via::Direct {
            self.add_imports(chart, path);
        }
        let prepared = self.prepared;
        let subcharts = chart.subcharts.iter();
        let mut subcharts = subcharts.filter_map(|at| prepared.charts.get(*at));
        if let Some((first, below)) = path.split_first()
            && let Some(subchart) = subcharts.find(|subchart| subchart.name() == first)
        {
            let start = self.layers.len();
            self.add(subchart, below, Via::Direct);
            for layer in self.layers.iter_mut().skip(start) {
                layer.via = if via == Via::Import { via } else { layer.via };
            }
        }
        let own = chart_layer(chart.chart, &chart.full_path, path, via, self.hide);
        self.layers.extend(own);
    }

    /// Adds the values that `import-values` bring: they rank below all that the chart has itself, and what is imported
    /// first over what comes later.
    fn add_imports(&mut self, chart: &PreparedChart<'c>, path: &[String]) {
        let dependencies = chart.metadata.dependencies.iter().flatten().flatten();
        let mut imports = Vec::new();
        for dependency in dependencies {
            let name = match dependency.alias.is_empty() {
                true => &dependency.name,
                false => &dependency.alias,
            };
            if let ImportValues::Resolved(Some(pairs)) = &dependency.import_values {
                imports.extend(pairs.iter().map(|(child, parent)| (name, child, parent)));
            }
        }
        for (name, child, parent) in imports.into_iter().rev() {
            let keys = |path: &str| -> Path {
                let keys = path.split('.').filter(|key| !key.is_empty());
                keys.map(str::to_owned).collect()
            };
            if let Some(below) = path.strip_prefix(keys(parent).as_slice()) {
                let there = [std::slice::from_ref(name), keys(child).as_slice(), below].concat();
                self.add(chart, &there, Via::Import);
            }
        }
    }
}

fn chart_layer(
    chart: &Chart,
    full_path: &str,
    path: &[String],
    via: Via,
    hide: &Hide,
) -> Option<Layer> {
    let (mark, effect) = of_node(&chart.values, path, hide)?;
    let file = chart.values_yaml.as_ref().and_then(|file| file.path());
    Some(Layer {
        source: file.map_or_else(|| format!("{full_path}/values.yaml"), display_path),
        mark,
        via,
        effect,
    })
}

/// The origin of a value, as it is shown; nothing for what nobody wrote.
pub(super) fn place(provenance: &Provenance<'_>, hide: &Hide) -> Option<Place> {
    let line = provenance.mark.line;
    Some(Place {
        source: source_name(provenance.source, hide)?,
        line: (line > 0).then_some(line),
    })
}

fn source_name(source: &Source, hide: &Hide) -> Option<String> {
    Some(match source {
        Source::Computed => return None,
        Source::Chart { chart, file } => file.as_deref().map_or_else(
            || format!("{}/values.yaml", chart.replace('.', "/charts/")),
            display_path,
        ),
        Source::File { name } => name.clone(),
        Source::Flag { flag, argument } => {
            format!("--{} {}", flag.name(), hide.argument(argument))
        }
    })
}

fn of_node(node: &Node, path: &[String], hide: &Hide) -> Option<(Mark, Effect)> {
    let (mut mark, mut node) = (node.mark, node);
    for (depth, key) in path.iter().enumerate() {
        let next = match &node.kind {
            Kind::Map(entries) => {
                let entry = entries.iter().find(|entry| *entry.key == **key);
                entry.map(|entry| (entry.mark, &entry.value))
            }
            Kind::Seq(items) => {
                let item = key.parse::<usize>().ok().and_then(|at| items.get(at));
                item.map(|item| (item.mark, item))
            }
            _ => {
                let there = path.get(..depth).unwrap_or_default().to_vec();
                let value = hide.value(&there, node.clone().into_value());
                return Some((mark, Effect::Cut(there, json(&value))));
            }
        };
        (mark, node) = next?;
    }
    let effect = match &node.kind {
        Kind::Null => Effect::NullDefault,
        _ => Effect::Value(json(&hide.value(path, node.clone().into_value()))),
    };
    Some((mark, effect))
}

/// Says of the nulls of charts' defaults that they remove what was before, where there is no value in the end
/// and nothing else is why: whether they do differs between versions of Helm.
pub(super) fn nulls_remove(layers: &mut [Layer]) {
    let is_value = |layer: &Layer| matches!(layer.effect, Effect::Value(_));
    let Some(last) = layers.iter().rposition(is_value) else {
        return;
    };
    let after = layers.get_mut(last + 1..).unwrap_or_default();
    if after
        .iter()
        .all(|layer| layer.effect == Effect::NullDefault)
    {
        after
            .iter_mut()
            .for_each(|layer| layer.effect = Effect::Null);
    }
}

/// The effect of a single file or flag on a path.
pub(super) fn effect(
    alone: &UserValues,
    path: &[String],
    source: &Source,
    hide: &Hide,
) -> Option<Layer> {
    let layer = |mark, effect| {
        Some(Layer {
            source: source_name(source, hide)?,
            mark,
            via: Via::Direct,
            effect,
        })
    };
    let mut value = Value::Map(Map::clone(&alone.values));
    let mut mark = Mark::default();
    for (depth, key) in path.iter().enumerate() {
        value = match value.underlying() {
            Value::Map(map) => {
                let entry = map.entry(key.as_bytes())?;
                mark = alone.origins.get(entry.origin).mark;
                entry.value
            }
            Value::List(list) => list.get(key.parse().ok()?)?,
            other => {
                let there = path.get(..depth).unwrap_or_default().to_vec();
                let value = hide.value(&there, other.clone());
                return layer(mark, Effect::Cut(there, json(&value)));
            }
        };
    }
    match value {
        Value::Nil => layer(mark, Effect::Null),
        value => layer(mark, Effect::Value(json(&hide.value(path, value)))),
    }
}
