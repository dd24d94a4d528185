//! `merge` and `mergeOverwrite`: what the mergo library does with maps.

use gostd::limits::{Budget, LIMITS};
use gostd::{GoType, Map, Value};
use gotemplate::func::Rest;
use gotemplate::{Call, Error};

/// The depth to which maps are merged.
const MAX_DEPTH: usize = LIMITS.value_nesting;

/// The left map wins, but for its empty values (`""`, 0, false, nil, empty lists and maps).
pub(super) fn merge(
    call: &mut Call<'_, '_>,
    left: Map,
    Rest(sources): Rest<Map>,
) -> Result<Value, Error> {
    merge_all(call.budget(), left, sources, false)
}

/// The right maps win, also with empty values; maps on both sides are merged.
pub(super) fn merge_overwrite(
    call: &mut Call<'_, '_>,
    left: Map,
    Rest(sources): Rest<Map>,
) -> Result<Value, Error> {
    merge_all(call.budget(), left, sources, true)
}

fn merge_all(
    budget: &Budget,
    left: Map,
    sources: Vec<Map>,
    overwrite: bool,
) -> Result<Value, Error> {
    // Go's merge can put a new map into the place of a nil one.
    let into = match left.is_nil() && sources.iter().any(|s| !s.is_nil()) {
        true => Map::new(),
        false => left,
    };
    for source in sources {
        merge_into(budget, &into, &source, overwrite, 0)?;
    }
    Ok(Value::Map(into))
}

fn merge_into(
    budget: &Budget,
    into: &Map,
    from: &Map,
    overwrite: bool,
    depth: usize,
) -> Result<(), Error> {
    // Maps that share others are gone through as often as they are met, as in Go.
    budget.steps(5 * (1 + from.len() as u64))?;
    budget.room(from.len() * Map::ENTRY)?;
    if depth > MAX_DEPTH {
        return Err(Error::new("maps are nested too deeply to merge"));
    }
    let entries = from.borrow().clone();
    for (key, entry) in entries {
        let old = into.get(key.as_bytes());
        if let Value::Nil = entry.value {
            if overwrite {
                check_element(into, &from.element().name())?;
                into.insert_from(key, entry.value, entry.origin)?;
            }
            continue;
        }
        let maps = (old.as_ref().and_then(Value::as_map), entry.value.as_map());
        if let (Some(old), Some(new)) = maps
            && !old.is_nil()
        {
            merge_into(budget, old, new, overwrite, depth + 1)?;
            // Two empty maps: the right one takes the place.
            if !old.is_empty() {
                continue;
            }
        }
        if let Value::List(_) = &entry.value {
            if into.element() != GoType::Interface && old.is_some() {
                let element = into.element();
                let text = format!("reflect: call of reflect.Value.IsNil on {element} Value");
                return Err(Error::new(text));
            }
            check_element(into, &entry.value.type_name())?;
        }
        if overwrite || old.is_none_or(|old| !old.truth()) {
            check_element(into, &from.element().name())?;
            into.insert_from(key, entry.value, entry.origin)?;
        }
    }
    Ok(())
}

/// A map of texts, as `split` makes it, takes nothing of a map of anything: Go's reflection looks at
/// the type of the place the value comes from, not at the value.
fn check_element(into: &Map, from: &str) -> Result<(), Error> {
    let to = into.element();
    if to == GoType::Interface || to.name() == from {
        return Ok(());
    }
    Err(Error::new(format!(
        "reflect.Value.SetMapIndex: value of type {from} is not assignable to type {to}"
    )))
}
