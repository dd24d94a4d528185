//! Directories and files with no more calls of the system than it takes: a cold render makes hundreds, and
//! the standard library would make twice as many.

// Reads charts from disk, which only who names a path asks for.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use files::input;
use gostd::limits::LIMITS;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::{self, IoSliceMut, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

pub(super) use system::{Directory, open};

/// The kind of an entry on disk; links are not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Directory,
    Link,
    File,
    /// A device, a pipe, a socket.
    Other,
}

impl From<&Metadata> for Kind {
    fn from(metadata: &Metadata) -> Kind {
        let kind = metadata.file_type();
        if kind.is_symlink() {
            Kind::Link
        } else if kind.is_dir() {
            Kind::Directory
        } else if kind.is_file() {
            Kind::File
        } else {
            Kind::Other
        }
    }
}

/// The facts about a file before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Details {
    /// The number of bytes that it has.
    pub(super) size: u64,
    /// True if everybody may read it.
    pub(super) is_open_to_all: bool,
}

impl From<&Metadata> for Details {
    fn from(metadata: &Metadata) -> Details {
        #[cfg(unix)]
        let is_open_to_all = is_open_to_all(std::os::unix::fs::MetadataExt::mode(metadata));
        #[cfg(not(unix))]
        let is_open_to_all = false;
        Details {
            size: metadata.len(),
            is_open_to_all,
        }
    }
}

#[cfg(unix)]
fn is_open_to_all(mode: u32) -> bool {
    mode & 0o444 == 0o444
}

impl Directory {
    /// The entries, in byte order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&OsStr, Kind)> {
        self.entries.iter().map(|(name, kind)| (&**name, *kind))
    }
}

/// When a file was changed, in seconds since 1970, rounded as Go's archives round it.
pub(super) fn modified(path: &Path) -> Option<i64> {
    let modified = std::fs::metadata(path).ok()?.modified().ok()?;
    let (since, sign) = match modified.duration_since(UNIX_EPOCH) {
        Ok(since) => (since, 1),
        Err(before) => (before.duration(), -1),
    };
    let seconds = i64::try_from(since.as_secs()).ok()?;
    let half = i64::from(since.subsec_millis() >= 500);
    seconds.checked_add(half)?.checked_mul(sign)
}

/// The same in seconds and nanoseconds.
pub(super) fn modified_exactly(path: &Path) -> Option<(i64, u32)> {
    let modified = std::fs::metadata(path).ok()?.modified().ok()?;
    match modified.duration_since(UNIX_EPOCH) {
        Ok(since) => Some((i64::try_from(since.as_secs()).ok()?, since.subsec_nanos())),
        Err(before) => {
            let before = before.duration();
            let seconds = i64::try_from(before.as_secs()).ok()?;
            Some(match before.subsec_nanos() {
                0 => (-seconds, 0),
                nanoseconds => (-seconds - 1, 1_000_000_000 - nanoseconds),
            })
        }
    }
}

/// Reads a file that is expected to have `size` bytes.
pub(super) fn read(path: &Path, size: usize) -> io::Result<Arc<[u8]>> {
    let mut file = open(path)?;
    let mut contents: Arc<[u8]> = std::iter::repeat_n(0, size).collect();
    let mut length = 0;
    while let Some(rest) = Arc::get_mut(&mut contents).and_then(|all| all.get_mut(length..)) {
        // One byte more than expected: where the file ends is seen at once.
        let mut beyond = [0];
        let mut buffers = [IoSliceMut::new(rest), IoSliceMut::new(&mut beyond)];
        length += match file.read_vectored(&mut buffers) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
            Ok(0) if length == size => break,
            // The file has changed since.
            Ok(0) => return Ok(contents.get(..length).unwrap_or_default().into()),
            Ok(count) => count,
        };
        if length > size {
            let mut longer = [&*contents, &beyond].concat();
            // A file that grows without end is none of a chart.
            let limit = LIMITS.chart_file_bytes.saturating_sub(longer.len() as u64);
            longer.append(&mut input::read_stream(file, limit)?);
            return Ok(longer.into());
        }
        if length == size {
            break;
        }
    }
    Ok(contents)
}

