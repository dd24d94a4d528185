//! Files, the machine's: every read has a limit, every write appears whole.
//!
//! - [`input`] reads what users, charts and schemas name.
//! - [`atomic`] writes: all files or none.
//! - [`OsError`] is what the system refused, in the words of Go's `os` package.

pub mod atomic;
pub mod input;
pub mod interrupts;
mod os_error;

pub use os_error::{OsError, reason};
