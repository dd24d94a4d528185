//! Messages about a chart (`support.Message`).

use diagnostics::Severity;
use std::fmt;
use std::sync::Arc;

/// One finding. Its `Display` is the line that Helm prints.
#[derive(Clone, Debug)]
pub struct Message {
    /// The severity.
    pub severity: Severity,
    /// The subject: a file of the chart, a directory of it, or the chart's own directory.
    pub path: String,
    /// The problem, in Helm's words.
    pub text: Text,
}

/// A text in Helm's words.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Text {
    /// As it is.
    Plain(String),
    /// An error's, made when it is written: that of a schema's errors may be long.
    Error(Arc<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Text::Plain(text) => f.write_str(text),
            Text::Error(error) => write!(f, "{error}"),
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::Plain(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::Plain(text.into())
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = self.severity.name().to_ascii_uppercase();
        write!(f, "[{severity}] {}: {}", self.path, self.text)
    }
}
