//! Versions and constraints as Masterminds' semver 3.5.0 decides them: the library behind Sprig's
//! `semver` and `semverCompare` and behind every version range in a chart.
//!
//! [`Version::parse`] reads what people write (`v1.2`, `1.02.3-rc.1+build`); [`Constraints::new`]
//! reads ranges (`>=1.19-0 <2 || 3.x`), and [`Constraints::check`] says whether a version is in one.
//! The semantics differ from Cargo's in nearly every corner: comma and blank both mean *and*,
//! partial versions are wildcards, and a pre-release is accepted only where a constraint of the
//! same *and* group names one.
//!
//! ```
//! use gosemver::{Constraints, Version};
//!
//! let range = Constraints::new(">=1.19-0, <1.30").unwrap();
//! assert!(range.check(&Version::parse("v1.29.4-gke.1").unwrap()));
//! assert_eq!(Constraints::new("foo").unwrap_err().to_string(), "improper constraint: \"foo\"");
//! ```
//!
//! All inputs may be arbitrary bytes, as Go strings may; what is accepted is always ASCII.

mod constraint;
mod error;
mod parse;
mod precedence;
mod shape;
mod version;

pub use constraint::{Constraints, Mismatch, Reason};
pub use error::{ConstraintError, Overflow, VersionError};
pub use version::Version;

/// Returns true if `version` lies within `constraint`; false when either of them does not parse
/// (`IsCompatibleRange` in Helm's chartutil).
pub fn is_compatible_range(constraint: impl AsRef<[u8]>, version: impl AsRef<[u8]>) -> bool {
    match (Version::parse(version), Constraints::new(constraint)) {
        (Ok(version), Ok(constraints)) => constraints.check(&version),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_compatible_range;

    #[test]
    fn compatible_range_is_false_for_what_does_not_parse() {
        assert!(is_compatible_range("^1.2.0", "1.4.0"));
        assert!(is_compatible_range(">=1.16-0", "v1.36"));
        assert!(!is_compatible_range("^1.2.0", "2.0.0"));
        assert!(!is_compatible_range("^1.2.0", "latest"));
        assert!(!is_compatible_range("", "1.2.3"));
        assert!(!is_compatible_range(b"\xff", "1.2.3"));
    }
}
