//! Numbers: integers in every base, characters, code points, floats and complex numbers.

use super::printer::{Printer, Spec};
use crate::strconv;
use crate::unicode;

impl Printer<'_> {
    /// An integer in a base (Go's `fmtInteger`); `value` has the bits of an unsigned one.
    pub(super) fn number(&mut self, value: i64, signed: bool, base: u32, verb: char) {
        let spec = self.spec;
        if base == 10 && spec == Spec::default() {
            if signed {
                strconv::append_int(self.out, value, 10);
            } else {
                strconv::append_uint(self.out, value.cast_unsigned(), 10);
            }
            return;
        }
        let negative = signed && value < 0;
        let magnitude = if negative {
            value.unsigned_abs()
        } else {
            value.cast_unsigned()
        };
        let sign = match () {
            () if negative => Some(b'-'),
            () if spec.plus => Some(b'+'),
            () if spec.space => Some(b' '),
            () => None,
        };
        // A precision asks for leading zeros, and switches the zero flag off.
        let least = match (spec.precision, spec.width) {
            (Some(0), _) if magnitude == 0 => {
                let blanks = spec.width.unwrap_or(0);
                return self.out.resize(self.out.len() + blanks, b' ');
            }
            (Some(precision), _) => precision,
            (None, Some(width)) if spec.zero && !spec.minus => {
                width.saturating_sub(usize::from(sign.is_some()))
            }
            _ => 0,
        };
        let mut digits = Digits::of(magnitude, base, verb == 'X');
        digits.least = least;
        digits.prefix(sign, base, verb, spec.sharp);
        self.digits(&digits);
    }

    fn digits(&mut self, digits: &Digits) {
        let zeros = digits.zeros();
        let length = digits.prefix_len + zeros + digits.len;
        let missing = self.spec.width.unwrap_or(0).saturating_sub(length);
        let blanks = |out: &mut Vec<u8>| out.resize(out.len() + missing, b' ');
        if !self.spec.minus {
            blanks(self.out);
        }
        let prefix = digits.prefix.get(..digits.prefix_len);
        self.out.extend_from_slice(prefix.unwrap_or_default());
        self.out.resize(self.out.len() + zeros, b'0');
        self.out.extend_from_slice(digits.as_bytes());
        if self.spec.minus {
            blanks(self.out);
        }
    }

    /// `0x1f`, as `%#v` shows unsigned integers and `%p` addresses.
    pub(super) fn hexadecimal_0x(&mut self, value: u64) {
        self.hexadecimal_with(value, true);
    }

    /// Hexadecimal with or without `0x`, whatever the flag says.
    pub(super) fn hexadecimal_with(&mut self, value: u64, leading_0x: bool) {
        let sharp = std::mem::replace(&mut self.spec.sharp, leading_0x);
        self.number(value.cast_signed(), false, 16, 'v');
        self.spec.sharp = sharp;
    }

    /// `%c`.
    pub(super) fn character(&mut self, value: i64) {
        let mut buffer = [0; 4];
        self.pad(rune(value).encode_utf8(&mut buffer).as_bytes());
    }

    /// `%q` of an integer: a Go character literal.
    pub(super) fn quoted_character(&mut self, value: i64) {
        let rune = i64::from(u32::from(rune(value)));
        let literal = if self.spec.plus {
            strconv::quote_rune_to_ascii(rune)
        } else {
            strconv::quote_rune(rune)
        };
        self.pad(literal.as_bytes());
    }

    /// `%U`: `U+0078`, and with `#` the character behind it.
    pub(super) fn code_point(&mut self, value: u64) {
        let digits = Digits::of(value, 16, true);
        let zeros = self.spec.precision.unwrap_or(4).max(4);
        let zeros = zeros.saturating_sub(digits.len);
        let mut text = b"U+".to_vec();
        text.resize(2 + zeros, b'0');
        text.extend_from_slice(digits.as_bytes());
        let character = u32::try_from(value).ok().and_then(char::from_u32);
        if let Some(c) = character.filter(|c| self.spec.sharp && unicode::is_print(*c)) {
            text.extend_from_slice(b" '");
            unicode::push_rune(&mut text, c);
            text.push(b'\'');
        }
        self.pad_blank(&text);
    }

    /// A float; false where the verb does not suit one.
    pub(super) fn float(&mut self, value: f64, verb: char) -> bool {
        let (format, precision) = match verb {
            'v' => (b'g', -1),
            'b' => (b'b', -1),
            'g' => (b'g', -1),
            'G' => (b'G', -1),
            'x' => (b'x', -1),
            'X' => (b'X', -1),
            'f' | 'F' => (b'f', 6),
            'e' => (b'e', 6),
            'E' => (b'E', 6),
            _ => return false,
        };
        let digits = self.spec.precision.and_then(|p| i32::try_from(p).ok());
        self.float_as(value, format, digits.unwrap_or(precision));
        true
    }

    fn float_as(&mut self, value: f64, format: u8, precision: i32) {
        let spec = self.spec;
        if spec.width.is_none() && !(spec.plus || spec.space || spec.sharp) {
            // Ports, replicas and other small whole numbers: most floats of a chart.
            let whole = value as i32;
            let small = (-999_999..=999_999).contains(&whole) && whole != 0;
            if format == b'g' && precision < 0 && small && f64::from(whole) == value {
                return strconv::append_int(self.out, whole.into(), 10);
            }
            return strconv::append_float(self.out, value, format, precision, 64);
        }
        let mut text = Vec::with_capacity(32);
        strconv::append_float(&mut text, value, format, precision, 64);
        let mut sign = b'+';
        if let Some(b'+' | b'-') = text.first() {
            sign = text.remove(0);
        }
        if spec.space && sign == b'+' && !spec.plus {
            sign = b' ';
        }
        let shows_sign = spec.plus || sign != b'+';
        if let Some(first @ (b'I' | b'N')) = text.first() {
            // Infinities always have a sign; neither they nor NaN are filled up with zeros.
            if *first == b'I' || spec.space || spec.plus {
                text.insert(0, sign);
            }
            return self.pad_blank(&text);
        }
        if spec.sharp && format != b'b' {
            text = with_point_and_zeros(text, format, precision);
        }
        if shows_sign {
            let width = spec.width.unwrap_or(0);
            if spec.zero && !spec.minus && width > text.len() + 1 {
                self.out.push(sign);
                self.padding(width - text.len() - 1);
                self.out.extend_from_slice(&text);
                return;
            }
            text.insert(0, sign);
        }
        self.pad(&text);
    }

    /// A complex number, `(1+2i)`; false where the verb does not suit one.
    pub(super) fn complex(&mut self, (real, imaginary): (f64, f64), verb: char) -> bool {
        if !matches!(
            verb,
            'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E'
        ) {
            return false;
        }
        self.out.push(b'(');
        self.float(real, verb);
        let plus = std::mem::replace(&mut self.spec.plus, true);
        self.float(imaginary, verb);
        self.spec.plus = plus;
        self.str("i)");
        true
    }
}

