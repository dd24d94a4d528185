//! What Go's `%#v` prints for decoded YAML, which go-yaml shows in errors about keys.

use std::fmt::Write;

use crate::{Entry, Kind, Node};

/// Prints a node whose maps have keys in Go syntax already.
pub(crate) fn print(node: &Node) -> String {
    if node.kind == Kind::Null {
        // Only inside of lists and maps Go knows that it is an interface.
        return "<nil>".to_owned();
    }
    enum Part<'a> {
        Value(&'a Node),
        Text(&'a str),
    }
    let mut out = String::new();
    let mut stack = vec![Part::Value(node)];
    while let Some(part) = stack.pop() {
        let node = match part {
            Part::Text(text) => {
                out.push_str(text);
                continue;
            }
            Part::Value(node) => node,
        };
        match &node.kind {
            Kind::Seq(items) => {
                out.push_str("[]interface {}{");
                stack.push(Part::Text("}"));
                for (i, item) in items.iter().enumerate().rev() {
                    stack.push(Part::Value(item));
                    if i > 0 {
                        stack.push(Part::Text(", "));
                    }
                }
            }
            Kind::Map(entries) => {
                out.push_str("map[interface {}]interface {}{");
                stack.push(Part::Text("}"));
                let mut sorted: Vec<&Entry> = entries.iter().collect();
                sorted.sort_by(|a, b| a.key.cmp(&b.key));
                for (i, entry) in sorted.iter().enumerate().rev() {
                    stack.push(Part::Value(&entry.value));
                    stack.push(Part::Text(":"));
                    stack.push(Part::Text(&entry.key));
                    if i > 0 {
                        stack.push(Part::Text(", "));
                    }
                }
            }
            _ => scalar(&mut out, &node.kind),
        }
    }
    out
}

fn scalar(out: &mut String, kind: &Kind) {
    let _ = match kind {
        Kind::Bool(b) => write!(out, "{b}"),
        Kind::Int(n) => write!(out, "{n}"),
        Kind::Uint(n) => write!(out, "0x{n:x}"),
        Kind::Float(f) => write!(out, "{}", float(*f)),
        Kind::Str(text) => write!(out, "{}", quote(text)),
        _ => write!(out, "interface {{}}(nil)"),
    };
}

fn float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    shortest(&format!("{value:e}"))
}

/// Go's `%g` without precision, from the shortest digits in Rust's scientific form: an exponent
/// is shown below -4 and from 6 on.
pub(crate) fn shortest(scientific: &str) -> String {
    let (digits, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.unsigned_abs());
    }
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let mut digits = digits.replace('.', "");
    if exponent < 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{digits}");
    }
    let point = exponent.unsigned_abs() as usize + 1;
    while digits.len() < point {
        digits.push('0');
    }
    if digits.len() > point {
        digits.insert(point, '.');
    }
    format!("{sign}{digits}")
}

/// `strconv.Quote`.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\u{7}' => write!(out, "\\a"),
            '\u{8}' => write!(out, "\\b"),
            '\u{c}' => write!(out, "\\f"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            '\u{b}' => write!(out, "\\v"),
            ' '..='~' => write!(out, "{c}"),
            '\0'..='\u{7f}' => write!(out, "\\x{:02x}", u32::from(c)),
            _ => write!(out, "{c}"),
        };
    }
    out.push('"');
    out
}
