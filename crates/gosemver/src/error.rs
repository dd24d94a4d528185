//! The reason why a version or a constraint does not parse, in the words of Masterminds' semver.

use std::fmt;

use gostd::strconv::quote;

/// The reason why a string is not a version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VersionError {
    /// The string has not the shape of a version at all.
    Invalid,
    /// Strict parsing only: the string is empty.
    Empty,
    /// Strict parsing only: a number holds something else than digits.
    InvalidCharacters,
    /// A number with a leading zero: in a pre-release, or anywhere when parsing strictly.
    SegmentStartsZero,
    /// A build metadata identifier is empty or has a character outside `[0-9A-Za-z-]`.
    InvalidMetadata,
    /// A pre-release identifier is empty or has a character outside `[0-9A-Za-z-]`.
    InvalidPrerelease,
    /// More than 256 bytes.
    TooLong,
    /// A number that is empty or beyond `u64`, with the text Go's `strconv.ParseUint` gives.
    Number {
        /// The digits as written.
        digits: String,
        /// Strict parsing passes ParseUint's error on; loose parsing says first what it was at.
        strict: bool,
    },
}

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "invalid semantic version",
            Self::Empty => "version string empty",
            Self::InvalidCharacters => "invalid characters in version",
            Self::SegmentStartsZero => "version segment starts with 0",
            Self::InvalidMetadata => "invalid metadata string",
            Self::InvalidPrerelease => "invalid prerelease string",
            Self::TooLong => "version string is too long (max 256 bytes)",
            Self::Number { digits, strict } => {
                if !strict {
                    f.write_str("error parsing version segment: ")?;
                }
                let why = if digits.is_empty() {
                    "invalid syntax"
                } else {
                    "value out of range"
                };
                return write!(f, "strconv.ParseUint: parsing \"{digits}\": {why}");
            }
        })
    }
}

impl std::error::Error for VersionError {}

/// The reason why a string is not a constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConstraintError {
    /// More than 512 bytes.
    TooLong,
    /// More than 32 groups separated by `||`.
    TooManyGroups,
    /// This group, after hyphen ranges were rewritten, is not a list of constraints.
    Improper(Vec<u8>),
    /// It has the shape of a constraint, but its version does not parse: `1|2`, `1.2.3-01`.
    Parser,
}

impl fmt::Display for ConstraintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("constraint string is too long (max 512 bytes)"),
            Self::TooManyGroups => f.write_str("too many constraint groups (max 32)"),
            Self::Improper(group) => write!(f, "improper constraint: {}", quote(group)),
            Self::Parser => f.write_str("constraint parser error"),
        }
    }
}

impl std::error::Error for ConstraintError {}

/// A number that cannot be incremented: Go panics with this text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow(pub(crate) &'static str);

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} version increment would overflow uint64", self.0)
    }
}

impl std::error::Error for Overflow {}
