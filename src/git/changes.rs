//! The files that differ from a revision: changed, added and deleted ones, committed or not.

use super::Error;
use super::plumbing::{git, text};
use std::path::{Path, PathBuf};

/// Differences between the working tree and a revision.
#[derive(Debug)]
pub struct Changes {
    /// The top of the repository, without links.
    top: PathBuf,
    /// Whole paths, the old and the new one of what was renamed.
    paths: Vec<PathBuf>,
}

impl Changes {
    /// What changed since the last commit that a revision and the working tree have in common, in the repository that the
    /// working directory is in. Files that git ignores do not count, new ones do.
    ///
    /// # Errors
    /// See [`Error`]: there is no repository, no such revision, or no such commit, as in a shallow clone.
    pub fn since(revision: &str) -> Result<Changes, Error> {
        if revision.is_empty() || revision.starts_with('-') {
            // Git would take it for something else.
            return Err(Error::Revision(revision.to_owned()));
        }
        let top = text(&git(&["rev-parse", "--show-toplevel"])?);
        let top = top.trim_end_matches('\n');
        let commit = format!("{revision}^{{commit}}");
        let commit = match git(&["rev-parse", "--verify", "--quiet", &commit]) {
            Ok(commit) => text(&commit).trim().to_owned(),
            // It is quiet about nothing but a revision that is not there.
            Err(Error::Git(message)) if message.is_empty() => {
                return Err(Error::no_revision(revision, None));
            }
            Err(error) => return Err(error),
        };
        let base = match git(&["merge-base", &commit, "HEAD"]) {
            Ok(base) => text(&base).trim().to_owned(),
            Err(Error::Git(message)) if message.is_empty() => {
                return Err(Error::no_common_commit(revision));
            }
            Err(error) => return Err(error),
        };
        // A monitor of files is a program that the configuration names.
        let quiet = ["-C", top, "-c", "core.fsmonitor=false"];
        let differ = [
            "diff",
            "--name-only",
            "-z",
            "--no-renames",
            "--no-ext-diff",
            "--no-relative",
            &base,
            "--",
        ];
        let new = ["ls-files", "--others", "--exclude-standard", "-z"];
        let mut changes = Changes {
            paths: Vec::new(),
            top: Path::new(top).to_owned(),
        };
        changes.top = whole(&changes.top);
        for command in [&differ[..], &new] {
            let names = git(&[&quiet[..], command].concat())?;
            let names = names.split(|byte| *byte == 0);
            let names = names.filter(|name| !name.is_empty());
            let paths = names.map(|name| changes.top.join(text(name)));
            let paths: Vec<PathBuf> = paths.collect();
            changes.paths.extend(paths);
        }
        Ok(changes)
    }

    /// Returns true if something at a path changed, or below it, or the whole of a submodule that it is in.
    pub fn touch(&self, path: &Path) -> bool {
        let path = whole(path);
        let mut changes = self.paths.iter();
        changes.any(|change| change.starts_with(&path) || path.starts_with(change))
    }

    /// Returns true if a path is in the repository.
    pub fn cover(&self, path: &Path) -> bool {
        whole(path).starts_with(&self.top)
    }
}

/// A path without links; of what is not there any more, as it is written.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize()
        .or_else(|_| std::path::absolute(path).map(|path| crate::chart::clean_path(&path)))
        .unwrap_or_else(|_| path.to_owned())
}
