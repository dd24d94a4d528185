//! Character classes: sets of runes, their case folding, and the named classes of Go's syntax.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir};

use crate::unicode::tables::{CATEGORY_ALIASES, FOLD, LOWER, Range, UPPER};
use crate::unicode::{fold_orbit, in_ranges, table};

const MAX_RUNE: u32 = 0x10_ffff;

/// Ranges that cover no rune with other cases below the first and above the last of these.
const FOLDING: Range = (0x41, 0x1e943);

/// A set of runes. Go counts surrogates as runes; they only matter until [`Set::to_hir`].
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Set {
    ranges: Vec<Range>,
}

impl Set {
    pub(super) fn of(ranges: &[Range]) -> Self {
        Self {
            ranges: ranges.to_vec(),
        }
    }

    pub(super) fn push(&mut self, first: u32, last: u32) {
        self.ranges.push((first, last));
    }

    pub(super) fn extend(&mut self, other: &Set) {
        self.ranges.extend_from_slice(&other.ranges);
    }

    /// Ranges after [`Set::normalise`].
    pub(super) fn ranges(&self) -> &[Range] {
        &self.ranges
    }

    /// Sorts and merges the ranges.
    pub(super) fn normalise(&mut self) {
        self.ranges.sort_unstable();
        let mut merged: Vec<Range> = Vec::with_capacity(self.ranges.len());
        for &(first, last) in &self.ranges {
            match merged.last_mut() {
                Some(previous) if first <= previous.1.saturating_add(1) => {
                    previous.1 = previous.1.max(last)
                }
                _ => merged.push((first, last)),
            }
        }
        self.ranges = merged;
    }

    /// The complement of a normalised set.
    pub(super) fn negated(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = 0;
        for &(first, last) in &self.ranges {
            if next < first {
                ranges.push((next, first - 1));
            }
            next = last + 1;
        }
        if next <= MAX_RUNE {
            ranges.push((next, MAX_RUNE));
        }
        Self { ranges }
    }

    /// Adds the runes equal but for case, and normalises.
    pub(super) fn fold(&mut self) {
        self.normalise();
        let mut added = Vec::new();
        let mut add = |code: u32| {
            if let Some(c) = char::from_u32(code) {
                added.extend(fold_orbit(c).map(|d| (d as u32, d as u32)));
            }
        };
        let count: u64 = self.ranges.iter().map(|r| u64::from(r.1 - r.0) + 1).sum();
        if count <= 512 {
            let (low, high) = FOLDING;
            for &(first, last) in &self.ranges {
                (first.max(low)..=last.min(high)).for_each(&mut add);
            }
        } else {
            // Only runes of the case tables have other cases.
            let cased = LOWER
                .iter()
                .chain(UPPER)
                .flat_map(|run| (run.0..=run.1).step_by(run.2 as usize));
            let cased = cased.chain(FOLD.iter().map(|f| f.0));
            cased
                .filter(|code| in_ranges(&self.ranges, *code))
                .for_each(&mut add);
        }
        self.ranges.append(&mut added);
        self.normalise();
    }

    /// The set as an expression. Surrogates match nothing: no text holds them.
    pub(super) fn to_hir(&self) -> Hir {
        let mut ranges = Vec::with_capacity(self.ranges.len());
        for &(first, last) in &self.ranges {
            for (first, last) in [(first, last.min(0xd7ff)), (first.max(0xe000), last)] {
                if let (Some(first), Some(last)) = (char::from_u32(first), char::from_u32(last))
                    && first <= last
                {
                    ranges.push(ClassUnicodeRange::new(first, last));
                }
            }
        }
        Hir::class(Class::Unicode(ClassUnicode::new(ranges)))
    }
}

/// A rune, with its other cases if asked for.
pub(super) fn rune(code: u32, fold: bool) -> Set {
    let mut set = Set::of(&[(code, code)]);
    if fold {
        set.fold();
    }
    set
}

fn group(ranges: &[Range], negated: bool, fold: bool) -> Set {
    let mut set = Set::of(ranges);
    if fold {
        set.fold();
    }
    if negated { set.negated() } else { set }
}

/// `\d \s \w` and their complements; ASCII only.
pub(super) fn perl(letter: u8, fold: bool) -> Option<Set> {
    let ranges: &[Range] = match letter {
        b'd' | b'D' => &[(0x30, 0x39)],
        b's' | b'S' => &[(0x9, 0xa), (0xc, 0xd), (0x20, 0x20)],
        b'w' | b'W' => &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)],
        _ => return None,
    };
    Some(group(ranges, letter.is_ascii_uppercase(), fold))
}

/// `alnum` of `[:alnum:]`, `^alnum` of `[:^alnum:]`.
pub(super) fn posix(name: &[u8], fold: bool) -> Option<Set> {
    let (negated, plain) = name
        .strip_prefix(b"^")
        .map_or((false, name), |rest| (true, rest));
    let ranges: &[Range] = match plain {
        b"alnum" => &[(0x30, 0x39), (0x41, 0x5a), (0x61, 0x7a)],
        b"alpha" => &[(0x41, 0x5a), (0x61, 0x7a)],
        b"ascii" => &[(0x0, 0x7f)],
        b"blank" => &[(0x9, 0x9), (0x20, 0x20)],
        b"cntrl" => &[(0x0, 0x1f), (0x7f, 0x7f)],
        b"digit" => &[(0x30, 0x39)],
        b"graph" => &[(0x21, 0x7e)],
        b"lower" => &[(0x61, 0x7a)],
        b"print" => &[(0x20, 0x7e)],
        b"punct" => &[(0x21, 0x2f), (0x3a, 0x40), (0x5b, 0x60), (0x7b, 0x7e)],
        b"space" => &[(0x9, 0xd), (0x20, 0x20)],
        b"upper" => &[(0x41, 0x5a)],
        b"word" => &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)],
        b"xdigit" => &[(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)],
        _ => return None,
    };
    Some(group(ranges, negated, fold))
}

/// `\p{name}`, or its complement. Names are looked up as Go does since 1.25: case, blanks, `-` and `_`
/// do not count, except that scripts of several words are not found at all.
pub(super) fn unicode(name: &[u8], negated: bool, fold: bool) -> Option<Set> {
    let name = canonical(name)?;
    match name.as_str() {
        "Any" => return Some(group(&[(0, MAX_RUNE)], negated, false)),
        "Ascii" => return Some(group(&[(0, 0x7f)], negated, fold)),
        "Assigned" => return Some(group(table("Cn")?, !negated, fold)),
        "Lc" => return Some(group(table("LC")?, negated, fold)),
        _ => {}
    }
    let alias = || {
        let category = CATEGORY_ALIASES
            .iter()
            .find(|(long, _)| canonical(long.as_bytes()).as_ref() == Some(&name));
        category.and_then(|(_, short)| table(short))
    };
    // "LC" itself is only reached by the name above: canonical names have one capital.
    Some(group(table(&name).or_else(alias)?, negated, fold))
}

fn canonical(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    let mut letters = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    Some(
        first
            .into_iter()
            .chain(letters.map(|c| c.to_ascii_lowercase()))
            .collect(),
    )
}
