//! YAML as go-yaml and sigs.k8s.io/yaml read and write it.

mod error;
mod node;
mod read;
mod resolve;
mod timestamp;
pub mod write;

pub use error::{Error, ErrorKind};
pub use node::{Entry, Kind, Mark, Node};
pub use read::{parse, parse_strict};
