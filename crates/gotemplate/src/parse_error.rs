//! The reason why a text is no template.

use std::fmt;
use std::sync::Arc;

use gostd::Value;

use crate::ast::Pos;

/// The first mistake in a template's text, in Go's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The name the text was parsed under.
    pub name: Arc<str>,
    /// The line Go reports, from 1: that of the last token read, not always of the mistake.
    pub line: u32,
    /// The start of that token.
    pub pos: Pos,
    /// The problem, without position: `unexpected {{end}}`. Bytes, since it can quote the source.
    pub message: Vec<u8>,
    /// The whole text where the name has a `%`: Go puts the name into the format of the message, so
    /// that `50%d.yaml` takes the first of the message's operands.
    pub(crate) garbled: Option<Vec<u8>>,
}

impl ParseError {
    /// A mistake with a message in Go's format and its operands.
    pub(crate) fn new(name: Arc<str>, line: u32, pos: Pos, format: &str, args: &[Value]) -> Self {
        let formatted = |format: &str| {
            // Only a name that asks for blanks by the million can fail.
            let text = gostd::fmt::sprintf(format.as_bytes(), args);
            text.unwrap_or_else(|_| format.into())
        };
        ParseError {
            line,
            pos,
            message: match args {
                [] => format.into(),
                _ => formatted(format),
            },
            garbled: name
                .contains('%')
                .then(|| formatted(&format!("template: {name}:{line}: {format}"))),
            name,
        }
    }

    /// The whole text: `template: x.yaml:3: unexpected {{end}}`.
    pub fn text(&self) -> Vec<u8> {
        if let Some(text) = &self.garbled {
            return text.clone();
        }
        let mut text = format!("template: {}:{}: ", self.name, self.line).into_bytes();
        text.extend_from_slice(&self.message);
        text
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.text()))
    }
}

impl std::error::Error for ParseError {}
