//! helm-diff's line diff: a longest common subsequence by Hirschberg's halving, with the same
//! choice among equally long ones.
//!
//! helm-diff fills each row of the table cell by cell. Here a row is a bit vector, 64 cells at a
//! time (Crochemore, Iliopoulos, Pinzon and Reid 2001): the same numbers for a 64th of the work.

use crate::lines::Delta;
use rustc_hash::FxHashMap;

/// A line of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record<'t> {
    /// Its place.
    pub(super) delta: Delta,
    /// The line without its end.
    pub(super) line: &'t [u8],
}

/// The diff of two lists of lines.
pub(super) fn diff<'t>(old: &[&'t [u8]], new: &[&'t [u8]]) -> Vec<Record<'t>> {
    let (start, end) = equal_ends(old, new);
    let mut records = Vec::with_capacity(old.len().max(new.len()));
    let common = |line: &&'t [u8]| Record {
        delta: Delta::Common,
        line,
    };
    let (old_head, old_rest) = old.split_at(start);
    let (old_middle, old_tail) = old_rest.split_at(old_rest.len() - end);
    let new_rest = new.get(start..).unwrap_or_default();
    let (new_middle, _) = new_rest.split_at(new_rest.len() - end);
    records.extend(old_head.iter().map(common));
    let mut numbers = FxHashMap::default();
    let mut number = |lines: &[&'t [u8]]| -> Vec<u32> {
        let of = lines.iter().map(|line| {
            let next = numbers.len() as u32;
            *numbers.entry(*line).or_insert(next)
        });
        of.collect()
    };
    let (a, b) = (number(old_middle), number(new_middle));
    let mut halving = Halving {
        old: old_middle,
        new: new_middle,
        masks: vec![0; numbers.len()],
        carries: vec![false; a.len()],
        records,
    };
    halving.diff(&a, 0, &b, 0);
    let mut records = halving.records;
    records.extend(old_tail.iter().map(common));
    records
}

/// The number of lines that are equal at the start and at the end; the first line after the start never
/// counts to the end, as in helm-diff.
fn equal_ends(old: &[&[u8]], new: &[&[u8]]) -> (usize, usize) {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let room = old.len().min(new.len()).saturating_sub(start + 1);
    let ends = old.iter().rev().zip(new.iter().rev()).take(room);
    (start, ends.take_while(|(a, b)| a == b).count())
}

struct Halving<'l, 't> {
    old: &'l [&'t [u8]],
    new: &'l [&'t [u8]],
    /// For each line's number: in which of the 64 columns at hand it stands.
    masks: Vec<u64>,
    /// For each row: what is carried over to the next 64 columns.
    carries: Vec<bool>,
    records: Vec<Record<'t>>,
}

impl Halving<'_, '_> {
    /// Diffs `a` and `b`, which are the lines from `a_at` and `b_at` on.
    fn diff(&mut self, a: &[u32], a_at: usize, b: &[u32], b_at: usize) {
        match a {
            [] => self.push(Delta::Right, b_at, b.len()),
            _ if b.is_empty() => self.push(Delta::Left, a_at, a.len()),
            [one] => self.single(*one, a_at, b, b_at),
            _ => {
                let (top, bottom) = a.split_at(a.len() / 2);
                let forward = self.lengths(top, b, Direction::Forward);
                let backward = self.lengths(bottom, b, Direction::Backward);
                let mut best = (0, None);
                for (at, (before, after)) in forward.iter().zip(backward.iter().rev()).enumerate() {
                    let score = before + after;
                    if best.1.is_none_or(|best| score > best) {
                        best = (at, Some(score));
                    }
                }
                drop((forward, backward));
                let (left, right) = b.split_at(best.0);
                self.diff(top, a_at, left, b_at);
                self.diff(bottom, a_at + top.len(), right, b_at + left.len());
            }
        }
    }

    /// One old line meets the last equal new one.
    fn single(&mut self, line: u32, a_at: usize, b: &[u32], b_at: usize) {
        match b.iter().rposition(|other| *other == line) {
            Some(b_index) => {
                self.push(Delta::Right, b_at, b_index);
                self.push(Delta::Common, a_at, 1);
                self.push(Delta::Right, b_at + b_index + 1, b.len() - b_index - 1);
            }
            None => {
                self.push(Delta::Left, a_at, 1);
                self.push(Delta::Right, b_at, b.len());
            }
        }
    }

