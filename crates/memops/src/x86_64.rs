//! With SSE2, which every x86-64 processor has.

use std::arch::asm;
use std::arch::x86_64::{
    __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8, _mm_storeu_si128,
};
use std::ffi::{c_int, c_void};

/// From this length on the processor's own loop is the fastest.
const LONG: usize = 2048;

/// 16 bytes from `place` on.
///
/// # Safety
///
/// They can be read.
#[inline(always)]
unsafe fn load(place: *const u8) -> __m128i {
    // SAFETY: the caller's promise; the load needs no alignment.
    unsafe { _mm_loadu_si128(place.cast()) }
}

/// Writes 16 bytes from `place` on.
///
/// # Safety
///
/// They can be written.
#[inline(always)]
unsafe fn store(place: *mut u8, bytes: __m128i) {
    // SAFETY: the caller's promise; the store needs no alignment.
    unsafe { _mm_storeu_si128(place.cast(), bytes) }
}

/// Copies `size_of::<T>() ..= 2 * size_of::<T>()` bytes: the first ones and the last ones, all of
/// them read before any is written.
///
/// # Safety
///
/// `from` can be read and `to` be written for `length` bytes, which lie within those bounds.
#[inline(always)]
unsafe fn copy_ends<T>(to: *mut u8, from: *const u8, length: usize) {
    let last = length - size_of::<T>();
    // SAFETY: both accesses lie within `length` bytes.
    unsafe {
        let head: T = from.cast::<T>().read_unaligned();
        let tail: T = from.add(last).cast::<T>().read_unaligned();
        to.cast::<T>().write_unaligned(head);
        to.add(last).cast::<T>().write_unaligned(tail);
    }
}

/// C's `memmove`.
///
/// # Safety
///
/// `from` can be read and `to` be written for `length` bytes.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub(crate) unsafe extern "C" fn memmove(
    to: *mut c_void,
    from: *const c_void,
    length: usize,
) -> *mut c_void {
    // SAFETY: the caller's promise is that of `copy`.
    unsafe { copy(to.cast(), from.cast(), length) };
    to
}

/// C's `memcpy`.
///
/// # Safety
///
/// `from` can be read and `to` be written for `length` bytes; they do not overlap.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub(crate) unsafe extern "C" fn memcpy(
    to: *mut c_void,
    from: *const c_void,
    length: usize,
) -> *mut c_void {
    // SAFETY: the caller's promise includes that of `copy`.
    unsafe { copy(to.cast(), from.cast(), length) };
    to
}

/// Copies; the two may overlap.
///
/// # Safety
///
/// `from` can be read and `to` be written for `length` bytes.
#[inline(always)]
unsafe fn copy(to: *mut u8, from: *const u8, length: usize) {
    // SAFETY: each arm touches `length` bytes of both, for its bounds are those of what it copies.
    // Texts of 16 to 32 bytes are the most frequent ones, so the decisions begin there.
    unsafe {
        if length >= 16 {
            if length <= 32 {
                copy_ends::<__m128i>(to, from, length);
            } else if length <= 64 {
                copy_ends::<[__m128i; 2]>(to, from, length);
            } else if length <= 128 {
                copy_ends::<[__m128i; 4]>(to, from, length);
            } else {
                copy_long(to, from, length);
            }
        } else if length >= 8 {
            copy_ends::<u64>(to, from, length);
        } else if length >= 4 {
            copy_ends::<u32>(to, from, length);
        } else if length >= 2 {
            copy_ends::<u16>(to, from, length);
        } else if length == 1 {
            to.write(from.read());
        }
    }
}

/// Copies more than 128 bytes.
///
/// # Safety
///
/// `from` can be read and `to` be written for `length` bytes.
#[inline(never)]
unsafe fn copy_long(to: *mut u8, from: *const u8, length: usize) {
    const STEP: usize = size_of::<[__m128i; 4]>();
    let last = length - STEP;
    // SAFETY: all accesses lie within `length` bytes. Going forwards, a step writes only what it has
    // read or what lies before that, unless `to` lies within the source; then the steps go backwards.
    // The end at which the steps stop is read first, so that none of it is overwritten before.
    unsafe {
        if to.addr().wrapping_sub(from.addr()) >= length {
            if length >= LONG && from.addr().wrapping_sub(to.addr()) >= length {
                asm!(
                    "rep movsb",
                    inout("rcx") length => _,
                    inout("rdi") to => _,
                    inout("rsi") from => _,
                    options(nostack, preserves_flags)
                );
                return;
            }
            let tail: [__m128i; 4] = from.add(last).cast::<[__m128i; 4]>().read_unaligned();
            let mut at = 0;
            while at < last {
                copy_ends::<[__m128i; 4]>(to.add(at), from.add(at), STEP);
                at += STEP;
            }
            to.add(last).cast::<[__m128i; 4]>().write_unaligned(tail);
        } else {
            let head: [__m128i; 4] = from.cast::<[__m128i; 4]>().read_unaligned();
            let mut at = last;
            while at > 0 {
                copy_ends::<[__m128i; 4]>(to.add(at), from.add(at), STEP);
                at = at.saturating_sub(STEP);
            }
            to.cast::<[__m128i; 4]>().write_unaligned(head);
        }
    }
}