#[cfg(target_os = "linux")]
mod system {
    use super::{Details, File, Kind, OsStr, OsString, Path, io, is_open_to_all};
    use rustix::fd::{AsFd, OwnedFd};
    use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, Stat, statat};
    use std::mem::MaybeUninit;
    use std::os::unix::ffi::OsStrExt;

    /// A directory that is being looked through.
    pub(crate) struct Directory {
        handle: OwnedFd,
        pub(super) entries: Vec<(OsString, Kind)>,
    }

    impl Directory {
        /// Reads the names in a directory.
        pub(crate) fn open(path: &Path) -> io::Result<Directory> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let handle = rustix::fs::open(path, flags, Mode::empty())?;
            let mut entries = Vec::new();
            // No name has more than 255 bytes.
            let mut buffer = [MaybeUninit::uninit(); 8 << 10];
            let mut read = RawDir::new(handle.as_fd(), &mut buffer);
            while let Some(entry) = read.next() {
                let entry = entry?;
                let name = entry.file_name();
                if matches!(name.to_bytes(), b"." | b"..") {
                    continue;
                }
                let mut kind = entry.file_type();
                if kind == FileType::Unknown {
                    let stat: Stat = statat(&handle, name, AtFlags::SYMLINK_NOFOLLOW)?;
                    kind = FileType::from_raw_mode(stat.st_mode);
                }
                let name = OsStr::from_bytes(name.to_bytes());
                entries.push((name.to_owned(), kind.into()));
            }
            entries.sort_unstable();
            Ok(Directory { handle, entries })
        }

        /// Looks at one of its files.
        pub(crate) fn details(&self, name: &OsStr) -> io::Result<Details> {
            let stat = statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW)?;
            Ok(Details {
                size: u64::try_from(stat.st_size).unwrap_or_default(),
                is_open_to_all: is_open_to_all(stat.st_mode),
            })
        }
    }

    impl From<FileType> for Kind {
        fn from(kind: FileType) -> Kind {
            match kind {
                FileType::Directory => Kind::Directory,
                FileType::Symlink => Kind::Link,
                FileType::RegularFile => Kind::File,
                _ => Kind::Other,
            }
        }
    }

    /// Opens a file for reading.
    pub(crate) fn open(path: &Path) -> io::Result<File> {
        // Not to wait, should it have become a pipe since it was found.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{Details, File, Kind, OsStr, OsString, Path, io};
    use std::fs;
    use std::path::PathBuf;

    /// A directory that is being looked through.
    pub(crate) struct Directory {
        path: PathBuf,
        pub(super) entries: Vec<(OsString, Kind)>,
    }

    impl Directory {
        /// Reads the names in a directory.
        pub(crate) fn open(path: &Path) -> io::Result<Directory> {
            let entries = fs::read_dir(path)?.map(|entry| {
                let entry = entry?;
                Ok((entry.file_name(), Kind::from(&entry.metadata()?)))
            });
            let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
            entries.sort_unstable();
            let path = path.to_owned();
            Ok(Directory { path, entries })
        }

        /// Looks at one of its files.
        pub(crate) fn details(&self, name: &OsStr) -> io::Result<Details> {
            let metadata = fs::symlink_metadata(self.path.join(name))?;
            Ok(Details::from(&metadata))
        }
    }

    /// Opens a file for reading.
    pub(crate) fn open(path: &Path) -> io::Result<File> {
        File::open(path)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::fs;

    #[test]
    fn a_file_is_read_whole_whatever_size_was_expected() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("file");
        let text: Vec<u8> = (0..20_000u32).map(|number| number as u8).collect();
        fs::write(&path, &text).unwrap();
        for expected in [0, 1, text.len() - 1, text.len(), text.len() + 1, 100_000] {
            assert_eq!(*read(&path, expected).unwrap(), *text, "{expected}");
        }
        assert!(read(&scratch.path().join("none"), 0).is_err());
    }

    #[test]
    fn a_directory_has_its_entries_in_order() {
        let scratch = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..2000)
            .map(|n| format!("{n:04}-{}", "x".repeat(n % 200)))
            .collect();
        for name in names.iter().rev() {
            fs::write(scratch.path().join(name), name).unwrap();
        }
        fs::create_dir(scratch.path().join("z")).unwrap();
        let directory = Directory::open(scratch.path()).unwrap();
        let entries: Vec<_> = directory.entries().collect();
        assert_eq!(entries.last(), Some(&(OsStr::new("z"), Kind::Directory)));
        assert_eq!(entries.len(), names.len() + 1);
        for ((entry, kind), name) in entries.iter().zip(&names) {
            assert_eq!((*entry, *kind), (OsStr::new(name), Kind::File));
            let details = directory.details(entry).unwrap();
            assert_eq!(details.size, name.len() as u64);
        }
    }
}
