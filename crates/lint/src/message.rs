//! Messages about a chart (`support.Message`).

use diagnostics::Severity;
use std::fmt;

/// One finding. Its `Display` is the line that Helm prints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// The severity.
    pub severity: Severity,
    /// What it is about: a file of the chart, a directory of it, or the chart's own directory.
    pub path: String,
    /// The problem, in Helm's words.
    pub text: String,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = self.severity.name().to_ascii_uppercase();
        write!(f, "[{severity}] {}: {}", self.path, self.text)
    }
}
