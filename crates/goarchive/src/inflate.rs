//! Go's `compress/flate`: which streams are corrupt, and how many bytes were read when that was seen.

use crate::error::GzipError;

/// The largest distance of a copy.
const WINDOW: usize = 32 << 10;

/// With so much unpacked it is time to deliver.
const PLENTY: usize = 64 << 10;

const LITERALS: usize = 286;
const DISTANCES: usize = 30;
const END_OF_BLOCK: usize = 256;

/// The order in which the lengths of the code for code lengths are given.
const LENGTH_ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Unpacks a deflate stream.
#[derive(Debug, Default)]
pub(crate) struct Inflate {
    bits: u64,
    bit_count: u32,
    /// Bytes read so far.
    offset: usize,
    /// The unpacked bytes: the window, and what was not delivered yet.
    unpacked: Vec<u8>,
    delivered: usize,
    block: Block,
    is_last: bool,
    /// The error, which comes after what was unpacked before it.
    error: Option<GzipError>,
}

#[derive(Debug, Default)]
enum Block {
    /// Between two.
    #[default]
    None,
    /// So many bytes are left.
    Stored(usize),
    /// Distances of the fixed code are five bits.
    Huffman(Code, Option<Code>),
}

/// A Huffman code: of each length the first code, how many there are, and where their symbols begin.
#[derive(Debug, Default, Clone)]
struct Code {
    counts: [u32; 16],
    symbols: Vec<u16>,
    /// So many bits are read before a symbol is looked for.
    least: u32,
}

type Step<T> = Result<T, GzipError>;

impl Code {
    /// The code with symbols of these lengths. None if they make no complete code; one symbol of one bit and none
    /// at all are codes, too.
    fn new(lengths: &[u8]) -> Option<Code> {
        let mut counts = [0u32; 16];
        for length in lengths {
            if let Some(count) = counts.get_mut(usize::from(*length)) {
                *count += 1;
            }
        }
        counts[0] = 0;
        let longest = counts.iter().rposition(|count| *count > 0).unwrap_or(0);
        let mut space = 0u32;
        for count in counts.get(1..=longest).unwrap_or_default() {
            space = (space << 1) + count;
        }
        if longest > 0 && space != 1 << longest && !(space == 1 && longest == 1) {
            return None;
        }
        let mut symbols: Vec<(u8, u16)> = lengths.iter().copied().zip(0..).collect();
        symbols.retain(|(length, _)| *length > 0);
        symbols.sort_unstable();
        let least = symbols.first().map_or(0, |(length, _)| u32::from(*length));
        Some(Code {
            counts,
            symbols: symbols.into_iter().map(|(_, symbol)| symbol).collect(),
            least,
        })
    }

