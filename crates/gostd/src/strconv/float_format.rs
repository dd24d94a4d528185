//! `strconv.FormatFloat`: floats in the formats `e f g b x`, shortest or of a given precision.

use std::io::Write;

/// Significant digits after which every float64 has only zeros (767), with some room.
const MAX_DIGITS: usize = 800;

/// Decimal digits of a finite number: `0.d₁d₂… × 10^point`; no digits mean zero.
struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

/// `strconv.FormatFloat`. See [`append_float`].
pub fn format_float(value: f64, format: u8, precision: i32, bits: u32) -> String {
    let mut out = Vec::with_capacity(24);
    append_float(&mut out, value, format, precision, bits);
    String::from_utf8(out).unwrap_or_default()
}

/// `strconv.AppendFloat`: `format` is one of `e E f F g G b x X`; a negative precision means the
/// fewest digits that read back as the same float of `bits` (32 or 64).
///
/// The shortest `g` turns to an exponent below 1e-4 and from 1e+06 on, so `%v` prints 1000000.0 as
/// `1e+06` and 123456789.0 as `1.23456789e+08`. Any other format prints as `%` and the letter.
pub fn append_float(out: &mut Vec<u8>, value: f64, format: u8, precision: i32, bits: u32) {
    let value = if bits == 32 {
        f64::from(value as f32)
    } else {
        value
    };
    if value.is_nan() {
        return out.extend_from_slice(b"NaN");
    }
    if value.is_infinite() {
        return out.extend_from_slice(if value > 0.0 { b"+Inf" } else { b"-Inf" });
    }
    if value.is_sign_negative() && b"eEfFgGbxX".contains(&format) {
        out.push(b'-');
    }
    let magnitude = value.abs();
    let precision = usize::try_from(precision).ok();
    match format {
        b'e' | b'E' => match precision {
            None => exponent_form(out, &shortest(magnitude, bits), None, format),
            Some(p) => exponent_form(
                out,
                &rounded(magnitude, p.saturating_add(1)),
                Some(p),
                format,
            ),
        },
        b'f' | b'F' => match precision {
            None => plain_form(out, &shortest(magnitude, bits), None),
            Some(p) => fixed(out, magnitude, p),
        },
        b'g' | b'G' => general(out, magnitude, format, precision, bits),
        b'b' => binary(out, magnitude, bits),
        b'x' | b'X' => hexadecimal(out, magnitude, format, precision, bits),
        _ => out.extend_from_slice(&[b'%', format]),
    }
}

/// Reads the digits and the exponent out of what Rust's `{:e}` writes.
fn decimal(scientific: &[u8]) -> Decimal {
    let at = scientific
        .iter()
        .position(|b| *b == b'e')
        .unwrap_or(scientific.len());
    let (mantissa, exponent) = scientific.split_at(at);
    let mut digits: Vec<u8> = mantissa
        .iter()
        .copied()
        .filter(u8::is_ascii_digit)
        .collect();
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    let exponent = std::str::from_utf8(exponent)
        .ok()
        .and_then(|e| e.strip_prefix('e'))
        .and_then(|e| e.parse().ok());
    let point = if digits.is_empty() {
        0
    } else {
        exponent.unwrap_or(0) + 1
    };
    Decimal { digits, point }
}

fn shortest(magnitude: f64, bits: u32) -> Decimal {
    let mut buffer = Vec::with_capacity(32);
    // Writing to a Vec cannot fail.
    let _ = if bits == 32 {
        write!(buffer, "{:e}", magnitude as f32)
    } else {
        write!(buffer, "{magnitude:e}")
    };
    let number = decimal(&buffer);
    // Where two shortest forms are equally near, Go takes the even one and Rust the larger. That needs
    // more digits than every float can keep: 6 of 32 bits, 15 of 64.
    let count = number.digits.len();
    if count >= (if bits == 32 { 6 } else { 15 })
        && number.digits.last().is_some_and(|d| d % 2 == 1)
    {
        let even = rounded(magnitude, count);
        if even.digits != number.digits && reads_back(&even, magnitude, bits) {
            return even;
        }
    }
    number
}

fn reads_back(number: &Decimal, magnitude: f64, bits: u32) -> bool {
    let digits = std::str::from_utf8(&number.digits).unwrap_or_default();
    let text = format!("0.{digits}e{}", number.point);
    if bits == 32 {
        text.parse() == Ok(magnitude as f32)
    } else {
        text.parse() == Ok(magnitude)
    }
}

/// Rounds to a number of significant digits, exactly, ties to even.
fn rounded(magnitude: f64, digits: usize) -> Decimal {
    let mut buffer = Vec::with_capacity(32);
    let after_first = digits.clamp(1, MAX_DIGITS) - 1;
    let _ = write!(buffer, "{magnitude:.after_first$e}");
    decimal(&buffer)
}

fn zeros(out: &mut Vec<u8>, count: usize) {
    out.resize(out.len() + count, b'0');
}

fn fixed(out: &mut Vec<u8>, magnitude: f64, precision: usize) {
    // The last decimal of the smallest float64 is the 1074th.
    let exact = precision.min(1100);
    let _ = write!(out, "{magnitude:.exact$}");
    zeros(out, precision - exact);
}

