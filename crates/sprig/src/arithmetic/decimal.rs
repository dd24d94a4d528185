//! Decimal numbers of any size, as the shopspring/decimal library computes with them.

use gotemplate::Error;
use num_bigint::BigInt;
use num_bigint::Sign;

/// The number of places that a quotient has after the point.
const DIVISION_PLACES: i64 = 16;

/// `digits` times ten to the power of `exponent`.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    digits: BigInt,
    exponent: i64,
}

impl Decimal {
    /// The shortest decimal that reads back as `value`.
    ///
    /// # Errors
    /// Infinities and NaN are no decimals.
    pub(super) fn new(value: f64) -> Result<Decimal, Error> {
        if !value.is_finite() {
            let value = gostd::strconv::format_float(value, b'g', -1, 64);
            return Err(Error::new(format!("Cannot create a Decimal from {value}")));
        }
        // As in 1.25e-3.
        let text = format!("{value:e}");
        let (number, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits: i64 = format!("{whole}{fraction}").parse().unwrap_or_default();
        let exponent: i64 = exponent.parse().unwrap_or_default();
        Ok(Decimal {
            digits: digits.into(),
            exponent: exponent - fraction.len() as i64,
        })
    }

    pub(super) fn add(self, other: &Decimal) -> Decimal {
        let exponent = self.exponent.min(other.exponent);
        Decimal {
            digits: self.digits_at(exponent) + other.digits_at(exponent),
            exponent,
        }
    }

    pub(super) fn sub(self, other: &Decimal) -> Decimal {
        let exponent = self.exponent.min(other.exponent);
        Decimal {
            digits: self.digits_at(exponent) - other.digits_at(exponent),
            exponent,
        }
    }

    pub(super) fn mul(self, other: &Decimal) -> Decimal {
        Decimal {
            digits: self.digits * &other.digits,
            exponent: self.exponent + other.exponent,
        }
    }

    /// The quotient to 16 places after the point, halves away from zero.
    ///
    /// # Errors
    /// Division by zero.
    pub(super) fn div(self, other: &Decimal) -> Result<Decimal, Error> {
        if other.digits.sign() == Sign::NoSign {
            return Err(Error::new("decimal division by 0"));
        }
        let shift = self.exponent - other.exponent + DIVISION_PLACES;
        let (dividend, divisor) = match shift < 0 {
            true => (self.digits, &other.digits * power_of_ten(-shift)),
            false => (self.digits * power_of_ten(shift), other.digits.clone()),
        };
        let mut digits = &dividend / &divisor;
        let rest = &dividend - &digits * &divisor;
        if rest.magnitude() * 2u32 >= *divisor.magnitude() {
            match dividend.sign() == divisor.sign() {
                true => digits += 1,
                false => digits -= 1,
            }
        }
        Ok(Decimal {
            digits,
            exponent: -DIVISION_PLACES,
        })
    }

    /// The nearest float; infinite where there is none.
    pub(super) fn to_float(&self) -> f64 {
        let text = format!("{}e{}", self.digits, self.exponent);
        text.parse().unwrap_or_default()
    }

    /// The digits of this number as one with a smaller exponent.
    fn digits_at(&self, exponent: i64) -> BigInt {
        &self.digits * power_of_ten(self.exponent - exponent)
    }
}

fn power_of_ten(exponent: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or_default())
}
