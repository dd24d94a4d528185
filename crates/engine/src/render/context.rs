//! The contexts of each chart's templates: the maps of Helm's `recAllTpls`.

use super::{Request, files, order, values_type};
use crate::values::{Prepared, PreparedChart};
use chart::File;
use compat::profile::Profile;
use gostd::{Map, Value};
use indexmap::IndexMap;
use std::sync::Arc;

/// A template with what it is executed with.
pub(super) struct Renderable<'c> {
    pub(super) path: String,
    pub(super) base_path: String,
    pub(super) file: &'c Arc<File>,
    pub(super) context: Map,
}

impl Renderable<'_> {
    /// Returns true if the file only defines templates for others.
    pub(super) fn is_partial(&self) -> bool {
        let base = self.path.rsplit('/').next();
        base.is_some_and(|name| name.starts_with('_'))
    }

    /// Tells the context which template is executing: all templates of a chart share it.
    pub(super) fn set_current(&self, profile: &Profile) {
        let template: Map = [
            ("Name", Value::from(self.path.as_str())),
            ("BasePath", Value::from(self.base_path.as_str())),
        ]
        .into_iter()
        .collect();
        let template = values_type::values(template, profile);
        // The context is no nil map.
        let _ = self.context.insert("Template".into(), template);
    }
}

/// All templates of a render, in Helm's order of parsing and execution.
pub(super) fn templates<'c>(prepared: &Prepared<'c>, request: &Request<'_>) -> Vec<Renderable<'c>> {
    let mut contexts = Contexts {
        prepared,
        release: request.release.value(),
        capabilities: request.capabilities.value(&request.profile),
        profile: &request.profile,
        by_path: IndexMap::new(),
    };
    if let Some(root) = prepared.root() {
        contexts.add(root);
    }
    let mut templates: Vec<_> = contexts.by_path.into_values().collect();
    order::sort_templates(&mut templates, |t| &t.path);
    templates
}

/// The templates of all charts as [`templates`] meets them: a chart's own after its subcharts'.
pub(super) fn in_order_of_charts<'c>(
    prepared: &Prepared<'c>,
) -> impl Iterator<Item = (String, &'c Arc<File>)> {
    let charts = prepared.charts.iter().rev();
    charts.flat_map(|chart| chart.templates())
}

struct Contexts<'p, 'c> {
    prepared: &'p Prepared<'c>,
    release: Value,
    capabilities: Value,
    profile: &'p Profile,
    /// By path: of two templates with one path the later counts.
    by_path: IndexMap<String, Renderable<'c>>,
}

impl<'c> Contexts<'_, 'c> {
    /// Adds the templates of a chart and its subcharts, and gives the chart's context.
    fn add(&mut self, chart: &PreparedChart<'c>) -> Map {
        let profile = self.profile;
        let subcharts = Map::new();
        let metadata = chart::chart_object(&chart.metadata, chart.is_root, profile);
        let files = files::files(chart.chart.files.iter().cloned(), profile);
        let context: Map = [
            ("Chart", metadata),
            ("Files", files),
            ("Release", self.release.clone()),
            ("Capabilities", self.capabilities.clone()),
            ("Values", values_type::values(chart.values.clone(), profile)),
            ("Subcharts", Value::Map(subcharts.clone())),
        ]
        .into_iter()
        .collect();
        for index in &chart.subcharts {
            let Some(subchart) = self.prepared.charts.get(*index) else {
                continue;
            };
            let inner = self.add(subchart);
            // A new map takes every key.
            let _ = subcharts.insert(subchart.name().into(), Value::Map(inner));
        }
        let base_path = format!("{}/templates", chart.full_path);
        for (path, file) in chart.templates() {
            let template = Renderable {
                path: path.clone(),
                base_path: base_path.clone(),
                file,
                context: context.clone(),
            };
            self.by_path.insert(path, template);
        }
        context
    }
}
