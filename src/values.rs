//! Values: the layers a user supplies, their coalescing with the defaults of charts, schemas, and
//! where each value came from.

mod coalesce;
mod dependencies;
mod error;
mod json;
mod layers;
mod origin;
mod prepare;
mod schema;
mod set;
mod table;
mod tree;

pub use error::{Error, SchemaFailure, SchemaProblem};
pub use layers::{Layers, LocalFiles, ReadFile, Supplied};
pub use origin::{Flag, Origins, Provenance, Source, Way};
pub use prepare::{Options, Prepared, PreparedChart, prepare};
pub use schema::schema_failures;

#[cfg(test)]
mod tests;
