//! Files and directories of a git revision, read through git's plumbing: nothing is checked out, no hook, filter or
//! pager runs, and nothing is fetched.

mod changes;
mod error;
mod plumbing;

pub use changes::Changes;
pub use error::Error;

use crate::chart::File;
use gostd::limits::LIMITS;
use gostd::path::clean;
use plumbing::{Answer, answers, git, list, text};
use std::collections::VecDeque;
use std::fmt;

/// The bytes of all files that are read for one chart and its dependencies at most.
const MAX_BYTES: u64 = LIMITS.revision_bytes;
/// The files that are read for one chart and its dependencies at most.
const MAX_FILES: usize = 100_000;
/// The links to directories that are followed at most: they may lead into each other.
const MAX_LINKS: usize = 1000;
/// The start of an argument that names something of a revision.
pub(crate) const SCHEME: &str = "git:";

/// The place of a file or a directory in a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The revision, as git takes it.
    pub revision: String,
    /// The path, relative to the top of the repository that the working directory is in (to the working
    /// directory, if it starts with `./` or `../`).
    pub path: String,
}

impl Location {
    /// Parses `git:REVISION:PATH`; nothing for another argument. A colon in the braces of a revision
    /// (`HEAD@{10:00}`) is part of it, any other ends it.
    pub fn parse(argument: &str) -> Option<Location> {
        let rest = argument.strip_prefix(SCHEME)?;
        let mut depth = 0_usize;
        let colon = rest.find(|c: char| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            c == ':' && depth == 0
        });
        let (revision, path) = colon.map_or((rest, ""), |at| {
            let (revision, path) = rest.split_at(at);
            (revision, path.get(1..).unwrap_or_default())
        });
        Some(Location {
            revision: revision.into(),
            path: path.into(),
        })
    }

    /// The path from the top of the repository; empty for the top itself.
    ///
    /// # Errors
    /// The path leads out of the repository, or there is none.
    pub fn from_top(&self) -> Result<String, Error> {
        let mut path = self.path.clone();
        if matches!(&*path, "." | "..") || path.starts_with("./") || path.starts_with("../") {
            let prefix = text(&git(&["rev-parse", "--show-prefix"])?);
            path = format!("{}{path}", prefix.trim_end_matches('\n'));
        }
        match text(&clean(path.as_bytes())) {
            top if top == "." => Ok(String::new()),
            path if path == ".." || path.starts_with("../") || path.starts_with('/') => {
                Err(Error::Outside(path))
            }
            path => Ok(path),
        }
    }

    /// The place that a path leads to which is relative to this one.
    ///
    /// # Errors
    /// The path leads out of the repository.
    pub fn join(&self, relative: &str) -> Result<Location, Error> {
        let path = format!("{}/{relative}", self.from_top()?);
        let path = text(&clean(path.trim_start_matches('/').as_bytes()));
        if relative.starts_with('/') || path == ".." || path.starts_with("../") {
            return Err(Error::Outside(relative.into()));
        }
        Ok(Location {
            revision: self.revision.clone(),
            path,
        })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}:{}", self.revision, self.path)
    }
}

/// The content of a revision at a path.
#[derive(Debug)]
#[non_exhaustive]
pub enum Object {
    /// A directory: its files, names relative to it.
    Directory(Vec<File>),
    /// A file: its bytes.
    File(Vec<u8>),
}

/// The file at a location, of at most as many bytes as a values file may have.
///
/// # Errors
/// See [`Error`].
pub fn read_file(location: &Location) -> Result<Vec<u8>, Error> {
    let mut reader = Reader {
        bytes: LIMITS.argument_bytes,
        limit: LIMITS.argument_bytes,
        ..Reader::default()
    };
    let mut read = || {
        let (tree, path) = reader.find(location)?;
        match reader.answer(location, &tree, &path)? {
            Answer::Blob(bytes) => Ok(bytes),
            _ => Err(Error::Directory(location.to_string())),
        }
    };
    read().map_err(|error: Error| error.of(location))
}

/// Reads charts and manifests: so many bytes and files for all of them together.
#[derive(Debug)]
pub struct Reader {
    bytes: u64,
    limit: u64,
    files: usize,
    links: usize,
}

impl Default for Reader {
    fn default() -> Reader {
        Reader {
            bytes: MAX_BYTES,
            limit: MAX_BYTES,
            files: MAX_FILES,
            links: MAX_LINKS,
        }
    }
}

