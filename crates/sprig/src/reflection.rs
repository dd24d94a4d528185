//! `typeOf`, `kindOf` and their kin, `deepEqual` (Sprig's `reflect.go`, Go's `reflect.DeepEqual`).

use gostd::limits::LIMITS;
use gostd::{List, Map, Text, Value};
use gotemplate::FunctionTable;
use gotemplate::func::Reads;
use std::rc::Rc;

pub(crate) fn register(table: &mut FunctionTable) {
    table.add_reading("typeOf", Reads::Reported, |value: Value| {
        value.type_name().into_owned()
    });
    table.add_reading("typeIs", Reads::Reported, |target: Text, value: Value| {
        target.as_bytes() == value.type_name().as_bytes()
    });
    table.add_reading(
        "typeIsLike",
        Reads::Reported,
        |target: Text, value: Value| {
            let name = value.type_name();
            let name = name.as_bytes();
            target.as_bytes() == name || name.strip_prefix(b"*") == Some(target.as_bytes())
        },
    );
    table.add_reading("kindOf", Reads::Reported, |value: Value| {
        value.kind().name()
    });
    table.add_reading("kindIs", Reads::Reported, |target: Text, value: Value| {
        target.as_bytes() == value.kind().name().as_bytes()
    });
    table.add("deepEqual", |a: Value, b: Value| deep_equal(&a, &b));
}

/// How deep values are compared: deeper ones, and maps that contain themselves, count as equal
/// where Go finds a cycle.
const MAX_DEPTH: usize = LIMITS.value_nesting;

/// Go's `reflect.DeepEqual`: same types all the way down, 1 is not 1.0, NaN is not NaN.
pub(crate) fn deep_equal(a: &Value, b: &Value) -> bool {
    equal(a, b, 0)
}

fn equal(a: &Value, b: &Value, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return true;
    }
    match (a, b) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a_type, a), Value::Int(b_type, b)) => a_type == b_type && a == b,
        (Value::Float64(a), Value::Float64(b)) => a == b,
        (Value::Complex128(a), Value::Complex128(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Bytes(a), Value::Bytes(b)) => a == b && a.is_nil() == b.is_nil(),
        (Value::Map(a), Value::Map(b)) => equal_maps(a, b, depth),
        (Value::List(a), Value::List(b)) => equal_lists(a, b, depth),
        (Value::Named(a), Value::Named(b)) => {
            a.named_type.name == b.named_type.name && equal(&a.value, &b.value, depth + 1)
        }
        (Value::Ptr(a), Value::Ptr(b)) if Rc::ptr_eq(a, b) => true,
        (Value::Struct(a), Value::Struct(b)) | (Value::Ptr(a), Value::Ptr(b)) => {
            a.struct_type.name == b.struct_type.name
                && a.fields
                    .iter()
                    .zip(&b.fields)
                    .all(|(a, b)| equal(a, b, depth + 1))
        }
        _ => false,
    }
}

fn equal_maps(a: &Map, b: &Map, depth: usize) -> bool {
    if a.element() != b.element() || a.is_nil() != b.is_nil() || a.len() != b.len() {
        return false;
    }
    if a.same(b) {
        return true;
    }
    let (a, b) = (a.borrow(), b.borrow());
    a.iter()
        .zip(b.iter())
        .all(|((a_key, a), (b_key, b))| a_key == b_key && equal(&a.value, &b.value, depth + 1))
}

fn equal_lists(a: &List, b: &List, depth: usize) -> bool {
    if a.element() != b.element() || a.is_nil() != b.is_nil() || a.len() != b.len() {
        return false;
    }
    if a.same(b) {
        return true;
    }
    let (a, b) = (a.borrow(), b.borrow());
    a.iter().zip(b.iter()).all(|(a, b)| equal(a, b, depth + 1))
}
