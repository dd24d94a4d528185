//! Go's `compress/gzip` with its errors.

use crate::error::GzipError;
use crate::inflate::Inflate;
use flate2::Crc;
use std::io::{self, Read};

/// Bytes of a file name or comment in a header, with the NUL at its end.
const MAX_TEXT: usize = 512;

/// Unpacks a gzip stream of one or more members. Errors have Go's texts; what could be unpacked before one is
/// given first.
///
/// It is exact rather than fast: what unpacks without an error, any other reader unpacks to the same bytes.
#[derive(Debug)]
pub struct Gzip<'p> {
    packed: &'p [u8],
    member: Option<Member>,
    /// The end of the stream: its checksum, or the error.
    end: Option<Result<(), GzipError>>,
}

#[derive(Debug)]
struct Member {
    inflate: Inflate,
    digest: Crc,
}

impl<'p> Gzip<'p> {
    /// A reader of what is packed. Go's `gzip.NewReader` fails at once where the first read fails here.
    pub fn new(packed: &'p [u8]) -> Gzip<'p> {
        let mut gzip = Gzip {
            packed,
            member: None,
            end: None,
        };
        gzip.end = match gzip.read_header() {
            Ok(true) => None,
            Ok(false) => Some(Err(GzipError::Empty)),
            Err(error) => Some(Err(error)),
        };
        gzip
    }

    /// Checks that the first header is that of a gzip stream.
    ///
    /// # Errors
    /// Returns the error of Go's `gzip.NewReader`.
    pub fn check_header(&self) -> Result<(), GzipError> {
        self.end.unwrap_or(Ok(()))
    }

    /// Takes bytes off the input.
    fn take(&mut self, count: usize) -> Result<&'p [u8], GzipError> {
        match self.packed.split_at_checked(count) {
            Some((head, rest)) => {
                self.packed = rest;
                Ok(head)
            }
            None => {
                self.packed = &[];
                Err(GzipError::Truncated)
            }
        }
    }

    /// Reads the header of the next member; false at the end of the input.
    fn read_header(&mut self) -> Result<bool, GzipError> {
        const HAS_CHECKSUM: u8 = 1 << 1;
        const HAS_EXTRA: u8 = 1 << 2;
        const HAS_NAME: u8 = 1 << 3;
        const HAS_COMMENT: u8 = 1 << 4;
        if self.packed.is_empty() {
            return Ok(false);
        }
        let start = self.packed;
        let fixed = self.take(10)?;
        let [0x1F, 0x8B, 8, flags, ..] = *fixed else {
            return Err(GzipError::Header);
        };
        if flags & HAS_EXTRA != 0 {
            let size = self.take(2)?;
            let size = size.iter().rev().fold(0, |n, b| n << 8 | usize::from(*b));
            self.take(size)?;
        }
        for flag in [HAS_NAME, HAS_COMMENT] {
            if flags & flag != 0 {
                self.skip_text()?;
            }
        }
        if flags & HAS_CHECKSUM != 0 {
            let length = start.len().saturating_sub(self.packed.len());
            let mut digest = Crc::new();
            digest.update(start.get(..length).unwrap_or_default());
            let checksum = self.take(2)?;
            if *checksum != (digest.sum() as u16).to_le_bytes() {
                return Err(GzipError::Header);
            }
        }
        self.member = Some(Member {
            inflate: Inflate::default(),
            digest: Crc::new(),
        });
        Ok(true)
    }

    fn skip_text(&mut self) -> Result<(), GzipError> {
        for _ in 0..MAX_TEXT {
            if self.take(1)? == [0] {
                return Ok(());
            }
        }
        Err(GzipError::Header)
    }

    /// Unpacks more, or ends the member.
    fn advance(&mut self) -> Result<bool, GzipError> {
        let Some(member) = &mut self.member else {
            return Ok(false);
        };
        if !member.inflate.fill(&mut self.packed)? {
            return Ok(true);
        }
        let (sum, size) = (member.digest.sum(), member.digest.amount());
        self.member = None;
        let trailer = self.take(8)?;
        if *trailer != [sum.to_le_bytes(), size.to_le_bytes()].concat() {
            return Err(GzipError::Checksum);
        }
        self.read_header()
    }
}

impl Read for Gzip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(member) = &mut self.member {
                let count = member.inflate.deliver(buffer);
                if count > 0 || buffer.is_empty() {
                    member
                        .digest
                        .update(buffer.get(..count).unwrap_or_default());
                    return Ok(count);
                }
            }
            match &self.end {
                None => {}
                Some(Ok(())) => return Ok(0),
                Some(Err(error)) => return Err(io::Error::other(*error)),
            }
            match self.advance() {
                Ok(true) => {}
                Ok(false) => self.end = Some(Ok(())),
                Err(error) => self.end = Some(Err(error)),
            }
        }
    }
}
