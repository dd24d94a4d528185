//! Hyphen ranges: `1.2 - 2.3` becomes `>= 1.2, <= 2.3 ` before anything else is read.

use std::borrow::Cow;
use std::ops::Range;

use super::grammar::is_segment;
use crate::shape::{Shape, is_blank, skip_blanks};

/// A range with the blanks around it.
struct Hyphen {
    whole: Range<usize>,
    low: Range<usize>,
    high: Range<usize>,
}

/// Rewrites every hyphen range in `text`. As Masterminds replaces by searching for the matched
/// text, equal ranges replace each other's first occurrence, which gives the same result.
pub(super) fn rewrite(text: &[u8]) -> Cow<'_, [u8]> {
    if !text
        .windows(2)
        .any(|pair| is_blank(pair[0]) && pair[1] == b'-')
    {
        return Cow::Borrowed(text);
    }
    let mut output = text.to_owned();
    let mut at = 0;
    while at < text.len() {
        let Some(range) = find_at(text, at) else {
            at += 1;
            continue;
        };
        at = range.whole.end;
        let (low, high) = (&text[range.low], &text[range.high]);
        let replacement = [b">= ", low, b", <= ", high, b" "].concat();
        let matched = &text[range.whole];
        if let Some(position) = output.windows(matched.len()).position(|w| w == matched) {
            output.splice(position..position + matched.len(), replacement);
        }
    }
    Cow::Owned(output)
}

fn find_at(text: &[u8], start: usize) -> Option<Hyphen> {
    let low_start = skip_blanks(text, start);
    let low = low_start..Shape::scan(text, low_start, is_segment)?.end;
    let hyphen = skip_blanks(text, low.end);
    let high_start = skip_blanks(text, hyphen + 1);
    if hyphen == low.end || text.get(hyphen) != Some(&b'-') || high_start == hyphen + 1 {
        return None;
    }
    let high = high_start..Shape::scan(text, high_start, is_segment)?.end;
    Some(Hyphen {
        whole: start..skip_blanks(text, high.end),
        low,
        high,
    })
}
