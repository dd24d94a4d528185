//! Making an input smaller while what is interesting about it stays.

use anyhow::Result;

/// A smaller input that `is_interesting` still, with no piece that could be left out.
pub(super) fn shrink(
    input: &[u8],
    mut is_interesting: impl FnMut(&[u8]) -> Result<bool>,
) -> Result<Vec<u8>> {
    let mut best = input.to_vec();
    let mut piece = best.len().div_ceil(2);
    // Enough for any input that is generated, and an end for one that takes long.
    let mut left = 2_000;
    while piece > 0 && left > 0 {
        let mut at = 0;
        let mut is_smaller = false;
        while at < best.len() && left > 0 {
            left -= 1;
            let mut less = best.clone();
            less.drain(at..(at + piece).min(best.len()));
            if is_interesting(&less)? {
                best = less;
                is_smaller = true;
            } else {
                at += piece;
            }
        }
        if !is_smaller || piece > 1 {
            piece /= 2;
        }
    }
    Ok(best)
}
