//! The defaults that charts have for values, and what charts' metadata says of values.

use chart::{Chart, ImportValues};
use engine::values::{Prepared, PreparedChart};
use goyaml::{Kind, Node};

/// The place of a path of values among the charts of a render.
#[derive(Clone, Copy, Debug)]
pub(super) struct Location {
    /// Index of the chart in [`Prepared::charts`].
    pub(super) chart: usize,
    /// The number of keys of the path that lead to the chart's values.
    pub(super) depth: usize,
}

/// The innermost chart whose values a path leads into.
pub(super) fn locate(prepared: &Prepared<'_>, path: &[String]) -> Location {
    let mut at = Location { chart: 0, depth: 0 };
    while let Some(key) = path.get(at.depth) {
        let inner = prepared.charts.get(at.chart).into_iter();
        let mut inner = inner.flat_map(|chart| &chart.subcharts).copied();
        match inner.find(|index| {
            let chart = prepared.charts.get(*index);
            chart.is_some_and(|chart| chart.name() == key)
        }) {
            Some(chart) => {
                at = Location {
                    chart,
                    depth: at.depth + 1,
                }
            }
            None => break,
        }
    }
    at
}

/// The default at a path from the root chart's values on: the outermost chart that has one counts.
pub(super) fn default_at<'c>(prepared: &Prepared<'c>, path: &[String]) -> Option<&'c Node> {
    default_of(prepared, path).map(|(_, node)| node)
}

/// The default at a path, with the chart whose values.yaml has it.
pub(super) fn default_of<'c>(
    prepared: &Prepared<'c>,
    path: &[String],
) -> Option<(&'c Chart, &'c Node)> {
    let mut charts = Vec::new();
    for depth in 0..=path.len() {
        let above = path.get(..depth).unwrap_or(path);
        let at = locate(prepared, above);
        if at.depth == depth
            && let Some(chart) = prepared.charts.get(at.chart)
        {
            charts.push((chart, path.get(depth..).unwrap_or_default()));
        }
    }
    let own = charts
        .iter()
        .find_map(|(chart, path)| chart_default(chart.chart, path));
    own.or_else(|| {
        // A subchart has the parent's globals, and a parent's globals are also for its subcharts.
        let start = path.iter().position(|key| key == "global")?;
        let global = path.get(start..)?;
        let mut charts = prepared.charts.iter();
        charts.find_map(|chart| Some((chart.chart, node_at(&chart.chart.values, global)?)))
    })
}

fn chart_default<'c>(chart: &'c Chart, path: &[String]) -> Option<(&'c Chart, &'c Node)> {
    let own = node_at(&chart.values, path).map(|node| (chart, node));
    own.or_else(|| imported(chart, path))
}

/// The values that a chart imports from the charts in it.
fn imported<'c>(chart: &'c Chart, path: &[String]) -> Option<(&'c Chart, &'c Node)> {
    chart.metadata.declared().find_map(|dependency| {
        let ImportValues::Written(Some(items)) = &dependency.import_values else {
            return None;
        };
        let mut inner = chart.dependencies.iter();
        let inner = inner.find(|inner| inner.name() == dependency.name)?;
        items.iter().find_map(|item| {
            let keys = |text: &str| -> Vec<String> {
                let keys = text.split('.').filter(|key| !key.is_empty());
                keys.map(str::to_owned).collect()
            };
            let (child, parent) = match item.as_str() {
                Some(export) => (format!("exports.{export}"), String::new()),
                None => {
                    let text = |key| item.get(key).and_then(Node::as_str);
                    (text("child")?.to_owned(), text("parent")?.to_owned())
                }
            };
            let below = path.strip_prefix(keys(&parent).as_slice())?;
            let mut source = keys(&child);
            source.extend_from_slice(below);
            Some((inner, node_at(&inner.values, &source)?))
        })
    })
}

