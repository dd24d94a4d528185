//! `time.Parse` and `time.ParseInLocation`.

use std::fmt;

use super::calendar::{DAYS, MONTHS, days_in, is_leap};
use super::format::quote;
use super::layout::{self, Chunk, OffsetForm};
use super::{Location, Time};

/// `*time.ParseError`; the texts it holds are bytes and shown quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    layout: Vec<u8>,
    value: Vec<u8>,
    layout_part: Vec<u8>,
    value_part: Vec<u8>,
    /// Without a message the error names the two parts.
    message: Option<String>,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = quote(&self.value);
        match &self.message {
            Some(message) => write!(f, "parsing time {value}{message}"),
            None => {
                let (layout, part) = (quote(&self.layout), quote(&self.value_part));
                let expected = quote(&self.layout_part);
                write!(
                    f,
                    "parsing time {value} as {layout}: cannot parse {part} as {expected}"
                )
            }
        }
    }
}

impl std::error::Error for ParseError {}

/// `time.Parse`: without a zone in the text the time is UTC.
///
/// # Errors
/// Go's `*ParseError`.
pub fn parse(layout: &[u8], value: &[u8]) -> Result<Time, ParseError> {
    parse_with(layout, value, &Location::utc(), &Location::local())
}

/// `time.ParseInLocation`: without a zone in the text the time is in the location; an offset or an
/// abbreviation that the location has at that time gives a time in the location.
///
/// # Errors
/// Go's `*ParseError`.
pub fn parse_in_location(
    layout: &[u8],
    value: &[u8],
    location: &Location,
) -> Result<Time, ParseError> {
    parse_with(layout, value, location, location)
}

fn parse_with(
    layout: &[u8],
    value: &[u8],
    default: &Location,
    local: &Location,
) -> Result<Time, ParseError> {
    let error = |layout_part: &[u8], value_part: &[u8], message: Option<String>| ParseError {
        layout: layout.to_vec(),
        value: value.to_vec(),
        layout_part: layout_part.to_vec(),
        value_part: value_part.to_vec(),
        message,
    };
    let mut fields = Fields::default();
    let mut reader = Reader { rest: value };
    let mut layout_rest = layout;
    loop {
        let next = layout::next(layout_rest);
        if reader.skip(next.prefix).is_none() {
            return Err(error(next.prefix, reader.rest, None));
        }
        let Some(chunk) = next.chunk else { break };
        layout_rest = next.rest;
        let before = reader.rest;
        match fields.read(chunk, &mut reader, layout_rest) {
            Ok(()) => {}
            Err(Bad::Syntax) => return Err(error(next.spelling, before, None)),
            Err(Bad::Range(what)) => {
                return Err(error(b"", b"", Some(format!(": {what} out of range"))));
            }
        }
    }
    if !reader.rest.is_empty() {
        return Err(error(
            b"",
            b"",
            Some(format!(": extra text: {}", quote(reader.rest))),
        ));
    }
    fields
        .finish(default, local)
        .map_err(|message| error(b"", b"", Some(format!(": {message}"))))
}

