//! Errors of execution: a chain of links like Go's wrapped errors, kept apart so that a caller can
//! show each link's place (Helm 4 prints them as blocks, Helm 3 as one line).

use gostd::errors::{self, ErrorType};
use gostd::{GoType, Value};
use std::borrow::Cow;
use std::fmt;

/// An error raised while executing, with what caused it. Its `Display` is Go's whole text.
pub struct Error(Box<Link>);

struct Link {
    place: Option<Place>,
    message: String,
    cause: Option<Error>,
    /// The whole text where the file's name has a `%`.
    garbled: Option<String>,
}

/// The place in a template where an error was raised.
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
    /// An error that a function returned or panicked with: it has no place of its own.
    pub fn new(message: impl Into<String>) -> Self {
        Error(Box::new(Link {
            place: None,
            message: message.into(),
            cause: None,
            garbled: None,
        }))
    }

    /// An error raised at a node: Go's format of the message and its operands; the text of `cause`
    /// follows.
    pub(crate) fn at(
        place: Place,
        format: &str,
        args: &[&dyn ErrorArgument],
        cause: Option<Error>,
    ) -> Self {
        let mut args: Vec<Value> = args.iter().map(|arg| arg.value()).collect();
        let message = formatted(format, &args);
        let (mut cause, mut garbled) = (cause, None);
        if place.file.contains('%') {
            let mut format = format!("{}: {format}", place.as_format());
            if let Some(cause) = &cause {
                args.push(errors::value(ErrorType::Plain, cause.to_string()));
                format.push_str("%v");
            }
            let mut text = formatted(&format, &args);
            if cause.is_some()
                && let Some(start) = text.strip_suffix("%!v(MISSING)")
            {
                // Go wraps what its verb for errors, %w, gets: here it got nothing.
                text = format!("{start}%!w(MISSING)");
                cause = None;
            }
            garbled = Some(text);
        }
        Error(Box::new(Link {
            place: Some(place),
            message,
            cause,
            garbled,
        }))
    }

    /// Go's `fmt.Errorf("message%w", cause)`: a link without a place.
    pub fn wrap(message: impl Into<String>, cause: Error) -> Self {
        Error(Box::new(Link {
            place: None,
            message: message.into(),
            cause: Some(cause),
            garbled: None,
        }))
    }

    /// The place where this link was raised, if the executor raised it.
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// This link's own words, without place and cause.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The cause of this error (Go's `errors.Unwrap`).
    pub fn cause(&self) -> Option<&Error> {
        self.0.cause.as_ref()
    }
}

/// An argument of an error's format.
pub(crate) trait ErrorArgument {
    /// The operand as `Sprintf` takes it.
    fn value(&self) -> Value;
}

impl ErrorArgument for &str {
    fn value(&self) -> Value {
        (*self).into()
    }
}

impl ErrorArgument for String {
    fn value(&self) -> Value {
        self.as_str().into()
    }
}

impl ErrorArgument for Cow<'_, str> {
    fn value(&self) -> Value {
        Value::from(&**self)
    }
}

impl ErrorArgument for GoType {
    fn value(&self) -> Value {
        self.name().value()
    }
}

impl ErrorArgument for usize {
    fn value(&self) -> Value {
        Value::int(*self as i64)
    }
}

/// Go's `Sprintf`, as errors have it.
fn formatted(format: &str, args: &[Value]) -> String {
    if args.is_empty() && !format.contains('%') {
        return format.to_owned();
    }
    // Only a name that asks for blanks by the million can fail.
    match gostd::fmt::sprintf(format.as_bytes(), args) {
        Ok(text) => String::from_utf8_lossy(&text).into_owned(),
        Err(_) => format.to_owned(),
    }
}

impl Place {
    /// The place in a format for Go's `Errorf`: the name of the file is a part of that format, and
    /// so are verbs in it.
    fn as_format(&self) -> String {
        let double = |text: &str| text.replace('%', "%%");
        Place {
            file: self.file.clone(),
            executing: double(&self.executing),
            context: double(&self.context),
            ..*self
        }
        .to_string()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut link = Some(self);
        while let Some(error) = link {
            if let Some(text) = &error.0.garbled {
                return f.write_str(text);
            }
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

impl From<gostd::limits::Exceeded> for Error {
    #[cold]
    fn from(error: gostd::limits::Exceeded) -> Self {
        Error::new(error.to_string())
    }
}

impl From<gostd::map::NilMap> for Error {
    fn from(error: gostd::map::NilMap) -> Self {
        Error::new(error.to_string())
    }
}
