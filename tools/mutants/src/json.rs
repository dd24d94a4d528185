//! Nodes as JSON, which `kubectl` and rhelm read alike.

use goyaml::{Kind, Node};

/// A node as JSON.
pub fn to_json(node: &Node) -> String {
    let mut text = String::new();
    write(node, &mut text);
    text
}

fn write(node: &Node, text: &mut String) {
    match &node.kind {
        Kind::Null => text.push_str("null"),
        Kind::Bool(value) => text.push_str(&value.to_string()),
        Kind::Int(value) => text.push_str(&value.to_string()),
        Kind::Uint(value) => text.push_str(&value.to_string()),
        Kind::Float(value) => text.push_str(&value.to_string()),
        Kind::Str(value) => quote(value, text),
        Kind::Seq(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Kind::Map(entries) => {
            text.push('{');
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                quote(&entry.key, text);
                text.push(':');
                write(&entry.value, text);
            }
            text.push('}');
        }
    }
}

fn quote(value: &str, text: &mut String) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            c if c.is_control() => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
}
