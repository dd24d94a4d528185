//! The time in Chart.lock, as Go's `time.Time.UnmarshalJSON` insists on it: RFC 3339.

/// Checks a time. The error is Go's text.
pub(crate) fn check(text: &str) -> Result<(), String> {
    let mut rest = text;
    let fail = |rest: &str, element: &str| {
        let quoted = |s: &str| gostd::strconv::quote(s.as_bytes());
        Err(format!(
            "parsing time {} as \"2006-01-02T15:04:05Z07:00\": cannot parse {} as {}",
            quoted(text),
            quoted(rest),
            quoted(element)
        ))
    };
    let out_of_range = |what: &str| {
        let quoted = gostd::strconv::quote(text.as_bytes());
        Err(format!("parsing time {quoted}: {what} out of range"))
    };
    let mut numbers = [0u32; 6];
    let parts = [
        ("2006", 4, "-"),
        ("01", 2, "-"),
        ("02", 2, "T"),
        ("15", 2, ":"),
        ("04", 2, ":"),
        ("05", 2, ""),
    ];
    for ((element, width, separator), number) in parts.into_iter().zip(&mut numbers) {
        let digits = rest
            .get(..width)
            .filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
        let Some(digits) = digits else {
            return fail(rest, element);
        };
        *number = digits.parse().unwrap_or(u32::MAX);
        let after = rest.get(width..).unwrap_or("");
        match after.strip_prefix(separator) {
            Some(after) => rest = after,
            None => return fail(after, separator),
        }
    }
    let [year, month, day, hour, minute, second] = numbers;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let limits = [
        (!(1..=12).contains(&month), "month"),
        (day < 1 || day > days, "day"),
        (hour > 23, "hour"),
        (minute > 59, "minute"),
        (second > 59, "second"),
    ];
    if let Some((_, what)) = limits.iter().find(|(wrong, _)| *wrong) {
        return out_of_range(what);
    }
    if let Some(after) = rest.strip_prefix(['.', ',']) {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            rest = after.get(digits..).unwrap_or("");
        }
    }
    if rest == "Z" || is_offset(rest.as_bytes()) {
        return Ok(());
    }
    fail(rest, "Z07:00")
}

fn is_offset(text: &[u8]) -> bool {
    matches!(text, [b'+' | b'-', a, b, b':', c, d] if [a, b, c, d].iter().all(|x| x.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn as_go_reads() {
        assert_eq!(check("2024-01-02T15:04:05.123456789+02:00"), Ok(()));
        assert_eq!(check("2024-02-29T15:04:05Z"), Ok(()));
        assert_eq!(
            check("x"),
            Err(
                r#"parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006""#
                    .into()
            )
        );
        assert_eq!(
            check("2020-01-01"),
            Err(r#"parsing time "2020-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T""#.into())
        );
    }
}
