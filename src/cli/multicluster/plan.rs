//! What will be done, shown before it is done.

use super::side::Side;
use crate::cli::CommandResult;
use crate::cli::terminal;

/// Steps on clusters, in their order.
#[derive(Default)]
pub(super) struct Plan {
    steps: Vec<(String, String)>,
}

impl Plan {
    pub(super) fn add(&mut self, side: &Side, step: impl Into<String>) {
        self.steps.push((side.name(), step.into()));
    }

    /// Prints what was seen, then the steps.
    pub(super) fn print(&self, seen: &[String]) -> CommandResult {
        let mut text = String::new();
        for line in seen {
            text.push_str(&format!("{line}\n"));
        }
        let width = self.steps.iter().map(|(side, _)| side.chars().count());
        let width = width.max().unwrap_or(0);
        for (side, step) in &self.steps {
            text.push_str(&format!("{side:width$}  {step}\n"));
        }
        terminal::print(text.as_bytes())
    }
}
