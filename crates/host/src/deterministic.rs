//! Randomness and a clock that are the same each time: what random functions, keys and certificates make
//! of them is reproducible on every machine.

use gostd::host::Instant;
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};

/// 2020-01-01 00:00 UTC.
const NEW_YEAR_2020: i64 = 1_577_836_800;

/// Bytes out of a seed, in streams: SHA-256 of the seed, the stream's name and a counter. They are as
/// secret as the seed is, which is not at all: keys that are made of them are for tests and comparisons.
#[derive(Debug)]
pub struct DeterministicSource {
    seed: String,
    clock: Instant,
    stream: Mutex<Stream>,
}

#[derive(Debug)]
struct Stream {
    key: [u8; 32],
    next: u64,
}

impl DeterministicSource {
    /// A source of this seed, whose clock stands at 2020-01-01 00:00 UTC.
    pub fn new(seed: impl Into<String>) -> DeterministicSource {
        let seed = seed.into();
        DeterministicSource {
            stream: Mutex::new(Stream::new(&seed, "")),
            clock: Instant {
                seconds: NEW_YEAR_2020,
                nanoseconds: 0,
            },
            seed,
        }
    }

    /// The same with a clock that stands at so many seconds after 1970-01-01 00:00 UTC.
    pub fn at(mut self, seconds: i64) -> DeterministicSource {
        self.clock.seconds = seconds;
        self
    }

    pub(super) fn again(&self) -> DeterministicSource {
        DeterministicSource::new(self.seed.clone()).at(self.clock.seconds)
    }

    pub(super) fn now(&self) -> Instant {
        self.clock
    }

    /// Starts the stream of a template: another template's changes do not change it.
    pub(super) fn begin(&self, template: &str) {
        *self.stream.lock().unwrap_or_else(PoisonError::into_inner) =
            Stream::new(&self.seed, template);
    }

    pub(super) fn random(&self, bytes: &mut [u8]) {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        for part in bytes.chunks_mut(32) {
            let block = stream.block();
            part.iter_mut()
                .zip(block)
                .for_each(|(byte, random)| *byte = random);
        }
    }
}

impl Stream {
    fn new(seed: &str, name: &str) -> Stream {
        let mut hash = Sha256::new();
        // Lengths keep seed and name apart.
        hash.update((seed.len() as u64).to_le_bytes());
        hash.update(seed.as_bytes());
        hash.update(name.as_bytes());
        Stream {
            key: hash.finalize().into(),
            next: 0,
        }
    }

    fn block(&mut self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update(self.next.to_le_bytes());
        self.next = self.next.wrapping_add(1);
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::DeterministicSource;

    fn bytes(deterministic: &DeterministicSource, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        deterministic.random(&mut bytes);
        bytes
    }

    #[test]
    fn a_stream_depends_on_seed_and_template_alone() {
        let one = DeterministicSource::new("1");
        one.begin("a");
        let first = bytes(&one, 40);
        assert_ne!(first, bytes(&one, 40));
        one.begin("b");
        assert_ne!(first, bytes(&one, 40));
        one.begin("a");
        assert_eq!(first, bytes(&one, 40));
        let other = DeterministicSource::new("2");
        other.begin("a");
        assert_ne!(first, bytes(&other, 40));
    }
}
