//! Outcomes recorded from real Helm, and their comparison: the formats of `tests/golden` and
//! `tests/vectors`, running one process, and showing a difference; what is planted in `tests/planted`.
//!
//! `cargo xtask record` writes these formats, the test runners of the `rhelm` package read them;
//! `docs/testing.md` describes them.

pub mod compare;
pub mod directory;
pub mod golden;
pub mod planted;
pub mod process;
pub mod vector;
pub mod verdict;

pub use project::Major;
