//! helm-diff's outputs `diff` and `simple`.

use super::Options;
use super::report::{Change, Entry};
use crate::ansi_writer::{AnsiWriter, BRIGHT_BLUE, GREEN, RED, YELLOW};

/// The lines of an entry below its headline.
pub(super) fn diff(entry: &Entry<'_>, options: &Options, out: &mut Vec<u8>) {
    let mut writer = AnsiWriter {
        out,
        colour: options.colour,
    };
    let (colour, message) = match entry.change {
        Change::Add => (GREEN, "has been added:"),
        Change::Remove => (RED, "has been removed:"),
        Change::Modify => (YELLOW, "has changed:"),
        Change::ModifySuppressed => (BRIGHT_BLUE, SUPPRESSED),
    };
    let headline = [entry.key.as_bytes(), b" ", message.as_bytes()];
    writer.write(colour, &headline, b"\n");
    if options.suppresses(entry.kind) {
        let text = format!(
            "+ Changes suppressed on sensitive content of type {}\n",
            entry.kind
        );
        writer.write(YELLOW, &[text.as_bytes()], b"");
        return;
    }
    writer.diff(&entry.lines, options.context);
}

const SUPPRESSED: &str = "has changed, but diff is empty after suppression.";

/// A line for each entry, and the sums.
pub(super) struct Simple<'o> {
    out: &'o mut Vec<u8>,
    added: usize,
    changed: usize,
    removed: usize,
}

impl<'o> Simple<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Simple<'o> {
        Simple {
            out,
            added: 0,
            changed: 0,
            removed: 0,
        }
    }

    pub(super) fn entry(&mut self, entry: &Entry<'_>, options: &Options) {
        let mut writer = AnsiWriter {
            out: self.out,
            colour: options.colour,
        };
        let (colour, message) = match entry.change {
            Change::Add => (GREEN, "to be added."),
            Change::Remove => (RED, "to be removed."),
            Change::Modify => (YELLOW, "to be changed."),
            Change::ModifySuppressed => (BRIGHT_BLUE, SUPPRESSED),
        };
        let headline = [entry.key.as_bytes(), b" ", message.as_bytes()];
        writer.write(colour, &headline, b"\n");
        match entry.change {
            Change::Add => self.added += 1,
            Change::Remove => self.removed += 1,
            Change::Modify => self.changed += 1,
            // helm-diff counts it nowhere.
            Change::ModifySuppressed => {}
        }
    }

    pub(super) fn end(self) {
        let plan = format!(
            "Plan: {} to add, {} to change, {} to destroy, 0 to change ownership.\n",
            self.added, self.changed, self.removed,
        );
        self.out.extend_from_slice(plan.as_bytes());
    }
}
