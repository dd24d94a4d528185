//! Finds the YAML styles that a text's characters allow (libyaml's scalar analysis, as go-yaml has it).

use super::Dialect;

/// The styles that a text's characters allow and demand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shape {
    /// Can stand without quotes.
    pub(super) plain: bool,
    /// Can stand in single quotes.
    pub(super) single: bool,
    /// Can be a literal block.
    pub(super) block: bool,
    /// Has a line feed, so that it should be a literal block.
    pub(super) line_feeds: bool,
    /// Has U+2028 or U+2029, which count as line breaks too.
    pub(super) wide_breaks: bool,
    /// Has line breaks of any kind (line feed, carriage return, U+0085, U+2028, U+2029).
    pub(super) multiline: bool,
    /// Is ASCII on one line, so that a byte is a column.
    pub(super) simple: bool,
}

const BLANK: u8 = 1;
const NEEDS_NEIGHBOURS: u8 = 2;
const SPECIAL: u8 = 4;

const CLASSES: [u8; 256] = {
    let mut table = [SPECIAL; 256];
    let mut byte = 0x21;
    while byte < 0x7f {
        table[byte] = 0;
        byte += 1;
    }
    table[b' ' as usize] = BLANK;
    table[b':' as usize] = NEEDS_NEIGHBOURS;
    table[b'#' as usize] = NEEDS_NEIGHBOURS;
    table
};

/// Analyses a text.
pub(super) fn shape_of(text: &[u8], dialect: Dialect) -> Shape {
    let classes = text.iter().fold(0, |classes, byte| {
        classes | CLASSES.get(usize::from(*byte)).copied().unwrap_or(SPECIAL)
    });
    if classes & SPECIAL != 0 {
        return shape_of_special(text, dialect);
    }
    let outer_blank = classes & BLANK != 0 && has_outer_blank(text);
    let inner = classes & NEEDS_NEIGHBOURS != 0 && has_inner_indicator(text);
    Shape {
        plain: !outer_blank && !inner && !starts_with_indicator(text),
        single: true,
        block: text.last() != Some(&b' '),
        line_feeds: false,
        wide_breaks: false,
        multiline: false,
        simple: true,
    }
}

fn has_outer_blank(text: &[u8]) -> bool {
    text.first() == Some(&b' ') || text.last() == Some(&b' ')
}

/// Returns true if the beginning would be taken for something of YAML's own.
fn starts_with_indicator(text: &[u8]) -> bool {
    match text {
        [
            b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
            | b'"' | b'%' | b'@' | b'`',
            ..,
        ] => true,
        [b'-', b'-', b'-', ..] | [b'.', b'.', b'.', ..] => true,
        [b'?' | b':' | b'-', rest @ ..] => matches!(rest, [] | [b' ' | b'\t', ..]),
        _ => false,
    }
}

/// Returns true if there is a `: `, a `:` at the end, or a ` #`.
fn has_inner_indicator(text: &[u8]) -> bool {
    text.ends_with(b":") || text.windows(2).any(|pair| matches!(pair, b": " | b" #"))
}

/// The full analysis, for texts with line breaks, control characters or more than ASCII.
fn shape_of_special(text: &[u8], dialect: Dialect) -> Shape {
    let mut wide_breaks = false;
    let mut breaks = false;
    let mut tab = false;
    let mut unprintable = false;
    let mut outer_blank_or_break = false;
    let mut break_space = false;
    let mut space_break = false;
    let mut previous = Char::Other;

    let mut rest = text;
    while let Some((kind, width)) = classify(rest) {
        let outer = rest.len() == text.len() || rest.len() == width;
        match kind {
            Char::Space => {
                outer_blank_or_break |= outer;
                break_space |= matches!(previous, Char::LineFeed | Char::WideBreak);
            }
            Char::LineFeed | Char::WideBreak => {
                breaks = true;
                wide_breaks |= kind == Char::WideBreak;
                outer_blank_or_break |= outer;
                space_break |= previous == Char::Space;
            }
            Char::UnprintableBreak => {
                breaks = true;
                unprintable = true;
            }
            Char::Unprintable => unprintable = true,
            Char::Tab => tab = true,
            Char::Other => {}
        }
        previous = kind;
        rest = rest.get(width..).unwrap_or(&[]);
    }
    // v2 escapes tabs like all that cannot be printed; v3 keeps them in blocks.
    let special = unprintable || (tab && dialect == Dialect::V2);
    let quotable = !space_break && !special;
    let one_line = !breaks && !tab && !outer_blank_or_break;
    Shape {
        plain: quotable && one_line && !starts_with_indicator(text) && !has_inner_indicator(text),
        single: quotable && !tab && !break_space,
        block: quotable && text.last() != Some(&b' '),
        line_feeds: text.contains(&b'\n'),
        wide_breaks,
        multiline: breaks,
        simple: false,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Char {
    Space,
    Tab,
    LineFeed,
    /// Carriage return or U+0085.
    UnprintableBreak,
    /// U+2028 or U+2029.
    WideBreak,
    /// Other control characters, U+0080 to U+009F, U+FEFF, U+FFFE, U+FFFF and all beyond U+FFFF.
    Unprintable,
    Other,
}

/// The kind and width of the first character of valid UTF-8.
fn classify(text: &[u8]) -> Option<(Char, usize)> {
    Some(match text {
        [] => return None,
        [b' ', ..] => (Char::Space, 1),
        [b'\t', ..] => (Char::Tab, 1),
        [b'\n', ..] => (Char::LineFeed, 1),
        [b'\r', ..] => (Char::UnprintableBreak, 1),
        [0x20..=0x7e, ..] => (Char::Other, 1),
        [0x00..=0x7f, ..] => (Char::Unprintable, 1),
        [0xc2, 0x85, ..] => (Char::UnprintableBreak, 2),
        [0xc2, 0x80..=0x9f, ..] => (Char::Unprintable, 2),
        [0x80..=0xdf, ..] => (Char::Other, 2),
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => (Char::WideBreak, 3),
        [0xef, 0xbb, 0xbf, ..] | [0xef, 0xbf, 0xbe | 0xbf, ..] => (Char::Unprintable, 3),
        [0xe0..=0xef, ..] => (Char::Other, 3),
        [0xf0..=0xff, ..] => (Char::Unprintable, 4),
    })
}