fn general(out: &mut Vec<u8>, magnitude: f64, format: u8, precision: Option<usize>, bits: u32) {
    let number = match precision {
        None => shortest(magnitude, bits),
        Some(p) => rounded(magnitude, p.max(1)),
    };
    let count = number.digits.len();
    let limit = match precision.map(|p| p.max(1)) {
        None => 6,
        Some(p) if p > count && count as i64 >= i64::from(number.point) => count,
        Some(p) => p,
    };
    let exponent = i64::from(number.point) - 1;
    if exponent < -4 || exponent >= limit as i64 {
        exponent_form(out, &number, None, if format == b'g' { b'e' } else { b'E' });
    } else {
        plain_form(out, &number, None);
    }
}

/// `d.ddde±dd`, with as many decimals as there are digits or as asked for.
fn exponent_form(out: &mut Vec<u8>, number: &Decimal, precision: Option<usize>, e: u8) {
    let (first, rest) = number.digits.split_first().unwrap_or((&b'0', &[]));
    out.push(*first);
    let decimals = precision.unwrap_or(rest.len());
    if decimals > 0 {
        out.push(b'.');
        let decimals_text = rest.get(..decimals).unwrap_or(rest);
        out.extend_from_slice(decimals_text);
        zeros(out, decimals - decimals_text.len());
    }
    let exponent = if number.digits.is_empty() {
        0
    } else {
        number.point - 1
    };
    out.push(e);
    out.push(if exponent < 0 { b'-' } else { b'+' });
    let _ = write!(out, "{:02}", exponent.unsigned_abs());
}

/// `ddd.ddd` without exponent, with the decimals that the digits need.
fn plain_form(out: &mut Vec<u8>, number: &Decimal, precision: Option<usize>) {
    let point = usize::try_from(number.point).unwrap_or(0);
    let (whole, fraction) = number.digits.split_at(point.min(number.digits.len()));
    if point == 0 {
        out.push(b'0');
    } else {
        out.extend_from_slice(whole);
        zeros(out, point - whole.len());
    }
    let leading = usize::try_from(-i64::from(number.point)).unwrap_or(0);
    let decimals = precision.unwrap_or(if fraction.is_empty() {
        0
    } else {
        leading + fraction.len()
    });
    if decimals > 0 {
        out.push(b'.');
        zeros(out, leading.min(decimals));
        out.extend_from_slice(fraction);
    }
}

/// Mantissa and exponent of the value `mantissa × 2^exponent`, and the bits of the mantissa's fraction.
fn parts(magnitude: f64, bits: u32) -> (u64, i32, u32) {
    let (raw, fraction_bits, bias) = if bits == 32 {
        (u64::from((magnitude as f32).to_bits()), 23, 127)
    } else {
        (magnitude.to_bits(), 52, 1023)
    };
    let fraction = raw & ((1 << fraction_bits) - 1);
    match (raw >> fraction_bits) as i32 {
        0 => (fraction, 1 - bias, fraction_bits),
        exponent => (
            fraction | 1 << fraction_bits,
            exponent - bias,
            fraction_bits,
        ),
    }
}

fn binary(out: &mut Vec<u8>, magnitude: f64, bits: u32) {
    let (mantissa, exponent, fraction_bits) = parts(magnitude, bits);
    let _ = write!(out, "{mantissa}p{:+}", exponent - fraction_bits as i32);
}

fn hexadecimal(out: &mut Vec<u8>, magnitude: f64, format: u8, precision: Option<usize>, bits: u32) {
    const ONE: u64 = 1 << 60;
    let (mantissa, mut exponent, fraction_bits) = parts(magnitude, bits);
    let mut mantissa = mantissa << (60 - fraction_bits);
    if mantissa == 0 {
        exponent = 0;
    } else {
        // A denormal number gets its leading one back.
        let shift = mantissa.leading_zeros().saturating_sub(3);
        mantissa <<= shift;
        exponent -= shift as i32;
    }
    if let Some(bits) = precision.filter(|p| *p < 15).map(|p| 4 * p as u32) {
        let dropped = (mantissa << bits) & (ONE - 1);
        mantissa >>= 60 - bits;
        if dropped | (mantissa & 1) > ONE / 2 {
            mantissa += 1;
        }
        mantissa <<= 60 - bits;
        if mantissa & (ONE << 1) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let (x, p) = if format == b'x' {
        ('x', 'p')
    } else {
        ('X', 'P')
    };
    let digits = format!("{:015x}", mantissa & (ONE - 1));
    let digits = if format == b'x' {
        digits
    } else {
        digits.to_uppercase()
    };
    let _ = write!(out, "0{x}{}", mantissa >> 60 & 1);
    match precision {
        None => {
            let digits = digits.trim_end_matches('0');
            let _ = write!(out, "{}{digits}", if digits.is_empty() { "" } else { "." });
        }
        Some(0) => {}
        Some(precision) => {
            let fraction = digits.get(..precision).unwrap_or(&digits);
            let _ = write!(out, ".{fraction}");
            zeros(out, precision - fraction.len());
        }
    }
    let _ = write!(
        out,
        "{p}{}{:02}",
        if exponent < 0 { '-' } else { '+' },
        exponent.unsigned_abs()
    );
}
