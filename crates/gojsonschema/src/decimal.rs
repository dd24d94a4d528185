//! Exact decimal numbers: what Go's validator does with `big.Rat`, for numbers that come from
//! JSON literals and from floats in their shortest form.

use std::cmp::Ordering;

use gostd::strconv;

use crate::instance::Number;
use num_bigint::BigUint;

/// `big.Rat.SetString` gives up on larger exponents.
const MAX_EXPONENT: i64 = 1_000_000;

/// Digits up to which divisibility is worked out for numbers beyond 128 bits.
const MAX_LONG_DIGITS: usize = 1_000;

/// `± digits × 10^exponent`, without leading or trailing zeros in the digits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    /// Values 0 to 9; empty for zero.
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    /// Reads a number; none where Go's `SetString` fails: infinities, exponents beyond a million.
    pub(crate) fn new(number: Number<'_>) -> Option<Self> {
        match number {
            Number::Int(n) => Some(Self::integer(n < 0, n.unsigned_abs())),
            Number::Uint(n) => Some(Self::integer(false, n)),
            Number::Float(f) if f.is_finite() => {
                Self::parse(&strconv::format_float(f, b'e', -1, 64))
            }
            Number::Float(_) => None,
            Number::Text(text) => Self::parse(text),
        }
    }

    fn integer(negative: bool, mut n: u64) -> Self {
        let mut digits = Vec::with_capacity(20);
        while n > 0 {
            digits.push((n % 10) as u8);
            n /= 10;
        }
        digits.reverse();
        Self::normal(negative, digits, 0)
    }

    /// Reads a JSON number literal.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = whole
            .bytes()
            .chain(fraction.bytes())
            .map(|b| b.wrapping_sub(b'0'))
            .collect();
        if digits.iter().any(|&d| d > 9) {
            return None;
        }
        if digits.iter().all(|&d| d == 0) {
            return Some(Self::normal(false, Vec::new(), 0));
        }
        let exponent = exponent.checked_sub(fraction.len() as i64)?;
        if exponent.checked_abs()? > MAX_EXPONENT {
            return None;
        }
        Some(Self::normal(negative, digits, exponent))
    }

    fn normal(negative: bool, mut digits: Vec<u8>, mut exponent: i64) -> Self {
        while digits.last() == Some(&0) {
            digits.pop();
            exponent += 1;
        }
        let leading = digits.iter().take_while(|&&d| d == 0).count();
        digits.drain(..leading);
        if digits.is_empty() {
            return Self {
                negative: false,
                digits,
                exponent: 0,
            };
        }
        Self {
            negative,
            digits,
            exponent,
        }
    }

    /// Writes a text that tells this number from every other one.
    pub(crate) fn write_key(&self, key: &mut Vec<u8>) {
        key.push(if self.negative { b'-' } else { b'+' });
        key.extend_from_slice(&self.digits.len().to_le_bytes());
        key.extend_from_slice(&self.digits);
        key.extend_from_slice(&self.exponent.to_le_bytes());
    }

    pub(crate) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// The nearest float; infinite beyond its range.
    pub(crate) fn to_f64(&self) -> f64 {
        let digits: String = self.digits.iter().map(|d| char::from(b'0' + d)).collect();
        let sign = if self.negative { "-" } else { "" };
        let zero = if digits.is_empty() { "0" } else { "" };
        format!("{sign}{zero}{digits}e{}", self.exponent)
            .parse()
            .unwrap_or_default()
    }

    /// Go's `Num().Int64()` of an integer: the low 64 bits where it is larger.
    pub(crate) fn to_i64_wrapping(&self) -> i64 {
        let digits = self.digits.iter();
        let mantissa = digits.fold(0u64, |n, &d| n.wrapping_mul(10).wrapping_add(u64::from(d)));
        let power = 10u64.wrapping_pow(u32::try_from(self.exponent).unwrap_or_default());
        let magnitude = mantissa.wrapping_mul(power) as i64;
        if self.negative {
            magnitude.wrapping_neg()
        } else {
            magnitude
        }
    }

    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let sign = |d: &Self| match (d.digits.is_empty(), d.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let signs = sign(self).cmp(&sign(other));
        if signs.is_ne() || self.digits.is_empty() {
            return signs;
        }
        let magnitude = self.compare_magnitude(other);
        if self.negative {
            magnitude.reverse()
        } else {
            magnitude
        }
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        let position = |d: &Self| d.digits.len() as i64 + d.exponent;
        // Without trailing zeros, the longer of two digit strings with a common start is larger.
        position(self)
            .cmp(&position(other))
            .then_with(|| self.digits.cmp(&other.digits))
    }

    /// Returns true if `self / divisor` is an integer; the divisor must not be zero.
    pub(crate) fn is_multiple_of(&self, divisor: &Self) -> bool {
        if self.digits.is_empty() {
            return true;
        }
        if self.compare_magnitude(divisor).is_lt() || divisor.digits.is_empty() {
            return false;
        }
        // The digits do not end in zero: a divisor with more tens than the number cannot divide.
        let Ok(tens) = u64::try_from(self.exponent - divisor.exponent) else {
            return false;
        };
        match small(&divisor.digits) {
            Some(modulus) => remainder_is_zero(&self.digits, tens, modulus),
            None => long_remainder_is_zero(&self.digits, tens, &divisor.digits),
        }
    }
}

