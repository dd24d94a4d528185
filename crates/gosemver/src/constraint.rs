//! Ranges of versions (Masterminds' `Constraints`): groups joined by `||`, each a list of
//! constraints that must all hold.

mod grammar;
mod hyphen;
mod rules;

use std::fmt;

use gostd::strconv::quote;

use crate::error::ConstraintError;
use crate::version::Version;
pub use rules::Reason;

const MAX_CONSTRAINT_LEN: usize = 512;
const MAX_GROUPS: usize = 32;

/// A parsed range that versions can be checked against. Displayed normalised, as Go's `String()`.
#[derive(Debug, Clone)]
pub struct Constraints {
    groups: Vec<Group>,
    /// Accept pre-releases even in groups that name none.
    pub include_prerelease: bool,
}

/// Constraints that must all hold.
#[derive(Debug, Clone)]
struct Group {
    all: Vec<Constraint>,
    /// One of them names a pre-release, which opens the whole group to pre-releases.
    names_prerelease: bool,
}

/// One operator with its version.
#[derive(Debug, Clone)]
struct Constraint {
    operator: Operator,
    /// The version as written, wildcards and all.
    source: String,
    /// The version with zeros for wildcards and missing segments; without metadata then.
    version: Version,
    partial: Partial,
}

/// From which segment on a constraint's version is missing or a wildcard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Partial {
    Complete,
    Patch,
    Minor,
    Major,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    None,
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterEqual,
    EqualGreater,
    LessEqual,
    EqualLess,
    Tilde,
    TildeGreater,
    Caret,
}

impl Constraints {
    /// Reads a range as Masterminds' `NewConstraint`.
    ///
    /// Operators are `= != > < >= => <= =< ~ ~> ^` or none; blanks or a comma mean *and*, `||`
    /// means *or*; `1.2 - 2.3` is a closed range; `x`, `X`, `*` and missing segments are wildcards.
    pub fn new(text: impl AsRef<[u8]>) -> Result<Self, ConstraintError> {
        let text = text.as_ref();
        if text.len() > MAX_CONSTRAINT_LEN {
            return Err(ConstraintError::TooLong);
        }
        let text = hyphen::rewrite(text);
        let groups = split_groups(&text);
        if groups.len() > MAX_GROUPS {
            return Err(ConstraintError::TooManyGroups);
        }
        let groups = groups
            .into_iter()
            .map(grammar::group)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            groups,
            include_prerelease: false,
        })
    }

    /// Returns true if `version` satisfies every constraint of some group.
    pub fn check(&self, version: &Version) -> bool {
        self.groups.iter().any(|group| {
            let include = self.admits_prereleases(group);
            group
                .all
                .iter()
                .all(|constraint| constraint.violation(version, include).is_none())
        })
    }

    /// As [`check`](Self::check), but tells every reason why the version is outside.
    pub fn validate(&self, version: &Version) -> Result<(), Vec<Mismatch>> {
        let mut mismatches = Vec::new();
        let mut prerelease_told = false;
        for group in &self.groups {
            let include = self.admits_prereleases(group);
            let mut satisfied = true;
            for constraint in &group.all {
                let Some(reason) = constraint.violation(version, include) else {
                    continue;
                };
                satisfied = false;
                if reason == Reason::Prerelease {
                    if prerelease_told {
                        continue;
                    }
                    prerelease_told = true;
                }
                let constraint = constraint.source.clone();
                mismatches.push(Mismatch {
                    version: version.to_string(),
                    constraint,
                    reason,
                });
            }
            if satisfied {
                return Ok(());
            }
        }
        Err(mismatches)
    }

    fn admits_prereleases(&self, group: &Group) -> bool {
        self.include_prerelease || group.names_prerelease
    }
}

fn split_groups(text: &[u8]) -> Vec<&[u8]> {
    let (mut groups, mut start, mut at) = (Vec::new(), 0, 0);
    while at < text.len() {
        if text[at..].starts_with(b"||") {
            groups.push(&text[start..at]);
            at += 2;
            start = at;
        } else {
            at += 1;
        }
    }
    groups.push(&text[start..]);
    groups
}

impl fmt::Display for Constraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, group) in self.groups.iter().enumerate() {
            if i > 0 {
                f.write_str(" || ")?;
            }
            for (j, constraint) in group.all.iter().enumerate() {
                let blank = if j > 0 { " " } else { "" };
                write!(
                    f,
                    "{blank}{}{}",
                    constraint.operator.symbol(),
                    constraint.source
                )?;
            }
        }
        Ok(())
    }
}

impl Operator {
    const ALL: [(&'static str, Self); 12] = [
        ("", Self::None),
        ("=", Self::Equal),
        ("!=", Self::NotEqual),
        (">", Self::Greater),
        ("<", Self::Less),
        (">=", Self::GreaterEqual),
        ("=>", Self::EqualGreater),
        ("<=", Self::LessEqual),
        ("=<", Self::EqualLess),
        ("~", Self::Tilde),
        ("~>", Self::TildeGreater),
        ("^", Self::Caret),
    ];

    fn parse(symbol: &[u8]) -> Option<Self> {
        let row = Self::ALL
            .iter()
            .find(|(symbol_of, _)| symbol_of.as_bytes() == symbol);
        row.map(|&(_, operator)| operator)
    }

    fn symbol(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, operator)| *operator == self)
            .map_or("", |(symbol, _)| symbol)
    }
}

/// The reason why a version is outside a range. Displayed in Masterminds' words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The version, normalised.
    pub version: String,
    /// The version the constraint names, as written and without operator.
    pub constraint: String,
    /// The way in which they are at odds.
    pub reason: Reason,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = self.reason.words();
        write!(f, "{} {before}", quote(self.version.as_bytes()))?;
        if self.reason != Reason::Prerelease {
            write!(f, " {}{after}", quote(self.constraint.as_bytes()))?;
        }
        Ok(())
    }
}

impl std::error::Error for Mismatch {}

#[cfg(test)]
mod tests;
