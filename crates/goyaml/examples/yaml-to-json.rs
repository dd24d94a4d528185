//! Reads length-prefixed YAML texts from standard input and answers each with JSON or the error,
//! for comparing with sigs.k8s.io/yaml. The argument `strict` refuses double keys, `documents`
//! answers with the documents, in hexadecimal, that k8s.io/apimachinery's YAML reader would give.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout
)]

use std::fmt::Write as _;
use std::io::{self, Read, Write};

use goyaml::{Kind, Node};

fn main() -> io::Result<()> {
    let mode = std::env::args().nth(1).unwrap_or_default();
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut length = [0; 4];
    while input.read_exact(&mut length).is_ok() {
        let mut text = vec![0; u32::from_le_bytes(length) as usize];
        input.read_exact(&mut text)?;
        let answer = match mode.as_str() {
            "documents" => documents(&text),
            "strict" => answer(goyaml::parse_strict(&text)),
            _ => answer(goyaml::parse(&text)),
        };
        output.write_all(&u32::try_from(answer.len()).unwrap_or(0).to_le_bytes())?;
        output.write_all(answer.as_bytes())?;
        output.flush()?;
    }
    Ok(())
}

fn answer(result: Result<Node, goyaml::Error>) -> String {
    match result {
        Ok(node) => {
            let mut answer = "J ".to_owned();
            json(&mut answer, &node);
            answer
        }
        Err(error) => format!("E {error}"),
    }
}

fn documents(text: &[u8]) -> String {
    let mut answer = String::new();
    for document in goyaml::documents(text) {
        match document {
            Ok(document) => {
                answer.push_str("D ");
                for byte in document.text.iter() {
                    let _ = write!(answer, "{byte:02x}");
                }
                answer.push('\n');
            }
            Err(error) => {
                let _ = writeln!(answer, "E {error}");
            }
        }
    }
    answer
}

fn json(out: &mut String, node: &Node) {
    let _ = match &node.kind {
        Kind::Null => write!(out, "null"),
        Kind::Bool(b) => write!(out, "{b}"),
        Kind::Int(n) => write!(out, "{n}"),
        Kind::Uint(n) => write!(out, "{n}"),
        Kind::Float(f) => write!(out, "{f:e}"),
        Kind::Str(text) => quoted(out, text),
        Kind::Seq(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                json(out, item);
            }
            write!(out, "]")
        }
        Kind::Map(entries) => {
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key));
            out.push('{');
            for (i, entry) in sorted.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                let _ = quoted(out, &entry.key);
                out.push(':');
                json(out, &entry.value);
            }
            write!(out, "}}")
        }
    };
}

fn quoted(out: &mut String, text: &str) -> std::fmt::Result {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            '\0'..='\x1f' => write!(out, "\\u{:04x}", u32::from(c))?,
            _ => out.push(c),
        }
    }
    out.push('"');
    Ok(())
}
