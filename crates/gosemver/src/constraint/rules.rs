//! The rule of each operator.

use super::{Constraint, Operator, Partial};
use crate::precedence::compare_prereleases;
use crate::version::Version;

/// The way in which a version violates a constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It is a pre-release, and no constraint of the group names one.
    Prerelease,
    /// It equals what `!=` excludes.
    Equal,
    /// It is not what `=` demands.
    NotEqual,
    /// It is too low for `>=`, `~`, `^` or a wildcard.
    Less,
    /// It is too low for `>`.
    LessOrEqual,
    /// It is too high for `<=`.
    Greater,
    /// It is too high for `<`.
    GreaterOrEqual,
    /// Its major number differs.
    Major,
    /// Its major or minor number differs.
    MajorMinor,
    /// Its minor number differs, and `^0.y` demands the same.
    MinorOfZero,
    /// Its minor number differs, and `^0.0.z` demands the same.
    Minor,
    /// `^0.0.z` demands exactly this version.
    ExactlyZero,
}

impl Reason {
    /// The words between version and constraint, and those behind the constraint.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Prerelease => (
                "is a prerelease version and the constraint is only looking for release versions",
                "",
            ),
            Self::Equal => ("is equal to", ""),
            Self::NotEqual => ("is not equal to", ""),
            Self::Less => ("is less than", ""),
            Self::LessOrEqual => ("is less than or equal to", ""),
            Self::Greater => ("is greater than", ""),
            Self::GreaterOrEqual => ("is greater than or equal to", ""),
            Self::Major => ("does not have same major version as", ""),
            Self::MajorMinor => ("does not have same major and minor version as", ""),
            Self::MinorOfZero => (
                "does not have same minor version as",
                ". Expected minor versions to match when constraint major version is 0",
            ),
            Self::Minor => ("does not have same minor version as", ""),
            Self::ExactlyZero => (
                "does not equal",
                ". Expect version and constraint to equal when major and minor versions are 0",
            ),
        }
    }
}

impl Constraint {
    /// The reason why `version` violates this constraint, if it does.
    pub(super) fn violation(&self, version: &Version, include_prerelease: bool) -> Option<Reason> {
        if !version.pre.is_empty() && !include_prerelease {
            return Some(Reason::Prerelease);
        }
        match self.operator {
            Operator::None | Operator::Equal if self.partial == Partial::Complete => {
                (!version.equal(&self.version)).then_some(Reason::NotEqual)
            }
            Operator::None | Operator::Equal | Operator::Tilde | Operator::TildeGreater => {
                self.tilde(version)
            }
            Operator::NotEqual => self.is_excluded(version).then_some(Reason::Equal),
            Operator::Greater => (!self.is_exceeded_by(version)).then_some(Reason::LessOrEqual),
            Operator::Less => version
                .greater_than_equal(&self.version)
                .then_some(Reason::GreaterOrEqual),
            Operator::GreaterEqual | Operator::EqualGreater => {
                version.less_than(&self.version).then_some(Reason::Less)
            }
            Operator::LessEqual | Operator::EqualLess => {
                (!self.is_reached_by(version)).then_some(Reason::Greater)
            }
            Operator::Caret => self.caret(version),
        }
    }

    /// `!=`: whether `version` is the one named. A `!=*` excludes 0.0.0 alone of the zeros, but
    /// `!=1.2` every 1.2.z.
    fn is_excluded(&self, version: &Version) -> bool {
        let bound = &self.version;
        if self.partial == Partial::Complete {
            return version.equal(bound);
        }
        if bound.major != version.major {
            return false;
        }
        match self.partial {
            Partial::Minor => true,
            _ if bound.minor != version.minor => false,
            Partial::Patch => compare_prereleases(&version.pre, &bound.pre).is_eq(),
            _ => version.equal(bound),
        }
    }

    /// `>`: `>1` starts at 2, `>1.2` at 1.3.
    fn is_exceeded_by(&self, version: &Version) -> bool {
        let bound = &self.version;
        match self.partial {
            Partial::Minor => version.major > bound.major,
            Partial::Patch => (version.major, version.minor) > (bound.major, bound.minor),
            _ => version.greater_than(bound),
        }
    }

    /// `<=`: `<=1` reaches up to 2, `<=1.2` up to 1.3; `<=*` counts as `<=0.0`.
    fn is_reached_by(&self, version: &Version) -> bool {
        let bound = &self.version;
        match self.partial {
            Partial::Complete => version.less_than_equal(bound),
            Partial::Minor => version.major <= bound.major,
            _ => (version.major, version.minor) <= (bound.major, bound.minor),
        }
    }

    /// `~`: same major and, where the constraint names one, same minor; `~0.0.0` and `~*` are
    /// satisfied by everything from 0.0.0 on.
    fn tilde(&self, version: &Version) -> Option<Reason> {
        let bound = &self.version;
        if version.less_than(bound) {
            return Some(Reason::Less);
        }
        let zero = (bound.major, bound.minor, bound.patch) == (0, 0, 0);
        if zero && matches!(self.partial, Partial::Complete | Partial::Major) {
            return None;
        }
        if version.major != bound.major {
            return Some(Reason::Major);
        }
        (version.minor != bound.minor && self.partial != Partial::Minor)
            .then_some(Reason::MajorMinor)
    }

    /// `^`: nothing may change left of the first number that is not zero. `^*` counts as `^0.0.0`.
    fn caret(&self, version: &Version) -> Option<Reason> {
        let bound = &self.version;
        if version.less_than(bound) {
            return Some(Reason::Less);
        }
        if version.major != bound.major {
            return Some(Reason::Major);
        }
        if bound.major > 0 || self.partial == Partial::Minor {
            return None;
        }
        if bound.minor > 0 || self.partial == Partial::Patch {
            return (version.minor != bound.minor).then_some(Reason::MinorOfZero);
        }
        if version.minor > 0 {
            return Some(Reason::Minor);
        }
        (version.patch != bound.patch).then_some(Reason::ExactlyZero)
    }
}
