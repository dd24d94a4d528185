//! Go's `path/filepath.Match` patterns on Unix, compiled: what lines of `.helmignore` are made of.

use gostd::unicode::decode_rune;

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Pattern(Vec<Token>);

#[derive(Debug)]
enum Token {
    /// Any bytes but `/`.
    Star,
    /// One character but `/`.
    Any,
    Literal(u8),
    /// One character, `/` too where the ranges or the negation allow it.
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// Go's `filepath.ErrBadPattern`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadPattern;

impl Pattern {
    /// Compiles a pattern; fails on an open class, an empty one and a backslash at the end.
    pub(crate) fn new(pattern: &[u8]) -> Result<Self, BadPattern> {
        let mut tokens = Vec::new();
        let mut rest = pattern;
        while let [first, tail @ ..] = rest {
            rest = tail;
            tokens.push(match first {
                b'*' => match tokens.last() {
                    Some(Token::Star) => continue,
                    _ => Token::Star,
                },
                b'?' => Token::Any,
                b'[' => {
                    let (class, after) = class(tail)?;
                    rest = after;
                    class
                }
                b'\\' => {
                    let [escaped, after @ ..] = tail else {
                        return Err(BadPattern);
                    };
                    rest = after;
                    Token::Literal(*escaped)
                }
                byte => Token::Literal(*byte),
            });
        }
        Ok(Pattern(tokens))
    }

    /// Whether the whole of `name` matches.
    pub(crate) fn matches(&self, name: &[u8]) -> bool {
        let (mut token, mut at) = (0, 0);
        // Where to go on when the last `*` has to take one byte more.
        let mut retry: Option<(usize, usize)> = None;
        loop {
            let advanced = match self.0.get(token) {
                None if at == name.len() => return true,
                None => None,
                Some(Token::Star) => {
                    retry = Some((token + 1, at));
                    token += 1;
                    continue;
                }
                Some(single) => single.width(name.get(at..).unwrap_or(&[])),
            };
            match (advanced, &mut retry) {
                (Some(width), _) => {
                    token += 1;
                    at += width;
                }
                (None, Some((after_star, start))) => match name.get(*start) {
                    Some(b'/') | None => return false,
                    Some(_) => {
                        *start += 1;
                        (token, at) = (*after_star, *start);
                    }
                },
                (None, None) => return false,
            }
        }
    }
}

impl Token {
    /// How many bytes at the start of `text` the token takes, if it matches.
    fn width(&self, text: &[u8]) -> Option<usize> {
        let first = *text.first()?;
        match self {
            Token::Star => None,
            Token::Any => (first != b'/').then(|| decode_rune(text).1),
            Token::Literal(byte) => (first == *byte).then_some(1),
            Token::Class { negated, ranges } => {
                let (c, width) = decode_rune(text);
                let inside = ranges.iter().any(|(low, high)| (low..=high).contains(&&c));
                (inside != *negated).then_some(width)
            }
        }
    }
}

/// Reads a class after its `[`.
fn class(text: &[u8]) -> Result<(Token, &[u8]), BadPattern> {
    let (negated, mut rest) = match text {
        [b'^', tail @ ..] => (true, tail),
        _ => (false, text),
    };
    let mut ranges = Vec::new();
    loop {
        match rest {
            [b']', tail @ ..] if !ranges.is_empty() => {
                return Ok((Token::Class { negated, ranges }, tail));
            }
            _ => {
                let (low, after) = class_character(rest)?;
                let (high, after) = match after {
                    [b'-', tail @ ..] => class_character(tail)?,
                    _ => (low, after),
                };
                ranges.push((low, high));
                rest = after;
            }
        }
    }
}

/// One character of a class; something must follow it.
fn class_character(text: &[u8]) -> Result<(char, &[u8]), BadPattern> {
    let text = match text {
        [] | [b'-' | b']', ..] => return Err(BadPattern),
        [b'\\', tail @ ..] => tail,
        _ => text,
    };
    let (c, width) = decode_rune(text);
    let rest = text.get(width..).unwrap_or(&[]);
    if (c == char::REPLACEMENT_CHARACTER && width <= 1) || rest.is_empty() {
        return Err(BadPattern);
    }
    Ok((c, rest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Recorded from Go's filepath.Match.
    #[test]
    fn as_go_matches() {
        for (pattern, name, expected) in [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*c", "abc", true),
            ("a*", "ab/c", false),
            ("a*/b", "a/c/b", false),
            ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", false),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("ab[c]", "abc", true),
            ("ab[^e-g]", "abc", true),
            ("a\\*b", "a*b", true),
            ("a?b", "a☺b", true),
            ("a[^a]b", "a☺b", true),
            ("a???b", "a☺b", false),
            ("[a-ζ]*", "α", true),
            ("*[a-ζ]", "A", false),
            ("a?b", "a/b", false),
            ("a[^x]b", "a/b", true),
            ("[\\]a]", "]", true),
            ("[x\\-]", "-", true),
            ("*x", "xxx", true),
            ("templates/.?*", "templates/.x", true),
            ("templates/.?*", "templates/a/.x", false),
        ] {
            let compiled = Pattern::new(pattern.as_bytes()).unwrap();
            assert_eq!(compiled.matches(name.as_bytes()), expected, "{pattern}");
        }
        for bad in [
            "[]a]", "[-]", "[x-]", "[-x]", "\\", "[a-b-c]", "[", "[^", "[^bc", "a[", "a[",
        ] {
            assert!(Pattern::new(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
