//! Letter case: `upper`, `lower`, `title`, `untitle`, `swapcase`, `camelcase`, `snakecase`,
//! `kebabcase` (Go's package `strings`, and the goutils and xstrings libraries).

use super::words::{is_connector, separated};
use gostd::unicode::{self, push_rune, runes};
use gostd::{Text, unicode::to_lower, unicode::to_upper};
use gotemplate::func::Cost;
use gotemplate::{ArgumentUse, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("upper", |text: Text| {
        unicode::strings_to_upper(text.as_bytes())
    });
    table.add("lower", |text: Text| {
        unicode::strings_to_lower(text.as_bytes())
    });
    table.add("title", |text: Text| {
        unicode::strings_title(text.as_bytes())
    });
    table.add("untitle", untitle);
    table.add("swapcase", swap_case);
    table.add("camelcase", |text: Text| pascal_case(text.as_bytes()));
    table.add("snakecase", |text: Text| separated(text.as_bytes(), '_'));
    table.add("kebabcase", |text: Text| separated(text.as_bytes(), '-'));
    let light = [
        "upper",
        "lower",
        "title",
        "untitle",
        "swapcase",
        "camelcase",
    ];
    table.set_cost(Cost::PARSES, &light);
    table.set_cost(Cost::WRITES, &["snakecase", "kebabcase"]);
    table.declare_uses(USES);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &[
    "camelcase",
    "kebabcase",
    "lower",
    "snakecase",
    "title",
    "upper",
];

const USES: Uses = &[(
    ArgumentUse::Text,
    &[
        "lower",
        "upper",
        "title",
        "untitle",
        "camelcase",
        "kebabcase",
        "snakecase",
        "swapcase",
    ],
)];

/// The first letter of each blank-separated word in lower case.
fn untitle(text: Text) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut start = true;
    for (_, c) in runes(text.as_bytes()) {
        let space = unicode::is_space(c);
        push_rune(&mut out, if start { to_lower(c) } else { c });
        start = space;
    }
    out
}

/// Upper case becomes lower; lower becomes upper, or title case after white space.
fn swap_case(text: Text) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut after_space = true;
    for (_, c) in runes(text.as_bytes()) {
        let swapped = if unicode::is_upper(c) || unicode::is_title(c) {
            after_space = false;
            to_lower(c)
        } else if unicode::is_lower(c) {
            match std::mem::take(&mut after_space) {
                true => unicode::to_title(c),
                false => to_upper(c),
            }
        } else {
            after_space = unicode::is_space(c);
            c
        };
        push_rune(&mut out, swapped);
    }
    out
}

/// `xstrings.ToPascalCase`: connectors between words go, leading ones and all but one of a run
/// stay; a word in capitals keeps its first only, except that the very last letter stays as it is
/// where it begins a word.
fn pascal_case(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = runes(text).map(|(_, c)| c);
    let mut first = None;
    let mut leading = None;
    for c in rest.by_ref() {
        if !is_connector(c) {
            first = Some(c);
            break;
        }
        push_rune(&mut out, c);
        leading = Some(c);
    }
    let Some(first) = first else {
        // A text of connectors only gets its last one doubled.
        if let Some(c) = leading {
            push_rune(&mut out, c);
        }
        return out;
    };
    let mut in_capitals = unicode::is_upper(first);
    let mut previous = to_upper(first);
    for c in rest {
        let mut current = c;
        if is_connector(c) && is_connector(previous) {
            push_rune(&mut out, previous);
            previous = c;
            continue;
        }
        if is_connector(previous) {
            in_capitals = unicode::is_upper(c);
            current = to_upper(c);
        } else {
            if in_capitals {
                match unicode::is_upper(c) {
                    true => current = to_lower(c),
                    false => in_capitals = false,
                }
            }
            push_rune(&mut out, previous);
        }
        previous = current;
    }
    push_rune(&mut out, previous);
    out
}
