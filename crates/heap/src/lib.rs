//! The memory of a process that lives for milliseconds: an allocator for the `rhelm` command.
//!
//! A cold render spends its time where general allocators have theirs: in `malloc` and `free`, in
//! system calls that make the heap of a thread larger page by page, and in page faults. [`Heap`] has
//! per thread a pointer into fresh memory and a list of freed blocks for each size, and takes fresh
//! memory from the system in pieces of growing size. Blocks go to the list of the thread that frees
//! them; what a thread has when it ends is the beginning of another one's, and small memory never goes
//! back to the system. That suits a process that renders once or twice on a few threads and ends. It is not
//! for the library, whose users bring their own.
//!
//! Blocks above [`LARGEST`] bytes, and those that want more than [`ALIGNMENT`], are the system's.

// An allocator hands out raw memory: nothing of this can be said in safe Rust. Each block says why it holds.
#![allow(unsafe_code)]
// Asking for pages ahead is Linux's; elsewhere the system's allocator does.
#![cfg(target_os = "linux")]

mod class;
mod orphans;
mod pages;
mod thread;

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;

use class::Class;
use thread::with_thread;

/// Blocks up to this many bytes are cut from a thread's own memory.
pub const LARGEST: usize = 256 << 10;

/// Every block starts at a multiple of this.
pub const ALIGNMENT: usize = 16;

/// The allocator, for `#[global_allocator]`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heap;

/// Returns true if a block is cut from a thread's memory; decided by the layout alone, so that whoever frees
/// it comes to the same answer.
fn is_small(layout: Layout) -> bool {
    layout.size() <= LARGEST && layout.align() <= ALIGNMENT
}

