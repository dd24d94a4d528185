//! `path.Match` and `filepath.Match` (for Unix): shell patterns within one path element.

use std::fmt;

use crate::unicode::decode_rune;

/// `path.ErrBadPattern`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadPattern;

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("syntax error in pattern")
    }
}

impl std::error::Error for BadPattern {}

/// `path.Match(pattern, name)`: `*` any text without slash, `?` any rune but a slash, `[a-z]` and `[^a]`
/// classes, `\c` the rune itself. The whole name must match.
///
/// # Errors
/// A malformed pattern, wherever the name stops to match.
pub fn matches(pattern: &[u8], name: &[u8]) -> Result<bool, BadPattern> {
    let (matched, unread) = match_and_rest(pattern, name)?;
    if !matched {
        check(unread)?;
    }
    Ok(matched)
}

/// `filepath.Match(pattern, name)`: as [`matches()`], but what follows the part between stars that does not
/// match may be malformed.
///
/// # Errors
/// A malformed pattern, as far as it is read.
pub fn filepath_matches(pattern: &[u8], name: &[u8]) -> Result<bool, BadPattern> {
    match_and_rest(pattern, name).map(|(matched, _)| matched)
}

/// Returns true if the name matches, with the part of the pattern that was not read.
fn match_and_rest<'p>(pattern: &'p [u8], name: &[u8]) -> Result<(bool, &'p [u8]), BadPattern> {
    let (mut pattern, mut name) = (pattern, name);
    while !pattern.is_empty() {
        let (star, chunk, rest) = next_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Ok((!name.contains(&b'/'), b""));
        }
        let last = pattern.is_empty();
        let here = Chunk(chunk)
            .prefix(name)?
            .filter(|rest| rest.is_empty() || !last);
        match if here.is_none() && star {
            after_star(chunk, name, last)?
        } else {
            here
        } {
            Some(rest) => name = rest,
            None => return Ok((false, pattern)),
        }
    }
    Ok((name.is_empty(), b""))
}

/// Tries a chunk at every later place that a star can reach.
fn after_star<'n>(
    chunk: &[u8],
    name: &'n [u8],
    last: bool,
) -> Result<Option<&'n [u8]>, BadPattern> {
    let reach = name.iter().position(|b| *b == b'/').unwrap_or(name.len());
    for start in 1..=reach {
        let after = Chunk(chunk).prefix(name.get(start..).unwrap_or_default())?;
        if let Some(rest) = after.filter(|rest| rest.is_empty() || !last) {
            return Ok(Some(rest));
        }
    }
    Ok(None)
}

/// Checks the rest of a pattern after the match has failed.
fn check(mut pattern: &[u8]) -> Result<(), BadPattern> {
    while !pattern.is_empty() {
        let (_, chunk, rest) = next_chunk(pattern);
        Chunk(chunk).prefix(b"")?;
        pattern = rest;
    }
    Ok(())
}

/// Splits a pattern: true if stars come first, then the part up to the next star, then the rest from that star on.
fn next_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|b| **b == b'*').count();
    let body = pattern.get(stars..).unwrap_or_default();
    let (mut in_class, mut escaped) = (false, false);
    let end = body.iter().position(|b| {
        let plain = !std::mem::take(&mut escaped);
        match b {
            b'\\' if plain => escaped = true,
            b'[' if plain => in_class = true,
            b']' if plain => in_class = false,
            b'*' => return plain && !in_class,
            _ => {}
        }
        false
    });
    let (chunk, rest) = body.split_at(end.unwrap_or(body.len()));
    (stars > 0, chunk, rest)
}

/// A part of a pattern without stars.
struct Chunk<'p>(&'p [u8]);

impl<'p> Chunk<'p> {
    fn eat(&mut self, byte: u8) -> bool {
        let rest = self.0.strip_prefix(&[byte]);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Matches the beginning of the name and gives what follows. After a mismatch the rest of the chunk
    /// is still checked.
    fn prefix<'n>(mut self, name: &'n [u8]) -> Result<Option<&'n [u8]>, BadPattern> {
        let mut name = Some(name);
        while let Some((&first, rest)) = self.0.split_first() {
            name = name.filter(|n| !n.is_empty());
            let (c, width) = decode_rune(name.unwrap_or_default());
            let after = |width| move |n: &'n [u8]| n.get(width..);
            self.0 = rest;
            match first {
                b'[' => {
                    let fits = self.class(c)?;
                    name = name.filter(|_| fits).and_then(after(width));
                }
                b'?' => name = name.filter(|_| c != '/').and_then(after(width)),
                _ => {
                    let literal = if first == b'\\' {
                        let (&escaped, rest) = rest.split_first().ok_or(BadPattern)?;
                        self.0 = rest;
                        escaped
                    } else {
                        first
                    };
                    name = name
                        .filter(|n| n.first() == Some(&literal))
                        .and_then(after(1));
                }
            }
        }
        Ok(name)
    }

    /// Reads a class after its bracket; whether the rune fits it.
    fn class(&mut self, c: char) -> Result<bool, BadPattern> {
        let negated = self.eat(b'^');
        let mut is_match = false;
        let mut count = 0;
        while count == 0 || !self.eat(b']') {
            let low = self.class_rune()?;
            let high = if self.eat(b'-') {
                self.class_rune()?
            } else {
                low
            };
            is_match |= low <= c && c <= high;
            count += 1;
        }
        Ok(is_match != negated)
    }

    fn class_rune(&mut self) -> Result<char, BadPattern> {
        if matches!(self.0.first(), None | Some(b'-' | b']')) {
            return Err(BadPattern);
        }
        self.eat(b'\\');
        let (c, width) = decode_rune(self.0);
        self.0 = self.0.get(width..).unwrap_or_default();
        // The class must go on.
        if width == 0 || c == char::REPLACEMENT_CHARACTER && width == 1 || self.0.is_empty() {
            return Err(BadPattern);
        }
        Ok(c)
    }
}
