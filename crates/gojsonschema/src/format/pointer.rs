//! JSON pointers and UUIDs.

use gostd::unicode::runes;

use super::{Checked, fail, leading_digits, quoted, split};

pub(super) fn json_pointer(text: &[u8]) -> Checked {
    if text.is_empty() {
        return Ok(());
    }
    if !text.starts_with(b"/") {
        return fail("not starting with /");
    }
    for token in split(text, b'/') {
        let mut rest = token.iter();
        while let Some(&b) = rest.next() {
            if b == b'~' && !matches!(rest.next(), Some(b'0' | b'1')) {
                return fail("~ must be followed by 0 or 1");
            }
        }
    }
    Ok(())
}

pub(super) fn relative_json_pointer(text: &[u8]) -> Checked {
    let digits = leading_digits(text);
    if digits == 0 {
        return fail("must start with non-negative integer");
    }
    if digits > 1 && text.starts_with(b"0") {
        return fail("starts with zero");
    }
    match &text[digits..] {
        b"#" => Ok(()),
        pointer => json_pointer(pointer),
    }
}

pub(super) fn uuid(text: &[u8]) -> Checked {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let groups: Vec<_> = split(text, b'-').collect();
    if groups.len() != LENGTHS.len() {
        return fail("must have 5 elements");
    }
    for (i, (group, length)) in groups.into_iter().zip(LENGTHS).enumerate() {
        if group.len() != length {
            return Err(format!(
                "element {} must be {length} characters long",
                i + 1
            ));
        }
        if let Some((_, rune)) = runes(group).find(|(_, rune)| !rune.is_ascii_hexdigit()) {
            return Err(format!("non-hex character {}", quoted(rune)));
        }
    }
    Ok(())
}
