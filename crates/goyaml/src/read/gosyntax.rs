//! The `%#v` form of decoded YAML, which go-yaml prints in errors about keys.

use std::cmp::Ordering;
use std::fmt::Write;

use gostd::strconv::{format_float, quote};

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
                sorted.sort_by(|a, b| compare(&a.key, &b.key));
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

/// fmt sorts the keys of a map: numbers by value, texts bytewise.
fn compare(a: &str, b: &str) -> Ordering {
    match (a.parse::<i128>(), b.parse::<i128>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

fn scalar(out: &mut String, kind: &Kind) {
    let _ = match kind {
        Kind::Bool(b) => write!(out, "{b}"),
        Kind::Int(n) => write!(out, "{n}"),
        Kind::Uint(n) => write!(out, "0x{n:x}"),
        Kind::Float(f) => write!(out, "{}", format_float(*f, b'g', -1, 64)),
        Kind::Str(text) => write!(out, "{}", quote(text.as_bytes())),
        _ => write!(out, "interface {{}}(nil)"),
    };
}
