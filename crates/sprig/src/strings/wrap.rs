//! `wrap` and `wrapWith` (the goutils library): lines of at most so many bytes, broken at blanks.

use crate::lines::check_len;
use gostd::Text;
use gotemplate::func::Int;
use gotemplate::{ArgumentUse, Error, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("wrap", |Int(width): Int, text: Text| {
        wrap(text.as_bytes(), width, b"\n", LongWords::Keep)
    });
    table.add("wrapWith", |Int(width): Int, newline: Text, text: Text| {
        let newline = match newline.is_empty() {
            true => b"\n",
            false => newline.as_bytes(),
        };
        wrap(text.as_bytes(), width, newline, LongWords::Break)
    });
    table.declare_uses(USES);
}

const USES: Uses = &[(ArgumentUse::Text, &["wrap"])];

/// The treatment of a word that is longer than a line.
#[derive(Clone, Copy, PartialEq)]
enum LongWords {
    Keep,
    Break,
}

fn wrap(text: &[u8], width: i64, newline: &[u8], long_words: LongWords) -> Result<Vec<u8>, Error> {
    let width = usize::try_from(width).unwrap_or(0).max(1);
    let mut rest = text;
    let mut out = Vec::with_capacity(text.len() + newline.len());
    while rest.len() > width {
        if let Some(after) = rest.strip_prefix(b" ") {
            rest = after;
            continue;
        }
        let reach = rest.get(..=width).unwrap_or(rest);
        // Where the line ends, and where the next one begins.
        let (end, next) = match memchr::memrchr(b' ', reach) {
            Some(blank) => (blank, blank + 1),
            None if long_words == LongWords::Break => (width, width),
            None => {
                let beyond = rest.get(width..).unwrap_or_default();
                match memchr::memchr(b' ', beyond) {
                    Some(blank) => (width + blank, width + blank + 1),
                    None => break,
                }
            }
        };
        out.extend_from_slice(rest.get(..end).unwrap_or_default());
        out.extend_from_slice(newline);
        check_len(Some(out.len()))?;
        rest = rest.get(next..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Ok(out)
}
