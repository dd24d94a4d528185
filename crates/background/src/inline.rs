//! The same without threads: work is done here when its result is wanted, on the stack there is.

use std::io;

/// Bytes of stack that whoever calls [`with_large_stack`] must have left. In WebAssembly the stack is set when the
/// program is linked (`-z stack-size`), and the browser has one of its own, of about a megabyte.
pub const CALLER_STACK: usize = match cfg!(target_family = "wasm") {
    true => 1 << 20,
    false => 64 << 20,
};

/// Bytes of stack that templates may use: what remains is for the functions that the last of them calls. For each byte of
/// WebAssembly's stack the browser needs about two of its own.
pub fn template_stack() -> usize {
    match cfg!(target_family = "wasm") {
        true => CALLER_STACK / 4,
        false => CALLER_STACK / 2,
    }
}

/// Has no effect: there is no larger stack.
pub fn note_exhausted_stack() {}

/// Runs `work` here and gives what it gives; never fails.
pub fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    Ok(work())
}

/// Runs `work` here and gives what it gives; never fails.
pub fn with_any_stack<T: Send>(mut work: impl FnMut() -> T + Send) -> io::Result<T> {
    Ok(work())
}

/// Does `work` for each item, one after the other, and gives each result to `sink`. Ends early where that gives false; never
/// fails.
pub fn map_in_order<T: Send, R: Send>(
    items: impl IntoIterator<Item = T, IntoIter: Send>,
    work: impl Fn(T) -> R + Sync,
    mut sink: impl FnMut(R) -> bool + Send,
) -> io::Result<()> {
    items.into_iter().all(|item| sink(work(item)));
    Ok(())
}

/// Does `work`, and then what is `beside` it.
pub fn join<A: Send, B>(beside: impl Fn() -> A + Sync, work: impl FnOnce() -> B) -> (A, B) {
    let result = work();
    (beside(), result)
}

/// Drops what nobody waits for: whoever needs it does it.
pub fn spawn_pieces(next: impl FnMut() -> bool + Send + 'static) {
    drop(next);
}

/// Work whose result is wanted later.
pub struct Task<T>(Box<dyn FnOnce() -> T + Send>);

impl<T: Send + 'static> Task<T> {
    /// Keeps work until its result is wanted.
    pub fn spawn(work: impl FnOnce() -> T + Send + 'static) -> Task<T> {
        Task(Box::new(work))
    }
}

impl<T> Task<T> {
    /// Has no effect: there is nobody whom [`result`](Task::result) would wait for.
    pub fn do_unless_begun(&self) {}

    /// Returns the result of the work, which is done now.
    pub fn result(self) -> T {
        (self.0)()
    }
}
