//! Archives as Go's `archive/tar` and `compress/gzip` write them.

use flate2::Crc;

use crate::Deflate;

const BLOCK: usize = 512;
/// Everybody reads the file, its owner writes it.
const MODE: u64 = 0o644;
/// The latest time that a header has room for, in seconds.
const MAX_TIME: i64 = 0o777_7777_7777;
/// The largest contents that a header has room for.
const MAX_SIZE: u64 = 0o777_7777_7777;

const FILE: u8 = b'0';
const EXTENDED_HEADER: u8 = b'x';

/// Packs files, as a tar stream in a gzip stream.
///
/// Every file has mode 0644 and no owner, as in a chart's archive. Names and times that have no room in a header
/// get an extended one (PAX).
pub struct Packer {
    head: Vec<u8>,
    body: Deflate,
    checksum: Crc,
}

impl Packer {
    /// Begins an archive. `extra` and `comment` are what the gzip header tells of it.
    pub fn new(extra: &[u8], comment: &str) -> Self {
        const HAS_EXTRA_AND_COMMENT: u8 = 0x14;
        const DEFLATE: u8 = 8;
        const UNKNOWN_SYSTEM: u8 = 255;
        let mut head = vec![
            0x1f,
            0x8b,
            DEFLATE,
            HAS_EXTRA_AND_COMMENT,
            0,
            0,
            0,
            0,
            0,
            UNKNOWN_SYSTEM,
        ];
        head.extend_from_slice(&(extra.len() as u16).to_le_bytes());
        head.extend_from_slice(extra);
        head.extend_from_slice(comment.as_bytes());
        head.push(0);
        Self {
            head,
            body: Deflate::default(),
            checksum: Crc::new(),
        }
    }

    /// Adds a file. `modified` is in seconds since 1970.
    pub fn add(&mut self, name: &[u8], modified: i64, contents: &[u8]) {
        let size = contents.len() as u64;
        let parts = split(name);
        let is_extended = parts.is_none() || !(0..=MAX_TIME).contains(&modified) || size > MAX_SIZE;
        let (prefix, base) = match parts {
            Some(parts) if !is_extended => parts,
            _ => (&[][..], name),
        };
        if is_extended {
            let records = records(name, modified, size);
            let header = Header::new(
                EXTENDED_HEADER,
                &extended_name(name),
                0,
                0,
                records.len() as u64,
            );
            self.write_entry(header, &records);
        }
        let mut header = Header::new(FILE, base, MODE, modified, size);
        header.set(PREFIX, prefix);
        header.set_octal(DEVICE_MAJOR, 0);
        header.set_octal(DEVICE_MINOR, 0);
        self.write_entry(header, contents);
    }

    /// Ends the archive and gives its bytes.
    pub fn finish(mut self) -> Vec<u8> {
        for _ in 0..2 {
            self.write(&[0; BLOCK]);
        }
        let mut archive = self.head;
        archive.append(&mut self.body.finish());
        archive.extend_from_slice(&self.checksum.sum().to_le_bytes());
        archive.extend_from_slice(&self.checksum.amount().to_le_bytes());
        archive
    }

    fn write_entry(&mut self, header: Header, contents: &[u8]) {
        self.write(&header.into_block());
        self.write(contents);
        self.write(&[0; BLOCK][..contents.len().next_multiple_of(BLOCK) - contents.len()]);
    }

    fn write(&mut self, bytes: &[u8]) {
        self.body.write(bytes);
        self.checksum.update(bytes);
    }
}

/// A header's field: where it begins and ends in the block.
type Field = (usize, usize);

const NAME: Field = (0, 100);
const MODE_FIELD: Field = (100, 108);
const USER: Field = (108, 116);
const GROUP: Field = (116, 124);
const SIZE: Field = (124, 136);
const MODIFIED: Field = (136, 148);
const CHECKSUM: Field = (148, 156);
const TYPE: Field = (156, 157);
const MAGIC: Field = (257, 265);
const DEVICE_MAJOR: Field = (329, 337);
const DEVICE_MINOR: Field = (337, 345);
const PREFIX: Field = (345, 500);

/// A POSIX header (ustar).
struct Header([u8; BLOCK]);

