//! `index`, `slice` and `len`: Go's access to elements of maps, slices and strings.

use super::byte;
use crate::error::Error;
use crate::exec::{element_holder, zero};
use crate::reflect::{Holder, Reflect};
use gostd::Value;

pub(super) fn len(item: Reflect) -> Result<Reflect, Error> {
    let len = match item.value.underlying() {
        Value::Nil if item.is_nil_interface() => return Err("len of nil pointer".into()),
        // Go's own text for a panic inside reflect.
        Value::Nil => return Err("reflect: call of reflect.Value.Type on zero Value".into()),
        Value::Map(map) => map.len(),
        Value::List(list) => list.len(),
        Value::Str(text) | Value::Bytes(text) => text.len(),
        Value::Ptr(data) => return Err(format!("len of type {}", data.struct_type.name).into()),
        _ => return Err(format!("len of type {}", item.value.type_name()).into()),
    };
    Ok(Reflect::own(Value::int(len as i64)))
}

/// An index as a number within `0..=cap`.
fn index_number(index: &Value, cap: usize) -> Result<usize, Error> {
    match index.underlying() {
        Value::Int(_, n) => match usize::try_from(*n) {
            Ok(x) if x <= cap => Ok(x),
            _ => Err(format!("index out of range: {n}").into()),
        },
        Value::Nil => Err("cannot index slice/array with nil".into()),
        _ => Err(format!("cannot index slice/array with type {}", index.type_name()).into()),
    }
}

/// Go's panic where an index equals the length: `indexArg` lets it pass.
fn beyond(kind: &str) -> Error {
    Error::new(format!("reflect: {kind} index out of range"))
}

pub(super) fn index(
    item: Reflect,
    indexes: impl Iterator<Item = Reflect>,
) -> Result<Reflect, Error> {
    let mut item = item.unboxed();
    if !item.is_valid() || item.holder == Holder::Error && item.is_nil_interface() {
        return Err("index of untyped nil".into());
    }
    for key in indexes {
        let key = key.unboxed();
        if item.is_nil_interface() {
            return Err("index of nil pointer".into());
        }
        item = match item.value.underlying() {
            Value::Map(map) => {
                let key = match (&key.value, key.value.underlying()) {
                    (Value::Str(text), _) => text,
                    (Value::Nil, _) => {
                        return Err("value is nil; should be of type string".into());
                    }
                    (other, _) => {
                        let got = other.type_name();
                        return Err(format!("value has type {got}; should be string").into());
                    }
                };
                let holder = element_holder(map.element());
                let value = map.get(key.as_bytes());
                let value = value.unwrap_or_else(|| zero(map.element()));
                Reflect { value, holder }
            }
            Value::List(list) => {
                let n = index_number(&key.value, list.len())?;
                let holder = element_holder(list.element());
                let value = list.get(n).ok_or_else(|| beyond("slice"))?;
                Reflect { value, holder }
            }
            Value::Bytes(text) => {
                let n = index_number(&key.value, text.len())?;
                let b = text.as_bytes().get(n).ok_or_else(|| beyond("slice"))?;
                Reflect::own(byte(*b))
            }
            Value::Str(text) => {
                let n = index_number(&key.value, text.len())?;
                let b = text.as_bytes().get(n).ok_or_else(|| beyond("string"))?;
                Reflect::own(byte(*b))
            }
            Value::Ptr(data) => {
                let name = data.struct_type.name;
                return Err(format!("can't index item of type {name}").into());
            }
            other => return Err(format!("can't index item of type {}", other.type_name()).into()),
        };
    }
    Ok(item)
}

pub(super) fn slice(item: Reflect, indexes: Vec<Reflect>) -> Result<Reflect, Error> {
    let item = item.unboxed();
    if !item.is_valid() {
        return Err("slice of untyped nil".into());
    }
    if indexes.len() > 3 {
        return Err(format!("too many slice indexes: {}", indexes.len()).into());
    }
    let len = match item.value.underlying() {
        Value::Str(_) if indexes.len() == 3 => {
            return Err("cannot 3-index slice a string".into());
        }
        Value::Str(text) | Value::Bytes(text) => text.len(),
        Value::List(list) => list.len(),
        other => return Err(format!("can't slice item of type {}", other.type_name()).into()),
    };
    let mut bounds = [0, len, len];
    for (bound, index) in bounds.iter_mut().zip(&indexes) {
        *bound = index_number(&index.value, len)?;
    }
    let [start, end, cap] = bounds;
    for (low, high) in [(start, end), (end, cap)] {
        if low > high {
            return Err(format!("invalid slice index: {low} > {high}").into());
        }
    }
    let part = |text: &gostd::Text| text.as_bytes().get(start..end).unwrap_or_default().into();
    let value = match item.value.underlying() {
        Value::Str(text) => Value::Str(part(text)),
        Value::Bytes(text) => Value::Bytes(part(text)),
        Value::List(list) => Value::List(list.window(start, end).unwrap_or_else(|| list.clone())),
        other => other.clone(),
    };
    let holder = Holder::Own;
    Ok(Reflect { value, holder })
}
