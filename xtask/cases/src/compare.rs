//! What of two outcomes must agree, and how a disagreement is shown.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::{Duration, Instant};

use similar::{Algorithm, ChangeTag, capture_diff_slices_deadline, group_diff_ops};

/// The part of stderr that must agree with Helm's.
///
/// From the first line that starts with `Error:` when there is one; before it Helm and rhelm may
/// each say what they like. Without such a line all of stderr counts, with its warnings sorted:
/// Helm prints them in the random order of its maps.
pub fn compared_stderr(stderr: &[u8]) -> Cow<'_, [u8]> {
    if let Some(at) = error_line(stderr) {
        return Cow::Borrowed(&stderr[at..]);
    }
    let mut lines: Vec<&[u8]> = stderr.split_inclusive(|byte| *byte == b'\n').collect();
    lines.sort_unstable();
    Cow::Owned(lines.concat())
}

/// Where the first line that starts with `Error:` begins.
pub fn error_line(stderr: &[u8]) -> Option<usize> {
    let mut start = 0;
    for line in stderr.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"Error:") {
            return Some(start);
        }
        start += line.len();
    }
    None
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
        let kept = text.trim_end_matches(' ').len();
        let dots = "·".repeat(text.len() - kept);
        text.truncate(kept);
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
    fn stderr_counts_from_the_error_line() {
        let stderr = b"level=WARN msg=x\nError: no\nmore\n";
        assert_eq!(compared_stderr(stderr).as_ref(), b"Error: no\nmore\n");
    }

    #[test]
    fn stderr_without_error_counts_in_any_order() {
        assert_eq!(compared_stderr(b"b\na\n").as_ref(), b"a\nb\n");
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
