//! The `.out` files: what one run printed, readable, exact to the byte.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use crate::compare::{compared_stderr, diff, without_hints};

const NO_NEWLINE: &[u8] = b"(no newline at the end)";

/// The output and files of one run, with absolute paths replaced by `$CASE` and `$OUT`.
///
/// The text form is `exit N`, then `stderr` and each `file PATH` (left out when empty) with every
/// line of theirs behind `| `, then a line `stdout` and all of stdout as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// `exit N`, `signal N` or `timeout`.
    pub ending: String,
    /// All of stdout.
    pub stdout: Vec<u8>,
    /// All of stderr.
    pub stderr: Vec<u8>,
    /// The files written below `$OUT`.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Recorded {
    /// The text form.
    pub fn print(&self) -> Vec<u8> {
        let mut text = format!("{}\n", self.ending).into_bytes();
        if !self.stderr.is_empty() {
            text.extend(b"stderr\n");
            print_lines(&self.stderr, &mut text);
        }
        for (path, content) in &self.files {
            text.extend(format!("file {path}\n").bytes());
            print_lines(content, &mut text);
        }
        text.extend(b"stdout\n");
        text.extend(&self.stdout);
        text
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// When the text does not follow it.
    pub fn read(text: &[u8]) -> Result<Recorded> {
        let (ending, mut rest) = line(text).context("an empty file")?;
        let mut recorded = Recorded {
            ending: String::from_utf8_lossy(ending).into_owned(),
            stdout: Vec::new(),
            stderr: Vec::new(),
            files: BTreeMap::new(),
        };
        while let Some((heading, after)) = line(rest) {
            if heading == b"stdout" {
                recorded.stdout = after.to_vec();
                return Ok(recorded);
            }
            let (content, after) = read_lines(after);
            rest = after;
            if heading == b"stderr" {
                recorded.stderr = content;
            } else if let Some(path) = heading.strip_prefix(b"file ") {
                recorded
                    .files
                    .insert(String::from_utf8_lossy(path).into_owned(), content);
            } else {
                bail!("no part is called `{}`", String::from_utf8_lossy(heading));
            }
        }
        bail!("no stdout")
    }

    /// Compares an outcome with this one: nothing, or a text with diffs.
    pub fn complaint(&self, actual: &Recorded) -> Option<String> {
        let mut text = String::new();
        if self.ending != actual.ending {
            text.push_str(&format!(
                "ended with {}, not {}\n",
                actual.ending, self.ending
            ));
        }
        let own = without_hints(&actual.stderr, actual.ending == "exit 0");
        let (expected, got) = (compared_stderr(&self.stderr), compared_stderr(own));
        add_diff("stderr", &expected, &got, &mut text);
        add_diff("stdout", &self.stdout, &actual.stdout, &mut text);
        let paths = self.files.keys().chain(
            actual
                .files
                .keys()
                .filter(|path| !self.files.contains_key(*path)),
        );
        for path in paths {
            match (self.files.get(path), actual.files.get(path)) {
                (Some(expected), Some(got)) => add_diff(path, expected, got, &mut text),
                (Some(_), None) => text.push_str(&format!("did not write {path}\n")),
                (None, _) => text.push_str(&format!("wrote {path}\n")),
            }
        }
        (!text.is_empty()).then_some(text)
    }
}

fn add_diff(what: &str, expected: &[u8], actual: &[u8], text: &mut String) {
    if expected != actual {
        text.push_str(&format!(
            "{what} differs (- Helm, + rhelm):\n{}",
            diff(expected, actual, 60)
        ));
    }
}

fn print_lines(content: &[u8], text: &mut Vec<u8>) {
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        text.extend(b"| ");
        text.extend(line);
    }
    if !content.is_empty() && !content.ends_with(b"\n") {
        text.push(b'\n');
        text.extend(NO_NEWLINE);
        text.push(b'\n');
    }
}

fn read_lines(mut rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut content = Vec::new();
    while let Some((next, after)) = line(rest) {
        if let Some(text) = next.strip_prefix(b"| ") {
            content.extend(text);
            content.push(b'\n');
        } else if next == NO_NEWLINE {
            content.pop();
        } else {
            break;
        }
        rest = after;
    }
    (content, rest)
}

/// The first line without its newline, and what follows.
fn line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    Some((&text[..end], &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_text_form_is_exact() {
        let recorded = Recorded {
            ending: "exit 1".into(),
            stdout: b"stdout\n\xff".to_vec(),
            stderr: b"Error: x\n\nend".to_vec(),
            files: BTreeMap::from([("a/b".into(), b"1\n".to_vec())]),
        };
        let text = recorded.print();
        assert_eq!(
            text,
            b"exit 1\nstderr\n| Error: x\n| \n| end\n(no newline at the end)\nfile a/b\n| 1\nstdout\nstdout\n\xff"
        );
        assert_eq!(Recorded::read(&text).unwrap(), recorded);
    }
}
