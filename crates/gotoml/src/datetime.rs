//! TOML's dates and times as BurntSushi gives them: a time.Time whose location tells what was missing.

use gostd::Value;
use gostd::host::Instant;
use gostd::time::value::value;
use gostd::time::{Location, Time, parse_in_location};

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

/// Reads a date, a time or both, `T` between them. What has no zone is as far from UTC as the local zone
/// is `now`, whatever its own date.
pub(super) fn parse(text: &str, now: Instant) -> Option<Value> {
    for (layout, zone) in LAYOUTS {
        let location = zone.map_or_else(Location::local, |name| {
            Location::fixed(name, local_offset(now))
        });
        let parsed = parse_in_location(layout.as_bytes(), text.as_bytes(), &location);
        if let Ok(time) = parsed {
            return (!lacks_leading_zero(text, layout)).then(|| value(time));
        }
    }
    None
}

/// Seconds between UTC and the local zone at a moment.
fn local_offset(now: Instant) -> i64 {
    Time::from_unix(now.seconds, 0, Location::local()).zone().1
}

/// Go takes numbers of one digit where the layout has two; TOML does not.
fn lacks_leading_zero(text: &str, layout: &str) -> bool {
    let fixed = layout.bytes().take_while(|b| !matches!(b, b'.' | b'Z'));
    let mut pairs = fixed.zip(text.bytes());
    pairs.any(|(pattern, got)| !pattern.is_ascii_digit() && pattern != got)
}

/// Writes a time as TOML: one without a zone in UTC, maybe of another day.
pub(super) fn format(time: &Time) -> Vec<u8> {
    let name = time.location().name();
    match LAYOUTS.iter().find(|(_, zone)| *zone == Some(name)) {
        Some((layout, _)) => time.utc().format(layout.as_bytes()),
        None => time.format(LAYOUTS[0].0.as_bytes()),
    }
}
