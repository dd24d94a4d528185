//! Coalescing: Helm's `coalesce.go`, which merges a user's values with the defaults of a chart and
//! its subcharts. Every version of Helm treats nulls in another way.

use super::chart_graph::{ChartGraph, ChartId};
use super::error::Error;
use super::origin::{Origins, Via};
use super::table::{GLOBAL, copy_container, deep_copy, is_table, put, subtable};
use compat::notice::Notice;
use compat::profile::Profile;
use gostd::{Entry, Map, Text, Value};

/// The treatment of nulls.
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
    pub(super) graph: &'t ChartGraph<'c>,
    pub(super) profile: &'t Profile,
    pub(super) origins: &'t mut Origins,
    pub(super) notices: &'t mut Vec<Notice>,
    /// The beginning of errors.
    pub(super) prefix: &'static str,
    /// True if the result may hold defaults themselves instead of copies of them: where nobody
    /// changes it.
    pub(super) sharing: bool,
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
        let path = outer.join(self.graph.name(chart).as_bytes());
        self.defaults(chart, values, &path, nulls);
        for index in 0..self.graph.subcharts(chart).len() {
            let Some(subchart) = self.graph.subcharts(chart).get(index).copied() else {
                break;
            };
            let name = Text::from(self.graph.name(subchart));
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
            let origin = self.origins.by(entry.origin, Via::Global);
            let value = match (&entry.value, existing) {
                (Value::Map(table), None) => Value::Map(table.shallow_copy()),
                (Value::Map(table), Some(Value::Map(existing))) => {
                    let table = table.shallow_copy();
                    let path = path.join(key.as_bytes());
                    self.tables(&table, &existing, &path);
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
            None => self.origins.by(origin, Via::Global),
        };
        let value = Value::Map(own);
        put(values, &Text::from(GLOBAL), Entry { value, origin });
    }

    /// Helm's `coalesceValues`: the chart's own defaults under `values`.
    fn defaults(&mut self, chart: ChartId, values: &Map, path: &Path<'_>, nulls: Nulls) {
        let defaults = self.graph.values(chart).clone();
        for (key, entry) in defaults.borrow().iter() {
            let subchart = self.is_subchart(chart, key);
            // Coalescing goes on to write into these.
            let sharing = self.sharing && !subchart && key.as_bytes() != GLOBAL;
            match (values.get(key.as_bytes()), &entry.value) {
                (None, _) => self.offer(values, key, entry, nulls, sharing),
                (Some(Value::Nil), _) if nulls == Nulls::Remove => {
                    values.remove(key.as_bytes());
                }
                (Some(Value::Map(table)), Value::Map(defaults)) => {
                    let nulls = if subchart { Nulls::Keep } else { nulls };
                    let path = path.join(key.as_bytes());
                    self.fill(&table, defaults, &path, nulls, sharing);
                }
                (Some(Value::Map(_)), default) if !default.is_nil() => self.note(
                    "coalesce.go:237",
                    format!(
                        "warning: skipped value for {}.{key}: Not a table.",
                        path.text()
                    ),
                ),
                _ => {}
            }
        }
    }

    fn cleans(&self, nulls: Nulls) -> bool {
        nulls == Nulls::Remove && self.profile.null_in_chart_defaults_vanishes
    }

    /// Puts a default where the values have nothing.
    fn offer(&self, values: &Map, key: &Text, entry: &Entry, nulls: Nulls, sharing: bool) {
        let (value, origin) = (&entry.value, entry.origin);
        let clean = self.cleans(nulls);
        if clean && value.is_nil() {
            return;
        }
        let value = match value {
            Value::Map(table) if clean && has_null(table) => {
                let table = deep_copy(table);
                remove_nulls(&table);
                Value::Map(table)
            }
            value if sharing => value.clone(),
            value => copy_container(value).unwrap_or_else(|| value.clone()),
        };
        put(values, key, Entry { value, origin });
    }

    /// Helm's `coalesceTablesFullKey` for a chart's defaults, which Helm copies first: they stay as
    /// they are here.
    fn fill(&mut self, target: &Map, defaults: &Map, path: &Path<'_>, nulls: Nulls, sharing: bool) {
        let all_stay = nulls == Nulls::Keep || self.profile.nested_user_null_stays;
        if all_stay && target.same(defaults) {
            return;
        }
        let unknown = match all_stay {
            true => Vec::new(),
            false => null_keys(target, |key| !defaults.contains_key(key)),
        };
        for (key, entry) in defaults.borrow().iter() {
            match (target.get(key.as_bytes()), &entry.value) {
                (None, _) => self.offer(target, key, entry, nulls, sharing),
                (Some(Value::Nil), default) => {
                    if nulls == Nulls::Remove && !(default.is_nil() && all_stay) {
                        target.remove(key.as_bytes());
                    }
                }
                (Some(Value::Map(table)), Value::Map(defaults)) => {
                    let path = path.join(key.as_bytes());
                    self.fill(&table, defaults, &path, nulls, sharing);
                }
                (Some(Value::Map(_)), Value::Nil) => {}
                (Some(value), default) => {
                    let default = match default {
                        Value::Map(table) if self.cleans(nulls) => {
                            let table = deep_copy(table);
                            remove_nulls(&table);
                            Value::Map(table)
                        }
                        other => other.clone(),
                    };
                    self.note_clash(&path.join(key.as_bytes()), &value, &default);
                }
            }
        }
        for key in unknown {
            target.remove(key.as_bytes());
        }
    }

    fn is_subchart(&self, chart: ChartId, key: &Text) -> bool {
        let name = |id: &ChartId| self.graph.name(*id).as_bytes() == key.as_bytes();
        self.graph.subcharts(chart).iter().any(name)
    }

    /// Helm's `MergeTables`: what `target` lacks comes from `source`, tables themselves and not
    /// copies of them. Nulls of the target are written into the source, too.
    pub(super) fn merge_tables(&mut self, target: &Map, source: &Map) {
        self.tables(target, source, &Path::ROOT);
    }

    fn tables(&mut self, target: &Map, source: &Map, path: &Path<'_>) {
        Tables {
            nulls: Nulls::Keep,
            unknown_stay: true,
            notices: self.notices,
        }
        .fill(target, source, path);
    }

    /// Warns where only one of two values is a table.
    fn note_clash(&mut self, path: &Path<'_>, value: &Value, default: &Value) {
        self.notices.extend(clash(path, value, default));
    }

    fn note(&mut self, place: &'static str, text: String) {
        self.notices.push(Notice::log(place, text));
    }
}

