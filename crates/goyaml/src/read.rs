//! Reading YAML as Helm does: sigs.k8s.io/yaml over go-yaml v2, with positions.

mod cursor;
mod decode;
mod gosyntax;
mod input;
mod keys;
mod parser;
mod partial;
mod properties;
mod scalars;
mod scanner;
#[cfg(test)]
mod tests;
mod token;
mod tree;

use crate::Node;
use crate::error::Error;
pub use decode::DuplicateKey;

/// Reads the first document of `text`; null if there is none.
///
/// Of equal keys in a map the last wins. Errors carry the text of sigs.k8s.io/yaml's `Unmarshal`
/// into an `interface{}`.
pub fn parse(text: &[u8]) -> Result<Node, Error> {
    parse_as(text, decode::Mode::Lenient)
}

/// Reads as [`parse`] does a text that stands in a larger one, after `lines_before` lines: marks
/// count from the start of the larger text, the lines that errors name in their text do not.
pub fn parse_after(text: &[u8], lines_before: u32) -> Result<Node, Error> {
    moved_down(parse(text), lines_before)
}

/// Reads as [`parse_strict`] does a text that stands in a larger one, as [`parse_after`].
pub fn parse_strict_after(text: &[u8], lines_before: u32) -> Result<Node, Error> {
    moved_down(parse_strict(text), lines_before)
}

fn moved_down(read: Result<Node, Error>, lines_before: u32) -> Result<Node, Error> {
    match read {
        Ok(mut node) => {
            node.move_down(lines_before);
            Ok(node)
        }
        Err(mut error) => {
            error.move_down(lines_before);
            Err(error)
        }
    }
}

/// Reads of the first document's map only the entries whose keys `keep` wants, and checks the
/// rest: the errors are those of [`parse`], at a fraction of the work. What is no map is read whole.
pub fn parse_keys(text: &[u8], mut keep: impl FnMut(&str) -> bool) -> Result<Node, Error> {
    let text = input::read(text);
    let tree = parser::Parser::new(scanner::Scanner::new(&text)).document()?;
    partial::document(&tree, &mut keep)
}

/// Reads the first document of `text` as [`parse`] does; keys that a map has twice are an error
/// (`UnmarshalStrict`).
pub fn parse_strict(text: &[u8]) -> Result<Node, Error> {
    parse_as(text, decode::Mode::Strict)
}

/// The keys of the first document's maps that are written there a second time; unlike for [`parse_strict`], merged keys (`<<`) are no first time. Fails where
/// the text is not YAML.
pub fn duplicate_keys(text: &[u8]) -> Result<Vec<DuplicateKey>, Error> {
    let text = input::read(text);
    let tree = parser::Parser::new(scanner::Scanner::new(&text)).document()?;
    decode::duplicates(&tree)
}

fn parse_as(text: &[u8], mode: decode::Mode) -> Result<Node, Error> {
    let text = input::read(text);
    let tree = parser::Parser::new(scanner::Scanner::new(&text)).document()?;
    decode::document(&tree, mode)
}
