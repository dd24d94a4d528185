//! The timestamps that go-yaml v2 recognizes: four layouts of Go's `time.Parse`.

/// Returns true if `text` is a date, or a date and time, that Go can parse.
pub(crate) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((year, [b'-', rest @ ..])) = bytes.split_at_checked(4) else {
        return false;
    };
    if !year.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let year = year.iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
    let parsed = (|| {
        let (month, rest) = number(rest)?;
        let (day, rest) = number(rest.strip_prefix(b"-")?)?;
        Some((month, day, rest))
    })();
    let Some((month, day, rest)) = parsed else {
        return false;
    };
    if !(1..=12).contains(&month) || day < 1 || day > days(year, month) {
        return false;
    }
    match rest {
        [] => true,
        [b'T' | b't', time @ ..] => clock(time).is_some_and(is_zone),
        // The layout has one blank; Go lets the text have more.
        [b' ', time @ ..] => {
            let blanks = time.iter().take_while(|&&b| b == b' ').count();
            clock(time.get(blanks..).unwrap_or_default()).is_some_and(<[u8]>::is_empty)
        }
        _ => false,
    }
}

/// One or two digits.
fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => {
            Some((u32::from(a - b'0') * 10 + u32::from(b - b'0'), rest))
        }
        [a @ b'0'..=b'9', rest @ ..] => Some((u32::from(a - b'0'), rest)),
        _ => None,
    }
}

/// Hours, minutes, seconds and a fraction; gives what follows.
fn clock(text: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?)?;
    let (second, mut rest) = number(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    if let [b'.' | b',', fraction @ ..] = rest {
        let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        rest = fraction.get(digits..)?;
    }
    Some(rest)
}

/// `Z` or an offset such as `+02:00`.
fn is_zone(text: &[u8]) -> bool {
    match text {
        b"Z" => true,
        [b'+' | b'-', h @ ..] => match h {
            [a, b, b':', c, d] => {
                let two = |x: u8, y: u8| match (x, y) {
                    (b'0'..=b'9', b'0'..=b'9') => {
                        Some(u32::from(x - b'0') * 10 + u32::from(y - b'0'))
                    }
                    _ => None,
                };
                two(*a, *b).is_some_and(|h| h <= 24) && two(*c, *d).is_some_and(|m| m <= 60)
            }
            _ => false,
        },
        _ => false,
    }
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
