//! The sources of charts, and the files that Helm keeps about them.

mod home;

pub use home::{Flags, Home};
