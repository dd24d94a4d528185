//! Huffman codes whose longest code has a limit.

/// A prefix code: for each symbol how many bits it has, and which.
pub(super) struct Code {
    lengths: Vec<u8>,
    /// The first bit to be written is the lowest.
    codes: Vec<u16>,
}

impl Code {
    /// The code in which symbols that are this frequent take the least bits, of codes of at most `max_bits` bits.
    /// Symbols that do not occur have no code.
    ///
    /// There may be several: packages are preferred to single symbols of the same frequency, and of symbols with
    /// the same frequency the later ones have the shorter codes.
    pub(super) fn optimal(frequencies: &[u32], max_bits: usize) -> Self {
        let mut symbols: Vec<usize> = (0..frequencies.len())
            .filter(|&symbol| frequencies[symbol] > 0)
            .collect();
        symbols.sort_by_key(|&symbol| frequencies[symbol]);
        let mut lengths = vec![0; frequencies.len()];
        if symbols.len() <= 2 {
            for symbol in symbols {
                lengths[symbol] = 1;
            }
            return Self::from_lengths(lengths);
        }
        let sorted: Vec<u32> = symbols.iter().map(|&symbol| frequencies[symbol]).collect();
        let levels = package_merge(&sorted, max_bits.min(symbols.len() - 1));
        // A symbol has a bit for each level that takes it.
        let mut items = 2 * symbols.len() - 2;
        for level in levels.iter().rev() {
            let singles = level[..items]
                .iter()
                .filter(|&&is_single| is_single)
                .count();
            for &symbol in &symbols[..singles] {
                lengths[symbol] += 1;
            }
            items = 2 * (items - singles);
        }
        Self::from_lengths(lengths)
    }

    /// The code of bytes and lengths that needs no header (RFC 1951, 3.2.6).
    pub(super) fn fixed_literals() -> Self {
        let groups = [(144, 8), (112, 9), (24, 7), (8, 8)];
        Self::from_lengths(
            groups
                .iter()
                .flat_map(|&(count, length)| std::iter::repeat_n(length, count))
                .collect(),
        )
    }

    /// The code of distances that needs no header.
    pub(super) fn fixed_distances() -> Self {
        Self::from_lengths(vec![5; 30])
    }

    /// The canonical code of these lengths (RFC 1951, 3.2.2).
    fn from_lengths(lengths: Vec<u8>) -> Self {
        let mut codes = vec![0; lengths.len()];
        let mut next = 0_u16;
        for length in 1..=16_u8 {
            for (symbol, _) in lengths.iter().enumerate().filter(|&(_, &of)| of == length) {
                codes[symbol] = next.reverse_bits() >> (16 - length);
                next += 1;
            }
            next <<= 1;
        }
        Self { lengths, codes }
    }

    pub(super) fn lengths(&self) -> &[u8] {
        &self.lengths
    }

    /// A symbol's bits, and how many.
    pub(super) fn bits(&self, symbol: usize) -> (u32, u32) {
        (
            u32::from(self.codes[symbol]),
            u32::from(self.lengths[symbol]),
        )
    }

    /// The number of bits that symbols with these frequencies take.
    pub(super) fn size(&self, frequencies: &[u32]) -> usize {
        let bits = |(&length, &frequency): (&u8, &u32)| usize::from(length) * frequency as usize;
        self.lengths.iter().zip(frequencies).map(bits).sum()
    }
}

/// For each level whether its items, by frequency, are single symbols or packages of two items of the level before
/// (Larmore and Hirschberg's package-merge).
fn package_merge(sorted: &[u32], levels: usize) -> Vec<Vec<bool>> {
    let mut singles = Vec::with_capacity(levels);
    let mut items: Vec<u64> = Vec::new();
    for _ in 0..levels {
        let mut packages = items
            .chunks_exact(2)
            .map(|pair| pair[0] + pair[1])
            .peekable();
        let mut symbols = sorted
            .iter()
            .map(|&frequency| u64::from(frequency))
            .peekable();
        let mut level = Vec::with_capacity(2 * sorted.len());
        let mut merged = Vec::with_capacity(2 * sorted.len());
        loop {
            let is_single = match (symbols.peek(), packages.peek()) {
                (Some(symbol), Some(package)) => symbol < package,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            level.push(is_single);
            merged.extend(if is_single {
                symbols.next()
            } else {
                packages.next()
            });
        }
        singles.push(level);
        items = merged;
    }
    singles
}
