//! Keywords for numbers.

use std::cmp::Ordering;

use super::{Frame, Validator};
use crate::decimal::Decimal;
use crate::error::Stopped;
use crate::instance::Number;
use crate::report::ErrorKind;
use crate::schema::Bound;

/// Whole numbers up to this are exact in a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Returns true if a number counts as an integer: 1.0 does.
pub(super) fn is_integer(number: Number<'_>) -> bool {
    match number {
        Number::Int(_) | Number::Uint(_) => true,
        Number::Float(f) => f.is_finite() && f.fract() == 0.0,
        Number::Text(_) => Decimal::new(number).is_some_and(|decimal| decimal.is_integer()),
    }
}

impl Validator<'_> {
    pub(super) fn number(&mut self, frame: &mut Frame<'_>, number: Number<'_>) {
        let schema = frame.schema;
        let Some(rules) = &schema.number else { return };
        let Some(got) = to_f64(number) else {
            self.stopped.get_or_insert(Stopped::NilNumber);
            frame.failed = true;
            return;
        };
        let want = |bound: &Bound| bound.decimal.to_f64();
        let violated = |bound: &Option<Bound>, wrong: fn(Ordering) -> bool| {
            bound
                .as_ref()
                .filter(|bound| wrong(compare(number, bound)))
                .map(want)
        };
        if let Some(want) = violated(&rules.minimum, Ordering::is_lt) {
            self.add(frame, || ErrorKind::Minimum { got, want });
        }
        if let Some(want) = violated(&rules.maximum, Ordering::is_gt) {
            self.add(frame, || ErrorKind::Maximum { got, want });
        }
        if let Some(want) = violated(&rules.exclusive_minimum, Ordering::is_le) {
            self.add(frame, || ErrorKind::ExclusiveMinimum { got, want });
        }
        if let Some(want) = violated(&rules.exclusive_maximum, Ordering::is_ge) {
            self.add(frame, || ErrorKind::ExclusiveMaximum { got, want });
        }
        if let Some(bound) = &rules.multiple_of
            && !is_multiple(number, bound)
        {
            self.add(frame, || ErrorKind::MultipleOf {
                got,
                want: want(bound),
            });
        }
    }
}

/// The nearest float; none for what `big.Rat` cannot hold.
fn to_f64(number: Number<'_>) -> Option<f64> {
    match number {
        Number::Int(n) => Some(n as f64),
        Number::Uint(n) => Some(n as f64),
        Number::Float(f) => f.is_finite().then_some(f),
        Number::Text(_) => Decimal::new(number).map(|decimal| decimal.to_f64()),
    }
}

/// Exact comparison. A float stands for its shortest decimal, which lies on the same side of any
/// whole number below 2^53 as the float itself.
fn compare(number: Number<'_>, bound: &Bound) -> Ordering {
    match (number, bound.whole) {
        (Number::Int(n), Some(whole)) => n.cmp(&whole),
        (Number::Float(f), Some(whole)) => {
            f.partial_cmp(&(whole as f64)).unwrap_or(Ordering::Equal)
        }
        _ => match Decimal::new(number) {
            Some(decimal) => decimal.compare(&bound.decimal),
            None => Ordering::Equal,
        },
    }
}

fn is_multiple(number: Number<'_>, bound: &Bound) -> bool {
    let whole = match number {
        Number::Int(n) => Some(n),
        Number::Float(f) if f.fract() == 0.0 && f.abs() <= EXACT => Some(f as i64),
        _ => None,
    };
    match (whole, bound.whole) {
        (Some(n), Some(divisor)) if divisor != 0 => n % divisor == 0,
        _ => Decimal::new(number).is_some_and(|decimal| decimal.is_multiple_of(&bound.decimal)),
    }
}
