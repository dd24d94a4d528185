//! Severity, and which findings make a run fail.

use std::fmt;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth a look.
    Info,
    /// Accepted by Helm and Kubernetes, but hardly meant so, or a risk.
    Warning,
    /// Helm or Kubernetes refuses it, an upgrade fails, or data is lost.
    Error,
}

impl Severity {
    /// All severities, the worst first.
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

    /// `error`, `warning` or `info`.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The severity of a name.
    pub fn from_name(name: &str) -> Option<Severity> {
        let mut all = Severity::ALL.into_iter();
        all.find(|severity| severity.name() == name)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Findings that make a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Those of a rule, by its id.
    Rule(&'static str),
    /// Those of this severity or worse.
    Severity(Severity),
}

impl FailOn {
    /// A finding of a rule is among them.
    pub fn includes(self, rule: &str, severity: Severity) -> bool {
        match self {
            FailOn::Rule(id) => rule == id,
            FailOn::Severity(least) => severity >= least,
        }
    }
}
