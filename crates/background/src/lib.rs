//! Threads: a second one for work that nobody waits for, and one with a large stack.
//!
//! - [`spawn_pieces`] and [`Task`] offer work to the second thread, the worker.
//! - [`with_large_stack`] gives the stack that deep templates need; [`join`] does two things at once.
//!
//! Who offers work must be able to do it: where there is no second thread, who wants the result does it.

mod affinity;
mod stack;
mod worker;

pub use stack::{TEMPLATE_STACK, join, with_large_stack};
pub use worker::{Task, spawn_pieces};
