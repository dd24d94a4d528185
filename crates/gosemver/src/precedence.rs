//! Precedence of pre-releases, as Masterminds' semver compares them.

use std::cmp::Ordering;

/// Compares two pre-releases identifier by identifier; a missing identifier is the lowest.
pub(crate) fn compare_prereleases(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let (l, r) = (left.next(), right.next());
        if l.is_none() && r.is_none() {
            return Ordering::Equal;
        }
        match compare_identifiers(l.unwrap_or_default(), r.unwrap_or_default()) {
            Ordering::Equal => {}
            decided => return decided,
        }
    }
}

/// Numbers compare as numbers and come before words. A number beyond `u64` counts as a word.
fn compare_identifiers(left: &str, right: &str) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    match (left.is_empty(), right.is_empty()) {
        (true, _) => return Ordering::Less,
        (_, true) => return Ordering::Greater,
        _ => {}
    }
    let greater = match (number(left), number(right)) {
        (None, None) => left > right,
        (Some(_), None) => false,
        (None, Some(_)) => true,
        // Different digits of equal value (`1` and `01`) count as less, either way round.
        (Some(l), Some(r)) => l > r,
    };
    if greater {
        Ordering::Greater
    } else {
        Ordering::Less
    }
}

fn number(identifier: &str) -> Option<u64> {
    identifier
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| identifier.parse().ok())
        .flatten()
}
