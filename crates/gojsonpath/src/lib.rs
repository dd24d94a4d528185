//! Kubernetes' JSONPath templates, as client-go's `util/jsonpath` parses and evaluates them:
//! what `show values --jsonpath` takes.

mod compare;
mod eval;
mod parse;

pub use eval::Failed;
pub use parse::SyntaxError;

use gostd::Value;
use parse::Node;

/// A parsed template: text, and actions in braces.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonPath {
    nodes: Vec<Node>,
}

impl JsonPath {
    /// Parses a template such as `{.image.tag}` or `{range .ports[*]}{.name} {end}`.
    ///
    /// # Errors
    /// client-go's texts for what is no template.
    pub fn parse(template: &str) -> Result<JsonPath, SyntaxError> {
        let nodes = parse::parse(template.as_bytes())?;
        Ok(JsonPath { nodes })
    }

    /// Prints a value by the template. Where Go visits maps in random order, keys are
    /// visited in byte order.
    ///
    /// # Errors
    /// client-go's texts for paths that do not fit the value, and a limit on the work.
    pub fn execute(&self, value: &Value) -> Result<Vec<u8>, Failed> {
        eval::execute(&self.nodes, value)
    }
}
