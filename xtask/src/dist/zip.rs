//! A ZIP archive, as Windows opens it: PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16, without what large files need.
//! (The crates that write them bring features that everything else would be built anew with.)

use std::io::Write;

use anyhow::{Context, Result};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use super::archive::File;

/// Version 2.0: what is deflated.
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF_8: u16 = 1 << 11;
const DEFLATED: u16 = 8;
/// Attributes are those of Unix.
const UNIX: u16 = 3 << 8;
/// A regular file.
const REGULAR: u32 = 0o100_000;
/// 1980-01-01 00:00, the oldest time there is: the same sources make the same bytes.
const TIME: [u16; 2] = [0, 0x21];

/// The archive of files.
///
/// # Errors
/// When something is larger than 4 GiB.
pub(super) fn archive(files: &[File]) -> Result<Vec<u8>> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for file in files {
        let start = u32::try_from(archive.len())?;
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&file.contents)?;
        let packed = packer.finish()?;
        let mut crc = Crc::new();
        crc.update(&file.contents);

        // What both heads of a file have alike.
        let mut head = Vec::new();
        for number in [VERSION, UTF_8, DEFLATED, TIME[0], TIME[1]] {
            head.extend(number.to_le_bytes());
        }
        let sizes = [packed.len(), file.contents.len()];
        head.extend(crc.sum().to_le_bytes());
        for size in sizes {
            head.extend(u32::try_from(size)?.to_le_bytes());
        }
        head.extend(u16::try_from(file.path.len())?.to_le_bytes());
        head.extend([0, 0]);

        archive.extend(b"PK\x03\x04");
        archive.extend(&head);
        archive.extend(file.path.as_bytes());
        archive.extend(packed);

        directory.extend(b"PK\x01\x02");
        directory.extend((UNIX | VERSION).to_le_bytes());
        directory.extend(&head);
        // No comment, the first disk, no internal attributes.
        directory.extend([0; 6]);
        directory.extend(((REGULAR | file.mode) << 16).to_le_bytes());
        directory.extend(start.to_le_bytes());
        directory.extend(file.path.as_bytes());
    }
    let count = u16::try_from(files.len()).context("too many files")?;
    let start = u32::try_from(archive.len())?;
    let length = u32::try_from(directory.len())?;
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0, 0]);
    Ok(archive)
}
