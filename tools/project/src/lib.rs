//! The common part of the project's own commands (`cargo xtask NAME`): their names, the checkout, both Helms,
//! the charts below a directory, threads, and printing to a reader that may go away.

pub mod charts;
mod checkout;
pub mod commands;
pub mod major;
pub mod parallel;
pub mod stdout;

pub use checkout::{cache, cargo, helm, helm_diff, helms, oracle, program, rhelm, root, target};
pub use major::Major;
