//! Go's package `fmt` over template values: `Sprint`, `Sprintln`, `Sprintf` and the text of `%v`.

mod container;
mod directive;
mod number;
mod printer;
#[cfg(test)]
mod tests;
mod text;

use crate::limits::LIMITS;
use crate::text::Text;
use crate::value::Value;
use printer::Printer;

/// The depth to which containers may nest when they are printed. JSON and YAML end at 10,000 levels; a map
/// that contains itself never ends, and kills a Go program by overflowing its stack.
pub const MAX_DEPTH: u32 = LIMITS.value_nesting as u32 + 100;

/// The longest printed text, in bytes: shared containers can stand for exponentially long
/// ones, and a short format can ask for millions of blanks.
pub const MAX_LENGTH: usize = LIMITS.text_bytes;

/// The reason why a value cannot be printed. Go has no such errors: it runs out of stack or memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormatError {
    /// The value nests deeper than [`MAX_DEPTH`], most likely because it contains itself.
    TooDeep,
    /// The text would be longer than [`MAX_LENGTH`].
    TooLong,
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FormatError::TooDeep => write!(
                f,
                "cannot print a value that nests deeper than {MAX_DEPTH} levels (does it contain itself?)"
            ),
            FormatError::TooLong => {
                write!(f, "cannot print a text longer than {MAX_LENGTH} bytes")
            }
        }
    }
}

impl std::error::Error for FormatError {}

impl From<FormatError> for String {
    fn from(error: FormatError) -> String {
        error.to_string()
    }
}

/// Go's `fmt.Sprint`: each operand in its default format, with a blank between two operands
/// neither of which is a string.
///
/// # Errors
/// [`FormatError`], as all functions here.
pub fn sprint(args: &[Value]) -> Result<Vec<u8>, FormatError> {
    let mut out = Vec::new();
    append_sprint(&mut out, args)?;
    Ok(out)
}

/// [`sprint`], appended to `out`.
///
/// # Errors
/// [`FormatError`]; `out` then has a part of the text.
pub fn append_sprint(out: &mut Vec<u8>, args: &[Value]) -> Result<(), FormatError> {
    let is_string = |v: &Value| matches!(v.underlying(), Value::Str(_));
    let mut after_string = true;
    for (index, arg) in args.iter().enumerate() {
        let string = is_string(arg);
        if index > 0 && !string && !after_string {
            out.push(b' ');
        }
        print_value(out, arg)?;
        after_string = string;
    }
    Ok(())
}

/// Go's `fmt.Sprintln`: operands separated by blanks, and a final newline.
///
/// # Errors
/// [`FormatError`].
pub fn sprintln(args: &[Value]) -> Result<Vec<u8>, FormatError> {
    let mut out = Vec::new();
    for (index, arg) in args.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        print_value(&mut out, arg)?;
    }
    out.push(b'\n');
    Ok(out)
}

/// Go's `fmt.Sprintf`. A directive that does not suit its operand leaves Go's complaint in the
/// text: `%!d(string=x)`, `%!s(MISSING)`, `%!(EXTRA int=1)`.
///
/// # Errors
/// [`FormatError`].
pub fn sprintf(format: &[u8], args: &[Value]) -> Result<Vec<u8>, FormatError> {
    let mut out = Vec::with_capacity(format.len() + 16 * args.len());
    append_sprintf(&mut out, format, args)?;
    Ok(out)
}

/// [`sprintf`], appended to `out`.
///
/// # Errors
/// [`FormatError`]; `out` then has a part of the text.
pub fn append_sprintf(out: &mut Vec<u8>, format: &[u8], args: &[Value]) -> Result<(), FormatError> {
    directive::run(&mut Printer::new(out), format, args)
}

/// Appends a value as `%v` prints it; nil is `<nil>`.
///
/// # Errors
/// [`FormatError`]; `out` then has a part of the text.
pub fn print_value(out: &mut Vec<u8>, value: &Value) -> Result<(), FormatError> {
    match value {
        Value::Str(text) => out.extend_from_slice(text.as_bytes()),
        Value::Nil => out.extend_from_slice(b"<nil>"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        value => Printer::new(out).arg(value, 'v')?,
    }
    match out.len() > MAX_LENGTH {
        true => Err(FormatError::TooLong),
        false => Ok(()),
    }
}

/// The text of a value as `%v` prints it: a string is itself, without a copy.
///
/// # Errors
/// [`FormatError`].
pub fn value_text(value: &Value) -> Result<Text, FormatError> {
    if let Value::Str(text) = value {
        return Ok(text.clone());
    }
    let mut out = Vec::new();
    print_value(&mut out, value)?;
    Ok(Text::new(out))
}

/// Appends a value as `%#v` prints it, in Go's syntax: `map[string]interface {}{"a":1}`.
///
/// # Errors
/// [`FormatError`]; `out` then has a part of the text.
pub fn go_syntax(out: &mut Vec<u8>, value: &Value) -> Result<(), FormatError> {
    let mut printer = Printer::new(out);
    printer.spec.sharp_v = true;
    printer.arg(value, 'v')
}
