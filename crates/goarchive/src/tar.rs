//! Go's `archive/tar` reader: which entries an archive has, and what is wrong with it.

mod header;
mod pax;
mod sparse;

use header::{Block, Format, Header};
use pax::Records;
use sparse::Fragment;
use std::io::{self, Read};

/// Bytes of an extended header, a long name and a map of holes.
const MAX_SPECIAL: u64 = 1 << 20;

/// Bytes that are made room for before any is read: a header may claim much.
const READ_AT_ONCE: u64 = 64 << 10;

/// The reason why an archive cannot be read, in Go's words.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A header or what belongs to one is wrong.
    #[error("archive/tar: invalid tar header")]
    Header,
    /// An extended header or a long name is larger than 1 MiB.
    #[error("archive/tar: header field too long")]
    TooLong,
    /// A map of holes is larger than 1 MiB.
    #[error("archive/tar: sparse map too long")]
    SparseTooLong,
    /// A file with holes has less data than its map tells of.
    #[error("archive/tar: sparse file references non-existent data")]
    MissingData,
    /// A file with holes has more data than its map tells of.
    #[error("archive/tar: sparse file contains unreferenced data")]
    UnreferencedData,
    /// The archive ends within an entry.
    #[error("unexpected EOF")]
    UnexpectedEof,
    /// Reading the archive failed.
    #[error(transparent)]
    Stream(io::Error),
}

/// An entry of an archive: a file, a directory, a link, a device, a pipe, or a header for all that follow.
#[derive(Debug)]
pub struct Entry {
    /// Its name.
    pub name: Vec<u8>,
    /// Its type: a letter or digit of the format, `0` for a file. A file's NUL is `0` or, behind a slash, `5`.
    pub kind: u8,
    /// Bytes of its contents, as its header tells. Links and devices have no contents whatever that is.
    pub size: i64,
    /// When it was changed, in seconds since 1970, without their fraction.
    pub modified: i64,
    mode: i64,
    /// The parts of a file with holes that are not.
    fragments: Option<Vec<Fragment>>,
}

impl Entry {
    /// Go's `hd.FileInfo().IsDir()`.
    pub fn is_directory(&self) -> bool {
        const PERMISSIONS: u32 = 0o7777;
        const DIRECTORY: u32 = 0o40000;
        self.kind == b'5' || self.mode as u32 & !PERMISSIONS == DIRECTORY
    }

    /// Returns true if it is a header, and no entry.
    pub fn is_header(&self) -> bool {
        matches!(self.kind, b'g' | b'x')
    }
}

/// An archive that is read from its start to its end.
#[derive(Debug)]
pub struct Archive<R> {
    stream: R,
    /// Bytes that the current entry has left in the stream.
    rest: u64,
    /// Zeros behind it, up to the next block.
    padding: u64,
}

impl<R: Read> Archive<R> {
    /// The archive in a stream.
    pub fn new(stream: R) -> Archive<R> {
        Archive {
            stream,
            rest: 0,
            padding: 0,
        }
    }

