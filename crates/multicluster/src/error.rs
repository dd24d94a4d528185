//! The reason why a step of the procedure cannot be done.

use super::cluster_name::InvalidClusterName;

/// The reason why a step cannot be done. Texts name files, lines and keys, never the values of secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A name that cannot be a cluster's.
    #[error(transparent)]
    ClusterName(#[from] InvalidClusterName),
    /// A text that is no YAML or JSON.
    #[error("{file}: {cause}")]
    Syntax {
        /// The file, as given.
        file: String,
        /// The reader's message.
        cause: goyaml::Error,
    },
    /// Something in a text that is missing or wrong.
    #[error("{file}:{line}: {what}")]
    Content {
        /// The file, as given.
        file: String,
        /// The line, counted from 1.
        line: u32,
        /// The key, and what is wrong with it.
        what: String,
    },
    /// A URL, a CA or a token that cannot be one.
    #[error("{of} {problem}")]
    Invalid {
        /// The input: a flag, or a file and a key.
        of: String,
        /// The problem with it.
        problem: String,
    },
    /// Something that is not there, or not yet: a context, a control plane.
    #[error("{0}")]
    Absent(String),
    /// A result that cannot be written as YAML.
    #[error(transparent)]
    Write(#[from] goyaml::write::WriteError),
}
