//! Charts in `.tgz` files: Helm's `loader.LoadFile` and `LoadArchiveFiles` with their checks.

use super::error::{ArchiveError, Error, OsError};
use super::{Chart, File, assemble, sniff};
use crate::notice::Notice;
use crate::profile::Profile;
use flate2::read::MultiGzDecoder;
use gostd::strconv::quote;
use std::io::{self, Read};
use std::path::Path;
use tar::EntryType;

/// Helm's limit on one file, in an archive or a directory.
pub(super) const MAX_FILE_SIZE: u64 = 5 * 1024 * 1024;
/// Helm's limit on the files of an archive together.
const MAX_CHART_SIZE: u64 = 100 * 1024 * 1024;
/// Our limit on the whole archive, headers included, which Helm does not count.
const MAX_STREAM_SIZE: u64 = 256 * 1024 * 1024;

/// Loads the chart in an archive.
pub(super) fn load(
    path: &Path,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    let packed = std::fs::read(path).map_err(|e| OsError::new("open", path, &e))?;
    load_bytes(&path.to_string_lossy(), &packed, profile, notices)
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
    assemble::chart(unpacked, profile, notices)
}

/// Helm's `ensureArchive`: a hint for those who name a values file where a chart belongs.
fn check_content_type(name: &str, packed: &[u8]) -> Result<(), ArchiveError> {
    // Helm looks at a buffer of 512 bytes, zeros where the file is shorter.
    let mut start = [0; 512];
    for (byte, slot) in packed.iter().zip(&mut start) {
        *slot = *byte;
    }
    let content_type = sniff::content_type(&start);
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
pub(crate) fn unpack(packed: &[u8], profile: &Profile) -> Result<Vec<File>, ArchiveError> {
    check_gzip_header(packed)?;
    let stream = MultiGzDecoder::new(packed).take(MAX_STREAM_SIZE);
    let mut archive = tar::Archive::new(stream);
    let mut files = Vec::new();
    let mut remaining = MAX_CHART_SIZE;
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        if is_directory(&entry) {
            continue;
        }
        if matches!(
            entry.header().entry_type(),
            EntryType::XGlobalHeader | EntryType::XHeader
        ) {
            continue;
        }
        let path = entry.path_bytes();
        let path = String::from_utf8_lossy(&path).into_owned();
        let name = name_in_chart(&path)?;
        let size = entry.size();
        let too_large = ArchiveError::TooLarge {
            what: match profile.archive_limit_is_size {
                true => "size",
                false => "file size",
            },
            limit: MAX_CHART_SIZE,
        };
        if size > remaining {
            return Err(too_large);
        }
        if size > MAX_FILE_SIZE {
            return Err(ArchiveError::FileTooLarge {
                name: quote(path.as_bytes()),
                limit: MAX_FILE_SIZE,
            });
        }
        let mut contents = Vec::new();
        entry.read_to_end(&mut contents).map_err(broken)?;
        if (contents.len() as u64) < size {
            return Err(broken(io::ErrorKind::UnexpectedEof.into()));
        }
        remaining = remaining.saturating_sub(size);
        if remaining == 0 {
            return Err(too_large);
        }
        files.push(File::in_memory(name, contents));
    }
    if files.is_empty() {
        return Err(ArchiveError::Empty);
    }
    Ok(files)
}

/// What Go's `gzip.NewReader` finds at once.
fn check_gzip_header(packed: &[u8]) -> Result<(), ArchiveError> {
    match packed.len() {
        0 => Err(ArchiveError::Broken("EOF".into())),
        1..10 => Err(ArchiveError::Broken("unexpected EOF".into())),
        _ if !packed.starts_with(b"\x1F\x8B\x08") => Err(ArchiveError::GzipHeader),
        _ => Ok(()),
    }
}

/// Go's `hd.FileInfo().IsDir()`.
fn is_directory<R: Read>(entry: &tar::Entry<'_, R>) -> bool {
    const FILE_TYPE: u32 = 0o170_000;
    const DIRECTORY: u32 = 0o040_000;
    let header = entry.header();
    let old_regular = header.as_bytes().get(156) == Some(&0);
    header.entry_type() == EntryType::Directory
        || header
            .mode()
            .is_ok_and(|mode| mode & FILE_TYPE == DIRECTORY)
        || (old_regular && entry.path_bytes().ends_with(b"/"))
}

/// The name of an entry inside its chart, if it is one that Helm allows.
fn name_in_chart(path: &str) -> Result<String, ArchiveError> {
    // Windows may have packed it.
    let delimiter = if path.contains('\\') { '\\' } else { '/' };
    let (base, inner) = path.split_once(delimiter).unwrap_or((path, ""));
    let inner = inner.replace(delimiter, "/");
    if inner.starts_with('/') {
        return Err(ArchiveError::AbsolutePath);
    }
    let inner = String::from_utf8_lossy(&gostd::path::clean(inner.as_bytes())).into_owned();
    if inner == "." {
        return Err(ArchiveError::OutsideBase(quote(path.as_bytes())));
    }
    if inner.starts_with("..") {
        return Err(ArchiveError::ParentDirectory);
    }
    if let [drive, b':', b'/', ..] = inner.as_bytes()
        && drive.is_ascii_alphabetic()
    {
        return Err(ArchiveError::IllegalName);
    }
    if base == "Chart.yaml" {
        return Err(ArchiveError::NoBaseDirectory);
    }
    Ok(inner)
}

/// Go's text for what is wrong with the archive itself, as far as it can be told.
fn broken(error: io::Error) -> ArchiveError {
    let text = error.to_string();
    ArchiveError::Broken(match error.kind() {
        io::ErrorKind::UnexpectedEof => "unexpected EOF".into(),
        _ if text.contains("checksum") && text.contains("gzip") => "gzip: invalid checksum".into(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData if text.contains("deflate") => {
            "flate: corrupt input before offset 0".into()
        }
        _ => "archive/tar: invalid tar header".into(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Recorded from Helm's LoadArchiveFiles.
    #[test]
    fn names() {
        let name = |path: &str| name_in_chart(path).map_err(|e| e.to_string());
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
