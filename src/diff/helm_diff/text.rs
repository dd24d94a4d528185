//! helm-diff's outputs `diff` and `simple`.

use super::Options;
use super::report::{Change, Entry};
use crate::diff::paper::{BRIGHT_BLUE, GREEN, Paper, RED, YELLOW};

/// The lines of each entry below its headline.
pub(super) fn diff(entries: &[Entry], options: &Options, out: &mut Vec<u8>) {
    let mut paper = Paper {
        out,
        colour: options.colour,
    };
    for entry in entries {
        let (colour, message) = match entry.change {
            Change::Add => (GREEN, "has been added:"),
            Change::Remove => (RED, "has been removed:"),
            Change::Modify => (YELLOW, "has changed:"),
            Change::ModifySuppressed => (BRIGHT_BLUE, SUPPRESSED),
        };
        let headline = [entry.key.as_bytes(), b" ", message.as_bytes()];
        paper.write(colour, &headline, b"\n");
        if options.suppressed_kinds.contains(&entry.kind) {
            let text = format!(
                "+ Changes suppressed on sensitive content of type {}\n",
                entry.kind
            );
            paper.write(YELLOW, &[text.as_bytes()], b"");
            continue;
        }
        paper.diff(&entry.lines, options.context);
    }
}

const SUPPRESSED: &str = "has changed, but diff is empty after suppression.";

/// A line for each entry, and the sums.
pub(super) fn simple(entries: &[Entry], options: &Options, out: &mut Vec<u8>) {
    let mut paper = Paper {
        out,
        colour: options.colour,
    };
    for entry in entries {
        let (colour, message) = match entry.change {
            Change::Add => (GREEN, "to be added."),
            Change::Remove => (RED, "to be removed."),
            Change::Modify => (YELLOW, "to be changed."),
            Change::ModifySuppressed => (BRIGHT_BLUE, SUPPRESSED),
        };
        let headline = [entry.key.as_bytes(), b" ", message.as_bytes()];
        paper.write(colour, &headline, b"\n");
    }
    let count = |change| entries.iter().filter(|e| e.change == change).count();
    let plan = format!(
        "Plan: {} to add, {} to change, {} to destroy, 0 to change ownership.\n",
        count(Change::Add),
        count(Change::Modify),
        count(Change::Remove),
    );
    out.extend_from_slice(plan.as_bytes());
}
