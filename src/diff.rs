//! What changes between two renders of a chart, or between any two manifests.

pub mod git;
pub mod helm_diff;
mod node;
mod side;

pub use side::{Side, is_gzip};
