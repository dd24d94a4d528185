//! Masks of all that is different each time: times, random digits, numbers of processes, addresses; and archives as text.

use std::fmt::Write;
use std::io::Read;
use std::time::{SystemTime, UNIX_EPOCH};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

/// Texts that a time follows, up to a quotation mark.
const BEFORE_TIMES: [&str; 4] = [
    "generated: \"",
    "created: \"",
    "\"generated\": \"",
    "\"created\": \"",
];
/// Texts that random digits follow.
const BEFORE_DIGITS: [&str; 3] = [".yaml", ".tgz", "tmpcharts-"];
/// The least number of digits that are random, not a version's.
const FEWEST_DIGITS: usize = 5;
/// Lines that come in the order in which servers answer.
const IN_ANY_ORDER: &[u8] = b"...Successfully got an update from the ";

/// A text without what is different each time.
pub(super) fn hide(text: &[u8], address: &str) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(text) else {
        return text.to_vec();
    };
    let mut text = text.to_owned();
    if let Some(host) = address.strip_prefix("http://") {
        text = text.replace(address, "$SERVER").replace(host, "$HOST");
    }
    for before in BEFORE_TIMES {
        text = with_each(&text, before, |rest| {
            let end = rest.find('"')?;
            // What a case is given has whole seconds.
            rest.get(..end)?.contains('.').then_some((end, "$TIME"))
        });
    }
    for before in BEFORE_DIGITS {
        text = with_each(&text, before, |rest| {
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            let is_process = before.ends_with('-') && end > 0;
            (is_process || end >= FEWEST_DIGITS).then_some((end, "$DIGITS"))
        });
    }
    text.into_bytes()
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |since| since.as_secs())
}

/// Titles of times that people read, in what is said of releases.
const BEFORE_DATES: [&str; 3] = ["LAST DEPLOYED: ", "Last Started:   ", "Last Completed: "];

/// Texts that the times of a chart's files follow, as Helm 4 stores them.
const BEFORE_FILE_TIMES: [&str; 2] = ["modtime\":\"", "modtime: \""];

/// A text without times from `start` on: those with fractions of a second, dates after their titles, seconds since 1970.
pub(super) fn hide_now(text: &[u8], start: u64) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(text) else {
        return text.to_vec();
    };
    let mut text = text.to_owned();
    for before in BEFORE_DATES {
        text = with_each(&text, before, |rest| {
            let end = rest.find('\n')?;
            // No time is one of the year 1.
            (!rest.get(..end)?.ends_with(" 0001")).then_some((end, "$TIME"))
        });
    }
    for before in BEFORE_FILE_TIMES {
        text = with_each(&text, before, |rest| {
            // Whether there is a file is no matter of the time.
            let end = rest.find('"').filter(|_| !rest.starts_with("0001"))?;
            Some((end, "$TIME"))
        });
    }
    text = text.split_inclusive('\n').map(without_klog_head).collect();
    let mut whole = String::new();
    let mut rest = &*text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (head, tail) = rest.split_at(at);
        whole.push_str(head);
        let digits = tail.find(|c: char| !c.is_ascii_digit());
        let digits = digits.unwrap_or(tail.len());
        let (length, by) = match exact_time(tail) {
            Some(length) => (length, "$TIME"),
            None if is_now(&tail[..digits], start) => (digits, "$NOW"),
            None => (digits, &tail[..digits]),
        };
        whole.push_str(by);
        rest = &tail[length..];
    }
    whole.push_str(rest);
    whole.into_bytes()
}

/// A line of klog without its time and process: `I0102 15:04:05.000000     123 file.go:1] …`.
fn without_klog_head(line: &str) -> String {
    const HEAD: usize = "I0102 15:04:05.000000 0000000 ".len();
    let is_klog = line.starts_with(['I', 'W', 'E']) && line.contains(".go:");
    match line.split_at_checked(HEAD) {
        Some((head, rest)) if is_klog && head.as_bytes().get(5) == Some(&b' ') => {
            format!("{}$TIME $PROCESS {rest}", &head[..1])
        }
        _ => line.to_owned(),
    }
}

/// True for seconds since 1970 from a moment on, for an hour.
fn is_now(digits: &str, start: u64) -> bool {
    let seconds: Option<u64> = digits.parse().ok();
    seconds.is_some_and(|seconds| (start..start + 3600).contains(&seconds))
}

