//! Dates: `now`, `date`, `toDate`, `dateModify`, `ago`, `duration` … (Sprig's `date.go`).

use crate::numbers::atoi;
use gostd::host::Host;
use gostd::time::value::{self, native};
use gostd::time::{Duration, Location, Time, parse_duration, parse_in_location};
use gostd::types::IntType;
use gostd::{GoType, Text, Value};
use gotemplate::func::{Param, Return};
use gotemplate::{ArgumentUse, Call, Error, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("now", |call: &mut Call<'_, '_>| Moment(now(call.host())));
    for name in ["dateInZone", "date_in_zone"] {
        table.add(
            name,
            |call: &mut Call<'_, '_>, layout: Text, date: Value, zone: Text| {
                in_zone(call, layout.as_bytes(), &date, &zone.to_str_lossy())
            },
        );
    }
    table.add(
        "date",
        |call: &mut Call<'_, '_>, layout: Text, date: Value| {
            in_zone(call, layout.as_bytes(), &date, "Local")
        },
    );
    table.add("htmlDate", |call: &mut Call<'_, '_>, date: Value| {
        in_zone(call, b"2006-01-02", &date, "Local")
    });
    table.add(
        "htmlDateInZone",
        |call: &mut Call<'_, '_>, date: Value, zone: Text| {
            in_zone(call, b"2006-01-02", &date, &zone.to_str_lossy())
        },
    );
    for name in ["dateModify", "date_modify"] {
        table.add(name, |change: Text, Moment(date): Moment| {
            Moment(match parse_duration(change.as_bytes()) {
                Ok(duration) => date.add(duration),
                Err(_) => date,
            })
        });
    }
    for name in ["mustDateModify", "must_date_modify"] {
        table.add(
            name,
            |change: Text, Moment(date): Moment| match parse_duration(change.as_bytes()) {
                Ok(duration) => Ok(Moment(date.add(duration))),
                Err(error) => Err(Error::new(error.to_string())),
            },
        );
    }
    table.add("toDate", |layout: Text, text: Text| {
        let parsed = parse_in_location(layout.as_bytes(), text.as_bytes(), &Location::local());
        Moment(parsed.unwrap_or_default())
    });
    table.add("mustToDate", |layout: Text, text: Text| {
        let parsed = parse_in_location(layout.as_bytes(), text.as_bytes(), &Location::local());
        parsed.map(Moment).map_err(|e| Error::new(e.to_string()))
    });
    table.add("unixEpoch", |Moment(date): Moment| date.unix().to_string());
    table.add("ago", ago);
    table.add("duration", duration);
    table.add("durationRound", duration_round);
    table.declare_uses(USES);
}

const USES: Uses = &[(ArgumentUse::Text, &["duration"])];

/// A parameter or result of type `time.Time`.
struct Moment(Time);

impl Param for Moment {
    const TYPE: GoType = value::TIME;

    fn from_value(value: Value) -> Option<Self> {
        native(&value).cloned().map(Moment)
    }
}

impl Return for Moment {
    const TYPE: GoType = value::TIME;

    fn into_result(self) -> Result<Value, Error> {
        Ok(value::value(self.0))
    }
}

/// `time.Now`. Its monotonic reading counts from 1970, so that it needs no clock of its own.
fn now(host: &dyn Host) -> Time {
    let now = host.now();
    let time = Time::from_unix(now.seconds, now.nanoseconds.into(), Location::local());
    let reading = time.unix_nano();
    time.with_monotonic(reading)
}

/// Seconds since 1970 in the local zone (`time.Unix`).
fn unix(seconds: i64) -> Time {
    Time::from_unix(seconds, 0, Location::local())
}

/// The date that a value stands for, which is now where it stands for none: texts and floats, as
/// numbers in values files are, count as none. An unknown zone is UTC.
fn in_zone(call: &Call<'_, '_>, layout: &[u8], date: &Value, zone: &str) -> Vec<u8> {
    let time = match date {
        Value::Int(IntType::Int | IntType::Int32 | IntType::Int64, n) => unix(*n),
        other => match native(other) {
            Some(time) => time.clone(),
            None => now(call.host()),
        },
    };
    let location = Location::load(zone).unwrap_or_else(|_| Location::utc());
    time.in_location(&location).format(layout)
}

fn ago(call: &mut Call<'_, '_>, date: Value) -> String {
    let now = now(call.host());
    let since = match &date {
        Value::Int(IntType::Int | IntType::Int64, n) => now.sub(&unix(*n)),
        Value::Struct(_) => native(&date).map_or(Duration(0), |time| now.sub(time)),
        _ => Duration(0),
    };
    since.round(Duration::SECOND).to_string()
}

/// Seconds as a duration. An int counts as none, unlike an int64 or a text.
fn duration(seconds: Value) -> String {
    let seconds = match &seconds {
        Value::Str(text) => atoi(text.as_bytes()),
        Value::Int(IntType::Int64, n) => *n,
        _ => 0,
    };
    Duration(seconds.wrapping_mul(Duration::SECOND.0)).to_string()
}

/// A duration in its greatest whole unit, without its sign.
fn duration_round(call: &mut Call<'_, '_>, duration: Value) -> String {
    let duration = match &duration {
        Value::Str(text) => parse_duration(text.as_bytes()).unwrap_or_default(),
        Value::Int(IntType::Int64, n) => Duration(*n),
        Value::Struct(_) => match native(&duration) {
            Some(time) => now(call.host()).sub(time),
            None => Duration(0),
        },
        _ => Duration(0),
    };
    let hour = Duration::HOUR.0.unsigned_abs();
    let units = [
        ("y", hour * 24 * 365),
        ("mo", hour * 24 * 30),
        ("d", hour * 24),
        ("h", hour),
        ("m", Duration::MINUTE.0.unsigned_abs()),
        ("s", Duration::SECOND.0.unsigned_abs()),
    ];
    let length = duration.0.unsigned_abs();
    // More than one unit: an hour is 60m.
    match units.iter().find(|(_, unit)| length > *unit) {
        Some((name, unit)) => format!("{}{name}", length / unit),
        None => "0s".to_owned(),
    }
}
