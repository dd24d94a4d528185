//! Processes a chart's dependencies before a render, as Helm's `dependencies.go` does. Aliases make
//! copies, conditions and tags remove charts, import-values bring a subchart's values up.

use super::chart_graph::{ChartGraph, ChartId, Declared, DependencyId};
use super::coalesce::{Coalescer, Nulls, table_at, value_at};
use super::error::Error;
use super::origin::{Origins, SourceId};
use super::table;
use chart::ImportValues;
use compat::notice::{Level, Notice};
use compat::profile::{NoticeStyle, Profile};
use gostd::{Map, Text, Value};
use goyaml::{Kind, Node};

/// Processes the dependencies of the charts of one render.
pub(super) struct Processor<'t, 'c> {
    pub(super) graph: &'t mut ChartGraph<'c>,
    pub(super) profile: &'t Profile,
    pub(super) origins: &'t mut Origins,
    pub(super) notices: &'t mut Vec<Notice>,
}

impl<'c> Processor<'_, 'c> {
    /// Helm's `ProcessDependencies` for the whole tree and a user's values.
    pub(super) fn process(&mut self, values: &Map) -> Result<(), Error> {
        let root = self.graph.root();
        self.enable(root, values, "")?;
        self.import(root)
    }

    fn coalescer(&mut self, sharing: bool) -> Coalescer<'_, 'c> {
        Coalescer {
            sharing,
            graph: self.graph,
            profile: self.profile,
            origins: self.origins,
            notices: self.notices,
            prefix: match self.profile.error_prefixes {
                true => "chart dependencies processing failed: ",
                false => "",
            },
        }
    }

    /// Helm's `processDependencyEnabled`. `path` is that of the chart in the values, with a dot at
    /// its end. A chart that declares nothing is left alone, and so is all that is in it.
    fn enable(&mut self, chart: ChartId, values: &Map, path: &str) -> Result<(), Error> {
        let Some(declared) = self.graph.declarations(chart).map(<[_]>::to_vec) else {
            return Ok(());
        };
        self.instantiate(chart, &declared);
        for id in &declared {
            self.graph.declared_mut(*id).enabled = true;
        }
        let values = self
            .coalescer(true)
            .coalesce(chart, values, Nulls::Remove)?;
        self.apply_tags(&declared, &values);
        self.apply_conditions(&declared, &values, path);

        let is_off = |declared: &Declared<'_>| !declared.enabled;
        let off: Vec<&str> = declared
            .iter()
            .map(|id| self.graph.declared(*id))
            .filter(|d| is_off(d))
            .map(|d| d.name)
            .collect();
        let subcharts = self.graph.subcharts(chart).iter().copied();
        let subcharts: Vec<_> = subcharts
            .filter(|id| !off.contains(&self.graph.name(*id)))
            .collect();
        let remaining: Vec<_> = declared
            .iter()
            .copied()
            .filter(|id| !off.contains(&self.graph.declared(*id).name))
            .collect();
        for subchart in &subcharts {
            let path = format!("{path}{}.", self.graph.name(*subchart));
            self.enable(*subchart, &values, &path)?;
        }
        let remaining = (!remaining.is_empty()).then_some(remaining);
        self.graph.set_declarations(chart, remaining);
        self.graph.set_subcharts(chart, subcharts);
        Ok(())
    }

    /// Puts the subcharts in order, undeclared ones first, and makes a copy for each declaration.
    fn instantiate(&mut self, chart: ChartId, declared: &[DependencyId]) {
        let present = self.graph.subcharts(chart).to_vec();
        let fits = |graph: &ChartGraph<'_>, id: ChartId, dependency: DependencyId| {
            let dependency = graph.declared(dependency);
            graph.name(id) == dependency.name
                && gosemver::is_compatible_range(&dependency.declaration.version, graph.version(id))
        };
        let mut result: Vec<_> = present
            .iter()
            .copied()
            .filter(|id| !declared.iter().any(|d| fits(self.graph, *id, *d)))
            .collect();
        for dependency in declared {
            let subchart = present
                .iter()
                .find(|id| fits(self.graph, **id, *dependency));
            if let Some(subchart) = subchart {
                let deep = self.profile.alias_copies_dependencies;
                result.push(self.graph.copy_for(*subchart, *dependency, deep));
            }
            let declared = self.graph.declared_mut(*dependency);
            if !declared.declaration.alias.is_empty() {
                declared.name = &declared.declaration.alias;
            }
        }
        self.graph.set_subcharts(chart, result);
    }

    /// A dependency is on if any of its tags is true, off if only some are false.
    fn apply_tags(&mut self, declared: &[DependencyId], values: &Map) {
        let Some(switches) = table::subtable(values, b"tags") else {
            return;
        };
        for id in declared {
            let dependency = self.graph.declared(*id);
            let (declaration, name) = (dependency.declaration, dependency.name);
            let (mut any_true, mut any_false) = (false, false);
            for tag in declaration.tags.iter().flatten() {
                match switches.get(tag.as_bytes()) {
                    Some(Value::Bool(true)) => any_true = true,
                    Some(Value::Bool(false)) => any_false = true,
                    Some(_) => self.note(
                        "dependencies.go:95",
                        format!("Warning: Tag '{tag}' for chart {name} returned non-bool value"),
                        "returned non-bool value",
                        vec![("tag", tag.clone()), ("chart", name.into())],
                    ),
                    None => {}
                }
            }
            self.graph.declared_mut(*id).enabled = any_true || !any_false;
        }
    }

    /// The first path of a condition that holds a boolean decides, whatever the tags say.
    fn apply_conditions(&mut self, declared: &[DependencyId], values: &Map, path: &str) {
        for id in declared {
            let dependency = self.graph.declared(*id);
            let (declaration, name) = (dependency.declaration, dependency.name);
            let paths = declaration.condition.trim_matches(gostd::unicode::is_space);
            for condition in paths.split(',').filter(|c| !c.is_empty()) {
                match value_at(values, &format!("{path}{condition}")) {
                    Some(Value::Bool(enabled)) => {
                        self.graph.declared_mut(*id).enabled = enabled;
                        break;
                    }
                    Some(_) => self.note(
                        "dependencies.go:64",
                        format!(
                            "Warning: Condition path '{condition}' for chart {name} returned \
                             non-bool value"
                        ),
                        "returned non-bool value",
                        vec![("path", condition.into()), ("chart", name.into())],
                    ),
                    None => {}
                }
            }
        }
    }

    /// Helm's `processDependencyImportValues`: subcharts first.
    fn import(&mut self, chart: ChartId) -> Result<(), Error> {
        for subchart in self.graph.subcharts(chart).to_vec() {
            self.import(subchart)?;
        }
        let Some(declared) = self.graph.declarations(chart).map(<[_]>::to_vec) else {
            return Ok(());
        };
        // Importing puts tables of these values together, and writes into them.
        let imports = |id: &DependencyId| {
            let imports = &self.graph.declared(*id).declaration.import_values;
            matches!(imports, ImportValues::Written(Some(items)) if !items.is_empty())
        };
        let sharing = !declared.iter().any(imports);
        let coalescer = &mut self.coalescer(sharing);
        let mut values = coalescer.coalesce(chart, &Map::new(), Nulls::Keep)?;
        let imported = Map::new();
        for id in declared {
            let resolved = self.import_from(id, &values, &imported);
            self.graph.declared_mut(id).imports = Some(ImportValues::Resolved(resolved));
        }
        // What is imported ranks below what the chart has itself.
        if !imported.is_empty() {
            values = table::deep_copy(&values);
            self.coalescer(false).merge_tables(&values, &imported);
        }
        self.graph.set_values(chart, values);
        Ok(())
    }

    /// Adds to `imported` what one dependency exports. Gives its import-values in their long form.
    fn import_from(
        &mut self,
        id: DependencyId,
        values: &Map,
        imported: &Map,
    ) -> Option<Vec<(String, String)>> {
        let dependency = self.graph.declared(id);
        let (declaration, name) = (dependency.declaration, dependency.name);
        // Where aliases share their declarations, only the first finds import-values.
        let items = match (&declaration.import_values, &dependency.imports) {
            (ImportValues::Written(Some(items)), None) => items,
            _ => return None,
        };
        let mut resolved = Vec::new();
        for item in items {
            let (child, parent, long) = match &item.kind {
                Kind::Map(_) => (
                    text_of(item.get("child")),
                    text_of(item.get("parent")),
                    true,
                ),
                Kind::Str(export) => (format!("exports.{export}"), ".".into(), false),
                _ => continue,
            };
            match table_at(values, &format!("{name}.{child}")) {
                Ok(table) => {
                    let table = match table.is_empty() {
                        true => Map::new(),
                        false => table,
                    };
                    let table = self.import_under(&parent, table);
                    self.coalescer(false).merge_tables(imported, &table);
                }
                Err(missing) => self.note_missing(name, &missing, long),
            }
            resolved.push((child, parent));
        }
        (!resolved.is_empty()).then_some(resolved)
    }

    /// Helm's `pathToMap`: the table below the path, or itself where the path is `.`.
    fn import_under(&mut self, path: &str, table: Map) -> Map {
        if path == "." {
            return table;
        }
        path.rsplit('.').fold(table, |inner, name| {
            let outer = Map::new();
            let _ = outer.insert(Text::from(name), Value::Map(inner));
            outer
        })
    }

    fn note_missing(&mut self, chart: &str, missing: &str, long: bool) {
        let error = format!(
            "{} is not a table",
            gostd::strconv::quote(missing.as_bytes())
        );
        match long {
            true => self.note(
                "dependencies.go:270",
                format!("Warning: ImportValues missing table from chart {chart}: {error}"),
                "ImportValues missing table from chart",
                vec![("chart", chart.into()), ("error", error)],
            ),
            false => self.note(
                "dependencies.go:287",
                format!("Warning: ImportValues missing table: {error}"),
                "ImportValues missing table",
                vec![("error", error)],
            ),
        }
    }

    /// Notes a warning in the words of the version at hand.
    fn note(
        &mut self,
        place: &'static str,
        plain: String,
        message: &str,
        attributes: Vec<(&'static str, String)>,
    ) {
        self.notices.push(match self.profile.notices {
            NoticeStyle::ShortFile => Notice::log(place, plain),
            NoticeStyle::Structured => Notice::structured(Level::Warn, message, attributes),
        });
    }
}

/// A value in Chart.yaml as Go's `%v` prints it; `<nil>` where it is missing.
fn text_of(node: Option<&Node>) -> String {
    let value = match node {
        None => Value::Nil,
        Some(node) => table::value_from_node(node, SourceId::COMPUTED, &mut Origins::default()),
    };
    gostd::fmt::value_text(&value)
        .unwrap_or_default()
        .to_string()
}
