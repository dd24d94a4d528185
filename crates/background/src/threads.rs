//! A second thread, and threads with a large stack.

mod stack;
mod worker;

pub use stack::{CALLER_STACK, TEMPLATE_STACK, join, with_large_stack};
pub use worker::{Task, spawn_pieces};
