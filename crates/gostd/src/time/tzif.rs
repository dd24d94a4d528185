//! Files of the tz database (TZif, RFC 8536), and which of their zones is in force when.

use super::location::Span;
use super::posix::Rules;

/// A local time type: abbreviation and offset.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Zone {
    pub(super) name: Box<str>,
    /// Seconds east of UTC.
    pub(super) offset: i64,
    pub(super) is_dst: bool,
}

/// All zones of a location and when each begins.
#[derive(Debug)]
pub(super) struct Zones {
    zones: Vec<Zone>,
    /// When a zone begins, and its index; sorted.
    changes: Vec<(i64, usize)>,
    /// For the time after the last change.
    rules: Option<Rules>,
}

/// The numbers in a TZif header.
struct Counts {
    utc: usize,
    standard: usize,
    leaps: usize,
    changes: usize,
    zones: usize,
    letters: usize,
}

fn take<'d>(data: &mut &'d [u8], count: usize) -> Option<&'d [u8]> {
    let (head, rest) = data.split_at_checked(count)?;
    *data = rest;
    Some(head)
}

fn u32_be(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

impl Counts {
    fn read(data: &mut &[u8]) -> Option<Self> {
        let mut next = || u32_be(take(data, 4)?).map(|n| n as usize);
        let (utc, standard, leaps) = (next()?, next()?, next()?);
        Some(Self {
            utc,
            standard,
            leaps,
            changes: next()?,
            zones: next()?,
            letters: next()?,
        })
    }

    /// The length of the block that follows, with times of so many bytes.
    fn block(&self, time: usize) -> usize {
        self.changes * (time + 1)
            + self.zones * 6
            + self.letters
            + self.leaps * (time + 4)
            + self.standard
            + self.utc
    }
}

impl Zones {
    pub(super) fn fixed(zone: Zone) -> Self {
        Self {
            zones: vec![zone],
            changes: vec![(i64::MIN, 0)],
            rules: None,
        }
    }

    /// Reads a file; `None` if it is malformed or has no zone.
    pub(super) fn parse(data: &[u8]) -> Option<Self> {
        let mut rest = data.strip_prefix(b"TZif")?;
        let version = *take(&mut rest, 16)?.first()?;
        let mut counts = Counts::read(&mut rest)?;
        let time = match version {
            0 => 4,
            b'2' | b'3' => {
                // The block of 32-bit times comes first, then the header again.
                take(&mut rest, counts.block(4))?;
                take(&mut rest, 20)?;
                counts = Counts::read(&mut rest)?;
                8
            }
            _ => return None,
        };
        let times = take(&mut rest, counts.changes.checked_mul(time)?)?;
        let indexes = take(&mut rest, counts.changes)?;
        let records = take(&mut rest, counts.zones.checked_mul(6)?)?;
        let letters = take(&mut rest, counts.letters)?;
        take(&mut rest, counts.leaps.checked_mul(time + 4)?)?;
        take(&mut rest, counts.standard.checked_add(counts.utc)?)?;
        let zones = records
            .chunks_exact(6)
            .map(|record| zone(record, letters))
            .collect::<Option<Vec<_>>>()?;
        let mut changes = Vec::with_capacity(counts.changes);
        for (when, index) in times.chunks_exact(time).zip(indexes) {
            let when = match time {
                4 => i64::from(u32_be(when)? as i32),
                _ => i64::from_be_bytes(when.try_into().ok()?),
            };
            zones.get(usize::from(*index))?;
            changes.push((when, usize::from(*index)));
        }
        if zones.is_empty() {
            return None;
        }
        if changes.is_empty() {
            changes.push((i64::MIN, 0));
        }
        let footer = rest.strip_prefix(b"\n").and_then(|r| r.strip_suffix(b"\n"));
        let rules = footer.and_then(|text| Rules::parse(std::str::from_utf8(text).ok()?));
        Some(Self {
            zones,
            changes,
            rules,
        })
    }

    pub(super) fn zones(&self) -> &[Zone] {
        &self.zones
    }

    pub(super) fn lookup(&self, seconds: i64) -> Span<'_> {
        let after = self.changes.partition_point(|change| change.0 <= seconds);
        let end = self.changes.get(after).map_or(i64::MAX, |change| change.0);
        let Some(&(start, index)) = after.checked_sub(1).and_then(|last| self.changes.get(last))
        else {
            return self.span(self.first_zone(), i64::MIN, end);
        };
        match &self.rules {
            Some(rules) if after == self.changes.len() => rules.lookup(start, seconds),
            _ => self.span(index, start, end),
        }
    }

    fn span(&self, index: usize, start: i64, end: i64) -> Span<'_> {
        let (name, offset, is_dst) = self
            .zones
            .get(index)
            .map_or(("UTC", 0, false), |z| (&*z.name, z.offset, z.is_dst));
        Span {
            name: name.into(),
            offset,
            start,
            end,
            is_dst,
        }
    }

    /// The zone before the first change: the first if no change leads to it; else the last standard time
    /// listed before a first daylight saving time; else the first standard time.
    fn first_zone(&self) -> usize {
        let first_change = self.changes.first().map_or(0, |change| change.1);
        if self.changes.iter().all(|change| change.1 != 0) {
            return 0;
        }
        let standard = |zone: &Zone| !zone.is_dst;
        if self.zones.get(first_change).is_some_and(|zone| zone.is_dst)
            && let Some(index) = self.zones.iter().take(first_change).rposition(standard)
        {
            return index;
        }
        self.zones.iter().position(standard).unwrap_or(0)
    }
}

fn zone(record: &[u8], letters: &[u8]) -> Option<Zone> {
    let (offset, rest) = record.split_at_checked(4)?;
    let [is_dst, name] = *rest else { return None };
    let name = letters.get(usize::from(name)..).filter(|n| !n.is_empty())?;
    let name = name.split(|b| *b == 0).next().unwrap_or_default();
    let offset = i64::from(u32_be(offset)? as i32);
    Some(Zone {
        name: String::from_utf8_lossy(name).into(),
        offset,
        is_dst: is_dst != 0,
    })
}
