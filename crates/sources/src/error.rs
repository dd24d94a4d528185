//! The errors of chart sources, in Helm's words.

use files::OsError;
use gostd::strconv::quote;
use std::path::PathBuf;

/// The reason why something could not be had from its source. The text is Helm's.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A chart cannot be loaded.
    #[error(transparent)]
    Chart(#[from] chart::Error),
    /// A file cannot be read or written.
    #[error(transparent)]
    Os(#[from] OsError),
    /// An address cannot be fetched.
    #[error("{0}")]
    Fetch(String),
    /// An index, a list of repositories or a lock file is wrong.
    #[error("{0}")]
    File(String),
    /// The file with the logins at registries is wrong.
    #[error("{0}")]
    Config(String),
    /// An address is none.
    #[error("{0}")]
    Address(String),
    /// Nothing is fetched, and no cache has it.
    #[error("{0} is in no cache, and nothing is fetched: rhelm is offline")]
    Offline(String),
    /// An archive is not the one that an index or a lock file names.
    #[error("{of} has the digest sha256:{actual}, but {source_name} says sha256:{expected}")]
    Digest {
        /// The archive's address or name.
        of: String,
        /// The SHA-256 that it has.
        actual: String,
        /// The file that says otherwise.
        source_name: &'static str,
        /// The SHA-256 that it should have.
        expected: String,
    },
    /// A range of versions is none.
    #[error(transparent)]
    Constraint(#[from] gosemver::ConstraintError),
    /// The path of a chart whose dependencies are asked for is wrong.
    #[error("could not find {path}: {cause}")]
    NotFound {
        /// The path.
        path: String,
        /// The system's reason.
        cause: OsError,
    },
    /// Only directories have dependencies that can be updated.
    #[error("only unpacked charts can be updated")]
    Packed,
    /// A `file://` repository, or the chart in `charts/` where there is none.
    #[error("directory {} not found", .0.display())]
    NoDirectory(PathBuf),
    /// The range of versions of a dependency is none.
    #[error("dependency {} has an invalid version/constraint format: {cause}", quote(.name.as_bytes()))]
    DependencyConstraint {
        /// The dependency's name.
        name: String,
        /// The problem with it.
        cause: gosemver::ConstraintError,
    },
    /// No chart at hand is of a version that is asked for.
    #[error(
        "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version \
         exists in the repo, or change the version constraint in Chart.yaml",
        .0.len(), .0.join(", ")
    )]
    NoVersion(Vec<String>),
    /// The chart in `charts/` is not of a version that is asked for.
    #[error("dependency {name} at version {actual} does not satisfy the constraint {expected}")]
    WrongVersion {
        /// The dependency's name.
        name: String,
        /// The version there is.
        actual: String,
        /// The range that is asked for.
        expected: String,
    },
    /// Dependencies are in repositories that the user has not added.
    #[error("no repository definition for {}. Please add {them} via 'helm repo add'{note}", .names.join(", "))]
    NoRepository {
        /// The repositories.
        names: Vec<String>,
        /// The repositories to add, as the command names them.
        them: &'static str,
        /// The note that Helm adds where one is no address.
        note: &'static str,
    },
    /// The lock file belongs to other dependencies.
    #[error(
        "the lock file ({lock}) is out of sync with the dependencies file ({file}). Please update the dependencies{advice}"
    )]
    OutOfSync {
        /// The lock file's name.
        lock: &'static str,
        /// That of the file with the dependencies.
        file: &'static str,
        /// The advice, where this Helm gives one.
        advice: &'static str,
    },
    /// The lock file is a link.
    #[error("the {file} file is a symlink to {}", quote(.target.as_bytes()))]
    LinkedLock {
        /// The lock file's name.
        file: &'static str,
        /// The link's target.
        target: String,
    },
    /// Something is not there, in a repository or on this machine.
    #[error("{0}")]
    Missing(String),
    /// A signature is missing or wrong, or a key to sign with.
    #[error("{0}")]
    Signature(String),
    /// Something that rhelm cannot do yet.
    #[error("{0}")]
    Unsupported(String),
}
