//! Rewritten patterns, and matching a text with them.

use std::cell::Cell;

use memchr::memmem;

use crate::unicode::{decode_rune, rune_count, runes};

/// One way to match. `index` finds a first place and the lengths a match may have there.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Matcher {
    Nothing,
    /// Text without slash.
    Any,
    Super,
    Single,
    List {
        chars: Vec<char>,
        not: bool,
    },
    Range {
        low: char,
        high: char,
        not: bool,
    },
    Text(Vec<u8>),
    /// Matchers of fixed length, one after the other, and their length in all.
    Row(Vec<Matcher>, usize),
    AnyOf(Vec<Matcher>),
    EveryOf(Vec<Matcher>),
    Tree(Box<Tree>),
    Prefix(Vec<u8>),
    Suffix(Vec<u8>),
    Contains {
        needle: Vec<u8>,
        not: bool,
    },
    PrefixSuffix(Vec<u8>, Vec<u8>),
    /// A prefix, then text without slash.
    PrefixAny(Vec<u8>),
    /// Text without slash, then a suffix.
    SuffixAny(Vec<u8>),
    Min(usize),
    Max(usize),
}

/// A matcher to search for, and what must match left and right of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree {
    pub(super) value: Matcher,
    pub(super) left: Option<Matcher>,
    pub(super) right: Option<Matcher>,
    lengths: Lengths,
}

/// The numbers of runes, where they are known.
#[derive(Debug, Clone, PartialEq)]
struct Lengths {
    left: Option<usize>,
    right: Option<usize>,
    whole: Option<usize>,
}

/// The cost of a search besides the bytes it looks at.
const SEARCH: u64 = 64;

/// Go's `utf8.RuneLen`, which is 3 for an invalid byte read as U+FFFD.
fn width(c: char) -> usize {
    c.len_utf8()
}

fn slash(text: &[u8]) -> Option<usize> {
    memchr::memchr(b'/', text)
}

/// The start of each rune, shifted, and the end.
fn starts(text: &[u8], shift: usize) -> Vec<usize> {
    runes(text)
        .map(|(at, _)| at + shift)
        .chain([text.len() + shift])
        .collect()
}

/// The end of each rune, shifted; before them `shift` itself.
fn ends(text: &[u8], shift: usize) -> Vec<usize> {
    std::iter::once(shift)
        .chain(runes(text).map(|(at, c)| shift + at + width(c)))
        .collect()
}

fn from(text: &[u8], at: usize) -> &[u8] {
    text.get(at..).unwrap_or_default()
}

fn up_to(text: &[u8], at: usize) -> &[u8] {
    text.get(..at).unwrap_or(text)
}

impl Matcher {
    /// The number of runes every match has, if it is known.
    pub(super) fn length(&self) -> Option<usize> {
        match self {
            Self::Nothing => Some(0),
            Self::Single | Self::List { .. } | Self::Range { .. } => Some(1),
            Self::Text(text) => Some(rune_count(text)),
            Self::Row(_, length) => Some(*length),
            Self::AnyOf(matchers) => any_length(matchers),
            Self::Tree(tree) => tree.lengths.whole,
            _ => None,
        }
    }

    /// Returns true if a class or `?` takes the rune; `None` for other matchers.
    fn takes(&self, c: char) -> Option<bool> {
        Some(match self {
            Self::Single => c != '/',
            Self::List { chars, not } => chars.contains(&c) != *not,
            Self::Range { low, high, not } => (*low <= c && c <= *high) != *not,
            _ => return None,
        })
    }

    /// Returns true if the whole text matches. `budget` counts down the bytes searched.
    pub(super) fn matches(&self, text: &[u8], budget: &Cell<u64>) -> bool {
        match self {
            Self::Nothing => text.is_empty(),
            Self::Any => slash(text).is_none(),
            Self::Super => true,
            Self::Single | Self::List { .. } | Self::Range { .. } => {
                // The empty text counts as U+FFFD here: "?" matches it.
                let (c, decoded) = decode_rune(text);
                decoded == text.len() && self.takes(c) == Some(true)
            }
            Self::Text(literal) => text == literal,
            Self::Row(matchers, length) => {
                rune_count(text) == *length && row(matchers, text, budget)
            }
            Self::AnyOf(matchers) => matchers.iter().any(|m| m.matches(text, budget)),
            Self::EveryOf(matchers) => matchers.iter().all(|m| m.matches(text, budget)),
            Self::Tree(tree) => tree.matches(text, budget),
            Self::Prefix(prefix) => text.starts_with(prefix),
            Self::Suffix(suffix) => text.ends_with(suffix),
            Self::Contains { needle, not } => memmem::find(text, needle).is_some() != *not,
            // Both may share bytes.
            Self::PrefixSuffix(prefix, suffix) => {
                text.starts_with(prefix) && text.ends_with(suffix)
            }
            Self::PrefixAny(prefix) => text
                .strip_prefix(&**prefix)
                .is_some_and(|rest| slash(rest).is_none()),
            Self::SuffixAny(suffix) => text
                .strip_suffix(&**suffix)
                .is_some_and(|rest| slash(rest).is_none()),
            Self::Min(least) => {
                *least > 0 && !text.is_empty() && runes(text).take(*least).count() == *least
            }
            Self::Max(most) => runes(text).take(most + 1).count() <= *most,
        }
    }

