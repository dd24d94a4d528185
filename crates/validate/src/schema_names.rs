//! The properties that the charts' schemas name, by their paths.

use chart::Chart;
use engine::values::{Prepared, PreparedChart};
use serde_json::Value;
use std::collections::BTreeSet;
use trace::usage::Path;

/// The names in the schemas of all charts of a render.
#[derive(Debug)]
pub(super) struct SchemaNames {
    /// With the keys that lead to a chart's values.
    charts: Vec<(Vec<String>, Names)>,
}

/// Names of properties in one schema.
#[derive(Debug, Default)]
struct Names {
    /// Paths from the chart's values on; items of lists have the path of the list.
    paths: BTreeSet<Vec<String>>,
    /// Those in definitions and in maps of any keys: they may be anywhere.
    anywhere: BTreeSet<String>,
}

impl SchemaNames {
    /// The names in the schemas of the charts that take part; none where there is no schema, or it is no
    /// JSON.
    pub(super) fn of(prepared: &Prepared<'_>) -> SchemaNames {
        let charts = prepared.charts.iter();
        let charts = charts.map(|chart| (chart.values_path(), Names::of(chart.chart)));
        let charts = charts.filter(|(_, names)| !names.paths.is_empty());
        SchemaNames {
            charts: charts.collect(),
        }
    }

    /// The names in the schema of one chart.
    pub(super) fn of_one(chart: &PreparedChart<'_>) -> SchemaNames {
        SchemaNames {
            charts: vec![(chart.values_path(), Names::of(chart.chart))],
        }
    }

    /// Returns true if a schema names the last key of a path there, or somewhere that may be there.
    pub(super) fn name(&self, path: &[String]) -> bool {
        let Some(key) = path.last() else { return false };
        self.inside(path).any(|(names, path)| {
            !path.is_empty() && (names.anywhere.contains(key) || names.paths.contains(&path))
        })
    }

    /// The keys that schemas name of what is at a path.
    pub(super) fn names_below(&self, above: &[String]) -> BTreeSet<String> {
        let inside = self.inside(above).flat_map(|(names, above)| {
            let paths = names.paths.iter();
            paths.filter_map(move |path| {
                let (key, there) = path.split_last()?;
                (there == above).then(|| key.clone())
            })
        });
        inside.collect()
    }

    /// The paths that schemas name and that end in a key, those of outer charts first.
    pub(super) fn paths_to<'n>(&'n self, key: &'n str) -> impl Iterator<Item = Path> + 'n {
        self.charts.iter().flat_map(move |(above, names)| {
            let ends = move |path: &&Path| path.last().is_some_and(|last| last == key);
            let paths = names.paths.iter().filter(ends);
            paths.map(move |path| above.iter().chain(path).cloned().collect())
        })
    }

    /// The schemas of the charts whose values a path leads into, with the rest of it, without indexes.
    fn inside<'n>(
        &'n self,
        path: &'n [String],
    ) -> impl Iterator<Item = (&'n Names, Vec<String>)> + 'n {
        self.charts.iter().filter_map(|(above, names)| {
            let below = path.strip_prefix(above.as_slice())?.iter();
            let keys = below.filter(|key| !key.bytes().all(|byte| byte.is_ascii_digit()));
            Some((names, keys.cloned().collect()))
        })
    }
}

impl Names {
    fn of(chart: &Chart) -> Names {
        let mut names = Names::default();
        let text = chart.schema.as_ref().and_then(|file| file.bytes().ok());
        let schema = text.and_then(|text| serde_json::from_slice::<Value>(text).ok());
        if let Some(schema) = schema {
            names.add(&schema, Some(&mut Vec::new()));
        }
        names
    }

    /// Adds what a part of a schema names; without a path, it may be about any value.
    fn add(&mut self, schema: &Value, mut path: Option<&mut Vec<String>>) {
        let fields = match schema {
            Value::Object(fields) => fields,
            Value::Array(items) => {
                for item in items {
                    self.add(item, path.as_deref_mut());
                }
                return;
            }
            _ => return,
        };
        for (keyword, inner) in fields {
            match (keyword.as_str(), inner) {
                ("properties", Value::Object(properties)) => {
                    for (name, inner) in properties {
                        match path.as_deref_mut() {
                            Some(path) => {
                                path.push(name.clone());
                                self.paths.insert(path.clone());
                                self.add(inner, Some(path));
                                path.pop();
                            }
                            None => {
                                self.anywhere.insert(name.clone());
                                self.add(inner, None);
                            }
                        }
                    }
                }
                ("definitions" | "$defs" | "patternProperties", Value::Object(inner)) => {
                    inner.values().for_each(|inner| self.add(inner, None));
                }
                ("additionalProperties", inner) => self.add(inner, None),
                ("default" | "examples" | "enum" | "const" | "required", _) => {}
                (_, inner) => self.add(inner, path.as_deref_mut()),
            }
        }
    }
}
