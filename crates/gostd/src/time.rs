//! Package `time`: moments with a location, durations, and Go's layouts.
//!
//! A [`Time`] is seconds and nanoseconds since 1970 and a [`Location`]; what `now` gives also carries
//! a monotonic reading, which printing shows and most operations drop.

mod calendar;
mod duration;
mod format;
mod layout;
mod location;
mod parse;
mod posix;
mod tzif;
pub mod value;
mod zones;

use std::cmp::Ordering;

pub use calendar::{Month, Weekday};
pub use duration::{Duration, DurationError, parse_duration};
pub use format::MarshalError;
pub use location::{Location, LocationError};
pub use parse::{ParseError, parse, parse_in_location};
pub use zones::{LocalZoneSource, ZoneDatabase, ZoneScope, use_zones};

use calendar::{Date, SECONDS_PER_DAY};

/// Seconds from year 1, where Go's zero time lies, to 1970.
const ZERO: i64 = -62_135_596_800;

/// `time.Time`.
#[derive(Debug, Clone)]
pub struct Time {
    seconds: i64,
    nanoseconds: u32,
    monotonic: Option<i64>,
    location: Location,
}

impl Default for Time {
    fn default() -> Self {
        Self::zero()
    }
}

impl Time {
    /// The zero time: January 1, year 1, 00:00:00 UTC.
    pub fn zero() -> Self {
        Self::from_unix(ZERO, 0, Location::utc())
    }

    /// `time.Unix(seconds, nanoseconds).In(location)`; nanoseconds may lie outside one second.
    pub fn from_unix(seconds: i64, nanoseconds: i64, location: Location) -> Self {
        let seconds = seconds.wrapping_add(nanoseconds.div_euclid(1_000_000_000));
        let nanoseconds = nanoseconds.rem_euclid(1_000_000_000) as u32;
        Self {
            seconds,
            nanoseconds,
            monotonic: None,
            location,
        }
    }

    /// The same moment with a monotonic clock reading, in nanoseconds since the process began: what
    /// `time.Now` gives, printed with `m=+0.012345678` at its end.
    pub fn with_monotonic(self, reading: i64) -> Self {
        Self {
            monotonic: Some(reading),
            ..self
        }
    }

    /// `time.Date`: values outside their usual ranges are carried over (October 32 is November 1).
    /// In the hour that a clock change skips or repeats, Go's choice of the two offsets.
    #[allow(clippy::too_many_arguments)]
    pub fn date(
        year: i64,
        month: i64,
        day: i64,
        hour: i64,
        minute: i64,
        second: i64,
        nanosecond: i64,
        location: &Location,
    ) -> Self {
        let days = calendar::days_from_civil(year, month, day);
        let clock = hour
            .wrapping_mul(3600)
            .wrapping_add(minute.wrapping_mul(60))
            .wrapping_add(second)
            .wrapping_add(nanosecond.div_euclid(1_000_000_000));
        let wall = days.wrapping_mul(SECONDS_PER_DAY).wrapping_add(clock);
        let span = location.lookup(wall);
        let mut offset = span.offset;
        if offset != 0 {
            let utc = wall.wrapping_sub(offset);
            if utc < span.start || utc >= span.end {
                offset = location.lookup(utc).offset;
            }
        }
        Self::from_unix(
            wall.wrapping_sub(offset),
            nanosecond.rem_euclid(1_000_000_000),
            location.clone(),
        )
    }

    /// Seconds of the wall clock, as if it were UTC.
    fn wall(&self) -> i64 {
        self.seconds
            .wrapping_add(self.location.lookup(self.seconds).offset)
    }

    fn civil(&self) -> Date {
        Date::of_day(self.wall().div_euclid(SECONDS_PER_DAY))
    }

    fn second_of_day(&self) -> i64 {
        self.wall().rem_euclid(SECONDS_PER_DAY)
    }

    /// `t.Year()`.
    pub fn year(&self) -> i64 {
        self.civil().year
    }

    /// `t.Month()`.
    pub fn month(&self) -> Month {
        Month(self.civil().month)
    }

    /// `t.Day()`: the day of the month.
    pub fn day(&self) -> i64 {
        self.civil().day
    }

    /// `t.YearDay()`, from 1.
    pub fn year_day(&self) -> i64 {
        self.civil().year_day
    }

    /// `t.Weekday()`.
    pub fn weekday(&self) -> Weekday {
        Weekday::of_day(self.wall().div_euclid(SECONDS_PER_DAY))
    }

    /// `t.Hour()`.
    pub fn hour(&self) -> i64 {
        self.second_of_day() / 3600
    }

    /// `t.Minute()`.
    pub fn minute(&self) -> i64 {
        self.second_of_day() / 60 % 60
    }

    /// `t.Second()`.
    pub fn second(&self) -> i64 {
        self.second_of_day() % 60
    }

    /// `t.Nanosecond()`.
    pub fn nanosecond(&self) -> i64 {
        self.nanoseconds.into()
    }

    /// `t.ISOWeek()`: the year and the week that hold this week's Thursday.
    pub fn iso_week(&self) -> (i64, i64) {
        let day = self.wall().div_euclid(SECONDS_PER_DAY);
        let days_since_monday = (Weekday::of_day(day).0 + 6) % 7;
        let thursday = Date::of_day(day - days_since_monday + 3);
        (thursday.year, (thursday.year_day - 1) / 7 + 1)
    }