impl Reader {
    /// The content of a location.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn read(&mut self, location: &Location) -> Result<Object, Error> {
        self.object(location).map_err(|error| error.of(location))
    }

    fn object(&mut self, location: &Location) -> Result<Object, Error> {
        let (tree, path) = self.find(location)?;
        match self.answer(location, &tree, &path)? {
            Answer::Blob(bytes) => Ok(Object::File(bytes)),
            Answer::Tree(object) => {
                let base = match &*path {
                    "" => format!("{tree}:"),
                    path => format!("{tree}:{path}/"),
                };
                let files = self.directory(location, &object, base);
                files.map(Object::Directory)
            }
            _ => Err(Error::no_path(location, &tree, &path)),
        }
    }

    /// The tree of a location's revision, and the path in it.
    fn find(&self, location: &Location) -> Result<(String, String), Error> {
        let path = location.from_top()?;
        let revision = &location.revision;
        if revision.is_empty() {
            // Git would take it for a file that is being merged.
            return Err(Error::NoName(location.clone()));
        }
        if revision.starts_with('-') {
            // Git would take it for a flag.
            return Err(Error::Revision(revision.clone()));
        }
        let name = format!("{revision}^{{tree}}");
        let no_revision = || Error::no_revision(revision, Some(&path));
        let tree = match git(&["rev-parse", "--verify", "--quiet", &name]) {
            Ok(tree) => text(&tree).trim().to_owned(),
            // It is quiet about nothing but a revision that is not there.
            Err(Error::Git(message)) if message.is_empty() => return Err(no_revision()),
            Err(error) => return Err(error),
        };
        // Not `^REVISION`, which is another thing.
        match !tree.is_empty() && tree.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => Ok((tree, path)),
            false => Err(no_revision()),
        }
    }

    /// The object at a path of a tree: a file or a directory.
    fn answer(&mut self, location: &Location, tree: &str, path: &str) -> Result<Answer, Error> {
        let wrong = || Error::no_path(location, tree, path);
        if path.contains(['\n', '\0']) {
            return Err(wrong());
        }
        let names = [format!("{tree}:{path}")];
        let answer = answers(&names, self.bytes)?.into_iter().next();
        match answer.unwrap_or(Answer::Missing) {
            Answer::Blob(bytes) => {
                self.take(&bytes)?;
                Ok(Answer::Blob(bytes))
            }
            Answer::Tree(object) => Ok(Answer::Tree(object)),
            Answer::LeadsOut => Err(Error::Link(path.to_owned())),
            Answer::LeadsNowhere => Err(Error::broken_link(location, tree, path)),
            Answer::Missing => Err(wrong()),
        }
    }

    /// The files of a tree. Links stand for what they lead to; `base` is how the tree is called, so that they lead
    /// through the revision.
    fn directory(
        &mut self,
        location: &Location,
        tree: &str,
        base: String,
    ) -> Result<Vec<File>, Error> {
        let mut files = Vec::new();
        let mut open = VecDeque::from([(tree.to_owned(), base, String::new())]);
        while let Some((tree, base, prefix)) = open.pop_front() {
            let entries = list(&tree)?;
            self.files = self
                .files
                .checked_sub(entries.len())
                .ok_or(Error::TooManyFiles(MAX_FILES))?;
            let objects = entries.iter().map(|entry| match entry.is_link {
                true => format!("{base}{}", entry.path),
                false => entry.object.clone(),
            });
            let objects: Vec<String> = objects.collect();
            let answers = answers(&objects, self.bytes)?;
            for (entry, answer) in entries.into_iter().zip(answers) {
                let name = format!("{prefix}{}", entry.path);
                match answer {
                    Answer::Blob(bytes) => {
                        self.take(&bytes)?;
                        files.push(File::in_memory(name, bytes));
                    }
                    Answer::Tree(object) => {
                        self.links = self
                            .links
                            .checked_sub(1)
                            .ok_or(Error::TooManyLinks(MAX_LINKS))?;
                        let base = format!("{base}{}/", entry.path);
                        open.push_back((object, base, format!("{name}/")));
                    }
                    Answer::LeadsOut => return Err(Error::Link(name)),
                    Answer::LeadsNowhere => {
                        return Err(Error::BrokenLink(name, location.revision.clone()));
                    }
                    // What a tree lists is there, or the clone is a partial one.
                    Answer::Missing if entry.is_link => {
                        return Err(Error::BrokenLink(name, location.revision.clone()));
                    }
                    Answer::Missing => return Err(Error::partial(location)),
                }
            }
        }
        files.sort_by(|a, b| a.name().cmp(b.name()));
        Ok(files)
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let rest = self.bytes.checked_sub(bytes.len() as u64);
        self.bytes = rest.ok_or(Error::TooLarge(self.limit))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_has_a_revision_and_a_path() {
        for (argument, revision, path) in [
            ("git:main:a/b.yaml", "main", "a/b.yaml"),
            ("git:v1", "v1", ""),
            ("git:v1:a:b", "v1", "a:b"),
            (
                "git:HEAD@{2026-01-01 10:00}:a:b",
                "HEAD@{2026-01-01 10:00}",
                "a:b",
            ),
            ("git::a", "", "a"),
        ] {
            let location = Location {
                revision: revision.into(),
                path: path.into(),
            };
            assert_eq!(Location::parse(argument), Some(location), "{argument}");
        }
        assert_eq!(Location::parse("./git:main:a"), None);
    }

    #[test]
    fn a_relative_path_stays_in_the_repository() {
        let location = Location {
            revision: "main".into(),
            path: "charts/web/".into(),
        };
        let joined = |relative| location.join(relative).map(|joined| joined.path).ok();
        assert_eq!(joined("../lib").as_deref(), Some("charts/lib"));
        assert_eq!(joined("../../lib/./a").as_deref(), Some("lib/a"));
        assert_eq!(joined("../../../lib"), None);
        assert_eq!(joined("/lib"), None);
    }
}
