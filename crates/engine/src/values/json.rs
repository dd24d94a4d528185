//! JSON values at the start of a text, as `--set-json` reads them: encoding/json's `Decoder` into
//! an `interface {}`, each object entry with an origin.

use gostd::json::decode;
use gostd::map::Entries;
use gostd::{List, Map, Origin, Value};

/// Decodes the JSON value at the start of `text` and tells how many bytes it takes. What follows
/// is not looked at.
pub(super) fn decode_first(text: &[u8], origin: Origin) -> Result<(Value, usize), String> {
    let length = length(text);
    let value = decode_whole(text.get(..length).unwrap_or(text), origin)?;
    Ok((value, length))
}

/// Decodes a text that is one JSON value, blanks aside.
pub(super) fn decode_whole(text: &[u8], origin: Origin) -> Result<Value, String> {
    let value = decode(text).map_err(|error| error.to_string())?;
    Ok(with_origin(value, origin))
}

/// The end of the first value, if it is one: JSON's own syntax is checked afterwards.
fn length(text: &[u8]) -> usize {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    let start = text.iter().position(|b| !blank(b)).unwrap_or(text.len());
    let rest = text.get(start..).unwrap_or(&[]);
    start
        + match rest.first() {
            Some(b'{' | b'[' | b'"') => container_length(rest),
            Some(b't' | b'n') => 4,
            Some(b'f') => 5,
            _ => number_length(rest),
        }
}

/// The length of an object, array or string: to where nothing is open any more.
fn container_length(text: &[u8]) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => continue,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 && !quoted {
            return at + 1;
        }
    }
    text.len()
}

/// The length of a number. A digit after a leading zero is no part of it, nor is a second sign.
fn number_length(text: &[u8]) -> usize {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or(&[]);
        from + rest.iter().take_while(|b| b.is_ascii_digit()).count()
    };
    let is = |at: usize, bytes: &[u8]| text.get(at).is_some_and(|b| bytes.contains(b));
    let mut at = usize::from(is(0, b"-"));
    at = if is(at, b"0") { at + 1 } else { digits(at) };
    if is(at, b".") {
        at = digits(at + 1);
    }
    if is(at, b"eE") {
        at += 1;
        at = digits(at + usize::from(is(at, b"+-")));
    }
    at
}

/// The value with this origin for every entry of every map in it.
fn with_origin(value: Value, origin: Origin) -> Value {
    match value {
        Value::Map(map) => {
            let mut entries: Entries = map.borrow().clone();
            for entry in entries.values_mut() {
                entry.value = with_origin(std::mem::take(&mut entry.value), origin);
                entry.origin = origin;
            }
            Value::Map(Map::from_entries(map.element(), entries))
        }
        Value::List(list) => {
            let items = list.snapshot().into_iter().map(|v| with_origin(v, origin));
            Value::List(List::of(list.element(), items.collect()))
        }
        other => other,
    }
}