/// Helm's `CoalesceTables`: what `target` lacks comes from `source`, tables themselves and not copies
/// of them, and a null in `target` removes the key that it is for.
pub fn coalesce_tables(target: &Map, source: &Map, profile: &Profile, notices: &mut Vec<Notice>) {
    Tables {
        nulls: Nulls::Remove,
        unknown_stay: profile.nested_user_null_stays,
        notices,
    }
    .fill(target, source, &Path::ROOT);
}

/// Helm's `coalesceTablesFullKey`, which changes both sides: what the target lacks becomes the
/// source's own tables, and nulls of the target are written into the source.
struct Tables<'n> {
    nulls: Nulls,
    /// True if a null in the target stays where the source has nothing for it to remove.
    unknown_stay: bool,
    notices: &'n mut Vec<Notice>,
}

impl Tables<'_> {
    fn fill(&mut self, target: &Map, source: &Map, path: &Path<'_>) {
        if target.same(source) {
            return;
        }
        let offered = entries(source);
        for key in null_keys(target, |_| true) {
            if !self.unknown_stay && !source.contains_key(key.as_bytes()) {
                target.remove(key.as_bytes());
            }
            let _ = source.insert(key, Value::Nil);
        }
        for (key, entry) in offered {
            match (target.get(key.as_bytes()), &entry.value) {
                (None, _) => put(target, &key, entry),
                (Some(Value::Nil), default) => {
                    let stays = default.is_nil() && self.unknown_stay;
                    if self.nulls == Nulls::Remove && !stays {
                        target.remove(key.as_bytes());
                    }
                }
                (Some(Value::Map(table)), Value::Map(defaults)) => {
                    self.fill(&table, defaults, &path.join(key.as_bytes()));
                }
                (Some(value), default) => {
                    let path = path.join(key.as_bytes());
                    self.notices.extend(clash(&path, &value, default));
                }
            }
        }
    }
}

/// The warning where only one of two values is a table.
fn clash(path: &Path<'_>, user_value: &Value, default: &Value) -> Option<Notice> {
    let (place, before, after) = match (user_value, default) {
        (Value::Map(_), Value::Map(_) | Value::Nil) => return None,
        (_, Value::Map(_)) => (
            "coalesce.go:316",
            "warning: cannot overwrite table with non table for",
            "",
        ),
        (Value::Map(_), _) => (
            "coalesce.go:319",
            "warning: destination for",
            " is a table. Ignoring non-table value",
        ),
        _ => return None,
    };
    let path = path.text();
    let value = gostd::fmt::value_text(default).unwrap_or_default();
    Some(Notice::log(
        place,
        format!("{before} {path}{after} ({value})"),
    ))
}

/// The entries as they are now: the map may change while they are walked.
fn entries(map: &Map) -> Vec<(Text, Entry)> {
    let entries = map.borrow();
    entries
        .iter()
        .map(|(k, e)| (k.clone(), e.clone()))
        .collect()
}

/// The keys of the nulls in a map for which `matches` is true.
fn null_keys(map: &Map, matches: impl Fn(&[u8]) -> bool) -> Vec<Text> {
    let entries = map.borrow();
    let nulls = entries.iter().filter(|(_, entry)| entry.value.is_nil());
    let keys = nulls.map(|(key, _)| key);
    keys.filter(|key| matches(key.as_bytes()))
        .cloned()
        .collect()
}

/// Returns true if a table has a null in it, lists aside.
fn has_null(map: &Map) -> bool {
    map.borrow().values().any(|entry| match &entry.value {
        Value::Map(inner) => has_null(inner),
        value => value.is_nil(),
    })
}

/// Helm 4's `cleanNilValues`, in place.
fn remove_nulls(map: &Map) {
    for key in null_keys(map, |_| true) {
        map.remove(key.as_bytes());
    }
    for entry in map.borrow().values() {
        if let Value::Map(inner) = &entry.value {
            remove_nulls(inner);
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
