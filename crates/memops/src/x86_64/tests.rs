//! Every function against the standard library's, at all lengths and distances that matter.

use super::*;
use std::cmp::Ordering;

/// Bytes that repeat late.
fn pattern(length: usize) -> Vec<u8> {
    let bytes = (0..length).map(|at| (at * 31 + at / 251) as u8);
    bytes.collect()
}

fn lengths() -> impl Iterator<Item = usize> {
    (0..300).chain([511, 512, 513, 1000, 2047, 2048, 2049, 5000])
}

#[test]
fn moves_as_copy_within_does() {
    for length in lengths() {
        for (from, to) in [
            (0, 1),
            (1, 0),
            (0, 15),
            (17, 0),
            (0, 64),
            (70, 3),
            (0, 0),
            (0, length),
        ] {
            let mut expected = pattern(length * 2 + 80);
            let mut actual = expected.clone();
            expected.copy_within(from..from + length, to);
            let start = actual.as_mut_ptr();
            // SAFETY: both ranges lie within the vector.
            unsafe { memmove(start.add(to).cast(), start.add(from).cast(), length) };
            assert_eq!(actual, expected, "{length} bytes from {from} to {to}");
        }
    }
}

#[test]
fn copies_and_fills() {
    for length in lengths() {
        let source = pattern(length);
        let mut target = vec![7; length + 2];
        // SAFETY: one byte before and after the target remains.
        unsafe {
            memcpy(
                target.as_mut_ptr().add(1).cast(),
                source.as_ptr().cast(),
                length,
            )
        };
        assert_eq!(target, [&[7], &*source, &[7]].concat());
        // SAFETY: as before.
        unsafe { memset(target.as_mut_ptr().add(1).cast(), 0x1AB, length) };
        assert_eq!(target, [&[7], &*vec![0xAB; length], &[7]].concat());
    }
}

#[test]
fn compares_as_slices_do() {
    for length in lengths() {
        let left = pattern(length);
        for place in (0..length).chain([length]) {
            for change in [1, 255, 128] {
                let mut right = left.clone();
                if let Some(byte) = right.get_mut(place) {
                    *byte = byte.wrapping_add(change);
                }
                // Later bytes must not count.
                if let Some(byte) = right.get_mut(place + 1) {
                    *byte = byte.wrapping_add(77);
                }
                // SAFETY: both have `length` bytes.
                let order = unsafe { memcmp(left.as_ptr().cast(), right.as_ptr().cast(), length) };
                // SAFETY: as before.
                let equal = unsafe { bcmp(left.as_ptr().cast(), right.as_ptr().cast(), length) };
                assert_eq!(order.cmp(&0), left.cmp(&right), "{length} bytes, {place}");
                assert_eq!(equal == 0, left.cmp(&right) == Ordering::Equal);
            }
        }
    }
}
