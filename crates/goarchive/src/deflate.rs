//! Go's `compress/flate` writer at its default level, to the byte.
//!
//! Two encoders that follow RFC 1951 rarely write the same bytes. Helm's archives, their digests and what is signed
//! of them are what Go's encoder makes of a tar stream, so the choices that it makes are followed here: which earlier
//! text a match refers to, when a match waits for a better one, where a block ends and which of three codes it uses.
//! This is the encoder of Go up to 1.26.

mod block;
mod huffman;

use block::{BlockWriter, MAX_BLOCK_TOKENS, Token};

/// The largest distance of a match (RFC 1951).
const WINDOW: usize = 1 << 15;
/// The shortest match that is looked for; the format has those of 3, too.
const MIN_MATCH: usize = 4;
/// The longest match (RFC 1951).
const MAX_MATCH: usize = 258;
const HASH_BITS: u32 = 17;
/// A match this long is not looked to be bettered by one that begins a byte later.
const LAZY: usize = 16;
/// A match this long ends the search.
const NICE: usize = 128;
/// The number of earlier places to compare with.
const CHAIN: usize = 128;
/// A match of `MIN_MATCH` bytes further back than this costs more than its literals.
const MAX_SHORT_MATCH_DISTANCE: usize = 4096;
/// No place: the hash of these bytes was not seen.
const NOWHERE: u32 = u32::MAX;

/// Compresses what is written to it; [`finish`](Self::finish) gives the stream.
///
/// The cuts between writes decide where the window moves, and with it which bytes come out: one call of
/// [`write`](Self::write) for each call that Go's writer got.
pub struct Deflate {
    /// Up to two windows of the input, the second of which is being compressed.
    buffer: Vec<u8>,
    /// The number of bytes of `buffer` that are compressed.
    position: usize,
    /// The start of the current block's input in `buffer`; none when the window has moved past it.
    block_start: Option<usize>,
    /// The last place in `buffer` of each hash of four bytes.
    heads: Vec<u32>,
    /// For each place, by its last 15 bits, the one before it with the same hash.
    previous: Vec<u32>,
    /// The match found one byte before `position`.
    pending: Match,
    /// True if the byte before `position` is in no token yet.
    literal_pending: bool,
    tokens: Vec<Token>,
    output: BlockWriter,
}

/// Text that stands `distance` bytes before, too; of less than [`MIN_MATCH`] bytes it is none.
#[derive(Clone, Copy)]
struct Match {
    length: usize,
    distance: usize,
}

const NO_MATCH: Match = Match {
    length: MIN_MATCH - 1,
    distance: 0,
};

impl Default for Deflate {
    fn default() -> Self {
        Self {
            buffer: Vec::with_capacity(2 * WINDOW),
            position: 0,
            block_start: Some(0),
            heads: vec![NOWHERE; 1 << HASH_BITS],
            previous: vec![NOWHERE; WINDOW],
            pending: NO_MATCH,
            literal_pending: false,
            tokens: Vec::with_capacity(MAX_BLOCK_TOKENS),
            output: BlockWriter::default(),
        }
    }
}

impl Deflate {
    /// Compresses `input`, as far as that can be decided without what follows it.
    pub fn write(&mut self, mut input: &[u8]) {
        while !input.is_empty() {
            self.compress(false);
            input = self.fill(input);
        }
    }

    /// Ends the stream and gives all of it.
    pub fn finish(mut self) -> Vec<u8> {
        self.compress(true);
        self.output.finish()
    }

