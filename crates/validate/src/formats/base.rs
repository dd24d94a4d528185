//! The base of the paths in reports for code hosting: the repository's top, wherever the program
//! is started.

// Looks for the repository that the caller is in, which only reports for code hosting ask for.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use chart::clean_path;
use std::path::{Path, PathBuf};

/// The directories that names of files are relative to: in diagnostics, and in reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// The working directory, absolute; names stay as they are where this is empty.
    here: PathBuf,
    top: PathBuf,
}

/// A name as a report has it.
pub(super) enum Name {
    /// Below the top, from there on.
    Below(String),
    /// As it is: nothing on disk, or elsewhere.
    Other(String),
}

impl Base {
    /// The repository that the working directory is in; that directory itself where it is in none.
    pub fn of_working_directory() -> Base {
        let here = std::env::current_dir().unwrap_or_default();
        let mut above = here.ancestors();
        let top = above.find(|directory| directory.join(".git").exists());
        let top = top.unwrap_or(&here).to_owned();
        Base { here, top }
    }

    /// The top's path; nothing where names stay as they are.
    pub(super) fn top(&self) -> Option<&Path> {
        (!self.top.as_os_str().is_empty()).then_some(&self.top)
    }

    /// A diagnostic's name of a file.
    pub(super) fn name(&self, name: &str) -> Name {
        // Links are not looked at: hosts know the path that was typed.
        let path = clean_path(&self.here.join(name));
        let below = path.strip_prefix(&self.top).ok();
        match below.and_then(Path::to_str) {
            Some(below) if self.top().is_some() && path.exists() => Name::Below(below.into()),
            _ => Name::Other(name.into()),
        }
    }
}
