//! Threads: a second one for work that nobody waits for, and one with a large stack.
//!
//! - [`spawn_pieces`] and [`Task`] offer work to the second thread, the worker.
//! - [`with_large_stack`] gives the stack that deep templates need, [`with_any_stack`] where it can without another thread;
//!   [`join`] does two things at once, [`map_in_order`] the same for many.
//!
//! A caller that offers work must be able to do it: where there is no second thread, who wants the result does
//! it. So it always is in WebAssembly and without the feature `parallel`; the stack is the caller's then, see
//! [`CALLER_STACK`].
#![forbid(unsafe_code)]

#[cfg(all(feature = "parallel", not(target_family = "wasm")))]
mod threads;
#[cfg(not(all(feature = "parallel", not(target_family = "wasm"))))]
#[path = "inline.rs"]
mod threads;

pub use threads::{
    CALLER_STACK, Task, join, map_in_order, note_exhausted_stack, spawn_pieces, template_stack,
    with_any_stack, with_large_stack,
};
