//! `time.Duration`: nanoseconds, printed and read as `1h2m3.5s`.

use std::fmt;

use super::format::quote;

/// `time.Duration` in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(pub i64);

const SECOND: i64 = 1_000_000_000;

impl Duration {
    /// One second.
    pub const SECOND: Self = Self(SECOND);
    /// One minute.
    pub const MINUTE: Self = Self(60 * SECOND);
    /// One hour.
    pub const HOUR: Self = Self(3600 * SECOND);

    /// `d.Nanoseconds()`.
    pub fn nanoseconds(self) -> i64 {
        self.0
    }

    /// `d.Microseconds()`, towards zero.
    pub fn microseconds(self) -> i64 {
        self.0 / 1000
    }

    /// `d.Milliseconds()`, towards zero.
    pub fn milliseconds(self) -> i64 {
        self.0 / 1_000_000
    }

    fn in_units(self, unit: i64) -> f64 {
        (self.0 / unit) as f64 + (self.0 % unit) as f64 / unit as f64
    }

    /// `d.Seconds()`.
    pub fn seconds(self) -> f64 {
        self.in_units(SECOND)
    }

    /// `d.Minutes()`.
    pub fn minutes(self) -> f64 {
        self.in_units(60 * SECOND)
    }

    /// `d.Hours()`.
    pub fn hours(self) -> f64 {
        self.in_units(3600 * SECOND)
    }

    /// `d.Truncate(unit)`: towards zero to a multiple of `unit`.
    pub fn truncate(self, unit: Self) -> Self {
        if unit.0 <= 0 {
            self
        } else {
            Self(self.0 - self.0 % unit.0)
        }
    }

    /// `d.Round(unit)`: to the nearest multiple of `unit`, halves away from zero, saturating.
    pub fn round(self, unit: Self) -> Self {
        if unit.0 <= 0 {
            return self;
        }
        let (value, unit) = (i128::from(self.0), i128::from(unit.0));
        let remainder = (value % unit).abs();
        let away = if remainder * 2 < unit {
            -remainder
        } else {
            unit - remainder
        };
        let rounded = value + value.signum() * away;
        Self(rounded.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
    }

    /// `d.Abs()`, saturating.
    pub fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }
}

impl fmt::Display for Duration {
    /// `d.String()`: `72h3m0.5s`, below a second `1.5ms`, `2µs`, `3ns`, and `0s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        match value {
            0 => f.write_str("0s"),
            1..1_000 => write!(f, "{value}ns"),
            1_000..1_000_000 => write!(f, "{}µs", Fraction(value, 3)),
            1_000_000..1_000_000_000 => write!(f, "{}ms", Fraction(value, 6)),
            _ => {
                let seconds = value / SECOND as u64;
                let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
                if hours > 0 {
                    write!(f, "{hours}h")?;
                }
                if seconds >= 60 {
                    write!(f, "{minutes}m")?;
                }
                write!(f, "{}s", Fraction(value % (60 * SECOND as u64), 9))
            }
        }
    }
}

/// A number with so many decimals, without its last zeros.
struct Fraction(u64, u32);

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10u64.pow(self.1);
        write!(f, "{}", self.0 / scale)?;
        let digits = format!("{:0width$}", self.0 % scale, width = self.1 as usize);
        let digits = digits.trim_end_matches('0');
        if digits.is_empty() {
            Ok(())
        } else {
            write!(f, ".{digits}")
        }
    }
}

/// A text that is no duration; it shows as `time: invalid duration "x"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationError {
    message: String,
    value: Vec<u8>,
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "time: {} {}", self.message, quote(&self.value))
    }
}

impl std::error::Error for DurationError {}

const TOO_LARGE: u64 = 1 << 63;

fn unit(name: &[u8]) -> Option<u64> {
    Some(match name {
        b"ns" => 1,
        // The micro sign and the Greek letter.
        b"us" | b"\xc2\xb5s" | b"\xce\xbcs" => 1_000,
        b"ms" => 1_000_000,
        b"s" => 1_000_000_000,
        b"m" => 60_000_000_000,
        b"h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// `time.ParseDuration`: `300ms`, `-1.5h`, `2h45m`.
///
/// # Errors
/// `time: invalid duration "…"`, `time: missing unit in duration "…"`, `time: unknown unit "…" in duration "…"`.
pub fn parse_duration(text: &[u8]) -> Result<Duration, DurationError> {
    let error = |message: String| DurationError {
        message,
        value: text.to_vec(),
    };
    let invalid = || error("invalid duration".into());
    let (negative, mut rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if rest == b"0" {
        return Ok(Duration(0));
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0u64;
    while !rest.is_empty() {
        let (number, after) = number(rest).ok_or_else(invalid)?;
        let end = after
            .iter()
            .position(|b| *b == b'.' || b.is_ascii_digit())
            .unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        if name.is_empty() {
            return Err(error("missing unit in duration".into()));
        }
        let unit =
            unit(name).ok_or_else(|| error(format!("unknown unit {} in duration", quote(name))))?;
        let value = number.times(unit).ok_or_else(invalid)?;
        total = total
            .checked_add(value)
            .filter(|t| *t <= TOO_LARGE)
            .ok_or_else(invalid)?;
        rest = after;
    }
    if negative {
        return Ok(Duration((total as i64).wrapping_neg()));
    }
    i64::try_from(total).map(Duration).map_err(|_| invalid())
}

/// A decimal number: `whole + fraction / scale`.
struct Number {
    whole: u64,
    fraction: u64,
    scale: f64,
}

impl Number {
    fn times(&self, unit: u64) -> Option<u64> {
        if self.whole > TOO_LARGE / unit {
            return None;
        }
        let part = (self.fraction as f64 * (unit as f64 / self.scale)) as u64;
        (self.whole * unit)
            .checked_add(part)
            .filter(|v| *v <= TOO_LARGE)
    }
}

/// Digits with an optional point among them, and what follows. `None` where there are none or too many.
fn number(text: &[u8]) -> Option<(Number, &[u8])> {
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (whole_digits, rest) = text.split_at(digits(text));
    let (fraction_digits, rest) = match rest {
        [b'.', after @ ..] => after.split_at(digits(after)),
        _ => (&[][..], rest),
    };
    if whole_digits.is_empty() && fraction_digits.is_empty() {
        return None;
    }
    let mut number = Number {
        whole: 0,
        fraction: 0,
        scale: 1.0,
    };
    for b in whole_digits {
        let next = number
            .whole
            .checked_mul(10)?
            .checked_add(u64::from(b - b'0'))?;
        number.whole = Some(next).filter(|v| *v <= TOO_LARGE)?;
    }
    for b in fraction_digits {
        // What exceeds the precision is left out.
        let next = number
            .fraction
            .checked_mul(10)
            .and_then(|v| v.checked_add(u64::from(b - b'0')));
        let Some(next) =
            next.filter(|v| *v <= TOO_LARGE && number.fraction <= i64::MAX as u64 / 10)
        else {
            break;
        };
        number.fraction = next;
        number.scale *= 10.0;
    }
    Some((number, rest))
}
