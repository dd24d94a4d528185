//! The memory of ended threads, which the next ones begin with.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::thread::{ThreadCache, with_thread};

/// The number of ended threads whose memory is kept; the smallest of more is lost.
const ROOM: usize = 8;

/// A thread's memory while no thread has it.
struct Orphan(ThreadCache);

// SAFETY: what the pointers lead to is memory that nobody uses; whoever takes it is alone with it.
unsafe impl Send for Orphan {}

static ORPHANS: Mutex<[Option<Orphan>; ROOM]> = Mutex::new([const { None }; ROOM]);

/// The most that a thread has left.
pub(crate) fn adopt() -> Option<ThreadCache> {
    let mut orphans = ORPHANS.lock().unwrap_or_else(PoisonError::into_inner);
    let most = orphans.iter_mut().max_by_key(|orphan| size(orphan))?;
    most.take().map(|orphan| orphan.0)
}

fn leave(thread: ThreadCache) {
    let mut orphans = ORPHANS.lock().unwrap_or_else(PoisonError::into_inner);
    let least = orphans.iter_mut().min_by_key(|orphan| size(orphan));
    if let Some(least) = least.filter(|least| size(least) < thread.total()) {
        *least = Some(Orphan(thread));
    }
}

fn size(orphan: &Option<Orphan>) -> usize {
    orphan.as_ref().map_or(0, |orphan| orphan.0.total())
}

/// Has this thread's memory kept when the thread ends. Allocates nothing.
pub(crate) fn keep_at_end() {
    static KEY: OnceLock<Option<libc::pthread_key_t>> = OnceLock::new();
    let create = || {
        let mut key = 0;
        // SAFETY: the key is written to a place of its own.
        let created = unsafe { libc::pthread_key_create(&raw mut key, Some(at_end)) };
        (created == 0).then_some(key)
    };
    if let Some(key) = *KEY.get_or_init(create) {
        // The system calls `at_end` for what is not null, and only hands it over.
        let something: *const c_void = NonNull::dangling().as_ptr();
        // SAFETY: the key was created and is never deleted. Without memory for it nothing is kept.
        unsafe { libc::pthread_setspecific(key, something) };
    }
}

/// The function that the system runs when a thread ends. Memory freed after it is lost; if the thread allocates
/// again, it begins anew and ends here again.
extern "C" fn at_end(_: *mut c_void) {
    leave(with_thread(|thread| {
        std::mem::replace(thread, ThreadCache::new())
    }));
}
