//! Targets that are no regular files: devices, pipes, sockets, and files that the program was given open.

use super::parent;
use crate::OsError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The number of links that are followed in a row, as in Linux.
pub(super) const MAX_LINKS: usize = 40;

/// Something to write through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// A descriptor of this process: `/dev/fd/N`, `/proc/self/fd/N`, `/dev/stdout`. A file behind it goes on
    /// where it stands, and is not written anew.
    Descriptor(i32),
    /// A device or a pipe.
    Device,
    /// A socket that someone listens on.
    #[cfg_attr(not(unix), allow(dead_code))] // There are none elsewhere.
    Socket,
}

impl Stream {
    /// The stream at a path; none where a file is, or nothing.
    pub(super) fn at(path: &Path) -> Option<Stream> {
        if let Some(number) = descriptor(path) {
            return Some(Stream::Descriptor(number));
        }
        let kind = fs::metadata(path).ok()?.file_type();
        if kind.is_dir() || kind.is_file() {
            return None;
        }
        #[cfg(unix)]
        if std::os::unix::fs::FileTypeExt::is_socket(&kind) {
            return Some(Stream::Socket);
        }
        Some(Stream::Device)
    }

    /// Writes all of it. A reader that goes away is no failure.
    pub(super) fn write(self, path: &Path, contents: &[u8]) -> Result<(), OsError> {
        let mut stream = self
            .open(path)
            .map_err(|error| OsError::new("open", path, &error))?;
        match stream.write_all(contents).and_then(|()| stream.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(OsError::new("write", path, &error))
            }
            _ => Ok(()),
        }
    }

    fn open(self, path: &Path) -> io::Result<Box<dyn Write>> {
        Ok(match self {
            #[cfg(unix)]
            Stream::Descriptor(number) => Box::new(duplicate(number)?),
            #[cfg(unix)]
            Stream::Socket => Box::new(std::os::unix::net::UnixStream::connect(path)?),
            _ => Box::new(File::options().write(true).open(path)?),
        })
    }
}

/// The descriptor of this process that a path stands for, links being followed.
pub(super) fn descriptor(path: &Path) -> Option<i32> {
    if cfg!(not(unix)) {
        return None;
    }
    let mut path = PathBuf::from(path);
    for _ in 0..MAX_LINKS {
        let directory = parent(&path);
        if is_descriptors(directory) {
            return path.file_name()?.to_str()?.parse().ok();
        }
        let link = fs::read_link(&path).ok()?;
        path = directory.join(link);
    }
    None
}

/// Returns true if a directory is that of the process's descriptors.
fn is_descriptors(directory: &Path) -> bool {
    let own = |path: &str| Path::new(path).canonicalize().ok();
    let Ok(real) = directory.canonicalize() else {
        return false;
    };
    // Other names need no look at the process's own directories.
    real == Path::new("/dev/fd")
        || real.ends_with("fd")
            && ["/proc/self/fd", "/proc/thread-self/fd"]
                .iter()
                .any(|path| own(path).as_ref() == Some(&real))
}

/// Another descriptor of the same open file: closing it leaves the first one open.
#[cfg(unix)]
#[allow(unsafe_code)]
fn duplicate(number: i32) -> io::Result<File> {
    use std::os::fd::FromRawFd;
    // SAFETY: takes a number and touches no memory; of one that is not open it makes an error.
    let copy = unsafe { libc::fcntl(number, libc::F_DUPFD_CLOEXEC, 0) };
    if copy < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor is new, and nobody else has it.
    Ok(unsafe { File::from_raw_fd(copy) })
}
