//! Showing a comparison: one file for each format.

mod highlight;
mod html;
mod json;
mod markdown;
mod text;
mod unified;

pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use text::text;
pub use unified::unified;

use super::comparison::{Comparison, Kind, ResourceChange};
use diagnostics::Severity;

/// A report that cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The writer has no more room.
    #[error("cannot write the report: {0}")]
    Write(#[from] std::io::Error),
    /// An error in the page's template.
    #[error("the page: {0}")]
    Page(#[from] tera::Error),
}

/// The names of the sides, and the number of lines shown around a change.
#[derive(Clone, Debug)]
pub struct View {
    /// The old side, as the user names it.
    pub old: String,
    /// The new side.
    pub new: String,
    /// Lines shown around each change; all where there is no number.
    pub context: Option<usize>,
    /// True if text is coloured.
    pub colour: bool,
}

impl Kind {
    /// The change, in a word.
    fn word(self) -> &'static str {
        match self {
            Kind::Changed => "changed",
            Kind::Removed => "removed",
            Kind::Added => "added",
        }
    }
}

/// The changes, the most important first: by the worst finding, then what went, what changed, what
/// came.
fn by_importance(comparison: &Comparison) -> Vec<&ResourceChange> {
    let mut changes: Vec<&ResourceChange> = comparison.changes.iter().collect();
    let place = |kind| match kind {
        Kind::Removed => 0,
        Kind::Changed => 1,
        Kind::Added => 2,
    };
    changes.sort_by_key(|change| {
        let worst = change.findings.iter().map(|finding| finding.severity).max();
        let worst = worst.filter(|severity| *severity > Severity::Info);
        (std::cmp::Reverse(worst), place(change.kind))
    });
    changes
}
