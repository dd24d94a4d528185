//! The reason why a revision cannot be read: which part of `git:REVISION:PATH` is wrong, and what mends it.

use super::plumbing::{git, text};
use super::{Location, SCHEME};
use std::io;
use std::path::Path;

/// Names that are at least so much alike are suggested.
const ALIKE: f64 = 0.6;

/// The reason why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Git cannot be run.
    #[error("{}", program(.0))]
    Program(io::Error),
    /// Git's own words.
    #[error("git: {0}")]
    Git(String),
    /// The working directory is in no repository.
    #[error(
        "the working directory is in no git repository: change into the one that has the revision"
    )]
    NoRepository,
    /// There is no revision before the path.
    #[error("no revision is named: write {SCHEME}REVISION:{}", .0.path)]
    NoName(Location),
    /// The revision looks like a flag.
    #[error("{0:?} is not a valid revision: it begins with a hyphen")]
    Revision(String),
    /// There is no such revision.
    #[error("the repository has no revision {revision}{remedy}")]
    NoRevision {
        /// The revision.
        revision: String,
        /// The advice, after a separator.
        remedy: String,
    },
    /// A revision has no commit in common with the one that is checked out.
    #[error("revision {revision} and HEAD have no commit in common{remedy}")]
    NoCommonCommit {
        /// The revision.
        revision: String,
        /// The advice, after a separator.
        remedy: String,
    },
    /// A revision has nothing at a path.
    #[error("revision {revision} has no {path}{remedy}")]
    NoPath {
        /// The revision.
        revision: String,
        /// The path, from the top of the repository.
        path: String,
        /// The likely meaning, after a separator.
        remedy: String,
    },
    /// The repository is a partial clone, and lacks the object.
    #[error(
        "this partial clone has not all of revision {revision}, and rhelm fetches nothing: run \
         git archive --output /dev/null {revision} first, which fetches it"
    )]
    Partial {
        /// The revision.
        revision: String,
    },
    /// A path leads into another repository.
    #[error(
        "{0} is a submodule, which is another repository: check the revision out with git worktree add \
         --detach, run git submodule update --init there, and name its files instead"
    )]
    Submodule(String),
    /// A file is wanted.
    #[error("{0} is a directory: name a file")]
    Directory(String),
    /// A link leads out of the repository.
    #[error("{0} is a link that leads out of the revision")]
    Link(String),
    /// A link leads nowhere: its path, and the revision.
    #[error("{0} is a link that leads nowhere in revision {1}")]
    BrokenLink(String, String),
    /// The path itself leads out of the repository.
    #[error("{0} leads out of the repository")]
    Outside(String),
    /// More bytes than this.
    #[error("the files are larger than {} MiB together", .0 >> 20)]
    TooLarge(u64),
    /// More files than this.
    #[error("there are more than {0} files")]
    TooManyFiles(usize),
    /// More links to directories than this.
    #[error("there are more than {0} links to directories: they may lead into each other")]
    TooManyLinks(usize),
}

fn program(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "git is not in PATH: install it".into(),
        _ => format!("cannot run git: {error}"),
    }
}

impl Error {
    /// The same, where git's words need the revision to make sense.
    pub(super) fn of(self, location: &Location) -> Error {
        match self {
            Error::Git(message) if message.contains("promisor remote") => Error::partial(location),
            error => error,
        }
    }

    /// A revision that HEAD has no commit in common with.
    pub(super) fn no_common_commit(revision: &str) -> Error {
        let remedy = match is_shallow() {
            true => {
                ": it is a shallow clone. Run git fetch --unshallow (with actions/checkout: fetch-depth: 0)"
            }
            false => "",
        };
        Error::NoCommonCommit {
            revision: revision.to_owned(),
            remedy: remedy.to_owned(),
        }
    }

    /// A revision that is not there; `path` is what was wanted of it, if it was not the revision itself.
    pub(super) fn no_revision(revision: &str, path: Option<&str>) -> Error {
        Error::NoRevision {
            revision: revision.to_owned(),
            remedy: revision_remedy(revision, path),
        }
    }

    /// A path that is not in a tree: tells of the first name on the way that is not there.
    pub(super) fn no_path(location: &Location, tree: &str, path: &str) -> Error {
        let wrong = |remedy| Error::NoPath {
            revision: location.revision.clone(),
            path: path.to_owned(),
            remedy,
        };
        let mut directory = String::new();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let Ok(names) = names(&format!("{tree}:{directory}")) else {
                return Error::partial(location);
            };
            let below = |name: &str| match &*directory {
                "" => name.to_owned(),
                directory => format!("{directory}/{name}"),
            };
            match names.iter().find(|entry| entry.name == name) {
                Some(entry) => match entry.kind {
                    Kind::Submodule => return Error::Submodule(below(name)),
                    Kind::Directory => directory = below(name),
                    // What is behind a link is told by no listing.
                    Kind::Link => return wrong(String::new()),
                    Kind::File if below(name) == path => return Error::partial(location),
                    Kind::File => return wrong(format!(": {} is a file", below(name))),
                },
                None => {
                    let names = names.iter().map(|entry| &*entry.name);
                    let similar = most_similar(name, names).map(below);
                    return wrong(path_remedy(location, path, similar));
                }
            }
        }
        Error::partial(location)
    }

    /// A path that leads nowhere, through a link or through a file.
    pub(super) fn broken_link(location: &Location, tree: &str, path: &str) -> Error {
        match Error::no_path(location, tree, path) {
            error @ Error::NoPath { .. } if !error.has_remedy() => {
                Error::BrokenLink(path.to_owned(), location.revision.clone())
            }
            Error::Partial { revision } => Error::BrokenLink(path.to_owned(), revision),
            error => error,
        }
    }

    /// A file of a tree that the clone has not fetched.
    pub(super) fn partial(location: &Location) -> Error {
        Error::Partial {
            revision: location.revision.clone(),
        }
    }

    fn has_remedy(&self) -> bool {
        matches!(self, Error::NoPath { remedy, .. } if !remedy.is_empty())
    }
}

