//! Charts in `.tgz` files: Helm's `loader.LoadFile` and `LoadArchiveFiles` with their checks.

use super::error::{ArchiveError, Error};
use super::{Chart, File, assemble};
use compat::notice::Notice;
use compat::profile::Profile;
#[cfg(feature = "fs")]
use files::OsError;
use files::input;
#[cfg(feature = "fs")]
use files::input::{Input, NamedBy};
use flate2::read::MultiGzDecoder;
use goarchive::{Archive, Gzip};
use gostd::limits::LIMITS;
use gostd::strconv::quote;
use std::io::{self, Read};
#[cfg(feature = "fs")]
use std::path::Path;

/// Helm's limit on one file, in an archive or a directory.
pub(super) const MAX_FILE_SIZE: u64 = 5 * 1024 * 1024;
/// Helm's limit on the files of an archive together.
const MAX_CHART_SIZE: u64 = 100 * 1024 * 1024;
/// With so many bytes Go's `http.DetectContentType` tells what a file is.
#[cfg(feature = "fs")]
const SNIFFED: u64 = 512;

/// Loads the chart in an archive.
#[cfg(feature = "fs")]
pub(super) fn load(
    path: &Path,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    let name = path.to_string_lossy();
    let input = Input::open(path, NamedBy::User, LIMITS.archive_bytes);
    let mut input = input.map_err(|e| OsError::new("open", path, &e))?;
    let unread = |e: io::Error| OsError::new("read", path, &e);
    let mut packed = Vec::new();
    let start = input.by_ref().take(SNIFFED).read_to_end(&mut packed);
    start.map_err(|e| ArchiveError::Unreadable(name.to_string(), unread(e)))?;
    // What is no archive is not read any further.
    check_content_type(&name, &packed)?;
    packed.append(&mut input.read_rest().map_err(unread)?);
    load_bytes(&name, &packed, profile, notices)
}

/// Loads the chart in an archive in memory; `name` appears in error texts.
pub(super) fn load_bytes(
    name: &str,
    packed: &[u8],
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    check_content_type(name, packed)?;
    let unpacked = unpack(packed, profile).map_err(|error| match error {
        ArchiveError::GzipHeader => ArchiveError::NotAChart(name.into()),
        _ if profile.hides_archive_errors => ArchiveError::Hidden,
        other => other,
    })?;
    if profile.detects_chart_version {
        let manifest = unpacked.iter().find(|file| file.name() == "Chart.yaml");
        assemble::detect_version(manifest.ok_or(Error::VersionNotDetected)?.bytes()?)?;
    }
    assemble::chart(unpacked, profile, notices).map_err(|error| match error.is_gzip_header() {
        true if profile.finds_inner_gzip_errors => Error::NotAChart {
            name: name.into(),
            cause: Box::new(error),
        },
        _ => error,
    })
}

/// Helm's `ensureArchive`: a hint for those who name a values file where a chart belongs.
fn check_content_type(name: &str, packed: &[u8]) -> Result<(), ArchiveError> {
    // Helm looks at a buffer of 512 bytes, zeros where the file is shorter.
    let mut start = [0; 512];
    for (byte, slot) in packed.iter().zip(&mut start) {
        *slot = *byte;
    }
    let content_type = gostd::http::detect_content_type(&start);
    if content_type == "application/x-gzip" || start.starts_with(b"\x1F\x8B\x08") {
        return Ok(());
    }
    if name.ends_with(".yml") || name.ends_with(".yaml") {
        return Err(ArchiveError::Yaml(name.into()));
    }
    Err(ArchiveError::NotGzip {
        name: name.into(),
        content_type,
    })
}

/// The files of a packed archive, their first path component taken off (`LoadArchiveFiles`).
pub fn unpack(packed: &[u8], profile: &Profile) -> Result<Vec<File>, ArchiveError> {
    let exact = Gzip::new(packed);
    exact
        .check_header()
        .map_err(|e| broken_stream(e.to_string()))?;
    let mut fast = MultiGzDecoder::new(packed);
    match read_entries(&mut fast, profile) {
        Ok(files) if is_sound(fast) => return Ok(files),
        // So much was unpacked without an error that it need not be again.
        Err(Broken::Archive(error @ ArchiveError::TooLarge { .. })) => return Err(error),
        Err(Broken::TooLarge(error)) => return Err(ArchiveError::Broken(error.to_string())),
        Ok(_) | Err(_) => {}
    }
    // Go gives what comes before an error, and tells of it in its own words.
    read_entries(exact, profile).map_err(|broken| match broken {
        Broken::Stream(error) | Broken::TooLarge(error) => broken_stream(error.to_string()),
        Broken::Archive(error) => error,
    })
}

/// Returns true if what is left of a packed stream has the right checksum. Go does not look there, but another reader
/// might not see what Go sees in a corrupt one.
fn is_sound(stream: impl Read) -> bool {
    /// Zeros behind the last entry are kilobytes.
    const MUCH: u64 = 1 << 20;
    let rest = io::copy(&mut stream.take(MUCH), &mut io::sink());
    rest.is_ok_and(|count| count < MUCH)
}

