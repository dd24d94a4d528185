//! Which plain texts go-yaml would read back as a null, boolean, number or date, so that a string
//! of that text has to be quoted (its resolver, and its nod to YAML 1.1's base-60 numbers).

use super::Dialect;

/// What the first byte lets a text be, besides a string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    None,
    Word,
    Number,
    Point,
}

const HINTS: [Hint; 256] = {
    let mut table = [Hint::None; 256];
    let words = b"yYnNtTfFoO~";
    let mut i = 0;
    while i < words.len() {
        table[words[i] as usize] = Hint::Word;
        i += 1;
    }
    let mut digit = b'0';
    while digit <= b'9' {
        table[digit as usize] = Hint::Number;
        digit += 1;
    }
    table[b'+' as usize] = Hint::Number;
    table[b'-' as usize] = Hint::Number;
    table[b'.' as usize] = Hint::Point;
    table
};

/// Whether a string of this text must be quoted because plain it would be something else.
pub(super) fn reads_as_other(text: &[u8], dialect: Dialect) -> bool {
    let Some(first) = text.first() else {
        return true;
    };
    match HINTS.get(usize::from(*first)) {
        Some(Hint::Word) => is_word(text),
        Some(Hint::Number) => {
            is_infinity(text) || is_timestamp(text) || is_number(text, dialect) || is_base_60(text)
        }
        Some(Hint::Point) => {
            is_infinity(text) || matches!(text, b".nan" | b".NaN" | b".NAN") || is_point_float(text)
        }
        _ => false,
    }
}

/// YAML 1.1's booleans and nulls. (v3 reads `yes` and its kin as strings, but quotes them.)
fn is_word(text: &[u8]) -> bool {
    match text.len() {
        1 => matches!(text, b"y" | b"Y" | b"n" | b"N" | b"~"),
        2 => matches!(text, b"on" | b"On" | b"ON" | b"no" | b"No" | b"NO"),
        3 => matches!(text, b"yes" | b"Yes" | b"YES" | b"off" | b"Off" | b"OFF"),
        4 => matches!(
            text,
            b"true" | b"True" | b"TRUE" | b"null" | b"Null" | b"NULL"
        ),
        5 => matches!(text, b"false" | b"False" | b"FALSE"),
        _ => false,
    }
}

fn is_infinity(text: &[u8]) -> bool {
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    matches!(unsigned, b".inf" | b".Inf" | b".INF")
}

/// `.5`, `.5e3`, `.5_0`: what Go's ParseFloat takes from a leading point on.
fn is_point_float(text: &[u8]) -> bool {
    let mut rest = text.get(1..).unwrap_or(&[]);
    let mut digits = 0;
    let mut clean = Vec::with_capacity(text.len());
    clean.push(b'.');
    let mut after_digit = false;
    while let [byte, tail @ ..] = rest {
        match byte {
            b'0'..=b'9' => {
                clean.push(*byte);
                digits += 1;
                after_digit = true;
            }
            // Go lets underscores stand between digits only.
            b'_' if after_digit && matches!(tail, [b'0'..=b'9', ..]) => after_digit = false,
            _ => break,
        }
        rest = tail;
    }
    if digits == 0 {
        return false;
    }
    if let [b'e' | b'E', tail @ ..] = rest {
        clean.push(b'e');
        rest = tail;
        if let [sign @ (b'+' | b'-'), tail @ ..] = rest {
            clean.push(*sign);
            rest = tail;
        }
        let mut exponent_digits = 0;
        let mut after_digit = false;
        while let [byte, tail @ ..] = rest {
            match byte {
                b'0'..=b'9' => {
                    clean.push(*byte);
                    exponent_digits += 1;
                    after_digit = true;
                }
                b'_' if after_digit && matches!(tail, [b'0'..=b'9', ..]) => after_digit = false,
                _ => break,
            }
            rest = tail;
        }
        if exponent_digits == 0 {
            return false;
        }
    }
    rest.is_empty() && is_finite(&clean)
}

