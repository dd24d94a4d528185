//! `Time.Format`, `String`, `GoString` and `MarshalJSON`.

use std::fmt;
use std::io::Write;

use super::calendar::{DAYS, Date, MONTHS, SECONDS_PER_DAY};
use super::layout::{self, Chunk, OffsetForm};
use super::{Time, Weekday};
use crate::unicode::runes;

/// `time.RFC3339Nano`.
const RFC3339_NANO: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

/// A time that has no such form: `Time.MarshalText: year outside of range [0,9999]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarshalError {
    method: &'static str,
    reason: &'static str,
}

impl fmt::Display for MarshalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Time.{}: {}", self.method, self.reason)
    }
}

impl std::error::Error for MarshalError {}

impl From<MarshalError> for String {
    fn from(error: MarshalError) -> String {
        error.to_string()
    }
}

/// A number padded with zeros; the sign comes before them and does not count.
fn number(out: &mut Vec<u8>, value: i64, width: usize) {
    if value < 0 {
        out.push(b'-');
    }
    // Writing to a Vec cannot fail.
    let _ = write!(out, "{:0width$}", value.unsigned_abs());
}

impl Time {
    /// `t.Format(layout)`; layout and result are bytes, as Go's strings are.
    pub fn format(&self, layout: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(layout.len() + 10);
        self.append_format(&mut out, layout);
        out
    }

    /// `t.AppendFormat(out, layout)`.
    pub fn append_format(&self, out: &mut Vec<u8>, layout: &[u8]) {
        let zone = self.location.lookup(self.seconds);
        let wall = self.seconds.wrapping_add(zone.offset);
        let day = wall.div_euclid(SECONDS_PER_DAY);
        let clock = wall.rem_euclid(SECONDS_PER_DAY);
        let date = Date::of_day(day);
        let mut rest = layout;
        loop {
            let next = layout::next(rest);
            out.extend_from_slice(next.prefix);
            rest = next.rest;
            match next.chunk {
                None => return,
                Some(Chunk::ZoneName) if !zone.name.is_empty() => {
                    out.extend_from_slice(zone.name.as_bytes())
                }
                Some(Chunk::ZoneName) => offset(out, zone.offset, false, OffsetForm::Minutes),
                Some(Chunk::Offset { zulu, form }) => offset(out, zone.offset, zulu, form),
                Some(Chunk::Fraction {
                    digits,
                    trim,
                    separator,
                }) => {
                    fraction(out, self.nanoseconds, digits, trim, separator);
                }
                Some(chunk) => {
                    date_chunk(out, chunk, &date, Weekday::of_day(day));
                    clock_chunk(out, chunk, clock);
                }
            }
        }
    }

