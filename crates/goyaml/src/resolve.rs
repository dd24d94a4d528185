//! Resolves scalars as go-yaml v2's resolver, which follows YAML 1.1 with Go's syntax of numbers.

use gostd::base64;
use std::borrow::Cow;
use std::num::IntErrorKind;

use crate::timestamp;

/// The start of YAML's own tags; `!!` stands for it.
const LONG: &str = "tag:yaml.org,2002:";

/// A resolved scalar.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Resolved<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    /// Text as it stands.
    Str(&'a str),
    /// The content of base64 text, which need not be UTF-8.
    Binary(Vec<u8>),
}

/// The tag that a resolved scalar has by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Tag {
    Null,
    Bool,
    Int,
    Float,
    Str,
    Timestamp,
}

impl Tag {
    fn short(self) -> &'static str {
        match self {
            Tag::Null => "!!null",
            Tag::Bool => "!!bool",
            Tag::Int => "!!int",
            Tag::Float => "!!float",
            Tag::Str => "!!str",
            Tag::Timestamp => "!!timestamp",
        }
    }
}

/// Resolves the text of a plain scalar without tag.
pub(crate) fn plain(text: &str) -> Resolved<'_> {
    resolve(text, true).1
}

/// Resolves a scalar with the (long) tag `tag`; a tag that go-yaml does not know makes it text.
/// Errors are go-yaml's, without the `yaml: ` prefix.
pub(crate) fn tagged<'a>(tag: &str, text: &'a str) -> Result<Resolved<'a>, Cow<'static, str>> {
    let expected_tag = match tag.strip_prefix(LONG) {
        Some("str") => return Ok(Resolved::Str(text)),
        Some("binary") => return binary(text),
        Some("null") => Tag::Null,
        Some("bool") => Tag::Bool,
        Some("int") => Tag::Int,
        Some("float") => Tag::Float,
        Some("timestamp") => Tag::Timestamp,
        _ => return Ok(Resolved::Str(text)),
    };
    match resolve(text, expected_tag == Tag::Timestamp) {
        (actual_tag, value) if actual_tag == expected_tag => Ok(value),
        (Tag::Int, Resolved::Int(n)) if expected_tag == Tag::Float => Ok(Resolved::Float(n as f64)),
        (actual_tag, _) => Err(Cow::Owned(format!(
            "cannot decode {} `{text}` as a {}",
            actual_tag.short(),
            expected_tag.short()
        ))),
    }
}

/// Returns true if a scalar with this tag is a merge key if its text is `<<`.
pub(crate) fn is_merge_tag(tag: &str) -> bool {
    tag.strip_prefix(LONG) == Some("merge")
}

fn binary(text: &str) -> Result<Resolved<'_>, Cow<'static, str>> {
    base64::decode(text.as_bytes())
        .map(Resolved::Binary)
        .map_err(|_| Cow::Borrowed("!!binary value contains invalid base64 data"))
}

fn resolve(text: &str, timestamps: bool) -> (Tag, Resolved<'_>) {
    let Some(&first) = text.as_bytes().first() else {
        return (Tag::Null, Resolved::Null);
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => match text {
            ".nan" | ".NaN" | ".NAN" => Some((Tag::Float, Resolved::Float(f64::NAN))),
            ".inf" | ".Inf" | ".INF" => Some((Tag::Float, Resolved::Float(f64::INFINITY))),
            _ => dotted(text).map(|f| (Tag::Float, Resolved::Float(f))),
        },
        b'+' | b'-' | b'0'..=b'9' => signed(text, timestamps),
        _ => None,
    }
    .unwrap_or((Tag::Str, Resolved::Str(text)))
}

fn word(text: &str) -> Option<(Tag, Resolved<'static>)> {
    let value = match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Resolved::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Resolved::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => return Some((Tag::Null, Resolved::Null)),
        _ => return None,
    };
    Some((Tag::Bool, value))
}

