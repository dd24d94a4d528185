//! `abbrev`, `abbrevboth` and `initials` (the goutils library).

use gostd::{Text, unicode};
use gotemplate::func::Int;
use gotemplate::{ArgumentUse, FunctionTable, Uses};

const ELLIPSIS: &[u8] = b"...";

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("abbrev", |Int(width): Int, text: Text| match width < 4 {
        true => text,
        false => abbreviate(text.as_bytes(), 0, width).into(),
    });
    table.add(
        "abbrevboth",
        |Int(left): Int, Int(right): Int, text: Text| match right < 4 || left > 0 && right < 7 {
            true => text,
            false => abbreviate(text.as_bytes(), left, right).into(),
        },
    );
    table.add("initials", initials);
    table.declare_uses(USES);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &["abbrev"];

const USES: Uses = &[(ArgumentUse::Text, &["abbrev", "initials"])];

/// At most `width` bytes of the text that show what is at `offset`, with `...` for what is cut off
/// at either end. `width` is at least 4, and at least 7 where the start is cut off.
fn abbreviate(text: &[u8], offset: i64, width: i64) -> Vec<u8> {
    let len = text.len() as i64;
    if len <= width {
        return text.to_vec();
    }
    let slice = |from: i64, to: i64| {
        let range = usize::try_from(from).unwrap_or(0)..usize::try_from(to).unwrap_or(0);
        text.get(range).unwrap_or_default()
    };
    let room = width - 3;
    let mut offset = offset.min(len);
    // Go's subtraction wraps around for offsets far below zero.
    if len.wrapping_sub(offset) < room {
        offset = len - room;
    }
    if offset <= 4 {
        return [slice(0, room), ELLIPSIS].concat();
    }
    if width < 7 {
        return Vec::new();
    }
    let rest = match offset + room < len {
        true => abbreviate(slice(offset, len), 0, room),
        false => slice(len - room, len).to_vec(),
    };
    [ELLIPSIS, &rest].concat()
}

/// The first byte of each word, as the Latin-1 letter of its number.
fn initials(text: Text) -> Vec<u8> {
    let mut out = Vec::new();
    let mut between = true;
    for c in text.as_bytes().iter().map(|b| char::from(*b)) {
        let space = unicode::is_space(c);
        if between && !space {
            unicode::push_rune(&mut out, c);
        }
        between = space;
    }
    out
}
