//! The way of a string through JSON in sigs.k8s.io/yaml: encoding/json writes it, then
//! go-yaml v2 reads that text, with a few surprises.

use super::WriteError;
use std::borrow::Cow;

/// go-yaml finds the `:` of a key at most this many characters after the key's start.
const KEY_REACH: usize = 1024;
const NEXT_LINE: char = '\u{85}';

/// The string that go-yaml v2 reads from the JSON of `text`.
///
/// Invalid UTF-8 becomes U+FFFD. U+0085 stands unescaped in JSON, where YAML folds it like a line
/// break. Characters that YAML does not allow raw are errors.
pub(super) fn through_json(text: &[u8]) -> Result<Cow<'_, [u8]>, WriteError> {
    if text.iter().all(|b| *b < 0x7f) {
        return Ok(Cow::Borrowed(text));
    }
    let mut folds = false;
    let mut valid = true;
    for c in chars(text) {
        match c {
            Some(NEXT_LINE) => folds = true,
            Some('\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}') => {
                return Err(WriteError::ControlCharacter);
            }
            Some(_) => {}
            None => valid = false,
        }
    }
    if folds {
        fold_next_lines(text).map(Cow::Owned)
    } else if valid {
        Ok(Cow::Borrowed(text))
    } else {
        Ok(Cow::Owned(replace_invalid(text).into_bytes()))
    }
}

/// The text with U+FFFD for each byte that is no UTF-8.
pub(crate) fn replace_invalid(text: &[u8]) -> String {
    chars(text).map(|c| c.unwrap_or('\u{fffd}')).collect()
}

/// Returns true if go-yaml can read `key` back from its JSON text: it must be short and on one line.
pub(super) fn is_readable_key(key: &[u8]) -> bool {
    // An escape takes at most six characters for one byte.
    let short = 6 * key.len() + 2 <= KEY_REACH;
    if short && key.is_ascii() {
        return true;
    }
    let mut length = 2;
    for c in chars(key) {
        length += match c {
            Some(NEXT_LINE) => return false,
            Some('"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}') => 2,
            Some('\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}') | None => 6,
            Some(_) => 1,
        };
    }
    length <= KEY_REACH
}

/// The characters of `text`; none for each byte that is no UTF-8, as Go decodes.
pub(super) fn chars(text: &[u8]) -> impl Iterator<Item = Option<char>> {
    text.utf8_chunks().flat_map(|chunk| {
        let invalid = std::iter::repeat_n(None, chunk.invalid().len());
        chunk.valid().chars().map(Some).chain(invalid)
    })
}

/// Reads U+0085 as the line break it is in a quoted YAML scalar: blanks around it go, a single one
/// turns into a blank, more turn into line feeds.
fn fold_next_lines(text: &[u8]) -> Result<Vec<u8>, WriteError> {
    let text: Vec<char> = chars(text).map(|c| c.unwrap_or('\u{fffd}')).collect();
    let mut out = String::with_capacity(text.len());
    let mut blanks = 0;
    let mut breaks = 0;
    let mut at_line_start = false;
    for (i, c) in text.iter().enumerate() {
        match *c {
            ' ' if breaks > 0 => at_line_start = false,
            ' ' => blanks += 1,
            NEXT_LINE => {
                blanks = 0;
                breaks += 1;
                at_line_start = true;
            }
            other => {
                if at_line_start && is_document_indicator(text.get(i..).unwrap_or(&[])) {
                    return Err(WriteError::DocumentIndicator);
                }
                join(&mut out, &mut blanks, &mut breaks);
                out.push(other);
                at_line_start = false;
            }
        }
    }
    join(&mut out, &mut blanks, &mut breaks);
    Ok(out.into_bytes())
}

fn join(out: &mut String, blanks: &mut usize, breaks: &mut usize) {
    match *breaks {
        0 => out.extend(std::iter::repeat_n(' ', *blanks)),
        1 => out.push(' '),
        n => out.extend(std::iter::repeat_n('\n', n - 1)),
    }
    *blanks = 0;
    *breaks = 0;
}

fn is_document_indicator(text: &[char]) -> bool {
    matches!(
        text,
        ['-', '-', '-', ' ' | NEXT_LINE, ..] | ['.', '.', '.', ' ' | NEXT_LINE, ..]
    )
}
