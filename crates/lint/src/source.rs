//! The source of a chart that is linted: a directory on disk, or the files of one in memory.

// Lints what is on disk, which only who names a path asks for.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use chart::{self, Chart, File, OsError};
use compat::notice::Notice;
use compat::profile::Profile;
use std::path::{Path, PathBuf};
#[cfg(feature = "fs")]
use {
    chart::{Decoder, Metadata},
    files::input::{self, NamedBy},
    gostd::limits::LIMITS,
    gostd::strconv::quote,
};

/// A file's name, relative to the chart and with `/`, and its bytes.
pub type Contents = (String, Vec<u8>);

/// A chart's directory.
#[derive(Debug)]
pub struct Source {
    /// Its absolute path: what messages about the chart as a whole name.
    directory: PathBuf,
    files: Files,
}

#[derive(Debug)]
enum Files {
    /// They are on disk.
    #[cfg(feature = "fs")]
    Disk,
    /// They are here.
    Memory(Vec<Contents>),
}

impl Files {
    /// Those that are not on disk.
    fn in_memory(&self) -> Option<&[Contents]> {
        match self {
            #[cfg(feature = "fs")]
            Files::Disk => None,
            Files::Memory(files) => Some(files),
        }
    }
}

/// The kind of entry at a path: a directory, a file, nothing.
#[derive(Debug)]
pub enum EntryKind {
    /// A directory.
    Directory,
    /// A file.
    File,
    /// Nothing, or nothing that can be looked at.
    Nothing(OsError),
}

