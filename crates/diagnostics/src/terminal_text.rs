//! A chart's own text, made safe for a terminal.

use std::borrow::Cow;

/// A text whose control characters are shown as escapes (`\u{1b}`, `\n`): what a chart says must not change a
/// terminal, nor look like several lines.
pub fn escape_controls(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_control() {
            true => escaped.extend(c.escape_default()),
            false => escaped.push(c),
        }
    }
    escaped.into()
}
