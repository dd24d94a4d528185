//! Conversion of any value to a number: `int`, `int64`, `float64`, `atoi`, `toDecimal` (the cast
//! library's rules).

use gostd::strconv::{self, NumErrorKind};
use gostd::{Text, Value};
use gotemplate::func::Int;
use gotemplate::{ArgumentUse, Error, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("int", |value: Value| Int(to_int(&value)));
    table.add("int64", |value: Value| to_int(&value));
    table.add("float64", |value: Value| to_float(&value));
    table.add("atoi", |text: Text| Int(atoi(text.as_bytes())));
    table.add("toDecimal", to_decimal);
    table.declare_uses(USES);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &["float64", "int", "int64"];

const USES: Uses = &[(
    ArgumentUse::Text,
    &["int", "int64", "float64", "atoi", "toDecimal"],
)];

/// `cast.ToInt` and `cast.ToInt64`, which agree where an int has 64 bits. What is no number is 0.
pub(crate) fn to_int(value: &Value) -> i64 {
    match value {
        Value::Int(_, n) => *n,
        Value::Float64(f) => truncated(*f),
        Value::Bool(b) => i64::from(*b),
        Value::Str(text) => {
            let text = without_zero_fraction(text.as_bytes());
            strconv::parse_int(text, 0, 64).unwrap_or(0)
        }
        Value::Named(_) => weekday_or_month(value).unwrap_or(0),
        _ => 0,
    }
}

/// `cast.ToFloat64`. What is no number, and a text of too large a number, is 0.
pub(crate) fn to_float(value: &Value) -> f64 {
    match value {
        Value::Float64(f) => *f,
        Value::Int(int, n) if int.signed() => *n as f64,
        Value::Int(_, n) => *n as u64 as f64,
        Value::Bool(b) => f64::from(*b),
        Value::Str(text) => strconv::parse_float(text.as_bytes(), 64).unwrap_or(0.0),
        Value::Named(_) => weekday_or_month(value).unwrap_or(0) as f64,
        _ => 0.0,
    }
}

/// Of all named number types, cast knows these two.
fn weekday_or_month(value: &Value) -> Option<i64> {
    match (&*value.type_name(), value.underlying()) {
        ("time.Weekday" | "time.Month", Value::Int(_, n)) => Some(*n),
        _ => None,
    }
}

/// Go's `int64(f)` on amd64: what does not fit is the least integer.
fn truncated(f: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    match (-LIMIT..LIMIT).contains(&f) {
        true => f as i64,
        false => i64::MIN,
    }
}

/// `5.00` as `5`: the one fraction that an integer's text may have.
fn without_zero_fraction(text: &[u8]) -> &[u8] {
    let zeros = text.iter().rev().take_while(|b| **b == b'0').count();
    let rest = text.get(..text.len() - zeros).unwrap_or_default();
    match rest {
        [whole @ .., b'.'] if zeros > 0 => whole,
        _ => text,
    }
}

/// Go's `Atoi` without its error: 0 for what is no number, and the nearest int for one too large.
pub(crate) fn atoi(text: &[u8]) -> i64 {
    match strconv::atoi(text) {
        Ok(n) => n,
        Err(error) if error.kind == NumErrorKind::Range => match text.first() {
            Some(b'-') => i64::MIN,
            _ => i64::MAX,
        },
        Err(_) => 0,
    }
}

/// The number that the value's text is in octal.
fn to_decimal(value: Value) -> Result<i64, Error> {
    let text = gostd::fmt::value_text(&value).map_err(|e| Error::new(e.to_string()))?;
    Ok(strconv::parse_int(text.as_bytes(), 8, 64).unwrap_or(0))
}
