//! Everything about values that comes before templates: dependencies, coalescing, schemas.

use super::chart_graph::{ChartGraph, ChartId};
use super::coalesce::{Coalescer, Nulls, table_at};
use super::dependencies::Processor;
use super::error::Error;
use super::layers::UserValues;
use super::origin::Origins;
use super::schema;
use chart::{Chart, File, Metadata};
use compat::notice::Notice;
use compat::profile::Profile;
use gostd::Map;
use std::borrow::Cow;
use std::sync::Arc;

/// Options of the work on values: how it differs from that of `helm template`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `--skip-schema-validation`.
    pub skip_schema_validation: bool,
    /// As `helm lint` does it: values are coalesced once more, so that a default which a user\'s null removed comes
    /// back.
    pub lint: bool,
}

/// A chart with its values, ready for one render.
#[derive(Debug)]
pub struct Prepared<'c> {
    /// The charts that take part: the root first, every chart before its subcharts.
    pub charts: Vec<PreparedChart<'c>>,
    /// The sources of values: the meaning of the origins in map entries.
    pub origins: Origins,
}

/// One chart of a render.
#[derive(Debug)]
pub struct PreparedChart<'c> {
    /// The chart as it was loaded.
    pub chart: &'c Chart,
    /// Its metadata as templates see it: the alias for a name, disabled dependencies gone.
    pub metadata: Cow<'c, Metadata>,
    /// True if it is the chart that is rendered.
    pub is_root: bool,
    /// The prefix of its templates' names: `parent/charts/alias`.
    pub full_path: String,
    /// Its values. Those of a subchart are the same map that the parent has under its name.
    pub values: Map,
    /// Its own defaults, with what it imports from its subcharts: what is stored of them with a release.
    pub defaults: Map,
    /// Its subcharts: indexes into [`Prepared::charts`].
    pub subcharts: Vec<usize>,
}

impl<'c> PreparedChart<'c> {
    /// The chart's name, or its alias.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// The keys that lead from the root chart's values to this chart's.
    pub fn values_path(&self) -> Vec<String> {
        let names = self.full_path.split("/charts/").skip(1);
        names.map(str::to_owned).collect()
    }

    /// The templates that take part, with their full names. Of a library chart these are only the
    /// ones that start with `_`.
    pub fn templates(&self) -> impl Iterator<Item = (String, &'c Arc<File>)> {
        let library = self.metadata.is_library();
        let partial = |file: &&Arc<File>| {
            file.name()
                .rsplit('/')
                .next()
                .is_some_and(|n| n.starts_with('_'))
        };
        let chart: &'c Chart = self.chart;
        chart
            .templates
            .iter()
            .filter(move |file| !library || partial(file))
            .map(|file| (format!("{}/{}", self.full_path, file.name()), file))
    }

    /// The chart's custom resource definitions with the file names that Helm prints.
    pub fn crds(&self) -> impl Iterator<Item = (String, &'c File)> {
        let chart: &'c Chart = self.chart;
        chart
            .crds()
            .map(|file| (format!("{}/{}", self.full_path, file.name()), &**file))
    }
}

impl<'c> Prepared<'c> {
    /// The chart that is rendered; there is always one.
    pub fn root(&self) -> Option<&PreparedChart<'c>> {
        self.charts.first()
    }
}

/// A user's values completed with the defaults of a chart and its subcharts (Helm's `CoalesceValues`): what
/// `helm get values --all` shows. What Helm says on stderr meanwhile is added to `notices`.
pub fn coalesce_values(
    chart: &Chart,
    values: &Map,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Map, Error> {
    let mut origins = Origins::default();
    let graph = ChartGraph::new(chart, &mut origins);
    let mut coalescer = Coalescer {
        graph: &graph,
        profile,
        origins: &mut origins,
        notices,
        prefix: "",
        sharing: false,
    };
    coalescer.coalesce(graph.root(), values, Nulls::Remove)
}

/// Does what Helm does with dependencies and values before it renders: `ProcessDependencies`,
/// then the part of `ToRenderValues` that is about values. What Helm says on stderr meanwhile is added to
/// `notices`, before an error too.
///
/// Recursion goes as deep as values nest: call it on a thread with a large stack.
pub fn prepare<'c>(
    chart: &'c Chart,
    supplied: &UserValues,
    options: Options,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Prepared<'c>, Error> {
    let mut origins = supplied.origins.clone();
    let mut graph = ChartGraph::new(chart, &mut origins);
    Processor {
        graph: &mut graph,
        profile,
        origins: &mut origins,
        notices: &mut *notices,
    }
    .process(&supplied.values)?;
    let mut values = supplied.values.clone();
    for _ in 0..if options.lint { 2 } else { 1 } {
        let mut coalescer = Coalescer {
            graph: &graph,
            profile,
            origins: &mut origins,
            notices: &mut *notices,
            prefix: "",
            sharing: false,
        };
        values = coalescer.coalesce(graph.root(), &values, Nulls::Remove)?;
    }
    let mut prepared = Prepared {
        charts: Vec::new(),
        origins,
    };
    prepared.add(&graph, graph.root(), values);
    if !options.skip_schema_validation {
        let failures = schema::schema_failures(&prepared, profile, notices)?;
        if !failures.is_empty() {
            let failures = failures.into_iter().map(|(_, failure)| failure);
            return Err(Error::Schema(failures.collect()));
        }
    }
    Ok(prepared)
}

impl<'c> Prepared<'c> {
    /// Adds a chart and what is in it; gives its index.
    fn add(&mut self, graph: &ChartGraph<'c>, id: ChartId, values: Map) -> usize {
        let index = self.charts.len();
        self.charts.push(PreparedChart {
            chart: graph.chart(id),
            metadata: graph.metadata(id),
            is_root: graph.is_root(id),
            full_path: graph.full_path(id),
            values: values.clone(),
            defaults: graph.values(id).clone(),
            subcharts: Vec::new(),
        });
        let mut subcharts = Vec::new();
        for subchart in graph.subcharts(id) {
            // Helm takes a dot in the name for a path: such a chart has no values.
            let inner = table_at(&values, graph.name(*subchart)).unwrap_or_default();
            subcharts.push(self.add(graph, *subchart, inner));
        }
        if let Some(added) = self.charts.get_mut(index) {
            added.subcharts = subcharts;
        }
        index
    }
}
