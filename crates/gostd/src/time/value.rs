//! `time.Time` and `*time.Location` as template values, with their Go methods.

mod number;

use super::{Location, Time};
use crate::text::Text;
use crate::types::{Field, GoType, IntType, Method, MethodError, StructType};
use crate::value::{Struct, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// The Go type `time.Time`.
pub const TIME: GoType = GoType::Named("time.Time");
const LOCATION: GoType = GoType::Named("*time.Location");
const UINT64: GoType = GoType::Int(IntType::Uint64);

static TIME_TYPE: StructType = StructType {
    name: "time.Time",
    fields: &[
        Field::new("wall", UINT64, ""),
        Field::new("ext", GoType::INT64, ""),
        Field::new("loc", LOCATION, ""),
    ],
    methods: METHODS,
};

static LOCATION_TYPE: StructType = StructType {
    name: "time.Location",
    fields: &[Field::new("name", GoType::String, "")],
    methods: &[Method {
        pointer: true,
        ..Method::new("String", &[], GoType::String, |receiver, _| {
            Ok(location(receiver)?.name().into())
        })
    }],
};

/// Seconds from year 1 to 1970.
const TO_1970: i64 = 62_135_596_800;

/// The Go value of a time.
pub fn value(time: Time) -> Value {
    let seconds = time.unix().wrapping_add(TO_1970);
    let zone = match time.location() {
        utc if utc.is_utc() => Value::Nil,
        other => location_value(other),
    };
    Value::Struct(Rc::new(Struct {
        struct_type: &TIME_TYPE,
        fields: vec![
            Value::Int(IntType::Uint64, time.nanosecond()),
            Value::int64(seconds),
            zone,
        ],
        native: Some(Box::new(time)),
    }))
}

/// The time behind a value of type `time.Time` or a pointer to it.
pub fn native(value: &Value) -> Option<&Time> {
    match value {
        Value::Struct(data) | Value::Ptr(data) => data.native(),
        _ => None,
    }
}

thread_local! {
    /// Go has one local location: times in it have equal pointers.
    static LOCAL: RefCell<Option<(Location, Value)>> = const { RefCell::new(None) };
}

fn location_value(location: &Location) -> Value {
    if !location.is_local() {
        return new_location(location);
    }
    LOCAL.with_borrow_mut(|local| match local {
        Some((latest, value)) if latest.is_same(location) => value.clone(),
        _ => {
            let value = new_location(location);
            *local = Some((location.clone(), value.clone()));
            value
        }
    })
}

fn new_location(location: &Location) -> Value {
    Value::Ptr(Rc::new(Struct {
        struct_type: &LOCATION_TYPE,
        fields: vec![location.name().into()],
        native: Some(Box::new(location.clone())),
    }))
}

fn location(value: &Value) -> Result<&Location, MethodError> {
    let location = match value {
        Value::Ptr(data) => data.native(),
        _ => None,
    };
    location.ok_or_else(|| "time: missing Location in call to Time.In".into())
}

/// The receiver, or an argument of type `time.Time`.
fn time(value: Option<&Value>) -> Result<&Time, MethodError> {
    let time = value.and_then(native);
    time.ok_or_else(|| "internal: no time".into())
}

macro_rules! methods {
    ($(uncallable $more:expr;)* $(fn $name:ident($time:ident, $arguments:ident: [$($param:expr),*]) -> $result:expr => $value:expr;)*) => {
        &[$(Method::new(stringify!($name), &[$($param),*], $result, |receiver, $arguments| {
            let $time = time(Some(receiver))?;
            Ok($value)
        })),*, $($more),*]
    };
}

const INT: GoType = GoType::INT;
const BOOL: GoType = GoType::Bool;
const STRING: GoType = GoType::String;

/// The exported methods with a value receiver: no template has the address of a time.
const METHODS: &[Method] = methods! {
    uncallable Method::uncallable("Clock", INT, &[INT, INT]);
    uncallable Method::uncallable("Date", INT, &[number::MONTH, INT]);
    uncallable Method::uncallable("ISOWeek", INT, &[INT]);
    uncallable Method::uncallable("Zone", STRING, &[INT]);
    uncallable Method::uncallable("ZoneBounds", TIME, &[TIME]);
    fn Add(t, a: [number::DURATION]) -> TIME => value(t.add(number::native(a.first())));
    fn AddDate(t, a: [INT, INT, INT]) -> TIME => value(t.add_date(int(a, 0), int(a, 1), int(a, 2)));
    fn After(t, a: [TIME]) -> BOOL => t.after(time(a.first())?).into();
    fn AppendBinary(t, a: [GoType::BYTES]) -> GoType::BYTES => {
        appended(a, t.marshal_binary()?)
    };
    fn AppendFormat(t, a: [GoType::BYTES, STRING]) -> GoType::BYTES => {
        appended(a, t.format(layout(a.get(1..).unwrap_or_default())))
    };
    fn AppendText(t, a: [GoType::BYTES]) -> GoType::BYTES => {
        appended(a, t.append_text()?.into_bytes())
    };
    fn Before(t, a: [TIME]) -> BOOL => t.before(time(a.first())?).into();
    fn Compare(t, a: [TIME]) -> INT => Value::int(t.compare(time(a.first())?) as i64);
    fn Day(t, _a: []) -> INT => Value::int(t.day());
    fn Equal(t, a: [TIME]) -> BOOL => t.equal(time(a.first())?).into();
    fn Format(t, a: [STRING]) -> STRING => Value::Str(t.format(layout(a)).into());
    fn GobEncode(t, _a: []) -> GoType::BYTES => Value::Bytes(t.marshal_binary()?.into());
    fn GoString(t, _a: []) -> STRING => t.go_string().into();
    fn Hour(t, _a: []) -> INT => Value::int(t.hour());
    fn In(t, a: [LOCATION]) -> TIME => {
        value(t.in_location(location(a.first().unwrap_or(&Value::Nil))?))
    };
    fn IsDST(t, _a: []) -> BOOL => t.is_dst().into();
    fn IsZero(t, _a: []) -> BOOL => t.is_zero().into();
    fn Local(t, _a: []) -> TIME => value(t.local());
    fn Location(t, _a: []) -> LOCATION => location_value(t.location());
    fn MarshalBinary(t, _a: []) -> GoType::BYTES => Value::Bytes(t.marshal_binary()?.into());
    fn MarshalJSON(t, _a: []) -> GoType::BYTES => Value::Bytes(t.marshal_json()?.into());
    fn MarshalText(t, _a: []) -> GoType::BYTES => Value::Bytes(t.marshal_text()?.into());
    fn Minute(t, _a: []) -> INT => Value::int(t.minute());
    fn Month(t, _a: []) -> number::MONTH => number::month(t.month());
    fn Nanosecond(t, _a: []) -> INT => Value::int(t.nanosecond());
    fn Round(t, a: [number::DURATION]) -> TIME => value(t.round(number::native(a.first())));
    fn Second(t, _a: []) -> INT => Value::int(t.second());
    fn String(t, _a: []) -> STRING => t.string().into();
    fn Sub(t, a: [TIME]) -> number::DURATION => number::duration(t.sub(time(a.first())?));
    fn Truncate(t, a: [number::DURATION]) -> TIME => value(t.truncate(number::native(a.first())));
    fn UTC(t, _a: []) -> TIME => value(t.utc());
    fn Unix(t, _a: []) -> GoType::INT64 => Value::int64(t.unix());
    fn UnixMicro(t, _a: []) -> GoType::INT64 => Value::int64(t.unix_micro());
    fn UnixMilli(t, _a: []) -> GoType::INT64 => Value::int64(t.unix_milli());
    fn UnixNano(t, _a: []) -> GoType::INT64 => Value::int64(t.unix_nano());
    fn Weekday(t, _a: []) -> number::WEEKDAY => number::weekday(t.weekday());
    fn Year(t, _a: []) -> INT => Value::int(t.year());
    fn YearDay(t, _a: []) -> INT => Value::int(t.year_day());
};

fn int(arguments: &[Value], index: usize) -> i64 {
    match arguments.get(index) {
        Some(Value::Int(_, n)) => *n,
        _ => 0,
    }
}

/// The first argument, bytes, with more behind it.
fn appended(arguments: &[Value], more: Vec<u8>) -> Value {
    let before = match arguments.first() {
        Some(Value::Bytes(bytes)) => bytes.clone(),
        _ => Text::nil(),
    };
    match more.is_empty() {
        true => Value::Bytes(before),
        false => Value::Bytes([before.as_bytes(), &more].concat().into()),
    }
}

fn layout(arguments: &[Value]) -> &[u8] {
    let layout = arguments.first().and_then(Value::as_text);
    layout.map_or(b"", |text| text.as_bytes())
}
