//! The progress of work that consists of many parts, on a terminal alone.

use super::terminal;
use std::io::{self, IsTerminal};

/// A line on stderr that says how much is done.
pub(super) struct Progress {
    /// The word for what is done with each part.
    verb: &'static str,
    all: usize,
    is_shown: bool,
}

impl Progress {
    pub(super) fn new(verb: &'static str, all: usize) -> Progress {
        let is_shown = all > 1 && io::stderr().is_terminal();
        Progress {
            verb,
            all,
            is_shown,
        }
    }

    /// Says that so many parts are done; nothing once all are.
    pub(super) fn show(&self, count: usize) {
        if count == self.all {
            return self.clear();
        }
        if self.is_shown {
            let Progress { verb, all, .. } = self;
            terminal::warn(format!("\r{verb} {count} of {all} times").as_bytes());
        }
    }

    /// Leaves the line to others.
    pub(super) fn clear(&self) {
        if self.is_shown {
            terminal::warn(b"\r\x1b[K");
        }
    }
}