impl Header {
    fn new(kind: u8, name: &[u8], mode: u64, modified: i64, size: u64) -> Self {
        let mut header = Self([0; BLOCK]);
        let ascii: Vec<u8> = name
            .iter()
            .copied()
            .filter(|byte| matches!(byte, 1..0x80))
            .collect();
        header.set(NAME, &ascii);
        if ascii.len() > NAME.1 && header.0[NAME.1 - 1] == b'/' {
            // A name that is cut behind a slash is no directory's.
            let name = &header.0[..NAME.1];
            let end = name
                .iter()
                .rposition(|&byte| byte != b'/')
                .map_or(0, |last| last + 1);
            header.0[end] = 0;
        }
        header.set_octal(MODE_FIELD, mode);
        header.set_octal(USER, 0);
        header.set_octal(GROUP, 0);
        header.set_octal(SIZE, if size <= MAX_SIZE { size } else { 0 });
        header.set_octal(
            MODIFIED,
            if modified <= MAX_TIME {
                modified.max(0) as u64
            } else {
                0
            },
        );
        header.set(TYPE, &[kind]);
        header.set(MAGIC, b"ustar\x0000");
        header
    }

    /// Writes as much of `value` as there is room for.
    fn set(&mut self, (start, end): Field, value: &[u8]) {
        for (byte, value) in self.0[start..end].iter_mut().zip(value) {
            *byte = *value;
        }
    }

    /// Writes octal digits up to the field's last byte, which ends them.
    fn set_octal(&mut self, (start, end): Field, value: u64) {
        let digits = format!("{value:0width$o}", width = end - start - 1);
        self.set((start, end), digits.as_bytes());
    }

    fn into_block(mut self) -> [u8; BLOCK] {
        let (start, end) = CHECKSUM;
        self.set(CHECKSUM, &[b' '; 8]);
        let sum = self.0.iter().map(|&byte| u64::from(byte)).sum();
        self.0[end - 2] = 0;
        self.set_octal((start, end - 1), sum);
        self.0
    }
}

/// The directories and the rest of a name, where a header has room for both; otherwise none.
fn split(name: &[u8]) -> Option<(&[u8], &[u8])> {
    if !name.iter().all(|byte| matches!(byte, 1..0x80)) {
        return None;
    }
    if name.len() <= NAME.1 {
        return Some((&[], name));
    }
    let longest = PREFIX.1 - PREFIX.0 + 1;
    let without_slash = name.strip_suffix(b"/").unwrap_or(name);
    let searched = if name.len() > longest {
        &name[..longest]
    } else {
        without_slash
    };
    let slash = searched.iter().rposition(|&byte| byte == b'/')?;
    let (prefix, base) = (&name[..slash], &name[slash + 1..]);
    let fits = !prefix.is_empty() && !base.is_empty() && base.len() <= NAME.1;
    fits.then_some((prefix, base))
}

/// The fields that have no room in a header, by key.
fn records(name: &[u8], modified: i64, size: u64) -> Vec<u8> {
    let mut records = Vec::new();
    if !(0..=MAX_TIME).contains(&modified) {
        push_record(&mut records, "mtime", modified.to_string().as_bytes());
    }
    if name.len() > NAME.1 || !name.is_ascii() {
        push_record(&mut records, "path", name);
    }
    if size > MAX_SIZE {
        push_record(&mut records, "size", size.to_string().as_bytes());
    }
    records
}

/// Writes `length key=value` and a line end, in which the length counts itself.
fn push_record(records: &mut Vec<u8>, key: &str, value: &[u8]) {
    let rest = key.len() + value.len() + " =\n".len();
    let mut length = rest;
    while rest + length.to_string().len() != length {
        length = rest + length.to_string().len();
    }
    records.extend_from_slice(format!("{length} {key}=").as_bytes());
    records.extend_from_slice(value);
    records.push(b'\n');
}

/// The name of a file's extended header: in a directory of its own beside the file.
fn extended_name(name: &[u8]) -> Vec<u8> {
    let start = name
        .iter()
        .rposition(|&byte| byte == b'/')
        .map_or(0, |slash| slash + 1);
    let (directory, base) = name.split_at(start);
    let mut extended = [directory, b"PaxHeaders.0/", base].concat();
    extended.retain(|byte| matches!(byte, 1..0x80));
    extended.truncate(NAME.1);
    while extended.last() == Some(&b'/') {
        extended.pop();
    }
    extended
}
