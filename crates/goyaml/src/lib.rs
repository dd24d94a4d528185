//! YAML as go-yaml and sigs.k8s.io/yaml read and write it.

mod error;
mod node;
mod read;
mod resolve;
mod timestamp;
mod to_yaml;
pub mod write;

pub use error::{Error, ErrorKind};
pub use node::{Entry, Kind, Mark, Node};
pub use read::{parse, parse_strict};
pub use to_yaml::{
    Yaml, to_yaml, to_yaml_pretty, to_yaml_pretty_with_origins, to_yaml_with_origins,
};
