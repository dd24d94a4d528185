//! Splitting a rendered file into its YAML documents (`SplitManifests`).

use compat::profile::Profile;
use gostd::unicode::{trim_left_space, trim_right_space};

/// The documents of a text, without those that are all white space, as Helm cuts them: `---` at
/// the start of a line separates, whatever follows it on that line belongs to the next document.
///
/// Helm 4.2.4 trims documents on the left only, so that each keeps its newlines at the end; Helm 3
/// trims both ends.
pub fn split<'t>(text: &'t [u8], profile: &Profile) -> Vec<&'t [u8]> {
    let keep_end = profile.documents_keep_trailing_newline;
    let text = trim_left_space(text);
    let text = if keep_end {
        text
    } else {
        trim_right_space(text)
    };
    let mut documents = Vec::new();
    let mut rest = text;
    loop {
        let (document, after) = match separator(rest, rest.len() == text.len()) {
            Some((start, end)) => (rest.get(..start), rest.get(end..)),
            None => (Some(rest), None),
        };
        let document = trim_left_space(document.unwrap_or_default());
        let trimmed = trim_right_space(document);
        if !trimmed.is_empty() {
            documents.push(if keep_end { document } else { trimmed });
        }
        match after {
            // Helm 3's separator takes in all white space after it: a `---` that follows is not at
            // the start of a line any more.
            Some(after) if !keep_end => rest = trim_left_ascii(after),
            Some(after) => rest = after,
            None => return documents,
        }
    }
}

/// The text without the white space at its start that Go's `\s` matches.
fn trim_left_ascii(text: &[u8]) -> &[u8] {
    let space = |b: &u8| matches!(b, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ');
    let start = text.iter().position(|b| !space(b)).unwrap_or(text.len());
    text.get(start..).unwrap_or_default()
}

/// The first separator: where it starts and where it ends. `---` counts at the very start of the
/// text and after a newline.
fn separator(text: &[u8], at_start: bool) -> Option<(usize, usize)> {
    const DASHES: &[u8] = b"---";
    if at_start && text.starts_with(DASHES) {
        return Some((0, DASHES.len()));
    }
    let newline = memchr::memmem::find(text, b"\n---")?;
    Some((newline + 1, newline + 1 + DASHES.len()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parts(text: &str, version: &str) -> Vec<String> {
        let profile = Profile::parse(version).unwrap();
        let parts = split(text.as_bytes(), &profile);
        parts
            .into_iter()
            .map(|d| String::from_utf8_lossy(d).into_owned())
            .collect()
    }

    #[test]
    fn newlines_at_the_end_stay_in_helm_4() {
        let text = "\n\n---\na: 1\n\n---\n# c\n--- # d\nb: 2\n---\n\n  \n---\n";
        assert_eq!(parts(text, "4"), ["a: 1\n\n", "# c\n", "# d\nb: 2\n"]);
        assert_eq!(parts(text, "3"), ["a: 1", "# c", "# d\nb: 2", "---"]);
    }

    #[test]
    fn dashes_glued_to_text_separate() {
        assert_eq!(parts("a: 1\n---kind: X", "4"), ["a: 1\n", "kind: X"]);
        assert_eq!(parts("a: |\n  ---\n  x", "4"), ["a: |\n  ---\n  x"]);
        assert_eq!(parts("a\n----\nb", "4"), ["a\n", "-\nb"]);
    }
}