/// Integers and floats, underscores anywhere.
fn is_number(text: &[u8], dialect: Dialect) -> bool {
    let stripped: Vec<u8>;
    let plain = if text.contains(&b'_') {
        stripped = text.iter().copied().filter(|b| *b != b'_').collect();
        &stripped
    } else {
        text
    };
    is_decimal(plain) || is_prefixed_int(plain, dialect)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` of a finite value. Every integer in
/// decimal or octal digits has this form.
fn is_decimal(text: &[u8]) -> bool {
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let (whole, rest) = split_digits(unsigned);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => split_digits(rest),
        _ => (0, rest),
    };
    if whole == 0 && fraction == 0 {
        return false;
    }
    let rest = match rest {
        [b'e' | b'E', rest @ ..] => {
            let rest = match rest {
                [b'+' | b'-', rest @ ..] => rest,
                _ => rest,
            };
            match split_digits(rest) {
                (0, _) => return false,
                (_, rest) => rest,
            }
        }
        _ => rest,
    };
    rest.is_empty() && (text.len() < 300 && !has_exponent(unsigned) || is_finite(text))
}

fn has_exponent(text: &[u8]) -> bool {
    text.iter().any(|b| matches!(b, b'e' | b'E'))
}

fn split_digits(text: &[u8]) -> (usize, &[u8]) {
    let count = text.iter().take_while(|b| b.is_ascii_digit()).count();
    (count, text.get(count..).unwrap_or(&[]))
}

fn is_finite(text: &[u8]) -> bool {
    std::str::from_utf8(text)
        .ok()
        .and_then(|t| t.parse::<f64>().ok())
        .is_some_and(f64::is_finite)
}

/// `0x1F`, `0o17`, `0b101` of 64 bits, as Go's ParseInt and ParseUint with base 0 take them, and
/// the odd forms that go-yaml's own handling of `0b` (v3: `0o` too) adds: `0b+1`.
fn is_prefixed_int(text: &[u8], dialect: Dialect) -> bool {
    let (negative, signed, unsigned) = match text {
        [b'-', rest @ ..] => (true, true, rest),
        [b'+', rest @ ..] => (false, true, rest),
        _ => (false, false, text),
    };
    let [b'0', letter, digits @ ..] = unsigned else {
        return false;
    };
    let base = match letter {
        b'x' | b'X' => 16,
        b'o' | b'O' => 8,
        b'b' | b'B' => 2,
        _ => return false,
    };
    let fits = |digits: &[u8], negative: bool, signed: bool| {
        let limit = match (negative, signed) {
            (true, _) => 1 << 63,
            (false, true) => i64::MAX as u64,
            (false, false) => u64::MAX,
        };
        value_of(digits, base).is_some_and(|value| value <= limit)
    };
    if fits(digits, negative, signed) {
        return true;
    }
    let takes_inner_sign = *letter == b'b' || (*letter == b'o' && dialect == Dialect::V3);
    match digits {
        [sign @ (b'+' | b'-'), digits @ ..] if takes_inner_sign && !signed => {
            fits(digits, *sign == b'-', true)
        }
        _ => false,
    }
}

/// The value of digits in a base, if there are any, all belong to the base and 64 bits hold them.
fn value_of(digits: &[u8], base: u32) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |value, byte| {
        let digit = char::from(*byte).to_digit(base)?;
        value
            .checked_mul(u64::from(base))?
            .checked_add(u64::from(digit))
    })
}

/// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`, such as `12:30:45`.
fn is_base_60(text: &[u8]) -> bool {
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    if !unsigned.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let first_group = unsigned
        .iter()
        .take_while(|b| b.is_ascii_digit() || **b == b'_')
        .count();
    let mut rest = unsigned.get(first_group..).unwrap_or(&[]);
    if rest.first() != Some(&b':') {
        return false;
    }
    loop {
        rest = match rest {
            [b':', b'0'..=b'5', b'0'..=b'9', rest @ ..] | [b':', b'0'..=b'9', rest @ ..] => rest,
            [] => return true,
            [b'.', rest @ ..] => return rest.iter().all(|b| b.is_ascii_digit() || *b == b'_'),
            _ => return false,
        };
    }
}

/// The four layouts of dates that go-yaml tries with Go's time.Parse:
/// `2006-1-2T15:4:5.999999999Z07:00`, the same with `t`, `2006-1-2 15:4:5.999999999`, `2006-1-2`.
fn is_timestamp(text: &[u8]) -> bool {
    let [y1, y2, y3, y4, b'-', rest @ ..] = text else {
        return false;
    };
    let mut year = 0u32;
    for digit in [y1, y2, y3, y4] {
        if !digit.is_ascii_digit() {
            return false;
        }
        year = year * 10 + u32::from(digit - b'0');
    }
    date_and_time(year, rest).is_some()
}

fn date_and_time(year: u32, rest: &[u8]) -> Option<()> {
    let (month, rest) = one_or_two_digits(rest)?;
    let (day, rest) = one_or_two_digits(after(rest, b'-')?)?;
    if month == 0 || month > 12 || day == 0 || day > days_in(month, year) {
        return None;
    }
    match rest {
        [] => Some(()),
        [b'T' | b't', rest @ ..] => zone(clock(rest)?),
        [b' ', ..] => {
            // Go lets any number of blanks stand for the layout's one.
            let blanks = rest.iter().take_while(|b| **b == b' ').count();
            clock(rest.get(blanks..)?)?.is_empty().then_some(())
        }
        _ => None,
    }
}

/// Hours, minutes, seconds and any fraction (Go takes a comma for the point); gives what follows.
fn clock(rest: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = one_or_two_digits(rest)?;
    let (minute, rest) = one_or_two_digits(after(rest, b':')?)?;
    let (second, rest) = one_or_two_digits(after(rest, b':')?)?;
    if hour >= 24 || minute >= 60 || second >= 60 {
        return None;
    }
    match rest {
        [b'.' | b',', b'0'..=b'9', rest @ ..] => Some(split_digits(rest).1),
        _ => Some(rest),
    }
}

/// `Z` or `+07:00`, and nothing after it.
fn zone(rest: &[u8]) -> Option<()> {
    match rest {
        b"Z" => Some(()),
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            let pair = |high: u8, low: u8| {
                (high.is_ascii_digit() && low.is_ascii_digit())
                    .then(|| (high - b'0') * 10 + (low - b'0'))
            };
            (pair(*h1, *h2)? <= 24 && pair(*m1, *m2)? <= 60).then_some(())
        }
        _ => None,
    }
}

fn after(rest: &[u8], byte: u8) -> Option<&[u8]> {
    match rest {
        [first, rest @ ..] if *first == byte => Some(rest),
        _ => None,
    }
}

fn one_or_two_digits(rest: &[u8]) -> Option<(u32, &[u8])> {
    match rest {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => {
            Some((u32::from(a - b'0') * 10 + u32::from(b - b'0'), rest))
        }
        [a @ b'0'..=b'9', rest @ ..] => Some((u32::from(a - b'0'), rest)),
        _ => None,
    }
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}
