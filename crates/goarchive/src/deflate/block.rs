//! Blocks of a deflate stream: tokens in the cheapest of three codes.

use std::ops::RangeInclusive;

use super::huffman::Code;

/// The number of tokens that make a block.
pub(super) const MAX_BLOCK_TOKENS: usize = 1 << 14;
/// The most bytes that a block without a code holds (RFC 1951).
const MAX_STORED: usize = 65_535;
/// The symbol that ends a block.
const END_OF_BLOCK: usize = 256;
const LITERALS: usize = 286;
const DISTANCES: usize = 30;
/// Symbols of the code in which other codes' lengths are written: the lengths 0 to 15, and three ways to repeat.
const LENGTH_CODES: usize = 19;
/// In which order the lengths of that code's codes are written (RFC 1951).
const LENGTH_CODE_ORDER: [usize; LENGTH_CODES] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];
const MAX_CODE_BITS: usize = 15;
const MAX_LENGTH_CODE_BITS: usize = 7;

/// A byte, or a reference to earlier text.
#[derive(Clone, Copy)]
pub(super) struct Token {
    /// The length of the reference, 0 for a byte.
    length: u16,
    /// The byte, or the distance.
    value: u16,
}

/// A symbol, and what follows it in the stream.
struct Symbol {
    symbol: usize,
    extra_bits: u32,
    extra: u32,
}

impl Symbol {
    fn plain(symbol: usize) -> Self {
        Self {
            symbol,
            extra_bits: 0,
            extra: 0,
        }
    }

    /// The number of bits that it takes in `code`.
    fn bits(&self, code: &Code) -> usize {
        let (_, bits) = code.bits(self.symbol);
        (bits + self.extra_bits) as usize
    }
}

impl Token {
    pub(super) fn literal(byte: u8) -> Self {
        Self {
            length: 0,
            value: u16::from(byte),
        }
    }

    /// A reference to `length` bytes (3 to 258) that stand `distance` bytes (1 to 32768) before.
    pub(super) fn copy(length: usize, distance: usize) -> Self {
        // Both fit: they are bounded by the format.
        Self {
            length: length as u16,
            value: (distance - 1) as u16,
        }
    }

    /// The symbol of the byte or of the reference's length.
    fn literal_or_length(self) -> Symbol {
        match self.length {
            0 => Symbol::plain(usize::from(self.value)),
            length @ 3..11 => Symbol::plain(254 + usize::from(length)),
            258 => Symbol::plain(285),
            length => {
                let (group, extra_bits, extra) = split(u32::from(length) - 3, 2);
                Symbol {
                    symbol: 257 + group,
                    extra_bits,
                    extra,
                }
            }
        }
    }

    /// The symbol of the reference's distance; none for a byte.
    fn distance(self) -> Option<Symbol> {
        if self.length == 0 {
            return None;
        }
        let (symbol, extra_bits, extra) = match u32::from(self.value) {
            distance @ 0..4 => (distance as usize, 0, 0),
            distance => split(distance, 1),
        };
        Some(Symbol {
            symbol,
            extra_bits,
            extra,
        })
    }
}

/// The group of a number, and its place in it: each power of two is cut into 2^`cuts` groups.
fn split(number: u32, cuts: u32) -> (usize, u32, u32) {
    let extra_bits = number.ilog2() - cuts;
    let group = (extra_bits << cuts) + (number >> extra_bits);
    (group as usize, extra_bits, number & ((1 << extra_bits) - 1))
}

/// A block's codes as they are written before it: the lengths of their codes, in a code of their own.
struct CodeLengths {
    symbols: Vec<Symbol>,
    code: Code,
    /// The number of lengths that are written of this code's own codes.
    count: usize,
}

impl CodeLengths {
    fn new(literals: &[u8], distances: &[u8]) -> Self {
        let lengths: Vec<u8> = literals.iter().chain(distances).copied().collect();
        let mut symbols = Vec::new();
        for run in lengths.chunk_by(|one, next| one == next) {
            let length = usize::from(run[0]);
            let mut rest = run.len();
            if length == 0 {
                push_repetitions(&mut symbols, &mut rest, 18, 7, 11..=138);
                push_repetitions(&mut symbols, &mut rest, 17, 3, 3..=10);
            } else {
                // The others repeat the one before.
                symbols.push(Symbol::plain(length));
                rest -= 1;
                push_repetitions(&mut symbols, &mut rest, 16, 2, 3..=6);
            }
            symbols.extend((0..rest).map(|_| Symbol::plain(length)));
        }
        let mut frequencies = [0; LENGTH_CODES];
        for symbol in &symbols {
            frequencies[symbol.symbol] += 1;
        }
        let is_unused = |&&symbol: &&usize| frequencies[symbol] == 0;
        let unused = LENGTH_CODE_ORDER.iter().rev().take_while(is_unused).count();
        Self {
            symbols,
            code: Code::optimal(&frequencies, MAX_LENGTH_CODE_BITS),
            count: LENGTH_CODES - unused.min(LENGTH_CODES - 4),
        }
    }

    /// The number of bits that a block has before its tokens.
    fn header_bits(&self) -> usize {
        let symbols = self.symbols.iter().map(|symbol| symbol.bits(&self.code));
        3 + 5 + 5 + 4 + 3 * self.count + symbols.sum::<usize>()
    }
}

