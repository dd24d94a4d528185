//! What one render may use: memory for its values, and steps.

use super::LIMITS;
use crate::memory;
use std::cell::Cell;

/// Bytes that are copied or searched in a step.
const BYTES_PER_STEP: usize = 256;

/// Bytes that a byte of JSON, YAML or a template may become when it is parsed.
const PARSED_SIZE: usize = 32;

/// What is left for one render. Whoever makes texts, copies values or goes through them charges it; the
/// memory that values take is given back when they go.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<u64>,
    /// What the values of the thread took at the beginning.
    before: usize,
}

impl Budget {
    /// The budget of a render that begins now, on this thread.
    pub fn new() -> Self {
        Budget {
            steps: Cell::new(LIMITS.steps),
            before: memory::held(),
        }
    }

    /// Charges steps: a call, an item, or what takes as long, about 100 ns.
    ///
    /// # Errors
    /// [`Exceeded::Steps`] when there were too many.
    #[inline]
    pub fn steps(&self, count: u64) -> Result<(), Exceeded> {
        let left = self.steps.get().checked_sub(count);
        self.steps.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or(Exceeded::Steps)
    }

    /// Charges the steps of reading or writing so many bytes with hardly any work for each.
    ///
    /// # Errors
    /// [`Exceeded::Steps`].
    #[inline]
    pub fn bytes(&self, count: usize) -> Result<(), Exceeded> {
        self.steps((count / BYTES_PER_STEP) as u64)
    }

    /// Charges a text that was made, at so many bytes in a step, and checks what all values take by now.
    ///
    /// # Errors
    /// [`Exceeded::Steps`], [`Exceeded::Memory`].
    #[inline]
    pub fn result(&self, bytes: usize, bytes_per_step: u64) -> Result<(), Exceeded> {
        // Short texts are part of their call.
        if bytes >= BYTES_PER_STEP {
            self.steps(bytes as u64 / bytes_per_step)?;
        }
        self.memory()
    }

    /// Charges the steps of work for each byte, such as parsing or matching.
    ///
    /// # Errors
    /// [`Exceeded::Steps`].
    pub fn parsed_bytes(&self, count: usize) -> Result<(), Exceeded> {
        self.steps(count as u64 / 8)
    }

    /// Checks what the values of this render take.
    ///
    /// # Errors
    /// [`Exceeded::Memory`] when it is too much.
    #[inline]
    pub fn memory(&self) -> Result<(), Exceeded> {
        match self.held() > LIMITS.value_bytes {
            true => Err(Exceeded::Memory),
            false => Ok(()),
        }
    }

    /// Checks whether so many bytes more may be taken.
    ///
    /// # Errors
    /// [`Exceeded::Memory`].
    pub fn room(&self, bytes: usize) -> Result<(), Exceeded> {
        match bytes > self.free() {
            true => Err(Exceeded::Memory),
            false => Ok(()),
        }
    }

    /// Checks whether what is parsed from a text of so many bytes may be kept.
    ///
    /// # Errors
    /// [`Exceeded::Memory`].
    pub fn parse_room(&self, bytes: usize) -> Result<(), Exceeded> {
        self.room(bytes.saturating_mul(PARSED_SIZE))
    }

    /// How many bytes more may be taken.
    pub fn free(&self) -> usize {
        LIMITS.value_bytes.saturating_sub(self.held())
    }

    #[inline]
    fn held(&self) -> usize {
        // Values from before this render may go while it lasts.
        let held = memory::held().wrapping_sub(self.before).cast_signed();
        held.max(0).unsigned_abs()
    }
}

impl Default for Budget {
    fn default() -> Self {
        Budget::new()
    }
}

/// A render has asked for more than it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exceeded {
    /// Of time.
    Steps,
    /// Of memory.
    Memory,
    /// Of a single text's length.
    Text,
}

impl std::fmt::Display for Exceeded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Exceeded::Steps => write!(f, "the render takes more than {} steps", LIMITS.steps),
            Exceeded::Text => write!(f, "the result is longer than {} bytes", LIMITS.text_bytes),
            Exceeded::Memory => write!(
                f,
                "the values of the render take more than {} bytes",
                LIMITS.value_bytes
            ),
        }
    }
}

impl Exceeded {
    /// Checks the length of a text that is being made; none is one that no number holds.
    ///
    /// # Errors
    /// [`Exceeded::Text`].
    pub fn check_text(len: Option<usize>) -> Result<usize, Exceeded> {
        len.filter(|len| *len <= LIMITS.text_bytes)
            .ok_or(Exceeded::Text)
    }
}

impl std::error::Error for Exceeded {}

impl From<Exceeded> for String {
    fn from(error: Exceeded) -> String {
        error.to_string()
    }
}