    /// `t.Unix()`: seconds since 1970.
    pub fn unix(&self) -> i64 {
        self.seconds
    }

    /// `t.UnixMilli()`.
    pub fn unix_milli(&self) -> i64 {
        self.scaled(1000)
    }

    /// `t.UnixMicro()`.
    pub fn unix_micro(&self) -> i64 {
        self.scaled(1_000_000)
    }

    /// `t.UnixNano()`; overflows silently outside 1678 to 2262, as Go's does.
    pub fn unix_nano(&self) -> i64 {
        self.scaled(1_000_000_000)
    }

    fn scaled(&self, per_second: i64) -> i64 {
        let fraction = i64::from(self.nanoseconds) / (1_000_000_000 / per_second);
        self.seconds.wrapping_mul(per_second).wrapping_add(fraction)
    }

    /// `t.IsZero()`.
    pub fn is_zero(&self) -> bool {
        self.seconds == ZERO && self.nanoseconds == 0
    }

    /// `t.Compare(u)`: the order of two moments, by the monotonic clock if both have a reading.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self.monotonic, other.monotonic) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => (self.seconds, self.nanoseconds).cmp(&(other.seconds, other.nanoseconds)),
        }
    }

    /// `t.Equal(u)`: the same moment, in whatever location.
    pub fn equal(&self, other: &Self) -> bool {
        self.compare(other) == Ordering::Equal
    }

    /// `t.Before(u)`.
    pub fn before(&self, other: &Self) -> bool {
        self.compare(other) == Ordering::Less
    }

    /// `t.After(u)`.
    pub fn after(&self, other: &Self) -> bool {
        self.compare(other) == Ordering::Greater
    }

    /// `t.Add(d)`.
    pub fn add(&self, duration: Duration) -> Self {
        let nanoseconds = i64::from(self.nanoseconds) + duration.0 % 1_000_000_000;
        let seconds = self.seconds.wrapping_add(duration.0 / 1_000_000_000);
        let monotonic = self
            .monotonic
            .and_then(|reading| reading.checked_add(duration.0));
        Self {
            monotonic,
            ..Self::from_unix(seconds, nanoseconds, self.location.clone())
        }
    }

    /// `t.Sub(u)`; the nearest duration where the difference is no duration.
    pub fn sub(&self, other: &Self) -> Duration {
        if let (Some(a), Some(b)) = (self.monotonic, other.monotonic) {
            return Duration(a.saturating_sub(b));
        }
        let nanoseconds =
            |t: &Self| i128::from(t.seconds) * 1_000_000_000 + i128::from(t.nanoseconds);
        let difference = nanoseconds(self) - nanoseconds(other);
        Duration(difference.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
    }

    /// `t.AddDate(years, months, days)`, normalised as [`Time::date`] does.
    pub fn add_date(&self, years: i64, months: i64, days: i64) -> Self {
        let date = self.civil();
        Self::date(
            date.year.wrapping_add(years),
            date.month.wrapping_add(months),
            date.day.wrapping_add(days),
            0,
            0,
            self.second_of_day(),
            self.nanosecond(),
            &self.location,
        )
    }

    fn without_monotonic(&self) -> Self {
        Self {
            monotonic: None,
            ..self.clone()
        }
    }

    /// The excess over a multiple of `unit` since the zero time.
    fn remainder(&self, unit: Duration) -> i64 {
        let since_zero = (i128::from(self.seconds) - i128::from(ZERO)) * 1_000_000_000
            + i128::from(self.nanoseconds);
        since_zero.rem_euclid(i128::from(unit.0.max(1))) as i64
    }

    /// `t.Truncate(unit)`: down to a multiple of `unit` since the zero time.
    pub fn truncate(&self, unit: Duration) -> Self {
        let time = self.without_monotonic();
        if unit.0 <= 0 {
            time
        } else {
            time.add(Duration(-time.remainder(unit)))
        }
    }

    /// `t.Round(unit)`: to the nearest multiple of `unit` since the zero time, halves up.
    pub fn round(&self, unit: Duration) -> Self {
        let time = self.without_monotonic();
        if unit.0 <= 0 {
            return time;
        }
        let remainder = time.remainder(unit);
        let below_half = (remainder as u64) * 2 < unit.0 as u64;
        time.add(Duration(if below_half {
            -remainder
        } else {
            unit.0 - remainder
        }))
    }

    /// `t.In(location)`.
    pub fn in_location(&self, location: &Location) -> Self {
        Self {
            location: location.clone(),
            monotonic: None,
            ..*self
        }
    }

    /// `t.UTC()`.
    pub fn utc(&self) -> Self {
        self.in_location(&Location::utc())
    }

    /// `t.Local()`.
    pub fn local(&self) -> Self {
        self.in_location(&Location::local())
    }

    /// `t.Location()`.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// `t.Zone()`: abbreviation and offset in seconds east of UTC.
    pub fn zone(&self) -> (String, i64) {
        let span = self.location.lookup(self.seconds);
        (span.name.into_owned(), span.offset)
    }

    /// `t.IsDST()`.
    pub fn is_dst(&self) -> bool {
        self.location.lookup(self.seconds).is_dst
    }
}

#[cfg(test)]
mod tests;
