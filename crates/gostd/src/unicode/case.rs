//! `unicode.ToUpper/ToLower/ToTitle/SimpleFold` and the case functions of package `strings`.

use super::{is_digit, is_letter, is_space, push_rune, runes, tables};

fn map(table: &[(u32, u32, u32, i32)], c: char) -> char {
    let code = c as u32;
    let after = table.partition_point(|run| run.0 <= code);
    let Some(&(first, last, step, add)) = after.checked_sub(1).and_then(|i| table.get(i)) else {
        return c;
    };
    if code > last || !(code - first).is_multiple_of(step) {
        return c;
    }
    code.checked_add_signed(add)
        .and_then(char::from_u32)
        .unwrap_or(c)
}

/// `unicode.ToUpper`: one rune gives one rune (`ß` stays `ß`).
pub fn to_upper(c: char) -> char {
    if c.is_ascii() {
        c.to_ascii_uppercase()
    } else {
        map(tables::UPPER, c)
    }
}

/// `unicode.ToLower`.
pub fn to_lower(c: char) -> char {
    if c.is_ascii() {
        c.to_ascii_lowercase()
    } else {
        map(tables::LOWER, c)
    }
}

/// `unicode.ToTitle`: differs from upper case for digraphs like `ǆ`.
pub fn to_title(c: char) -> char {
    if c.is_ascii() {
        c.to_ascii_uppercase()
    } else {
        map(tables::TITLE, c)
    }
}

/// `unicode.SimpleFold`: the next rune of those equal but for case; after the largest the smallest.
pub fn simple_fold(c: char) -> char {
    if let Ok(at) = tables::FOLD.binary_search_by_key(&(c as u32), |f| f.0) {
        return tables::FOLD
            .get(at)
            .and_then(|f| char::from_u32(f.1))
            .unwrap_or(c);
    }
    let lower = to_lower(c);
    if lower == c { to_upper(c) } else { lower }
}

/// The runes equal to `c` but for case, without `c` itself.
pub fn fold_orbit(c: char) -> impl Iterator<Item = char> {
    std::iter::successors(Some(simple_fold(c)), |&d| Some(simple_fold(d)))
        .take_while(move |&d| d != c)
}

fn map_text(text: &[u8], ascii: fn(&mut [u8]), rune: fn(char) -> char) -> Vec<u8> {
    if text.is_ascii() {
        let mut out = text.to_vec();
        ascii(&mut out);
        return out;
    }
    let mut out = Vec::with_capacity(text.len());
    runes(text).for_each(|(_, c)| push_rune(&mut out, rune(c)));
    out
}

/// `strings.ToUpper`. Like `strings.Map`, it turns each invalid byte into U+FFFD.
pub fn strings_to_upper(text: &[u8]) -> Vec<u8> {
    map_text(text, <[u8]>::make_ascii_uppercase, to_upper)
}

/// `strings.ToLower`. Like `strings.Map`, it turns each invalid byte into U+FFFD.
pub fn strings_to_lower(text: &[u8]) -> Vec<u8> {
    map_text(text, <[u8]>::make_ascii_lowercase, to_lower)
}

/// `strings.ToTitle`.
pub fn strings_to_title(text: &[u8]) -> Vec<u8> {
    map_text(text, <[u8]>::make_ascii_uppercase, to_title)
}

/// `strings.Title`: the title case of each letter that begins a word. A word begins after what is
/// no letter, digit or underscore in ASCII, and beyond ASCII after white space only.
pub fn strings_title(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut previous = ' ';
    for (_, c) in runes(text) {
        push_rune(
            &mut out,
            if is_separator(previous) {
                to_title(c)
            } else {
                c
            },
        );
        previous = c;
    }
    out
}

fn is_separator(c: char) -> bool {
    match c {
        '0'..='9' | 'a'..='z' | 'A'..='Z' | '_' => false,
        '\0'..='\x7f' => true,
        _ => !is_letter(c) && !is_digit(c) && is_space(c),
    }
}

/// `strings.EqualFold`: equality under simple case folding.
pub fn equal_fold(a: &[u8], b: &[u8]) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    let fold = |c: char| fold_orbit(c).fold(c, char::min);
    runes(a)
        .map(|(_, c)| fold(c))
        .eq(runes(b).map(|(_, c)| fold(c)))
}
