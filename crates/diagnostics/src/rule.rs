//! Rules: the names under which findings are told, chosen and left out.

use crate::Severity;

/// One rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its stable name.
    pub id: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
    /// True if it is off unless `--strict` or its name asks for it.
    pub strict: bool,
    /// A summary of its findings.
    pub summary: &'static str,
    /// Why its findings matter, and the remedy; empty where the summary says it all.
    pub explanation: &'static str,
}

impl Rule {
    /// A rule whose findings are errors.
    pub const fn error(id: &'static str, summary: &'static str, explanation: &'static str) -> Rule {
        Rule {
            id,
            severity: Severity::Error,
            strict: false,
            summary,
            explanation,
        }
    }

    /// A rule whose findings are warnings.
    pub const fn warning(
        id: &'static str,
        summary: &'static str,
        explanation: &'static str,
    ) -> Rule {
        Rule {
            severity: Severity::Warning,
            ..Rule::error(id, summary, explanation)
        }
    }

    /// A rule whose findings are warnings, for those who ask for it.
    pub const fn strict(
        id: &'static str,
        summary: &'static str,
        explanation: &'static str,
    ) -> Rule {
        Rule {
            strict: true,
            ..Rule::warning(id, summary, explanation)
        }
    }

    /// A rule whose summary says it all.
    pub const fn brief(severity: Severity, id: &'static str, summary: &'static str) -> Rule {
        Rule {
            severity,
            ..Rule::error(id, summary, "")
        }
    }
}
