//! Go's text for a value that is missing or of the wrong kind.

use super::Release;
use crate::rules;
use checks::{At, Finding};
use goyaml::Mark;

/// `<no value>` as base64: alone, and where it ends a text.
const SIGNS: &[&str] = &["<no value>", "<nil>", "PG5vIHZhbHVlPg==", "PG5pbD4="];

/// Looks at the lines of manifests.
pub(super) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, file) in release.files.iter().enumerate() {
        if !file.is_manifest() {
            continue;
        }
        let at = |line: u32, column: u32| At {
            file: index,
            mark: Mark { line, column },
        };
        for line in &file.without_value {
            let message = "a value that is missing is printed on this line";
            let mut finding = Finding::new(&rules::NO_VALUE, at(*line, 0), message);
            finding.suggestion = release.became(at(*line, 0));
            findings.push(finding);
        }
        let text = file.text.as_slice();
        if !may_have_sign(text) {
            continue;
        }
        for (number, line) in text.split(|b| *b == b'\n').enumerate() {
            if let Some((column, sign)) = sign(line) {
                let counted = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
                let (number, column) = (counted(number), counted(column));
                let message = match sign.starts_with("PG5") {
                    true => format!("the output has {sign}, which is a missing value in base64"),
                    false => format!(
                        "the output has {sign}, which Go prints for a value that it cannot use"
                    ),
                };
                findings.push(Finding::new(
                    &rules::UNPRINTABLE_VALUE,
                    at(number, column),
                    message,
                ));
            }
        }
    }
    findings
}

/// Returns true if any line of a text may have what [`sign`] finds.
fn may_have_sign(text: &[u8]) -> bool {
    let mut parts = SIGNS.iter().chain(&["%!"]);
    parts.any(|part| memchr::memmem::find(text, part.as_bytes()).is_some())
}

/// Go's note of a value that it could not print: where it is, and what it is.
fn sign(line: &[u8]) -> Option<(usize, String)> {
    let notes = memchr::memchr_iter(b'%', line);
    let mut notes = notes.filter_map(|at| Some((at, note(line.get(at..)?)?)));
    let sign_text = notes.next().or_else(|| {
        SIGNS.iter().find_map(|sign| {
            let at = memchr::memmem::find(line, sign.as_bytes())?;
            Some((at, sign.as_bytes()))
        })
    });
    sign_text.map(|(at, text)| (at, String::from_utf8_lossy(text).into_owned()))
}

/// `%!verb(type=value)`, `%!verb(<nil>)`, `%!(EXTRA …)`.
fn note(text: &[u8]) -> Option<&[u8]> {
    const LONGEST: usize = 60;
    let rest = text.strip_prefix(b"%!")?;
    let open = rest.iter().take(2).position(|b| *b == b'(')?;
    if !rest.get(..open)?.iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    let inner = rest.get(open + 1..)?;
    let is_note = [
        &b"<nil>)"[..],
        b"EXTRA ",
        b"BADPREC)",
        b"BADWIDTH)",
        b"MISSING)",
        b"NOVERB)",
    ];
    let types = [
        &b"string="[..],
        b"int=",
        b"int64=",
        b"float64=",
        b"bool=",
        b"map[",
        b"[]",
    ];
    let starts = |starts_of: &[&[u8]]| starts_of.iter().any(|start| inner.starts_with(start));
    if !starts(&is_note) && !starts(&types) {
        return None;
    }
    let end = inner.iter().take(LONGEST).position(|b| *b == b')');
    let length = 2 + open + 1 + end.map_or(0, |end| end + 1);
    text.get(..length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_go_are_told_from_other_percent_signs() {
        let sign_of = |line: &str| sign(line.as_bytes());
        assert_eq!(sign_of("a: %!s(<nil>)"), Some((3, "%!s(<nil>)".into())));
        assert_eq!(
            sign_of("%!d(string=80)/x"),
            Some((0, "%!d(string=80)".into()))
        );
        assert_eq!(
            sign_of("x%!(EXTRA int=1)"),
            Some((1, "%!(EXTRA int=1)".into()))
        );
        assert_eq!(sign_of("a: <nil>"), Some((3, "<nil>".into())));
        for line in ["100%!", "%!foo(bar)", "50% (x)", "%!s(x)"] {
            assert_eq!(sign_of(line), None, "{line}");
        }
    }
}
