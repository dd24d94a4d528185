//! Strings and byte slices: `%s`, `%q`, `%x`, and `[1 2 3]` for bytes under `%v`.

use super::FormatError;
use super::printer::{Printer, Spec, Subject};
use crate::Text;
use crate::strconv;
use crate::types::IntType;
use crate::unicode;
use crate::value::Value;

/// Every byte as a decimal number with a blank after it, and how many digits it has.
static DECIMALS: [([u8; 4], usize); 256] = {
    let mut decimals = [([b' '; 4], 1); 256];
    let mut byte = 0;
    while byte < 256 {
        let (text, count) = &mut decimals[byte];
        *count = 1 + (byte >= 10) as usize + (byte >= 100) as usize;
        let (mut rest, mut at) = (byte, *count);
        while at > 0 {
            at -= 1;
            text[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        byte += 1;
    }
    decimals
};

impl Printer<'_> {
    /// A string; false where the verb does not suit one.
    pub(super) fn string(&mut self, text: &[u8], verb: char) -> bool {
        match verb {
            'v' if self.spec.sharp_v => self.quoted(text),
            'v' | 's' => self.plain_text(text),
            'x' | 'X' => self.hexadecimal(text, verb),
            'q' => self.quoted(text),
            _ => return false,
        }
        true
    }

    /// A `[]byte` (Go's `fmtBytes`); `type_name` is shown by `%#v`.
    pub(super) fn bytes(
        &mut self,
        data: &Text,
        verb: char,
        type_name: &str,
    ) -> Result<(), FormatError> {
        let bytes = data.as_bytes();
        match verb {
            's' => self.plain_text(bytes),
            'x' | 'X' => self.hexadecimal(bytes, verb),
            'q' => self.quoted(bytes),
            'v' if self.spec.sharp_v && data.is_nil() => {
                self.str(type_name);
                self.str("(nil)");
            }
            'v' if self.spec.sharp_v => {
                self.str(type_name);
                self.out.push(b'{');
                for (index, byte) in bytes.iter().enumerate() {
                    if index > 0 {
                        self.str(", ");
                    }
                    self.hexadecimal_0x(u64::from(*byte));
                    self.check_length()?;
                }
                self.out.push(b'}');
            }
            _ => {
                if self.spec.sharp_v && data.is_nil() {
                    self.str("[]uint8(nil)");
                    return Ok(());
                }
                // Only the unsuitable %#w comes here with Go syntax asked for.
                let (open, separator, close) = match self.spec.sharp_v {
                    true => ("[]uint8{", ", ", b'}'),
                    false => ("[", " ", b']'),
                };
                self.str(open);
                if matches!(verb, 'v' | 'd') && self.spec == Spec::default() {
                    self.decimals(bytes)?;
                    self.out.push(close);
                    return Ok(());
                }
                for (index, byte) in bytes.iter().enumerate() {
                    if index > 0 {
                        self.str(separator);
                    }
                    let element = Value::Int(IntType::Uint8, i64::from(*byte));
                    self.scalar(&element, verb, Subject::Inner(&element))?;
                    self.check_length()?;
                }
                self.out.push(close);
            }
        }
        Ok(())
    }

    /// Bytes as decimal numbers with blanks between. Charts print whole contexts, and all their files with them.
    fn decimals(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        const PIECE: usize = 4096;
        let mut text = [0; 4 * PIECE];
        for (number, piece) in bytes.chunks(PIECE).enumerate() {
            if number > 0 {
                self.out.push(b' ');
            }
            let mut length = 0;
            for (byte, place) in piece.iter().zip(1..) {
                let (digits, count) = DECIMALS[usize::from(*byte)];
                // The next number overwrites what this one does not need of its four bytes.
                if let Some(room) = text.get_mut(length..length + 4) {
                    room.copy_from_slice(&digits);
                }
                length += count + usize::from(place < piece.len());
            }
            self.out
                .extend_from_slice(text.get(..length).unwrap_or_default());
            self.check_length()?;
        }
        Ok(())
    }

    /// `%s`: at most as many runes as the precision says.
    pub(super) fn plain_text(&mut self, text: &[u8]) {
        self.pad(self.truncated(text));
    }

    fn truncated<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        let Some(precision) = self.spec.precision else {
            return text;
        };
        let mut rest = text;
        for _ in 0..precision {
            if rest.is_empty() {
                return text;
            }
            let (_, width) = unicode::decode_rune(rest);
            rest = rest.get(width..).unwrap_or_default();
        }
        text.get(..text.len() - rest.len()).unwrap_or(text)
    }

    /// `%q`: a Go string literal; `#` prefers backquotes, `+` keeps to ASCII.
    fn quoted(&mut self, text: &[u8]) {
        let text = self.truncated(text);
        let mut literal = Vec::with_capacity(text.len() + 2);
        if self.spec.sharp && strconv::can_backquote(text) {
            literal.push(b'`');
            literal.extend_from_slice(text);
            literal.push(b'`');
        } else if self.spec.width.is_none() && !self.spec.plus {
            return strconv::append_quoted(self.out, text);
        } else if self.spec.plus {
            strconv::append_quoted_to_ascii(&mut literal, text);
        } else {
            strconv::append_quoted(&mut literal, text);
        }
        self.pad(&literal);
    }

    /// `%x` and `%X` of a string: its bytes, of which the precision says how many.
    fn hexadecimal(&mut self, text: &[u8], verb: char) {
        let (digits, x): (&[u8; 16], u8) = if verb == 'x' {
            (b"0123456789abcdef", b'x')
        } else {
            (b"0123456789ABCDEF", b'X')
        };
        let count = self.spec.precision.unwrap_or(usize::MAX).min(text.len());
        let text = text.get(..count).unwrap_or(text);
        let spec = self.spec;
        if text.is_empty() {
            return self.padding(spec.width.unwrap_or(0));
        }
        let groups = if spec.space { text.len() } else { 1 };
        let width = 2 * text.len() + (groups - 1) + if spec.sharp { 2 * groups } else { 0 };
        let missing = spec.width.unwrap_or(0).saturating_sub(width);
        if !spec.minus {
            self.padding(missing);
        }
        for (index, byte) in text.iter().enumerate() {
            if spec.space && index > 0 {
                self.out.push(b' ');
            }
            if spec.sharp && (spec.space || index == 0) {
                self.out.extend_from_slice(&[b'0', x]);
            }
            let digit = |n: u8| digits[usize::from(n & 15)];
            self.out
                .extend_from_slice(&[digit(byte >> 4), digit(*byte)]);
        }
        if spec.minus {
            self.padding(missing);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn bytes_are_decimal_numbers() {
        for length in [0, 1, 2, 256, 4095, 4096, 4097, 10_000] {
            let bytes: Vec<u8> = (0..length).map(|n: usize| (n * 7) as u8).collect();
            let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
            let mut out = Vec::new();
            Printer::new(&mut out).decimals(&bytes).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), numbers.join(" "));
        }
    }
}
