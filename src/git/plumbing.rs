//! Questions to git's plumbing, and its answers.

use super::Error;
use files::input;
use std::io;
use std::process::{Command, Stdio};

/// Bytes of a listing at most.
const MAX_LISTING: u64 = 32 << 20;
/// Bytes around each object that git answers.
const MAX_HEAD: u64 = 256;

/// git's answer about a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A file, or a link to one.
    Blob(Vec<u8>),
    /// A directory, or a link to one.
    Tree(String),
    /// A link that leads out of the tree.
    LeadsOut,
    /// A link that leads nowhere, or a path that leads through a file.
    LeadsNowhere,
    /// There is no such object.
    Missing,
}

/// A file or a link of a tree.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its path in the tree.
    pub(super) path: String,
    /// The object that it is.
    pub(super) object: String,
    /// True if it is a symbolic link.
    pub(super) is_link: bool,
}

/// All files and links below a tree. A submodule is another repository's.
pub(super) fn list(tree: &str) -> Result<Vec<Entry>, Error> {
    let listing = run(
        &["ls-tree", "-r", "-z", "--full-tree", tree],
        b"",
        MAX_LISTING,
    )?;
    let entries = listing.split(|byte| *byte == 0).filter_map(|entry| {
        let entry = text(entry);
        let (head, path) = entry.split_once('\t')?;
        let mut head = head.split(' ');
        let (mode, kind, object) = (head.next()?, head.next()?, head.next()?);
        let is_file = kind == "blob" && !path.contains('\n');
        is_file.then(|| Entry {
            path: path.to_owned(),
            object: object.to_owned(),
            is_link: mode == "120000",
        })
    });
    Ok(entries.collect())
}

/// Reads the objects with these names, which are one line each; `limit` bytes together at most.
pub(super) fn answers(names: &[String], limit: u64) -> Result<Vec<Answer>, Error> {
    let longest = names.iter().map(|name| name.len() as u64).max();
    let heads = (MAX_HEAD + longest.unwrap_or_default()) * (names.len() as u64 + 1);
    let mut input = names.join("\n");
    input.push('\n');
    let command = ["cat-file", "--batch", "--follow-symlinks"];
    let output = run(&command, input.as_bytes(), limit.saturating_add(heads));
    let output = output.map_err(|error| match error {
        Error::TooLarge(_) => Error::TooLarge(limit),
        other => other,
    })?;
    let mut rest = &output[..];
    names.iter().map(|_| next(&mut rest)).collect()
}

/// One answer of `git cat-file --batch`: `OBJECT TYPE SIZE`, the bytes, a newline; `NAME missing`; or of a link
/// that leads nowhere `REASON SIZE`, the bytes of where it leads, a newline.
fn next(output: &mut &[u8]) -> Result<Answer, Error> {
    let broken = || Error::Git("git's answer has another form than cat-file's".into());
    let (head, rest) = split_line(output).ok_or_else(broken)?;
    let head = text(head);
    let mut words = head.rsplit(' ');
    let (size, kind, object) = (words.next(), words.next(), words.next());
    let Some(size) = size.and_then(|size| size.parse::<usize>().ok()) else {
        *output = rest;
        return Ok(Answer::Missing);
    };
    let bytes = rest.get(..size).ok_or_else(broken)?;
    let end = size.checked_add(1).ok_or_else(broken)?;
    *output = rest.get(end..).ok_or_else(broken)?;
    Ok(match kind {
        Some("blob") => Answer::Blob(bytes.to_vec()),
        Some("tree") => Answer::Tree(object.unwrap_or_default().to_owned()),
        Some("symlink") => Answer::LeadsOut,
        Some("dangling" | "loop" | "notdir") => Answer::LeadsNowhere,
        _ => Answer::Missing,
    })
}

fn split_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'\n', text)?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// git's answer to a question of one line.
pub(super) fn git(arguments: &[&str]) -> Result<Vec<u8>, Error> {
    run(arguments, b"", MAX_LISTING)
}

fn run(arguments: &[&str], input: &[u8], limit: u64) -> Result<Vec<u8>, Error> {
    let child = Command::new("git")
        .args(arguments)
        // A partial clone would fetch what it lacks, through programs that its configuration names.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Error::Program)?;
    let output = input::answer(child, input, limit).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => Error::TooLarge(limit),
        _ => Error::Program(error),
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = text(&output.stderr);
    let message = message.trim().trim_start_matches("fatal: ");
    Err(match message.starts_with("not a git repository") {
        true => Error::NoRepository,
        false => Error::Git(message.into()),
    })
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
