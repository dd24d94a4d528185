//! Files that appear whole, and all of them or none. Every file that the program writes is written here.
//!
//! A file gets its contents under another name in its directory and is then renamed. What a rename would
//! destroy is kept: a symbolic link is followed; mode, owner and group stay; a file that has other hard links,
//! or cannot be replaced by a rename (a mounted file), is written in place. Devices, pipes, sockets and
//! `/dev/fd/N` are written through. Where one file fails, those before it become again what they were.

mod stream;
mod target;
#[cfg(all(test, unix))]
mod tests;
mod transaction;

use crate::OsError;
use crate::interrupts;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use stream::Stream;
use transaction::Transaction;

/// The permissions of a new file. A file that is there keeps its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMode {
    /// Whom the user's umask lets.
    Default,
    /// The user alone (mode 0600), from the first byte on.
    Private,
}

/// Files to write, and to remove, all at once.
#[derive(Debug)]
pub struct AtomicFiles<'c> {
    mode: FileMode,
    files: Vec<(PathBuf, Cow<'c, [u8]>)>,
    removals: Vec<PathBuf>,
}

impl<'c> AtomicFiles<'c> {
    /// No file yet.
    pub fn new(mode: FileMode) -> Self {
        AtomicFiles {
            mode,
            files: Vec::new(),
            removals: Vec::new(),
        }
    }

    /// A file to write. Its directory is made if need be.
    pub fn add(&mut self, file: impl Into<PathBuf>, contents: impl Into<Cow<'c, [u8]>>) {
        self.files.push((file.into(), contents.into()));
    }

    /// A file to remove when the others are written.
    pub fn remove(&mut self, file: impl Into<PathBuf>) {
        self.removals.push(file.into());
    }

    /// Writes all files, or none: after an error everything is as before, but for what went into a device or a
    /// pipe. Signals that end the program wait until all is done or undone; not while a pipe is waited for.
    pub fn commit(self) -> Result<(), OsError> {
        let mut files = Vec::new();
        for (path, contents) in &self.files {
            match Stream::at(path) {
                Some(stream) => stream.write(path, contents)?,
                None => files.push((path, contents)),
            }
        }
        if files.is_empty() && self.removals.is_empty() {
            return Ok(());
        }
        let _held = interrupts::hold();
        let mut transaction = Transaction::new(self.mode);
        for (path, contents) in files {
            transaction.stage(path, contents)?;
        }
        transaction.commit(&self.removals)
    }
}

/// Returns true if a path is the program's standard output, as `/dev/stdout` is.
pub fn is_stdout(path: &Path) -> bool {
    stream::descriptor(path) == Some(1)
}

/// Returns true if writing to a path replaces nothing: a device, a pipe, a socket or an open descriptor is there.
pub fn is_stream(path: &Path) -> bool {
    Stream::at(path).is_some()
}

/// The directory that a path is in.
fn parent(path: &Path) -> &Path {
    let directory = path.parent().filter(|d| !d.as_os_str().is_empty());
    directory.unwrap_or(Path::new("."))
}
