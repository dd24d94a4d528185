//! The outside world: the system's clock, randomness and environment, or what a user sets in their
//! place.

mod objects;
mod seeded;
mod staged;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod system;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
#[path = "no_system.rs"]
mod system;

pub use gostd::world::{Instant, Missing, World};
pub use objects::{Objects, ObjectsError};
pub use seeded::Seeded;
pub use staged::Staged;
pub use system::System;
