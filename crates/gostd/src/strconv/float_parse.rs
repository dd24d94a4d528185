//! `strconv.ParseFloat`: Go's decimal and hexadecimal float syntax.

use super::{NumError, NumErrorKind, underscores_well_placed};

/// `strconv.ParseFloat(text, bits)` with `bits` 32 or 64: decimal or hexadecimal (`0x1.8p3`) digits,
/// `inf`, `infinity` and `nan` in any case, and underscores as Go's literals allow them.
///
/// # Errors
/// Go's `*NumError` of syntax, or of range for a number too large (Go's value is then ±Inf).
pub fn parse_float(text: &[u8], bits: u32) -> Result<f64, NumError> {
    let error = |kind| NumError::new("ParseFloat", text, kind);
    let (negative, unsigned) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let sign = |value: f64| if negative { -value } else { value };
    if unsigned.eq_ignore_ascii_case(b"inf") || unsigned.eq_ignore_ascii_case(b"infinity") {
        return Ok(sign(f64::INFINITY));
    }
    if text.eq_ignore_ascii_case(b"nan") {
        return Ok(f64::NAN);
    }
    if text.contains(&b'_') && !underscores_well_placed(text) {
        return Err(error(NumErrorKind::Syntax));
    }
    let value = match unsigned {
        [b'0', b'x' | b'X', digits @ ..] => hexadecimal(digits, bits),
        _ => decimal(unsigned, bits),
    };
    let value = value.ok_or_else(|| error(NumErrorKind::Syntax))?;
    if value.is_infinite() {
        return Err(error(NumErrorKind::Range));
    }
    Ok(sign(value))
}

fn decimal(digits: &[u8], bits: u32) -> Option<f64> {
    // Rust's own parser takes signs and names that Go does not allow here.
    if !digits
        .iter()
        .all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-' | b'_'))
    {
        return None;
    }
    if matches!(digits.first(), Some(b'+' | b'-')) {
        return None;
    }
    let digits = std::str::from_utf8(digits).ok()?;
    let without;
    let digits = if digits.contains('_') {
        without = digits.replace('_', "");
        without.as_str()
    } else {
        digits
    };
    if bits == 32 {
        digits.parse::<f32>().ok().map(f64::from)
    } else {
        digits.parse().ok()
    }
}

/// The digits after `0x`: mantissa with an optional point, and a binary exponent, which must be there.
fn hexadecimal(text: &[u8], bits: u32) -> Option<f64> {
    let split = text.iter().position(|b| matches!(b, b'p' | b'P'))?;
    let mut mantissa = 0u64;
    let mut inexact = false;
    let mut exponent = 0i64;
    let (mut digits, mut point) = (0usize, false);
    for &b in text.get(..split)? {
        if b == b'_' {
            continue;
        }
        if b == b'.' && !point {
            point = true;
            continue;
        }
        let digit = u64::from((b as char).to_digit(16)?);
        digits += 1;
        if mantissa >> 60 == 0 {
            mantissa = mantissa << 4 | digit;
            exponent -= if point { 4 } else { 0 };
        } else {
            inexact |= digit != 0;
            exponent += if point { 0 } else { 4 };
        }
    }
    if digits == 0 {
        return None;
    }
    exponent += binary_exponent(text.get(split + 1..)?)?;
    Some(if bits == 32 {
        f64::from(f32::from_bits(
            pack(mantissa, exponent, inexact, 23, 127) as u32
        ))
    } else {
        f64::from_bits(pack(mantissa, exponent, inexact, 52, 1023))
    })
}

fn binary_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if !digits.first()?.is_ascii_digit() {
        return None;
    }
    let mut value = 0i64;
    for &b in digits.iter().filter(|b| **b != b'_') {
        let digit = i64::from((b as char).to_digit(10)?);
        // Far beyond any float already; Go stops counting likewise.
        value = if value < 10_000 {
            value * 10 + digit
        } else {
            value
        };
    }
    Some(if negative { -value } else { value })
}

/// The bits of `mantissa × 2^exponent` (a little more when `inexact`), rounded half to even.
fn pack(mantissa: u64, exponent: i64, inexact: bool, fraction_bits: u32, bias: i64) -> u64 {
    if mantissa == 0 {
        return 0;
    }
    let top = 63 - i64::from(mantissa.leading_zeros());
    // The exponent of the leading one; below the least normal one the mantissa loses bits.
    let scale = (top + exponent).max(1 - bias);
    // How far to shift right so that the leading one of a normal number lands on bit `fraction_bits`.
    let shift = scale - i64::from(fraction_bits) - exponent;
    let wide = u128::from(mantissa) << 1;
    let wide = if inexact { wide | 1 } else { wide };
    let shift = shift + 1;
    let (mut mantissa, rest_above_half, tie) = if shift <= 0 {
        ((wide << (-shift).min(64)) as u64, false, false)
    } else if shift > 80 {
        (0, false, false)
    } else {
        let dropped = wide & ((1 << shift) - 1);
        let half = 1u128 << (shift - 1);
        ((wide >> shift) as u64, dropped > half, dropped == half)
    };
    if rest_above_half || tie && mantissa & 1 == 1 {
        mantissa += 1;
    }
    let mut biased = scale + bias;
    if mantissa >> (fraction_bits + 1) != 0 {
        mantissa >>= 1;
        biased += 1;
    }
    if mantissa >> fraction_bits == 0 {
        return mantissa;
    }
    if biased > 2 * bias {
        return (2 * bias as u64 + 1) << fraction_bits;
    }
    (biased as u64) << fraction_bits | mantissa & ((1 << fraction_bits) - 1)
}
