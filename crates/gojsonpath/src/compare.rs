//! Comparisons in filters: Go's `text/template` as client-go copied it, before it could compare
//! numbers of different types.

use gostd::Value;
use std::cmp::Ordering;

const BAD_TYPE: &str = "invalid type for comparison";
const INCOMPATIBLE: &str = "incompatible types for comparison";

/// Applies an operator to two values.
pub(super) fn compare(left: &Value, operator: &[u8], right: &Value) -> Result<bool, String> {
    let less = || less(left, right).map_err(str::to_owned);
    let equal = || equal(left, right).map_err(str::to_owned);
    match operator {
        b"<" => less(),
        b">" => Ok(!(less()? || equal()?)),
        b"==" => equal(),
        b"!=" => Ok(!equal()?),
        b"<=" => Ok(less()? || equal()?),
        b">=" => Ok(!less()?),
        other => Err(format!(
            "unrecognized filter operator {}",
            String::from_utf8_lossy(other)
        )),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Basic<'v> {
    Bool(bool),
    /// Values hold one unsigned type only, bytes of strings: its numbers compare as integers.
    Int(i64),
    Float(f64),
    Text(&'v [u8]),
}

fn basic(value: &Value) -> Result<Basic<'_>, &'static str> {
    match value.underlying() {
        Value::Bool(b) => Ok(Basic::Bool(*b)),
        Value::Int(_, number) => Ok(Basic::Int(*number)),
        Value::Float64(number) => Ok(Basic::Float(*number)),
        Value::Str(text) => Ok(Basic::Text(text.as_bytes())),
        _ => Err(BAD_TYPE),
    }
}

fn equal(left: &Value, right: &Value) -> Result<bool, &'static str> {
    match (basic(left)?, basic(right)?) {
        (Basic::Bool(a), Basic::Bool(b)) => Ok(a == b),
        (Basic::Int(a), Basic::Int(b)) => Ok(a == b),
        (Basic::Float(a), Basic::Float(b)) => Ok(a == b),
        (Basic::Text(a), Basic::Text(b)) => Ok(a == b),
        _ => Err(INCOMPATIBLE),
    }
}

fn less(left: &Value, right: &Value) -> Result<bool, &'static str> {
    let order = match (basic(left)?, basic(right)?) {
        (Basic::Bool(_), Basic::Bool(_)) => return Err(BAD_TYPE),
        (Basic::Int(a), Basic::Int(b)) => Some(a.cmp(&b)),
        (Basic::Float(a), Basic::Float(b)) => a.partial_cmp(&b),
        (Basic::Text(a), Basic::Text(b)) => Some(a.cmp(b)),
        _ => return Err(INCOMPATIBLE),
    };
    Ok(order == Some(Ordering::Less))
}
