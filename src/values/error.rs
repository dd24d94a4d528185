//! What can be wrong with values, in Helm's words.

use super::origin::Flag;

/// Why values cannot be read, coalesced or accepted. The text is Helm's, of the version that was
/// asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum Error {
    /// A file given with `-f` cannot be read.
    #[error("{0}")]
    Read(String),
    #[error("failed to parse {name}: {cause}")]
    Parse { name: String, cause: String },
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
    /// Values that a chart's schema does not allow: for each chart, the messages.
    #[error(
        "values don't meet the specifications of the schema(s) in the following chart(s):\n{0}"
    )]
    Schema(String),
    /// A file of a chart cannot be read.
    #[error(transparent)]
    Chart(#[from] crate::chart::Error),
}