    /// A place where a match begins, and the lengths, ascending, that matches there may have.
    fn index(&self, text: &[u8], budget: &Cell<u64>) -> Option<(usize, Vec<usize>)> {
        match self {
            Self::Nothing => Some((0, vec![0])),
            Self::Any => Some((0, starts(up_to(text, slash(text).unwrap_or(text.len())), 0))),
            Self::Super => Some((0, starts(text, 0))),
            Self::Single | Self::List { .. } | Self::Range { .. } => runes(text)
                .find(|(_, c)| self.takes(*c) == Some(true))
                .map(|(at, c)| (at, vec![width(c)])),
            Self::Text(literal) => memmem::find(text, literal).map(|at| (at, vec![literal.len()])),
            Self::Row(matchers, length) => {
                let mut places = runes(text)
                    .map(|(at, _)| at)
                    .take_while(|at| text.len() - at >= *length);
                // The length is in runes, though it should be in bytes.
                places
                    .find(|at| row(matchers, from(text, *at), budget))
                    .map(|at| (at, vec![*length]))
            }
            Self::AnyOf(matchers) => any_index(matchers, text, budget),
            Self::EveryOf(matchers) => every_index(matchers, text, budget),
            // Never found inside another one.
            Self::Tree(_) => None,
            Self::Prefix(prefix) => {
                let at = memmem::find(text, prefix)?;
                Some((at, ends(from(text, at + prefix.len()), prefix.len())))
            }
            Self::Suffix(suffix) => {
                memmem::find(text, suffix).map(|at| (0, vec![at + suffix.len()]))
            }
            Self::Contains { needle, not } => contains_index(needle, *not, text),
            Self::PrefixSuffix(prefix, suffix) => prefix_suffix_index(prefix, suffix, text),
            Self::PrefixAny(prefix) => {
                let at = memmem::find(text, prefix)?;
                let rest = from(text, at + prefix.len());
                Some((
                    at,
                    ends(up_to(rest, slash(rest).unwrap_or(rest.len())), prefix.len()),
                ))
            }
            Self::SuffixAny(suffix) => {
                let at = memmem::find(text, suffix)?;
                let start = memchr::memrchr(b'/', up_to(text, at)).map_or(0, |slash| slash + 1);
                Some((start, vec![at + suffix.len() - start]))
            }
            Self::Min(least) => {
                let lengths: Vec<_> = ends(text, 0).into_iter().skip((*least).max(1)).collect();
                (!lengths.is_empty()).then_some((0, lengths))
            }
            Self::Max(most) => Some((0, ends(text, 0).into_iter().take(most + 1).collect())),
        }
    }
}

/// The library's common length: an unknown one at the beginning is forgotten.
fn any_length(matchers: &[Matcher]) -> Option<usize> {
    let mut common = None;
    for matcher in matchers {
        match (common, matcher.length()) {
            (None, length) => common = length,
            (Some(a), Some(b)) if a == b => {}
            _ => return None,
        }
    }
    common
}

/// Matches one after the other, each as many runes as it is long. The last of them counts as one byte
/// wide, so that runes beyond ASCII do not match.
fn row(matchers: &[Matcher], text: &[u8], budget: &Cell<u64>) -> bool {
    let mut rest = text;
    for matcher in matchers {
        let length = matcher.length().unwrap_or(0);
        // A matcher of no length gets all the rest.
        let most = if length == 0 { usize::MAX } else { length };
        let (count, end) = runes(rest)
            .take(most)
            .fold((0, 0), |(count, _), (at, _)| (count + 1, at + 1));
        if count < length || end == 0 || !matcher.matches(up_to(rest, end), budget) {
            return false;
        }
        rest = from(rest, end);
    }
    true
}

