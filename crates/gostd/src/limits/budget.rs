//! The limits of one render: memory for its values, and steps.

use super::LIMITS;
use crate::memory;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes that are copied or searched in a step.
const BYTES_PER_STEP: usize = 256;

/// Bytes that a byte of JSON, YAML or a template may become when it is parsed.
const PARSED_SIZE: usize = 32;

/// Steps after which a [`Cancel`] is looked at: about a millisecond.
const SLICE: u64 = 10_000;

/// A flag that ends renders, from any thread: they fail with [`Exceeded::Cancelled`] within about a millisecond of
/// executing templates. Copies are the same flag.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that is not set.
    pub fn new() -> Self {
        Cancel::default()
    }

    /// Ends all renders that have this flag, and those to come.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns true if the flag is set.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The limits of one render.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// Steps: [`Limits::steps`](super::Limits::steps).
    pub steps: u64,
    /// Bytes of its values: [`Limits::value_bytes`](super::Limits::value_bytes).
    pub bytes: usize,
    /// The flag that may end it.
    pub cancel: Option<Cancel>,
}

impl Default for Allowance {
    fn default() -> Self {
        Allowance {
            steps: LIMITS.steps,
            bytes: LIMITS.value_bytes,
            cancel: None,
        }
    }
}

/// The budget that one render has left. Whoever makes texts, copies values or goes through them charges it; the
/// memory that values take is given back when they go.
#[derive(Debug)]
pub struct Budget {
    /// Steps left until the flag is looked at again.
    slice: Cell<u64>,
    /// Steps left after those of `slice`.
    rest: Cell<u64>,
    /// The memory of the thread's values at the beginning.
    before: usize,
    allowance: Allowance,
    /// The limit that the render reached first.
    refusal: Cell<Option<Exceeded>>,
}

impl Budget {
    /// The budget of a render that begins now, on this thread.
    pub fn new(allowance: Allowance) -> Self {
        Budget {
            slice: Cell::new(0),
            rest: Cell::new(allowance.steps),
            before: memory::bytes_in_use(),
            allowance,
            refusal: Cell::new(None),
        }
    }

    /// The limit that the render reached, if it failed for that.
    pub fn refusal(&self) -> Option<Exceeded> {
        self.refusal.get()
    }

    /// Charges steps: a call, an item, or what takes as long, about 100 ns.
    ///
    /// # Errors
    /// [`Exceeded::Steps`] when there were too many, [`Exceeded::Cancelled`].
    #[inline]
    pub fn steps(&self, count: u64) -> Result<(), Exceeded> {
        match self.slice.get().checked_sub(count) {
            Some(left) => {
                self.slice.set(left);
                Ok(())
            }
            None => self.next_slice(count),
        }
    }

    #[cold]
    fn next_slice(&self, count: u64) -> Result<(), Exceeded> {
        let cancel = self.allowance.cancel.as_ref();
        if cancel.is_some_and(Cancel::is_cancelled) {
            return Err(self.refuse(Exceeded::Cancelled));
        }
        let left = self.slice.take() + self.rest.take();
        let Some(left) = left.checked_sub(count) else {
            return Err(self.refuse(Exceeded::Steps(self.allowance.steps)));
        };
        self.slice.set(left.min(SLICE));
        self.rest.set(left - left.min(SLICE));
        Ok(())
    }

    #[cold]
    fn refuse(&self, error: Exceeded) -> Exceeded {
        self.refusal.set(self.refusal.get().or(Some(error)));
        error
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
        match self.bytes_in_use() > self.allowance.bytes {
            true => Err(self.memory_exceeded()),
            false => Ok(()),
        }
    }

    /// Checks whether so many bytes more may be taken.
    ///
    /// # Errors
    /// [`Exceeded::Memory`].
    pub fn room(&self, bytes: usize) -> Result<(), Exceeded> {
        match bytes > self.free() {
            true => Err(self.memory_exceeded()),
            false => Ok(()),
        }
    }

    /// The error of a render that asks for more memory than there is for it.
    #[cold]
    pub fn memory_exceeded(&self) -> Exceeded {
        self.refuse(Exceeded::Memory(self.allowance.bytes))
    }

    /// Checks whether what is parsed from a text of so many bytes may be kept.
    ///
    /// # Errors
    /// [`Exceeded::Memory`].
    pub fn parse_room(&self, bytes: usize) -> Result<(), Exceeded> {
        self.room(bytes.saturating_mul(PARSED_SIZE))
    }

    /// The bytes that may still be taken.
    pub fn free(&self) -> usize {
        self.allowance.bytes.saturating_sub(self.bytes_in_use())
    }

    #[inline]
    fn bytes_in_use(&self) -> usize {
        // Values from before this render may go while it lasts.
        let bytes = memory::bytes_in_use()
            .wrapping_sub(self.before)
            .cast_signed();
        bytes.max(0).unsigned_abs()
    }
}

/// A render has asked for more than it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exceeded {
    /// Of time: so many steps.
    Steps(u64),
    /// Of memory: so many bytes.
    Memory(usize),
    /// Of a single text's length.
    Text,
    /// Whoever asked for the render does not want it any more.
    Cancelled,
}

impl std::fmt::Display for Exceeded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Exceeded::Steps(most) => write!(f, "the render takes more than {most} steps"),
            Exceeded::Text => write!(f, "the result is longer than {} bytes", LIMITS.text_bytes),
            Exceeded::Memory(most) => {
                write!(f, "the values of the render take more than {most} bytes")
            }
            Exceeded::Cancelled => f.write_str("the render was cancelled"),
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
