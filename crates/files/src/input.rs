//! Reading what others name: who names a file decides what may be opened, and every read has a limit.
//!
//! Users may name pipes and terminals. A chart may be anybody's: what it names, itself or through links, must
//! be a regular file, since a pipe would wait for ever and a device may do anything when it is opened.

use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Output};
use std::thread;

/// Bytes that a device may give: an empty one gives none, any other gives bytes without end.
const DEVICE_BYTES: u64 = 1 << 20;

/// Bytes of a program's messages that are kept.
const MESSAGE_BYTES: u64 = 1 << 20;

/// The party that names a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// The user, in an argument or in the environment.
    User,
    /// A chart or a schema.
    Chart,
}

/// An open file that gives at most its limit in bytes; to read more is an error.
#[derive(Debug)]
pub struct Input {
    file: Bounded<File>,
    /// The number of bytes that a regular file has.
    size: u64,
}

/// A stream of which only so much can be read.
#[derive(Debug)]
pub struct Bounded<R> {
    stream: R,
    limit: u64,
    rest: u64,
}

/// The stream, of which to read more than `limit` bytes is an error: [`io::ErrorKind::FileTooLarge`].
pub fn bounded<R: Read>(stream: R, limit: u64) -> Bounded<R> {
    Bounded {
        stream,
        limit,
        rest: limit,
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest == 0 && !buffer.is_empty() {
            return match self.stream.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(too_large(self.limit)),
            };
        }
        let count = (&mut self.stream).take(self.rest).read(buffer)?;
        self.rest = self.rest.saturating_sub(count as u64);
        Ok(count)
    }
}

/// The first bytes of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Start {
    /// As many as were asked for, or all there are.
    pub bytes: Vec<u8>,
    /// True if these are all.
    pub is_whole: bool,
}

impl Start {
    /// Nothing, or the error that reading the whole file would have been.
    pub fn check_whole(&self) -> io::Result<()> {
        match self.is_whole {
            true => Ok(()),
            false => Err(too_large(self.bytes.len() as u64)),
        }
    }
}

impl Input {
    /// Opens a file for reading up to `limit` bytes.
    ///
    /// # Errors
    /// The system's.
    pub fn open(path: &Path, named_by: NamedBy, limit: u64) -> io::Result<Input> {
        if named_by == NamedBy::Chart {
            // Before it is opened: that alone may do something.
            check_harmless(&path.metadata()?)?;
        }
        let file = system::open(path, named_by)?;
        let metadata = file.metadata()?;
        if named_by == NamedBy::Chart {
            check_harmless(&metadata)?;
        }
        let limit = match system::is_endless(&file, &metadata) {
            true => limit.min(DEVICE_BYTES),
            false => limit,
        };
        Ok(Input {
            file: bounded(file, limit),
            size: if metadata.is_file() {
                metadata.len()
            } else {
                0
            },
        })
    }

    /// Reads the rest of the file.
    ///
    /// # Errors
    /// The system's, and [`io::ErrorKind::FileTooLarge`] where the file is larger than the limit; nothing is read
    /// then if its size is known.
    pub fn read_rest(&mut self) -> io::Result<Vec<u8>> {
        let limit = self.file.limit;
        if self.size > limit {
            return Err(too_large(limit));
        }
        let mut bytes = Vec::new();
        // Not above the limit. One byte more, or the end is looked for in a larger buffer.
        bytes.try_reserve_exact(self.size as usize + 1)?;
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

/// All bytes of a file, at most `limit`.
///
/// # Errors
/// The system's, and [`io::ErrorKind::FileTooLarge`] where there are more.
pub fn read(path: &Path, named_by: NamedBy, limit: u64) -> io::Result<Vec<u8>> {
    Input::open(path, named_by, limit)?.read_rest()
}

/// The first bytes of a file, at most `limit`: for a reader that may give up on a file before its end.
///
/// # Errors
/// The system's.
pub fn read_start(path: &Path, named_by: NamedBy, limit: u64) -> io::Result<Start> {
    let mut input = Input::open(path, named_by, limit)?;
    let mut bytes = Vec::new();
    let rest = input.file.rest;
    input.by_ref().take(rest).read_to_end(&mut bytes)?;
    let is_whole = match input.read(&mut [0]) {
        Ok(_) => true,
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => false,
        Err(error) => return Err(error),
    };
    Ok(Start { bytes, is_whole })
}

/// All bytes of standard input, at most `limit`.
///
/// # Errors
/// The system's, and [`io::ErrorKind::FileTooLarge`] where there are more.
pub fn read_stdin(limit: u64) -> io::Result<Vec<u8>> {
    read_stream(io::stdin().lock(), limit)
}

/// All bytes of a stream, at most `limit`.
///
/// # Errors
/// The stream's, and [`io::ErrorKind::FileTooLarge`] where there are more.
pub fn read_stream(stream: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bounded(stream, limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes `input` to a program whose streams are pipes and waits for what it answers, at most `limit` bytes. One
/// that answers more is killed. Of its messages the first mebibyte is kept.
///
/// # Errors
/// The system's, and [`io::ErrorKind::FileTooLarge`] where there is more.
pub fn answer(mut program: Child, input: &[u8], limit: u64) -> io::Result<Output> {
    let (stdin, stdout) = (program.stdin.take(), program.stdout.take());
    let stderr = program.stderr.take();
    let (answer, messages) = thread::scope(|scope| {
        // A program need not read its input: what cannot be written is dropped.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let messages = scope.spawn(move || {
            let mut excerpt = Vec::new();
            if let Some(mut stderr) = stderr {
                let _ = stderr
                    .by_ref()
                    .take(MESSAGE_BYTES)
                    .read_to_end(&mut excerpt);
                let _ = io::copy(&mut stderr, &mut io::sink());
            }
            excerpt
        });
        let answer = stdout.map_or_else(|| Ok(Vec::new()), |pipe| read_stream(pipe, limit));
        if answer.is_err() {
            let _ = program.kill();
        }
        (answer, messages.join().unwrap_or_default())
    });
    let status = program.wait()?;
    Ok(Output {
        status,
        stdout: answer?,
        stderr: messages,
    })
}

fn too_large(limit: u64) -> io::Error {
    let text = match limit >> 20 {
        0 => format!("larger than {limit} bytes"),
        mebibytes => format!("larger than {mebibytes} MiB"),
    };
    io::Error::new(io::ErrorKind::FileTooLarge, text)
}

/// Opens a file that a chart names: it must be a regular file, or a device that only gives bytes. A directory
/// is left to fail when it is read, in the system's words.
fn check_harmless(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_file() || metadata.is_dir() || system::gives_bytes_only(metadata) {
        return Ok(());
    }
    let text = "not a regular file";
    Err(io::Error::new(io::ErrorKind::InvalidInput, text))
}

#[cfg(unix)]
mod system {
    use super::{File, Metadata, NamedBy, Path, io};
    use std::fs::OpenOptions;
    use std::io::IsTerminal;
    use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};

    pub(super) fn open(path: &Path, named_by: NamedBy) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true);
        if named_by == NamedBy::Chart {
            // Should it have become a pipe or a terminal in between.
            options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
        }
        options.open(path)
    }

    /// Returns true if it is a device that nobody types on.
    pub(super) fn is_endless(file: &File, metadata: &Metadata) -> bool {
        let kind = metadata.file_type();
        kind.is_block_device() || kind.is_char_device() && !file.is_terminal()
    }

    /// Linux's `null`, `zero`, `full`, `random` and `urandom`: Helm's errors of these can be met.
    pub(super) fn gives_bytes_only(metadata: &Metadata) -> bool {
        const MEMORY: u64 = 1;
        let device = metadata.rdev();
        // The numbers of these devices fit into the old eight bits each.
        let (major, minor) = (device >> 8, device & 0xFF);
        cfg!(target_os = "linux")
            && metadata.file_type().is_char_device()
            && major == MEMORY
            && matches!(minor, 3 | 5 | 7 | 8 | 9)
    }
}

