//! The format string of `Sprintf`: flags, widths, precisions and operand numbers of its directives.

use super::FormatError;
use super::printer::{Printer, Spec};
use crate::types::Kind;
use crate::unicode;
use crate::value::Value;

/// The greatest width or precision.
const MAX_NUMBER: i64 = 1_000_000;

/// Prints the operands as `format` says.
pub(super) fn run(
    printer: &mut Printer<'_>,
    format: &[u8],
    args: &[Value],
) -> Result<(), FormatError> {
    let mut formatter = Formatter {
        printer,
        format,
        at: 0,
        args,
        next: 0,
        reordered: false,
        good_index: true,
        after_index: false,
    };
    while formatter.at < format.len() {
        formatter.literal();
        if formatter.at < format.len() {
            formatter.at += 1;
            formatter.directive()?;
        }
        formatter.printer.check_length()?;
    }
    if !formatter.reordered {
        formatter.extra()?;
    }
    Ok(())
}

struct Formatter<'a, 'p, 'o> {
    printer: &'p mut Printer<'o>,
    format: &'a [u8],
    /// Offset in the format.
    at: usize,
    args: &'a [Value],
    /// The next operand.
    next: usize,
    /// True if any directive had an operand number: then nobody counts the extra ones.
    reordered: bool,
    /// True if the operand numbers of the current directive are valid.
    good_index: bool,
    /// True if the item before was an operand number.
    after_index: bool,
}

impl Formatter<'_, '_, '_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn literal(&mut self) {
        let rest = self.format.get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|c| *c == b'%').unwrap_or(rest.len());
        let text = rest.get(..end).unwrap_or(rest);
        self.printer.out.extend_from_slice(text);
        self.at += end;
    }

    /// One directive, from behind its `%`.
    fn directive(&mut self) -> Result<(), FormatError> {
        self.good_index = true;
        self.flags();
        self.after_index = self.index();
        self.width();
        self.precision();
        if !self.after_index {
            self.after_index = self.index();
        }
        let rest = self.format.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            self.printer.str("%!(NOVERB)");
            return Ok(());
        }
        let (verb, width) = unicode::decode_rune(rest);
        self.at += width;
        self.operand(verb)
    }

    fn operand(&mut self, verb: char) -> Result<(), FormatError> {
        let complaint = match self.args.get(self.next) {
            _ if verb == '%' => {
                self.printer.out.push(b'%');
                return Ok(());
            }
            _ if !self.good_index => "(BADINDEX)",
            None => "(MISSING)",
            Some(arg) => {
                let spec = &mut self.printer.spec;
                if matches!(verb, 'v' | 'w') {
                    spec.sharp_v = std::mem::take(&mut spec.sharp);
                    spec.plus_v = std::mem::take(&mut spec.plus);
                }
                self.next += 1;
                return self.printer.arg(arg, verb);
            }
        };
        self.printer.str("%!");
        unicode::push_rune(self.printer.out, verb);
        self.printer.str(complaint);
        Ok(())
    }

    fn flags(&mut self) {
        let mut spec = Spec::default();
        while let Some(byte) = self.peek() {
            match byte {
                b'#' => spec.sharp = true,
                b'0' => spec.zero = true,
                b'+' => spec.plus = true,
                b'-' => spec.minus = true,
                b' ' => spec.space = true,
                _ => break,
            }
            self.at += 1;
        }
        self.printer.spec = spec;
    }

    fn width(&mut self) {
        if self.peek() != Some(b'*') {
            let number = self.number(self.format.len());
            self.printer.spec.width = number;
            if self.after_index && number.is_some() {
                self.good_index = false;
            }
            return;
        }
        self.at += 1;
        self.after_index = false;
        match self.number_operand() {
            None => self.printer.str("%!(BADWIDTH)"),
            Some(number) => {
                let spec = &mut self.printer.spec;
                spec.width = usize::try_from(number.unsigned_abs()).ok();
                if number < 0 {
                    spec.minus = true;
                    spec.zero = false;
                }
            }
        }
    }

    fn precision(&mut self) {
        // A point that ends the format counts as the verb.
        if self.peek() != Some(b'.') || self.at + 1 >= self.format.len() {
            return;
        }
        self.at += 1;
        if self.after_index {
            self.good_index = false;
        }
        self.after_index = self.index();
        if self.peek() != Some(b'*') {
            let number = self.number(self.format.len());
            self.printer.spec.precision = Some(number.unwrap_or(0));
            return;
        }
        self.at += 1;
        self.after_index = false;
        let number = self.number_operand();
        self.printer.spec.precision = number.and_then(|n| usize::try_from(n).ok());
        if self.printer.spec.precision.is_none() {
            self.printer.str("%!(BADPREC)");
        }
    }

    /// The operand that a `*` takes.
    fn number_operand(&mut self) -> Option<i64> {
        let arg = self.args.get(self.next)?;
        self.next += 1;
        let (Kind::Int(int), Value::Int(_, number)) = (arg.kind(), arg.underlying()) else {
            return None;
        };
        let fits = int.signed() || *number >= 0;
        (fits && (-MAX_NUMBER..=MAX_NUMBER).contains(number)).then_some(*number)
    }

    /// Decimal digits up to `end`. A number too large ends the format there.
    fn number(&mut self, end: usize) -> Option<usize> {
        let mut number = None;
        while let Some(digit @ b'0'..=b'9') = self.peek().filter(|_| self.at < end) {
            let so_far = number.unwrap_or(0);
            if so_far > MAX_NUMBER as usize {
                self.at = end;
                return None;
            }
            number = Some(so_far * 10 + usize::from(digit - b'0'));
            self.at += 1;
        }
        number
    }

    /// An operand number such as `[2]`, if there is one.
    fn index(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let rest = self.format.get(self.at..).unwrap_or_default();
        let close = rest.iter().position(|c| *c == b']');
        let Some(close) = close.filter(|_| rest.len() >= 3) else {
            self.good_index = false;
            self.at += 1;
            return false;
        };
        let close = self.at + close;
        self.at += 1;
        let number = self.number(close).filter(|_| self.at == close);
        self.at = close + 1;
        match number.map(|n| n.wrapping_sub(1)) {
            Some(index) if index < self.args.len() => self.next = index,
            _ => self.good_index = false,
        }
        number.is_some()
    }

    /// `%!(EXTRA int=1)`: operands that no directive took.
    fn extra(&mut self) -> Result<(), FormatError> {
        let extra = self.args.get(self.next..).unwrap_or_default();
        if extra.is_empty() {
            return Ok(());
        }
        self.printer.spec = Spec::default();
        self.printer.str("%!(EXTRA ");
        for (index, arg) in extra.iter().enumerate() {
            if index > 0 {
                self.printer.str(", ");
            }
            if !matches!(arg, Value::Nil) {
                self.printer.type_and_equals(arg);
            }
            self.printer.arg(arg, 'v')?;
        }
        self.printer.out.push(b')');
        Ok(())
    }
}
