//! A file of a chart: its name now, its contents on first use.

use super::attachment::Attachment;
#[cfg(feature = "fs")]
use super::disk;
use super::error::Error;
#[cfg(feature = "fs")]
use files::OsError;
use goyaml::Node;
use std::path::Path;
#[cfg(feature = "fs")]
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// The UTF-8 byte order mark that Helm takes off every file.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A file of a chart. Contents are read once, when they are first asked for.
#[derive(Debug)]
pub struct File {
    name: String,
    /// The bytes of the name, where they are no UTF-8.
    exact_name: Option<Box<[u8]>>,
    source: Source,
    /// When it was changed, if an archive tells.
    modified: Option<i64>,
    pub(super) attachment: Attachment,
    pub(super) shared_attachment: Option<Arc<Attachment>>,
    /// The values, if it is a values file that was read ahead.
    values: OnceLock<Node>,
}

#[derive(Debug)]
enum Source {
    #[cfg(feature = "fs")]
    Disk(OnDisk),
    Memory(Vec<u8>),
    Embedded(&'static [u8]),
}

/// A file on disk.
#[cfg(feature = "fs")]
#[derive(Debug)]
struct OnDisk {
    path: PathBuf,
    /// The size that it had when it was found.
    size: usize,
    contents: OnceLock<Result<Arc<[u8]>, Error>>,
}

impl File {
    /// A file on disk, not yet read, with the size it is expected to have.
    #[cfg(feature = "fs")]
    pub fn on_disk(name: String, path: PathBuf, size: usize) -> File {
        let exact_name = is_replaced(&name)
            .then(|| last_parts(path.as_os_str().as_encoded_bytes(), &name).into());
        let contents = OnceLock::new();
        let source = Source::Disk(OnDisk {
            path,
            size,
            contents,
        });
        File {
            exact_name,
            ..File::new(name, source)
        }
    }

    /// A file with these contents.
    pub fn in_memory(name: impl Into<String>, contents: impl Into<Vec<u8>>) -> File {
        File::new(name.into(), Source::Memory(contents.into()))
    }

    /// A file with these contents, whose name may be no UTF-8.
    pub(super) fn in_archive(name: &[u8], modified: i64, contents: Vec<u8>) -> File {
        let text = String::from_utf8_lossy(name).into_owned();
        File {
            exact_name: is_replaced(&text).then(|| name.into()),
            modified: Some(modified),
            ..File::new(text, Source::Memory(contents))
        }
    }

    /// A file that is part of the program.
    pub fn from_static(name: impl Into<String>, contents: &'static [u8]) -> File {
        File::new(name.into(), Source::Embedded(contents))
    }

    fn new(name: String, source: Source) -> File {
        File {
            name,
            exact_name: None,
            source,
            modified: None,
            attachment: Attachment::default(),
            shared_attachment: None,
            values: OnceLock::new(),
        }
    }

    /// The same file under the end of its name: without the directories of the chart that it belongs to.
    pub fn renamed(mut self, name: &str) -> File {
        self.exact_name = self.exact_name.map(|exact| last_parts(&exact, name).into());
        self.name = name.into();
        self
    }

    /// The name with `/` between its parts, relative to the chart that the file belongs to.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes of the name, which may be no UTF-8: [`name`](File::name) has U+FFFD there.
    pub fn name_bytes(&self) -> &[u8] {
        self.exact_name.as_deref().unwrap_or(self.name.as_bytes())
    }

    /// The number of bytes that it has, or had when it was found on disk.
    pub(super) fn size(&self) -> usize {
        match &self.source {
            #[cfg(feature = "fs")]
            Source::Disk(file) => file.size,
            Source::Memory(bytes) => bytes.len(),
            Source::Embedded(bytes) => bytes.len(),
        }
    }

    /// Keeps what a values file says until it is asked for.
    #[cfg(feature = "fs")]
    pub(super) fn keep_values(&self, values: Node) {
        let _ = self.values.set(values);
    }

    /// Takes what was kept.
    pub(super) fn take_values(&mut self) -> Option<Node> {
        self.values.take()
    }

    /// The file's path on disk, if it is there.
    pub fn path(&self) -> Option<&std::path::Path> {
        match &self.source {
            #[cfg(feature = "fs")]
            Source::Disk(file) => Some(&file.path),
            _ => None,
        }
    }

    /// When the file was changed, in seconds since 1970, rounded; none where nobody knows.
    pub fn modified(&self) -> Option<i64> {
        #[cfg(feature = "fs")]
        if let Source::Disk(file) = &self.source {
            return disk::modified(&file.path);
        }
        self.modified
    }

    /// The same exactly, with nanoseconds, as Helm 4 stores it.
    pub fn modified_exactly(&self) -> Option<(i64, u32)> {
        #[cfg(feature = "fs")]
        if let Source::Disk(file) = &self.source {
            return disk::modified_exactly(&file.path);
        }
        self.modified.map(|seconds| (seconds, 0))
    }

    /// The contents without byte order mark. Fails where reading the file fails; the answer is the
    /// same on every call.
    pub fn bytes(&self) -> Result<&[u8], Error> {
        let bytes = match &self.source {
            Source::Memory(bytes) => bytes,
            Source::Embedded(bytes) => *bytes,
            #[cfg(feature = "fs")]
            Source::Disk(file) => self.contents(file)?,
        };
        Ok(bytes.strip_prefix(BOM).unwrap_or(bytes))
    }

    /// The same, shared: what was read from disk is not copied.
    pub fn shared_bytes(&self) -> Result<Arc<[u8]>, Error> {
        match &self.source {
            #[cfg(feature = "fs")]
            Source::Disk(file) => {
                let contents = self.contents(file)?;
                if !contents.starts_with(BOM) {
                    return Ok(Arc::clone(contents));
                }
            }
            Source::Memory(_) | Source::Embedded(_) => {}
        }
        self.bytes().map(Arc::from)
    }

    #[cfg(feature = "fs")]
    fn contents<'f>(&self, file: &'f OnDisk) -> Result<&'f Arc<[u8]>, Error> {
        let read = || {
            disk::read(&file.path, file.size).map_err(|cause| Error::ReadFile {
                name: self.name.clone(),
                cause: OsError::new("open", &file.path, &cause),
            })
        };
        file.contents
            .get_or_init(read)
            .as_ref()
            .map_err(Clone::clone)
    }
}

/// Returns true if a name may stand for one that is no UTF-8.
fn is_replaced(name: &str) -> bool {
    name.contains(char::REPLACEMENT_CHARACTER)
}

/// The end of a path, with as many parts as `name` has.
fn last_parts<'p>(path: &'p [u8], name: &str) -> &'p [u8] {
    let before = name.matches('/').count();
    let slashes = path
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, byte)| **byte == b'/');
    let start = slashes.map(|(at, _)| at + 1).nth(before);
    path.get(start.unwrap_or(0)..).unwrap_or_default()
}

/// A file on disk as a user would type it: from the working directory on, if it is below.
// The working directory is what users see paths from.
#[allow(clippy::disallowed_methods)]
pub fn display_path(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    below.as_deref().unwrap_or(path).display().to_string()
}
