//! The stack of a program's first thread, which Linux makes larger as it is used, up to a limit.

use rustix::process::{Resource, Rlimit, getpid, getrlimit, setrlimit};
use rustix::thread::gettid;

/// The limit, which is also for arguments and environment. Linux leaves as much free below the stack, whatever the limit
/// was when the program began.
const LIMIT: u64 = 128 << 20;

/// What renders may use of it.
const BYTES: usize = 120 << 20;

/// The first thread's stack, with a higher limit until it is dropped.
pub(super) struct OwnStack {
    /// The limit from before, unless it was high enough.
    before: Option<Rlimit>,
}

impl OwnStack {
    /// Raises the limit; nothing where this is not the first thread or the system refuses it.
    pub(super) fn grow() -> Option<OwnStack> {
        if gettid() != getpid() || !has_room() {
            return None;
        }
        let before = getrlimit(Resource::Stack);
        if before.current.is_none_or(|limit| limit >= LIMIT) {
            return Some(OwnStack { before: None });
        }
        let higher = Rlimit {
            current: Some(LIMIT),
            ..before
        };
        setrlimit(Resource::Stack, higher).ok()?;
        Some(OwnStack {
            before: Some(before),
        })
    }

    /// The number of bytes of stack that there are at least.
    pub(super) fn bytes(&self) -> usize {
        BYTES
    }
}

impl Drop for OwnStack {
    fn drop(&mut self) {
        if let Some(before) = self.before.take() {
            let _ = setrlimit(Resource::Stack, before);
        }
    }
}

/// Returns true if nothing seems to lie where the stack is to grow: memory that a program is given comes from below, and at
/// random Linux can leave less free than the limit.
fn has_room() -> bool {
    let (on_stack, on_heap) = (0_u8, Box::new(0_u8));
    let stack = std::ptr::from_ref(std::hint::black_box(&on_stack)).addr();
    let heap = std::ptr::from_ref(std::hint::black_box(&*on_heap)).addr();
    stack
        .checked_sub(heap)
        .is_some_and(|between| between as u64 > LIMIT + (16 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_thread_has_it() {
        let other = std::thread::spawn(|| OwnStack::grow().is_none());
        assert!(other.join().is_ok_and(|is_none| is_none));
    }
}
