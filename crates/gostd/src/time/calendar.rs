//! The proleptic Gregorian calendar, `time.Month` and `time.Weekday`.

use std::fmt;

pub(super) const SECONDS_PER_DAY: i64 = 86_400;
const DAYS_PER_400_YEARS: i64 = 146_097;

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// `time.Month`: an int, 1 for January.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(pub i64);

/// `time.Weekday`: an int, 0 for Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weekday(pub i64);

fn name<'n>(names: &[&'n str], index: i64) -> Option<&'n str> {
    names.get(usize::try_from(index).ok()?).copied()
}

impl fmt::Display for Month {
    /// `Month.String()`: `%!Month(13)` outside the year.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name(&MONTHS, self.0.wrapping_sub(1)) {
            Some(name) => f.write_str(name),
            None => write!(f, "%!Month({})", self.0 as u64),
        }
    }
}

impl fmt::Display for Weekday {
    /// `Weekday.String()`: `%!Weekday(7)` outside the week.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name(&DAYS, self.0) {
            Some(name) => f.write_str(name),
            None => write!(f, "%!Weekday({})", self.0 as u64),
        }
    }
}

impl Weekday {
    /// The weekday of a day counted from 1970-01-01, a Thursday.
    pub(super) fn of_day(day: i64) -> Self {
        Self((day.rem_euclid(7) + 4) % 7)
    }
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Date {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) year_day: i64,
}

impl Date {
    /// The date of a day counted from 1970-01-01. Years are counted from March meanwhile, so that
    /// the leap day comes last.
    pub(super) fn of_day(day: i64) -> Self {
        let since_march_0 = day + 719_468;
        let era = since_march_0.div_euclid(DAYS_PER_400_YEARS);
        let day_of_era = since_march_0.rem_euclid(DAYS_PER_400_YEARS);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let from_march = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * from_march + 2) / 153;
        let day_of_month = from_march - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        let year_day = day - days_from_civil(year, 1, 1) + 1;
        Self {
            year,
            month,
            day: day_of_month,
            year_day,
        }
    }
}

/// Days from 1970-01-01 to a date whose month and day may lie outside their ranges.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let months = month.wrapping_sub(3);
    let year = year.wrapping_add(months.div_euclid(12));
    let months = months.rem_euclid(12);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * months + 2) / 5;
    era.wrapping_mul(DAYS_PER_400_YEARS)
        .wrapping_add(day_of_era - 719_468)
        .wrapping_add(day.wrapping_sub(1))
}

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The days of a month from 1 to 12.
pub(super) fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
