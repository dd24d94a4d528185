//! Reading YAML as Helm does: sigs.k8s.io/yaml over go-yaml v2, with positions.

mod decode;
mod events;
mod gosyntax;
mod input;
mod keys;
#[cfg(test)]
mod tests;
mod tree;

use crate::Node;
use crate::error::Error;

/// Reads the first document of `text`; null if there is none.
///
/// Of equal keys in a map the last wins. Errors carry the text of sigs.k8s.io/yaml's `Unmarshal`
/// into an `interface{}`.
pub fn parse(text: &[u8]) -> Result<Node, Error> {
    parse_as(text, decode::Mode::Lenient)
}

/// Reads the first document of `text` as [`parse`] does; keys that a map has twice are an error
/// (`UnmarshalStrict`).
pub fn parse_strict(text: &[u8]) -> Result<Node, Error> {
    parse_as(text, decode::Mode::Strict)
}

fn parse_as(text: &[u8], mode: decode::Mode) -> Result<Node, Error> {
    let text = input::read(text);
    let tree = tree::Tree::parse(events::Events::new(&text))?;
    decode::document(&tree, mode)
}