/// The reason why a part of the text does not fit.
enum Bad {
    Syntax,
    Range(&'static str),
}

/// The parts read so far.
#[derive(Default)]
struct Fields {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: i64,
    /// `AM` was there.
    am: bool,
    /// `PM` was there.
    pm: bool,
    utc: bool,
    offset: Option<i64>,
    zone: Option<String>,
}

impl Fields {
    /// Reads one part. `layout_rest` follows it in the layout: seconds take a fraction that the layout
    /// does not mention.
    fn read(
        &mut self,
        chunk: Chunk,
        reader: &mut Reader<'_>,
        layout_rest: &[u8],
    ) -> Result<(), Bad> {
        let range = |ok: bool, what| if ok { Ok(()) } else { Err(Bad::Range(what)) };
        match chunk {
            Chunk::Year => {
                let year = atoi(reader.take(2)?).ok_or(Bad::Syntax)?;
                self.year = year + if year >= 69 { 1900 } else { 2000 };
            }
            Chunk::LongYear => {
                reader
                    .rest
                    .first()
                    .filter(|b| b.is_ascii_digit())
                    .ok_or(Bad::Syntax)?;
                self.year = atoi(reader.take(4)?).ok_or(Bad::Syntax)?;
            }
            Chunk::Month => self.month = Some(reader.name(&MONTHS, 3)? + 1),
            Chunk::LongMonth => self.month = Some(reader.name(&MONTHS, usize::MAX)? + 1),
            Chunk::NumMonth | Chunk::ZeroMonth => {
                let month = reader.number(chunk == Chunk::ZeroMonth)?;
                range((1..=12).contains(&month), "month")?;
                self.month = Some(month);
            }
            // The weekday must only be one.
            Chunk::Weekday => drop(reader.name(&DAYS, 3)?),
            Chunk::LongWeekday => drop(reader.name(&DAYS, usize::MAX)?),
            Chunk::Day | Chunk::UnderDay | Chunk::ZeroDay => {
                if chunk == Chunk::UnderDay {
                    reader.eat(b' ');
                }
                self.day = Some(reader.number(chunk == Chunk::ZeroDay)?);
            }
            Chunk::UnderYearDay | Chunk::ZeroYearDay => {
                if chunk == Chunk::UnderYearDay {
                    let _ = reader.eat(b' ') && reader.eat(b' ');
                }
                self.year_day = Some(reader.year_day(chunk == Chunk::ZeroYearDay)?);
            }
            Chunk::Hour => {
                self.hour = reader.number(false)?;
                range(self.hour < 24, "hour")?;
            }
            Chunk::Hour12 | Chunk::ZeroHour12 => {
                self.hour = reader.number(chunk == Chunk::ZeroHour12)?;
                range(self.hour <= 12, "hour")?;
            }
            Chunk::Minute | Chunk::ZeroMinute => {
                self.minute = reader.number(chunk == Chunk::ZeroMinute)?;
                range(self.minute < 60, "minute")?;
            }
            Chunk::Second | Chunk::ZeroSecond => {
                self.second = reader.number(chunk == Chunk::ZeroSecond)?;
                range(self.second < 60, "second")?;
                if let Some(digits) = reader.fraction_digits()
                    && !matches!(
                        layout::next(layout_rest).chunk,
                        Some(Chunk::Fraction { .. })
                    )
                {
                    self.nanosecond = nanoseconds(reader.take(digits + 1)?)?;
                }
            }
            Chunk::UpperNoon | Chunk::LowerNoon => {
                let (am, pm) = if chunk == Chunk::UpperNoon {
                    (b"AM", b"PM")
                } else {
                    (b"am", b"pm")
                };
                let text = reader.take(2)?;
                if text != am && text != pm {
                    return Err(Bad::Syntax);
                }
                self.am |= text == am;
                self.pm |= text == pm;
            }
            Chunk::Offset { zulu: true, .. } if reader.eat(b'Z') => self.utc = true,
            Chunk::Offset { form, .. } => self.offset = Some(reader.offset(form)?),
            Chunk::ZoneName if reader.rest.starts_with(b"UTC") => {
                reader.take(3)?;
                self.utc = true;
            }
            Chunk::ZoneName => {
                let length = zone_name(reader.rest).ok_or(Bad::Syntax)?;
                self.zone = Some(String::from_utf8_lossy(reader.take(length)?).into_owned());
            }
            Chunk::Fraction {
                digits,
                trim: false,
                ..
            } => {
                self.nanosecond = nanoseconds(reader.take(digits + 1)?)?;
            }
            Chunk::Fraction { .. } => {
                if let Some(digits) = reader.fraction_digits() {
                    self.nanosecond = nanoseconds(reader.take(digits + 1)?)?;
                }
            }
        }
        Ok(())
    }

    /// Month and day from the day of the year, which must agree with those read.
    fn month_and_day(&self) -> Result<(i64, i64), &'static str> {
        let Some(year_day) = self.year_day else {
            return Ok((self.month.unwrap_or(1), self.day.unwrap_or(1)));
        };
        if year_day < 1 || year_day > 365 + i64::from(is_leap(self.year)) {
            return Err("day-of-year out of range");
        }
        let (mut month, mut day) = (1, year_day);
        while day > days_in(month, self.year) {
            day -= days_in(month, self.year);
            month += 1;
        }
        if self.month.is_some_and(|m| m != month) {
            return Err("day-of-year does not match month");
        }
        if self.day.is_some_and(|d| d != day) {
            return Err("day-of-year does not match day");
        }
        Ok((month, day))
    }

