//! The memory of one thread: fresh memory and freed blocks.

use std::cell::UnsafeCell;
use std::ptr;

use crate::class::{CLASSES, Class};
use crate::orphans;
use crate::pages::Pages;

/// A freed block, which holds the address of the next one of its size.
struct Free {
    next: *mut Free,
}

/// A thread's memory.
pub(crate) struct ThreadCache {
    freed: [*mut Free; CLASSES],
    /// The fresh memory that is left: from here …
    next: *mut u8,
    /// … to here.
    end: *mut u8,
    pages: Pages,
}

thread_local! {
    // Constant and without a destructor: reaching it is one instruction, and allocating from the
    // destructors of other thread-locals is fine.
    static THREAD: UnsafeCell<ThreadCache> = const { UnsafeCell::new(ThreadCache::new()) };
}

/// Runs `work` on this thread's memory.
#[inline]
pub(crate) fn with_thread<T>(work: impl FnOnce(&mut ThreadCache) -> T) -> T {
    // SAFETY: only this thread gets here, and no `work` in this crate allocates, so that there is
    // never a second reference.
    THREAD.with(|thread| work(unsafe { &mut *thread.get() }))
}

impl ThreadCache {
    pub(crate) const fn new() -> ThreadCache {
        ThreadCache {
            freed: [ptr::null_mut(); CLASSES],
            next: ptr::null_mut(),
            end: ptr::null_mut(),
            pages: Pages::new(),
        }
    }

    /// A block that was freed before, or a fresh one; null where there is no memory.
    #[inline]
    pub(crate) fn alloc(&mut self, class: Class) -> *mut u8 {
        if let Some(first) = self.freed.get_mut(class.0)
            && !first.is_null()
        {
            let block = *first;
            // SAFETY: `free` put a valid block there, which nobody has used since.
            *first = unsafe { (*block).next };
            return block.cast();
        }
        self.cut(class.bytes())
    }

    /// Takes back a block.
    ///
    /// # Safety
    ///
    /// The block is of this class, and nobody uses it any more.
    #[inline]
    pub(crate) unsafe fn free(&mut self, block: *mut u8, class: Class) {
        if let Some(first) = self.freed.get_mut(class.0) {
            let block: *mut Free = block.cast();
            // SAFETY: the block is the caller's to give, and every class has room for an address.
            unsafe { (*block).next = *first };
            *first = block;
        }
    }

    /// Makes the block that was cut last larger or smaller where it is; false if it is another one
    /// or there is no room.
    ///
    /// Texts and lists grow by doubling, mostly with nothing cut in between.
    #[inline]
    pub(crate) fn extend(&mut self, block: *mut u8, old: Class, new: Class) -> bool {
        let last = block.wrapping_add(old.bytes()) == self.next;
        if last && self.end.addr() - block.addr() >= new.bytes() {
            self.next = block.wrapping_add(new.bytes());
            return true;
        }
        false
    }

    /// Cuts fresh memory.
    #[inline]
    fn cut(&mut self, bytes: usize) -> *mut u8 {
        if self.end.addr() - self.next.addr() < bytes && !self.refill(bytes) {
            return ptr::null_mut();
        }
        let block = self.next;
        self.next = block.wrapping_add(bytes);
        block
    }

    /// The number of bytes that it was given by the system.
    pub(crate) fn total(&self) -> usize {
        self.pages.total()
    }

    /// Takes over what a thread left that has ended; this one has only freed blocks yet.
    fn begin(&mut self) {
        orphans::keep_at_end();
        let Some(orphan) = orphans::adopt() else {
            return;
        };
        let own = std::mem::replace(self, orphan);
        for (freed, own) in self.freed.iter_mut().zip(own.freed) {
            // SAFETY: the blocks of both lists are of one class, and nobody uses them any more.
            *freed = unsafe { joined(*freed, own) };
        }
    }

    /// Gets more fresh memory, at least `bytes`; false where there is none.
    #[cold]
    fn refill(&mut self, bytes: usize) -> bool {
        if self.total() == 0 {
            self.begin();
            if self.end.addr() - self.next.addr() >= bytes {
                return true;
            }
        }
        // What is left of a piece is continued by the next one, if that follows it in memory.
        let Some((start, length)) = self.pages.grow(bytes) else {
            return false;
        };
        if start != self.end {
            self.next = start;
        }
        self.end = start.wrapping_add(length);
        true
    }
}

/// One list of all blocks of two, in as many steps as the shorter one has blocks.
///
/// # Safety
///
/// Both are lists as [`ThreadCache::free`] makes them, of blocks of one class, and no block is in both.
unsafe fn joined(one: *mut Free, other: *mut Free) -> *mut Free {
    if one.is_null() || other.is_null() {
        return if one.is_null() { other } else { one };
    }
    let (mut end, mut other_end) = (one, other);
    loop {
        // SAFETY: neither is null: both lead to blocks that `free` wrote.
        let (next, other_next) = unsafe { ((*end).next, (*other_end).next) };
        if next.is_null() {
            // SAFETY: as above, and this is the last block of its list.
            unsafe { (*end).next = other };
            return one;
        }
        if other_next.is_null() {
            // SAFETY: as above.
            unsafe { (*other_end).next = one };
            return other;
        }
        (end, other_end) = (next, other_next);
    }
}
