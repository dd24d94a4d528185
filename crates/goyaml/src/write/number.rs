//! Numbers as encoding/json and go-yaml print them (strconv.FormatFloat's `'f'` and `'g'`).

use super::WriteError;
use gostd::strconv;

/// Room for the decimal digits of a 64-bit integer.
pub(super) struct Digits([u8; 20]);

impl Digits {
    pub(super) fn new() -> Self {
        Digits([0; 20])
    }

    pub(super) fn uint(&mut self, value: u64) -> &[u8] {
        self.fill(value, false)
    }

    pub(super) fn int(&mut self, value: i64) -> &[u8] {
        self.fill(value.unsigned_abs(), value < 0)
    }

    fn fill(&mut self, mut rest: u64, negative: bool) -> &[u8] {
        let mut used = 0;
        for slot in self.0.iter_mut().rev() {
            *slot = b'0' + (rest % 10) as u8;
            rest /= 10;
            used += 1;
            if rest == 0 {
                break;
            }
        }
        let mut start = self.0.len() - used;
        if negative && start > 0 {
            start -= 1;
            if let Some(slot) = self.0.get_mut(start) {
                *slot = b'-';
            }
        }
        self.0.get(start..).unwrap_or(&[])
    }
}

/// A float after its way through JSON and go-yaml v2: `1e6` is `1000000`, `1e20` is `1e+20`.
pub(super) fn float_v2(value: f64) -> Result<String, WriteError> {
    if let Some(error) = WriteError::of_float(value) {
        return Err(error);
    }
    if value.trunc() == value && value.abs() < 1e20 {
        // JSON's text is then all digits; the YAML reader takes it for an integer if it fits 64 bits.
        let value = if value == 0.0 { 0.0 } else { value };
        let text = strconv::format_float(value, b'f', -1, 64);
        if text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok() {
            return Ok(text);
        }
    }
    Ok(shortest_g(value))
}

/// A float as go-yaml v3 writes it: `1e+06`, `.inf`.
pub(super) fn float_v3(value: f64) -> String {
    if value.is_nan() {
        ".nan".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { ".inf" } else { "-.inf" }.to_owned()
    } else {
        shortest_g(value)
    }
}

/// `strconv.FormatFloat(value, 'g', -1, 64)`.
fn shortest_g(value: f64) -> String {
    strconv::format_float(value, b'g', -1, 64)
}
