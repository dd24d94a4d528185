//! The layers of values that touch a path: defaults, files, flags.

use crate::chart::Chart;
use crate::reads::Path;
use crate::values::{Prepared, Supplied};
use gostd::{Map, Value};
use goyaml::{Kind, Mark, Node};

/// A layer that had a say on a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// A file, a chart's values.yaml or a flag, as it is shown.
    pub source: String,
    /// The place in the file; zeros where there is none.
    pub mark: Mark,
    /// What it says.
    pub touch: Touch,
}

/// What a layer says of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch {
    /// It has this value there (JSON).
    Value(String),
    /// It has null there, which removes what was before.
    Null,
    /// It has something else than a map where the path goes on: the path up to there, and the value.
    Cut(Path, String),
}

/// A value as JSON in one line.
pub(super) fn json(value: &Value) -> String {
    let text = gostd::json::encode(value, gostd::json::Options::RAW).unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}

/// The defaults of charts that touch a path: those of the innermost chart first, which counts least.
pub(super) fn of_charts(prepared: &Prepared<'_>, path: &[String]) -> Vec<Layer> {
    let mut found = Vec::new();
    for chart in &prepared.charts {
        let above = chart.values_path();
        if let Some(below) = path.strip_prefix(above.as_slice()) {
            found.push((
                above.len(),
                chart_layer(chart.chart, &chart.full_path, below),
            ));
        }
        // A parent's globals are its subcharts' too, over their own.
        let global = path.iter().position(|key| key == "global");
        if let Some(at) = global.filter(|at| *at > above.len())
            && path.get(..above.len()) == Some(above.as_slice())
            && let Some(below) = path.get(at..)
        {
            let layer = chart_layer(chart.chart, &chart.full_path, below);
            found.push((above.len(), layer));
        }
    }
    found.sort_by_key(|(depth, _)| std::cmp::Reverse(*depth));
    found.into_iter().filter_map(|(_, layer)| layer).collect()
}

fn chart_layer(chart: &Chart, full_path: &str, path: &[String]) -> Option<Layer> {
    let (mark, touch) = of_node(&chart.values, path)?;
    let file = chart.values_yaml.as_ref().and_then(|file| file.path());
    let here = std::env::current_dir().ok();
    let shown = file.map(|file| {
        let below = here
            .as_deref()
            .and_then(|here| file.strip_prefix(here).ok());
        below.unwrap_or(file).display().to_string()
    });
    Some(Layer {
        source: shown.unwrap_or_else(|| format!("{full_path}/values.yaml")),
        mark,
        touch,
    })
}

fn of_node(node: &Node, path: &[String]) -> Option<(Mark, Touch)> {
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
                return Some((mark, Touch::Cut(there, json(&node.clone().into_value()))));
            }
        };
        (mark, node) = next?;
    }
    let touch = match &node.kind {
        Kind::Null => Touch::Null,
        _ => Touch::Value(json(&node.clone().into_value())),
    };
    Some((mark, touch))
}

/// What a file or flag alone says of a path. A global of the root chart's is a subchart's too.
pub(super) fn touch(alone: &Supplied, path: &[String], source: &str) -> Vec<Layer> {
    let mut found: Vec<Layer> = of_map(alone, path, source).into_iter().collect();
    let global = path.iter().position(|key| key == "global");
    if let Some(at) = global.filter(|at| *at > 0)
        && let Some(below) = path.get(at..)
    {
        found.extend(of_map(alone, below, source));
    }
    found
}

fn of_map(alone: &Supplied, path: &[String], source: &str) -> Option<Layer> {
    let layer = |mark, touch| {
        Some(Layer {
            source: source.into(),
            mark,
            touch,
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
                return layer(mark, Touch::Cut(there, json(other)));
            }
        };
    }
    match value {
        Value::Nil => layer(mark, Touch::Null),
        value => layer(mark, Touch::Value(json(&value))),
    }
}