    fn finish(self, default: &Location, local: &Location) -> Result<Time, &'static str> {
        let hour = match self.hour {
            0..12 if self.pm => self.hour + 12,
            12 if self.am => 0,
            _ => self.hour,
        };
        let (month, day) = self.month_and_day()?;
        if day < 1 || day > days_in(month, self.year) {
            return Err("day out of range");
        }
        let at = |location: &Location| {
            Time::date(
                self.year,
                month,
                day,
                hour,
                self.minute,
                self.second,
                self.nanosecond,
                location,
            )
        };
        let utc = at(&Location::utc());
        let shifted = |offset: i64, location| {
            Time::from_unix(utc.unix() - offset, utc.nanosecond(), location)
        };
        if self.utc {
            return Ok(utc);
        }
        // Go marks "no offset" by -1, and so forgets the offset of one second.
        if let Some(offset) = self.offset.filter(|offset| *offset != -1) {
            let span = local.lookup(utc.unix() - offset);
            if span.offset == offset && self.zone.as_ref().is_none_or(|zone| *zone == span.name) {
                return Ok(shifted(offset, local.clone()));
            }
            return Ok(shifted(
                offset,
                Location::fixed(&self.zone.unwrap_or_default(), offset),
            ));
        }
        if let Some(zone) = self.zone {
            if let Some(offset) = local.lookup_name(&zone, utc.unix()) {
                return Ok(shifted(offset, local.clone()));
            }
            // An unknown abbreviation counts as UTC, but for GMT+3. Go shows the offset of that and
            // yet does not subtract it.
            let hours = zone
                .strip_prefix("GMT")
                .filter(|h| !h.is_empty())
                .and_then(|h| atoi(h.as_bytes()));
            let mut time = at(&Location::utc());
            time.location = Location::fixed(&zone, hours.unwrap_or(0) * 3600);
            return Ok(time);
        }
        Ok(at(default))
    }
}

/// The text still to read.
struct Reader<'v> {
    rest: &'v [u8],
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|b| b.is_ascii_digit()).count()
}

impl<'v> Reader<'v> {
    /// Skips a layout's plain text. Runs of blanks stand for each other, and blanks at the end may be missing.
    fn skip(&mut self, prefix: &[u8]) -> Option<()> {
        let mut prefix = prefix;
        while let Some((&expected, after)) = prefix.split_first() {
            if expected == b' ' {
                if self.rest.first().is_some_and(|b| *b != b' ') {
                    return None;
                }
                prefix = cut_blanks(prefix);
                self.rest = cut_blanks(self.rest);
            } else {
                self.rest = self.rest.strip_prefix(&[expected])?;
                prefix = after;
            }
        }
        Some(())
    }

    fn take(&mut self, count: usize) -> Result<&'v [u8], Bad> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(Bad::Syntax)?;
        self.rest = rest;
        Ok(head)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.rest.first() == Some(&byte);
        if is_next {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        is_next
    }

    /// The index of a name, in any case, of which only the first letters count.
    fn name(&mut self, names: &[&str], length: usize) -> Result<i64, Bad> {
        for (index, name) in names.iter().enumerate() {
            let name = name.get(..length).unwrap_or(name).as_bytes();
            if self
                .rest
                .get(..name.len())
                .is_some_and(|text| text.eq_ignore_ascii_case(name))
            {
                self.take(name.len())?;
                return Ok(index as i64);
            }
        }
        Err(Bad::Syntax)
    }

    /// One or two digits; `fixed` asks for two.
    fn number(&mut self, fixed: bool) -> Result<i64, Bad> {
        match digits(self.rest).min(2) {
            0 => Err(Bad::Syntax),
            1 if fixed => Err(Bad::Syntax),
            count => atoi(self.take(count)?).ok_or(Bad::Syntax),
        }
    }

    /// One to three digits; `fixed` asks for three.
    fn year_day(&mut self, fixed: bool) -> Result<i64, Bad> {
        let count = digits(self.rest).min(3);
        if count == 0 || fixed && count != 3 {
            return Err(Bad::Syntax);
        }
        atoi(self.take(count)?).ok_or(Bad::Syntax)
    }

    /// The number of digits after a point or comma here, if there are any.
    fn fraction_digits(&self) -> Option<usize> {
        let (b'.' | b',', after) = self.rest.split_first()? else {
            return None;
        };
        Some(digits(after)).filter(|count| *count > 0)
    }

