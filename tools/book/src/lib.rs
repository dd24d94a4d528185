//! The book's generated pages: what the program itself knows of its commands and rules, as Markdown.

pub mod links;

mod commands;
mod examples;
mod rules;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// A generated page.
pub struct Page {
    /// Its path below the checkout.
    pub path: &'static str,
    /// What it has to be.
    pub text: String,
}

impl Page {
    /// Returns true if the file in the checkout is what it has to be.
    pub fn is_current(&self) -> bool {
        let file = fs::read_to_string(project::root().join(self.path));
        file.is_ok_and(|text| text == self.text)
    }

    /// Writes the file in the checkout.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self) -> Result<()> {
        fs::write(project::root().join(self.path), &self.text)
            .with_context(|| format!("cannot write {}", self.path))
    }
}

/// All generated pages; `rhelm` is the program, whose findings are the examples.
///
/// # Errors
/// When the program does not run.
pub fn pages(rhelm: &Path) -> Result<Vec<Page>> {
    Ok(vec![
        Page {
            path: "docs/commands.md",
            text: commands::page(),
        },
        Page {
            path: "docs/rules.md",
            text: rules::page(rhelm)?,
        },
    ])
}
