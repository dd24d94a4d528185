//! Compares two outcomes, and shows a disagreement.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::{Duration, Instant};

use similar::{Algorithm, ChangeTag, capture_diff_slices_deadline, group_diff_ops};

/// The start of rhelm's own lines on stderr: advice after Helm's lines.
const HINT: &[u8] = b"hint: ";

/// rhelm's stderr without its hints: the lines at its end that begin with `hint: `. A command that
/// succeeded gives none, and so nothing is taken from what it said.
pub fn without_hints(stderr: &[u8], succeeded: bool) -> &[u8] {
    let mut rest = stderr;
    if succeeded {
        return rest;
    }
    loop {
        let body = rest.strip_suffix(b"\n").unwrap_or(rest);
        let start = body
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        match rest.split_at(start) {
            (before, line) if line.starts_with(HINT) => rest = before,
            _ => return rest,
        }
    }
}

/// Helm's stderr as it is compared: whole, and where several warnings of coalescing follow each other,
/// these are sorted. Helm finds them while it ranges over maps, in an order that is random.
pub fn compared_stderr(stderr: &[u8]) -> Cow<'_, [u8]> {
    let mut lines: Vec<&[u8]> = stderr.split_inclusive(|byte| *byte == b'\n').collect();
    let varies = |lines: &[&[u8]]| lines.iter().filter(|line| is_unordered(line)).count() > 1;
    if !varies(&lines) {
        return Cow::Borrowed(stderr);
    }
    for run in lines.chunk_by_mut(|a, b| is_unordered(a) == is_unordered(b)) {
        if run.first().is_some_and(|line| is_unordered(line)) {
            run.sort_unstable();
        }
    }
    Cow::Owned(lines.concat())
}

/// Returns true if Helm finds a line while it ranges over a map: all that `coalesce.go` says.
fn is_unordered(line: &[u8]) -> bool {
    let Some(message) = line.strip_prefix(b"level=INFO msg=\"") else {
        return line.starts_with(b"coalesce.go:");
    };
    message.starts_with(b"warning: ")
        || message.starts_with(b"Conflict: cannot merge map onto non-map for ")
        || message.starts_with(b"key ") && message.ends_with(b" is table. Skipping\"\n")
}

/// A unified diff of two texts, `-` expected and `+` actual, three lines of context, bytes that
/// cannot be seen made visible. At most `limit` lines long.
pub fn diff(expected: &[u8], actual: &[u8], limit: usize) -> String {
    let old: Vec<&[u8]> = expected.split_inclusive(|byte| *byte == b'\n').collect();
    let new: Vec<&[u8]> = actual.split_inclusive(|byte| *byte == b'\n').collect();
    let deadline = Instant::now() + Duration::from_secs(2);
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(deadline));
    let mut text = String::new();
    let mut lines = 0;
    for group in group_diff_ops(ops, 3) {
        let Some(first) = group.first() else { continue };
        let _ = writeln!(
            text,
            "@@ -{} +{} @@",
            first.old_range().start + 1,
            first.new_range().start + 1
        );
        for change in group.iter().flat_map(|op| op.iter_changes(&old, &new)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let _ = writeln!(
                text,
                "{sign}{}",
                visible(change.value(), change.tag() != ChangeTag::Equal)
            );
            lines += 1;
            if lines >= limit {
                text.push_str("… and so on\n");
                return text;
            }
        }
    }
    text
}

/// One line without its newline, with control characters, invalid UTF-8 and (when `strict`)
/// trailing blanks written as escapes; a line without newline says so.
fn visible(line: &[u8], strict: bool) -> String {
    let (line, ended) = match line.strip_suffix(b"\n") {
        Some(line) => (line, true),
        None => (line, false),
    };
    let mut text = String::new();
    for chunk in line.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\t' => text.push_str("\\t"),
                '\r' => text.push_str("\\r"),
                c if c.is_control() => {
                    let _ = write!(text, "\\u{{{:x}}}", u32::from(c));
                }
                c => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    if strict && text.ends_with(' ') {
        let length = text.trim_end_matches(' ').len();
        let dots = "·".repeat(text.len() - length);
        text.truncate(length);
        text.push_str(&dots);
    }
    if !ended {
        text.push_str("  (no newline)");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_at_the_end_of_a_failure_are_left_out() {
        let stderr = b"level=WARN msg=x\nError: no\nhint: a\nhint: b\n";
        let helm = b"level=WARN msg=x\nError: no\n";
        assert_eq!(without_hints(stderr, false), helm);
        assert_eq!(without_hints(stderr, true), stderr);
        let between = b"hint: a\nError: no\n";
        assert_eq!(without_hints(between, false), between);
        assert_eq!(without_hints(b"hint: a", false), b"");
    }

    #[test]
    fn only_warnings_of_coalescing_come_in_any_order() {
        let stderr = b"b\ncoalesce.go:2: y\ncoalesce.go:1: x\na\n";
        let sorted = b"b\ncoalesce.go:1: x\ncoalesce.go:2: y\na\n";
        assert_eq!(compared_stderr(stderr).as_ref(), sorted);
        assert_eq!(compared_stderr(b"b\na\n").as_ref(), b"b\na\n");
        let line = |message: &str| format!("level=INFO msg=\"{message}\"\n");
        let table = line("key map is table. Skipping");
        let conflict = line(r#"Conflict: cannot merge map onto non-map for \"g\". Skipping."#);
        let other = line("skipping unknown hooks");
        let stderr = format!("{other}{table}{conflict}{other}");
        let sorted = format!("{other}{conflict}{table}{other}");
        assert_eq!(
            compared_stderr(stderr.as_bytes()).as_ref(),
            sorted.as_bytes()
        );
    }

    #[test]
    fn a_diff_shows_what_cannot_be_seen() {
        let text = diff(b"same\nold \n", b"same\nnew\t\xff", 10);
        assert_eq!(
            text,
            "@@ -1 +1 @@\n same\n-old·\n+new\\t\\xff  (no newline)\n"
        );
    }
}
