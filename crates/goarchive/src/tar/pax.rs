//! Extended headers: records of lengths, keys and values.

use super::Error;
use super::header::Header;
use std::collections::HashMap;

const OFFSET: &[u8] = b"GNU.sparse.offset";
const LENGTH: &[u8] = b"GNU.sparse.numbytes";
const MAP: &[u8] = b"GNU.sparse.map";

/// The records of an extended header.
#[derive(Debug, Default)]
pub(super) struct Records(HashMap<Vec<u8>, Vec<u8>>);

/// The place of a file's map of holes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sparse {
    /// In the records: versions 0.0 and 0.1.
    InRecords,
    /// At the beginning of its contents: version 1.0.
    InContents,
}

impl Records {
    /// Reads the contents of an extended header.
    pub(super) fn parse(mut text: &[u8]) -> Result<Records, Error> {
        let mut records = HashMap::new();
        // Version 0.0 repeats two keys, what no other header may.
        let mut map: Vec<&[u8]> = Vec::new();
        while !text.is_empty() {
            let (key, value, rest) = record(text).ok_or(Error::Header)?;
            text = rest;
            if key != OFFSET && key != LENGTH {
                records.insert(key.to_vec(), value.to_vec());
                continue;
            }
            let is_expected = (key == OFFSET) == map.len().is_multiple_of(2);
            if !is_expected || value.contains(&b',') {
                return Err(Error::Header);
            }
            map.push(value);
        }
        if !map.is_empty() {
            records.insert(MAP.to_vec(), map.join(&b','));
        }
        Ok(Records(records))
    }

    fn get(&self, key: &[u8]) -> &[u8] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    fn record(&self, key: &[u8]) -> Option<&[u8]> {
        Some(self.get(key)).filter(|value| !value.is_empty())
    }

    /// Sets what the records say over what the header says. An empty value says nothing.
    pub(super) fn apply(&self, header: &mut Header) -> Result<(), Error> {
        for key in [&b"uid"[..], b"gid"] {
            self.record(key).map(integer).transpose()?;
        }
        for key in [&b"atime"[..], b"mtime", b"ctime"] {
            self.record(key).map(check_time).transpose()?;
        }
        if let Some(size) = self.record(b"size") {
            header.size = integer(size)?;
        }
        if let Some(seconds) = self.record(b"mtime").and_then(whole_seconds) {
            header.modified = seconds;
        }
        if let Some(name) = self.record(b"path") {
            header.name = name.to_vec();
        }
        Ok(())
    }

    /// The place of the map of holes, if the file has one of a known version.
    pub(super) fn sparse_version(&self) -> Option<Sparse> {
        match (self.get(b"GNU.sparse.major"), self.get(b"GNU.sparse.minor")) {
            (b"0", b"0" | b"1") => Some(Sparse::InRecords),
            (b"1", b"0") => Some(Sparse::InContents),
            (b"", b"") => self.record(MAP).map(|_| Sparse::InRecords),
            _ => None,
        }
    }

    /// Sets the name and the size of a file with holes.
    pub(super) fn apply_sparse(&self, header: &mut Header) -> Result<(), Error> {
        if let Some(name) = self.record(b"GNU.sparse.name") {
            header.name = name.to_vec();
        }
        let size = self.record(b"GNU.sparse.size");
        if let Some(size) = size.or_else(|| self.record(b"GNU.sparse.realsize")) {
            header.size = integer(size)?;
        }
        Ok(())
    }

    /// The map of holes that is in the records.
    pub(super) fn sparse_map(&self) -> Result<Vec<(i64, i64)>, Error> {
        let count = integer(self.get(b"GNU.sparse.numblocks"))?;
        let count = usize::try_from(count).map_err(|_| Error::Header)?;
        let numbers: Vec<&[u8]> = match self.record(MAP) {
            Some(map) => map.split(|byte| *byte == b',').collect(),
            None => Vec::new(),
        };
        if count.checked_mul(2) != Some(numbers.len()) {
            return Err(Error::Header);
        }
        let pairs = numbers.chunks_exact(2).map(|pair| match pair {
            [start, length] => Ok((integer(start)?, integer(length)?)),
            _ => Err(Error::Header),
        });
        pairs.collect()
    }
}

/// Go's `strconv.ParseInt` with base 10.
pub(super) fn integer(text: &[u8]) -> Result<i64, Error> {
    let text = std::str::from_utf8(text).map_err(|_| Error::Header)?;
    text.parse().map_err(|_| Error::Header)
}

/// The whole seconds of a time, which are the earlier ones before 1970, too.
fn whole_seconds(time: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(time).ok()?;
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let has_fraction = fraction.bytes().any(|digit| digit != b'0');
    let before = i64::from(text.starts_with('-') && has_fraction);
    seconds.parse::<i64>().ok()?.checked_sub(before)
}

/// Seconds, and perhaps a point and digits.
fn check_time(text: &[u8]) -> Result<(), Error> {
    let (seconds, digits) = split_once(text, b'.').unwrap_or((text, b""));
    integer(seconds)?;
    match digits.iter().all(u8::is_ascii_digit) {
        true => Ok(()),
        false => Err(Error::Header),
    }
}

/// The first record of a text: its key, its value, and what comes after it.
fn record(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (digits, _) = split_once(text, b' ')?;
    let length = usize::try_from(integer(digits).ok()?).ok()?;
    if length < 5 || length > text.len() {
        return None;
    }
    let (record, rest) = text.split_at(length);
    let record = record.get(digits.len() + 1..)?.strip_suffix(b"\n")?;
    let (key, value) = split_once(record, b'=')?;
    let is_text = matches!(key, b"path" | b"linkpath" | b"uname" | b"gname");
    let checked = if is_text { value } else { key };
    (!key.is_empty() && !checked.contains(&0)).then_some((key, value, rest))
}

fn split_once(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == separator)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}
