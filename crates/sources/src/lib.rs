//! Where charts come from, and the files that Helm keeps about it.

mod home;

pub use home::{Flags, Home};
