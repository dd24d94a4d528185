//! Dicts: `dict`, `get`, `set`, `merge`, `pick`, `dig`, `keys`, `deepCopy` … (Sprig's `dict.go`).

mod merge;

use crate::text::strval;
use gostd::limits::{Budget, LIMITS};
use gostd::{GoType, List, Map, Text, Value};
use gotemplate::func::{Reads, Rest, Strings};
use gotemplate::{ArgumentUse, Call, Error, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    use Reads::Reported;
    table.add_reading("dict", Reported, dict);
    table.add_reading(
        "get",
        Reported,
        |call: &mut Call<'_, '_>, map: Map, key: Text| {
            call.observe_read(&map, key.as_bytes());
            map.get(key.as_bytes()).unwrap_or_else(|| "".into())
        },
    );
    table.add_reading("set", Reported, |map: Map, key: Text, value: Value| {
        map.insert(key, value)?;
        Ok::<_, Error>(map)
    });
    table.add_reading("unset", Reported, |map: Map, key: Text| {
        map.remove(key.as_bytes());
        map
    });
    table.add_reading(
        "hasKey",
        Reported,
        |call: &mut Call<'_, '_>, map: Map, key: Text| {
            call.observe_read(&map, key.as_bytes());
            map.contains_key(key.as_bytes())
        },
    );
    table.add_reading("pluck", Reported, pluck);
    table.add("keys", keys);
    table.add("values", |call: &mut Call<'_, '_>, map: Map| {
        call.budget().steps(map.len() as u64 / 16)?;
        let entries = map.borrow();
        Ok::<_, Error>(entries.values().map(|e| e.value.clone()).collect::<List>())
    });
    table.add_reading("pick", Reported, pick);
    table.add("omit", omit);
    for name in ["merge", "mustMerge"] {
        table.add(name, merge::merge);
    }
    for name in ["mergeOverwrite", "mustMergeOverwrite"] {
        table.add(name, merge::merge_overwrite);
    }
    table.add_reading("dig", Reported, dig);
    for name in ["deepCopy", "mustDeepCopy"] {
        table.add(name, |call: &mut Call<'_, '_>, value: Value| match value {
            // Go's panic in the copying library.
            Value::Nil => Err("reflect: call of reflect.Value.Type on zero Value".into()),
            value => copy(&value, call.budget(), 0),
        });
    }
    table.declare_uses(USES);
}

const USES: Uses = &[
    (ArgumentUse::Pass, &["omit", "unset"]),
    (ArgumentUse::Index, &["get"]),
    (ArgumentUse::HasKey, &["hasKey"]),
    (ArgumentUse::Dig, &["dig"]),
    (ArgumentUse::Pluck, &["pluck"]),
    (ArgumentUse::Pick, &["pick"]),
    (ArgumentUse::Set, &["set"]),
    (ArgumentUse::Merge, &["merge", "mergeOverwrite"]),
    (ArgumentUse::Copy, &["deepCopy"]),
    (ArgumentUse::Dict, &["dict"]),
    (ArgumentUse::Keys, &["keys"]),
    (ArgumentUse::Values, &["values"]),
];

/// A key without a value gets the empty string.
fn dict(Rest(items): Rest<Value>) -> Result<Map, Error> {
    let map = Map::new();
    let mut items = items.into_iter();
    while let Some(key) = items.next() {
        let value = items.next().unwrap_or_else(|| "".into());
        map.insert(strval(&key)?, value)?;
    }
    Ok(map)
}

fn pluck(call: &mut Call<'_, '_>, key: Text, Rest(maps): Rest<Map>) -> List {
    let values = maps.iter().filter_map(|map| {
        call.observe_read(map, key.as_bytes());
        map.get(key.as_bytes())
    });
    values.collect()
}

/// Go gives them in random order: here sorted, map by map.
fn keys(call: &mut Call<'_, '_>, Rest(maps): Rest<Map>) -> Result<Strings, Error> {
    let mut keys = Vec::new();
    for map in maps {
        call.budget().steps(map.len() as u64 / 16)?;
        call.budget().room(size_of_val(keys.as_slice()))?;
        keys.extend(map.borrow().keys().cloned().map(Value::Str));
    }
    Ok(Strings(List::of(GoType::String, keys)))
}

