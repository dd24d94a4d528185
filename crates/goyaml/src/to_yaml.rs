//! Go values as YAML: sigs.k8s.io/yaml's `Marshal` (Helm's `toYaml`) and go-yaml v3's encoder
//! (`toYamlPretty`).
//!
//! `json` walks a value as encoding/json sees it, `pretty` as go-yaml v3's reflection does;
//! both push into a [`crate::write::Emitter`]. `origins` carries the template lines of the strings
//! in the value over to the lines of the YAML.

mod json;
mod origins;
mod pretty;

use crate::write::WriteError;
use gostd::Value;
use gostd::text::LineOrigin;

/// YAML text with the template line of each of its lines, if any string in the value has some.
#[derive(Clone, Debug, Default)]
pub struct Yaml {
    /// The text, ending in a line feed.
    pub bytes: Vec<u8>,
    /// One entry a line, counting the empty one after the last line feed.
    pub lines: Option<Box<[LineOrigin]>>,
}

/// The YAML of a value as sigs.k8s.io/yaml's `Marshal` gives it, ending in a line feed.
///
/// Errors are those of `Marshal`: what JSON lacks, cycles, and the few strings that go-yaml v2
/// does not read back from JSON.
pub fn to_yaml(value: &Value) -> Result<Vec<u8>, WriteError> {
    Ok(to_yaml_with_origins(value)?.bytes)
}

/// [`to_yaml`], with line origins.
pub fn to_yaml_with_origins(value: &Value) -> Result<Yaml, WriteError> {
    json::write(value)
}

/// The YAML of a value as go-yaml v3's encoder gives it with `SetIndent(2)`, ending in a line feed.
///
/// Fails on values whose type v3 cannot write (Go panics there) and on depth beyond 10,000 levels,
/// where Go runs out of stack for a value that contains itself.
pub fn to_yaml_pretty(value: &Value) -> Result<Vec<u8>, WriteError> {
    Ok(to_yaml_pretty_with_origins(value)?.bytes)
}

/// [`to_yaml_pretty`], with line origins.
pub fn to_yaml_pretty_with_origins(value: &Value) -> Result<Yaml, WriteError> {
    pretty::write(value)
}

#[cfg(test)]
mod tests;
