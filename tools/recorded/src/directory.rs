//! Directories as a whole.

use anyhow::Result;
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// Copies what is in a directory into another one, which is made if need be; files that are there are replaced.
///
/// # Errors
/// The system's.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(target)?,
            false => drop(fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}
