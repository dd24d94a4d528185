//! POSIX `TZ` rules (`CET-1CEST,M3.5.0,M10.5.0/3`): the zones after a tz database file's last change.

use super::calendar::{Date, SECONDS_PER_DAY, Weekday, days_from_civil, days_in, is_leap};
use super::location::Span;

/// Standard time, and daylight saving time with the rules for its beginning and end.
#[derive(Debug)]
pub(super) struct Rules {
    standard: Named,
    daylight: Option<(Named, Rule, Rule)>,
}

#[derive(Debug, Clone)]
struct Named {
    name: Box<str>,
    /// Seconds east of UTC.
    offset: i64,
}

/// A day of the year and the second of wall clock time on it.
#[derive(Debug, Clone, Copy)]
struct Rule {
    day: Day,
    time: i64,
}

#[derive(Debug, Clone, Copy)]
enum Day {
    /// `J60`: from 1, February 29 never counted.
    Julian(i64),
    /// `59`: from 0.
    OfYear(i64),
    /// `M3.5.0`: month, week (5 the last), weekday.
    Weekday { month: i64, week: i64, weekday: i64 },
}

impl Rules {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, rest) = name(text)?;
        let (offset, rest) = offset(rest)?;
        // The rules add to local time what leads to UTC.
        let standard = Named {
            name: name.into(),
            offset: -offset,
        };
        if rest.is_empty() || rest.starts_with(',') {
            return Some(Self {
                standard,
                daylight: None,
            });
        }
        let (name, rest) = self::name(rest)?;
        let (offset, rest) = if rest.is_empty() || rest.starts_with(',') {
            (standard.offset + 3600, rest)
        } else {
            let (offset, rest) = self::offset(rest)?;
            (-offset, rest)
        };
        let rest = if rest.is_empty() {
            ",M3.2.0,M11.1.0"
        } else {
            rest
        };
        let (start, rest) = rule(rest.strip_prefix([',', ';'])?)?;
        let (end, rest) = rule(rest.strip_prefix(',')?)?;
        let daylight = Named {
            name: name.into(),
            offset,
        };
        rest.is_empty().then_some(Self {
            standard,
            daylight: Some((daylight, start, end)),
        })
    }

    /// The stretch that holds a moment after the last change. Its limits are exact next to a change of
    /// clocks and otherwise those of the year.
    pub(super) fn lookup(&self, last_change: i64, seconds: i64) -> Span<'_> {
        let span = |zone: &'_ Named, is_dst, start, end| Span {
            name: zone.name.to_string().into(),
            offset: zone.offset,
            start,
            end,
            is_dst,
        };
        let Some((daylight, start, end)) = &self.daylight else {
            return span(&self.standard, false, last_change, i64::MAX);
        };
        let year = Date::of_day(seconds.div_euclid(SECONDS_PER_DAY)).year;
        let year_start = days_from_civil(year, 1, 1).wrapping_mul(SECONDS_PER_DAY);
        let into_year = seconds.wrapping_sub(year_start);
        let (begin, finish) = (
            start.seconds(year, self.standard.offset),
            end.seconds(year, daylight.offset),
        );
        // In the south, summer time spans the turn of the year.
        let ((outer, outer_dst), (inner, inner_dst), begin, finish) = if finish < begin {
            ((daylight, true), (&self.standard, false), finish, begin)
        } else {
            ((&self.standard, false), (daylight, true), begin, finish)
        };
        let at = |second: i64| year_start.wrapping_add(second);
        if into_year < begin {
            span(outer, outer_dst, year_start, at(begin))
        } else if into_year >= finish {
            span(outer, outer_dst, at(finish), at(365 * SECONDS_PER_DAY))
        } else {
            span(inner, inner_dst, at(begin), at(finish))
        }
    }
}

impl Rule {
    /// Seconds from the start of the year in UTC, with this offset in force.
    fn seconds(&self, year: i64, offset: i64) -> i64 {
        let day = match self.day {
            Day::Julian(day) => day - 1 + i64::from(is_leap(year) && day >= 60),
            Day::OfYear(day) => day,
            Day::Weekday {
                month,
                week,
                weekday,
            } => {
                let first = days_from_civil(year, month, 1);
                let mut day = (weekday - Weekday::of_day(first).0).rem_euclid(7);
                for _ in 1..week {
                    if day + 7 >= days_in(month, year) {
                        break;
                    }
                    day += 7;
                }
                first - days_from_civil(year, 1, 1) + day
            }
        };
        day * SECONDS_PER_DAY + self.time - offset
    }
}

/// An abbreviation of at least three letters, or `<+03>`.
fn name(text: &str) -> Option<(&str, &str)> {
    if let Some(quoted) = text.strip_prefix('<') {
        return quoted.split_once('>');
    }
    let end = text
        .find(|c: char| c.is_ascii_digit() || matches!(c, ',' | '-' | '+'))
        .unwrap_or(text.len());
    (end >= 3).then(|| text.split_at(end))
}

fn number(text: &str, min: i64, max: i64) -> Option<(i64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let value = digits.parse().ok().filter(|v| (min..=max).contains(v))?;
    Some((value, rest))
}

/// `[+-]hh[:mm[:ss]]` in seconds; up to a week.
fn offset(text: &str) -> Option<(i64, &str)> {
    let negative = text.starts_with('-');
    let (hours, mut rest) = number(text.strip_prefix(['+', '-']).unwrap_or(text), 0, 24 * 7)?;
    let mut seconds = hours * 3600;
    for unit in [60, 1] {
        let Some(after) = rest.strip_prefix(':') else {
            break;
        };
        let (value, after) = number(after, 0, 59)?;
        seconds += value * unit;
        rest = after;
    }
    Some((if negative { -seconds } else { seconds }, rest))
}

fn rule(text: &str) -> Option<(Rule, &str)> {
    let (day, rest) = if let Some(rest) = text.strip_prefix('J') {
        let (day, rest) = number(rest, 1, 365)?;
        (Day::Julian(day), rest)
    } else if let Some(rest) = text.strip_prefix('M') {
        let (month, rest) = number(rest, 1, 12)?;
        let (week, rest) = number(rest.strip_prefix('.')?, 1, 5)?;
        let (weekday, rest) = number(rest.strip_prefix('.')?, 0, 6)?;
        (
            Day::Weekday {
                month,
                week,
                weekday,
            },
            rest,
        )
    } else {
        let (day, rest) = number(text, 0, 365)?;
        (Day::OfYear(day), rest)
    };
    match rest.strip_prefix('/') {
        Some(rest) => offset(rest).map(|(time, rest)| (Rule { day, time }, rest)),
        None => Some((
            Rule {
                day,
                time: 2 * 3600,
            },
            rest,
        )),
    }
}
