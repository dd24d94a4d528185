//! `strconv.ParseInt`, `ParseUint`, `Atoi`, `ParseBool`, `FormatInt`.

use super::{NumError, NumErrorKind, underscores_well_placed};

fn digits(text: &[u8], base: u32, bits: u32) -> Result<u64, (NumErrorKind, u64)> {
    if text.is_empty() {
        return Err((NumErrorKind::Syntax, 0));
    }
    let (radix, rest) = match (base, text) {
        (2..=36, _) => (base, text),
        (0, [b'0', b'b' | b'B', rest @ ..]) if !rest.is_empty() => (2, rest),
        (0, [b'0', b'o' | b'O', rest @ ..]) if !rest.is_empty() => (8, rest),
        (0, [b'0', b'x' | b'X', rest @ ..]) if !rest.is_empty() => (16, rest),
        (0, [b'0', rest @ ..]) => (8, rest),
        (0, _) => (10, text),
        _ => return Err((NumErrorKind::Base(base), 0)),
    };
    let bits = if bits == 0 { 64 } else { bits };
    if bits > 64 {
        return Err((NumErrorKind::BitSize(bits), 0));
    }
    let max = u64::MAX >> (64 - bits);
    let mut value = 0u64;
    let mut underscores = false;
    for &b in rest {
        if b == b'_' && base == 0 {
            underscores = true;
            continue;
        }
        let digit = (b as char)
            .to_digit(radix)
            .ok_or((NumErrorKind::Syntax, 0))?;
        // An overflow ends the scan: what follows is not checked for syntax.
        value = value
            .checked_mul(u64::from(radix))
            .and_then(|v| v.checked_add(u64::from(digit)))
            .filter(|v| *v <= max)
            .ok_or((NumErrorKind::Range, max))?;
    }
    if underscores && !underscores_well_placed(text) {
        return Err((NumErrorKind::Syntax, 0));
    }
    Ok(value)
}

fn signed(text: &[u8], base: u32, bits: u32) -> Result<i64, NumErrorKind> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let magnitude = match digits(rest, base, bits) {
        // Go compares the saturated value again, so `-9` fits into one bit.
        Err((NumErrorKind::Range, max)) => max,
        other => other.map_err(|e| e.0)?,
    };
    let limit = 1u64 << (if bits == 0 { 63 } else { bits - 1 });
    if negative {
        return if magnitude > limit {
            Err(NumErrorKind::Range)
        } else {
            Ok((magnitude as i64).wrapping_neg())
        };
    }
    if magnitude >= limit {
        Err(NumErrorKind::Range)
    } else {
        Ok(magnitude as i64)
    }
}

/// `strconv.ParseUint(text, base, bits)`. Base 0 reads the prefixes `0b 0o 0x 0` and underscores;
/// `bits` 0 means 64.
///
/// # Errors
/// Go's `*NumError` with syntax, range, base or bit size.
pub fn parse_uint(text: &[u8], base: u32, bits: u32) -> Result<u64, NumError> {
    digits(text, base, bits).map_err(|e| NumError::new("ParseUint", text, e.0))
}

/// `strconv.ParseInt(text, base, bits)`: as [`parse_uint`], with an optional sign.
///
/// # Errors
/// Go's `*NumError` with syntax, range, base or bit size.
pub fn parse_int(text: &[u8], base: u32, bits: u32) -> Result<i64, NumError> {
    signed(text, base, bits).map_err(|kind| NumError::new("ParseInt", text, kind))
}

/// `strconv.Atoi`: a decimal int of 64 bits.
///
/// # Errors
/// Go's `*NumError` with the function name `Atoi`.
pub fn atoi(text: &[u8]) -> Result<i64, NumError> {
    signed(text, 10, 0).map_err(|kind| NumError::new("Atoi", text, kind))
}

/// `strconv.ParseBool`: `1 t T TRUE true True` and `0 f F FALSE false False`.
///
/// # Errors
/// Go's `*NumError`, always of syntax.
pub fn parse_bool(text: &[u8]) -> Result<bool, NumError> {
    match text {
        b"1" | b"t" | b"T" | b"true" | b"TRUE" | b"True" => Ok(true),
        b"0" | b"f" | b"F" | b"false" | b"FALSE" | b"False" => Ok(false),
        _ => Err(NumError::new("ParseBool", text, NumErrorKind::Syntax)),
    }
}

/// `strconv.AppendUint`. A base outside 2 to 36 counts as 10 (Go panics).
pub fn append_uint(out: &mut Vec<u8>, mut value: u64, base: u32) {
    let base = if (2..=36).contains(&base) {
        u64::from(base)
    } else {
        10
    };
    let start = out.len();
    loop {
        let digit = (value % base) as u8;
        out.push(if digit < 10 {
            b'0' + digit
        } else {
            b'a' + digit - 10
        });
        value /= base;
        if value == 0 {
            break;
        }
    }
    if let Some(space) = out.get_mut(start..) {
        space.reverse();
    }
}

/// `strconv.AppendInt`.
pub fn append_int(out: &mut Vec<u8>, value: i64, base: u32) {
    if value < 0 {
        out.push(b'-');
    }
    append_uint(out, value.unsigned_abs(), base);
}

/// `strconv.FormatUint`.
pub fn format_uint(value: u64, base: u32) -> String {
    let mut out = Vec::with_capacity(20);
    append_uint(&mut out, value, base);
    String::from_utf8(out).unwrap_or_default()
}

/// `strconv.FormatInt`.
pub fn format_int(value: i64, base: u32) -> String {
    let mut out = Vec::with_capacity(20);
    append_int(&mut out, value, base);
    String::from_utf8(out).unwrap_or_default()
}
