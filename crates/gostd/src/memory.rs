//! The number of bytes that the values of a thread take, so that a render can be told that it has used up its share
//! ([`crate::limits::Budget`]). Values never leave their thread.

use std::cell::Cell;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// Bytes that the values of this thread take now, about.
pub fn bytes_in_use() -> usize {
    HELD.get()
}

/// Notes that a value takes so many more bytes.
#[inline]
pub(crate) fn add(bytes: usize) {
    HELD.set(HELD.get().wrapping_add(bytes));
}

/// Notes that a value takes so many bytes less.
#[inline]
pub(crate) fn subtract(bytes: usize) {
    HELD.set(HELD.get().wrapping_sub(bytes));
}

/// Bytes of something that is no value yet, such as a text that is being written: held until this is dropped.
#[derive(Debug, Default)]
pub struct Share(usize);

impl Share {
    /// The bytes that are noted.
    pub fn bytes(&self) -> usize {
        self.0
    }

    /// Notes that it takes so many bytes now.
    pub fn set(&mut self, bytes: usize) {
        add(bytes);
        subtract(std::mem::replace(&mut self.0, bytes));
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        subtract(self.0);
    }
}
