//! Errors of packed streams, in the words of Go's `compress/gzip` and `compress/flate`.

/// The reason why a stream ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GzipError {
    /// Go's `io.EOF`: nothing is packed.
    #[error("EOF")]
    Empty,
    /// Go's `io.ErrUnexpectedEOF`: the input ends amid a member.
    #[error("unexpected EOF")]
    Truncated,
    /// Go's `gzip.ErrHeader`.
    #[error("gzip: invalid header")]
    Header,
    /// Go's `gzip.ErrChecksum`: of the length, too.
    #[error("gzip: invalid checksum")]
    Checksum,
    /// Go's `flate.CorruptInputError`, with the bytes that were read of the packed data by then.
    #[error("flate: corrupt input before offset {0}")]
    Corrupt(usize),
}
