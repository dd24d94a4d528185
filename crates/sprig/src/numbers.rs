//! Conversion of any value to a number (`int`, `int64`, `float64`: the cast library's rules).

use gostd::Value;

/// `cast.ToInt`
pub(crate) fn to_int(value: &Value) -> i64 {
    match value.underlying() {
        Value::Int(_, n) => *n,
        Value::Float64(f) => *f as i64,
        Value::Bool(b) => i64::from(*b),
        _ => 0,
    }
}