fn pick(call: &mut Call<'_, '_>, map: Map, Rest(keys): Rest<Text>) -> Result<Map, Error> {
    let picked = Map::new();
    for key in keys {
        call.observe_read(&map, key.as_bytes());
        if let Some(entry) = map.entry(key.as_bytes()) {
            picked.insert_from(key, entry.value, entry.origin)?;
        }
    }
    Ok(picked)
}

fn omit(call: &mut Call<'_, '_>, map: Map, Rest(keys): Rest<Text>) -> Result<Map, Error> {
    call.budget().steps(map.len() as u64 / 8)?;
    let mut entries = map.borrow().clone();
    for key in keys {
        entries.remove(key.as_bytes());
    }
    Ok(Map::from_entries(GoType::Interface, entries))
}

fn dig(call: &mut Call<'_, '_>, Rest(mut path): Rest<Value>) -> Result<Value, Error> {
    if path.len() < 3 {
        return Err(Error::new("dig needs at least three arguments"));
    }
    let mut step = path.pop().unwrap_or_default();
    let fallback = path.pop().unwrap_or_default();
    let mut keys = Vec::with_capacity(path.len());
    // Go asserts the map's type first, then that of every key.
    assert_map(&step)?;
    for key in &path {
        match key {
            Value::Str(text) => keys.push(text),
            other => return Err(conversion(other, "string")),
        }
    }
    for key in keys {
        let map = assert_map(&step)?;
        call.observe_read(&map, key.as_bytes());
        match map.get(key.as_bytes()) {
            Some(value) => step = value,
            None => return Ok(fallback),
        }
    }
    Ok(step)
}

/// `v.(map[string]interface{})`: a named map type is another type.
fn assert_map(value: &Value) -> Result<Map, Error> {
    match value {
        Value::Map(map) if map.element() == GoType::Interface => Ok(map.clone()),
        other => Err(conversion(other, "map[string]interface {}")),
    }
}

/// Go's panic where a type assertion fails.
fn conversion(value: &Value, go_type: &str) -> Error {
    let actual = match value {
        Value::Nil => "nil".into(),
        other => other.type_name(),
    };
    Error::new(format!(
        "interface conversion: interface {{}} is {actual}, not {go_type}"
    ))
}

/// The depth to which values may be copied.
const MAX_DEPTH: usize = LIMITS.value_nesting;

/// A copy of a value that shares nothing mutable with it (`copystructure.Copy`).
fn copy(value: &Value, budget: &Budget, depth: usize) -> Result<Value, Error> {
    if depth > MAX_DEPTH {
        return Err(Error::new("value is nested too deeply to copy"));
    }
    Ok(match value {
        Value::Map(map) if map.is_nil() => value.clone(),
        Value::Map(map) => Value::Map(copy_map(map, budget, depth)?),
        Value::List(list) if list.is_nil() => value.clone(),
        Value::List(list) => {
            budget.steps(1 + list.len() as u64 / 4)?;
            budget.room(list.len() * size_of::<Value>())?;
            let items = list.snapshot();
            let items = items.iter().map(|item| copy(item, budget, depth + 1));
            Value::List(List::of(list.element(), items.collect::<Result<_, _>>()?))
        }
        Value::Named(named) if named.native.is_none() => {
            Value::named(named.named_type, copy(&named.value, budget, depth + 1)?)
        }
        other => crate::versions::deep_copy(other).unwrap_or_else(|| other.clone()),
    })
}

fn copy_map(map: &Map, budget: &Budget, depth: usize) -> Result<Map, Error> {
    budget.steps(1 + map.len() as u64)?;
    budget.room(map.len() * Map::ENTRY)?;
    let copied = Map::from_entries(map.element(), Default::default());
    let entries = map.borrow();
    for (key, entry) in entries.iter() {
        let value = copy(&entry.value, budget, depth + 1)?;
        copied.insert_from(key.clone(), value, entry.origin)?;
    }
    Ok(copied)
}
