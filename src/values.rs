//! Values: the layers a user supplies, their coalescing with the defaults of charts, schemas, and
//! where each value came from.

mod error;
mod json;
mod layers;
mod origin;
mod set;
mod table;

pub use error::Error;
pub use layers::{Layers, LocalFiles, ReadFile, Supplied};
pub use origin::{Flag, Origins, Provenance, Source, Way};

#[cfg(test)]
mod tests;