// SAFETY: blocks come from `ThreadCache::alloc` or from `System`, both of which give memory of at least the
// size and alignment asked for that nobody else has; `is_small` sends a block back where it came from.
unsafe impl GlobalAlloc for Heap {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_small(layout) {
            return with_thread(|thread| thread.alloc(Class::of(layout.size())));
        }
        // SAFETY: the caller's promise about the layout is passed on.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if is_small(layout) {
            // SAFETY: the caller gives up a block of this layout, hence of this class.
            return with_thread(|thread| unsafe { thread.free(block, Class::of(layout.size())) });
        }
        // SAFETY: the block is the system's, and the caller gives it up.
        unsafe { System.dealloc(block, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the new size, rounded up to the alignment, is no overflow.
        let new = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        match (is_small(layout), is_small(new)) {
            // SAFETY: the block is the system's, and stays so.
            (false, false) => return unsafe { System.realloc(block, layout, new_size) },
            (true, true) => {
                let (old, new) = (Class::of(layout.size()), Class::of(new_size));
                if old == new || with_thread(|thread| thread.extend(block, old, new)) {
                    return block;
                }
            }
            _ => {}
        }
        // SAFETY: the fresh block has room for what is copied and overlaps nothing; the old one is
        // given up only when there is a fresh one.
        unsafe {
            let fresh = self.alloc(new);
            if !fresh.is_null() {
                ptr::copy_nonoverlapping(block, fresh, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
            fresh
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use std::thread;

    /// A byte for every place of a block, which another block would overwrite.
    fn mark(block: &mut [u8], seed: usize) {
        for (at, byte) in block.iter_mut().enumerate() {
            *byte = (seed + at) as u8;
        }
    }

    fn is_marked(block: &[u8], seed: usize) -> bool {
        let mut places = block.iter().enumerate();
        places.all(|(at, byte)| *byte == (seed + at) as u8)
    }

    #[test]
    fn blocks_of_all_sizes_keep_what_is_in_them() {
        // On several threads at once, every third block being freed and every fifth growing.
        let work = |thread: usize| {
            let mut blocks: Vec<(*mut u8, Layout, usize)> = Vec::new();
            for step in 0..4000 {
                let size = 1 + (step * 7919 + thread * 104_729) % (LARGEST / 8);
                let align = [1, 8, 16, 64][step % 4];
                let layout = Layout::from_size_align(size, align).unwrap();
                // SAFETY: blocks are used within their size and freed once, with their own layout.
                unsafe {
                    let block = Heap.alloc(layout);
                    assert!(!block.is_null() && block.addr().is_multiple_of(align));
                    mark(std::slice::from_raw_parts_mut(block, size), step);
                    blocks.push((block, layout, step));
                    if step % 3 == 0 {
                        let (block, layout, seed) = blocks.swap_remove(step * 31 % blocks.len());
                        assert!(is_marked(
                            std::slice::from_raw_parts(block, layout.size()),
                            seed
                        ));
                        Heap.dealloc(block, layout);
                    }
                    if step % 5 == 0
                        && let Some((block, layout, seed)) = blocks.pop()
                    {
                        let larger = layout.size() * (1 + step % 12);
                        let block = Heap.realloc(block, layout, larger);
                        assert!(is_marked(
                            std::slice::from_raw_parts(block, layout.size()),
                            seed
                        ));
                        let layout = Layout::from_size_align(larger, layout.align()).unwrap();
                        mark(std::slice::from_raw_parts_mut(block, larger), seed);
                        blocks.push((block, layout, seed));
                    }
                }
            }
            for (block, layout, seed) in blocks {
                // SAFETY: as above.
                unsafe {
                    assert!(is_marked(
                        std::slice::from_raw_parts(block, layout.size()),
                        seed
                    ));
                    Heap.dealloc(block, layout);
                }
            }
        };
        thread::scope(|scope| {
            for number in 0..3 {
                scope.spawn(move || work(number));
            }
        });
    }

    #[test]
    fn threads_begin_with_what_others_left() {
        let work = || {
            let layout = Layout::from_size_align(LARGEST / 2, 8).unwrap();
            // SAFETY: blocks are freed once, with their own layout.
            let blocks = [0; 64].map(|_| unsafe { Heap.alloc(layout) });
            for block in blocks {
                // SAFETY: as above.
                unsafe { Heap.dealloc(block, layout) };
            }
            blocks.map(|block| block.addr())
        };
        // Other tests' threads take and leave as well: at some time it is this one's turn.
        let again = (0..1000).any(|_| {
            let first = thread::spawn(work).join().unwrap();
            let second = thread::spawn(work).join().unwrap();
            first.iter().any(|block| second.contains(block))
        });
        assert!(again);
    }

    #[test]
    fn blocks_freed_before_a_thread_begins_are_kept() {
        let layout = Layout::from_size_align(48, 8).unwrap();
        for count in [1, 100] {
            // SAFETY: blocks are freed once, on the thread that they are moved to.
            let blocks: Vec<usize> = (0..count)
                .map(|_| unsafe { Heap.alloc(layout) }.expose_provenance())
                .collect();
            let same = thread::spawn(move || {
                for block in &blocks {
                    // SAFETY: as above.
                    unsafe { Heap.dealloc(ptr::with_exposed_provenance_mut(*block), layout) };
                }
                // A size that nothing was freed of has the thread begin, with what another one left.
                let other = Layout::from_size_align(LARGEST, 8).unwrap();
                // SAFETY: never freed.
                let mut again = unsafe {
                    Heap.alloc(other);
                    [0; 200].map(|_| Heap.alloc(layout).addr())
                };
                again.sort_unstable();
                let distinct = again.windows(2).all(|pair| pair[0] != pair[1]);
                distinct && blocks.iter().all(|block| again.contains(block))
            });
            assert!(same.join().unwrap());
        }
    }

    #[test]
    fn blocks_freed_on_another_thread_are_used_there() {
        let layout = Layout::from_size_align(100, 8).unwrap();
        // SAFETY: the block is freed once.
        let block = unsafe { Heap.alloc(layout) }.expose_provenance();
        let again = thread::spawn(move || {
            // SAFETY: the block is this thread's now.
            unsafe {
                Heap.dealloc(ptr::with_exposed_provenance_mut(block), layout);
                Heap.alloc(layout).addr()
            }
        });
        assert_eq!(again.join().unwrap(), block);
    }
}
