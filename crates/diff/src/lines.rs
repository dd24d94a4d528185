//! Line diffs of resources.

mod outline;

use outline::Outline;
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices};

/// The side of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delta {
    /// Both.
    Common,
    /// The old one only.
    Left,
    /// The new one only.
    Right,
}

/// A line of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place.
    pub delta: Delta,
    /// The line without its end.
    pub text: Vec<u8>,
}

impl Line {
    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Line>() + self.text.len()
    }
}

/// The diff of two texts.
pub(super) fn diff(old: &[u8], new: &[u8]) -> Vec<Line> {
    let (old, new) = (split(old), split(new));
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let mut lines = Vec::with_capacity(old.len().max(new.len()));
    for op in &ops {
        for change in DiffOp::iter_changes(op, &old, &new) {
            let delta = match change.tag() {
                ChangeTag::Equal => Delta::Common,
                ChangeTag::Delete => Delta::Left,
                ChangeTag::Insert => Delta::Right,
            };
            lines.push(Line {
                delta,
                text: change.value().to_vec(),
            });
        }
    }
    lines
}

fn split(text: &[u8]) -> Vec<&[u8]> {
    match text.strip_suffix(b"\n").unwrap_or(text) {
        [] => Vec::new(),
        text => text.split(|byte| *byte == b'\n').collect(),
    }
}

/// The distance of each line from the nearest change.
pub(super) fn distances(lines: &[Line]) -> Vec<usize> {
    let mut distances = vec![usize::MAX; lines.len()];
    let pairs = || lines.iter().map(|line| line.delta != Delta::Common);
    near(pairs().zip(&mut distances));
    near(pairs().rev().zip(distances.iter_mut().rev()));
    distances
}

fn near<'d>(lines: impl Iterator<Item = (bool, &'d mut usize)>) {
    let mut distance = usize::MAX;
    for (is_change, shortest) in lines {
        distance = if is_change {
            0
        } else {
            distance.saturating_add(1)
        };
        *shortest = distance.min(*shortest);
    }
}

/// A piece of a diff: lines to show, or lines to leave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'l> {
    /// Lines within the context of a change, with the numbers of the first one, counted from 1.
    Hunk {
        /// The lines.
        lines: &'l [Line],
        /// The first line's number in the old text.
        old: usize,
        /// The first line's number in the new text.
        new: usize,
        /// The place that all its changes are in; empty where that is the resource.
        place: String,
    },
    /// Lines far from any change.
    Gap(usize),
}

/// Cuts a diff into what is within `context` lines of a change and what is not.
pub(super) fn pieces(lines: &[Line], context: Option<usize>) -> Vec<Piece<'_>> {
    let distances = match context {
        Some(_) => distances(lines),
        None => vec![0; lines.len()],
    };
    let is_visible = |at: &usize| context.is_none_or(|context| *at <= context);
    let (mut old, mut new) = (1, 1);
    let mut outline = Outline::default();
    let mut pieces = Vec::new();
    let mut rest = lines;
    for run in distances.chunk_by(|a, b| is_visible(a) == is_visible(b)) {
        let (head, tail) = rest.split_at(run.len());
        rest = tail;
        pieces.push(match run.first().is_some_and(is_visible) {
            true => Piece::Hunk {
                lines: head,
                old,
                new,
                place: outline.place(head, rest),
            },
            false => {
                outline.follow(head, rest);
                Piece::Gap(head.len())
            }
        });
        old += head.iter().filter(|l| l.delta != Delta::Right).count();
        new += head.iter().filter(|l| l.delta != Delta::Left).count();
    }
    pieces
}