    fn push(&mut self, delta: Delta, at: usize, count: usize) {
        let lines = match delta {
            Delta::Right => self.new,
            Delta::Common | Delta::Left => self.old,
        };
        let lines = lines.get(at..at + count).unwrap_or_default();
        let records = lines.iter().map(|line| Record { delta, line });
        self.records.extend(records);
    }

    /// The last row of the table: for each length of `b`'s start (of its end, backward) how long
    /// the longest common subsequence with `a` is.
    fn lengths(&mut self, a: &[u32], b: &[u32], direction: Direction) -> Vec<u32> {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(0);
        let mut length = 0;
        self.carries.fill(false);
        let blocks: Box<dyn Iterator<Item = &[u32]>> = match direction {
            Direction::Forward => Box::new(b.chunks(64)),
            Direction::Backward => Box::new(b.rchunks(64)),
        };
        for block in blocks {
            let column = |at: usize| match direction {
                Direction::Forward => at,
                Direction::Backward => block.len() - 1 - at,
            };
            for (at, line) in block.iter().enumerate() {
                if let Some(mask) = self.masks.get_mut(*line as usize) {
                    *mask |= 1 << column(at);
                }
            }
            let bits = match direction {
                Direction::Forward => self.block(a.iter()),
                Direction::Backward => self.block(a.iter().rev()),
            };
            for at in 0..block.len() {
                length += u32::from(bits >> at & 1 == 0);
                row.push(length);
            }
            for line in block {
                if let Some(mask) = self.masks.get_mut(*line as usize) {
                    *mask = 0;
                }
            }
        }
        row
    }

    /// Goes through all rows for the 64 columns whose masks are set; a zero bit is a column where
    /// the length grows.
    fn block<'a>(&mut self, a: impl Iterator<Item = &'a u32>) -> u64 {
        let mut bits = !0_u64;
        for (line, carry) in a.zip(&mut self.carries) {
            let mask = self.masks.get(*line as usize).copied().unwrap_or(0);
            let matched = bits & mask;
            let (sum, first) = bits.overflowing_add(matched);
            let (sum, second) = sum.overflowing_add(u64::from(*carry));
            *carry = first || second;
            bits = sum | (bits & !mask);
        }
        bits
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Forward,
    Backward,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use super::*;

    /// The table, cell by cell.
    fn lengths(a: &[u32], b: &[u32]) -> Vec<u32> {
        let mut row = vec![0; b.len() + 1];
        for x in a {
            let above = row.clone();
            for (at, y) in b.iter().enumerate() {
                row[at + 1] = match x == y {
                    true => above[at] + 1,
                    false => above[at + 1].max(row[at]),
                };
            }
        }
        row
    }

    #[test]
    fn rows_of_bits_are_rows_of_numbers() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..2000 {
            let mut list = || -> Vec<u32> {
                let length = random.usize(0..200);
                (0..length).map(|_| random.u32(0..12)).collect()
            };
            let (a, b) = (list(), list());
            let mut halving = Halving {
                old: &[],
                new: &[],
                masks: vec![0; 12],
                carries: vec![false; a.len()],
                records: Vec::new(),
            };
            assert_eq!(halving.lengths(&a, &b, Direction::Forward), lengths(&a, &b));
            let reversed = |list: &[u32]| list.iter().rev().copied().collect::<Vec<_>>();
            assert_eq!(
                halving.lengths(&a, &b, Direction::Backward),
                lengths(&reversed(&a), &reversed(&b))
            );
        }
    }

    #[test]
    fn the_last_of_equal_lines_is_met() {
        let lines = |text: &'static str| text.split('\n').map(str::as_bytes).collect::<Vec<_>>();
        let delta_text = |old, new| {
            let records = diff(&lines(old), &lines(new));
            let line = |r: &Record<'_>| {
                let sign = match r.delta {
                    Delta::Common => ' ',
                    Delta::Left => '-',
                    Delta::Right => '+',
                };
                format!("{sign}{}", String::from_utf8_lossy(r.line))
            };
            records.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(delta_text("a\nb", "a\nb\nb"), " a\n b\n+b");
        assert_eq!(delta_text("x\na", "a\nq\na\ny"), "-x\n+a\n+q\n a\n+y");
        assert_eq!(delta_text("", "a\n\nb"), "+a\n \n+b");
    }
}
