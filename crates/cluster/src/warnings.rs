//! Warnings that a server sends with its answers (RFC 7234, 5.5), as client-go reads them
//! (`k8s.io/apimachinery/pkg/util/net.ParseWarningHeaders`).

use http::HeaderMap;
use http::header::WARNING;

/// The code of the warnings that are told; others are about caches.
const PERSISTENT: &str = "299";

/// Who is told of a server's warnings.
pub type Warn = Box<dyn Fn(&str)>;

/// The texts of an answer's warnings.
pub(super) fn texts(headers: &HeaderMap) -> Vec<String> {
    let headers = headers.get_all(WARNING).iter();
    let headers = headers.filter_map(|header| std::str::from_utf8(header.as_bytes()).ok());
    headers.flat_map(of_header).collect()
}

/// A header has one or several: `299 - "text" "date", 299 …`.
fn of_header(header: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = header.trim_start();
    while let Some((code, after)) = rest.split_once(' ') {
        let Some((_agent, after)) = after.trim_start().split_once(' ') else {
            break;
        };
        let Some((text, after)) = quoted(after.trim_start()) else {
            break;
        };
        if code == PERSISTENT && !text.is_empty() {
            texts.push(text);
        }
        // The date.
        let after = after.trim_start();
        let after = match quoted(after) {
            Some((_, after)) => after,
            None => after,
        };
        match after.trim_start().strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    texts
}

/// The text in quotation marks at the start, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut out = String::new();
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, inside.get(at + 1..)?)),
            '\\' => out.push(chars.next()?.1),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_of_a_header() {
        for (header, expected) in [
            (
                r#"299 - "unknown field \"nosuch\"""#,
                &[r#"unknown field "nosuch""#][..],
            ),
            (
                r#"299 a "one" "Wed, 21 Oct 2015 07:28:00 GMT", 299 - "two""#,
                &["one", "two"],
            ),
            (r#"199 - "stale", 299 - "old""#, &["old"]),
            (r#"299 - "open"#, &[]),
            (r#"299 - """#, &[]),
            ("299", &[]),
            ("", &[]),
        ] {
            assert_eq!(of_header(header), expected, "{header}");
        }
    }
}
