//! The charts of one render: what dependency processing renames, removes and gives other values.
//!
//! Helm changes its chart structs in place, and who shares a struct with whom shows in the result:
//! two aliases of one chart may have the same subcharts and the same list of dependencies. Charts,
//! their metadata and their dependencies are therefore rows of three tables here, and a pointer of
//! Helm's is a row number.

use super::origin::{Origins, Source};
use super::table;
use chart::{Chart, Dependency, ImportValues, Metadata};
use gostd::Map;
use std::borrow::Cow;

/// Row of a chart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ChartId(usize);

/// Row of a chart's metadata.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct MetadataId(usize);

/// Row of a declared dependency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct DependencyId(usize);

/// The three tables. The root chart is the first row.
#[derive(Debug)]
pub(super) struct ChartGraph<'c> {
    charts: Vec<Node<'c>>,
    metadata: Vec<Meta<'c>>,
    dependencies: Vec<Declared<'c>>,
}

#[derive(Clone, Debug)]
struct Node<'c> {
    chart: &'c Chart,
    metadata: MetadataId,
    parent: Option<ChartId>,
    dependencies: Vec<ChartId>,
    values: Map,
}

#[derive(Clone, Debug)]
struct Meta<'c> {
    original: &'c Metadata,
    name: &'c str,
    dependencies: Option<Vec<DependencyId>>,
    changed: bool,
}

/// A declared dependency as processing leaves it.
#[derive(Clone, Debug)]
pub(super) struct Declared<'c> {
    pub declaration: &'c Dependency,
    pub name: &'c str,
    pub enabled: bool,
    /// None until import-values were processed.
    pub imports: Option<ImportValues>,
}

impl<'c> ChartGraph<'c> {
    /// The rows of a chart and all charts in it, as they were loaded.
    pub(super) fn new(chart: &'c Chart, origins: &mut Origins) -> ChartGraph<'c> {
        let mut graph = ChartGraph {
            charts: Vec::new(),
            metadata: Vec::new(),
            dependencies: Vec::new(),
        };
        graph.add(chart, None, chart.name(), origins);
        graph
    }

    fn add(
        &mut self,
        chart: &'c Chart,
        parent: Option<ChartId>,
        path: &str,
        origins: &mut Origins,
    ) -> ChartId {
        let declared = chart.metadata.dependencies.as_ref().map(|list| {
            let rows = list.iter().flatten().map(|dependency| {
                self.dependencies.push(Declared {
                    declaration: dependency,
                    name: &dependency.name,
                    enabled: dependency.enabled,
                    imports: None,
                });
                DependencyId(self.dependencies.len() - 1)
            });
            rows.collect()
        });
        let metadata = MetadataId(self.metadata.len());
        self.metadata.push(Meta {
            original: &chart.metadata,
            name: &chart.metadata.name,
            dependencies: declared,
            changed: false,
        });
        let source = origins.source(Source::Chart {
            chart: path.into(),
            file: chart
                .values_yaml
                .as_ref()
                .and_then(|file| file.path())
                .map(Into::into),
        });
        let id = ChartId(self.charts.len());
        self.charts.push(Node {
            chart,
            metadata,
            parent,
            dependencies: Vec::new(),
            values: table::from_node(&chart.values, source, origins),
        });
        for inner in &chart.dependencies {
            let path = format!("{path}.{}", inner.name());
            let inner = self.add(inner, Some(id), &path, origins);
            self.node_mut(id).dependencies.push(inner);
        }
        id
    }

    /// The root chart.
    pub(super) fn root(&self) -> ChartId {
        ChartId(0)
    }

    #[allow(clippy::indexing_slicing)] // Row numbers come from pushing rows, which never go.
    fn node(&self, id: ChartId) -> &Node<'c> {
        &self.charts[id.0]
    }