/// The reason why there is no chart to lint in an archive, in Helm's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// It cannot be opened.
    #[error("unable to open tarball: {0}")]
    Open(OsError),
    /// It cannot be read.
    #[error("unable to extract tarball: {0}")]
    Read(OsError),
    /// It cannot be unpacked.
    #[error("unable to extract tarball: {0}")]
    Unpack(#[from] chart::ArchiveError),
    /// A file in it cannot be read.
    #[error("unable to extract tarball: {0}")]
    File(#[from] chart::Error),
    /// Chart.yaml is wrong.
    #[error("unable to extract tarball: cannot load Chart.yaml: {0}")]
    Metadata(#[from] chart::DecodeError),
    /// Chart.yaml has no name, or there is no Chart.yaml.
    #[error("unable to extract tarball: chart name not specified")]
    NoName,
    /// The chart's name stands for a directory; quoted.
    #[error("unable to extract tarball: chart name {0} is not allowed")]
    Dots(String),
    /// The chart's name is a path; quoted.
    #[error("unable to extract tarball: chart name {0} must not contain path separators")]
    Separator(String),
}

impl Source {
    /// The chart in a directory on disk, which need not be there.
    #[cfg(feature = "fs")]
    pub fn directory(path: &str) -> Source {
        Source {
            directory: absolute(path),
            files: Files::Disk,
        }
    }

    /// A chart whose files are in memory, as if they were in a directory at `path`.
    pub fn in_memory(path: &str, files: Vec<Contents>) -> Source {
        Source {
            directory: absolute(path),
            files: Files::Memory(files),
        }
    }

    /// The chart in an archive. Helm unpacks it to a temporary directory of a random name, here it stays
    /// in memory; messages name the directory all the same.
    ///
    /// # Errors
    /// Returns an error if it cannot be opened or unpacked.
    #[cfg(feature = "fs")]
    pub fn archive(path: &str, profile: &Profile) -> Result<Source, ArchiveError> {
        let opened = |e: std::io::Error| {
            let error = OsError::new("open", Path::new(path), &e);
            match error.operation {
                "open" => ArchiveError::Open(error),
                _ => ArchiveError::Read(error),
            }
        };
        let packed = input::read(Path::new(path), NamedBy::User, LIMITS.archive_bytes);
        let packed = packed.map_err(opened)?;
        let (name, files) = expand(&packed, profile)?;
        Ok(Source {
            directory: std::env::temp_dir().join("helm-lint0").join(name),
            files: Files::Memory(files),
        })
    }

    /// The charts below `charts/` of a chart in memory, each with its directory in the chart
    /// (`charts/sub`), in the order in which directories are walked.
    pub fn subcharts(&self) -> Vec<(String, Source)> {
        let Some(files) = self.files.in_memory() else {
            return Vec::new();
        };
        let names = files.iter().map(|(name, _)| name);
        let mut manifests: Vec<_> = names
            .filter(|name| name.starts_with("charts/") && name.ends_with("/Chart.yaml"))
            .collect();
        manifests.sort_by(|a, b| a.split('/').cmp(b.split('/')));
        let inner = |manifest: &String| {
            let directory = manifest.strip_suffix("/Chart.yaml")?.to_owned();
            let below = |(name, bytes): &Contents| {
                let name = name.strip_prefix(&directory)?.strip_prefix('/')?;
                Some((name.to_owned(), bytes.clone()))
            };
            let source = Source {
                directory: self.path(&directory),
                files: Files::Memory(files.iter().filter_map(below).collect()),
            };
            Some((directory, source))
        };
        manifests.into_iter().filter_map(inner).collect()
    }

    /// The directory, as messages name it.
    pub(super) fn name(&self) -> String {
        self.directory.to_string_lossy().into_owned()
    }

    /// The path of a file in the directory.
    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The entry `name` of the directory, links followed.
    pub fn find(&self, name: &str) -> EntryKind {
        let path = self.path(name);
        match &self.files {
            #[cfg(feature = "fs")]
            Files::Disk => match path.metadata() {
                Ok(metadata) if metadata.is_dir() => EntryKind::Directory,
                Ok(_) => EntryKind::File,
                Err(e) => EntryKind::Nothing(OsError::new("stat", &path, &e)),
            },
            Files::Memory(files) => {
                let below = |(file, _): &Contents| {
                    let rest = file.strip_prefix(name);
                    rest.is_some_and(|rest| rest.starts_with('/'))
                };
                match files.iter().any(|(file, _)| file == name) {
                    true => EntryKind::File,
                    false if files.iter().any(below) => EntryKind::Directory,
                    false => EntryKind::Nothing(missing("stat", &path)),
                }
            }
        }
    }

    /// The bytes of a file in the directory.
    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, OsError> {
        let path = self.path(name);
        match &self.files {
            #[cfg(feature = "fs")]
            Files::Disk => {
                let read = input::read(&path, NamedBy::Chart, LIMITS.chart_file_bytes);
                read.map_err(|e| OsError::new("open", &path, &e))
            }
            Files::Memory(files) => {
                let entry = files.iter().find(|(file, _)| file == name);
                let bytes = entry.map(|(_, bytes)| bytes.clone());
                bytes.ok_or_else(|| missing("open", &path))
            }
        }
    }

    /// Loads the chart as a directory is loaded.
    pub(super) fn load(
        &self,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<Chart, chart::Error> {
        match &self.files {
            #[cfg(feature = "fs")]
            Files::Disk => chart::load_with_notices(&self.directory, profile, notices),
            Files::Memory(files) => {
                let files = files.iter();
                let files = files.map(|(name, bytes)| File::in_memory(&**name, &**bytes));
                let loaded = chart::from_directory_files(files.collect(), profile)?;
                notices.extend(loaded.notices);
                Ok(loaded.chart)
            }
        }
    }
}

/// Go's `filepath.Abs`.
fn absolute(path: &str) -> PathBuf {
    let path = Path::new(if path.is_empty() { "." } else { path });
    chart::absolute_path(path).unwrap_or_else(|_| path.into())
}

fn missing(operation: &'static str, path: &Path) -> OsError {
    OsError::new(operation, path, &std::io::Error::from_raw_os_error(2))
}

/// The chart's name and its files: Helm's `chartutil.Expand` without a disk.
#[cfg(feature = "fs")]
fn expand(packed: &[u8], profile: &Profile) -> Result<(String, Vec<Contents>), ArchiveError> {
    let unpacked = chart::unpack_archive(packed, profile)?;
    let mut name = String::new();
    let mut files: Vec<Contents> = Vec::new();
    for file in unpacked {
        let bytes = file.bytes()?.to_vec();
        if file.name() == "Chart.yaml" {
            let mut metadata = Metadata::default();
            Decoder::new(profile.chart_package).metadata(&bytes, &mut metadata)?;
            name = metadata.name;
        }
        // Of two files with one name the later stays.
        files.retain(|(name, _)| name != file.name());
        files.push((file.name().into(), bytes));
    }
    check_name(&name)?;
    Ok((name, files))
}

#[cfg(feature = "fs")]
fn check_name(name: &str) -> Result<(), ArchiveError> {
    let quoted = quote(name.as_bytes());
    if name.is_empty() {
        return Err(ArchiveError::NoName);
    }
    if name == "." || name == ".." {
        return Err(ArchiveError::Dots(quoted));
    }
    if gostd::path::base(name.as_bytes()) != name.as_bytes() {
        return Err(ArchiveError::Separator(quoted));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_in_a_chart_in_memory_are_charts() {
        let names = [
            "Chart.yaml",
            "charts/b/Chart.yaml",
            "charts/b/charts/c/Chart.yaml",
            "charts/b/values.yaml",
            "charts/a/Chart.yaml",
            "templates/charts/x/Chart.yaml",
        ];
        let files = names.map(|name| (name.to_owned(), Vec::new()));
        let source = Source::in_memory("/top", files.to_vec());
        let subcharts = source.subcharts();
        let directories: Vec<_> = subcharts
            .iter()
            .map(|(directory, _)| &**directory)
            .collect();
        assert_eq!(directories, ["charts/a", "charts/b", "charts/b/charts/c"]);
        let inner = subcharts.get(1).map(|(_, source)| source);
        assert_eq!(inner.map(Source::name).as_deref(), Some("/top/charts/b"));
        let has_values = |s: &Source| matches!(s.find("values.yaml"), EntryKind::File);
        assert!(inner.is_some_and(has_values));
    }
}
