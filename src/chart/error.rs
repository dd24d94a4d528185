//! What can be wrong with a chart, in Helm's words.

use std::path::Path;

/// Why a chart cannot be loaded. The text is Helm's, of the version that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum Error {
    /// A system call failed.
    #[error(transparent)]
    Os(#[from] OsError),
    #[error("error reading {name}: {cause}")]
    ReadFile { name: String, cause: OsError },
    #[error("error evaluating symlink {path}: {cause}")]
    Symlink { path: String, cause: String },
    #[error("cannot load irregular file {0} as it has file mode type bits set")]
    Irregular(String),
    #[error("chart file {name} is larger than the maximum file size {limit}")]
    FileTooLarge { name: String, limit: u64 },
    /// A line of `.helmignore` that Helm refuses.
    #[error("{0}")]
    Ignore(&'static str),
    #[error("unable to detect chart at {path}: {cause}")]
    NotDetected { path: String, cause: OsError },
    #[error("unsupported chart version")]
    UnsupportedVersion,
    #[error("invalid chart apiVersion")]
    InvalidApiVersion,
    #[error("unable to detect chart version, no Chart.yaml found")]
    VersionNotDetected,
    #[error("Chart.yaml file is missing")]
    NoChartYaml,
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A file of the chart that is read as YAML is wrong.
    #[error("cannot load {file}: {cause}")]
    Parse { file: &'static str, cause: String },
    /// Chart.yaml says something that Helm does not allow.
    #[error("validation: {0}")]
    Validation(String),
    #[error("error unpacking subchart {name} in {parent}: {cause}")]
    Subchart {
        name: String,
        parent: String,
        cause: Box<Error>,
    },
    #[error("error unpacking subchart tar in {parent}: expected {expected}, got {got}")]
    SubchartArchive {
        parent: String,
        expected: String,
        got: String,
    },
    #[error("{0} charts are not installable")]
    NotInstallable(String),
    /// Chart.yaml names dependencies that `charts/` does not have.
    #[error("{prefix}: found in Chart.yaml, but missing in charts/ directory: {names}")]
    MissingDependencies { prefix: &'static str, names: String },
    #[error("no chart named {0:?} is part of this program")]
    NotEmbedded(String),
    /// A chart beyond a limit that only rhelm has.
    #[error("charts are nested more than {0} levels deep")]
    TooDeep(usize),
    #[error("there are more than {0} charts within the chart")]
    TooManyCharts(usize),
    #[error("the archives within the chart hold more than {0} bytes")]
    TooMuchUnpacked(usize),
}

/// Why an archive cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum ArchiveError {
    #[error("file '{0}' seems to be a YAML file, but expected a gzipped archive")]
    Yaml(String),
    #[error("file '{name}' does not appear to be a gzipped archive; got '{content_type}'")]
    NotGzip {
        name: String,
        content_type: &'static str,
    },
    #[error("file '{0}' cannot be read: {1}")]
    Unreadable(String, OsError),
    #[error("file '{0}' does not appear to be a valid chart file (details: gzip: invalid header)")]
    NotAChart(String),
    /// Helm 4 says no more.
    #[error("unable to load chart archive")]
    Hidden,
    #[error("gzip: invalid header")]
    GzipHeader,
    #[error("chart illegally contains absolute paths")]
    AbsolutePath,
    #[error("chart illegally contains content outside the base directory: {0}")]
    OutsideBase(String),
    #[error("chart illegally references parent directory")]
    ParentDirectory,
    #[error("chart contains illegally named files")]
    IllegalName,
    #[error("chart yaml not in base directory")]
    NoBaseDirectory,
    #[error("no files in chart archive")]
    Empty,
    #[error("decompressed chart is larger than the maximum {what} {limit}")]
    TooLarge { what: &'static str, limit: u64 },
    #[error("decompressed chart file {name} is larger than the maximum file size {limit}")]
    FileTooLarge { name: String, limit: u64 },
    /// The archive itself is broken.
    #[error("{0}")]
    Broken(String),
}

/// A failed system call, in the words of Go's `fs.PathError`: `open x: no such file or directory`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation} {path}: {reason}")]
pub struct OsError {
    /// The call: `open`, `stat`, `lstat`, `read`.
    pub operation: &'static str,
    /// The path it was made with.
    pub path: String,
    /// The system's reason, in Go's words.
    pub reason: String,
}

impl OsError {
    /// The failure of `operation` on `path`.
    pub fn new(operation: &'static str, path: &Path, cause: &std::io::Error) -> OsError {
        // `open` succeeds on a directory and on a file that is too large, only reading it fails.
        use std::io::ErrorKind::{FileTooLarge, IsADirectory};
        let is_open = matches!(cause.kind(), IsADirectory | FileTooLarge);
        OsError {
            operation: if is_open { "read" } else { operation },
            path: path.to_string_lossy().into_owned(),
            reason: reason(cause),
        }
    }

    /// Whether nothing is there: Go's `fs.ErrNotExist`.
    pub fn is_missing(&self) -> bool {
        self.reason == "no such file or directory"
    }
}

/// Go's texts for the system's errors, where musl's are others.
#[cfg(unix)]
const REASONS: &[(i32, &str)] = &[
    (libc::EIO, "input/output error"),
    (libc::EBUSY, "device or resource busy"),
    (libc::EXDEV, "invalid cross-device link"),
    (libc::EMFILE, "too many open files"),
    (libc::ENFILE, "too many open files in system"),
    (libc::ENOMEM, "cannot allocate memory"),
    (libc::ETXTBSY, "text file busy"),
    (libc::ESPIPE, "illegal seek"),
    (libc::ELOOP, "too many levels of symbolic links"),
    (libc::ENAMETOOLONG, "file name too long"),
    (libc::EDQUOT, "disk quota exceeded"),
    (libc::ESTALE, "stale file handle"),
    (libc::EINVAL, "invalid argument"),
];

/// The system's text for an error, in Go's words: mostly the C library's, in lower case where it is a
/// sentence.
pub fn reason(cause: &std::io::Error) -> String {
    if cause.kind() == std::io::ErrorKind::InvalidInput && cause.raw_os_error().is_none() {
        // A path with a NUL byte, which Rust does not show to the system; what this program says has a source.
        if cause.get_ref().is_none() {
            return "invalid argument".into();
        }
    }
    #[cfg(unix)]
    if let Some((_, text)) = REASONS
        .iter()
        .find(|(code, _)| cause.raw_os_error() == Some(*code))
    {
        return (*text).to_owned();
    }
    let text = cause.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.into(),
    }
}
