//! The state of one print call and the choice of a format by the operand's kind.

use super::{FormatError, MAX_LENGTH};
use crate::types::IntType;
use crate::unicode;
use crate::value::Value;

/// Flags, width and precision of one directive.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Spec {
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`: the names of struct fields. Then `plus` is not set.
    pub(super) plus_v: bool,
    /// `%#v`: Go syntax. Then `sharp` is not set.
    pub(super) sharp_v: bool,
}

/// The text of a complaint about an unsuitable verb.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// A nil operand.
    Nil,
    /// An operand itself.
    Arg(&'a Value),
    /// A value inside an operand.
    Inner(&'a Value),
    /// A nil pointer of this type.
    NilPointer(&'a str),
}

/// One print call.
pub(super) struct Printer<'o> {
    pub(super) out: &'o mut Vec<u8>,
    pub(super) spec: Spec,
    /// Set while a complaint is printed: it shows values without asking their methods.
    pub(super) complaining: bool,
}

impl<'o> Printer<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        Printer {
            out,
            spec: Spec::default(),
            complaining: false,
        }
    }

    pub(super) fn str(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(super) fn check_length(&self) -> Result<(), FormatError> {
        if self.out.len() > MAX_LENGTH {
            return Err(FormatError::TooLong);
        }
        Ok(())
    }

    /// Go's `printArg`: an operand, as opposed to a value inside one.
    pub(super) fn arg(&mut self, arg: &Value, verb: char) -> Result<(), FormatError> {
        let subject = Subject::Arg(arg);
        match (arg, verb) {
            (Value::Nil, 'T' | 'v') => self.pad(b"<nil>"),
            (Value::Nil, _) => self.bad_verb(verb, Subject::Nil)?,
            (_, 'T') => self.plain_text(arg.type_name().as_bytes()),
            (_, 'p') => self.pointer(arg, verb, subject)?,
            (
                Value::Bool(_)
                | Value::Int(..)
                | Value::Float64(_)
                | Value::Complex128(_)
                | Value::Str(_),
                _,
            ) => self.scalar(arg, verb, subject)?,
            (Value::Bytes(bytes), _) => {
                self.bytes(bytes, verb, "[]byte")?;
            }
            _ => {
                if !self.method_text(arg, verb, subject)? {
                    self.value(arg, verb, 0, true)?;
                }
            }
        }
        Ok(())
    }

    /// A value of a basic kind, also behind a named type.
    pub(super) fn scalar(
        &mut self,
        value: &Value,
        verb: char,
        subject: Subject<'_>,
    ) -> Result<(), FormatError> {
        let suits = match value {
            Value::Bool(value) => self.boolean(*value, verb),
            Value::Int(int, n) => self.integer(*int, *n, verb),
            Value::Float64(value) => self.float(*value, verb),
            Value::Complex128(value) => self.complex(**value, verb),
            Value::Str(text) => self.string(text.as_bytes(), verb),
            _ => false,
        };
        if suits {
            return Ok(());
        }
        self.bad_verb(verb, subject)
    }

    fn boolean(&mut self, value: bool, verb: char) -> bool {
        if !matches!(verb, 't' | 'v') {
            return false;
        }
        self.pad(if value { b"true" } else { b"false" });
        true
    }

    fn integer(&mut self, int: IntType, value: i64, verb: char) -> bool {
        let signed = int.signed();
        match verb {
            'v' if self.spec.sharp_v && !signed => self.hexadecimal_0x(value.cast_unsigned()),
            'v' | 'd' => self.number(value, signed, 10, verb),
            'b' => self.number(value, signed, 2, verb),
            'o' | 'O' => self.number(value, signed, 8, verb),
            'x' | 'X' => self.number(value, signed, 16, verb),
            'c' => self.character(value),
            'q' => self.quoted_character(value),
            'U' => self.code_point(value.cast_unsigned()),
            _ => return false,
        }
        true
    }

    /// `%!d(string=x)`: the verb does not suit the operand.
    #[cold]
    #[inline(never)]
    pub(super) fn bad_verb(&mut self, verb: char, subject: Subject<'_>) -> Result<(), FormatError> {
        self.complaining = true;
        self.str("%!");
        unicode::push_rune(self.out, verb);
        self.out.push(b'(');
        match subject {
            Subject::Nil => self.str("<nil>"),
            Subject::Arg(value) => {
                self.type_and_equals(value);
                self.arg(value, 'v')?;
            }
            Subject::Inner(value) => {
                self.type_and_equals(value);
                self.value(value, 'v', 0, true)?;
            }
            Subject::NilPointer(name) => {
                self.str(name);
                self.out.push(b'=');
                self.nil_pointer(name, 'v')?;
            }
        }
        self.out.push(b')');
        self.complaining = false;
        Ok(())
    }

    pub(super) fn type_and_equals(&mut self, value: &Value) {
        self.str(&value.type_name());
        self.out.push(b'=');
    }

    /// `count` blanks, or zeros where the flag asks for them on the left.
    pub(super) fn padding(&mut self, count: usize) {
        let fill = if self.spec.zero && !self.spec.minus {
            b'0'
        } else {
            b' '
        };
        self.out.resize(self.out.len() + count, fill);
    }

    /// Text filled up to the width, which counts runes.
    pub(super) fn pad(&mut self, text: &[u8]) {
        let Some(width) = self.spec.width.filter(|w| *w > 0) else {
            self.out.extend_from_slice(text);
            return;
        };
        let missing = width.saturating_sub(unicode::rune_count(text));
        if self.spec.minus {
            self.out.extend_from_slice(text);
            self.padding(missing);
        } else {
            self.padding(missing);
            self.out.extend_from_slice(text);
        }
    }

    /// [`Printer::pad`], but never with zeros.
    pub(super) fn pad_blank(&mut self, text: &[u8]) {
        let zero = std::mem::replace(&mut self.spec.zero, false);
        self.pad(text);
        self.spec.zero = zero;
    }
}
