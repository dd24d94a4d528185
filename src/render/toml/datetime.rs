//! TOML's dates and times as BurntSushi gives them: a time.Time whose location tells what was missing.

use gostd::GoType;
use gostd::time::{Location, Time, parse_in_location};
use gostd::types::{Method, StructType};
use gostd::value::{Struct, Value};
use std::rc::Rc;

const DATETIME: &str = "datetime-local";
const DATE: &str = "date-local";
const TIME: &str = "time-local";

/// The layouts that BurntSushi tries, each with the location of times without zone.
const LAYOUTS: [(&str, Option<&str>); 7] = [
    ("2006-01-02T15:04:05.999999999Z07:00", None),
    ("2006-01-02T15:04:05.999999999", Some(DATETIME)),
    ("2006-01-02", Some(DATE)),
    ("15:04:05.999999999", Some(TIME)),
    ("2006-01-02T15:04Z07:00", None),
    ("2006-01-02T15:04", Some(DATETIME)),
    ("15:04", Some(TIME)),
];

/// Reads a date, a time or both, `T` between them.
pub(super) fn parse(text: &str) -> Option<Value> {
    for (layout, zone) in LAYOUTS {
        // BurntSushi's local zones have the machine's offset, which is none of a chart's business.
        let location = zone.map_or_else(Location::local, |name| Location::fixed(name, 0));
        let parsed = parse_in_location(layout.as_bytes(), text.as_bytes(), &location);
        if let Ok(time) = parsed {
            return (!lacks_leading_zero(text, layout)).then(|| value(time));
        }
    }
    None
}

/// Go takes numbers of one digit where the layout has two; TOML does not.
fn lacks_leading_zero(text: &str, layout: &str) -> bool {
    let fixed = layout.bytes().take_while(|b| !matches!(b, b'.' | b'Z'));
    let mut pairs = fixed.zip(text.bytes());
    pairs.any(|(wanted, got)| !wanted.is_ascii_digit() && wanted != got)
}

/// How TOML writes a time.
pub(super) fn format(time: &Time) -> Vec<u8> {
    let name = time.location().name();
    let local = LAYOUTS.iter().find(|(_, zone)| *zone == Some(name));
    let (layout, _) = local.unwrap_or(&LAYOUTS[0]);
    time.format(layout.as_bytes())
}

/// The time of a value that is one.
pub(super) fn time_of(value: &Value) -> Option<&Time> {
    match value {
        Value::Struct(data) | Value::Ptr(data) => data.native(),
        _ => None,
    }
}

fn value(time: Time) -> Value {
    Value::Struct(Rc::new(Struct {
        struct_type: &TIME_TYPE,
        fields: Vec::new(),
        native: Some(Box::new(time)),
    }))
}

static TIME_TYPE: StructType = StructType {
    name: "time.Time",
    fields: &[],
    methods: &[
        method("String", GoType::String, |v, _| {
            with(v, |t| Ok(t.string().into()))
        }),
        method("MarshalJSON", GoType::BYTES, |v, _| {
            with(v, |t| Ok(Value::Bytes(t.marshal_json()?.into())))
        }),
        method("MarshalText", GoType::BYTES, |v, _| {
            with(v, |t| Ok(Value::Bytes(t.marshal_text()?.into())))
        }),
    ],
};

const fn method(
    name: &'static str,
    result: GoType,
    call: fn(&Value, &[Value]) -> Result<Value, String>,
) -> Method {
    Method {
        name,
        pointer: false,
        params: &[],
        variadic: false,
        result,
        call,
    }
}

fn with(value: &Value, f: impl Fn(&Time) -> Result<Value, String>) -> Result<Value, String> {
    time_of(value).map_or_else(|| Err("no time".to_owned()), f)
}
