//! Paths as Go makes them absolute, by name alone.

use super::{Error, OsError};
use std::path::{Component, Path, PathBuf};

/// Go's `filepath.Abs`: `.` and `..` are resolved by name, links are not.
pub fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let whole = std::path::absolute(path).map_err(|e| OsError::new("getwd", path, &e))?;
    Ok(clean(&whole))
}

/// Go's `filepath.Clean`: `.` and `..` are resolved by name, but for `..` that lead above a relative path's beginning.
/// An empty path is `.`.
pub fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match (component, clean.components().next_back()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                clean.pop();
            }
            (other, _) => clean.push(other),
        }
    }
    match clean.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => clean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_as_gos() {
        for path in [
            "",
            ".",
            "./",
            "a",
            "./a/.",
            "a/..",
            "a/../..",
            "../a",
            "../../a/../b",
            "a//b/",
            "/",
            "/..",
            "/../a",
            "/a/../../b/./c",
            "..",
            "a/./../../..",
        ] {
            let expected = gostd::path::clean(path.as_bytes());
            let cleaned = clean(Path::new(path));
            assert_eq!(cleaned.as_os_str().as_encoded_bytes(), expected, "{path}");
        }
    }
}