/// The rune of an integer; what is none is U+FFFD.
fn rune(value: i64) -> char {
    let code = u32::try_from(value).ok();
    code.and_then(char::from_u32)
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The `#` flag on an unsigned float text: it always has a point, and `%g` and `%x` keep trailing
/// zeros up to the precision.
fn with_point_and_zeros(mut text: Vec<u8>, format: u8, precision: i32) -> Vec<u8> {
    let mut missing = match format {
        b'g' | b'G' | b'x' if precision < 0 => 6,
        b'g' | b'G' | b'x' => precision,
        _ => 0,
    };
    let hexadecimal = matches!(format, b'x' | b'X');
    let is_exponent = |c: &u8| match c {
        b'p' | b'P' => true,
        b'e' | b'E' => !hexadecimal,
        _ => false,
    };
    let end = text.iter().position(is_exponent).unwrap_or(text.len());
    let exponent = text.split_off(end);
    let has_point = text.contains(&b'.');
    // Go counts every character from the first that is neither a zero nor the point, so also the
    // x of 0x.
    let counted = text
        .iter()
        .filter(|c| **c != b'.')
        .skip_while(|c| **c == b'0');
    missing -= i32::try_from(counted.count()).unwrap_or(i32::MAX);
    if !has_point {
        if text == b"0" {
            missing -= 1;
        }
        text.push(b'.');
    }
    let zeros = usize::try_from(missing).unwrap_or(0);
    text.resize(text.len() + zeros, b'0');
    text.extend_from_slice(&exponent);
    text
}

/// Digits of an integer with what goes before them.
struct Digits {
    buffer: [u8; 64],
    len: usize,
    /// The least number of digits; zeros fill up.
    least: usize,
    prefix: [u8; 4],
    prefix_len: usize,
}

impl Digits {
    fn of(mut value: u64, base: u32, upper: bool) -> Digits {
        let base = u64::from(base);
        let mut buffer = [b'0'; 64];
        let mut len = 0;
        for slot in buffer.iter_mut().rev() {
            let digit = (value % base) as u8;
            *slot = match digit {
                0..=9 => b'0' + digit,
                _ if upper => b'A' + digit - 10,
                _ => b'a' + digit - 10,
            };
            len += 1;
            value /= base;
            if value == 0 {
                break;
            }
        }
        Digits {
            buffer,
            len,
            least: 0,
            prefix: [0; 4],
            prefix_len: 0,
        }
    }

    fn as_bytes(&self) -> &[u8] {
        self.buffer.get(64 - self.len..).unwrap_or_default()
    }

    fn zeros(&self) -> usize {
        self.least.saturating_sub(self.len)
    }

    /// Sign and base, as flags and verb ask for them.
    fn prefix(&mut self, sign: Option<u8>, base: u32, verb: char, sharp: bool) {
        let mut push = |byte: u8| {
            if let Some(slot) = self.prefix.get_mut(self.prefix_len) {
                *slot = byte;
                self.prefix_len += 1;
            }
        };
        if let Some(sign) = sign {
            push(sign);
        }
        if verb == 'O' {
            push(b'0');
            push(b'o');
        }
        let starts_with_zero =
            self.least > self.len || self.buffer.get(64 - self.len) == Some(&b'0');
        let x = if verb == 'X' { b'X' } else { b'x' };
        let base_prefix: &[u8] = match base {
            2 => b"0b",
            16 => &[b'0', x],
            8 if !starts_with_zero => b"0",
            _ => b"",
        };
        if sharp {
            base_prefix.iter().copied().for_each(push);
        }
    }
}