    /// `t.String()`: `2009-11-10 23:00:00 +0000 UTC`, with ` m=+0.000012345` if there is a monotonic reading.
    pub fn string(&self) -> String {
        let mut out = self.format(b"2006-01-02 15:04:05.999999999 -0700 MST");
        if let Some(reading) = self.monotonic {
            let (sign, value) = (if reading < 0 { '-' } else { '+' }, reading.unsigned_abs());
            let _ = write!(
                out,
                " m={sign}{}.{:09}",
                value / 1_000_000_000,
                value % 1_000_000_000
            );
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    /// `t.GoString()`: `time.Date(2009, time.November, 10, 23, 0, 0, 0, time.UTC)`.
    pub fn go_string(&self) -> String {
        let date = self.civil();
        let (hour, minute, second) = (self.hour(), self.minute(), self.second());
        let location = match self.location.name() {
            _ if self.location.is_utc() => "time.UTC".to_owned(),
            _ if self.location.is_local() => "time.Local".to_owned(),
            name => format!("time.Location({})", quote(name.as_bytes())),
        };
        let (year, month, day, nanosecond) = (date.year, self.month(), date.day, self.nanoseconds);
        format!(
            "time.Date({year}, time.{month}, {day}, {hour}, {minute}, {second}, {nanosecond}, {location})"
        )
    }

    /// `t.MarshalText()`: RFC 3339 with nanoseconds.
    ///
    /// # Errors
    /// Years and offsets that RFC 3339 cannot write: `Time.MarshalText: year outside of range [0,9999]`.
    pub fn marshal_text(&self) -> Result<String, MarshalError> {
        self.rfc3339("MarshalText")
    }

    /// `t.AppendText()`: the text that it appends.
    ///
    /// # Errors
    /// As [`Time::marshal_text`], with `Time.AppendText`.
    pub fn append_text(&self) -> Result<String, MarshalError> {
        self.rfc3339("AppendText")
    }

    /// `t.MarshalBinary()`: a version, the seconds since year 1, the nanoseconds, and the minutes
    /// east of UTC, -1 for UTC itself; seconds of the offset make another version.
    ///
    /// # Errors
    /// When the offset is more than two bytes hold, or minus one minute.
    pub fn marshal_binary(&self) -> Result<Vec<u8>, MarshalError> {
        let error = MarshalError {
            method: "MarshalBinary",
            reason: "unexpected zone offset",
        };
        let offset = self.zone().1;
        let minutes = match offset / 60 {
            _ if self.location().is_utc() => -1,
            -1 => return Err(error),
            minutes => i16::try_from(minutes).map_err(|_| error)?,
        };
        let seconds = match self.location().is_utc() {
            true => 0,
            false => (offset % 60) as i8,
        };
        let mut out = vec![if seconds == 0 { 1 } else { 2 }];
        out.extend(self.unix().wrapping_sub(super::ZERO).to_be_bytes());
        out.extend((self.nanosecond() as u32).to_be_bytes());
        out.extend(minutes.to_be_bytes());
        if seconds != 0 {
            out.extend(seconds.to_be_bytes());
        }
        Ok(out)
    }

    /// `t.MarshalJSON()`: [`Time::marshal_text`] in quotes.
    ///
    /// # Errors
    /// As [`Time::marshal_text`], with `Time.MarshalJSON`.
    pub fn marshal_json(&self) -> Result<String, MarshalError> {
        self.rfc3339("MarshalJSON")
            .map(|text| format!("\"{text}\""))
    }

    fn rfc3339(&self, method: &'static str) -> Result<String, MarshalError> {
        let error = |reason| Err(MarshalError { method, reason });
        let text = String::from_utf8_lossy(&self.format(RFC3339_NANO)).into_owned();
        if text.as_bytes().get(4) != Some(&b'-') {
            return error("year outside of range [0,9999]");
        }
        let minutes = self.location.lookup(self.seconds).offset.abs() / 60;
        if minutes >= 24 * 60 {
            return error("timezone hour outside of range [0,23]");
        }
        Ok(text)
    }
}

fn name(out: &mut Vec<u8>, names: &[&str], index: i64, length: usize) {
    let name = usize::try_from(index)
        .ok()
        .and_then(|i| names.get(i))
        .copied()
        .unwrap_or_default();
    out.extend_from_slice(name.get(..length).unwrap_or(name).as_bytes());
}

fn date_chunk(out: &mut Vec<u8>, chunk: Chunk, date: &Date, weekday: Weekday) {
    match chunk {
        Chunk::Year => number(out, date.year.abs() % 100, 2),
        Chunk::LongYear => number(out, date.year, 4),
        Chunk::Month => name(out, &MONTHS, date.month - 1, 3),
        Chunk::LongMonth => name(out, &MONTHS, date.month - 1, usize::MAX),
        Chunk::NumMonth => number(out, date.month, 0),
        Chunk::ZeroMonth => number(out, date.month, 2),
        Chunk::Weekday => name(out, &DAYS, weekday.0, 3),
        Chunk::LongWeekday => name(out, &DAYS, weekday.0, usize::MAX),
        Chunk::Day => number(out, date.day, 0),
        Chunk::UnderDay => {
            let _ = write!(out, "{:2}", date.day);
        }
        Chunk::ZeroDay => number(out, date.day, 2),
        Chunk::UnderYearDay => {
            let _ = write!(out, "{:3}", date.year_day);
        }
        Chunk::ZeroYearDay => number(out, date.year_day, 3),
        _ => {}
    }
}

fn clock_chunk(out: &mut Vec<u8>, chunk: Chunk, clock: i64) {
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    // Noon is 12 PM, midnight 12 AM.
    let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
    match chunk {
        Chunk::Hour => number(out, hour, 2),
        Chunk::Hour12 => number(out, hour12, 0),
        Chunk::ZeroHour12 => number(out, hour12, 2),
        Chunk::Minute => number(out, minute, 0),
        Chunk::ZeroMinute => number(out, minute, 2),
        Chunk::Second => number(out, second, 0),
        Chunk::ZeroSecond => number(out, second, 2),
        Chunk::UpperNoon => out.extend_from_slice(if hour >= 12 { b"PM" } else { b"AM" }),
        Chunk::LowerNoon => out.extend_from_slice(if hour >= 12 { b"pm" } else { b"am" }),
        _ => {}
    }
}

fn offset(out: &mut Vec<u8>, seconds: i64, zulu: bool, form: OffsetForm) {
    if zulu && seconds == 0 {
        return out.push(b'Z');
    }
    // Less than a minute west of UTC is "+", since Go looks at the minutes.
    let minutes = (seconds / 60).abs();
    out.push(if seconds / 60 < 0 { b'-' } else { b'+' });
    let colon = if matches!(form, OffsetForm::ColonMinutes | OffsetForm::ColonSeconds) {
        ":"
    } else {
        ""
    };
    let _ = write!(out, "{:02}", minutes / 60);
    if form != OffsetForm::Hours {
        let _ = write!(out, "{colon}{:02}", minutes % 60);
    }
    if matches!(form, OffsetForm::Seconds | OffsetForm::ColonSeconds) {
        out.extend_from_slice(colon.as_bytes());
        // Go takes the sign away only where the minutes had one.
        let seconds = if seconds / 60 < 0 { -seconds } else { seconds };
        number(out, seconds % 60, 2);
    }
}

fn fraction(out: &mut Vec<u8>, nanoseconds: u32, digits: usize, trim: bool, separator: u8) {
    if trim && nanoseconds == 0 {
        return;
    }
    let text = format!("{nanoseconds:09}");
    // A layout of more than nine digits shows nine.
    let fraction = text.get(..digits).unwrap_or(&text);
    let fraction = if trim {
        fraction.trim_end_matches('0')
    } else {
        fraction
    };
    if !(trim && fraction.is_empty()) {
        out.push(separator);
        out.extend_from_slice(fraction.as_bytes());
    }
}

/// Package time's own quoting in errors: each byte beyond ASCII as `\xNN`.
pub(super) fn quote(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for (at, c) in runes(text) {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='\x7f' => out.push(c),
            _ => {
                let real = text
                    .get(at..)
                    .is_some_and(|t| t.starts_with("\u{fffd}".as_bytes()));
                let width = if c == char::REPLACEMENT_CHARACTER && !real {
                    1
                } else {
                    c.len_utf8()
                };
                let bytes = text.iter().skip(at).take(width);
                out.extend(bytes.map(|b| format!("\\x{b:02x}")));
            }
        }
    }
    out.push('"');
    out
}