/// The node at a path of keys and indexes.
pub(super) fn node_at<'n>(node: &'n Node, path: &[String]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| match &node.kind {
        Kind::Map(entries) => {
            let entry = entries.iter().find(|entry| *entry.key == **key)?;
            Some(&entry.value)
        }
        Kind::Seq(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Returns true if dependencies are switched, or filled, by what is at a path: a condition, a tag, or the
/// source of an import.
pub(super) fn is_switch(prepared: &Prepared<'_>, path: &[String]) -> bool {
    if path.first().is_some_and(|key| key == "tags") {
        return true;
    }
    prepared.charts.iter().any(|chart| {
        let above = chart.values_path();
        let Some(below) = path.strip_prefix(above.as_slice()) else {
            return false;
        };
        chart.chart.metadata.declared().any(|dependency| {
            let is = |text: &str| {
                let keys: Vec<&str> = text.trim().split('.').collect();
                // A part of such a path is no mistake either.
                below.len() <= keys.len() && keys.iter().zip(below).all(|(a, b)| a == b)
            };
            let exports = || {
                let name = match &*dependency.alias {
                    "" => &dependency.name,
                    alias => alias,
                };
                let imports = match &dependency.import_values {
                    ImportValues::Written(items) => items.is_some(),
                    ImportValues::Resolved(items) => items.is_some(),
                };
                imports && below.first().is_some_and(|key| key == name)
            };
            dependency.condition.split(',').any(is) || exports()
        })
    })
}

/// Returns true if a dependency of the chart whose values are at `above` has this name, or alias, and is switched by a
/// value below a key there.
pub(super) fn is_switched_below(
    prepared: &Prepared<'_>,
    above: &[String],
    key: &str,
    name: &str,
) -> bool {
    let at = locate(prepared, above);
    let chart = prepared
        .charts
        .get(at.chart)
        .filter(|_| at.depth == above.len());
    chart.is_some_and(|chart| {
        chart.chart.metadata.declared().any(|dependency| {
            let own = match &*dependency.alias {
                "" => &*dependency.name,
                alias => alias,
            };
            let first = |condition: &str| condition.trim().split('.').next() == Some(key);
            own == name && dependency.condition.split(',').any(first)
        })
    })
}

/// The paths of the values that switch on a dependency of a chart: its conditions and tags.
pub(super) fn switches(chart: &PreparedChart<'_>, dependency: &[String]) -> Vec<Vec<String>> {
    let above = chart.values_path();
    let Some(key) = dependency.last() else {
        return Vec::new();
    };
    let mut declared = chart.chart.metadata.declared();
    let Some(dependency) = declared.find(|one| match &*one.alias {
        "" => one.name == **key,
        alias => alias == key,
    }) else {
        return Vec::new();
    };
    let conditions = dependency.condition.split(',').map(str::trim);
    let conditions = conditions
        .filter(|condition| !condition.is_empty())
        .map(|condition| {
            let keys = condition.split('.').map(str::to_owned);
            above.iter().cloned().chain(keys).collect()
        });
    let tags = dependency.tags.iter().flatten();
    let tags = tags.map(|tag| vec!["tags".to_owned(), tag.clone()]);
    conditions.chain(tags).collect()
}

/// The name of a dependency that is switched off, if a key of a chart's values is for one.
pub(super) fn disabled<'p>(
    prepared: &'p Prepared<'_>,
    chart: &'p PreparedChart<'_>,
    key: &str,
) -> Option<&'p str> {
    let is_on = chart.subcharts.iter().any(|index| {
        let inner = prepared.charts.get(*index);
        inner.is_some_and(|inner| inner.name() == key)
    });
    let mut declared = chart
        .chart
        .metadata
        .declared()
        .map(|dependency| match &*dependency.alias {
            "" => &*dependency.name,
            alias => alias,
        });
    declared.find(|name| *name == key && !is_on)
}

/// The keys of what defaults have at a path, in all charts that take part.
pub(super) fn keys_at(prepared: &Prepared<'_>, path: &[String]) -> Vec<String> {
    let mut keys = Vec::new();
    for chart in &prepared.charts {
        let above = chart.values_path();
        let below = path.strip_prefix(above.as_slice());
        let node = below.and_then(|below| node_at(&chart.chart.values, below));
        if let Some(Kind::Map(entries)) = node.map(|node| &node.kind) {
            keys.extend(entries.iter().map(|entry| entry.key.to_string()));
        }
        // The names of charts are keys of the values of those that they are in.
        if let Some((name, there)) = above.split_last()
            && there == path
        {
            keys.push(name.clone());
        }
    }
    keys
}

/// The paths of all defaults of all charts that take part.
pub(super) fn paths(prepared: &Prepared<'_>) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for chart in &prepared.charts {
        let mut waiting = vec![(chart.values_path(), &chart.chart.values)];
        while let Some((path, node)) = waiting.pop() {
            if let Kind::Map(entries) = &node.kind {
                for entry in entries {
                    let mut path = path.clone();
                    path.push(entry.key.to_string());
                    waiting.push((path, &entry.value));
                }
            }
            if !path.is_empty() {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.dedup();
    paths
}
