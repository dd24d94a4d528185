//! Records the values that templates read during a render, those nobody read, and where nothing was printed.
#![forbid(unsafe_code)]

mod enclosing;
mod flow;
pub mod line_map;
pub mod usage;
