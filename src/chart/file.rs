//! A file of a chart: its name now, its contents on first use.

use super::error::{Error, OsError};
use super::parsed::Parses;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The UTF-8 byte order mark that Helm takes off every file.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A file of a chart. Contents are read once, when they are first asked for.
#[derive(Debug)]
pub struct File {
    name: String,
    source: Source,
    read: OnceLock<Result<Vec<u8>, Error>>,
    pub(super) parses: Parses,
}

#[derive(Debug)]
enum Source {
    Disk(PathBuf),
    Memory(Vec<u8>),
    Embedded(&'static [u8]),
}

impl File {
    /// A file on disk, not yet read.
    pub(crate) fn on_disk(name: String, path: PathBuf) -> File {
        File::new(name, Source::Disk(path))
    }

    /// A file with these contents.
    pub fn in_memory(name: impl Into<String>, contents: impl Into<Vec<u8>>) -> File {
        File::new(name.into(), Source::Memory(contents.into()))
    }

    /// A file that is part of the program.
    pub fn embedded(name: impl Into<String>, contents: &'static [u8]) -> File {
        File::new(name.into(), Source::Embedded(contents))
    }

    fn new(name: String, source: Source) -> File {
        File {
            name,
            source,
            read: OnceLock::new(),
            parses: Parses::default(),
        }
    }

    /// The same file under another name.
    pub(crate) fn renamed(mut self, name: &str) -> File {
        self.name = name.into();
        self
    }

    /// The name with `/` between its parts, relative to the chart that the file belongs to.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the file is on disk, if it is there.
    pub fn path(&self) -> Option<&std::path::Path> {
        match &self.source {
            Source::Disk(path) => Some(path),
            _ => None,
        }
    }

    /// The contents without byte order mark. Fails where reading the file fails; the answer is the
    /// same on every call.
    pub fn bytes(&self) -> Result<&[u8], Error> {
        let bytes = match &self.source {
            Source::Memory(bytes) => bytes,
            Source::Embedded(bytes) => *bytes,
            Source::Disk(path) => {
                let read = || {
                    std::fs::read(path).map_err(|cause| Error::ReadFile {
                        name: self.name.clone(),
                        cause: OsError::new("open", path, &cause),
                    })
                };
                self.read.get_or_init(read).as_ref().map_err(Clone::clone)?
            }
        };
        Ok(bytes.strip_prefix(BOM).unwrap_or(bytes))
    }
}
