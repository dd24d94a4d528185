//! The versions of Helm that rhelm is compared with.

use std::fmt;

/// A Helm major version that expectations are recorded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Major {
    /// Helm 3, pinned at 3.21.4.
    V3,
    /// Helm 4, pinned at 4.2.4.
    V4,
}

impl Major {
    /// Both majors, oldest first.
    pub const ALL: [Major; 2] = [Major::V3, Major::V4];

    /// The number, as `--helm-version` takes it.
    pub fn number(self) -> u32 {
        match self {
            Major::V3 => 3,
            Major::V4 => 4,
        }
    }

    /// The exact version that is recorded from.
    pub fn pinned(self) -> &'static str {
        match self {
            Major::V3 => "3.21.4",
            Major::V4 => "4.2.4",
        }
    }

    /// The major of a number, if it is one of ours.
    pub fn from_number(number: u32) -> Option<Major> {
        Major::ALL
            .into_iter()
            .find(|major| major.number() == number)
    }
}

impl fmt::Display for Major {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "v{}", self.number())
    }
}
