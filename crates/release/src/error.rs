//! The errors of releases, in Helm's words.

use gostd::strconv::quote;

/// The reason why a release could not be read or written. The text is Helm's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no record of that name or revision.
    #[error("release: not found")]
    NotFound,
    /// There is a record of that name and revision.
    #[error("release: already exists")]
    Exists,
    /// No record can have this key.
    #[error("release: invalid key")]
    InvalidKey,
    /// All records of a release are broken.
    #[error("no revision for release {}", quote(.0.as_bytes()))]
    NoRevision(String),
    /// No revision of a release is deployed.
    #[error("{} has no deployed releases", quote(.0.as_bytes()))]
    NoDeployed(String),
    /// A record is not what Helm writes.
    #[error("{0}")]
    Broken(String),
    /// A record is larger than the storage takes.
    #[error("{message}")]
    TooLarge {
        /// The storage's words.
        message: String,
        /// What takes how many bytes of it, unpacked, the largest first.
        parts: Vec<(String, usize)>,
    },
    /// The storage failed: its own words.
    #[error("{0}")]
    Storage(String),
}