    /// The next entry; None after the last.
    ///
    /// # Errors
    /// Go's. An archive that ends within zeros is whole.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, Error> {
        let mut records = Records::default();
        let mut long_name = Vec::new();
        loop {
            let skipped = io::copy(&mut (&mut self.stream).take(self.rest), &mut io::sink());
            if skipped.map_err(Error::Stream)? < self.rest {
                return Err(Error::UnexpectedEof);
            }
            self.rest = 0;
            let mut padding = [0; header::BLOCK];
            let padding = padding.get_mut(..self.padding as usize).unwrap_or_default();
            if fill(&mut self.stream, padding)? < padding.len() {
                return Ok(None);
            }
            self.padding = 0;
            let Some(mut block) = self.read_block()? else {
                return Ok(None);
            };
            let mut header = Header::read(&block)?;
            self.begin(&header)?;
            match header.kind {
                b'x' | b'g' => {
                    records = Records::parse(&self.read_special()?)?;
                    if header.kind == b'g' {
                        // Wrong records count for nothing here.
                        let _ = records.apply(&mut header);
                        return Ok(Some(header.entry(None)));
                    }
                }
                b'L' => long_name = header::text(&self.read_special()?).to_vec(),
                b'K' => drop(self.read_special()?),
                _ => {
                    records.apply(&mut header)?;
                    if !long_name.is_empty() {
                        header.name = long_name;
                    }
                    if header.kind == 0 {
                        let is_directory = header.name.ends_with(b"/");
                        header.kind = if is_directory { b'5' } else { b'0' };
                    }
                    // The records may have told another size.
                    self.begin(&header)?;
                    let fragments = self.fragments(&mut header, &mut block, &records)?;
                    return Ok(Some(header.entry(fragments)));
                }
            }
        }
    }

    /// The contents of the entry that was given last. At most the entry's size is read: look at that first.
    ///
    /// # Errors
    /// Go's.
    pub fn contents(&mut self, entry: &Entry) -> Result<Vec<u8>, Error> {
        match &entry.fragments {
            Some(fragments) => self.sparse_contents(fragments, entry.size),
            None => self.read(self.rest),
        }
    }

    fn sparse_contents(&mut self, fragments: &[Fragment], size: i64) -> Result<Vec<u8>, Error> {
        let mut contents = Vec::new();
        for fragment in fragments {
            contents.resize(fragment.start as usize, 0);
            let available = fragment.length.min(self.rest);
            contents.append(&mut self.read(available)?);
            if available < fragment.length {
                return Err(Error::MissingData);
            }
        }
        contents.resize(usize::try_from(size).unwrap_or_default(), 0);
        match self.rest {
            0 => Ok(contents),
            _ => Err(Error::UnreferencedData),
        }
    }

    /// The positions of the parts of a file with holes, if it is one.
    fn fragments(
        &mut self,
        header: &mut Header,
        block: &mut Block,
        records: &Records,
    ) -> Result<Option<Vec<Fragment>>, Error> {
        let entries = if header.kind == b'S' {
            if header.format != Format::Gnu {
                return Err(Error::Header);
            }
            header.size = sparse::real_size(block)?;
            sparse::read_old(block, &mut |block| self.fill_whole(block))?
        } else {
            let Some(version) = records.sparse_version() else {
                return Ok(None);
            };
            records.apply_sparse(header)?;
            match version {
                pax::Sparse::InRecords => records.sparse_map()?,
                pax::Sparse::InContents => sparse::read_1_0(&mut |block| {
                    let size = (block.len() as u64).min(self.rest);
                    let bytes = self.read(size)?;
                    let slots = block.get_mut(..bytes.len()).unwrap_or_default();
                    slots.copy_from_slice(&bytes);
                    match bytes.len() < block.len() {
                        true => Err(Error::UnexpectedEof),
                        false => Ok(()),
                    }
                })?,
            }
        };
        match header.is_without_contents() {
            true => Err(Error::Header),
            false => sparse::check(entries, header.size).map(Some),
        }
    }

    /// Makes the contents of a header's entry those that are read.
    fn begin(&mut self, header: &Header) -> Result<(), Error> {
        let size = match header.is_without_contents() {
            true => 0,
            false => u64::try_from(header.size).map_err(|_| Error::Header)?,
        };
        self.rest = size;
        self.padding = size.wrapping_neg() % header::BLOCK as u64;
        Ok(())
    }

    /// The next block that is not zero; None at the end, which are two of zeros or where the stream ends.
    fn read_block(&mut self) -> Result<Option<Block>, Error> {
        for is_second in [false, true] {
            let mut block = [0; header::BLOCK];
            match fill(&mut self.stream, &mut block)? {
                0 => return Ok(None),
                header::BLOCK => {}
                _ => return Err(Error::UnexpectedEof),
            }
            let is_zero = block.iter().all(|byte| *byte == 0);
            match (is_zero, is_second) {
                (false, false) => return Ok(Some(block)),
                (false, true) => return Err(Error::Header),
                (true, _) => {}
            }
        }
        Ok(None)
    }

    fn fill_whole(&mut self, block: &mut [u8]) -> Result<(), Error> {
        match fill(&mut self.stream, block)? < block.len() {
            true => Err(Error::UnexpectedEof),
            false => Ok(()),
        }
    }

    /// The contents of an entry that is a header.
    fn read_special(&mut self) -> Result<Vec<u8>, Error> {
        let size = self.rest.min(MAX_SPECIAL + 1);
        let bytes = self.read(size)?;
        match size > MAX_SPECIAL {
            true => Err(Error::TooLong),
            false => Ok(bytes),
        }
    }

    /// So many bytes of the current entry.
    fn read(&mut self, size: u64) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::with_capacity(size.min(READ_AT_ONCE) as usize);
        let read = (&mut self.stream).take(size).read_to_end(&mut bytes);
        let read = read.map_err(Error::Stream)? as u64;
        self.rest = self.rest.saturating_sub(read);
        match read < size {
            true => Err(Error::UnexpectedEof),
            false => Ok(bytes),
        }
    }
}

/// Fills a buffer as far as the stream goes.
fn fill(stream: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Error> {
    let mut length = 0;
    while let Some(rest) = buffer.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match stream.read(rest) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::Stream(error)),
        }
    }
    Ok(length)
}
