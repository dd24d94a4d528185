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
use super::lines::{Delta, Line, Piece, pieces};

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
    /// True if resources that differ only in the chart's labels and checksums are shown like others, and definitions line by line.
    pub is_unfolded: bool,
    /// The largest size of the report in bytes; any size where there is none.
    pub max_bytes: Option<usize>,
}

impl Kind {
    /// The change, in a word.
    fn word(self) -> &'static str {
        match self {
            Kind::Changed => "changed",
            Kind::Renamed => "renamed",
            Kind::Removed => "removed",
            Kind::Added => "added",
        }
    }
}

/// Room that is kept for the sentence that tells what was cut.
const RESERVE: usize = 200;
/// Names of resources that a sentence has at most.
const MOST_NAMES: usize = 5;

/// What is told of resources that differ only in the chart's labels and checksums, in place of their changes; nothing where these
/// are shown.
fn relabelled(comparison: &Comparison, view: &View) -> Option<String> {
    let folded: Vec<&ResourceChange> = comparison
        .changes
        .iter()
        .filter(|c| view.folds(c))
        .collect();
    let count = match folded.len() {
        0 => return None,
        1 => "1 resource differs".to_owned(),
        n => format!("{n} resources differ"),
    };
    let restarts = |change: &&&ResourceChange| {
        let mut findings = change.findings.iter();
        findings.any(|finding| finding.rule.id == "pods-restart")
    };
    let restarts: Vec<&&ResourceChange> = folded.iter().filter(restarts).collect();
    let names = restarts.iter().take(MOST_NAMES);
    let names = names.map(|change| format!("{} {}", change.key.kind, change.key.name));
    let mut names: Vec<String> = names.collect();
    if restarts.len() > MOST_NAMES {
        names.push(format!("{} more", restarts.len() - MOST_NAMES));
    }
    let pods = match restarts.len() {
        0 => "no pods restart".to_owned(),
        1 => format!("the pods of 1 restart: {}", names.join(", ")),
        n => format!("the pods of {n} restart: {}", names.join(", ")),
    };
    Some(format!(
        "{count} only in the chart's labels and checksums; {pods} (--no-fold shows them)"
    ))
}

/// What had no room in a report, in words.
fn cut_text(resources: usize, parts: usize, part: &str) -> Option<String> {
    let plural = if resources == 1 { "" } else { "s" };
    let counts = [
        (resources, format!("{resources} resource{plural}")),
        (parts, format!("the {part} of {parts} more")),
    ];
    let parts = counts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(_, text)| text).collect();
    (!parts.is_empty()).then(|| format!("Not shown for want of room: {}.", parts.join(", ")))
}

/// The number of lines that came and that went.
fn counts(lines: &[Line]) -> (usize, usize) {
    let count = |delta| lines.iter().filter(|line| line.delta == delta).count();
    (count(Delta::Right), count(Delta::Left))
}

impl View {
    /// The lines of a change: those of a definition in short, unless all are to be shown.
    fn lines<'c>(&self, change: &'c ResourceChange) -> &'c [Line] {
        match &change.schema {
            Some(schema) if !self.is_unfolded => schema,
            _ => &change.lines,
        }
    }

    /// The pieces of a change's lines that are shown; what a definition is told in has no context.
    fn pieces<'c>(&self, change: &'c ResourceChange) -> Vec<Piece<'c>> {
        match &change.schema {
            Some(schema) if !self.is_unfolded => vec![Piece::Hunk {
                lines: schema,
                old: 1,
                new: 1,
                place: String::new(),
            }],
            _ => pieces(&change.lines, self.context),
        }
    }

    /// Returns true if another text has room, and something that tells of what has none.
    fn has_room(&self, length: usize) -> bool {
        let most = self.max_bytes.map(|most| most.saturating_sub(RESERVE));
        most.is_none_or(|most| length <= most)
    }

    /// Returns true if a change is told in the sentence about labels and checksums.
    fn folds(&self, change: &ResourceChange) -> bool {
        change.is_relabelled && !self.is_unfolded
    }
}
