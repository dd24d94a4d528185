//! Which values templates read during a render, which nobody read, and where nothing was printed.
#![forbid(unsafe_code)]

pub mod usage;
