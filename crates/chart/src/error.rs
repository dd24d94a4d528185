//! Errors of a chart, in Helm's words.

use crate::decode::DecodeError;
use files::OsError;

/// The reason why a chart cannot be loaded. The text is Helm's, of the version that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
#[non_exhaustive]
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
    Parse {
        file: &'static str,
        cause: DecodeError,
    },
    /// Chart.yaml says something that Helm does not allow.
    #[error("validation: {0}")]
    Validation(String),
    #[error("error unpacking subchart {name} in {parent}: {cause}")]
    Subchart {
        name: String,
        parent: String,
        cause: Box<Error>,
    },
    /// The archive of a subchart is none: Helm 4 takes the whole for none.
    #[error("file '{name}' does not appear to be a valid chart file (details: {cause})")]
    NotAChart { name: String, cause: Box<Error> },
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
    /// A chart is packed whose schema is not JSON; the first word of Helm's text.
    #[error("{0} JSON in values.schema.json")]
    SchemaNotJson(&'static str),
    #[error("no chart named {0:?} is part of this program")]
    NotBundled(String),
    /// A chart beyond a limit that only rhelm has.
    #[error("charts are nested more than {0} levels deep")]
    TooDeep(usize),
    #[error("there are more than {0} charts within the chart")]
    TooManyCharts(usize),
    #[error("the archives within the chart hold more than {0} bytes")]
    TooMuchUnpacked(usize),
}

impl Error {
    /// Returns true if what is packed in the chart, at any depth, has no header of gzip.
    pub(crate) fn is_gzip_header(&self) -> bool {
        match self {
            Error::Subchart { cause, .. } => cause.is_gzip_header(),
            Error::Archive(error) => *error == ArchiveError::GzipHeader,
            _ => false,
        }
    }
}

/// The reason why an archive cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
#[non_exhaustive]
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
