//! Coalescing: Helm's `coalesce.go`, which merges a user's values with the defaults of a chart and
//! its subcharts. Every version of Helm treats nulls in another way.

use super::error::Error;
use super::origin::{Origins, Way};
use super::table::{GLOBAL, copy_container, deep_copy, is_table, put, subtable};
use super::tree::{ChartId, Tree};
use crate::notice::Notice;
use crate::profile::Profile;
use gostd::{Entry, Map, Text, Value};

/// What to do with nulls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    /// Helm's `CoalesceValues`: a null removes the key that it is for.
    Remove,
    /// Helm's `MergeValues`: nulls stay for a later step.
    Keep,
}

/// The path of a table for warnings, put together only when there is one.
#[derive(Clone, Copy)]
struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    name: &'a [u8],
}

impl<'a> Path<'a> {
    const ROOT: Path<'static> = Path {
        parent: None,
        name: b"",
    };

    fn join(&'a self, name: &'a [u8]) -> Path<'a> {
        let parent = Some(self);
        Path { parent, name }
    }

    fn text(&self) -> String {
        let mut names = Vec::new();
        let mut current = Some(self);
        while let Some(path) = current {
            if !path.name.is_empty() {
                names.push(String::from_utf8_lossy(path.name));
            }
            current = path.parent;
        }
        names.reverse();
        names.join(".")
    }
}

/// Coalesces values for the charts of one render.
pub(super) struct Coalescer<'t, 'c> {
    pub(super) tree: &'t Tree<'c>,
    pub(super) profile: &'t Profile,
    pub(super) origins: &'t mut Origins,
    pub(super) notices: &'t mut Vec<Notice>,
    /// What errors start with.
    pub(super) prefix: &'static str,
}

impl Coalescer<'_, '_> {
    /// A copy of `values`, completed with the defaults of the chart and, under their names, of its
    /// subcharts.
    pub(super) fn coalesce(
        &mut self,
        chart: ChartId,
        values: &Map,
        nulls: Nulls,
    ) -> Result<Map, Error> {
        let copy = deep_copy(values);
        self.chart(chart, &copy, &Path::ROOT, nulls)?;
        Ok(copy)
    }

    fn chart(
        &mut self,
        chart: ChartId,
        values: &Map,
        outer: &Path<'_>,
        nulls: Nulls,
    ) -> Result<(), Error> {
        let path = outer.join(self.tree.name(chart).as_bytes());
        self.defaults(chart, values, &path, nulls);
        for index in 0..self.tree.subcharts(chart).len() {
            let Some(subchart) = self.tree.subcharts(chart).get(index).copied() else {
                break;
            };
            let name = Text::from(self.tree.name(subchart));
            let table = match values.get(name.as_bytes()) {
                Some(Value::Map(table)) => table,
                Some(other) => return Err(self.type_mismatch(&name, other)),
                None => {
                    let table = Map::new();
                    let _ = values.insert(name, Value::Map(table.clone()));
                    table
                }
            };
            self.globals(&table, values, &path);
            self.chart(subchart, &table, &path, nulls)?;
        }
        Ok(())
    }

    fn type_mismatch(&self, name: &Text, value: Value) -> Error {
        // Helm formats with %t, which is for booleans: `%!t(string=x)`.
        let text = gostd::fmt::sprintf(b"%t", &[value]).unwrap_or_default();
        Error::TypeMismatch {
            prefix: self.prefix,
            chart: name.to_string(),
            value: String::from_utf8_lossy(&text).into_owned(),
        }
    }

