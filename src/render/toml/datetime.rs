//! TOML's dates and times as BurntSushi gives them: a time.Time whose location tells what was missing.

use gostd::Value;
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