    #[allow(clippy::indexing_slicing)]
    fn node_mut(&mut self, id: ChartId) -> &mut Node<'c> {
        &mut self.charts[id.0]
    }

    #[allow(clippy::indexing_slicing)]
    fn meta(&self, id: ChartId) -> &Meta<'c> {
        &self.metadata[self.node(id).metadata.0]
    }

    #[allow(clippy::indexing_slicing)]
    fn meta_mut(&mut self, id: ChartId) -> &mut Meta<'c> {
        let row = self.node(id).metadata.0;
        &mut self.metadata[row]
    }

    /// A declared dependency.
    #[allow(clippy::indexing_slicing)]
    pub(super) fn declared(&self, id: DependencyId) -> &Declared<'c> {
        &self.dependencies[id.0]
    }

    /// A declared dependency, to be changed for all charts that share it.
    #[allow(clippy::indexing_slicing)]
    pub(super) fn declared_mut(&mut self, id: DependencyId) -> &mut Declared<'c> {
        &mut self.dependencies[id.0]
    }

    /// The chart as it was loaded.
    pub(super) fn chart(&self, id: ChartId) -> &'c Chart {
        self.node(id).chart
    }

    /// The chart's name, which an alias changes.
    pub(super) fn name(&self, id: ChartId) -> &'c str {
        self.meta(id).name
    }

    /// The chart's own version.
    pub(super) fn version(&self, id: ChartId) -> &'c str {
        &self.meta(id).original.version
    }

    /// The chart's default values, imported ones included. They are nobody's to change.
    pub(super) fn values(&self, id: ChartId) -> &Map {
        &self.node(id).values
    }

    /// Gives the chart other default values.
    pub(super) fn set_values(&mut self, id: ChartId, values: Map) {
        self.node_mut(id).values = values;
    }

    /// The charts in the chart.
    pub(super) fn subcharts(&self, id: ChartId) -> &[ChartId] {
        &self.node(id).dependencies
    }

    /// The dependencies that the chart declares; None is Go's nil slice.
    pub(super) fn declarations(&self, id: ChartId) -> Option<&[DependencyId]> {
        self.meta(id).dependencies.as_deref()
    }

    /// Changes what the chart declares.
    pub(super) fn set_declarations(&mut self, id: ChartId, list: Option<Vec<DependencyId>>) {
        let meta = self.meta_mut(id);
        meta.dependencies = list;
        meta.changed = true;
    }

    /// Helm's `SetDependencies`: the charts become the chart's own.
    pub(super) fn set_subcharts(&mut self, id: ChartId, list: Vec<ChartId>) {
        for inner in &list {
            self.node_mut(*inner).parent = Some(id);
        }
        self.node_mut(id).dependencies = list;
    }

    /// Helm's copy of a chart for one declared dependency, under its alias if it has one. With
    /// `deep` the copy has its own declarations and subcharts; without it shares them with the
    /// chart and all other copies.
    pub(super) fn copy_for(
        &mut self,
        id: ChartId,
        dependency: DependencyId,
        deep: bool,
    ) -> ChartId {
        let mut meta = self.meta(id).clone();
        let alias: &'c str = &self.declared(dependency).declaration.alias;
        if !alias.is_empty() {
            meta.name = alias;
        }
        meta.changed = true;
        if deep {
            meta.dependencies = meta.dependencies.map(|list| {
                let copies = list.into_iter().map(|id| {
                    self.dependencies.push(self.declared(id).clone());
                    DependencyId(self.dependencies.len() - 1)
                });
                copies.collect()
            });
        }
        let mut copy = self.node(id).clone();
        copy.metadata = MetadataId(self.metadata.len());
        self.metadata.push(meta);
        let copy_id = ChartId(self.charts.len());
        let subcharts = copy.dependencies.clone();
        self.charts.push(copy);
        if deep {
            let copies = subcharts.into_iter().map(|inner| {
                let node = self.node(inner).clone();
                self.charts.push(node);
                ChartId(self.charts.len() - 1)
            });
            let copies = copies.collect();
            self.set_subcharts(copy_id, copies);
        }
        copy_id
    }

    /// Returns true if the chart is the root.
    pub(super) fn is_root(&self, id: ChartId) -> bool {
        self.node(id).parent.is_none()
    }

    /// Helm's `ChartFullPath`: `parent/charts/child`.
    pub(super) fn full_path(&self, id: ChartId) -> String {
        let mut names = vec![self.name(id)];
        let mut current = id;
        while let Some(parent) = self.node(current).parent {
            names.push(self.name(parent));
            current = parent;
        }
        names.reverse();
        names.join("/charts/")
    }

    /// The chart's metadata as templates see it.
    pub(super) fn metadata(&self, id: ChartId) -> Cow<'c, Metadata> {
        let meta = self.meta(id);
        let original = meta.original;
        if !meta.changed && meta.dependencies.is_none() {
            return Cow::Borrowed(original);
        }
        let dependency = |id: &DependencyId| {
            let declared = self.declared(*id);
            let mut dependency = declared.declaration.clone();
            dependency.name = declared.name.into();
            dependency.enabled = declared.enabled;
            if let Some(imports) = &declared.imports {
                dependency.import_values = imports.clone();
            }
            Some(dependency)
        };
        let mut metadata = original.clone();
        metadata.name = meta.name.into();
        metadata.dependencies = meta
            .dependencies
            .as_ref()
            .map(|list| list.iter().map(dependency).collect());
        Cow::Owned(metadata)
    }
}
