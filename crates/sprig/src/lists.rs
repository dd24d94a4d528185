//! Lists: `list`, `first`, `append`, `uniq`, `has`, `slice`, `concat`, `chunk`, `sortAlpha`,
//! `join` … (Sprig's `list.go`).

use crate::defaults::is_empty;
use crate::numbers::to_int;
use crate::reflection::deep_equal;
use crate::text::{strslice, strval};
use gostd::types::IntType;
use gostd::{GoType, List, Text, Value};
use gotemplate::func::{Reads, Rest, Return, Strings};
use gotemplate::{Error, FunctionTable};

pub(crate) fn register(table: &mut FunctionTable) {
    for name in ["list", "tuple"] {
        table.add_reading(name, Reads::Reported, |Rest(items): Rest<Value>| {
            List::new(items)
        });
    }
    for name in ["append", "push", "mustAppend", "mustPush"] {
        table.add(name, |list: Value, item: Value| {
            let mut items = items(&list, "Cannot push on type")?;
            items.push(item);
            Ok::<_, Error>(List::new(items))
        });
    }
    for name in ["prepend", "mustPrepend"] {
        table.add(name, |list: Value, item: Value| {
            let mut items = items(&list, "Cannot prepend on type")?;
            items.insert(0, item);
            Ok::<_, Error>(List::new(items))
        });
    }
    for name in ["chunk", "mustChunk"] {
        table.add(name, chunk);
    }
    for name in ["first", "mustFirst"] {
        table.add(name, |list: Value| {
            let items = items(&list, "Cannot find first on type")?;
            Ok::<_, Error>(items.into_iter().next().unwrap_or_default())
        });
    }
    for name in ["last", "mustLast"] {
        table.add(name, |list: Value| {
            let items = items(&list, "Cannot find last on type")?;
            Ok::<_, Error>(items.into_iter().next_back().unwrap_or_default())
        });
    }
    for name in ["rest", "mustRest"] {
        table.add(name, |list: Value| {
            let items = items(&list, "Cannot find rest on type")?;
            Ok::<_, Error>(match items.is_empty() {
                true => List::nil(GoType::Interface),
                false => List::new(items.into_iter().skip(1).collect()),
            })
        });
    }
    for name in ["initial", "mustInitial"] {
        table.add(name, |list: Value| {
            let mut items = items(&list, "Cannot find initial on type")?;
            Ok::<_, Error>(match items.pop() {
                None => List::nil(GoType::Interface),
                Some(_) => List::new(items),
            })
        });
    }
    for name in ["reverse", "mustReverse"] {
        table.add(name, |list: Value| {
            let mut items = items(&list, "Cannot find reverse on type")?;
            items.reverse();
            Ok::<_, Error>(List::new(items))
        });
    }
    for name in ["compact", "mustCompact"] {
        table.add(name, |list: Value| {
            let mut items = items(&list, "Cannot compact on type")?;
            items.retain(|item| !is_empty(item));
            Ok::<_, Error>(List::new(items))
        });
    }
    for name in ["uniq", "mustUniq"] {
        table.add(name, |list: Value| {
            let items = items(&list, "Cannot find uniq on type")?;
            Ok::<_, Error>(List::new(unique(items)))
        });
    }
    for name in ["without", "mustWithout"] {
        table.add(name, |list: Value, Rest(omit): Rest<Value>| {
            let mut items = items(&list, "Cannot find without on type")?;
            items.retain(|item| !contains(&omit, item));
            Ok::<_, Error>(List::new(items))
        });
    }
    for name in ["has", "mustHas"] {
        table.add(name, |needle: Value, list: Value| match list {
            Value::Nil => Ok::<_, Error>(false),
            list => Ok(contains(&items(&list, "Cannot find has on type")?, &needle)),
        });
    }
    for name in ["slice", "mustSlice"] {
        table.add(name, slice);
    }
    table.add("concat", concat);
    table.add("sortAlpha", sort_alpha);
    table.add("join", join);
}

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

/// What Go says where it calls a method of a nil interface.
pub(crate) fn nil_dereference() -> Error {
    Error::new("runtime error: invalid memory address or nil pointer dereference")
}

fn contains(list: &[Value], needle: &Value) -> bool {
    list.iter().any(|item| deep_equal(needle, item))
}

fn unique(items: Vec<Value>) -> Vec<Value> {
    let mut unique: Vec<Value> = Vec::new();
    // Strings, which most lists are of, are looked up; everything else is compared one by one.
    let mut strings = std::collections::HashSet::new();
    for item in items {
        let new = match &item {
            Value::Str(text) => strings.insert(text.clone()),
            other => !contains(&unique, other),
        };
        if new {
            unique.push(item);
        }
    }
    unique
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

fn chunk(size: isize, list: Value) -> Result<Chunks, Error> {
    let items = items(&list, "Cannot chunk type")?;
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        return chunk_backwards(size.unsigned_abs(), items);
    };
    let chunks = items.chunks(size).map(|part| List::new(part.to_vec()));
    Ok(Chunks(chunks.collect()))
}

/// What Go's arithmetic comes to where the size of a chunk is not positive.
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

fn concat(Rest(lists): Rest<Value>) -> Result<Value, Error> {
    let mut all = Vec::new();
    for list in lists {
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
    Ok(Value::List(match all.is_empty() {
        true => List::nil(GoType::Interface),
        false => List::new(all),
    }))
}

/// Sorts a `[]string` where it is: whoever holds it sees it sorted.
fn sort_alpha(list: Value) -> Result<Strings, Error> {
    match list.underlying() {
        Value::List(_) | Value::Bytes(_) => {
            let strings = strslice(&list)?;
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

fn join(separator: Text, list: Value) -> Result<Text, Error> {
    let strings = strslice(&list)?;
    let strings = strings.borrow();
    crate::lines::join(strings.iter().filter_map(Value::as_text), &separator)
}
