//! Errors of values, in Helm's words.

use super::origin::Flag;
use std::fmt;

/// The reason why a file that a user names cannot be read, in Helm's words where Helm reads it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ReadError(String);

impl<T: Into<String>> From<T> for ReadError {
    fn from(text: T) -> ReadError {
        ReadError(text.into())
    }
}

/// The reason why values cannot be read, coalesced or accepted. The text is Helm's, of the version that was
/// asked for.
#[derive(Clone, Debug, thiserror::Error)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Error {
    /// A file given with `-f` cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("failed to parse {name}: {cause}")]
    Parse {
        name: String,
        cause: chart::DecodeError,
    },
    #[error("failed parsing --{} data: {cause}", .flag.name())]
    Set { flag: Flag, cause: String },
    #[error("failed parsing --set-json data {0}")]
    SetJson(String),
    #[error("failed parsing --set-json data JSON: {0}")]
    SetJsonObject(String),
    /// The values for a subchart are no table; the text is what Go makes of `%t` with them.
    #[error("{prefix}type mismatch on {chart}: {value}")]
    TypeMismatch {
        prefix: &'static str,
        chart: String,
        value: String,
    },
    /// Values that the charts' schemas do not allow, chart by chart.
    #[error(
        "values don't meet the specifications of the schema(s) in the following chart(s):\n{}",
        All(.0)
    )]
    Schema(Vec<SchemaFailure>),
    /// A file of a chart cannot be read.
    #[error(transparent)]
    Chart(#[from] chart::Error),
}

/// A chart whose values its schema does not allow, or whose schema is no good.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{chart}:\n{problem}")]
pub struct SchemaFailure {
    /// The chart's name, or its alias.
    pub chart: String,
    /// The problem.
    pub problem: SchemaProblem,
}

/// The problem with values, or with the schema for them.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaProblem {
    /// The values do not meet the schema.
    #[error("{}\n", Messages(.0))]
    Values(gojsonschema::ValidationError),
    /// The schema cannot be used.
    #[error("{0}")]
    Schema(String),
}

/// One text after the other; together they may be long.
struct All<'e>(&'e [SchemaFailure]);

impl fmt::Display for All<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|failure| write!(f, "{failure}"))
    }
}

/// The validator's text without its first line, as Helm shows it.
struct Messages<'e>(&'e gojsonschema::ValidationError);

impl fmt::Display for Messages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.schema_url() {
            "file:///values.schema.json#" if !self.0.causes().is_empty() => {
                write!(f, "{}", self.0.messages())
            }
            _ => write!(f, "{}", self.0),
        }
    }
}
