//! TOML as github.com/BurntSushi/toml reads and writes it: Helm's `toToml`, `mustToToml`, `fromToml`.
//!
//! ```
//! use gostd::host::Instant;
//!
//! let now = || Instant { seconds: 0, nanoseconds: 0 };
//! let map = gotoml::from_toml(b"[image]\ntag = \"1.2\"", &now).unwrap();
//! let text = gotoml::to_toml(&map.into()).unwrap();
//! assert_eq!(text, b"[image]\n  tag = \"1.2\"\n");
//! ```

mod datetime;
mod lex;
mod read;
mod tree;
mod write;

pub use read::from_toml;
pub use write::to_toml;

use std::fmt;

/// The reason why a value has no TOML, or a text is none; the text is BurntSushi's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TomlError {
    text: String,
    panics: bool,
}

impl TomlError {
    fn new(text: impl Into<String>) -> Self {
        TomlError {
            text: text.into(),
            panics: false,
        }
    }

    fn panic(text: impl Into<String>) -> Self {
        TomlError {
            text: text.into(),
            panics: true,
        }
    }

    fn too_long() -> Self {
        TomlError::panic(gostd::limits::Exceeded::Text)
    }

    /// Returns true if Go panics here: then `toToml` fails too, instead of giving the text.
    pub fn panics(&self) -> bool {
        self.panics
    }
}

impl fmt::Display for TomlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for TomlError {}

/// Returns true if a key stands without quotes.
fn is_bare(key: &[u8]) -> bool {
    let bare = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    !key.is_empty() && key.iter().all(bare)
}

/// Appends a key, in quotes where it needs them.
fn push_key(out: &mut Vec<u8>, key: &[u8]) {
    if is_bare(key) {
        out.extend_from_slice(key);
    } else {
        push_quoted(out, key);
    }
}

/// Appends a string in double quotes.
fn push_quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0x00..=0x1f | 0x7f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests;
