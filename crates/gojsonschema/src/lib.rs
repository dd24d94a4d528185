//! JSON Schema, drafts 4 to 2020-12, with the decisions, order and words of santhosh-tekuri's
//! jsonschema 6.0.2, which Helm validates values with.
//!
//! [`Schema::compile`] reads a schema's JSON text (as Go's encoding/json would), finds the
//! resources and anchors in it, checks it against its metaschema and compiles it; documents that
//! it refers to come from a [`Loader`]. [`Schema::validate`] applies it to any [`Instance`]. The
//! errors print as Helm shows them, and tell the places in values and schema besides.
//!
//! ```
//! use gojsonschema::{Document, NoLoader, NodeId, Schema};
//!
//! let text = br#"{"properties": {"replicas": {"minimum": 1}}}"#;
//! let schema = Schema::compile("file:///values.schema.json", text, &NoLoader).unwrap();
//! let values = Document::parse(br#"{"replicas": 0}"#).unwrap();
//! let error = schema.validate(&values.value(NodeId::ROOT)).unwrap_err();
//! assert!(error.to_string().ends_with("\n- at '/replicas': minimum: got 0, want 1"));
//! ```

mod compile;
mod decimal;
mod draft;
mod equal;
mod error;
mod format;
mod instance;
mod json;
mod loader;
mod metaschema;
mod patterns;
mod pointer;
mod report;
mod schema;
mod validate;

use std::sync::Arc;

pub use draft::Draft;
pub use error::{CompileError, Stopped};
pub use instance::{Instance, ItemVisitor, Number, PropertyVisitor, Shape};
pub use json::{Document, Entries, JsonError, Kind, NodeId, NodeRef};
pub use loader::{LoadError, Loader, NoLoader, SchemeLoader, file_path};
pub use report::{ErrorKind, Token, ValidationError, Violation, instance_pointer};

/// A compiled schema. It can be shared between threads and outlives everything it was made from.
#[derive(Debug)]
pub struct Schema {
    set: schema::SchemaSet,
    start: schema::SchemaId,
}

/// The reason why a value was not found valid.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ValidateError {
    /// It does not meet the schema.
    #[error(transparent)]
    Invalid(#[from] ValidationError),
    /// The validation had to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl Schema {
    /// Compiles the schema in `text`, which lies at `url`: absolute, without fragment. References
    /// to other documents are asked of `loader`.
    pub fn compile(url: &str, text: &[u8], loader: &dyn Loader) -> Result<Self, CompileError> {
        let document = Arc::new(Document::parse(text)?);
        let mut compiler = compile::Compiler::new(loader);
        compiler.add_document(url, document);
        let start = compiler.compile(url)?;
        Ok(Self {
            set: compiler.finish(),
            start,
        })
    }

    /// Checks `value` against the schema.
    pub fn validate(&self, value: &dyn Instance) -> Result<(), ValidateError> {
        let outcome = validate::Validator::new(&self.set).validate(self.start, value)?;
        outcome.map_err(|failed| failed.into_public(&self.set).into())
    }
}