/// A text that begins with a sign or digit: timestamp, integer, float or none of these.
fn signed(text: &str, timestamps: bool) -> Option<(Tag, Resolved<'_>)> {
    match text {
        "+.inf" | "+.Inf" | "+.INF" => return Some((Tag::Float, Resolved::Float(f64::INFINITY))),
        "-.inf" | "-.Inf" | "-.INF" => {
            return Some((Tag::Float, Resolved::Float(f64::NEG_INFINITY)));
        }
        _ => {}
    }
    if timestamps && timestamp::is_timestamp(text) {
        return Some((Tag::Timestamp, Resolved::Str(text)));
    }
    let plain = match text.contains('_') {
        true => Cow::Owned(text.replace('_', "")),
        false => Cow::Borrowed(text),
    };
    let integer = integer(&plain).or_else(|| match plain.strip_prefix("0b") {
        // go-yaml's second try lets a sign stand after the prefix.
        Some(digits) => match radix(digits, 2) {
            Number::Int(n) => Some(Resolved::Int(n)),
            _ => None,
        },
        None => None,
    });
    if let Some(integer) = integer {
        return Some((Tag::Int, integer));
    }
    if has_float_syntax(plain.as_bytes()) {
        return float(&plain).map(|f| (Tag::Float, Resolved::Float(f)));
    }
    None
}

enum Number {
    Int(i64),
    Overflow,
    None,
}

/// `strconv.ParseInt(text, base, 64)` for one base.
fn radix(text: &str, base: u32) -> Number {
    match i64::from_str_radix(text, base) {
        Ok(n) => Number::Int(n),
        Err(e) => match e.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => Number::Overflow,
            _ => Number::None,
        },
    }
}

/// `strconv.ParseInt` and then `ParseUint` with base 0: the prefix tells the base.
fn integer(text: &str) -> Option<Resolved<'static>> {
    let bytes = text.as_bytes();
    let (sign, digits) = match bytes.first() {
        Some(b'+' | b'-') => (text.get(..1)?, text.get(1..)?),
        _ => ("", text),
    };
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, digits.get(2..)?),
        [b'0', b'b' | b'B', _, ..] => (2, digits.get(2..)?),
        [b'0', b'o' | b'O', _, ..] => (8, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    if sign == "-" {
        // The lowest number has no positive counterpart.
        let magnitude = u64::from_str_radix(digits, base).ok()?;
        return 0i64.checked_sub_unsigned(magnitude).map(Resolved::Int);
    }
    match radix(digits, base) {
        Number::Int(n) => Some(Resolved::Int(n)),
        Number::Overflow if sign.is_empty() => {
            u64::from_str_radix(digits, base).ok().map(Resolved::Uint)
        }
        _ => None,
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn has_float_syntax(text: &[u8]) -> bool {
    let digits = |s: &[u8]| s.iter().take_while(|b| b.is_ascii_digit()).count();
    let text = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let whole = digits(text);
    let mut rest = text.get(whole..).unwrap_or_default();
    if let [b'.', after @ ..] = rest {
        let fraction = digits(after);
        if whole == 0 && fraction == 0 {
            return false;
        }
        rest = after.get(fraction..).unwrap_or_default();
    } else if whole == 0 {
        return false;
    }
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
        _ => false,
    }
}

/// `strconv.ParseFloat` of a decimal: `None` where it fails, which it also does out of range.
fn float(text: &str) -> Option<f64> {
    if !has_float_syntax(text.as_bytes()) {
        return None;
    }
    text.parse::<f64>().ok().filter(|f| f.is_finite())
}

/// A text that begins with a dot. Only here Go sees the underscores, and wants each between digits.
fn dotted(text: &str) -> Option<f64> {
    if !text.contains('_') {
        return float(text);
    }
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let is_misplaced =
        |at: usize| !digit(bytes.get(at.wrapping_sub(1))) || !digit(bytes.get(at + 1));
    if memchr::memchr_iter(b'_', bytes).any(is_misplaced) {
        return None;
    }
    float(&text.replace('_', ""))
}
