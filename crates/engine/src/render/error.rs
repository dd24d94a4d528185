//! The reason why a render failed, in the words of the chosen Helm (`cleanupParseError`,
//! `cleanupExecError`, `reformatExecErrorMsg`).

use super::helm_functions::{WARN_END, WARN_START};
use compat::profile::Profile;
use gostd::limits::Exceeded;
use gotemplate::ParseError;
use std::fmt;

/// The error of a render. Its `Display` is Helm's text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A template's file could not be read.
    #[error(transparent)]
    Chart(#[from] chart::Error),
    /// A template does not parse.
    #[error("{text}")]
    Parse {
        /// Helm's text.
        text: String,
        /// The error, with its place.
        cause: ParseError,
    },
    /// A template failed.
    #[error("{text}")]
    Execute {
        /// Helm's text.
        text: String,
        /// The path of the file that was executing.
        path: String,
        /// The chain of errors as the engine raised it.
        cause: gotemplate::Error,
        /// The limit that the render reached, where it failed for that.
        refusal: Option<Exceeded>,
    },
}

impl Error {
    pub(super) fn parse(path: &str, cause: ParseError) -> Self {
        let whole = cause.to_string();
        let mut tokens = whole.split(": ").skip(1);
        // What follows the last ": " counts, which cuts messages that quote such a text.
        let text = match (tokens.next(), tokens.last()) {
            (Some(location), Some(message)) => format!("parse error at ({location}): {message}"),
            (Some(location), None) => format!("parse error at ({location}): {location}"),
            _ => format!("parse error in ({path}): {whole}"),
        };
        Error::Parse { text, cause }
    }

    pub(super) fn execute(
        path: &str,
        cause: gotemplate::Error,
        refusal: Option<Exceeded>,
        profile: &Profile,
    ) -> Self {
        Error::Execute {
            text: execution_text(path, &cause, profile),
            path: path.into(),
            cause,
            refusal,
        }
    }
}

fn execution_text(path: &str, cause: &gotemplate::Error, profile: &Profile) -> String {
    let whole = cause.to_string();
    if cause.place().is_none() {
        return whole;
    }
    let mut tokens = whole.splitn(3, ": ");
    let (Some(_), Some(location), Some(message)) = (tokens.next(), tokens.next(), tokens.next())
    else {
        return format!("execution error in ({path}): {whole}");
    };
    if let Some(author_message) = author_message(message) {
        return format!("execution error at ({location}): {author_message}");
    }
    match profile.multi_line_errors {
        true => in_blocks(cause).unwrap_or(whole),
        false => whole,
    }
}

/// The message that a chart's author passed to `required` or `fail`: all between the first and the last mark.
pub fn author_message(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once(WARN_START)?;
    let (author_message, _) = rest.rsplit_once(WARN_END)?;
    Some(author_message)
}

/// A link of an error chain as Helm 4 reads it back from its text.
#[derive(PartialEq)]
struct Traced {
    location: String,
    executing: String,
    message: String,
}

impl fmt::Display for Traced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.location.is_empty() {
            write!(f, "{}\n  ", self.location)?;
        }
        if !self.executing.is_empty() {
            write!(f, "{}\n    ", self.executing)?;
        }
        if !self.message.is_empty() {
            writeln!(f, "{}", self.message)?;
        }
        Ok(())
    }
}

/// Helm 4's text of several lines, or none where a link of the chain is no template error.
fn in_blocks(cause: &gotemplate::Error) -> Option<String> {
    let mut blocks: Vec<Traced> = Vec::new();
    let mut link = Some(cause);
    while let Some(error) = link {
        let traced = trace(&error.to_string())?;
        if blocks.last() != Some(&traced) {
            blocks.push(traced);
        }
        link = error.cause();
    }
    let text: String = blocks.iter().map(Traced::to_string).collect();
    Some(text.trim().to_owned())
}

fn trace(text: &str) -> Option<Traced> {
    let rest = text.strip_prefix("template: ")?;
    if rest.starts_with("no template ") {
        return Some(Traced {
            location: String::new(),
            executing: String::new(),
            message: text.into(),
        });
    }
    if let Some(traced) = trace_executing(rest) {
        return Some(traced);
    }
    let (location, message) = rest.rsplit_once(": ")?;
    Some(Traced {
        location: location.into(),
        executing: String::new(),
        message: without_next(message).into(),
    })
}

/// `file:1:2: executing "name" at <node>: message`
fn trace_executing(rest: &str) -> Option<Traced> {
    let (location, rest) = rest.split_once(": executing ")?;
    let (name, rest) = rest.strip_prefix('"')?.split_once('"')?;
    let (node, message) = rest.strip_prefix(" at <")?.split_once(">: ")?;
    Some(Traced {
        location: location.into(),
        executing: format!("executing \"{name}\" at <{node}>:"),
        message: without_next(message).into(),
    })
}

/// A link's own words: its text goes on with that of the next link.
fn without_next(message: &str) -> &str {
    message
        .split_once(" template:")
        .map_or(message, |(own, _)| own)
}
