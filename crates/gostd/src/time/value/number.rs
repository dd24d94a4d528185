//! `time.Duration`, `time.Month` and `time.Weekday` as template values, with their Go methods.

use crate::time::{Duration, Month, Weekday};
use crate::types::{GoType, Method, NamedType};
use crate::value::Value;

pub(super) const DURATION: GoType = GoType::Named("time.Duration");
pub(super) const MONTH: GoType = GoType::Named("time.Month");
pub(super) const WEEKDAY: GoType = GoType::Named("time.Weekday");

static DURATION_TYPE: NamedType = NamedType {
    name: "time.Duration",
    methods: &[
        Method::new("Abs", &[], DURATION, |d, _| Ok(duration(this(d).abs()))),
        Method::new("Hours", &[], GoType::Float64, |d, _| {
            Ok(this(d).hours().into())
        }),
        Method::new("Microseconds", &[], GoType::INT64, |d, _| {
            Ok(Value::int64(this(d).microseconds()))
        }),
        Method::new("Milliseconds", &[], GoType::INT64, |d, _| {
            Ok(Value::int64(this(d).milliseconds()))
        }),
        Method::new("Minutes", &[], GoType::Float64, |d, _| {
            Ok(this(d).minutes().into())
        }),
        Method::new("Nanoseconds", &[], GoType::INT64, |d, _| {
            Ok(Value::int64(this(d).nanoseconds()))
        }),
        Method::new("Round", &[DURATION], DURATION, |d, arguments| {
            Ok(duration(this(d).round(native(arguments.first()))))
        }),
        Method::new("Seconds", &[], GoType::Float64, |d, _| {
            Ok(this(d).seconds().into())
        }),
        Method::new("String", &[], GoType::String, |d, _| {
            Ok(this(d).to_string().into())
        }),
        Method::new("Truncate", &[DURATION], DURATION, |d, arguments| {
            Ok(duration(this(d).truncate(native(arguments.first()))))
        }),
    ],
};

static MONTH_TYPE: NamedType = NamedType {
    name: "time.Month",
    methods: &[Method::new("String", &[], GoType::String, |month, _| {
        Ok(Month(this(month).0).to_string().into())
    })],
};

static WEEKDAY_TYPE: NamedType = NamedType {
    name: "time.Weekday",
    methods: &[Method::new("String", &[], GoType::String, |weekday, _| {
        Ok(Weekday(this(weekday).0).to_string().into())
    })],
};

pub(super) fn duration(duration: Duration) -> Value {
    Value::named(&DURATION_TYPE, Value::int64(duration.0))
}

pub(super) fn month(month: Month) -> Value {
    Value::named(&MONTH_TYPE, Value::int(month.0))
}

pub(super) fn weekday(weekday: Weekday) -> Value {
    Value::named(&WEEKDAY_TYPE, Value::int(weekday.0))
}

/// The number behind a value of one of these types, or behind a constant given as one.
pub(super) fn native(value: Option<&Value>) -> Duration {
    match value.map(Value::underlying) {
        Some(Value::Int(_, n)) => Duration(*n),
        _ => Duration(0),
    }
}

fn this(receiver: &Value) -> Duration {
    native(Some(receiver))
}
