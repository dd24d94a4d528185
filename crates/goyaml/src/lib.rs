//! YAML as go-yaml and sigs.k8s.io/yaml read and write it.

mod node;

pub use node::{Entry, Kind, Mark, Node};
