//! Where there is no machine: WebAssembly by itself has neither clock nor randomness, and asking for them would end
//! the program.

use crate::Seeded;
use gostd::world::{Instant, Missing, World};

/// A machine without name servers and environment, whose clock stands at the beginning of 2020 and whose "random"
/// bytes are the same in every program: whoever wants others implements [`World`] with what is around.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

thread_local! {
    static STILL: Seeded = Seeded::new("");
}

impl World for System {
    fn now(&self) -> Instant {
        STILL.with(Seeded::now)
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