/// The reason why the entries of an archive cannot be read.
enum Broken {
    /// It cannot be unpacked.
    Stream(io::Error),
    /// It is beyond rhelm's own limit, unpacked.
    TooLarge(io::Error),
    /// An error in the bytes after decompression.
    Archive(ArchiveError),
}

impl From<goarchive::Error> for Broken {
    fn from(error: goarchive::Error) -> Broken {
        match error {
            goarchive::Error::Stream(error) => match error.kind() {
                io::ErrorKind::FileTooLarge => Broken::TooLarge(error),
                _ => Broken::Stream(error),
            },
            other => Broken::Archive(ArchiveError::Broken(other.to_string())),
        }
    }
}

impl From<ArchiveError> for Broken {
    fn from(error: ArchiveError) -> Broken {
        Broken::Archive(error)
    }
}

fn broken_stream(text: String) -> ArchiveError {
    match &*text {
        "gzip: invalid header" => ArchiveError::GzipHeader,
        _ => ArchiveError::Broken(text),
    }
}

fn read_entries(stream: impl Read, profile: &Profile) -> Result<Vec<File>, Broken> {
    let mut archive = Archive::new(input::bounded(stream, LIMITS.archive_bytes));
    let mut files = Vec::new();
    let mut remaining = MAX_CHART_SIZE;
    while let Some(entry) = archive.next_entry()? {
        if entry.is_directory() || entry.is_header() {
            continue;
        }
        let name = name_in_chart(&entry.name)?;
        let too_large = ArchiveError::TooLarge {
            what: match profile.archive_limit_is_size {
                true => "size",
                false => "file size",
            },
            limit: MAX_CHART_SIZE,
        };
        // Only what has no contents may have a negative size.
        let size = u64::try_from(entry.size).unwrap_or_default();
        if size > remaining {
            return Err(too_large.into());
        }
        if size > MAX_FILE_SIZE {
            return Err(Broken::Archive(ArchiveError::FileTooLarge {
                name: quote(&entry.name),
                limit: MAX_FILE_SIZE,
            }));
        }
        let contents = archive.contents(&entry)?;
        let length = contents.len() as u64;
        remaining = remaining.saturating_sub(length);
        // Links and devices have no contents, but may claim so.
        if length < size || remaining == 0 {
            return Err(too_large.into());
        }
        files.push(File::in_archive(&name, entry.modified, contents));
    }
    match files.is_empty() {
        true => Err(Broken::Archive(ArchiveError::Empty)),
        false => Ok(files),
    }
}

/// The name of an entry inside its chart, if it is one that Helm allows.
fn name_in_chart(path: &[u8]) -> Result<Vec<u8>, ArchiveError> {
    // Windows may have packed it.
    let delimiter = if path.contains(&b'\\') { b'\\' } else { b'/' };
    let mut parts = path.splitn(2, |byte| *byte == delimiter);
    let base = parts.next().unwrap_or_default();
    let mut inner = parts.next().unwrap_or_default().to_vec();
    for byte in inner.iter_mut().filter(|byte| **byte == delimiter) {
        *byte = b'/';
    }
    if inner.starts_with(b"/") {
        return Err(ArchiveError::AbsolutePath);
    }
    let inner = gostd::path::clean(&inner);
    if inner == b"." {
        return Err(ArchiveError::OutsideBase(quote(path)));
    }
    if inner.starts_with(b"..") {
        return Err(ArchiveError::ParentDirectory);
    }
    if let [drive, b':', b'/', ..] = &*inner
        && drive.is_ascii_alphabetic()
    {
        return Err(ArchiveError::IllegalName);
    }
    if base == b"Chart.yaml" {
        return Err(ArchiveError::NoBaseDirectory);
    }
    Ok(inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Recorded from Helm's LoadArchiveFiles.
    #[test]
    fn names() {
        let name = |path: &str| {
            let name = name_in_chart(path.as_bytes()).map_err(|e| e.to_string());
            name.map(|name| String::from_utf8(name).unwrap())
        };
        assert_eq!(name("c/Chart.yaml"), Ok("Chart.yaml".into()));
        assert_eq!(name("c\\templates\\x.yaml"), Ok("templates/x.yaml".into()));
        assert_eq!(name("c/a/../b"), Ok("b".into()));
        let outside = "chart illegally contains content outside the base directory: ";
        assert_eq!(name("c"), Err(format!("{outside}\"c\"")));
        assert_eq!(name("Chart.yaml"), Err(format!("{outside}\"Chart.yaml\"")));
        assert_eq!(
            name("c/../../etc/passwd"),
            Err("chart illegally references parent directory".into())
        );
        assert_eq!(
            name("c//etc/passwd"),
            Err("chart illegally contains absolute paths".into())
        );
        assert_eq!(
            name("c\\c:/foo"),
            Err("chart contains illegally named files".into())
        );
        assert_eq!(
            name("Chart.yaml/x"),
            Err("chart yaml not in base directory".into())
        );
    }
}
