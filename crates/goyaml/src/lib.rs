//! YAML as go-yaml and sigs.k8s.io/yaml read and write it.

/// How deep lists and maps may nest: go-yaml's limit on flow collections, of which JSON's text is made, and on block
/// collections, and encoding/json's.
const MAX_DEPTH: usize = gostd::limits::levels(10_000);

mod documents;
mod error;
mod node;
mod read;
mod resolve;
mod timestamp;
mod to_value;
mod to_yaml;
pub mod write;

pub use documents::{Document, Documents, SeparatorError, documents};
pub use error::{Error, ErrorKind};
pub use node::{Entry, Kind, Mark, Node};
pub use read::{
    DuplicateKey, duplicate_keys, parse, parse_after, parse_keys, parse_strict, parse_strict_after,
};
pub use to_value::from_yaml;
pub use to_yaml::{
    Yaml, to_yaml, to_yaml_pretty, to_yaml_pretty_with_origins, to_yaml_with_origins,
};
