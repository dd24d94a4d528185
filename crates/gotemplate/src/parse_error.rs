//! Why a text is no template.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::ast::Pos;

/// The first mistake in a template's text, in Go's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The name the text was parsed under.
    pub name: Arc<str>,
    /// The line Go reports, from 1: that of the last token read, not always of the mistake.
    pub line: u32,
    /// Where that token starts.
    pub pos: Pos,
    /// What is wrong, without position: `unexpected {{end}}`. Bytes, since it can quote the source.
    pub message: Vec<u8>,
}

impl ParseError {
    /// The whole text: `template: x.yaml:3: unexpected {{end}}`.
    pub fn text(&self) -> Vec<u8> {
        let mut text = format!("template: {}:{}: ", self.name, self.line).into_bytes();
        text.extend_from_slice(&self.message);
        text
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message: Cow<'_, str> = String::from_utf8_lossy(&self.message);
        write!(f, "template: {}:{}: {message}", self.name, self.line)
    }
}

impl std::error::Error for ParseError {}