    fn offset(&mut self, form: OffsetForm) -> Result<i64, Bad> {
        let (length, minute_at, second_at) = match form {
            OffsetForm::Hours => (3, None, None),
            OffsetForm::Minutes => (5, Some(3), None),
            OffsetForm::ColonMinutes => (6, Some(4), None),
            OffsetForm::Seconds => (7, Some(3), Some(5)),
            OffsetForm::ColonSeconds => (9, Some(4), Some(7)),
        };
        let text = self.take(length)?;
        let colons: &[usize] = match form {
            OffsetForm::ColonMinutes => &[3],
            OffsetForm::ColonSeconds => &[3, 6],
            _ => &[],
        };
        if colons.iter().any(|at| text.get(*at) != Some(&b':')) {
            return Err(Bad::Syntax);
        }
        // What is no number counts as 0 for the range, and the range is complained about first.
        let read = |at: Option<usize>| {
            at.map_or(Ok(0), |at| {
                Reader {
                    rest: text.get(at..at + 2).unwrap_or_default(),
                }
                .number(true)
            })
        };
        let hour = read(Some(1));
        let minute = if hour.is_ok() { read(minute_at) } else { Ok(0) };
        let second = if minute.is_ok() {
            read(second_at)
        } else {
            Ok(0)
        };
        let ranges = [
            (&hour, 24, "time zone offset hour"),
            (&minute, 60, "time zone offset minute"),
            (&second, 60, "time zone offset second"),
        ];
        // The last one out of range is named.
        for (value, most, what) in ranges.into_iter().rev() {
            if value.as_ref().is_ok_and(|v| *v > most) {
                return Err(Bad::Range(what));
            }
        }
        let seconds = (hour? * 60 + minute?) * 60 + second?;
        match text.first() {
            Some(b'+') => Ok(seconds),
            Some(b'-') => Ok(-seconds),
            _ => Err(Bad::Syntax),
        }
    }
}

fn cut_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|b| **b == b' ').count();
    text.get(blanks..).unwrap_or_default()
}

/// Package time's own number reading: an optional sign and digits.
fn atoi(text: &[u8]) -> Option<i64> {
    let (negative, number) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let mut value = 0i64;
    for b in number {
        let digit = (*b as char).to_digit(10)?;
        value = value.checked_mul(10)?.checked_add(i64::from(digit))?;
    }
    Some(if negative { -value } else { value })
}

/// Nanoseconds of a fraction with its point; digits after the ninth are cut off.
fn nanoseconds(text: &[u8]) -> Result<i64, Bad> {
    let (b'.' | b',', number) = text.split_first().ok_or(Bad::Syntax)? else {
        return Err(Bad::Syntax);
    };
    let number = number.get(..9).unwrap_or(number);
    let value = atoi(number).ok_or(Bad::Syntax)?;
    if value < 0 {
        return Err(Bad::Range("fractional second"));
    }
    Ok(value * 10i64.pow(9 - number.len() as u32))
}

/// The length of a zone abbreviation: three capitals, four or five that end in T (or `WITA`), `ChST`,
/// `MeST`, `GMT` with an hour, or a signed hour.
fn zone_name(text: &[u8]) -> Option<usize> {
    if text.len() < 3 {
        return None;
    }
    if text.starts_with(b"ChST") || text.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(after) = text.strip_prefix(b"GMT") {
        return Some(3 + signed_hour(after));
    }
    if matches!(text.first(), Some(b'+' | b'-')) {
        return Some(signed_hour(text)).filter(|length| *length > 0);
    }
    match text
        .iter()
        .take(6)
        .take_while(|b| b.is_ascii_uppercase())
        .count()
    {
        5 if text.get(4) == Some(&b'T') => Some(5),
        4 if text.get(3) == Some(&b'T') || text.starts_with(b"WITA") => Some(4),
        3 => Some(3),
        _ => None,
    }
}

/// The length of `+3` to `-23`; 0 if it is none.
fn signed_hour(text: &[u8]) -> usize {
    let [b'+' | b'-', number @ ..] = text else {
        return 0;
    };
    let count = digits(number);
    let hour = number.get(..count).and_then(atoi);
    if count > 0 && hour.is_some_and(|hour| hour <= 23) {
        count + 1
    } else {
        0
    }
}