/// The first place of any matcher, with the lengths of all that begin there.
fn any_index(matchers: &[Matcher], text: &[u8], budget: &Cell<u64>) -> Option<(usize, Vec<usize>)> {
    let mut best: Option<(usize, Vec<usize>)> = None;
    for matcher in matchers {
        let Some((at, lengths)) = matcher.index(text, budget) else {
            continue;
        };
        match &mut best {
            Some((place, other_lengths)) if *place == at => {
                other_lengths.extend(lengths);
                other_lengths.sort_unstable();
                other_lengths.dedup();
            }
            Some((place, _)) if *place < at => {}
            _ => best = Some((at, lengths)),
        }
    }
    best
}

fn every_index(
    matchers: &[Matcher],
    text: &[u8],
    budget: &Cell<u64>,
) -> Option<(usize, Vec<usize>)> {
    let (mut index, mut offset) = (0, 0);
    let mut current: Option<Vec<usize>> = None;
    let mut rest = text;
    for matcher in matchers {
        let (at, lengths) = matcher.index(rest, budget)?;
        current = Some(match current {
            None => lengths,
            Some(before) => {
                let moved = |length: &usize| (length + index).checked_sub(at + offset);
                // Invalid bytes, three wide, put the lengths out of order: no binary search.
                let both: Vec<_> = before
                    .iter()
                    .filter_map(moved)
                    .filter(|l| lengths.contains(l))
                    .collect();
                if both.is_empty() {
                    return None;
                }
                both
            }
        });
        index = at + offset;
        rest = from(text, index);
        offset += at;
    }
    current.map(|lengths| (index, lengths))
}

fn contains_index(needle: &[u8], not: bool, text: &[u8]) -> Option<(usize, Vec<usize>)> {
    let is_contained = memmem::find(text, needle);
    if not {
        return Some((
            0,
            starts(up_to(text, is_contained.unwrap_or(text.len())), 0),
        ));
    }
    let end = is_contained? + needle.len();
    Some((0, starts(from(text, end), end)))
}

fn prefix_suffix_index(prefix: &[u8], suffix: &[u8], text: &[u8]) -> Option<(usize, Vec<usize>)> {
    let at = memmem::find(text, prefix)?;
    let mut rest = from(text, at);
    let mut lengths = Vec::new();
    while let Some(at) = memmem::rfind(rest, suffix).filter(|_| !rest.is_empty()) {
        lengths.push(at + suffix.len());
        rest = up_to(rest, at);
    }
    lengths.reverse();
    (!lengths.is_empty()).then_some((at, lengths))
}

/// Takes the cost of looking at a text from the budget; false where that is used up.
fn spend(budget: &Cell<u64>, text: &[u8]) -> bool {
    let left = budget.get().checked_sub(text.len() as u64 + SEARCH);
    budget.set(left.unwrap_or(0));
    left.is_some()
}

impl Tree {
    pub(super) fn new(value: Matcher, left: Option<Matcher>, right: Option<Matcher>) -> Self {
        let side = |matcher: &Option<Matcher>| matcher.as_ref().map_or(Some(0), Matcher::length);
        let (before, after) = (side(&left), side(&right));
        let whole = [before, value.length(), after].into_iter().sum();
        Self {
            value,
            left,
            right,
            lengths: Lengths {
                left: before,
                right: after,
                whole,
            },
        }
    }

    fn matches(&self, text: &[u8], budget: &Cell<u64>) -> bool {
        if self.lengths.whole.is_some_and(|length| length > text.len()) {
            return false;
        }
        let side_matches = |matcher: &Option<Matcher>, part: &[u8]| match matcher {
            Some(matcher) => spend(budget, part) && matcher.matches(part, budget),
            None => part.is_empty(),
        };
        let mut offset = self.lengths.left.unwrap_or(0);
        let limit = text.len().saturating_sub(self.lengths.right.unwrap_or(0));
        while offset < limit {
            let window = text.get(offset..limit).unwrap_or_default();
            if !spend(budget, window) {
                return false;
            }
            let Some((index, lengths)) = self.value.index(window, budget) else {
                return false;
            };
            let start = offset + index;
            let is_match = side_matches(&self.left, up_to(text, start))
                && lengths
                    .iter()
                    .rev()
                    .any(|length| side_matches(&self.right, from(text, start + length)));
            if is_match {
                return true;
            }
            offset = start + decode_rune(from(text, start)).1;
        }
        false
    }
}
