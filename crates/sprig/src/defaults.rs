//! `default`, `empty`, `coalesce`, `all`, `any`, `ternary` (Sprig's `defaults.go`).

use gostd::Value;
use gotemplate::func::{Reads, Rest};
use gotemplate::{ArgumentUse, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add_reading("default", Reads::Reported, default);
    table.add_reading("empty", Reads::Reported, |value: Value| is_empty(&value));
    table.add_reading("coalesce", Reads::Reported, |Rest(values): Rest<Value>| {
        let value = values.into_iter().find(|v| !is_empty(v));
        value.unwrap_or_default()
    });
    table.add_reading("all", Reads::Reported, |Rest(values): Rest<Value>| {
        !values.iter().any(is_empty)
    });
    table.add_reading("any", Reads::Reported, |Rest(values): Rest<Value>| {
        values.iter().any(|v| !is_empty(v))
    });
    table.add_reading(
        "ternary",
        Reads::Reported,
        |yes: Value, no: Value, condition: bool| if condition { yes } else { no },
    );
    table.declare_uses(USES);
}

const USES: Uses = &[
    (ArgumentUse::Test, &["empty", "all", "any"]),
    (ArgumentUse::Pass, &["default", "coalesce"]),
    (ArgumentUse::Ternary, &["ternary"]),
];

/// Sprig's idea of empty is Go's of false, and a struct is never empty.
pub(crate) fn is_empty(value: &Value) -> bool {
    !value.truth()
}

/// Only the first given value counts.
fn default(fallback: Value, Rest(values): Rest<Value>) -> Value {
    match values.into_iter().next() {
        Some(value) if !is_empty(&value) => value,
        _ => fallback,
    }
}