/// The length of the time at the start of a text, in RFC 3339 with a fraction.
fn exact_time(text: &str) -> Option<usize> {
    const FORM: &str = "0000-00-00T00:00:00.";
    let bytes = text.as_bytes();
    let fits = |(at, form): (usize, u8)| match form {
        b'0' => bytes.get(at).is_some_and(u8::is_ascii_digit),
        other => bytes.get(at) == Some(&other),
    };
    if !FORM.bytes().enumerate().all(fits) {
        return None;
    }
    let fraction = &text[FORM.len()..];
    let end = fraction.find(|c: char| !c.is_ascii_digit())?;
    let zone = match fraction.as_bytes().get(end)? {
        b'Z' => 1,
        b'+' | b'-' => "+00:00".len(),
        _ => return None,
    };
    Some(FORM.len() + end + zone)
}

/// Replaces what follows each occurrence of a text: so many bytes, by another text.
fn with_each(
    text: &str,
    before: &str,
    replace: impl Fn(&str) -> Option<(usize, &'static str)>,
) -> String {
    let mut whole = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(before) {
        let (head, tail) = rest.split_at(at + before.len());
        whole.push_str(head);
        rest = tail;
        if let Some((length, by)) = replace(rest) {
            whole.push_str(by);
            rest = &rest[length..];
        }
    }
    whole.push_str(rest);
    whole
}

/// The same lines, those sorted that follow each other in any order.
pub(super) fn in_order(text: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    for run in lines.chunk_by_mut(|a, b| a.starts_with(IN_ANY_ORDER) && b.starts_with(IN_ANY_ORDER))
    {
        run.sort_unstable();
    }
    lines.concat()
}

/// A file as it is compared: of an archive what is in it, of a list of charts its lines in order.
pub(super) fn readable(path: &str, contents: &[u8]) -> Vec<u8> {
    if path.ends_with("-charts.txt") {
        let mut lines: Vec<&[u8]> = contents.split(|byte| *byte == b'\n').collect();
        lines.sort_unstable();
        return lines.join(&b'\n');
    }
    match path.ends_with(".tgz") || path.ends_with(".chart") {
        true => archive(contents).unwrap_or_else(|| contents.to_vec()),
        false => contents.to_vec(),
    }
}

/// A list of an archive's entries, and the digest of all its bytes; where an entry was made just now, that of the names
/// and contents, but for a lock file of now, which tells the time.
fn archive(packed: &[u8]) -> Option<Vec<u8>> {
    const NOW: i64 = 3600;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs() as i64;
    let mut text = String::new();
    let mut contents = Vec::new();
    let mut is_new = false;
    let mut archive = tar::Archive::new(MultiGzDecoder::new(packed));
    for entry in archive.entries().ok()? {
        let mut entry = entry.ok()?;
        let modified = entry.header().mtime().ok()? as i64;
        let is_now = (now - modified).abs() < NOW;
        is_new |= is_now;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let time = if is_now {
            "$TIME".to_owned()
        } else {
            modified.to_string()
        };
        let _ = match is_now && name.ends_with(".lock") {
            true => writeln!(text, "{time} {name}"),
            false => {
                entry.read_to_end(&mut contents).ok()?;
                writeln!(text, "{time} {} {name}", entry.size())
            }
        };
    }
    let (title, digest) = match is_new {
        true => ("contents", Sha256::digest(&contents)),
        false => ("gzip", Sha256::digest(packed)),
    };
    let _ = write!(text, "{title} sha256:");
    for byte in digest {
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    Some(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_each_time_is_hidden() {
        let hide = |text: &str| {
            let text = hide(text.as_bytes(), "http://127.1.2.3:80");
            String::from_utf8_lossy(&text).into_owned()
        };
        assert_eq!(
            hide("generated: \"2026-11-30T01:00:52.68Z\"\n"),
            "generated: \"$TIME\"\n"
        );
        let given = "generated: \"2026-11-30T01:00:52Z\"";
        assert_eq!(hide(given), given);
        assert_eq!(
            hide("open x/index.yaml3616617807: a/tmpcharts-12/b-1.tgz"),
            "open x/index.yaml$DIGITS: a/tmpcharts-$DIGITS/b-1.tgz"
        );
        let now = |text: &str| {
            let text = super::hide_now(text.as_bytes(), 1_796_000_000);
            String::from_utf8_lossy(&text).into_owned()
        };
        assert_eq!(
            now(
                "LAST DEPLOYED: Mon Nov 30 22:51:36 2026\nv1.2 \"2026-11-30T22:51:37.27+01:00\" 1796000001 1700000000"
            ),
            "LAST DEPLOYED: $TIME\nv1.2 \"$TIME\" $NOW 1700000000"
        );
        assert_eq!(
            hide("http://127.1.2.3:80/x 127.1.2.3:80"),
            "$SERVER/x $HOST"
        );
    }
}
