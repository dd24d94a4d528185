//! Arithmetic: `add`, `mul`, `max`, `floor`, `round`, `addf` … (Sprig's `numeric.go`). Integers are
//! int64 and wrap around, as Go's do.

mod decimal;
mod power;

use crate::numbers::{to_float, to_int};
use decimal::Decimal;
use gostd::Value;
use gotemplate::func::{Int, Rest};
use gotemplate::{ArgumentUse, Error, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("add1", |a: Value| to_int(&a).wrapping_add(1));
    table.add("add", |Rest(values): Rest<Value>| {
        values.iter().map(to_int).fold(0, i64::wrapping_add)
    });
    table.add("sub", |a: Value, b: Value| {
        to_int(&a).wrapping_sub(to_int(&b))
    });
    table.add("mul", |a: Value, Rest(values): Rest<Value>| {
        fold(&a, &values, i64::wrapping_mul)
    });
    table.add("div", |a: Value, b: Value| {
        let divisor = divisor(&b)?;
        Ok::<_, Error>(to_int(&a).wrapping_div(divisor))
    });
    table.add("mod", |a: Value, b: Value| {
        let divisor = divisor(&b)?;
        Ok::<_, Error>(to_int(&a).wrapping_rem(divisor))
    });
    for name in ["max", "biggest"] {
        table.add(name, |a: Value, Rest(values): Rest<Value>| {
            fold(&a, &values, i64::max)
        });
    }
    table.add("min", |a: Value, Rest(values): Rest<Value>| {
        fold(&a, &values, i64::min)
    });
    table.add("maxf", |a: Value, Rest(values): Rest<Value>| {
        values.iter().map(to_float).fold(to_float(&a), greater)
    });
    table.add("minf", |a: Value, Rest(values): Rest<Value>| {
        let less = |a: f64, b: f64| -greater(-a, -b);
        values.iter().map(to_float).fold(to_float(&a), less)
    });
    table.add("floor", |a: Value| to_float(&a).floor());
    table.add("ceil", |a: Value| to_float(&a).ceil());
    table.add("round", round);
    table.add("add1f", |a: Value| {
        decimal(&a, &[Value::int(1)], |a, b| Ok(a.add(b)))
    });
    table.add("addf", |Rest(values): Rest<Value>| {
        decimal(&Value::int(0), &values, |a, b| Ok(a.add(b)))
    });
    table.add("subf", |a: Value, Rest(values): Rest<Value>| {
        decimal(&a, &values, |a, b| Ok(a.sub(b)))
    });
    table.add("mulf", |a: Value, Rest(values): Rest<Value>| {
        decimal(&a, &values, |a, b| Ok(a.mul(b)))
    });
    table.add("divf", |a: Value, Rest(values): Rest<Value>| {
        decimal(&a, &values, |a, b| a.div(b))
    });
    table.declare_uses(USES);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &["add", "add1", "ceil", "div", "floor", "mul", "round", "sub"];

const USES: Uses = &[(
    ArgumentUse::Text,
    &[
        "add", "add1", "sub", "mul", "div", "mod", "max", "min", "ceil", "floor", "round", "addf",
        "mulf", "divf", "subf",
    ],
)];

fn fold(first: &Value, rest: &[Value], operation: fn(i64, i64) -> i64) -> i64 {
    rest.iter().map(to_int).fold(to_int(first), operation)
}

fn divisor(value: &Value) -> Result<i64, Error> {
    match to_int(value) {
        0 => Err(Error::new("runtime error: integer divide by zero")),
        divisor => Ok(divisor),
    }
}

/// Go's `math.Max`: infinity before NaN before anything else, and 0 before -0.
fn greater(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { b } else { a }
    } else if a > b {
        a
    } else {
        b
    }
}

/// To so many decimal places: up from the threshold (0.5) on, down below it. The fraction of a
/// negative number is negative, so that this rounds down nearly always: `round -1.2 0` is -2.
fn round(value: Value, Int(places): Int, Rest(threshold): Rest<f64>) -> f64 {
    let threshold = threshold.first().copied().unwrap_or(0.5);
    let scale = power::of_ten(places);
    let scaled = scale * to_float(&value);
    let rounded = match scaled - scaled.trunc() >= threshold {
        true => scaled.ceil(),
        false => scaled.floor(),
    };
    rounded / scale
}

/// Numbers as exact decimals, and the result as the nearest float.
fn decimal(
    first: &Value,
    rest: &[Value],
    operation: fn(Decimal, &Decimal) -> Result<Decimal, Error>,
) -> Result<f64, Error> {
    let first = Decimal::new(to_float(first))?;
    let result = rest.iter().try_fold(first, |total, value| {
        operation(total, &Decimal::new(to_float(value))?)
    })?;
    Ok(result.to_float())
}
