//! A thread with a stack for deep templates: Go runs 99,000 nested template calls.

use std::io;
use std::thread;

/// Bytes of stack that [`with_large_stack`] reserves. Pages that nobody touches cost nothing.
const RESERVED: usize = 1 << 30;

/// Bytes of stack that templates may use on such a thread: what remains is for the functions that
/// the last of them calls.
pub const TEMPLATE_STACK: usize = RESERVED - (64 << 20);

/// Runs `work` on a thread of its own with a stack of a gigabyte, and gives what it gives. Fails
/// where the system refuses the thread.
pub fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .name("render".into())
            .stack_size(RESERVED)
            .spawn_scoped(scope, work)?;
        match thread.join() {
            Ok(result) => Ok(result),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Does `work` here and what is `beside` it on another thread with a large stack meanwhile; one after the
/// other where the system refuses the thread.
pub fn with_other_thread<A: Send, B>(
    beside: impl Fn() -> A + Sync,
    work: impl FnOnce() -> B,
) -> (A, B) {
    thread::scope(|scope| {
        let other = thread::Builder::new()
            .stack_size(RESERVED)
            .spawn_scoped(scope, &beside);
        let done = work();
        match other.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => (result, done),
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => (beside(), done),
        }
    })
}