    /// Takes as much of `input` as there is room for, and returns the rest.
    fn fill<'i>(&mut self, input: &'i [u8]) -> &'i [u8] {
        if self.position >= 2 * WINDOW - (MIN_MATCH + MAX_MATCH) {
            self.slide();
        }
        let (head, rest) = input.split_at(input.len().min(2 * WINDOW - self.buffer.len()));
        self.buffer.extend_from_slice(head);
        rest
    }

    /// Drops the first window's text, to which nothing that follows may refer.
    fn slide(&mut self) {
        self.buffer.drain(..WINDOW);
        self.position -= WINDOW;
        self.block_start = self.block_start.and_then(|start| start.checked_sub(WINDOW));
        let window = WINDOW as u32;
        let slide = |place: &mut u32| {
            if *place != NOWHERE {
                *place = place.checked_sub(window).unwrap_or(NOWHERE);
            }
        };
        self.heads.iter_mut().for_each(slide);
        self.previous.iter_mut().for_each(slide);
    }

    /// Turns text into tokens; all of it at the `end`, else while the longest match would fit.
    fn compress(&mut self, end: bool) {
        loop {
            let ahead = self.buffer.len() - self.position;
            if ahead < MIN_MATCH + MAX_MATCH && !(end && ahead > 0) {
                break;
            }
            let candidate = self.insert(self.position);
            let before = std::mem::replace(&mut self.pending, NO_MATCH);
            if before.length < LAZY.min(ahead) {
                self.pending = self.longest_match(candidate, ahead);
            }
            if before.length >= MIN_MATCH && before.length >= self.pending.length {
                self.tokens
                    .push(Token::copy(before.length, before.distance));
                // The match began a byte ago; what lies in it can be found by later matches.
                let after = self.position + before.length - 1;
                for place in self.position + 1..after {
                    self.insert(place);
                }
                self.position = after;
                self.literal_pending = false;
                self.pending = NO_MATCH;
                self.end_block_if_full(self.position);
            } else {
                if self.literal_pending {
                    self.push_literal_before(self.position);
                    self.end_block_if_full(self.position);
                }
                self.position += 1;
                self.literal_pending = true;
            }
        }
        if end {
            if std::mem::take(&mut self.literal_pending) {
                self.push_literal_before(self.position);
            }
            if !self.tokens.is_empty() {
                self.end_block(self.position);
            }
        }
    }
    /// Notes the place of the four bytes that begin there, and gives the last one with the same hash. What is
    /// noted is the hash alone, so that other bytes may stand there.
    fn insert(&mut self, place: usize) -> u32 {
        let Some(bytes) = self.buffer.get(place..).and_then(|rest| rest.first_chunk()) else {
            return NOWHERE;
        };
        let hash = u32::from_be_bytes(*bytes).wrapping_mul(0x1e35_a7bd) >> (32 - HASH_BITS);
        let before = std::mem::replace(&mut self.heads[hash as usize], place as u32);
        self.previous[place % WINDOW] = before;
        before
    }

    /// The longest text that begins at a place of the chain of `candidate` and continues at `position`, the nearest
    /// of several.
    fn longest_match(&self, mut candidate: u32, ahead: usize) -> Match {
        let limit = ahead.min(MAX_MATCH);
        let nice = ahead.min(NICE);
        let oldest = self.position.saturating_sub(WINDOW);
        let text = &self.buffer[self.position..self.position + limit];
        let mut best = NO_MATCH;
        for _ in 0..CHAIN {
            let place = candidate as usize;
            if candidate == NOWHERE || place < oldest {
                break;
            }
            // Only a match that has this byte, too, is longer.
            if self.buffer[place + best.length] == text[best.length] {
                let length = common_prefix(&self.buffer[place..place + limit], text);
                let distance = self.position - place;
                let pays = length > MIN_MATCH || distance <= MAX_SHORT_MATCH_DISTANCE;
                if length > best.length && pays {
                    best = Match { length, distance };
                    if length >= nice {
                        break;
                    }
                }
            }
            if place == oldest {
                break;
            }
            candidate = self.previous[place % WINDOW];
        }
        best
    }

    fn push_literal_before(&mut self, position: usize) {
        self.tokens.push(Token::literal(self.buffer[position - 1]));
    }

    fn end_block_if_full(&mut self, end: usize) {
        if self.tokens.len() == MAX_BLOCK_TOKENS {
            self.end_block(end);
        }
    }

    /// Writes the tokens as a block, whose input ends at `end`.
    fn end_block(&mut self, end: usize) {
        let input = self.block_start.map(|start| &self.buffer[start..end]);
        self.output.write(&self.tokens, input);
        self.tokens.clear();
        self.block_start = Some(end);
    }
}

/// The number of bytes that both texts begin with.
fn common_prefix(one: &[u8], other: &[u8]) -> usize {
    one.iter()
        .zip(other)
        .take_while(|(one, other)| one == other)
        .count()
}
