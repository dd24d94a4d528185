//! Values: the layers a user supplies, their coalescing with the defaults of charts, schemas, and
//! where each value came from.

mod chart_graph;
mod coalesce;
mod dependencies;
mod error;
mod json;
mod layers;
#[cfg(feature = "fs")]
mod local_files;
pub mod nesting;
mod origin;
mod prepare;
mod schema;
mod set;
mod table;

pub use coalesce::coalesce_tables;
pub use error::{Error, ReadError, SchemaFailure, SchemaProblem};
pub use layers::{Layers, ReadFile, UserValues};
#[cfg(feature = "fs")]
pub use local_files::LocalFiles;
pub use nesting::{MOST_LEVELS, NestingError};
pub use origin::{Flag, Origins, Provenance, Source, Via};
pub use prepare::{Options, Prepared, PreparedChart, coalesce_values, prepare};
pub use schema::problem as schema_problem;
pub use schema::schema_failures;
pub use table::from_node as map_from_node;

#[cfg(test)]
mod tests;
