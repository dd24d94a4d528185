//! Semantic versions.

use gostd::strings::cut;

use super::{Checked, fail, only, split};

pub(super) fn semver(text: &[u8]) -> Checked {
    let (text, build) = cut(text, b'+');
    if let Some(build) = build {
        if build.is_empty() {
            return fail("build is empty");
        }
        for identifier in split(build, b'.') {
            if identifier.is_empty() {
                return fail("build identifier is empty");
            }
            only(identifier, is_identifier, " in build identifier")?;
        }
    }
    let (core, pre_release) = cut(text, b'-');
    for identifier in pre_release.into_iter().flat_map(|p| split(p, b'.')) {
        if identifier.is_empty() {
            return fail("pre-release identifier is empty");
        }
        only(identifier, is_identifier, " in pre-release identifier")?;
        if identifier.len() > 1
            && identifier[0] == b'0'
            && identifier.iter().all(u8::is_ascii_digit)
        {
            return fail("pre-release numeric identifier starts with zero");
        }
    }
    let numbers: Vec<_> = split(core, b'.').collect();
    if numbers.len() != 3 {
        return fail("versionCore must have 3 numbers separated by dot");
    }
    for (number, name) in numbers.into_iter().zip(["major", "minor", "patch"]) {
        if number.is_empty() {
            return Err(format!("{name} is empty"));
        }
        if number.len() > 1 && number[0] == b'0' {
            return Err(format!("{name} starts with zero"));
        }
        if !number.iter().all(u8::is_ascii_digit) {
            return Err(format!("{name} contains non-digit"));
        }
    }
    Ok(())
}

fn is_identifier(rune: char) -> bool {
    rune.is_ascii_alphanumeric() || rune == '-'
}
