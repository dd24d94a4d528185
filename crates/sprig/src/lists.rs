//! Lists: `list`, `first`, `append`, `uniq`, `has`, `slice`, `concat`, `chunk`, `sortAlpha`,
//! `join` … (Sprig's `list.go`).

use crate::defaults::is_empty;
use crate::numbers::to_int;
use crate::reflection::deep_equal;
use crate::text::{strslice, strval};
use gostd::limits::Budget;
use gostd::types::IntType;
use gostd::{GoType, List, Text, Value};
use gotemplate::func::{Int, Reads, Rest, Return, Strings};
use gotemplate::{ArgumentUse, Call, Error, FunctionTable, Uses};
use std::collections::HashSet;

pub(crate) fn register(table: &mut FunctionTable) {
    for name in ["list", "tuple"] {
        table.add_reading(name, Reads::Reported, |Rest(items): Rest<Value>| {
            List::new(items)
        });
    }
    for name in ["append", "push", "mustAppend", "mustPush"] {
        table.add(name, |call: &mut Call<'_, '_>, list: Value, item: Value| {
            let mut items = counted(call, &list, "Cannot push on type")?;
            items.push(item);
            Ok::<_, Error>(List::new(items))
        });
    }
    for name in ["prepend", "mustPrepend"] {
        table.add(name, |call: &mut Call<'_, '_>, list: Value, item: Value| {
            let mut items = counted(call, &list, "Cannot prepend on type")?;
            items.insert(0, item);
            Ok::<_, Error>(List::new(items))
        });
    }
    for name in ["chunk", "mustChunk"] {
        table.add(name, chunk);
    }
    for name in ["first", "mustFirst"] {
        table.add(name, |list: Value| {
            item(&list, "Cannot find first on type", |_| 0)
        });
    }
    for name in ["last", "mustLast"] {
        table.add(name, |list: Value| {
            item(&list, "Cannot find last on type", |len| len.wrapping_sub(1))
        });
    }
    for name in ["rest", "mustRest"] {
        table.add(name, |call: &mut Call<'_, '_>, list: Value| {
            let items = counted(call, &list, "Cannot find rest on type")?;
            Ok::<_, Error>(match items.is_empty() {
                true => List::nil(GoType::Interface),
                false => List::new(items.into_iter().skip(1).collect()),
            })
        });
    }
    for name in ["initial", "mustInitial"] {
        table.add(name, |call: &mut Call<'_, '_>, list: Value| {
            let mut items = counted(call, &list, "Cannot find initial on type")?;
            Ok::<_, Error>(match items.pop() {
                None => List::nil(GoType::Interface),
                Some(_) => List::new(items),
            })
        });
    }
    for name in ["reverse", "mustReverse"] {
        table.add(name, |call: &mut Call<'_, '_>, list: Value| {
            let mut items = counted(call, &list, "Cannot find reverse on type")?;
            items.reverse();
            Ok::<_, Error>(List::new(items))
        });
    }
    for name in ["compact", "mustCompact"] {
        table.add(name, |call: &mut Call<'_, '_>, list: Value| {
            let mut items = counted(call, &list, "Cannot compact on type")?;
            items.retain(|item| !is_empty(item));
            Ok::<_, Error>(List::new(items))
        });
    }
    for name in ["uniq", "mustUniq"] {
        table.add(name, |call: &mut Call<'_, '_>, list: Value| {
            let items = counted(call, &list, "Cannot find uniq on type")?;
            unique(items, call.budget()).map(List::new)
        });
    }
    for name in ["without", "mustWithout"] {
        table.add(name, without);
    }
    for name in ["has", "mustHas"] {
        table.add(name, has);
    }
    for name in ["slice", "mustSlice"] {
        table.add(name, slice);
    }
    table.add("concat", concat);
    table.add("sortAlpha", sort_alpha);
    table.add("join", join);
    table.declare_uses(USES);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &["join"];

const USES: Uses = &[
    (ArgumentUse::Test, &["has"]),
    (ArgumentUse::List, &["list", "tuple"]),
    (ArgumentUse::Append, &["append", "push", "prepend"]),
    (ArgumentUse::Concat, &["concat"]),
    (ArgumentUse::Item, &["first", "last"]),
    (
        ArgumentUse::Items,
        &[
            "rest",
            "initial",
            "slice",
            "reverse",
            "uniq",
            "without",
            "compact",
            "sortAlpha",
        ],
    ),
];

/// The elements of a slice of any type. Sprig names the kind of anything else; nil has none, and
/// asking for it is a panic in Go.
fn items(list: &Value, complaint: &str) -> Result<Vec<Value>, Error> {
    match list.underlying() {
        Value::List(list) => Ok(list.snapshot()),
        Value::Bytes(bytes) => {
            let byte = |b: &u8| Value::Int(IntType::Uint8, i64::from(*b));
            Ok(bytes.as_bytes().iter().map(byte).collect())
        }
        Value::Nil => Err(nil_dereference()),
        other => Err(Error::new(format!("{complaint} {}", other.kind().name()))),
    }
}

/// Go's error for calling a method of a nil interface.
pub(crate) fn nil_dereference() -> Error {
    Error::new("runtime error: invalid memory address or nil pointer dereference")
}

/// The elements of a slice, charged.
fn counted(call: &mut Call<'_, '_>, list: &Value, complaint: &str) -> Result<Vec<Value>, Error> {
    let items = items(list, complaint)?;
    charge_items(call, items.len())?;
    Ok(items)
}

/// Charges the copying of so many items.
pub(crate) fn charge_items(call: &mut Call<'_, '_>, count: usize) -> Result<(), Error> {
    Ok(call.budget().steps(count as u64 / 16)?)
}

/// The element at a place that depends on the length; nil where there is none.
fn item(list: &Value, complaint: &str, at: impl Fn(usize) -> usize) -> Result<Value, Error> {
    Ok(match list.underlying() {
        Value::List(list) => list.get(at(list.len())).unwrap_or_default(),
        other => {
            let mut items = items(other, complaint)?;
            let at = at(items.len());
            match at < items.len() {
                true => items.swap_remove(at),
                false => Value::Nil,
            }
        }
    })
}

fn contains(list: &[Value], needle: &Value, budget: &Budget) -> Result<bool, Error> {
    for item in list {
        if deep_equal(needle, item, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has(call: &mut Call<'_, '_>, needle: Value, list: Value) -> Result<bool, Error> {
    match list.underlying() {
        Value::Nil if matches!(list, Value::Nil) => Ok(false),
        Value::List(list) => {
            charge_items(call, list.len())?;
            contains(&list.borrow(), &needle, call.budget())
        }
        _ => {
            let items = counted(call, &list, "Cannot find has on type")?;
            contains(&items, &needle, call.budget())
        }
    }
}

fn without(call: &mut Call<'_, '_>, list: Value, Rest(omit): Rest<Value>) -> Result<List, Error> {
    let items = counted(call, &list, "Cannot find without on type")?;
    charge_items(call, items.len().saturating_mul(omit.len()))?;
    let mut remaining = Vec::with_capacity(items.len());
    for item in items {
        if !contains(&omit, &item, call.budget())? {
            remaining.push(item);
        }
    }
    Ok(List::new(remaining))
}

fn unique(items: Vec<Value>, budget: &Budget) -> Result<Vec<Value>, Error> {
    let mut unique: Vec<Value> = Vec::new();
    // Strings and numbers, which most lists are of, are looked up; all else is compared one by one.
    let mut strings = HashSet::new();
    let mut numbers = HashSet::new();
    let mut others: Vec<Value> = Vec::new();
    for item in items {
        let new = match &item {
            Value::Str(text) => strings.insert(text.clone()),
            Value::Int(int, number) => numbers.insert((*int, *number)),
            other => {
                budget.steps(others.len() as u64 / 16)?;
                let new = !contains(&others, other, budget)?;
                if new {
                    others.push(item.clone());
                }
                new
            }
        };
        if new {
            unique.push(item);
        }
    }
    Ok(unique)
}

/// A result of type `[][]interface {}`.
struct Chunks(Vec<List>);

impl Return for Chunks {
    const TYPE: GoType = GoType::Slice(&GoType::LIST);

    fn into_result(self) -> Result<Value, Error> {
        let chunks = self.0.into_iter().map(Value::List).collect();
        Ok(Value::List(List::of(GoType::LIST, chunks)))
    }
}

fn chunk(call: &mut Call<'_, '_>, Int(size): Int, list: Value) -> Result<Chunks, Error> {
    let items = counted(call, &list, "Cannot chunk type")?;
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        return chunk_backwards(
            usize::try_from(size.unsigned_abs()).unwrap_or(usize::MAX),
            items,
        );
    };
    let count = items.len().div_ceil(size);
    call.budget().room(count.saturating_mul(List::OVERHEAD))?;
    let chunks = items.chunks(size).map(|part| List::new(part.to_vec()));
    Ok(Chunks(chunks.collect()))
}

/// Go's result where the size of a chunk is not positive.
fn chunk_backwards(size: usize, items: Vec<Value>) -> Result<Chunks, Error> {
    match items.len() {
        1 if size > 1 => Ok(Chunks(vec![List::new(items)])),
        len @ 2.. if len - 1 <= size => Ok(Chunks(Vec::new())),
        _ => Err(Error::new("runtime error: makeslice: len out of range")),
    }
}

fn slice(list: Value, Rest(indices): Rest<Value>) -> Result<Value, Error> {
    let len = match list.underlying() {
        Value::List(list) => list.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Nil => return Err(nil_dereference()),
        other => {
            let kind = other.kind().name();
            return Err(Error::new(format!(
                "list should be type of slice or array but {kind}"
            )));
        }
    };
    if len == 0 {
        return Ok(Value::Nil);
    }
    let bound = |n: usize, missing: i64| indices.get(n).map_or(missing, to_int);
    let (start, end) = (bound(0, 0), bound(1, len as i64));
    let range = (usize::try_from(start), usize::try_from(end));
    let (Ok(start), Ok(end)) = range else {
        return Err(Error::new("reflect.Value.Slice: slice index out of bounds"));
    };
    let part = match list.underlying() {
        Value::List(list) => list.window(start, end).map(Value::List),
        Value::Bytes(bytes) => {
            let part = bytes.as_bytes().get(start..end);
            part.map(|bytes| Value::Bytes(bytes.into()))
        }
        _ => None,
    };
    part.ok_or_else(|| Error::new("reflect.Value.Slice: slice index out of bounds"))
}

fn concat(call: &mut Call<'_, '_>, Rest(lists): Rest<Value>) -> Result<Value, Error> {
    let mut all = Vec::new();
    for list in lists {
        call.budget().room(size_of_val(all.as_slice()))?;
        match list.underlying() {
            Value::List(list) => all.extend(list.snapshot()),
            Value::Bytes(_) => all.extend(items(&list, "")?),
            Value::Nil => return Err(nil_dereference()),
            other => {
                let kind = other.kind().name();
                return Err(Error::new(format!("Cannot concat type {kind} as list")));
            }
        }
    }
    charge_items(call, all.len())?;
    Ok(Value::List(match all.is_empty() {
        true => List::nil(GoType::Interface),
        false => List::new(all),
    }))
}

/// Sorts a `[]string` where it is: whoever holds it sees it sorted.
fn sort_alpha(call: &mut Call<'_, '_>, list: Value) -> Result<Strings, Error> {
    match list.underlying() {
        Value::List(_) | Value::Bytes(_) => {
            let strings = strslice(&list, call.budget())?;
            call.budget().steps(strings.len() as u64)?;
            let bytes = |v: &Value| v.as_text().cloned().unwrap_or_default();
            strings.borrow_mut().sort_by_cached_key(bytes);
            Ok(Strings(strings))
        }
        _ => {
            let text = Value::Str(strval(&list)?);
            Ok(Strings(List::of(GoType::String, vec![text])))
        }
    }
}

fn join(call: &mut Call<'_, '_>, separator: Text, list: Value) -> Result<Text, Error> {
    let strings = strslice(&list, call.budget())?;
    let strings = strings.borrow();
    call.budget().steps(strings.len() as u64 / 4)?;
    crate::lines::join(strings.iter().filter_map(Value::as_text), &separator)
}