    /// Helm's `coalesceGlobals`: the parent's globals over those of the subchart. Tables below
    /// the first level end up shared between both, as Helm's are.
    fn globals(&mut self, values: &Map, parent: &Map, path: &Path<'_>) {
        let own = match values.get(GLOBAL) {
            None => Map::new(),
            Some(Value::Map(own)) => own,
            Some(_) => {
                let text = "warning: skipping globals because destination global is not a table.";
                return self.note("coalesce.go:138", text.into());
            }
        };
        let inherited = match parent.get(GLOBAL) {
            None => Map::new(),
            Some(Value::Map(inherited)) => inherited,
            Some(_) => {
                let text = "warning: skipping globals because source global is not a table.";
                return self.note("coalesce.go:145", text.into());
            }
        };
        for (key, entry) in entries(&inherited) {
            let existing = own.get(key.as_bytes());
            let origin = self.origins.by(entry.origin, Way::Global);
            let value = match (&entry.value, existing) {
                (Value::Map(table), None) => Value::Map(table.shallow_copy()),
                (Value::Map(table), Some(Value::Map(existing))) => {
                    let table = table.shallow_copy();
                    let path = path.join(key.as_bytes());
                    self.tables(&table, &existing, &path, Nulls::Keep);
                    Value::Map(table)
                }
                (Value::Map(_), Some(_)) => {
                    let key = gostd::strconv::quote(key.as_bytes());
                    let text =
                        format!("Conflict: cannot merge map onto non-map for {key}. Skipping.");
                    self.note("coalesce.go:161", text);
                    continue;
                }
                (_, Some(Value::Map(_))) => {
                    self.note("coalesce.go:175", format!("key {key} is table. Skipping"));
                    continue;
                }
                (scalar, _) => scalar.clone(),
            };
            put(&own, &key, Entry { value, origin });
        }
        let origin = parent
            .entry(GLOBAL)
            .map_or_else(Default::default, |e| e.origin);
        let origin = match values.entry(GLOBAL) {
            Some(entry) => entry.origin,
            None => self.origins.by(origin, Way::Global),
        };
        let value = Value::Map(own);
        put(values, &Text::from(GLOBAL), Entry { value, origin });
    }

    /// Helm's `coalesceValues`: the chart's own defaults under `values`.
    fn defaults(&mut self, chart: ChartId, values: &Map, path: &Path<'_>, nulls: Nulls) {
        let vanishing = nulls == Nulls::Remove && self.profile.null_in_chart_defaults_vanishes;
        for (key, entry) in entries(self.tree.values(chart)) {
            match values.get(key.as_bytes()) {
                None if vanishing && entry.value.is_nil() => {}
                None => {
                    let value = copy_container(&entry.value).unwrap_or(entry.value);
                    if let (true, Value::Map(table)) = (vanishing, &value) {
                        remove_nulls(table);
                    }
                    put(values, &key, Entry { value, ..entry });
                }
                Some(Value::Nil) if nulls == Nulls::Remove => {
                    values.remove(key.as_bytes());
                }
                Some(Value::Map(table)) => match &entry.value {
                    Value::Map(defaults) => {
                        let defaults = deep_copy(defaults);
                        let nulls = match self.is_subchart(chart, &key) {
                            true => Nulls::Keep,
                            false => nulls,
                        };
                        if nulls == Nulls::Remove && vanishing {
                            remove_nulls(&defaults);
                        }
                        let path = path.join(key.as_bytes());
                        self.tables(&table, &defaults, &path, nulls);
                    }
                    Value::Nil => {}
                    _ => self.note(
                        "coalesce.go:237",
                        format!(
                            "warning: skipped value for {}.{key}: Not a table.",
                            path.text()
                        ),
                    ),
                },
                Some(_) => {}
            }
        }
    }

    fn is_subchart(&self, chart: ChartId, key: &Text) -> bool {
        let name = |id: &ChartId| self.tree.name(*id).as_bytes() == key.as_bytes();
        self.tree.subcharts(chart).iter().any(name)
    }

    /// Helm's `MergeTables`.
    pub(super) fn merge_tables(&mut self, target: &Map, source: &Map) {
        self.tables(target, source, &Path::ROOT, Nulls::Keep);
    }

