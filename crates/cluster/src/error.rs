//! The errors of a cluster, in Go's words.

use release::ClusterError;

/// The reason why a request to a cluster failed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The kubeconfig is wrong, or cannot be read.
    #[error("{0}")]
    Config(String),
    /// No answer came.
    #[error("{0}")]
    Unanswered(String),
    /// The server refused.
    #[error("{message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's reason, such as `AlreadyExists`; empty where it gives none.
        reason: String,
        /// The message.
        message: String,
    },
    /// The answer is not what the server should say.
    #[error("{0}")]
    Answer(String),
}

impl Error {
    /// Returns true if what was asked for is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Error::Refused { status: 404, .. })
    }
}

impl From<Error> for ClusterError {
    fn from(error: Error) -> ClusterError {
        match error {
            Error::Refused {
                status,
                reason,
                message,
            } => ClusterError {
                status,
                reason,
                message,
            },
            other => ClusterError::new(other.to_string()),
        }
    }
}
