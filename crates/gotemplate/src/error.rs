//! Errors of execution: a chain of links like Go's wrapped errors, kept apart so that a caller can
//! show each link's place (Helm 4 prints them as blocks, Helm 3 as one line).

use std::fmt;

/// An error raised while executing, with what caused it. Its `Display` is Go's whole text.
pub struct Error(Box<Link>);

struct Link {
    place: Option<Place>,
    message: String,
    cause: Option<Error>,
}

/// Where in a template an error was raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Name of the file the template was parsed from.
    pub file: String,
    /// Line, counted from 1; 0 where execution had not reached a node.
    pub line: usize,
    /// Column in bytes, counted from 0 as Go does.
    pub column: usize,
    /// Name of the template that was executing.
    pub executing: String,
    /// The node as Go prints it (`.Values.a.b`).
    pub context: String,
}

impl Error {
    /// What a function returned or panicked with: no place of its own.
    pub fn new(message: impl Into<String>) -> Self {
        Error(Box::new(Link {
            place: None,
            message: message.into(),
            cause: None,
        }))
    }

    /// An error raised at a node; `message` is followed by the text of `cause`.
    pub fn at(place: Place, message: impl Into<String>, cause: Option<Error>) -> Self {
        Error(Box::new(Link {
            place: Some(place),
            message: message.into(),
            cause,
        }))
    }

    /// Go's `fmt.Errorf("message%w", cause)`: a link without a place.
    pub fn wrap(message: impl Into<String>, cause: Error) -> Self {
        Error(Box::new(Link {
            place: None,
            message: message.into(),
            cause: Some(cause),
        }))
    }

    /// Where this link was raised, if it was raised by the executor.
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// This link's own words, without place and cause.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What caused this error (Go's `errors.Unwrap`).
    pub fn cause(&self) -> Option<&Error> {
        self.0.cause.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut link = Some(self);
        while let Some(error) = link {
            if let Some(place) = error.place() {
                place.fmt(f)?;
                f.write_str(": ")?;
            }
            f.write_str(&error.0.message)?;
            link = error.cause();
        }
        Ok(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return write!(f, "template: {}", self.file);
        }
        write!(
            f,
            "template: {}:{}:{}: executing {} at <{}>",
            self.file,
            self.line,
            self.column,
            gostd::strconv::quote(self.executing.as_bytes()),
            self.context
        )
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Error::new(message)
    }
}

impl From<&str> for Error {
    fn from(message: &str) -> Self {
        Error::new(message)
    }
}

impl From<gostd::map::NilMap> for Error {
    fn from(error: gostd::map::NilMap) -> Self {
        Error::new(error.to_string())
    }
}
