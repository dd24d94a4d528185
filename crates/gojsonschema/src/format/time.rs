//! Dates, times, durations and periods.

use gostd::strconv;

use super::{Checked, fail, leading_digits, quoted, split};

/// Go's `time.Parse` with the layout `2006-01-02`.
pub(super) fn date(text: &[u8]) -> Checked {
    let cannot = |rest: &[u8], layout: &str| {
        Err(format!(
            "parsing time {} as \"2006-01-02\": cannot parse {} as \"{layout}\"",
            time_quote(text),
            time_quote(rest)
        ))
    };
    let problem = |why: &str| Err(format!("parsing time {}: {why}", time_quote(text)));
    let mut rest = text;
    let mut parts = [0; 3];
    for (part, (layout, length)) in parts.iter_mut().zip([("2006", 4), ("01", 2), ("02", 2)]) {
        if length == 2 {
            let Some(behind) = rest.strip_prefix(b"-") else {
                return cannot(rest, "-");
            };
            rest = behind;
        }
        let Some(digits) = rest.get(..length).filter(|d| leading_digits(d) == length) else {
            return cannot(rest, layout);
        };
        *part = digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0'));
        rest = &rest[length..];
        if layout == "01" && !(1..=12).contains(part) {
            return problem("month out of range");
        }
    }
    if !rest.is_empty() {
        return problem(&format!("extra text: {}", time_quote(rest)));
    }
    let [year, month, day] = parts;
    if day < 1 || day > days_in(year, month) {
        return problem("day out of range");
    }
    Ok(())
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Package time's own quoting: bytes that are not printable ASCII in hex.
fn time_quote(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for &b in text {
        match b {
            b'"' | b'\\' => out.extend(['\\', char::from(b)]),
            b' '..=0x7f => out.push(char::from(b)),
            _ => out.push_str(&format!("\\x{b:02x}")),
        }
    }
    out.push('"');
    out
}

pub(super) fn time(text: &[u8]) -> Checked {
    if text.len() < 9 {
        return fail("less than 9 characters long");
    }
    if text[2] != b':' || text[5] != b':' {
        return fail("missing colon in correct place");
    }
    let mut clock = [0; 3];
    for (part, digits) in clock.iter_mut().zip(text[..8].splitn(3, |&b| b == b':')) {
        *part = strconv::atoi(digits).map_err(|_| "invalid hour/min/sec")?;
        if *part < 0 {
            return fail("non-positive hour/min/sec");
        }
    }
    let [mut hour, mut minute, second] = clock;
    if hour > 23 || minute > 59 || second > 60 {
        return fail("hour/min/sec out of range");
    }
    let mut rest = &text[8..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = leading_digits(fraction);
        if digits == 0 {
            return fail("no digits in second fraction");
        }
        rest = &fraction[digits..];
    }
    if rest != b"z" && rest != b"Z" {
        let since_midnight = hour * 60 + minute - offset(rest)?;
        let utc = if since_midnight < 0 {
            since_midnight + 24 * 60
        } else {
            since_midnight
        };
        (hour, minute) = (utc / 60, utc % 60);
    }
    if second >= 60 && (hour, minute) != (23, 59) {
        return fail("invalid leap second");
    }
    Ok(())
}

/// The minutes that an offset such as `+01:30` is ahead of UTC.
fn offset(text: &[u8]) -> Result<i64, String> {
    let fail = |why: &str| Err(why.to_owned());
    if text.len() != 6 {
        return fail("offset must be 6 characters long");
    }
    let sign = match text[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return fail("offset must begin with plus/minus"),
    };
    if text[3] != b':' {
        return fail("missing colon in offset in correct place");
    }
    let mut parts = [0; 2];
    for (part, digits) in parts.iter_mut().zip(text[1..].splitn(2, |&b| b == b':')) {
        *part = strconv::atoi(digits).map_err(|_| "invalid hour/min in offset")?;
        if *part < 0 {
            return fail("non-positive hour/min in offset");
        }
    }
    let [hour, minute] = parts;
    if hour > 23 || minute > 59 {
        return fail("hour/min in offset out of range");
    }
    Ok(sign * (hour * 60 + minute))
}

pub(super) fn date_time(text: &[u8]) -> Checked {
    if text.len() < 20 {
        return fail("less than 20 characters long");
    }
    if text[10] != b't' && text[10] != b'T' {
        return fail("11th character must be t or T");
    }
    date(&text[..10]).map_err(|e| format!("invalid date element: {e}"))?;
    time(&text[11..]).map_err(|e| format!("invalid time element: {e}"))
}

pub(super) fn duration(text: &[u8]) -> Checked {
    let Some(text) = text.strip_prefix(b"P") else {
        return fail("must start with P");
    };
    if text.is_empty() {
        return fail("nothing after P");
    }
    if let Some(weeks) = text.strip_suffix(b"W") {
        return match weeks {
            [] => fail("no number in week"),
            _ if weeks.iter().all(u8::is_ascii_digit) => Ok(()),
            _ => fail("invalid week"),
        };
    }
    for (i, part) in split(text, b'T').enumerate() {
        match (i, part) {
            (0, _) => duration_part(part, b"YMD")?,
            (_, []) => return fail("no time elements"),
            (1, _) => duration_part(part, b"HMS")?,
            _ => return fail("more than one T"),
        }
    }
    Ok(())
}

/// Numbers with units, each unit once and in order.
fn duration_part(mut rest: &[u8], all_units: &[u8]) -> Checked {
    let mut units = all_units;
    while !rest.is_empty() {
        let digits = leading_digits(rest);
        if digits == 0 {
            return fail("missing number");
        }
        let Some(&unit) = rest.get(digits) else {
            return fail("missing unit");
        };
        let Some(at) = units.iter().position(|&u| u == unit) else {
            let text = quoted(char::from(unit));
            return match all_units.contains(&unit) {
                true => Err(format!("unit {text} out of order")),
                false => Err(format!("invalid unit {text}")),
            };
        };
        units = &units[at + 1..];
        rest = &rest[digits + 1..];
    }
    Ok(())
}

pub(super) fn period(text: &[u8]) -> Checked {
    let (start, end) = gostd::strings::cut(text, b'/');
    let Some(end) = end else {
        return fail("missing slash");
    };
    if start.starts_with(b"P") {
        duration(start).map_err(|e| format!("invalid start duration: {e}"))?;
    } else {
        date_time(start).map_err(|e| format!("invalid start date-time: {e}"))?;
        if end.starts_with(b"P") {
            return duration(end).map_err(|e| format!("invalid end duration: {e}"));
        }
    }
    date_time(end).map_err(|e| format!("invalid end date-time: {e}"))
}
