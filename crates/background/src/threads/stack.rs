//! A thread with a stack for deep templates: Go runs 99,000 nested template calls.

#[cfg(target_os = "linux")]
use super::own_stack::OwnStack;
use super::worker::{self, Worker};
use std::cell::Cell;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Bytes of stack that [`with_large_stack`] reserves. Pages that nobody touches cost nothing.
pub(super) const RESERVED: usize = 1 << 30;

/// Bytes of stack that whoever calls [`with_large_stack`] must have left.
pub const CALLER_STACK: usize = 256 << 10;

/// What remains of a stack for the functions that the last template calls.
const FUNCTION_STACK: usize = 64 << 20;

thread_local! {
    static TEMPLATE_STACK: Cell<usize> = const { Cell::new(RESERVED - FUNCTION_STACK) };
    static IS_EXHAUSTED: Cell<bool> = const { Cell::new(false) };
}

/// Bytes of stack that templates may use on this thread: what remains is for the functions that the last of them
/// calls.
pub fn template_stack() -> usize {
    TEMPLATE_STACK.get()
}

/// Notes that templates wanted more than [`template_stack`] on this thread: [`with_any_stack`] begins again.
pub fn note_exhausted_stack() {
    IS_EXHAUSTED.set(true);
}

/// Runs `work`, which renders, here or on a thread of its own, and gives what it gives. Fails where the system refuses the
/// thread.
///
/// A program's first thread renders itself where the system lets its stack grow to a size that is enough for all but very deep
/// templates: on a busy machine, another thread is waited for longer than a small chart takes. Where it was
/// not enough, `work` is done once more as with [`with_large_stack`], and what it gave first is dropped.
pub fn with_any_stack<T: Send>(
    #[cfg_attr(not(target_os = "linux"), allow(unused_mut))] mut work: impl FnMut() -> T + Send,
) -> io::Result<T> {
    #[cfg(target_os = "linux")]
    if let Some(own) = OwnStack::grow() {
        let larger = TEMPLATE_STACK.replace(own.bytes() - FUNCTION_STACK);
        IS_EXHAUSTED.set(false);
        let result = work();
        TEMPLATE_STACK.set(larger);
        drop(own);
        if !IS_EXHAUSTED.get() {
            return Ok(result);
        }
    }
    with_large_stack(work)
}

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
