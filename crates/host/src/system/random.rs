//! The machine's randomness, asked for by the block: to ask for eight bytes takes the system as long as for a
//! hundred, and a random text takes eight for each letter.

use std::cell::RefCell;

/// Bytes that are asked for at once.
const BLOCK: usize = 256;

thread_local! {
    static BLOCKS: RefCell<Block> = const { RefCell::new(Block { bytes: [0; BLOCK], left: 0 }) };
}

/// Random bytes of which the first `left` are not used yet. No byte is used twice.
struct Block {
    bytes: [u8; BLOCK],
    left: usize,
}

/// Fills `out` with random bytes, fit for keys.
pub(super) fn fill(out: &mut [u8]) {
    match out.len() <= BLOCK / 8 {
        true => BLOCKS.with_borrow_mut(|block| block.take(out)),
        false => ask(out),
    }
}

impl Block {
    fn take(&mut self, out: &mut [u8]) {
        if self.left < out.len() {
            ask(&mut self.bytes);
            self.left = BLOCK;
        }
        let unused = self.bytes.get_mut(..self.left).unwrap_or_default();
        let last = unused.rchunks_mut(out.len().max(1)).next();
        if let Some(last) = last.filter(|last| last.len() == out.len()) {
            out.copy_from_slice(last);
            last.fill(0);
            self.left -= out.len();
        }
    }
}

fn ask(bytes: &mut [u8]) {
    // Without randomness there can be no keys: the process cannot go on in any useful way.
    if getrandom::fill(bytes).is_err() {
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::fill;
    use std::collections::HashSet;

    #[test]
    fn no_bytes_are_given_twice() {
        let mut past = HashSet::new();
        for length in [8, 16, 32, 9, 300] {
            for _ in 0..500 {
                let mut bytes = vec![0; length];
                fill(&mut bytes);
                assert!(past.insert(bytes));
            }
        }
    }
}
