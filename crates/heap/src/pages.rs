//! Fresh memory from the system: address space in large regions, pages of it as they are needed.
//!
//! A page fault costs as much as copying the page many times over, so pages are asked for before they
//! are touched, in steps that grow with what a thread was given ([`STEPS`]): most charts need little, and several
//! threads work on one. Beyond all steps, everything comes as huge pages, where the system has them for those
//! who ask: for less, what is left of the last one costs more memory than the others win time.

use std::ptr;

/// The size and alignment of a huge page.
const HUGE: usize = 2 << 20;

/// Address space is reserved by this much.
const REGION: usize = 64 << 20;

/// The number of bytes of pages that are asked for at a time, by how much a thread was given in all.
const STEPS: &[(usize, usize)] = &[(2 << 20, 64 << 10), (32 << 20, 256 << 10)];

/// The part of a region that is not handed out yet.
pub(crate) struct Pages {
    next: *mut u8,
    left: usize,
    /// The number of bytes that this thread has been given in all.
    total: usize,
}

impl Pages {
    pub(crate) const fn new() -> Pages {
        Pages {
            next: ptr::null_mut(),
            left: 0,
            total: 0,
        }
    }

    /// Returns the number of bytes that were given in all.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// At least `bytes` of fresh memory, which are at most [`LARGEST`](crate::LARGEST), and how much it is; nothing where
    /// the system has none.
    pub(crate) fn grow(&mut self, bytes: usize) -> Option<(*mut u8, usize)> {
        let step = STEPS.iter().find(|(most, _)| self.total < *most);
        let size = bytes.next_multiple_of(step.map_or(HUGE, |(_, step)| *step));
        if self.left < size {
            self.reserve()?;
        }
        let start = self.next;
        let length = if step.is_some() {
            // Where the system cannot do this, pages come one by one.
            advise(start, size, libc::MADV_POPULATE_WRITE);
            size
        } else {
            advise(start, self.left, libc::MADV_HUGEPAGE);
            self.left
        };
        self.next = start.wrapping_add(length);
        self.left -= length;
        self.total += length;
        Some((start, length))
    }

    /// Gets a new region; the rest of the old one was never touched and costs nothing.
    #[cold]
    fn reserve(&mut self) -> Option<()> {
        // SAFETY: a mapping of new memory where the system likes.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                REGION,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return None;
        }
        let start: *mut u8 = start.cast();
        let skipped = start.addr().next_multiple_of(HUGE) - start.addr();
        self.next = start.wrapping_add(skipped);
        self.left = REGION - skipped;
        Some(())
    }
}

/// Tells the system what is coming. It may not listen.
fn advise(start: *mut u8, length: usize, advice: libc::c_int) {
    // SAFETY: the range lies in a region that this thread reserved, and neither advice changes what
    // is in it.
    unsafe { libc::madvise(start.cast(), length, advice) };
}
