//! A second thread, and threads with a large stack.

mod map;
#[cfg(target_os = "linux")]
mod own_stack;
mod stack;
mod worker;

pub use map::map_in_order;
pub use stack::{
    CALLER_STACK, join, note_exhausted_stack, template_stack, with_any_stack, with_large_stack,
};
pub use worker::{Task, spawn_pieces};