#[cfg(not(unix))]
mod system {
    use super::{File, Metadata, NamedBy, Path, io};

    pub(super) fn open(path: &Path, _named_by: NamedBy) -> io::Result<File> {
        File::open(path)
    }

    pub(super) fn is_endless(_file: &File, metadata: &Metadata) -> bool {
        !metadata.is_file()
    }

    pub(super) fn gives_bytes_only(_metadata: &Metadata) -> bool {
        false
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::process::{Command, Stdio};

    fn kind<T: std::fmt::Debug>(result: io::Result<T>) -> io::ErrorKind {
        result.unwrap_err().kind()
    }

    #[test]
    fn a_file_has_at_most_its_limit() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        for named_by in [NamedBy::User, NamedBy::Chart] {
            assert_eq!(read(&path, named_by, 5).unwrap(), b"12345");
            assert_eq!(kind(read(&path, named_by, 4)), io::ErrorKind::FileTooLarge);
            let start = |limit| read_start(&path, named_by, limit).unwrap();
            assert!(start(5).is_whole);
            let bytes = b"1234".to_vec();
            let is_whole = false;
            assert_eq!(start(4), Start { bytes, is_whole });
        }
        assert_eq!(
            too_large(3 << 20).to_string(),
            "larger than 3 MiB".to_owned()
        );
    }

    #[test]
    fn a_sparse_file_is_not_read() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("file");
        File::create(&path).unwrap().set_len(1 << 42).unwrap();
        let limit = 1 << 20;
        assert_eq!(
            kind(read(&path, NamedBy::Chart, limit)),
            io::ErrorKind::FileTooLarge
        );
        let start = read_start(&path, NamedBy::Chart, 100).unwrap();
        assert_eq!(start.bytes, [0; 100]);
    }

    #[test]
    fn a_pipe_is_for_users_only() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("pipe");
        let status = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(status.success());
        assert_eq!(
            kind(read(&path, NamedBy::Chart, 10)),
            io::ErrorKind::InvalidInput
        );
        let writer = thread::spawn({
            let path = path.clone();
            move || std::fs::write(path, "abc").unwrap()
        });
        assert_eq!(read(&path, NamedBy::User, 10).unwrap(), b"abc");
        writer.join().unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_have_an_end() {
        let zero = Path::new("/dev/zero");
        for named_by in [NamedBy::User, NamedBy::Chart] {
            assert!(
                read(Path::new("/dev/null"), named_by, 10)
                    .unwrap()
                    .is_empty()
            );
            let error = read(zero, named_by, 1 << 40).unwrap_err();
            assert_eq!(error.to_string(), "larger than 1 MiB");
            let start = read_start(zero, named_by, 1 << 40).unwrap();
            assert!(!start.is_whole);
        }
    }

    #[test]
    fn a_program_that_does_not_end_is_killed() {
        let pipes = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]).stdin(Stdio::piped());
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        };
        let output = answer(pipes("cat; echo said >&2"), b"abc", 3).unwrap();
        assert_eq!(
            (&*output.stdout, &*output.stderr),
            (&b"abc"[..], &b"said\n"[..])
        );
        let endless = answer(pipes("exec yes"), b"", 1 << 20);
        assert_eq!(kind(endless), io::ErrorKind::FileTooLarge);
    }
}
