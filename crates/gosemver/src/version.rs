//! A version with its parts, its precedence and the versions that follow it (Masterminds' `Version`).

use std::cmp::Ordering;
use std::fmt;

use crate::error::{Overflow, VersionError};
use crate::precedence::compare_prereleases;
use crate::{parse, shape};

/// A semantic version and the text it was read from. Displayed without a leading `v` and with all
/// three numbers, as Go's `String()` gives it.
///
/// There is no `PartialEq`: two versions that differ in metadata [compare](Version::compare) as
/// equal. Changing a version gives a new one whose original text keeps a leading `v`.
#[derive(Debug, Clone)]
pub struct Version {
    pub(crate) major: u64,
    pub(crate) minor: u64,
    pub(crate) patch: u64,
    pub(crate) pre: String,
    pub(crate) metadata: String,
    pub(crate) original: String,
}

impl Version {
    /// Reads a version as Masterminds' `NewVersion`: a leading `v`, leading zeros and missing
    /// numbers are accepted.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, VersionError> {
        parse::loose(text.as_ref())
    }

    /// Reads a version as Masterminds' `StrictNewVersion`: three numbers, no prefix.
    pub fn parse_strict(text: impl AsRef<[u8]>) -> Result<Self, VersionError> {
        parse::strict(text.as_ref())
    }

    /// A version of given parts, unchecked (Masterminds' `New`).
    pub fn new(major: u64, minor: u64, patch: u64, pre: &str, metadata: &str) -> Self {
        let (pre, metadata) = (pre.to_owned(), metadata.to_owned());
        Self {
            major,
            minor,
            patch,
            pre,
            metadata,
            original: String::new(),
        }
        .renamed("")
    }

    /// First number.
    pub fn major(&self) -> u64 {
        self.major
    }

    /// Second number; 0 when the text had none.
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// Third number; 0 when the text had none.
    pub fn patch(&self) -> u64 {
        self.patch
    }

    /// Pre-release without its hyphen; empty when there is none.
    pub fn prerelease(&self) -> &str {
        &self.pre
    }

    /// Build metadata without its plus; empty when there is none.
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    /// The text this version was read from.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Precedence: numbers, then pre-release (lower than none). Metadata does not count.
    pub fn compare(&self, other: &Self) -> Ordering {
        let numbers = |v: &Self| (v.major, v.minor, v.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| {
            match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_prereleases(&self.pre, &other.pre),
            }
        })
    }

    /// `compare` is less.
    pub fn less_than(&self, other: &Self) -> bool {
        self.compare(other).is_lt()
    }

    /// `compare` is less or equal.
    pub fn less_than_equal(&self, other: &Self) -> bool {
        self.compare(other).is_le()
    }

    /// `compare` is greater.
    pub fn greater_than(&self, other: &Self) -> bool {
        self.compare(other).is_gt()
    }

    /// `compare` is greater or equal.
    pub fn greater_than_equal(&self, other: &Self) -> bool {
        self.compare(other).is_ge()
    }

    /// `compare` is equal; metadata may differ.
    pub fn equal(&self, other: &Self) -> bool {
        self.compare(other).is_eq()
    }

    /// The release a pre-release leads to, or else the next patch; no metadata.
    pub fn inc_patch(&self) -> Result<Self, Overflow> {
        let step = u64::from(self.pre.is_empty());
        let patch = self.patch.checked_add(step).ok_or(Overflow("patch"))?;
        Ok(self.successor(self.major, self.minor, patch))
    }

    /// The next minor release; no pre-release, no metadata.
    pub fn inc_minor(&self) -> Result<Self, Overflow> {
        let minor = self.minor.checked_add(1).ok_or(Overflow("minor"))?;
        Ok(self.successor(self.major, minor, 0))
    }

    /// The next major release; no pre-release, no metadata.
    pub fn inc_major(&self) -> Result<Self, Overflow> {
        let major = self.major.checked_add(1).ok_or(Overflow("major"))?;
        Ok(self.successor(major, 0, 0))
    }

    /// This version with another pre-release (given without hyphen; empty for none).
    pub fn set_prerelease(&self, pre: impl AsRef<[u8]>) -> Result<Self, VersionError> {
        let pre = pre.as_ref();
        if !pre.is_empty() {
            parse::validate_prerelease(pre)?;
        }
        let pre = shape::slice(pre, 0..pre.len()).to_owned();
        Ok(Self {
            pre,
            ..self.clone()
        }
        .renamed(&self.original))
    }

    /// This version with other build metadata (given without plus; empty for none).
    pub fn set_metadata(&self, metadata: impl AsRef<[u8]>) -> Result<Self, VersionError> {
        let metadata = metadata.as_ref();
        if !metadata.is_empty() {
            parse::validate_metadata(metadata)?;
        }
        let metadata = shape::slice(metadata, 0..metadata.len()).to_owned();
        Ok(Self {
            metadata,
            ..self.clone()
        }
        .renamed(&self.original))
    }

    fn successor(&self, major: u64, minor: u64, patch: u64) -> Self {
        let (pre, metadata, original) = (String::new(), String::new(), String::new());
        Self {
            major,
            minor,
            patch,
            pre,
            metadata,
            original,
        }
        .renamed(&self.original)
    }

    /// Sets the original text to what is displayed, with the `v` that `before` had.
    fn renamed(mut self, before: &str) -> Self {
        let prefix = if before.starts_with('v') { "v" } else { "" };
        self.original = format!("{prefix}{self}");
        self
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::Version;
    use std::cmp::Ordering;

    fn v(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn precedence() {
        let ascending = [
            "0.9",
            "1.0.0-0",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-10.a",
            "1.0.0-99999999999999999999",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-rc.1",
            "v1",
            "1.0.1",
        ];
        for (i, left) in ascending.iter().enumerate() {
            for (j, right) in ascending.iter().enumerate() {
                assert_eq!(v(left).compare(&v(right)), i.cmp(&j), "{left} {right}");
            }
        }
        assert_eq!(v("1.2.3+a").compare(&v("1.2.3+b")), Ordering::Equal);
    }

    #[test]
    fn successors_keep_the_prefix_in_the_original_only() {
        let show = |v: Version| format!("{v} {}", v.original());
        assert_eq!(show(v("v1.2.3").inc_patch().unwrap()), "1.2.4 v1.2.4");
        assert_eq!(show(v("v1.2.3-rc+m").inc_patch().unwrap()), "1.2.3 v1.2.3");
        assert_eq!(show(v("1.2.3+m").inc_minor().unwrap()), "1.3.0 1.3.0");
        assert_eq!(show(v("1.2.3-a").inc_major().unwrap()), "2.0.0 2.0.0");
        assert_eq!(
            show(v("v1").set_prerelease("rc.1").unwrap()),
            "1.0.0-rc.1 v1.0.0-rc.1"
        );
        assert_eq!(
            show(v("1-a").set_metadata("b").unwrap()),
            "1.0.0-a+b 1.0.0-a+b"
        );
        assert_eq!(show(v("1-a").set_prerelease("").unwrap()), "1.0.0 1.0.0");
        assert_eq!(
            v("1").set_prerelease("01").unwrap_err().to_string(),
            "version segment starts with 0"
        );
        assert_eq!(
            v("1").set_prerelease("a b").unwrap_err().to_string(),
            "invalid prerelease string"
        );
        assert_eq!(
            v("1").set_metadata("é").unwrap_err().to_string(),
            "invalid metadata string"
        );
        assert_eq!(
            v("1.18446744073709551615")
                .inc_minor()
                .unwrap_err()
                .to_string(),
            "minor version increment would overflow uint64"
        );
        assert_eq!(show(Version::new(1, 2, 3, "x", "y")), "1.2.3-x+y 1.2.3-x+y");
    }
}
