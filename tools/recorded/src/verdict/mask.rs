//! The parts of Helm's output that vary from run to run, and the comparison of a text but for those.

use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// The parts of a text that other runs do not have.
pub(super) enum Mask<'a> {
    /// All runs have the same number of lines: each must start and end as it does in every run.
    Lines(Vec<Line<'a>>),
    /// Runs differ in their number of lines: whole lines come and go.
    Places(Places<'a>),
}

/// The parts of one line that every run has.
pub(super) struct Line<'a> {
    start: &'a [u8],
    end: &'a [u8],
    varies: bool,
}

/// The lines of one run, and where others have different ones.
pub(super) struct Places<'a> {
    lines: Vec<&'a [u8]>,
    varying: Vec<bool>,
    /// Before which lines (or the end) other runs have more.
    gaps: Vec<bool>,
}

impl<'a> Mask<'a> {
    /// Compares a text with those of the other runs.
    pub(super) fn of(text: &'a [u8], others: &[&[u8]]) -> Mask<'a> {
        let mine = lines(text);
        let others: Vec<Vec<&[u8]>> = others.iter().map(|other| lines(other)).collect();
        if others.iter().all(|other| other.len() == mine.len()) {
            let line =
                |index: usize| Line::of(mine[index], others.iter().map(|other| other[index]));
            Mask::Lines((0..mine.len()).map(line).collect())
        } else {
            Mask::Places(Places::of(mine, &others))
        }
    }

    /// The number of lines that vary.
    pub(super) fn varying(&self) -> usize {
        match self {
            Mask::Lines(lines) => lines.iter().filter(|line| line.varies).count(),
            Mask::Places(places) => places.varying.iter().filter(|varying| **varying).count(),
        }
    }

    /// Returns true if a text is this one but for what varies.
    pub(super) fn allows(&self, text: &[u8]) -> bool {
        let theirs = lines(text);
        match self {
            Mask::Lines(lines) => {
                lines.len() == theirs.len()
                    && lines
                        .iter()
                        .zip(theirs)
                        .all(|(line, theirs)| line.allows(theirs))
            }
            Mask::Places(places) => places.allow(&theirs),
        }
    }

    /// The first line that is not allowed, where lines can be compared one by one.
    pub(super) fn first_difference(&self, text: &[u8]) -> Option<usize> {
        let theirs = lines(text);
        match self {
            Mask::Lines(lines) => lines
                .iter()
                .zip(theirs)
                .position(|(line, theirs)| !line.allows(theirs)),
            Mask::Places(_) => None,
        }
    }
}

impl<'a> Line<'a> {
    fn of<'b>(line: &'a [u8], others: impl Iterator<Item = &'b [u8]>) -> Line<'a> {
        let (mut start, mut end, mut varies) = (line.len(), line.len(), false);
        for other in others.filter(|other| *other != line) {
            varies = true;
            start = start.min(line.iter().zip(other).take_while(|(a, b)| a == b).count());
            end = end.min(
                line.iter()
                    .rev()
                    .zip(other.iter().rev())
                    .take_while(|(a, b)| a == b)
                    .count(),
            );
        }
        if !varies {
            return Line {
                start: line,
                end: line,
                varies,
            };
        }
        // A random word may start or end alike in all runs by chance, or as its kind always does.
        let start = line[..start]
            .iter()
            .rposition(|byte| !is_word(*byte))
            .map_or(0, |at| at + 1);
        let end = &line[line.len() - end..];
        let end = &end[end
            .iter()
            .position(|byte| !is_word(*byte))
            .unwrap_or(end.len())..];
        Line {
            start: &line[..start],
            end,
            varies,
        }
    }

    fn allows(&self, line: &[u8]) -> bool {
        if self.varies {
            line.starts_with(self.start) && line.ends_with(self.end)
        } else {
            line == self.start
        }
    }
}

impl<'a> Places<'a> {
    fn of(lines: Vec<&'a [u8]>, others: &[Vec<&[u8]>]) -> Places<'a> {
        let mut places = Places {
            varying: vec![false; lines.len()],
            gaps: vec![false; lines.len() + 1],
            lines,
        };
        for other in others {
            for op in differences(&places.lines, other) {
                let old = op.old_range();
                places.gaps[old.start] = true;
                places.gaps[old.end] = true;
                places.varying[old].fill(true);
            }
        }
        places
    }

    fn allow(&self, theirs: &[&[u8]]) -> bool {
        differences(&self.lines, theirs).iter().all(|op| {
            let old = op.old_range();
            let touches = self.gaps[old.start] || self.gaps[old.end];
            self.varying[old].iter().all(|varying| *varying)
                && (touches || op.new_range().is_empty())
        })
    }
}

/// Returns true if a byte may be part of a random word: letters, digits and what base64 adds.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte)
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
        let mask = Mask::of(b"a\npassword: \"1\"\nb\n", &[b"a\npassword: \"2\"\nb\n"]);
        assert_eq!(mask.varying(), 1);
        assert!(mask.allows(b"a\npassword: \"33\"\nb\n"));
        assert!(!mask.allows(b"a\npassword: 3\nb\n"));
        assert!(!mask.allows(b"A\npassword: \"1\"\nb\n"));
        assert!(!mask.allows(b"a\npassword: \"1\"\nb\nc\n"));
        assert_eq!(mask.first_difference(b"a\npassword: 1\nb\n"), Some(1));
    }

    #[test]
    fn lists_of_varying_length_may_differ() {
        let mask = Mask::of(b"a\nx\nb\n", &[b"a\ny\nx\nb\n"]);
        assert!(mask.allows(b"a\ny\nx\nb\n"));
        assert!(!mask.allows(b"a\nx\nb\ny\n"));
    }
}
