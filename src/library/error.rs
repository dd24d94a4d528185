//! The reason why there is no result.

use compat::profile::UnknownVersion;
use gostd::limits::Exceeded;
use std::io;

/// The error of loading or rendering a chart. The text is Helm's, of the version that was asked for, without
/// its `Error: `.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No such version of Helm.
    #[error(transparent)]
    Version(#[from] UnknownVersion),
    /// The chart.
    #[error(transparent)]
    Chart(#[from] ::chart::Error),
    /// Values that cannot be read, or that the chart's schema does not allow.
    #[error(transparent)]
    Values(#[from] engine::values::Error),
    /// The release: a name that is none, a Kubernetes that the chart is not for.
    #[error("{0}")]
    Release(String),
    /// A template that does not parse, or fails.
    #[error("{text}")]
    Template {
        /// Helm's text.
        text: String,
        /// The place, if it is known.
        place: Option<Place>,
    },
    /// The render asked for more than its [`Limits`](super::Limits) allow, or than any render may have.
    #[error("{text}")]
    Limit {
        /// Helm's frame of an error, and what was asked for.
        text: String,
        /// The place, if it is known.
        place: Option<Place>,
    },
    /// Its [`Cancel`](super::Cancel) ended the render.
    #[error("the render was cancelled")]
    Cancelled,
    /// The values cannot be checked or explained.
    #[error("{0}")]
    Question(String),
    /// A template wrote what is no YAML.
    #[error("{text}")]
    Manifest {
        /// Helm's text.
        text: String,
        /// The template's path, from the chart's name on (`web/templates/service.yaml`).
        template: String,
    },
    /// Values that cannot be written as JSON.
    #[error("values: {0}")]
    Serialize(#[from] serde_json::Error),
    /// The system refuses a thread.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

/// A place in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The template's path, from the chart's name on.
    pub template: String,
    /// The line, counted from 1.
    pub line: usize,
}

impl From<engine::render::Error> for Error {
    fn from(error: engine::render::Error) -> Self {
        use engine::render::Error as E;
        let place = match &error {
            E::Parse { cause, .. } => Some(Place {
                template: cause.name.to_string(),
                line: cause.line as usize,
            }),
            E::Execute { cause, path, .. } => cause.place().map(|place| Place {
                template: match place.file.is_empty() {
                    true => path.clone(),
                    false => place.file.clone(),
                },
                line: place.line,
            }),
            _ => None,
        };
        match error {
            E::Chart(error) => Error::Chart(error),
            E::Execute {
                refusal: Some(Exceeded::Cancelled),
                ..
            } => Error::Cancelled,
            E::Execute {
                text,
                refusal: Some(_),
                ..
            } => Error::Limit { text, place },
            E::Parse { text, .. } | E::Execute { text, .. } => Error::Template { text, place },
            other => Error::Template {
                text: other.to_string(),
                place: None,
            },
        }
    }
}

impl From<engine::action::Error> for Error {
    fn from(error: engine::action::Error) -> Self {
        use engine::action::Error as E;
        let text = error.to_string();
        match error {
            E::Values(error) => Error::Values(error),
            E::Chart(error) => Error::Chart(error),
            E::Render(error) => error.into(),
            E::Manifest { cause, .. } => Error::Manifest {
                text,
                template: cause.path,
            },
            _ => Error::Release(text),
        }
    }
}
