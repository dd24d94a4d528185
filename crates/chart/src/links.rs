//! The final target of a link: Go's `filepath.EvalSymlinks`, which follows more links than the system does and has
//! texts of its own.

// Reads charts from disk, which only who names a path asks for.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use super::OsError;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The number of links that Go follows on one way.
const MAX_LINKS: usize = 255;

/// The path that `path`, which is absolute, leads to without links. The error is Go's text.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, String> {
    // The system does it faster, and knows no more than that something is wrong.
    fs::canonicalize(path).or_else(|_| walk(path))
}

fn walk(path: &Path) -> Result<PathBuf, String> {
    let mut real = PathBuf::from("/");
    let mut rest = path.to_path_buf();
    let mut links = 0;
    loop {
        let mut components = rest.components();
        let Some(component) = components.next() else {
            return Ok(real);
        };
        let after = components.as_path().to_path_buf();
        match component {
            Component::RootDir => real = PathBuf::from("/"),
            Component::ParentDir => drop(real.pop()),
            Component::CurDir | Component::Prefix(_) => {}
            Component::Normal(name) => {
                real.push(name);
                let metadata = fs::symlink_metadata(&real);
                let metadata =
                    metadata.map_err(|e| OsError::new("lstat", &real, &e).to_string())?;
                if metadata.is_symlink() {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err("EvalSymlinks: too many links".into());
                    }
                    let target = fs::read_link(&real);
                    let target =
                        target.map_err(|e| OsError::new("readlink", &real, &e).to_string())?;
                    real.pop();
                    rest = target.join(after);
                    continue;
                }
                if !metadata.is_dir() && !after.as_os_str().is_empty() {
                    return Err("not a directory".into());
                }
            }
        }
        rest = after;
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn more_links_are_followed_than_the_system_follows() {
        let scratch = tempfile::tempdir().unwrap();
        let top = scratch.path().canonicalize().unwrap();
        let link = |index: usize| top.join(format!("l{index}"));
        fs::write(link(0), "x").unwrap();
        for index in 1..=256 {
            symlink(format!("l{}", index - 1), link(index)).unwrap();
        }
        assert_eq!(resolve(&link(60)), Ok(link(0)));
        assert_eq!(resolve(&link(255)), Ok(link(0)));
        let error = "EvalSymlinks: too many links";
        assert_eq!(resolve(&link(256)), Err(error.into()));
    }

    #[test]
    fn what_is_wrong_is_told_as_in_go() {
        let scratch = tempfile::tempdir().unwrap();
        let top = scratch.path().canonicalize().unwrap();
        fs::write(top.join("file"), "x").unwrap();
        fs::create_dir(top.join("dir")).unwrap();
        for (name, target) in [
            ("below-file", "file/x"),
            ("up", "dir/../file"),
            ("gone", "dir/../nope/x"),
            ("loop", "loop"),
        ] {
            symlink(target, top.join(name)).unwrap();
        }
        let result_of = |name: &str| resolve(&top.join(name));
        assert_eq!(result_of("below-file"), Err("not a directory".into()));
        assert_eq!(result_of("up"), Ok(top.join("file")));
        let nope = top.join("nope");
        let gone = format!("lstat {}: no such file or directory", nope.display());
        assert_eq!(result_of("gone"), Err(gone));
        assert_eq!(
            result_of("loop"),
            Err("EvalSymlinks: too many links".into())
        );
    }
}
