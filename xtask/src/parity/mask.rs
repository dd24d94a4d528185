//! Which lines Helm itself varies from run to run, and whether a text agrees but for those.

use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// The lines of a text that other runs do not have the same.
pub(super) struct Mask<'a> {
    lines: Vec<&'a [u8]>,
    varying: Vec<bool>,
    /// Before which lines (or the end) other runs have more.
    gaps: Vec<bool>,
}

impl<'a> Mask<'a> {
    /// Compares a text with those of the other runs.
    pub(super) fn of(text: &'a [u8], others: &[&[u8]]) -> Mask<'a> {
        let lines = lines(text);
        let mut mask = Mask {
            varying: vec![false; lines.len()],
            gaps: vec![false; lines.len() + 1],
            lines,
        };
        for other in others {
            for op in differences(&mask.lines, &self::lines(other)) {
                let old = op.old_range();
                mask.gaps[old.start] = true;
                mask.gaps[old.end] = true;
                mask.varying[old].fill(true);
            }
        }
        mask
    }

    /// How many lines vary.
    pub(super) fn varying(&self) -> usize {
        self.varying.iter().filter(|varying| **varying).count()
    }

    /// Whether a text is this one but for what varies.
    pub(super) fn allows(&self, text: &[u8]) -> bool {
        let lines = lines(text);
        let agrees = |index: usize| self.varying[index] || self.lines[index] == lines[index];
        if lines.len() == self.lines.len() && (0..lines.len()).all(agrees) {
            return true;
        }
        differences(&self.lines, &lines).iter().all(|op| {
            let old = op.old_range();
            let touches = self.gaps[old.start] || self.gaps[old.end];
            self.varying[old].iter().all(|varying| *varying)
                && (touches || op.new_range().is_empty())
        })
    }
}

/// The lines of a text with their newlines.
pub(super) fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

fn differences(old: &[&[u8]], new: &[&[u8]]) -> Vec<DiffOp> {
    let deadline = Instant::now() + Duration::from_secs(2);
    let ops = capture_diff_slices_deadline(Algorithm::Myers, old, new, Some(deadline));
    ops.into_iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_varies_may_differ() {
        let mask = Mask::of(b"a\npassword: 1\nb\n", &[b"a\npassword: 2\nb\n"]);
        assert_eq!(mask.varying(), 1);
        assert!(mask.allows(b"a\npassword: 3\nb\n"));
        assert!(!mask.allows(b"A\npassword: 1\nb\n"));
        assert!(!mask.allows(b"a\npassword: 1\nb\nc\n"));
    }

    #[test]
    fn lists_of_varying_length_may_differ() {
        let mask = Mask::of(b"a\nx\nb\n", &[b"a\ny\nx\nb\n"]);
        assert!(mask.allows(b"a\ny\nx\nb\n"));
        assert!(!mask.allows(b"a\nx\nb\ny\n"));
    }
}