/// Writes the first and the last `size_of::<T>()` of `length` bytes.
///
/// # Safety
///
/// `to` can be written for `length` bytes, of which there are at least so many.
#[inline(always)]
unsafe fn fill_ends<T: Copy>(to: *mut u8, bytes: T, length: usize) {
    // SAFETY: both accesses lie within `length` bytes.
    unsafe {
        to.cast::<T>().write_unaligned(bytes);
        to.add(length - size_of::<T>())
            .cast::<T>()
            .write_unaligned(bytes);
    }
}

/// C's `memset`.
///
/// # Safety
///
/// `to` can be written for `length` bytes.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub(crate) unsafe extern "C" fn memset(to: *mut c_void, byte: c_int, length: usize) -> *mut c_void {
    let start: *mut u8 = to.cast();
    let byte = byte as u8;
    let words = u64::from(byte) * 0x0101_0101_0101_0101;
    // SAFETY: each arm writes `length` bytes, its pattern being the bounds of what it writes.
    unsafe {
        let vector = _mm_set1_epi8(byte as i8);
        match length {
            0 => {}
            1 => start.write(byte),
            2..4 => fill_ends(start, words as u16, length),
            4..8 => fill_ends(start, words as u32, length),
            8..16 => fill_ends(start, words, length),
            16..LONG => {
                let mut at = 0;
                while at + size_of::<__m128i>() < length {
                    store(start.add(at), vector);
                    at += size_of::<__m128i>();
                }
                fill_ends(start, vector, length);
            }
            _ => asm!(
                "rep stosb",
                inout("rcx") length => _,
                inout("rdi") start => _,
                in("al") byte,
                options(nostack, preserves_flags)
            ),
        }
    }
    to
}

/// C's `memcmp`.
///
/// # Safety
///
/// Both can be read for `length` bytes.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub(crate) unsafe extern "C" fn memcmp(a: *const c_void, b: *const c_void, length: usize) -> c_int {
    // SAFETY: the caller's promise is that of `compare`.
    unsafe { compare(a.cast(), b.cast(), length) }
}

/// POSIX's old `bcmp`: like `memcmp`, but only whether there is a difference counts.
///
/// # Safety
///
/// Both can be read for `length` bytes.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub(crate) unsafe extern "C" fn bcmp(a: *const c_void, b: *const c_void, length: usize) -> c_int {
    // SAFETY: the caller's promise is that of `compare`.
    unsafe { compare(a.cast(), b.cast(), length) }
}

/// Below, equal to or above zero, as `a` sorts before, with or after `b`.
///
/// # Safety
///
/// Both can be read for `length` bytes.
#[inline(always)]
unsafe fn compare(a: *const u8, b: *const u8, length: usize) -> c_int {
    const STEP: usize = size_of::<__m128i>();
    // SAFETY: all accesses lie within `length` bytes; the last step of a longer text reads its last
    // 16 bytes, some of which are known to be equal.
    unsafe {
        if length < STEP {
            return compare_short(a, b, length);
        }
        let last = length - STEP;
        let mut at = 0;
        loop {
            let equal = _mm_cmpeq_epi8(load(a.add(at)), load(b.add(at)));
            let different = !_mm_movemask_epi8(equal) & 0xFFFF;
            if different != 0 {
                let at = at + different.trailing_zeros() as usize;
                return c_int::from(a.add(at).read()) - c_int::from(b.add(at).read());
            }
            if at == last {
                return 0;
            }
            at = (at + STEP).min(last);
        }
    }
}

/// The same for fewer than 16 bytes.
///
/// # Safety
///
/// Both can be read for `length` bytes.
#[inline(always)]
unsafe fn compare_short(a: *const u8, b: *const u8, length: usize) -> c_int {
    // SAFETY: each arm reads `length` bytes of both, its pattern being the bounds of what it reads.
    unsafe {
        match length {
            8..16 => {
                let ends = |text: *const u8| {
                    let head = u128::from(text.cast::<u64>().read_unaligned().swap_bytes());
                    let tail = text.add(length - 8).cast::<u64>().read_unaligned();
                    head << 64 | u128::from(tail.swap_bytes())
                };
                ends(a).cmp(&ends(b)) as c_int
            }
            4..8 => {
                let ends = |text: *const u8| {
                    let head = u64::from(text.cast::<u32>().read_unaligned().swap_bytes());
                    let tail = text.add(length - 4).cast::<u32>().read_unaligned();
                    head << 32 | u64::from(tail.swap_bytes())
                };
                ends(a).cmp(&ends(b)) as c_int
            }
            _ => {
                let mut at = 0;
                while at < length {
                    let (left, right) = (a.add(at).read(), b.add(at).read());
                    if left != right {
                        return c_int::from(left) - c_int::from(right);
                    }
                    at += 1;
                }
                0
            }
        }
    }
}

#[cfg(test)]
mod tests;
