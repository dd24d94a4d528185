//! The order in which go-yaml writes map keys: letters after other characters, runs of digits by
//! their value.

use super::Dialect;
use super::via_json::chars;
use gostd::unicode;

/// Returns true if v2 writes key `a` before key `b`.
pub fn natural_less_v2(a: &[u8], b: &[u8]) -> bool {
    less(a, b, Dialect::V2)
}

/// Returns true if v3 writes key `a` before key `b`: as in v2, but where a run of digits ends in one key
/// and goes on in the other, letters come first (`a1b` before `a10b`).
pub fn natural_less_v3(a: &[u8], b: &[u8]) -> bool {
    less(a, b, Dialect::V3)
}

/// Returns true if keys come in the order of `dialect` already.
pub fn is_sorted<'a>(keys: impl Iterator<Item = &'a [u8]>, dialect: Dialect) -> bool {
    let mut previous: Option<&[u8]> = None;
    for key in keys {
        if previous.is_some_and(|previous| less(key, previous, dialect)) {
            return false;
        }
        previous = Some(key);
    }
    true
}

/// Sorts items by their keys as `dialect` does. Stable; cheap if they are sorted already.
pub fn sort_keys<T: Copy>(items: &mut Vec<T>, key: impl Fn(&T) -> &[u8], dialect: Dialect) {
    let before = |a: &T, b: &T| less(key(a), key(b), dialect);
    if is_sorted(items.iter().map(&key), dialect) {
        return;
    }
    // The standard library's sorts may panic on an order with circles, which v2's has (`1z`, `3`,
    // `10`): hence an own merge sort.
    let mut run = 1;
    let mut source = std::mem::take(items);
    let mut target = Vec::with_capacity(source.len());
    while run < source.len() {
        for pair in source.chunks(2 * run) {
            let (left, right) = pair.split_at(run.min(pair.len()));
            merge(left, right, &before, &mut target);
        }
        std::mem::swap(&mut source, &mut target);
        target.clear();
        run *= 2;
    }
    *items = source;
}

fn merge<T: Copy>(
    mut left: &[T],
    mut right: &[T],
    before: &impl Fn(&T, &T) -> bool,
    target: &mut Vec<T>,
) {
    while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
        if before(b, a) {
            target.push(*b);
            right = right_rest;
        } else {
            target.push(*a);
            left = left_rest;
        }
    }
    target.extend_from_slice(left);
    target.extend_from_slice(right);
}

fn less(a: &[u8], b: &[u8], dialect: Dialect) -> bool {
    let common = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    if a.is_ascii() && b.is_ascii() {
        return match (a.get(common), b.get(common)) {
            (Some(_), Some(_)) => differ_at(a, b, common, dialect),
            _ => a.len() < b.len(),
        };
    }
    let runes = |text| -> Vec<u32> {
        let replaced = chars(text).map(|c| u32::from(c.unwrap_or('\u{fffd}')));
        replaced.collect()
    };
    let (a, b) = (runes(a), runes(b));
    let common = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    match (a.get(common), b.get(common)) {
        (Some(_), Some(_)) => differ_at(&a, &b, common, dialect),
        _ => a.len() < b.len(),
    }
}

/// Compares where the keys differ first; `at` is within both.
fn differ_at<C: Copy + Into<u32>>(a: &[C], b: &[C], at: usize, dialect: Dialect) -> bool {
    let code = |text: &[C], i: usize| text.get(i).map_or(0, |c| (*c).into());
    let (x, y) = (code(a, at), code(b, at));
    let (x_letter, y_letter) = (is_letter(x), is_letter(y));
    if x_letter && y_letter {
        return x < y;
    }
    if x_letter || y_letter {
        let after_digit = dialect == Dialect::V3 && at > 0 && is_digit(code(a, at - 1));
        return if after_digit { x_letter } else { y_letter };
    }
    // A zero counts as a digit of the number, not as a leading zero, after another digit than zero.
    let zero = u32::from('0');
    let mut start = 0;
    if x == zero || y == zero {
        let common = a.get(..at).unwrap_or(&[]);
        let number = common.iter().rev().map(|c| (*c).into());
        let number = number.take_while(|c| is_digit(*c));
        start = i64::from(number.into_iter().any(|c| c != zero));
    }
    let (x_number, x_digits) = number_at(a, at, start);
    let (y_number, y_digits) = number_at(b, at, start);
    if x_number != y_number {
        x_number < y_number
    } else if x_digits != y_digits {
        x_digits < y_digits
    } else {
        x < y
    }
}

/// The value (modulo 2^64, as in Go) and length of the run of digits at `at`.
fn number_at<C: Copy + Into<u32>>(text: &[C], at: usize, start: i64) -> (i64, usize) {
    let mut number = start;
    let mut digits = 0;
    for c in text.get(at..).unwrap_or(&[]) {
        let c = (*c).into();
        if !is_digit(c) {
            break;
        }
        let digit = i64::from(c) - i64::from('0' as u32);
        number = number.wrapping_mul(10).wrapping_add(digit);
        digits += 1;
    }
    (number, digits)
}

fn is_letter(code: u32) -> bool {
    char::from_u32(code).is_some_and(unicode::is_letter)
}

fn is_digit(code: u32) -> bool {
    char::from_u32(code).is_some_and(unicode::is_digit)
}