/// Writes as much of a run of `rest` lengths as a repeating `symbol` can, most first.
fn push_repetitions(
    symbols: &mut Vec<Symbol>,
    rest: &mut usize,
    symbol: usize,
    extra_bits: u32,
    times: RangeInclusive<usize>,
) {
    while *rest >= *times.start() {
        let count = (*rest).min(*times.end());
        let extra = (count - times.start()) as u32;
        symbols.push(Symbol {
            symbol,
            extra_bits,
            extra,
        });
        *rest -= count;
    }
}

/// Writes blocks, the bits of which follow each other without a gap.
#[derive(Default)]
pub(super) struct BlockWriter {
    bytes: Vec<u8>,
    bits: u64,
    bit_count: u32,
}

impl BlockWriter {
    /// Writes a block of these tokens, which stand for `input`; where that is known, it can be written as it is.
    pub(super) fn write(&mut self, tokens: &[Token], input: Option<&[u8]>) {
        let mut literals = [0; LITERALS];
        let mut distances = [0; DISTANCES];
        literals[END_OF_BLOCK] = 1;
        let mut extra_bits = 0;
        for token in tokens {
            let symbol = token.literal_or_length();
            literals[symbol.symbol] += 1;
            extra_bits += symbol.extra_bits as usize;
            if let Some(symbol) = token.distance() {
                distances[symbol.symbol] += 1;
                extra_bits += symbol.extra_bits as usize;
            }
        }
        let literal_count = used(&literals);
        let mut distance_count = used(&distances);
        if distance_count == 0 {
            // A code has at least one symbol.
            distances[0] = 1;
            distance_count = 1;
        }
        let literal_code = Code::optimal(&literals[..literal_count], MAX_CODE_BITS);
        let distance_code = Code::optimal(&distances[..distance_count], MAX_CODE_BITS);
        let lengths = CodeLengths::new(literal_code.lengths(), distance_code.lengths());
        let (fixed_literals, fixed_distances) = (Code::fixed_literals(), Code::fixed_distances());
        let size = |literal_code: &Code, distance_code: &Code| {
            literal_code.size(&literals) + distance_code.size(&distances) + extra_bits
        };
        let own = lengths.header_bits() + size(&literal_code, &distance_code);
        let fixed = 3 + size(&fixed_literals, &fixed_distances);
        match input {
            Some(input) if input.len() <= MAX_STORED && (input.len() + 5) * 8 < own.min(fixed) => {
                self.write_stored(input, false);
            }
            _ if own < fixed => {
                self.write_header(&lengths, literal_count, distance_count);
                self.write_tokens(tokens, &literal_code, &distance_code);
            }
            _ => {
                self.push(0b010, 3);
                self.write_tokens(tokens, &fixed_literals, &fixed_distances);
            }
        }
    }

    /// Ends the stream with an empty block, and gives it.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.write_stored(&[], true);
        self.bytes
    }

    fn write_stored(&mut self, input: &[u8], is_last: bool) {
        self.push(u32::from(is_last), 3);
        self.push_to_byte();
        let length = input.len() as u16;
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(&(!length).to_le_bytes());
        self.bytes.extend_from_slice(input);
    }

    fn write_header(&mut self, lengths: &CodeLengths, literals: usize, distances: usize) {
        self.push(0b100, 3);
        self.push(literals as u32 - 257, 5);
        self.push(distances as u32 - 1, 5);
        self.push(lengths.count as u32 - 4, 4);
        for &symbol in &LENGTH_CODE_ORDER[..lengths.count] {
            self.push(u32::from(lengths.code.lengths()[symbol]), 3);
        }
        for symbol in &lengths.symbols {
            self.push_symbol(symbol, &lengths.code);
        }
    }

    fn write_tokens(&mut self, tokens: &[Token], literals: &Code, distances: &Code) {
        for token in tokens {
            self.push_symbol(&token.literal_or_length(), literals);
            if let Some(symbol) = token.distance() {
                self.push_symbol(&symbol, distances);
            }
        }
        self.push_symbol(&Symbol::plain(END_OF_BLOCK), literals);
    }

    fn push_symbol(&mut self, symbol: &Symbol, code: &Code) {
        let (bits, count) = code.bits(symbol.symbol);
        self.push(bits, count);
        self.push(symbol.extra, symbol.extra_bits);
    }

    /// Writes the lowest `count` (at most 16) bits of `bits`, of which there are no others.
    fn push(&mut self, bits: u32, count: u32) {
        self.bits |= u64::from(bits) << self.bit_count;
        self.bit_count += count;
        if self.bit_count >= 32 {
            self.bytes
                .extend_from_slice(&(self.bits as u32).to_le_bytes());
            self.bits >>= 32;
            self.bit_count -= 32;
        }
    }

    /// Fills the last byte with zeros.
    fn push_to_byte(&mut self) {
        let bytes = self.bit_count.div_ceil(8) as usize;
        self.bytes
            .extend_from_slice(&self.bits.to_le_bytes()[..bytes]);
        self.bits = 0;
        self.bit_count = 0;
    }
}

/// The number of symbols that a code needs to have: all up to the last one in use.
fn used(frequencies: &[u32]) -> usize {
    frequencies
        .iter()
        .rposition(|&frequency| frequency > 0)
        .map_or(0, |last| last + 1)
}
