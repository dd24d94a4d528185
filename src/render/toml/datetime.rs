//! TOML's dates and times as BurntSushi gives them: a time.Time whose location tells what was missing.

use crate::world::System;
use gostd::Value;
use gostd::time::value::value;
use gostd::time::{Location, Time, parse_in_location};
use gostd::world::World;
use std::sync::OnceLock;

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
        let location = zone.map_or_else(Location::local, |name| {
            Location::fixed(name, local_offset())
        });
        let parsed = parse_in_location(layout.as_bytes(), text.as_bytes(), &location);
        if let Ok(time) = parsed {
            return (!lacks_leading_zero(text, layout)).then(|| value(time));
        }
    }
    None
}

/// Seconds between UTC and the machine's zone, as they are when first asked for: those of all times that
/// have no zone, whatever their date.
fn local_offset() -> i64 {
    static OFFSET: OnceLock<i64> = OnceLock::new();
    *OFFSET.get_or_init(|| {
        let seconds = System.now().seconds;
        Time::from_unix(seconds, 0, Location::local()).zone().1
    })
}

/// Go takes numbers of one digit where the layout has two; TOML does not.
fn lacks_leading_zero(text: &str, layout: &str) -> bool {
    let fixed = layout.bytes().take_while(|b| !matches!(b, b'.' | b'Z'));
    let mut pairs = fixed.zip(text.bytes());
    pairs.any(|(wanted, got)| !wanted.is_ascii_digit() && wanted != got)
}

/// How TOML writes a time: one without a zone as UTC has it, maybe of another day.
pub(super) fn format(time: &Time) -> Vec<u8> {
    let name = time.location().name();
    match LAYOUTS.iter().find(|(_, zone)| *zone == Some(name)) {
        Some((layout, _)) => time.utc().format(layout.as_bytes()),
        None => time.format(LAYOUTS[0].0.as_bytes()),
    }
}
