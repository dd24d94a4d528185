//! `Regexp.Expand`: the template of a replacement.

use crate::unicode::{is_digit, is_letter, runes};

/// A piece of a template.
#[derive(Debug, PartialEq)]
pub(super) enum Part<'t> {
    /// Text to copy.
    Text(&'t [u8]),
    /// Groups of which the first that took part is copied: a name can belong to several.
    Groups(Vec<usize>),
}

/// Splits a template. A `$` without a name behind it is text; `$$` is a dollar.
pub(super) fn parse<'t>(template: &'t [u8], names: &[Box<str>]) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(dollar) = memchr::memchr(b'$', rest) {
        let (before, after) = rest.split_at(dollar);
        parts.push(Part::Text(before));
        let after = after.get(1..).unwrap_or_default();
        if let Some((name, tail)) = reference(after) {
            parts.push(Part::Groups(groups(name, names)));
            rest = tail;
        } else {
            parts.push(Part::Text(b"$"));
            rest = after.strip_prefix(b"$").unwrap_or(after);
        }
    }
    parts.push(Part::Text(rest));
    parts.retain(|part| !matches!(part, Part::Text(b"")));
    parts
}

/// The name at the start, `name` or `{name}`, and what follows it.
fn reference(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inner = text.strip_prefix(b"{");
    let body = inner.unwrap_or(text);
    let in_name = |c| is_letter(c) || is_digit(c) || c == '_';
    let end = runes(body)
        .find(|(_, c)| !in_name(*c))
        .map_or(body.len(), |(at, _)| at);
    if end == 0 {
        return None;
    }
    let (name, after) = body.split_at(end);
    if inner.is_none() {
        Some((name, after))
    } else {
        Some((name, after.strip_prefix(b"}")?))
    }
}

fn groups(name: &[u8], names: &[Box<str>]) -> Vec<usize> {
    let is_number = name.iter().all(u8::is_ascii_digit) && !matches!(name, [b'0', _, ..]);
    let number = std::str::from_utf8(name)
        .ok()
        .filter(|_| is_number)
        .and_then(|n| n.parse().ok());
    match number {
        Some(index) => vec![index],
        None => (0..names.len())
            .filter(|i| names.get(*i).is_some_and(|n| n.as_bytes() == name))
            .collect(),
    }
}
