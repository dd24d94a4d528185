//! Reading a directory or a file of a git revision through git's plumbing: nothing is checked out,
//! no hook or filter runs.

use crate::chart::File;
use crate::input;
use std::collections::VecDeque;
use std::process::{Command, Stdio};

/// The bytes of one revision's directory at most; a chart has far fewer.
const MAX_SIZE: u64 = 256 * 1024 * 1024;
/// The links that are followed at most: they may point at each other's directories.
const MAX_LINKS: usize = 1000;

/// What a revision has at a path.
#[derive(Debug)]
pub enum Object {
    /// A directory: its files, names relative to it.
    Directory(Vec<File>),
    /// A file: its bytes.
    File(Vec<u8>),
}

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program is not there.
    #[error("cannot run git: {0}")]
    Missing(std::io::Error),
    /// What git said.
    #[error("{0}")]
    Git(String),
    /// The revision looks like a flag.
    #[error("{0:?} is no revision")]
    Revision(String),
    /// More than [`MAX_SIZE`].
    #[error("the files are larger than {} MiB together", MAX_SIZE >> 20)]
    TooLarge,
}

/// Reads what `revision` has at `path`, which is relative to the top of the repository that the
/// working directory is in (to the working directory, if it starts with `./`).
pub fn read(revision: &str, path: &str) -> Result<Object, Error> {
    if revision.starts_with('-') || revision.is_empty() {
        return Err(Error::Revision(revision.into()));
    }
    let name = format!("{revision}:{}", below_top(path)?);
    let object = git(&["rev-parse", "--verify", &name], b"")?;
    let object = text(&object);
    let object = object.trim();
    match text(&git(&["cat-file", "-t", object], b"")?).trim() {
        "blob" => Ok(Object::File(git(&["cat-file", "blob", object], b"")?)),
        _ => directory(object, &name).map(Object::Directory),
    }
}

/// A path as git finds it from the top of the repository.
fn below_top(path: &str) -> Result<String, Error> {
    let mut path = path.to_owned();
    if path == "." || path.starts_with("./") || path.starts_with("../") {
        let prefix = text(&git(&["rev-parse", "--show-prefix"], b"")?);
        path = format!("{}{path}", prefix.trim_end());
    }
    match text(&gostd::path::clean(path.as_bytes())) {
        top if top == "." => Ok(String::new()),
        path => Ok(path),
    }
}

/// A file of a tree, not read yet.
struct Wanted {
    /// Its name below the directory.
    name: String,
    /// What `git cat-file` finds it by.
    object: String,
}

/// The files of a tree; `name` is how the tree is called, so that links lead through the revision.
fn directory(tree: &str, name: &str) -> Result<Vec<File>, Error> {
    let mut files = Vec::new();
    let mut links = 0;
    let mut wanted: VecDeque<Wanted> = list(tree, name, "")?.into();
    let mut rest = MAX_SIZE;
    while !wanted.is_empty() {
        let batch: Vec<Wanted> = wanted.drain(..).collect();
        let mut input = String::new();
        for file in &batch {
            input.push_str(&file.object);
            input.push('\n');
        }
        let output = git(
            &["cat-file", "--batch", "--follow-symlinks"],
            input.as_bytes(),
        )?;
        let mut output = &output[..];
        for file in batch {
            match next(&mut output)? {
                Answer::Blob(bytes) => {
                    rest = rest
                        .checked_sub(bytes.len() as u64)
                        .ok_or(Error::TooLarge)?;
                    files.push(File::in_memory(file.name, bytes));
                }
                Answer::Tree(object) if links < MAX_LINKS => {
                    links += 1;
                    wanted.extend(list(&object, &object, &format!("{}/", file.name))?);
                }
                Answer::Tree(_) => {}
                Answer::Outside => {
                    let text = format!("{} is a link that leads out of the revision", file.name);
                    return Err(Error::Git(text));
                }
            }
        }
    }
    files.sort_by(|a, b| a.name().cmp(b.name()));
    Ok(files)
}

/// The files below a tree; links stand for what they lead to.
fn list(tree: &str, base: &str, prefix: &str) -> Result<Vec<Wanted>, Error> {
    let listing = git(&["ls-tree", "-r", "-z", "--full-tree", tree], b"")?;
    let entries = listing.split(|byte| *byte == 0);
    let base = match base.strip_suffix(':') {
        Some(_) => base.to_owned(),
        None if base.contains(':') => format!("{base}/"),
        None => format!("{base}:"),
    };
    let wanted = entries.filter_map(|entry| {
        let entry = text(entry);
        let (head, path) = entry.split_once('\t')?;
        let mut head = head.split(' ');
        let (mode, _, object) = (head.next()?, head.next()?, head.next()?);
        let is_link = mode == "120000";
        // A commit is another repository's.
        (mode != "160000" && !path.contains('\n')).then(|| Wanted {
            name: format!("{prefix}{path}"),
            object: if is_link {
                format!("{base}{path}")
            } else {
                object.to_owned()
            },
        })
    });
    Ok(wanted.collect())
}

enum Answer<'o> {
    Blob(&'o [u8]),
    /// A link leads to this directory.
    Tree(String),
    /// A link leads out of the tree, or nowhere.
    Outside,
}

/// One answer of `git cat-file --batch`: `OBJECT TYPE SIZE`, the bytes, a newline.
fn next<'o>(output: &mut &'o [u8]) -> Result<Answer<'o>, Error> {
    let broken = || Error::Git("git answers otherwise than asked".into());
    let (head, rest) = split_line(output).ok_or_else(broken)?;
    let head = text(head);
    let mut words = head.rsplit(' ');
    let (size, kind, object) = (words.next(), words.next(), words.next());
    let size = size.and_then(|size| size.parse::<usize>().ok());
    let (Some(size), Some(kind)) = (size, kind) else {
        *output = rest;
        return Ok(Answer::Outside);
    };
    let bytes = rest.get(..size).ok_or_else(broken)?;
    *output = rest.get(size + 1..).ok_or_else(broken)?;
    Ok(match kind {
        "blob" => Answer::Blob(bytes),
        "tree" => Answer::Tree(object.unwrap_or_default().to_owned()),
        _ => Answer::Outside,
    })
}

fn split_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'\n', text)?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

fn git(arguments: &[&str], text_in: &[u8]) -> Result<Vec<u8>, Error> {
    let child = Command::new("git")
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Error::Missing)?;
    let output = input::answer(child, text_in, MAX_SIZE).map_err(|error| match error.kind() {
        std::io::ErrorKind::FileTooLarge => Error::TooLarge,
        _ => Error::Missing(error),
    })?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => {
            let said = text(&output.stderr);
            Err(Error::Git(said.trim().trim_start_matches("fatal: ").into()))
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