/// The number of at most 18 digits.
fn small(digits: &[u8]) -> Option<u64> {
    (digits.len() <= 18).then(|| digits.iter().fold(0, |n, &d| n * 10 + u64::from(d)))
}

fn remainder_is_zero(digits: &[u8], tens: u64, modulus: u64) -> bool {
    let modulus = u128::from(modulus);
    let mut remainder = digits
        .iter()
        .fold(0, |r, &d| (r * 10 + u128::from(d)) % modulus);
    let (mut power, mut left) = (10 % modulus, tens);
    while left > 0 {
        if left & 1 == 1 {
            remainder = remainder * power % modulus;
        }
        power = power * power % modulus;
        left >>= 1;
    }
    remainder == 0
}

fn long_remainder_is_zero(digits: &[u8], tens: u64, divisor: &[u8]) -> bool {
    if digits.len().max(divisor.len()) > MAX_LONG_DIGITS {
        return false;
    }
    let number = |digits| BigUint::from_radix_be(digits, 10).unwrap_or_default();
    let modulus = number(divisor);
    let power = BigUint::from(10u8).modpow(&tens.into(), &modulus);
    number(digits) * power % modulus == BigUint::ZERO
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::{Decimal, Number};

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn comparison_is_exact() {
        let ascending = [
            "-1e400",
            "-2",
            "-1.5",
            "-0.1",
            "0",
            "1e-400",
            "0.1",
            "0.10000000000000000001",
            "1",
            "10",
            "10.5",
            "1e400",
        ];
        for (i, left) in ascending.iter().enumerate() {
            for (j, right) in ascending.iter().enumerate() {
                assert_eq!(d(left).compare(&d(right)), i.cmp(&j), "{left} {right}");
            }
        }
        assert!(d("1.0").compare(&d("1e0")).is_eq());
        assert!(d("-0").compare(&d("0")).is_eq());
        assert!(
            Decimal::new(Number::Float(0.1))
                .unwrap()
                .compare(&d("0.1"))
                .is_eq()
        );
    }

    #[test]
    fn multiples() {
        for (number, divisor, expected) in [
            ("10", "2", true),
            ("7", "2", false),
            ("0.3", "0.1", true),
            ("0.0075", "0.0001", true),
            ("0.00751", "0.0001", false),
            ("1e308", "0.123456789", false),
            ("1e308", "0.5", true),
            ("0", "3", true),
            ("1e1000", "1e-1000", true),
            (
                "123456789012345678901234567890",
                "12345678901234567890123456789",
                true,
            ),
            (
                "123456789012345678901234567890",
                "12345678901234567890123456788",
                false,
            ),
            ("1e80", "1208925819614629174706176", true),
            ("1e79", "1208925819614629174706176", false),
            ("1", "1e30", false),
        ] {
            assert_eq!(
                d(number).is_multiple_of(&d(divisor)),
                expected,
                "{number} {divisor}"
            );
        }
    }

    #[test]
    fn limits_of_big_rat() {
        assert!(Decimal::parse("1e1000000").is_some());
        assert!(Decimal::parse("1e1000001").is_none());
        assert!(Decimal::parse("0e1000001").is_some());
        assert!(Decimal::parse("0e99999999999999999999").is_none());
        assert!(Decimal::new(Number::Float(f64::INFINITY)).is_none());
        assert_eq!(d("1e19").to_i64_wrapping(), -8446744073709551616);
        assert_eq!(d("1e400").to_f64(), f64::INFINITY);
        assert_eq!(d("-12.5e-1").to_f64(), -1.25);
    }
}
