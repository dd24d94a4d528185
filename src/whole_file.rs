//! Files that appear whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whom the user's umask lets.
    Usual,
    /// The user alone (mode 0600), from the first byte on.
    OwnerOnly,
}

/// Writes a file under another name first, so that nobody sees half of it. Directories are made.
pub(crate) fn write_whole(file: &Path, text: &[u8], readers: Readers) -> io::Result<()> {
    let directory = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = directory.join(name);
    // One that an earlier process of the same number left may be another's to read.
    let _ = fs::remove_file(&part);
    let created = options(readers).create_new(true).write(true).open(&part);
    let written = created.and_then(|mut file| file.write_all(text));
    let moved = written.and_then(|()| fs::rename(&part, file));
    if moved.is_err() {
        // The error that is told is the first one.
        let _ = fs::remove_file(&part);
    }
    moved
}

#[cfg(unix)]
fn options(readers: Readers) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    if readers == Readers::OwnerOnly {
        options.mode(0o600);
    }
    options
}

#[cfg(not(unix))]
fn options(_: Readers) -> OpenOptions {
    OpenOptions::new()
}
