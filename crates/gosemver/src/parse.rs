//! Reading versions: Masterminds' `NewVersion` (loose) and `StrictNewVersion`.

use crate::error::VersionError;
use crate::shape::{Shape, is_identifier, slice};
use crate::version::Version;
use gostd::strings::cut;

const MAX_VERSION_LEN: usize = 256;

/// `NewVersion` with its default settings: leading `v` and zeros and missing segments are fine.
pub(crate) fn loose(text: &[u8]) -> Result<Version, VersionError> {
    if text.len() > MAX_VERSION_LEN {
        return Err(VersionError::TooLong);
    }
    let shape = Shape::scan(text, 0, |b| b.is_ascii_digit())
        .filter(|shape| shape.end == text.len())
        .ok_or(VersionError::Invalid)?;
    let segment = |part: std::ops::Range<usize>| match slice(text, part) {
        "" => Ok(0),
        digits => number(digits, false),
    };
    let version = Version {
        major: segment(shape.major)?,
        minor: segment(shape.minor)?,
        patch: segment(shape.patch)?,
        pre: slice(text, shape.pre).to_owned(),
        metadata: slice(text, shape.metadata).to_owned(),
        original: slice(text, 0..text.len()).to_owned(),
    };
    if !version.pre.is_empty() {
        validate_prerelease(version.pre.as_bytes())?;
    }
    Ok(version)
}

/// `StrictNewVersion`: exactly three numbers and no prefix. The order of the checks decides which
/// error a doubly wrong text gets: metadata, pre-release, characters and zeros, range.
pub(crate) fn strict(text: &[u8]) -> Result<Version, VersionError> {
    if text.is_empty() {
        return Err(VersionError::Empty);
    }
    if text.len() > MAX_VERSION_LEN {
        return Err(VersionError::TooLong);
    }
    let (major, rest) = cut(text, b'.');
    let (minor, rest) = cut(rest.ok_or(VersionError::Invalid)?, b'.');
    let (rest, metadata) = cut(rest.ok_or(VersionError::Invalid)?, b'+');
    if let Some(metadata) = metadata {
        validate_metadata(metadata)?;
    }
    let (patch, pre) = cut(rest, b'-');
    if let Some(pre) = pre {
        validate_prerelease(pre)?;
    }
    for segment in [major, minor, patch] {
        if !segment.iter().all(u8::is_ascii_digit) {
            return Err(VersionError::InvalidCharacters);
        }
        if segment.len() > 1 && segment.first() == Some(&b'0') {
            return Err(VersionError::SegmentStartsZero);
        }
    }
    let text_of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Version {
        major: number(&text_of(major), true)?,
        minor: number(&text_of(minor), true)?,
        patch: number(&text_of(patch), true)?,
        pre: text_of(pre.unwrap_or_default()),
        metadata: text_of(metadata.unwrap_or_default()),
        original: text_of(text),
    })
}

/// Checks a pre-release without its hyphen: identifiers of `[0-9A-Za-z-]`, numbers without
/// leading zeros.
pub(crate) fn validate_prerelease(pre: &[u8]) -> Result<(), VersionError> {
    for part in pre.split(|&b| b == b'.') {
        if part.is_empty() || !part.iter().all(|&b| is_identifier(b)) {
            return Err(VersionError::InvalidPrerelease);
        }
        if part.len() > 1 && part[0] == b'0' && part.iter().all(u8::is_ascii_digit) {
            return Err(VersionError::SegmentStartsZero);
        }
    }
    Ok(())
}

/// Checks build metadata without its plus: identifiers of `[0-9A-Za-z-]`.
pub(crate) fn validate_metadata(metadata: &[u8]) -> Result<(), VersionError> {
    let valid = |part: &[u8]| !part.is_empty() && part.iter().all(|&b| is_identifier(b));
    if metadata.split(|&b| b == b'.').all(valid) {
        Ok(())
    } else {
        Err(VersionError::InvalidMetadata)
    }
}

/// Go's `strconv.ParseUint(digits, 10, 64)` for text known to hold digits only.
fn number(digits: &str, strict: bool) -> Result<u64, VersionError> {
    digits.parse().map_err(|_| VersionError::Number {
        digits: digits.to_owned(),
        strict,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use crate::Version;

    fn loose(text: &str) -> String {
        match Version::parse(text) {
            Ok(v) => format!("{v}"),
            Err(e) => format!("! {e}"),
        }
    }

    fn strict(text: &str) -> String {
        match Version::parse_strict(text) {
            Ok(v) => format!("{v}"),
            Err(e) => format!("! {e}"),
        }
    }

    /// Outputs of Masterminds' semver 3.5.0.
    #[test]
    fn loose_parsing() {
        let big = "1.99999999999999999999.3";
        for (text, expected) in [
            ("v1.2.3", "1.2.3"),
            ("1", "1.0.0"),
            ("01.002.03", "1.2.3"),
            ("v1.2-beta.5", "1.2.0-beta.5"),
            ("1.2.3-alpha.-1+b.007", "1.2.3-alpha.-1+b.007"),
            ("1.2.3-alpha.01", "! version segment starts with 0"),
            ("1.2.3-01a", "1.2.3-01a"),
            ("V1.2.3", "! invalid semantic version"),
            ("", "! invalid semantic version"),
            ("1.2.3.4", "! invalid semantic version"),
            ("1.2.3-", "! invalid semantic version"),
            ("1.2.3 ", "! invalid semantic version"),
            ("1.2.3-a..b", "! invalid semantic version"),
            ("1.2.3+é", "! invalid semantic version"),
            (
                big,
                "! error parsing version segment: strconv.ParseUint: \
                 parsing \"99999999999999999999\": value out of range",
            ),
        ] {
            assert_eq!(loose(text), expected, "{text}");
        }
        assert_eq!(
            loose(&"1".repeat(257)),
            "! version string is too long (max 256 bytes)"
        );
    }

    /// Outputs of Masterminds' semver 3.5.0.
    #[test]
    fn strict_parsing() {
        for (text, expected) in [
            ("1.2.3-rc.1+b.01", "1.2.3-rc.1+b.01"),
            ("", "! version string empty"),
            ("1.2", "! invalid semantic version"),
            ("v1.2.3", "! invalid characters in version"),
            ("01.2.3", "! version segment starts with 0"),
            ("1.2.3-01", "! version segment starts with 0"),
            ("1.2.3-", "! invalid prerelease string"),
            ("1.2.3+a+b", "! invalid metadata string"),
            ("v1.2.3-a..b+", "! invalid metadata string"),
            ("1..3", "! strconv.ParseUint: parsing \"\": invalid syntax"),
            (
                "1.2.99999999999999999999",
                "! strconv.ParseUint: parsing \"99999999999999999999\": value out of range",
            ),
        ] {
            assert_eq!(strict(text), expected, "{text}");
        }
    }
}
