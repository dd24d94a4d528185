//! Records the values that templates read during a render, those nobody read, and where nothing was printed.
#![forbid(unsafe_code)]

pub mod usage;
