//! Runes as Go sees them: decoding of possibly invalid UTF-8, `unicode.Is…`, `unicode.To…`,
//! and the functions of package `strings` that depend on them.
//!
//! Go strings are bytes. Every function here takes bytes and treats a byte that is not part of
//! valid UTF-8 as one U+FFFD of width 1, as `range` over a Go string does.

mod case;
pub(crate) mod tables;
mod utf8;

pub use case::{
    equal_fold, fold_orbit, simple_fold, strings_title, strings_to_lower, strings_to_title,
    strings_to_upper, to_lower, to_title, to_upper,
};
pub use utf8::{
    Runes, decode_last_rune, decode_rune, is_valid, push_rune, rune_count, runes, to_valid,
};

use tables::Range;

/// Returns true if a sorted list of ranges holds the code point.
pub(crate) fn in_ranges(ranges: &[Range], c: u32) -> bool {
    let after = ranges.partition_point(|r| r.0 <= c);
    after > 0 && ranges.get(after - 1).is_some_and(|r| c <= r.1)
}

/// The ranges of a general category (`Lu`, `L`, …) or script (`Greek`), if Go knows the name.
pub(crate) fn table(name: &str) -> Option<&'static [Range]> {
    let find = |tables: &'static [(&'static str, &'static [Range])]| {
        let at = tables.binary_search_by(|t| t.0.cmp(name)).ok()?;
        tables.get(at).map(|t| t.1)
    };
    find(tables::CATEGORIES).or_else(|| find(tables::SCRIPTS))
}

fn in_table(name: &str, c: char) -> bool {
    table(name).is_some_and(|t| in_ranges(t, c as u32))
}

/// `unicode.IsLetter`: category L.
pub fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphabetic()
    } else {
        in_table("L", c)
    }
}

/// `unicode.IsDigit`: category Nd.
pub fn is_digit(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_digit()
    } else {
        in_table("Nd", c)
    }
}

/// `unicode.IsNumber`: category N.
pub fn is_number(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_digit()
    } else {
        in_table("N", c)
    }
}

/// `unicode.IsUpper`: category Lu.
pub fn is_upper(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_uppercase()
    } else {
        in_table("Lu", c)
    }
}

/// `unicode.IsLower`: category Ll.
pub fn is_lower(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_lowercase()
    } else {
        in_table("Ll", c)
    }
}

/// `unicode.IsTitle`: category Lt.
pub fn is_title(c: char) -> bool {
    // None of them is ASCII.
    !c.is_ascii() && in_table("Lt", c)
}

/// `unicode.IsPunct`: category P.
pub fn is_punct(c: char) -> bool {
    in_table("P", c)
}

/// `unicode.IsSymbol`: category S.
pub fn is_symbol(c: char) -> bool {
    in_table("S", c)
}

/// `unicode.IsControl`: category Cc.
pub fn is_control(c: char) -> bool {
    c.is_control()
}

/// `unicode.IsSpace`: the property White_Space.
pub fn is_space(c: char) -> bool {
    match c {
        '\0'..='\u{ff}' => matches!(c, '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}'),
        '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' => true,
        _ => matches!(c, '\u{202f}' | '\u{205f}' | '\u{3000}'),
    }
}

/// `strconv.IsPrint`, the same as `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols
/// and the ASCII blank.
pub fn is_print(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\0'..='\u{a0}' => false,
        _ => in_ranges(tables::PRINT, c as u32),
    }
}

/// `strconv.IsGraphic`: what is printable, and the blanks of category Zs.
pub fn is_graphic(c: char) -> bool {
    is_print(c) || in_ranges(tables::GRAPHIC, c as u32)
}

/// `strings.TrimSpace`.
pub fn trim_space(text: &[u8]) -> &[u8] {
    trim_right_space(trim_left_space(text))
}

/// `strings.TrimLeftFunc(text, unicode.IsSpace)`.
pub fn trim_left_space(mut text: &[u8]) -> &[u8] {
    while !text.is_empty() {
        let (c, width) = decode_rune(text);
        if !is_space(c) {
            break;
        }
        text = text.get(width..).unwrap_or_default();
    }
    text
}

/// `strings.TrimRightFunc(text, unicode.IsSpace)`.
pub fn trim_right_space(mut text: &[u8]) -> &[u8] {
    while !text.is_empty() {
        let (c, width) = decode_last_rune(text);
        if !is_space(c) {
            break;
        }
        text = text.get(..text.len() - width).unwrap_or_default();
    }
    text
}

/// `strings.Fields`: the parts between runs of white space.
pub fn fields(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = trim_left_space(rest);
        if rest.is_empty() {
            return None;
        }
        let end = runes(rest)
            .find(|(_, c)| is_space(*c))
            .map_or(rest.len(), |(at, _)| at);
        let (field, after) = rest.split_at(end);
        rest = after;
        Some(field)
    })
}

#[cfg(test)]
mod tests;
