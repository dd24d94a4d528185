//! Maps of files with holes: GNU's old format, and version 1.0 of its records.

use super::header::{self, BLOCK, Block};
use super::pax::integer;
use super::{Error, MAX_SPECIAL};

/// A part of a file with holes that has data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    /// Its offset in the file.
    pub(super) start: u64,
    /// Its length.
    pub(super) length: u64,
}

type Entries = Vec<(i64, i64)>;

/// Fills a block, or fails.
type Fill<'f> = &'f mut dyn FnMut(&mut [u8]) -> Result<(), Error>;

/// The size of an old file with its holes.
pub(super) fn real_size(block: &Block) -> Result<i64, Error> {
    header::number(block.get(483..495).unwrap_or_default())
}

/// The map of an old file: four entries in its header, more in blocks behind it.
pub(super) fn read_old(block: &Block, fill: Fill<'_>) -> Result<Entries, Error> {
    const ENTRY: usize = 24;
    let mut entries = Entries::new();
    let mut map = block.get(386..483).unwrap_or_default().to_vec();
    let mut size = map.len() as u64;
    while size < MAX_SPECIAL {
        let (pairs, rest) = map.split_at(map.len() / ENTRY * ENTRY);
        for pair in pairs.chunks_exact(ENTRY) {
            if pair.first() == Some(&0) {
                break;
            }
            let (start, length) = pair.split_at(ENTRY / 2);
            entries.push((header::number(start)?, header::number(length)?));
        }
        if rest.first().is_none_or(|is_extended| *is_extended == 0) {
            return Ok(entries);
        }
        map.resize(BLOCK, 0);
        fill(&mut map)?;
        size += BLOCK as u64;
    }
    Err(Error::SparseTooLong)
}

/// The map of version 1.0: lines with numbers, in whole blocks before the data.
pub(super) fn read_1_0(fill: Fill<'_>) -> Result<Entries, Error> {
    let mut lines = Lines {
        text: Vec::new(),
        at: 0,
        waiting: 0,
        fill,
    };
    lines.need(1)?;
    let count = integer(lines.next())?;
    // Go's numbers have a sign, and must hold twice as many.
    let numbers = count.checked_mul(2).ok_or(Error::Header)?;
    lines.need(usize::try_from(numbers).map_err(|_| Error::Header)?)?;
    let mut entries = Entries::new();
    for _ in 0..count {
        entries.push((integer(lines.next())?, integer(lines.next())?));
    }
    Ok(entries)
}

struct Lines<'f> {
    text: Vec<u8>,
    at: usize,
    /// Lines that are read and were not asked for.
    waiting: usize,
    fill: Fill<'f>,
}

impl Lines<'_> {
    /// Reads blocks until so many lines wait.
    fn need(&mut self, count: usize) -> Result<(), Error> {
        while self.waiting < count {
            if (self.text.len() + BLOCK) as u64 > MAX_SPECIAL {
                return Err(Error::SparseTooLong);
            }
            let mut block = [0; BLOCK];
            (self.fill)(&mut block)?;
            self.waiting += block.iter().filter(|byte| **byte == b'\n').count();
            self.text.extend_from_slice(&block);
        }
        Ok(())
    }

    fn next(&mut self) -> &[u8] {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'\n');
        let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.at += line.len() + 1;
        self.waiting = self.waiting.saturating_sub(1);
        line
    }
}

/// Entries must be in order and within the file.
pub(super) fn check(entries: Entries, size: i64) -> Result<Vec<Fragment>, Error> {
    let size = u64::try_from(size).map_err(|_| Error::Header)?;
    let mut end = 0;
    let fragments = entries.into_iter().map(|(start, length)| {
        let start = u64::try_from(start).map_err(|_| Error::Header)?;
        let length = u64::try_from(length).map_err(|_| Error::Header)?;
        // Neither is above the largest signed number.
        if start < end || start + length > size {
            return Err(Error::Header);
        }
        end = start + length;
        Ok(Fragment { start, length })
    });
    fragments.collect()
}
