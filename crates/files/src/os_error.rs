//! Errors of the system, in the words of Go's `os` package.

use std::path::Path;

/// A failed system call, in the words of Go's `fs.PathError`: `open x: no such file or directory`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation} {path}: {reason}")]
pub struct OsError {
    /// The call: `open`, `stat`, `lstat`, `read`.
    pub operation: &'static str,
    /// The path it was made with.
    pub path: String,
    /// The system's reason, in Go's words.
    pub reason: String,
}

impl OsError {
    /// The failure of `operation` on `path`.
    pub fn new(operation: &'static str, path: &Path, cause: &std::io::Error) -> OsError {
        // `open` succeeds on a directory and on a file that is too large, only reading it fails.
        use std::io::ErrorKind::{FileTooLarge, IsADirectory};
        let is_open = matches!(cause.kind(), IsADirectory | FileTooLarge);
        OsError {
            operation: if is_open { "read" } else { operation },
            path: path.to_string_lossy().into_owned(),
            reason: reason(cause),
        }
    }

    /// Returns true if nothing is there: Go's `fs.ErrNotExist`.
    pub fn is_missing(&self) -> bool {
        self.reason == "no such file or directory"
    }
}

/// Go's texts for the system's errors, where musl's are others.
#[cfg(unix)]
const REASONS: &[(i32, &str)] = &[
    (libc::EIO, "input/output error"),
    (libc::EBUSY, "device or resource busy"),
    (libc::EXDEV, "invalid cross-device link"),
    (libc::EMFILE, "too many open files"),
    (libc::ENFILE, "too many open files in system"),
    (libc::ENOMEM, "cannot allocate memory"),
    (libc::ETXTBSY, "text file busy"),
    (libc::ESPIPE, "illegal seek"),
    (libc::ELOOP, "too many levels of symbolic links"),
    (libc::ENAMETOOLONG, "file name too long"),
    (libc::EDQUOT, "disk quota exceeded"),
    (libc::ESTALE, "stale file handle"),
    (libc::EINVAL, "invalid argument"),
];

/// The system's text for an error, in Go's words: mostly the C library's, in lower case where it is a
/// sentence.
pub fn reason(cause: &std::io::Error) -> String {
    if cause.kind() == std::io::ErrorKind::InvalidInput && cause.raw_os_error().is_none() {
        // A path with a NUL byte, which Rust does not show to the system; what this program says has a source.
        if cause.get_ref().is_none() {
            return "invalid argument".into();
        }
    }
    #[cfg(unix)]
    if let Some((_, text)) = REASONS
        .iter()
        .find(|(code, _)| cause.raw_os_error() == Some(*code))
    {
        return (*text).to_owned();
    }
    let text = cause.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.into(),
    }
}
