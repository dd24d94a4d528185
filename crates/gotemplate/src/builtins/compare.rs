//! `eq`, `ne`, `lt`, `le`, `gt`, `ge`: Go's comparison of basic kinds.

use super::value_text;
use crate::error::Error;
use crate::reflect::Reflect;
use gostd::Value;

#[derive(Clone, Copy, PartialEq)]
enum Basic<'v> {
    Bool(bool),
    Complex((f64, f64)),
    Int(i64),
    Uint(u64),
    Float(f64),
    String(&'v [u8]),
    Other,
}

fn basic(value: &Value) -> Basic<'_> {
    match value.underlying() {
        Value::Bool(b) => Basic::Bool(*b),
        Value::Int(int, n) if int.signed() => Basic::Int(*n),
        Value::Int(_, n) => Basic::Uint(*n as u64),
        Value::Float64(f) => Basic::Float(*f),
        Value::Complex128(c) => Basic::Complex(**c),
        Value::Str(text) => Basic::String(text.as_bytes()),
        _ => Basic::Other,
    }
}

pub(super) fn eq(first: Reflect, rest: impl Iterator<Item = Reflect>) -> Result<bool, Error> {
    let mut rest = rest.peekable();
    if rest.peek().is_none() {
        return Err("missing argument for comparison".into());
    }
    for other in rest {
        if equal(&first.value, &other.value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equal(a: &Value, b: &Value) -> Result<bool, Error> {
    match (basic(a), basic(b)) {
        (Basic::Bool(a), Basic::Bool(b)) => Ok(a == b),
        (Basic::Complex(a), Basic::Complex(b)) => Ok(a == b),
        (Basic::Int(a), Basic::Int(b)) => Ok(a == b),
        (Basic::Uint(a), Basic::Uint(b)) => Ok(a == b),
        (Basic::Float(a), Basic::Float(b)) => Ok(a == b),
        (Basic::String(a), Basic::String(b)) => Ok(a == b),
        (Basic::Int(int), Basic::Uint(uint)) | (Basic::Uint(uint), Basic::Int(int)) => {
            Ok(u64::try_from(int) == Ok(uint))
        }
        (Basic::Other, Basic::Other) => equal_other(a, b),
        _ if matches!(a, Value::Nil) || matches!(b, Value::Nil) => Ok(false),
        _ => Err(incompatible(a, b)),
    }
}

/// Values that are of no basic kind: nil equals nil, and pointers have an identity.
fn equal_other(a: &Value, b: &Value) -> Result<bool, Error> {
    let same_kind = a.kind() == b.kind();
    if !same_kind && !matches!(a, Value::Nil) && !matches!(b, Value::Nil) {
        return Err(format!(
            "non-comparable types {}: {}, {}: {}",
            as_text(a),
            a.type_name(),
            b.type_name(),
            value_text(b)
        )
        .into());
    }
    if a.is_nil() || b.is_nil() {
        return Ok(a.is_nil() && b.is_nil());
    }
    match (a, b) {
        (Value::Ptr(a), Value::Ptr(b)) => Ok(std::rc::Rc::ptr_eq(a, b)),
        (Value::Struct(a), Value::Struct(b)) if comparable(b) => Ok(a.struct_type.name
            == b.struct_type.name
            && a.fields
                .iter()
                .zip(&b.fields)
                .all(|(a, b)| equal(a, b).unwrap_or(false))),
        _ => Err(format!("non-comparable type {}: {}", as_text(b), b.type_name()).into()),
    }
}

/// A value under `%s`, as these errors have it: `[%!s(int=1)]`.
fn as_text(value: &Value) -> String {
    match gostd::fmt::sprintf(b"%s", std::slice::from_ref(value)) {
        Ok(text) => String::from_utf8_lossy(&text).into_owned(),
        Err(error) => error.to_string(),
    }
}

fn comparable(data: &gostd::Struct) -> bool {
    data.fields.iter().all(|field| match field.underlying() {
        Value::Map(_) | Value::List(_) | Value::Bytes(_) => false,
        Value::Struct(inner) => comparable(inner),
        _ => true,
    })
}

fn incompatible(a: &Value, b: &Value) -> Error {
    let (a, b) = (a.type_name(), b.type_name());
    Error::new(format!("incompatible types for comparison: {a} and {b}"))
}

pub(super) fn lt(a: &Reflect, b: &Reflect) -> Result<bool, Error> {
    match (basic(&a.value), basic(&b.value)) {
        (Basic::Other, _) | (_, Basic::Other) => Err("invalid type for comparison".into()),
        (Basic::Bool(_), Basic::Bool(_)) | (Basic::Complex(_), Basic::Complex(_)) => {
            Err("invalid type for comparison".into())
        }
        (Basic::Int(a), Basic::Int(b)) => Ok(a < b),
        (Basic::Uint(a), Basic::Uint(b)) => Ok(a < b),
        (Basic::Float(a), Basic::Float(b)) => Ok(a < b),
        (Basic::String(a), Basic::String(b)) => Ok(a < b),
        (Basic::Int(a), Basic::Uint(b)) => Ok(u64::try_from(a).map_or(true, |a| a < b)),
        (Basic::Uint(a), Basic::Int(b)) => Ok(u64::try_from(b).is_ok_and(|b| a < b)),
        _ => Err(incompatible(&a.value, &b.value)),
    }
}

pub(super) fn le(a: &Reflect, b: &Reflect) -> Result<bool, Error> {
    Ok(lt(a, b)? || equal(&a.value, &b.value)?)
}