    /// Helm's `coalesceTablesFullKey`: what `target` lacks comes from `source`. Nulls of the target
    /// are written into the source, too.
    fn tables(&mut self, target: &Map, source: &Map, path: &Path<'_>, nulls: Nulls) {
        if target.same(source) {
            return;
        }
        let offered = entries(source);
        self.null_keys(target, source, nulls);
        for (key, entry) in offered {
            match (target.get(key.as_bytes()), &entry.value) {
                (None, _) => put(target, &key, entry),
                (Some(Value::Nil), value) => {
                    let stays = value.is_nil() && self.profile.nested_user_null_stays;
                    if nulls == Nulls::Remove && !stays {
                        target.remove(key.as_bytes());
                    }
                }
                (Some(Value::Map(table)), Value::Map(defaults)) => {
                    let path = path.join(key.as_bytes());
                    self.tables(&table, defaults, &path, nulls);
                }
                (Some(_), Value::Map(_)) => {
                    self.note_value(
                        "coalesce.go:316",
                        "warning: cannot overwrite table with non table for",
                        path.join(key.as_bytes()).text(),
                        "",
                        &entry.value,
                    );
                }
                (Some(Value::Map(_)), value) if !value.is_nil() => {
                    self.note_value(
                        "coalesce.go:319",
                        "warning: destination for",
                        path.join(key.as_bytes()).text(),
                        " is a table. Ignoring non-table value",
                        value,
                    );
                }
                _ => {}
            }
        }
    }

    /// Nulls of the target reach the source; older Helms then drop all of them from the target.
    fn null_keys(&self, target: &Map, source: &Map, nulls: Nulls) {
        let null = |(key, entry): (&Text, &Entry)| entry.value.is_nil().then(|| key.clone());
        let keys: Vec<Text> = target.borrow().iter().filter_map(null).collect();
        for key in keys {
            let unknown = !source.contains_key(key.as_bytes());
            if unknown && nulls == Nulls::Remove && !self.profile.nested_user_null_stays {
                target.remove(key.as_bytes());
            }
            let _ = source.insert(key, Value::Nil);
        }
    }

    fn note(&mut self, place: &'static str, text: String) {
        self.notices.push(Notice::log(place, text));
    }

    fn note_value(
        &mut self,
        place: &'static str,
        before: &str,
        path: String,
        after: &str,
        value: &Value,
    ) {
        let value = gostd::fmt::value_text(value).unwrap_or_default();
        self.note(place, format!("{before} {path}{after} ({value})"));
    }
}

/// The entries as they are now: the map may change while they are walked.
fn entries(map: &Map) -> Vec<(Text, Entry)> {
    let entries = map.borrow();
    entries
        .iter()
        .map(|(k, e)| (k.clone(), e.clone()))
        .collect()
}

/// Helm 4's `cleanNilValues`, in place.
fn remove_nulls(map: &Map) {
    for (key, entry) in entries(map) {
        match entry.value {
            Value::Nil => {
                map.remove(key.as_bytes());
            }
            Value::Map(inner) => remove_nulls(&inner),
            _ => {}
        }
    }
}

/// Helm's `Values.Table`: follows a path of names with dots. The error is the name where it ends.
pub(super) fn table_at(values: &Map, path: &str) -> Result<Map, String> {
    let mut current = values.clone();
    for name in path.split('.') {
        current = subtable(&current, name.as_bytes()).ok_or_else(|| name.to_owned())?;
    }
    Ok(current)
}

/// Helm's `Values.PathValue`: what is at a path, unless it is a table.
pub(super) fn value_at(values: &Map, path: &str) -> Option<Value> {
    let (table, key) = match path.rsplit_once('.') {
        Some((tables, key)) => (table_at(values, tables).ok()?, key),
        None => (values.clone(), path),
    };
    table.get(key.as_bytes()).filter(|value| !is_table(value))
}
