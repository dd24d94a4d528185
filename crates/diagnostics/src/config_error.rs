//! Errors of a configuration file: `.rhelm.yaml`, or diff's older `.rhelm-diff.yaml`.

/// A file that cannot be understood; the line is counted from 1, 0 where there is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct ConfigError {
    /// The file's name.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The problem there.
    pub problem: String,
}