    /// The symbol that the bits begin with, and its length.
    fn find(&self, mut bits: u64) -> Option<(u32, usize)> {
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for (length, count) in (1..).zip(self.counts.get(1..)?) {
            code |= (bits & 1) as u32;
            bits >>= 1;
            if code.wrapping_sub(first) < *count {
                let at = index + code.wrapping_sub(first);
                let symbol = self.symbols.get(at as usize)?;
                return Some((length, usize::from(*symbol)));
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

impl Inflate {
    /// Hands out what is unpacked.
    pub(crate) fn deliver(&mut self, buffer: &mut [u8]) -> usize {
        let rest = self.unpacked.get(self.delivered..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        for (slot, byte) in buffer.iter_mut().zip(rest) {
            *slot = *byte;
        }
        self.delivered += count;
        if self.delivered > WINDOW + PLENTY {
            let old = self.delivered - WINDOW;
            self.unpacked.drain(..old);
            self.delivered = WINDOW;
        }
        count
    }

    /// Unpacks more from `input`; true when all is unpacked and delivered.
    ///
    /// # Errors
    /// Go's, once all before it is delivered.
    pub(crate) fn fill(&mut self, input: &mut &[u8]) -> Step<bool> {
        if let Some(error) = self.error {
            return Err(error);
        }
        while self.unpacked.len() - self.delivered < PLENTY {
            match self.step(input) {
                Ok(true) => {}
                Ok(false) => return Ok(self.unpacked.len() == self.delivered),
                Err(error) => {
                    if self.unpacked.len() == self.delivered {
                        return Err(error);
                    }
                    self.error = Some(error);
                    return Ok(false);
                }
            }
        }
        Ok(false)
    }

    /// Reads a header or a part of a block; false when there are no more.
    fn step(&mut self, input: &mut &[u8]) -> Step<bool> {
        match std::mem::take(&mut self.block) {
            Block::None if self.is_last => return Ok(false),
            Block::None => self.read_header(input)?,
            Block::Stored(size) => self.copy(size, input)?,
            Block::Huffman(literals, distances) => {
                if self.symbols(&literals, distances.as_ref(), input)? {
                    self.block = Block::Huffman(literals, distances);
                }
            }
        }
        Ok(true)
    }

    fn corrupt<T>(&self) -> Step<T> {
        Err(GzipError::Corrupt(self.offset))
    }

    fn need(&mut self, count: u32, input: &mut &[u8]) -> Step<()> {
        while self.bit_count < count {
            let (byte, rest) = input.split_first().ok_or(GzipError::Truncated)?;
            *input = rest;
            self.offset += 1;
            self.bits |= u64::from(*byte) << self.bit_count;
            self.bit_count += 8;
        }
        Ok(())
    }

    fn take(&mut self, count: u32, input: &mut &[u8]) -> Step<usize> {
        self.need(count, input)?;
        let value = self.bits & ((1 << count) - 1);
        self.bits >>= count;
        self.bit_count -= count;
        Ok(value as usize)
    }

    fn symbol(&mut self, code: &Code, input: &mut &[u8]) -> Step<usize> {
        let mut bits = code.least;
        loop {
            self.need(bits, input)?;
            let Some((length, symbol)) = code.find(self.bits) else {
                return self.corrupt();
            };
            if length <= self.bit_count {
                self.bits >>= length;
                self.bit_count -= length;
                return Ok(symbol);
            }
            bits = length;
        }
    }

    fn read_header(&mut self, input: &mut &[u8]) -> Step<()> {
        self.need(3, input)?;
        self.is_last = self.take(1, input)? == 1;
        match self.take(2, input)? {
            0 => self.read_stored(input),
            1 => {
                let mut lengths = [8; 288];
                for (symbol, length) in lengths.iter_mut().enumerate() {
                    *length = match symbol {
                        144..256 => 9,
                        256..280 => 7,
                        _ => 8,
                    };
                }
                match Code::new(&lengths) {
                    Some(code) => self.block = Block::Huffman(code, None),
                    None => return self.corrupt(),
                }
                Ok(())
            }
            2 => self.read_codes(input),
            _ => self.corrupt(),
        }
    }

    fn read_stored(&mut self, input: &mut &[u8]) -> Step<()> {
        // The rest of the byte does not count.
        (self.bits, self.bit_count) = (0, 0);
        let Some((&[a, b, c, d], rest)) = input.split_first_chunk() else {
            *input = &[];
            return Err(GzipError::Truncated);
        };
        *input = rest;
        self.offset += 4;
        let (size, check) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
        if check != !size {
            return self.corrupt();
        }
        self.block = Block::Stored(size.into());
        Ok(())
    }

    fn copy(&mut self, size: usize, input: &mut &[u8]) -> Step<()> {
        let (bytes, rest) = input.split_at(size.min(input.len()));
        *input = rest;
        self.offset += bytes.len();
        self.unpacked.extend_from_slice(bytes);
        match bytes.len() < size {
            true => Err(GzipError::Truncated),
            false => Ok(()),
        }
    }

    /// Reads the two codes of a block that brings its own.
    fn read_codes(&mut self, input: &mut &[u8]) -> Step<()> {
        self.need(14, input)?;
        let literals = self.take(5, input)? + 257;
        if literals > LITERALS {
            return self.corrupt();
        }
        let distances = self.take(5, input)? + 1;
        if distances > DISTANCES {
            return self.corrupt();
        }
        let count = self.take(4, input)? + 4;
        let mut lengths = [0; 19];
        for at in LENGTH_ORDER.iter().take(count) {
            let length = self.take(3, input)? as u8;
            if let Some(slot) = lengths.get_mut(*at) {
                *slot = length;
            }
        }
        let Some(code) = Code::new(&lengths) else {
            return self.corrupt();
        };
        let lengths = self.read_lengths(literals + distances, &code, input)?;
        let (for_literals, for_distances) = lengths.split_at(literals.min(lengths.len()));
        let codes = (Code::new(for_literals), Code::new(for_distances));
        let (Some(mut literals), Some(distances)) = codes else {
            return self.corrupt();
        };
        // Each block has an end, so that so many bits are there.
        let end = for_literals.get(END_OF_BLOCK).copied().unwrap_or(0);
        literals.least = literals.least.max(end.into());
        self.block = Block::Huffman(literals, Some(distances));
        Ok(())
    }

    fn read_lengths(&mut self, count: usize, code: &Code, input: &mut &[u8]) -> Step<Vec<u8>> {
        let mut lengths: Vec<u8> = Vec::with_capacity(count);
        while lengths.len() < count {
            let (length, least, bits) = match self.symbol(code, input)? {
                16 => match lengths.last() {
                    Some(last) => (*last, 3, 2),
                    None => return self.corrupt(),
                },
                17 => (0, 3, 3),
                18 => (0, 11, 7),
                symbol => {
                    lengths.push(symbol as u8);
                    continue;
                }
            };
            let times = least + self.take(bits, input)?;
            if lengths.len() + times > count {
                return self.corrupt();
            }
            lengths.resize(lengths.len() + times, length);
        }
        Ok(lengths)
    }

    /// Unpacks symbols until there is plenty, or until the block ends: false.
    fn symbols(
        &mut self,
        literals: &Code,
        distances: Option<&Code>,
        input: &mut &[u8],
    ) -> Step<bool> {
        while self.unpacked.len() - self.delivered < PLENTY {
            let symbol = self.symbol(literals, input)?;
            match symbol {
                0..END_OF_BLOCK => self.unpacked.push(symbol as u8),
                END_OF_BLOCK => return Ok(false),
                _ => self.repeat(symbol, distances, input)?,
            }
        }
        Ok(true)
    }

    /// Copies what was unpacked before.
    fn repeat(&mut self, symbol: usize, distances: Option<&Code>, input: &mut &[u8]) -> Step<()> {
        let length = match symbol {
            257..265 => symbol - 254,
            265..285 => {
                let bits = (symbol - 261) >> 2;
                let base = 3 + ((4 + ((symbol - 261) & 3)) << bits);
                base + self.take(bits as u32, input)?
            }
            285 => 258,
            _ => return self.corrupt(),
        };
        let symbol = match distances {
            Some(code) => self.symbol(code, input)?,
            None => {
                let bits = self.take(5, input)?;
                ((bits as u8).reverse_bits() >> 3).into()
            }
        };
        let distance = match symbol {
            0..4 => symbol + 1,
            4..DISTANCES => {
                let bits = (symbol - 2) >> 1;
                let base = 1 + ((2 + (symbol & 1)) << bits);
                base + self.take(bits as u32, input)?
            }
            _ => return self.corrupt(),
        };
        if distance > self.unpacked.len().min(WINDOW) {
            return self.corrupt();
        }
        for _ in 0..length {
            let from = self.unpacked.len() - distance;
            let byte = self.unpacked.get(from).copied().unwrap_or_default();
            self.unpacked.push(byte);
        }
        Ok(())
    }
}
