//! helm-diff's outputs `diff` and `simple`.

use super::Options;
use super::lcs::Delta;
use super::report::{Change, Entry, Line};

/// A colour of mgutz/ansi.
const GREEN: &str = "\x1b[0;32m";
const RED: &str = "\x1b[0;31m";
const YELLOW: &str = "\x1b[0;33m";
const BRIGHT_BLUE: &str = "\x1b[0;94m";
const RESET: &str = "\x1b[0m";

/// Writes in colour, or not.
struct Paper<'o> {
    out: &'o mut Vec<u8>,
    colour: bool,
}

impl Paper<'_> {
    /// Writes in a colour, then as it is.
    fn write(&mut self, colour: &str, parts: &[&[u8]], after: &[u8]) {
        if self.colour {
            self.out.extend_from_slice(colour.as_bytes());
        }
        for part in parts {
            self.out.extend_from_slice(part);
        }
        if self.colour {
            self.out.extend_from_slice(RESET.as_bytes());
        }
        self.out.extend_from_slice(after);
    }
}

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
        lines(&entry.lines, options.context, &mut paper);
    }
}

const SUPPRESSED: &str = "has changed, but diff is empty after suppression.";

fn lines(lines: &[Line], context: Option<usize>, paper: &mut Paper<'_>) {
    let distances = context.map(|context| (context, distances(lines)));
    let mut omitting = false;
    for (at, line) in lines.iter().enumerate() {
        if let Some((context, distances)) = &distances
            && distances.get(at).is_some_and(|distance| distance > context)
        {
            if !omitting {
                paper.out.extend_from_slice(b"...\n");
            }
            omitting = true;
            continue;
        }
        omitting = false;
        match line.delta {
            Delta::Right => paper.write(GREEN, &[b"+ ", &line.text], b"\n"),
            Delta::Left => paper.write(RED, &[b"- ", &line.text], b"\n"),
            Delta::Common => {
                if !line.text.is_empty() {
                    paper.out.extend_from_slice(b"  ");
                    paper.out.extend_from_slice(&line.text);
                }
                paper.out.push(b'\n');
            }
        }
    }
}

/// How far each line is from the nearest change.
fn distances(lines: &[Line]) -> Vec<usize> {
    let mut distances = vec![usize::MAX; lines.len()];
    let mut near = usize::MAX;
    let mut step = |(line, distance): (&Line, &mut usize)| {
        near = match line.delta {
            Delta::Common => near.saturating_add(1),
            _ => 0,
        };
        *distance = near.min(*distance);
    };
    lines.iter().zip(&mut distances).for_each(&mut step);
    near = usize::MAX;
    let mut step = |(line, distance): (&Line, &mut usize)| {
        near = match line.delta {
            Delta::Common => near.saturating_add(1),
            _ => 0,
        };
        *distance = near.min(*distance);
    };
    lines.iter().zip(&mut distances).rev().for_each(&mut step);
    distances
}

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
