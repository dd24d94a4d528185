//! A thread with a stack for deep templates: Go runs 99,000 nested template calls.

use super::worker::{self, Worker};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Bytes of stack that [`with_large_stack`] reserves. Pages that nobody touches cost nothing.
const RESERVED: usize = 1 << 30;

/// Bytes of stack that whoever calls [`with_large_stack`] must have left.
pub const CALLER_STACK: usize = 256 << 10;

/// Bytes of stack that templates may use on such a thread: what remains is for the functions that
/// the last of them calls.
pub const TEMPLATE_STACK: usize = RESERVED - (64 << 20);

/// Runs `work` on a thread of its own with a stack of a gigabyte, and gives what it gives. Meanwhile this thread
/// does what renders leave to others. Fails where the system refuses the thread.
pub fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    let is_over = AtomicBool::new(false);
    let worker = Worker::new();
    thread::scope(|scope| {
        let work = || {
            let _tells = TellsWhenOver(&is_over);
            work()
        };
        let thread = thread::Builder::new()
            .name("render".into())
            .stack_size(RESERVED)
            .spawn_scoped(scope, work)?;
        worker.work_until_over(&is_over);
        match thread.join() {
            Ok(result) => Ok(result),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Ends a thread's being the worker when it is dropped.
struct TellsWhenOver<'o>(&'o AtomicBool);

impl Drop for TellsWhenOver<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
        worker::wake();
    }
}

/// Does `work` here and what is `beside` it on another thread with a large stack meanwhile; one after the
/// other where the system refuses the thread.
pub fn join<A: Send, B>(beside: impl Fn() -> A + Sync, work: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let other = thread::Builder::new()
            .stack_size(RESERVED)
            .spawn_scoped(scope, &beside);
        let own_result = work();
        match other.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => (result, own_result),
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => (beside(), own_result),
        }
    })
}