/// The kind of a tree's entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Link,
    Directory,
    Submodule,
}

struct Name {
    kind: Kind,
    name: String,
}

/// The names in a directory.
fn names(tree: &str) -> Result<Vec<Name>, Error> {
    let listing = git(&["ls-tree", "-z", "--full-tree", tree])?;
    let entries = listing.split(|byte| *byte == 0).filter_map(|entry| {
        let entry = text(entry);
        let (head, name) = entry.split_once('\t')?;
        Some(Name {
            kind: match head.split(' ').next()? {
                "120000" => Kind::Link,
                "160000" => Kind::Submodule,
                "040000" => Kind::Directory,
                _ => Kind::File,
            },
            name: name.to_owned(),
        })
    });
    Ok(entries.collect())
}

/// The hint for a revision that is not there: the clone may know it by another name, or be shallow.
fn revision_remedy(revision: &str, path: Option<&str>) -> String {
    let remotes = line(&["remote"]).unwrap_or_default();
    let is_plain = |name: &&str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte);
        !name.starts_with('-') && name.bytes().all(plain)
    };
    let remotes: Vec<&str> = remotes.lines().filter(is_plain).collect();
    let has = |name: &str| {
        let reference = format!("refs/remotes/{name}^{{tree}}");
        line(&["rev-parse", "--verify", "--quiet", &reference]).is_some()
    };
    let names = remotes.iter().map(|remote| format!("{remote}/{revision}"));
    if let Some(name) = names.into_iter().find(|name| has(name)) {
        return match path {
            Some(path) => format!("; there is {SCHEME}{name}:{path}"),
            None => format!("; there is {name}"),
        };
    }
    let remote = remotes.iter().find(|name| **name == "origin");
    let remote = remote.or(remotes.first());
    let fetched = remote.map(|remote| format!("{remote} '+refs/heads/*:refs/remotes/{remote}/*'"));
    if is_shallow() {
        let remote = remote.map_or("REMOTE", |remote| *remote);
        let fetched = fetched.unwrap_or_else(|| "REMOTE".into());
        return format!(
            ": it is a shallow clone. Run git fetch --unshallow --tags {fetched} (with actions/checkout: \
             fetch-depth: 0), after which a branch is called {remote}/BRANCH"
        );
    }
    let references = "--format=%(refname:short)";
    let references = line(&["for-each-ref", references, "refs/heads", "refs/tags"]);
    if let Some(similar) = most_similar(revision, references.unwrap_or_default().lines()) {
        return format!("; there is {similar}");
    }
    fetched.map_or_else(String::new, |fetched| {
        format!("; git fetch --tags {fetched} fetches all branches and tags")
    })
}

fn is_shallow() -> bool {
    line(&["rev-parse", "--is-shallow-repository"]).as_deref() == Some("true")
}

/// The likely meaning of a path that is not there.
fn path_remedy(location: &Location, path: &str, similar: Option<String>) -> String {
    let prefix = line(&["rev-parse", "--show-prefix"]);
    if let Some(prefix) = prefix.filter(|_| location.path == path) {
        let revision = &location.revision;
        let name = format!("{revision}:{prefix}{path}");
        if line(&["rev-parse", "--verify", "--quiet", &name]).is_some() {
            return format!(
                "; paths begin at the top of the repository: {SCHEME}{revision}:./{path} begins here"
            );
        }
    }
    if let Some(similar) = similar {
        return format!("; there is {similar}");
    }
    let is_there =
        |top: String| !path.contains('\0') && Path::new(&top).join(path).symlink_metadata().is_ok();
    match line(&["rev-parse", "--show-toplevel"]).is_some_and(is_there) {
        true => {
            "; the working tree has it: name that without git:, or a revision in which it is".into()
        }
        false => String::new(),
    }
}

/// git's output, if there is any.
fn line(arguments: &[&str]) -> Option<String> {
    let output = text(&git(arguments).ok()?);
    let output = output.trim_end_matches('\n');
    (!output.is_empty()).then(|| output.to_owned())
}

/// The name that may be meant, if there is one that a terminal can show.
fn most_similar<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let similarity = |other: &str| strsim::normalized_damerau_levenshtein(other, name);
    let readable = names.filter(|other| !other.contains(char::is_control));
    let rated = readable.map(|other| (similarity(other), other));
    let best = rated.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(similarity, _)| *similarity > ALIKE)
        .map(|(_, name)| name)
}
