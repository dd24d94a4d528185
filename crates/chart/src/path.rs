//! Paths as Go makes them absolute, by name alone.

use super::{Error, OsError};
use std::path::{Component, Path, PathBuf};

/// Go's `filepath.Abs`: `.` and `..` are resolved by name, links are not.
pub fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let whole = std::path::absolute(path).map_err(|e| OsError::new("getwd", path, &e))?;
    Ok(without_dots(&whole))
}

/// A path whose `.` and `..` are resolved by name.
pub fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            other => clean.push(other),
        }
    }
    clean
}
