//! The errors of actions, in Helm's words.

use super::super::cluster::ClusterError;
use super::super::error::Error;
use std::fmt;

/// The reason why an action failed. The text is Helm's.
#[derive(Debug)]
pub struct ActionError {
    /// What is wrong; a render's text is made when it is printed.
    cause: Box<dyn std::error::Error + Send + Sync>,
    /// The texts before it.
    prefix: String,
    is_cancelled: bool,
}

impl ActionError {
    pub(super) fn new(message: impl Into<String>) -> ActionError {
        ActionError::of(message.into())
    }

    pub(super) fn of(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ActionError {
        ActionError {
            cause: cause.into(),
            prefix: String::new(),
            is_cancelled: false,
        }
    }

    /// An error of who calls an action, in its own words.
    pub fn refused(message: impl Into<String>) -> ActionError {
        ActionError::new(message)
    }

    /// The same with words before it. What the user stopped stays as it is.
    pub(super) fn context(mut self, words: impl fmt::Display) -> ActionError {
        if !self.is_cancelled {
            self.prefix.insert_str(0, &format!("{words}: "));
        }
        self
    }

    /// The user wanted no more.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }
}

/// The texts of errors in a line.
pub(super) fn joined(errors: &[impl fmt::Display], separator: &str) -> String {
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    texts.join(separator)
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.prefix, self.cause)
    }
}

impl std::error::Error for ActionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.cause)
    }
}

impl From<ClusterError> for ActionError {
    fn from(error: ClusterError) -> ActionError {
        ActionError {
            is_cancelled: error.is_cancelled(),
            ..ActionError::new(error.message)
        }
    }
}

impl From<Error> for ActionError {
    fn from(error: Error) -> ActionError {
        ActionError::of(error)
    }
}
