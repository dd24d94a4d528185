//! A host without a machine: WebAssembly by itself has neither clock nor randomness, and asking for them would end
//! the program.

use crate::DeterministicSource;
use gostd::host::{Host, Instant, Missing};

/// A machine without name servers and environment, whose clock stands at the beginning of 2020 and whose "random"
/// bytes are the same in every program: whoever wants others implements [`Host`] with what is around.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

thread_local! {
    static STILL: DeterministicSource = DeterministicSource::new("");
}

impl Host for System {
    fn now(&self) -> Instant {
        STILL.with(DeterministicSource::now)
    }

    fn random(&self, bytes: &mut [u8]) {
        STILL.with(|still| still.random(bytes));
    }

    fn lookup_host(&self, _name: &str) -> Result<Vec<String>, Missing> {
        Err(Missing("there are no name servers in WebAssembly"))
    }

    fn environment(&self, _name: &str) -> Option<String> {
        None
    }

    fn begin(&self, template: &str) {
        STILL.with(|still| still.begin(template));
    }
}
