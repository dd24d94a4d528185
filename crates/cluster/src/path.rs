//! Paths of requests, from names that may be anything.

use super::error::Error;
use gostd::strconv::quote;
use gostd::url::path_escape;

/// Parts that would lead elsewhere, and texts that no part may have in it.
const NEVER: [&str; 2] = [".", ".."];
const NEVER_WITHIN: [char; 2] = ['/', '%'];

/// Refuses a name that cannot be part of a path, as client-go does (`IsValidPathSegmentName`). `what` is what it is the name
/// of.
pub(super) fn check(what: &str, name: &str) -> Result<(), Error> {
    let causes: Vec<String> = match NEVER.contains(&name) {
        true => vec![format!("may not be '{name}'")],
        false => {
            let bad = NEVER_WITHIN.iter().filter(|bad| name.contains(**bad));
            bad.map(|bad| format!("may not contain '{bad}'")).collect()
        }
    };
    if causes.is_empty() {
        return Ok(());
    }
    Err(Error::Unanswered(format!(
        "invalid {what} {}: [{}]",
        quote(name.as_bytes()),
        causes.join(" ")
    )))
}

/// The path of a version of a group; the core group's name is empty.
pub(super) fn of_version(group: &str, version: &str) -> String {
    let mut path = String::new();
    match group {
        "" => push(&mut path, "api"),
        group => {
            push(&mut path, "apis");
            push(&mut path, group);
        }
    }
    push(&mut path, version);
    path
}

/// Adds a part; an empty one adds nothing.
pub(super) fn push(path: &mut String, part: &str) {
    if !part.is_empty() {
        path.push('/');
        path.push_str(&String::from_utf8_lossy(&path_escape(part.as_bytes())));
    }
}
