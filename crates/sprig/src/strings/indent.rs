//! `indent` and `nindent`.

use super::negative_count;
use crate::lines::{self, newlines};
use gostd::Text;
use gostd::text::LineOrigin;
use gotemplate::func::Int;
use gotemplate::{ArgumentUse, Error, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("indent", |Int(blanks): Int, text: Text| {
        indent(b"", blanks, &text)
    });
    table.add("nindent", |Int(blanks): Int, text: Text| {
        indent(b"\n", blanks, &text)
    });
    table.declare_uses(USES);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &["indent", "nindent"];

const USES: Uses = &[(ArgumentUse::Text, &["indent", "nindent"])];

/// The text after `start`, with blanks before each of its lines, empty ones too.
pub(super) fn indent(start: &[u8], blanks: i64, text: &Text) -> Result<Text, Error> {
    let blanks = usize::try_from(blanks).map_err(|_| negative_count())?;
    let bytes = text.as_bytes();
    let added = blanks.checked_mul(1 + newlines(bytes));
    let total = added.and_then(|added| added.checked_add(start.len() + bytes.len()));
    let mut out = Vec::with_capacity(lines::check_len(total)?);
    out.extend_from_slice(start);
    out.resize(out.len() + blanks, b' ');
    let mut done = 0;
    for at in memchr::memchr_iter(b'\n', bytes) {
        out.extend_from_slice(bytes.get(done..=at).unwrap_or_default());
        out.resize(out.len() + blanks, b' ');
        done = at + 1;
    }
    out.extend_from_slice(bytes.get(done..).unwrap_or_default());
    Ok(match text.lines() {
        None => Text::new(out),
        Some(lines) => {
            let before = std::iter::repeat_n(LineOrigin::default(), newlines(start));
            Text::with_lines(out, before.chain(lines.iter().copied()).collect())
        }
    })
}
