//! The sizes of blocks: every request is rounded up to one of them.

use crate::{ALIGNMENT, LARGEST};

/// Below this, sizes are the multiples of the alignment.
const FINE: usize = 1024;

/// Above, there are so many sizes in each doubling: what rounding wastes stays under a quarter.
const PER_DOUBLING: usize = 4;

/// The number of sizes.
pub(crate) const CLASSES: usize =
    FINE / ALIGNMENT + 1 + (LARGEST.ilog2() - FINE.ilog2()) as usize * PER_DOUBLING;

/// One size of blocks, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Class(pub(crate) usize);

impl Class {
    /// The smallest size that `bytes` fit into; `bytes` is at most [`LARGEST`].
    #[inline]
    pub(crate) fn of(bytes: usize) -> Class {
        if bytes <= FINE {
            return Class(bytes.div_ceil(ALIGNMENT));
        }
        // 1025..=1280 is the first quarter of the first doubling, 1281..=1536 the second …
        let doubling = (bytes - 1).ilog2() as usize;
        let quarter = ((bytes - 1) >> (doubling - 2)) & (PER_DOUBLING - 1);
        let doublings = doubling - FINE.ilog2() as usize;
        Class(FINE / ALIGNMENT + 1 + doublings * PER_DOUBLING + quarter)
    }

    /// The number of bytes that a block of this size has.
    #[inline]
    pub(crate) fn bytes(self) -> usize {
        match self.0.checked_sub(FINE / ALIGNMENT + 1) {
            // A request for nothing still gets an address of its own.
            None => self.0.max(1) * ALIGNMENT,
            Some(coarse) => {
                let quarter = FINE >> 2 << (coarse / PER_DOUBLING);
                (coarse % PER_DOUBLING + 1 + PER_DOUBLING) * quarter
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_fits_its_class_and_not_the_one_below() {
        for bytes in 1..=LARGEST {
            let class = Class::of(bytes);
            assert!(class.0 < CLASSES, "{bytes}");
            assert!(class.bytes() >= bytes, "{bytes}: {class:?}");
            assert!(
                Class(class.0 - 1).bytes() < bytes || class.0 == 1,
                "{bytes}: {class:?}"
            );
            assert_eq!(class.bytes() % ALIGNMENT, 0);
            assert_eq!(Class::of(class.bytes()), class);
        }
        assert_eq!(Class::of(LARGEST).0, CLASSES - 1);
    }
}
